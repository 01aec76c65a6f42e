//! The measured targets, each beside what it is compared with, in the same run, since machines differ and a shared one
//! differs from itself. Prints one table; `--write` keeps it in docs/bench.md. `--quick` tries everything in a minute.
//! Names of parts (`PARTS`) run only these.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use anyhow::{Context, bail};
use std::fmt::Write;
use std::path::Path;

#[path = "../bench/catchup.rs"]
mod catchup;
#[path = "../bench/client.rs"]
mod client;
#[path = "../bench/cost.rs"]
mod cost;
#[path = "../bench/files.rs"]
mod files;
#[path = "../bench/idle.rs"]
mod idle;
#[path = "../bench/imports.rs"]
mod imports;
#[path = "../bench/machine.rs"]
mod machine;
#[path = "../bench/pages.rs"]
mod pages;
#[path = "../bench/postgres.rs"]
mod postgres;
#[path = "../bench/posts.rs"]
mod posts;
#[path = "../bench/search.rs"]
mod search_bench;
#[path = "../bench/server.rs"]
mod server;
#[path = "../bench/submit.rs"]
mod submit;
#[path = "../bench/table.rs"]
mod table;
#[path = "../bench/web.rs"]
mod web;

use table::{Table, Target};

const PARTS: [&str; 11] =
    ["posts", "cost", "catchup", "pages", "postgres", "search", "start", "streams", "files", "imports", "web"];
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/bench.md");
/// Sends that a comparison of costs makes to each Space.
const SENT: u64 = cost::SENDS as u64 + 1;
const FROM: &str = "<!-- table -->";
const TO: &str = "<!-- /table -->";

/// What every part needs.
pub(crate) struct Run<'a> {
    pub(crate) quick: bool,
    /// On a disk, and gone at the end.
    pub(crate) folder: &'a Path,
    /// The server.
    pub(crate) program: &'a Path,
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, parts): (Vec<_>, Vec<_>) = args.iter().map(String::as_str).partition(|arg| arg.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|flag| !["--quick", "--write"].contains(flag)) {
        bail!("{unknown} is unknown; there are --quick, --write, and the parts {PARTS:?}");
    }
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(part)) {
        bail!("there is no part {unknown}; there are {PARTS:?}");
    }
    let (quick, keep) = (flags.contains(&"--quick"), flags.contains(&"--write"));
    raise_open_files();
    let program = server::build()?;
    let beside = program.parent().context("the program lies in a folder")?;
    let folder = tempfile::tempdir_in(beside)?;
    let run = Run { quick, folder: folder.path(), program: &program };
    let machine = machine::describe(quick);
    println!("{machine}");
    let mut table = Table::default();
    let runtime = tokio::runtime::Runtime::new()?;
    for part in PARTS.into_iter().filter(|part| parts.is_empty() || parts.contains(part)) {
        eprintln!("{part}");
        match part {
            "posts" => posts::run(&run, &mut table)?,
            "cost" => runtime.block_on(cost(&run, &mut table))?,
            "catchup" => runtime.block_on(catchup::run(&run, &mut table))?,
            "pages" => pages::run(&run, &mut table)?,
            "postgres" => runtime.block_on(postgres::run(&run, &mut table))?,
            "search" => runtime.block_on(search_bench::run(&run, &mut table))?,
            "start" => runtime.block_on(idle::start(&run, &mut table))?,
            "streams" => runtime.block_on(idle::streams(&run, &mut table))?,
            "files" => files::run(&run, &mut table)?,
            "imports" => imports::run(&run, &mut table)?,
            _ => web::run(&run, &mut table)?,
        }
    }
    println!("{}", table.text());
    println!("{} targets missed", table.missed());
    if keep {
        write(&format!("{machine}\n\n{}", table.text()))?;
    }
    Ok(())
}

/// Figure b; `cargo test` holds it too, with the same code.
async fn cost(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let members = if run.quick { 1000 } else { 10_000 };
    let folder = run.folder.join("cost");
    std::fs::create_dir_all(&folder)?;
    let sizes = cost::Sizes::new(&folder, members).await;
    let (few, many) = (sizes.members(0).await, sizes.members(1).await);
    anyhow::ensure!((few, many) == (2, members), "the Spaces have {few} and {many} members");
    let [small, large] = sizes.costs().await;
    // The first send made the thread; then come those that were compared.
    anyhow::ensure!((sizes.posts(0).await, sizes.posts(1).await) == (SENT, SENT), "not every send became a post");
    for (what, few_cost, many_cost) in [
        ("rows", small.rows, large.rows),
        ("bytes", small.bytes, large.bytes),
        ("fsyncs", small.commits, large.commits),
    ] {
        let beside = format!("{few_cost} with {few} members, {many_cost} with {many}");
        let what = format!("{what} of a send, large ÷ small Space");
        table.add(&what, many_cost as f64 / few_cost as f64, "", Target::AtMost(1.0), beside);
    }
    Ok(())
}

/// Puts the table where the page keeps it.
fn write(text: &str) -> anyhow::Result<()> {
    let page = std::fs::read_to_string(PAGE).context("docs/bench.md can't be read")?;
    let (before, rest) = page.split_once(FROM).context("docs/bench.md has no place for the table")?;
    let (_, after) = rest.split_once(TO).context("the place for the table has no end")?;
    let mut out = String::with_capacity(page.len());
    write!(out, "{before}{FROM}\n{text}{TO}{after}")?;
    std::fs::write(PAGE, out).context("docs/bench.md can't be written")
}

/// As many open files as the system gives: each stream is one.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        eprintln!("the number of open files stays as it is: {error}");
    }
}

/// Text of about so many bytes, never the same twice, of words as long as people's.
pub(crate) fn words(seed: u64, bytes: usize) -> String {
    const WORDS: [&str; 32] = [
        "the",
        "release",
        "of",
        "a",
        "library",
        "for",
        "reading",
        "and",
        "writing",
        "files",
        "that",
        "other",
        "people",
        "keep",
        "in",
        "their",
        "own",
        "order",
        "meanwhile",
        "we",
        "wait",
        "until",
        "Thursday",
        "when",
        "everybody",
        "has",
        "seen",
        "it",
        "once",
        "or",
        "has",
        "answered",
    ];
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut out = String::with_capacity(bytes + 16);
    while out.len() < bytes {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        out.push_str(WORDS[(state >> 59) as usize]);
        out.push(' ');
    }
    out
}
