//! The web app in a real browser: what it loads, how long a long thread keeps the screen busy, and how soon a post is on
//! another screen. The measuring is in `web/tests/bench`, which writes a line of JSON for each figure.

use anyhow::{Context, ensure};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;

use crate::Run;
use crate::table::{Table, Target};

/// A figure as the browser's side writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    what: String,
    figure: f64,
    unit: String,
    at_most: Option<f64>,
    beside: String,
}

/// Figures of the web app. `scripts/bench` has built it, and the program carries it.
pub(crate) fn run(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let out = run.folder.join("web.jsonl");
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let mut command = Command::new("npm");
    command.current_dir(&web).args(["test", "--silent", "--", "--project", "bench"]);
    command.env("MEANWHILE_PROGRAM", run.program).env("MEANWHILE_BENCH_OUT", &out);
    if run.quick {
        command.env("MEANWHILE_BENCH_QUICK", "1");
    }
    let ended = command.output().context("npm can't be started; scripts/bench looks for it")?;
    let said = [ended.stdout, ended.stderr].concat();
    ensure!(ended.status.success(), "the web app was not measured:\n{}", String::from_utf8_lossy(&said));
    let lines = std::fs::read_to_string(&out).context("nothing was measured in the browser")?;
    for line in lines.lines() {
        let line: Line = serde_json::from_str(line).with_context(|| format!("no figure: {line}"))?;
        let target = line.at_most.map_or(Target::Told, Target::AtMost);
        table.add(&line.what, line.figure, &line.unit, target, line.beside);
    }
    Ok(())
}
