//! What a server stands on, looked at piece by piece: by `meanwhile doctor` at the machine, and by admins in the app. Of
//! what is wrong it says what to do.

mod contents;
mod machine;

use engine::Engine;
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;
use tokio::sync::mpsc;

use crate::commands::{carry_out, with_news};
use crate::config::Settings;
use crate::folder;
use crate::orders::Order;
use crate::say::say;

pub(crate) use contents::check;

/// How one thing is.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    what: &'static str,
    how: How,
    says: String,
    /// The command that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
}

impl Finding {
    fn mended_by(self, run: String) -> Finding {
        Finding { run: Some(run), ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum How {
    Good,
    #[serde(rename = "look")]
    Doubtful,
    Bad,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            How::Good => "good",
            How::Doubtful => "look",
            How::Bad => "BAD",
        }
    }
}

fn finding(what: &'static str, how: How, says: impl Into<String>) -> Finding {
    Finding { what, how, says: says.into(), run: None }
}

/// Looks at everything; fails if something is bad.
pub(crate) async fn doctor(settings: &Settings, all: bool, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = machine::findings(settings, false);
    if settings.data.is_dir() && folder::is_founded(settings, &settings.data) {
        let order = Order::Check { all };
        // By the server, if one runs.
        let checked = with_news(|tell| async move { carry_out(settings, order, None, &tell).await }).await;
        findings.extend(contents::findings(checked));
    }
    let bad = findings.iter().any(|finding| finding.how == How::Bad);
    if as_json {
        say(json!({ "healthy": !bad, "findings": findings }).to_string());
    } else {
        for finding in &findings {
            let run = finding.run.as_ref().map(|run| format!("; run: {run}")).unwrap_or_default();
            say(format!("{:4}  {:11} {}{run}", finding.how.word(), finding.what, finding.says));
        }
    }
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The same, by the server that runs with these settings.
pub(crate) async fn look(engine: &Engine, settings: &Settings) -> Vec<Finding> {
    let settings = settings.clone();
    let standing = tokio::task::spawn_blocking(move || machine::findings(&settings, true)).await;
    // Nobody waits for the news of it.
    let (tell, _) = mpsc::unbounded_channel();
    let checked = check(engine, false, &tell).await;
    let broken = |_| vec![finding("folder", How::Bad, "it could not be looked at; the server's log has more")];
    let mut findings = standing.unwrap_or_else(broken);
    findings.extend(contents::findings(checked));
    findings
}
