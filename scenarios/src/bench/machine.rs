//! What the machine is, what it is doing, and what its disk can do by itself.

use anyhow::Context;
use engine::{Clock, SystemClock};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The load average over one minute.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_string()
}

fn first_line(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).output().map(|out| out.stdout).unwrap_or_default();
    String::from_utf8_lossy(&out).lines().next().unwrap_or("unknown").trim().to_string()
}

/// The machine in a few lines.
pub(crate) fn describe(quick: bool) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    let loads = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let loads: Vec<&str> = loads.split(' ').take(3).collect();
    let changed = first_line("git", &["status", "--porcelain", "--untracked-files=no"]);
    let changed = if changed.is_empty() || changed == "unknown" { "" } else { ", with changes since" };
    format!(
        "{date}{how} · {cores} cores · {memory} GiB · Linux {kernel} · load {load} · {rustc} · git {rev}{changed}",
        date = SystemClock.now(),
        how = if quick { " (quick)" } else { "" },
        memory = memory.unwrap_or(0) / 1024 / 1024,
        kernel = first_line("uname", &["-r"]),
        load = loads.join(" "),
        rustc = first_line("rustc", &["--version"]),
        rev = first_line("git", &["rev-parse", "--short", "HEAD"]),
    )
}

/// Seconds of CPU that a process has had, in all its threads.
pub(crate) fn cpu(process: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(") ").next().context("the line of a process")?;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("its ticks");
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

/// Bytes of memory that a process shares with nobody and has written.
pub(crate) fn private_dirty(process: u32) -> anyhow::Result<f64> {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup.lines().find(|line| line.starts_with("Private_Dirty:")).context("Private_Dirty")?;
    let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).context("its number")?;
    Ok(kib * 1024.0)
}

/// Synced writes of one 4 KiB page in a file that has its size already, per second.
pub(crate) fn raw_syncs(folder: &Path, time: Duration) -> anyhow::Result<f64> {
    let path = folder.join("raw");
    let mut file = File::create(&path)?;
    file.write_all(&vec![0; 64 << 20])?;
    file.sync_all()?;
    let (start, mut count) = (Instant::now(), 0u64);
    while start.elapsed() < time {
        file.write_all_at(&[count as u8; 4096], count % 16_000 * 4096)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = count as f64 / start.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// Posts per second where each is a transaction of its own in a plain SQLite file that syncs each.
pub(crate) fn one_commit_a_post(folder: &Path, time: Duration, text: &str) -> anyhow::Result<f64> {
    let path = folder.join("plain.db");
    let conn = rusqlite::Connection::open(&path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE posts (space INTEGER, seq INTEGER, text TEXT, PRIMARY KEY (space, seq)) WITHOUT ROWID;",
    )?;
    let (start, mut count) = (Instant::now(), 0i64);
    while start.elapsed() < time {
        conn.prepare_cached("INSERT INTO posts VALUES (?, ?, ?)")?.execute((count % 100, count, text))?;
        count += 1;
    }
    let rate = count as f64 / start.elapsed().as_secs_f64();
    let there: i64 = conn.query_row("SELECT count(*) FROM posts", [], |row| row.get(0))?;
    anyhow::ensure!(there == count, "{there} of {count} posts are there");
    drop(conn);
    std::fs::remove_file(path)?;
    Ok(rate)
}
