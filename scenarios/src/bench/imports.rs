//! Messages per second of an import, from mail and from Slack, with a server and its peak of memory; beside what reading
//! alone takes, and beside the store's submit, in the same run.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::server::Server;
use crate::submit::Posting;
use crate::table::{Table, Target, short};
use crate::{Run, words};

/// Replies of a thread, and people who write.
const REPLIES: u64 = 9;
const PEOPLE: u64 = 40;
/// Bytes of a message.
const TEXT: usize = 400;

/// Figure i.
pub(crate) fn run(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let count: u64 = if run.quick { 3_000 } else { 200_000 };
    let folder = run.folder.join("imports");
    std::fs::create_dir_all(&folder)?;
    let (archive, export) = (folder.join("list.mbox"), folder.join("slack"));
    write_mail(&archive, count)?;
    write_slack(&export, count)?;
    let plain = folder.join("submit");
    std::fs::create_dir_all(&plain)?;
    let mut posting = Posting::open(&plain)?;
    let time = if run.quick { Duration::from_millis(500) } else { Duration::from_secs(5) };
    let submitted = posting.run(64, time, &words(1, TEXT))?.posts;
    let mail = rate(count, || {
        let read = mail::Mbox::new(BufReader::new(File::open(&archive)?));
        let good = read.filter(|one| one.as_ref().is_ok_and(|one| mail::read_message(&one.bytes).is_ok())).count();
        ensure!(good as u64 == count, "{good} of {count} messages can be read");
        Ok(())
    })?;
    let slack = rate(count, || {
        let mut found = 0;
        for day in std::fs::read_dir(export.join("general"))? {
            let list: Vec<Value> = serde_json::from_reader(BufReader::new(File::open(day?.path())?))?;
            found += list.len() as u64;
        }
        ensure!(found == count, "{found} of {count} messages can be read");
        Ok(())
    })?;
    let text = |path: &Path| path.to_str().map(str::to_string).context("the folder's name is UTF-8");
    let (archive, export) = (text(&archive)?, text(&export)?);
    let from_mail = ["import", "mbox", &archive, "--space", "Archive", "--json"];
    let from_slack = ["import", "slack", &export, "--yes", "--json"];
    for (what, raw, args) in [("mbox", mail, &from_mail[..]), ("Slack", slack, &from_slack[..])] {
        let (server, _) = Server::start(run.program, &folder.join(what))?;
        server.command(&["person", "add", "--email", "p@example.org", "--name", "P", "--admin"])?;
        server.command(&["space", "add", "--name", "Archive"])?;
        let mut done = String::new();
        let came = rate(count, || {
            done = server.command(args)?;
            Ok(())
        })?;
        let done: Value = serde_json::from_str(&done)?;
        let brought = done["threads"].as_u64().unwrap_or(0) + done["posts"].as_u64().unwrap_or(0);
        ensure!(brought == count, "{brought} of {count} messages came in: {done}");
        let beside =
            format!("{count} messages; reading alone {} a second, the store's submit {}", short(raw), short(submitted));
        table.add(&format!("import from {what}: messages/s"), came, "", Target::AtLeast(5000.0), beside);
        let peak = peak_of(server.process())?;
        let beside = format!("{count} messages");
        table.add(
            &format!("import from {what}: peak of the server's memory"),
            peak,
            "MB",
            Target::AtMost(400.0),
            beside,
        );
    }
    Ok(())
}

fn rate(count: u64, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    work()?;
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

fn peak_of(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the system tells the peak")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib / 1024.0)
}

fn write_mail(to: &Path, count: u64) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(to)?);
    for n in 0..count {
        let (root, place) = (n - n % (REPLIES + 1), n % (REPLIES + 1));
        let answers = if place == 0 { String::new() } else { format!("In-Reply-To: <{}@x.org>\n", root) };
        let seconds = n % 86_400;
        let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            out,
            "From p@x.org Mon Nov 23 09:00:00 2026\nFrom: Person {p} <p{p}@x.org>\nDate: {} Mar 2016 {time} +0000\n\
             Message-ID: <{n}@x.org>\n{answers}Subject: Thread {root}\n\n{}\n\n",
            1 + n / 86_400 % 28,
            words(n, TEXT),
            p = n % PEOPLE,
        )?;
    }
    Ok(out.flush()?)
}

fn write_slack(to: &Path, count: u64) -> anyhow::Result<()> {
    const A_DAY: u64 = 2_000;
    let days = to.join("general");
    std::fs::create_dir_all(&days)?;
    let users: Vec<Value> = (0..PEOPLE)
        .map(|p| json!({ "id": format!("U{p}"), "real_name": format!("Person {p}"), "profile": { "email": format!("p{p}@x.org") } }))
        .collect();
    std::fs::write(to.join("users.json"), json!(users).to_string())?;
    std::fs::write(
        to.join("channels.json"),
        json!([{ "id": "C1", "name": "general", "members": ["U0"] }]).to_string(),
    )?;
    for day in 0..count.div_ceil(A_DAY) {
        let mut list = Vec::new();
        for n in day * A_DAY..count.min((day + 1) * A_DAY) {
            let ts = |n: u64| format!("{}.{:06}", 1_456_790_400 + n * 30, n % 1_000_000);
            let mut record =
                json!({ "type": "message", "user": format!("U{}", n % PEOPLE), "ts": ts(n), "text": words(n, TEXT) });
            if n % (REPLIES + 1) != 0 {
                record["thread_ts"] = json!(ts(n - n % (REPLIES + 1)));
            }
            list.push(record);
        }
        let mut name = String::new();
        write!(name, "{:04}-{:02}-{:02}.json", 2016 + day / 336, 1 + day / 28 % 12, 1 + day % 28)?;
        std::fs::write(days.join(name), json!(list).to_string())?;
    }
    Ok(())
}
