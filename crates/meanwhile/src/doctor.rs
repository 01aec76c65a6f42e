//! `meanwhile doctor`: looks at everything a server stands on, and says of what is wrong what to do.

use anyhow::Context;
use engine::Engine;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

use crate::commands::{carry_out, with_news};
use crate::config::Settings;
use crate::folder::{self, BLOBS_KEY, Taken};
use crate::orders::{News, Order, Tell};
use crate::say::say;
use crate::tls;

/// Files that are read unless all are asked for.
const SAMPLE: usize = 200;
/// Below so many bytes of free space it is time.
const LITTLE: u64 = 1024 * 1024 * 1024;
/// Below so many nothing works for long.
const NONE: u64 = 64 * 1024 * 1024;
/// No release was made before; a clock that says so is wrong.
const NOT_BEFORE: &str = "2026-01-01T00:00:00Z";

/// How one thing is.
struct Finding {
    what: &'static str,
    how: How,
    says: String,
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Good,
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
    Finding { what, how, says: says.into() }
}

/// Looks at everything; fails if something is bad.
pub(crate) async fn doctor(settings: &Settings, all: bool, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = vec![clock(), url(settings)];
    findings.extend(certificate(settings));
    let data = &settings.data;
    if data.is_dir() {
        findings.push(owner(data));
        findings.push(space(data));
        findings.push(lock(data));
        findings.push(key(settings, data));
    } else {
        let says =
            format!("{} is not there; name it with --data, or run \"meanwhile serve\" to make it", data.display());
        findings.push(finding("folder", How::Bad, says));
    }
    if data.is_dir() && folder::is_founded(settings, data) {
        findings.extend(contents(settings, all).await);
    } else if data.is_dir() {
        let says = "there is no workspace in the folder yet; \"meanwhile serve\" makes one";
        findings.push(finding("database", How::Doubtful, says));
    }
    let bad = findings.iter().any(|finding| finding.how == How::Bad);
    if as_json {
        let list =
            findings.iter().map(|f| json!({ "what": f.what, "how": f.how.word().to_lowercase(), "says": f.says }));
        say(json!({ "healthy": !bad, "findings": list.collect::<Vec<_>>() }).to_string());
    } else {
        for finding in &findings {
            say(format!("{:4}  {:11} {}", finding.how.word(), finding.what, finding.says));
        }
    }
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn clock() -> Finding {
    let now = engine::Clock::now(&engine::SystemClock);
    let earliest = jmap::UtcDate::parse(NOT_BEFORE).unwrap_or_default();
    if now < earliest {
        return finding("clock", How::Bad, format!("the machine says it is {now}; set its clock, and let NTP keep it"));
    }
    finding("clock", How::Good, format!("{now}"))
}

fn url(settings: &Settings) -> Finding {
    let outside = !settings.listen.ip().is_loopback();
    match &settings.url {
        Some(url) => finding("url", How::Good, url.clone()),
        None if outside || !settings.trust_proxy.is_empty() => finding(
            "url",
            How::Doubtful,
            "others reach this server; say by which address with --url, so that links are right",
        ),
        None => finding("url", How::Good, format!("http://{}, from this machine alone", settings.listen)),
    }
}

fn certificate(settings: &Settings) -> Option<Finding> {
    let files = settings.tls.as_ref()?;
    Some(match tls::read(files) {
        Ok(_) => finding("certificate", How::Good, format!("{} and its key belong together", files.cert.display())),
        Err(error) => finding("certificate", How::Bad, format!("{error:#}")),
    })
}

fn owner(data: &Path) -> Finding {
    let mode = std::fs::metadata(data).map(|folder| folder.permissions().mode() & 0o777);
    let probe = data.join("doctor.part");
    let writes = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
    match (mode, writes) {
        (_, Err(error)) => {
            let says = format!("{} can't be written: {error}; give it to the user who runs the server", data.display());
            finding("folder", How::Bad, says)
        }
        (Ok(mode), Ok(())) if mode & 0o077 != 0 => {
            let says = format!("others on this machine may look into {0}; run: chmod 700 {0}", data.display());
            finding("folder", How::Doubtful, says)
        }
        _ => finding("folder", How::Good, data.display().to_string()),
    }
}

fn space(data: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(data) else {
        return finding("disk", How::Doubtful, "the free space can't be told");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let says = format!("{} MiB are free", free / 1024 / 1024);
    if free < NONE {
        finding("disk", How::Bad, format!("{says}; free some space: nothing can be written for long"))
    } else if free < LITTLE {
        finding("disk", How::Doubtful, format!("{says}; free some space soon"))
    } else {
        finding("disk", How::Good, says)
    }
}

fn lock(data: &Path) -> Finding {
    match folder::take(data) {
        Ok(Taken::Ours(_)) => finding("server", How::Good, "none runs in this folder"),
        Ok(Taken::Others(process)) => {
            let process = process.map(|process| format!("process {process}")).unwrap_or_else(|| "a process".into());
            finding("server", How::Good, format!("{process} works in this folder"))
        }
        Err(error) => finding("server", How::Bad, format!("{error:#}")),
    }
}

fn key(settings: &Settings, data: &Path) -> Finding {
    let path = data.join(BLOBS_KEY);
    // Whether a database is new, only the database knows.
    let may_be_new = settings.database.is_some() || !folder::is_founded(settings, data);
    if may_be_new && !path.exists() {
        return finding("key", How::Good, "is made with the workspace");
    }
    match folder::blobs_key(&path, false) {
        Ok(_) => finding("key", How::Good, "is there"),
        Err(error) => finding("key", How::Bad, format!("{error:#}")),
    }
}

/// What the database and the files say, asked of the server if one runs.
async fn contents(settings: &Settings, all: bool) -> Vec<Finding> {
    let checked = with_news(|tell| async move { carry_out(settings, Order::Check { all }, None, &tell).await }).await;
    let checked = match checked {
        Ok(checked) => checked,
        Err(error) => return vec![finding("database", How::Bad, format!("{error:#}"))],
    };
    let texts = |name: &str| -> Vec<String> {
        let list = checked[name].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|text| text.as_str().map(str::to_string)).collect()
    };
    let mut findings = Vec::new();
    let faults = texts("faults");
    if faults.is_empty() {
        findings.push(finding("database", How::Good, "is whole"));
    }
    let keep = "stop the server, keep the folder as it is, and restore a backup into another one";
    findings.extend(faults.iter().map(|fault| finding("database", How::Bad, format!("{fault}; {keep}"))));
    let damaged = texts("damaged");
    let (read, of) = (&checked["read"], &checked["files"]);
    if damaged.is_empty() {
        findings.push(finding("files", How::Good, format!("{read} of {of} were read, all are whole")));
    }
    let back = "is missing or damaged; copy it from a backup, from the same place below blobs/";
    findings.extend(damaged.iter().map(|name| finding("files", How::Bad, format!("{name} {back}"))));
    findings
}

/// The part that needs the database: its own checks, and the contents of files.
pub(crate) async fn check_contents(engine: &Engine, all: bool, tell: &Tell) -> anyhow::Result<Value> {
    let (engine, tell) = (engine.clone(), tell.clone());
    let work = move || -> anyhow::Result<Value> {
        let faults = engine.store().check()?;
        let (answer, answered) = std::sync::mpsc::channel();
        engine.store().read(Box::new(move |at| {
            // Whoever asked may have gone.
            let _ = answer.send(at.and_then(|at| at.blob_hashes()));
        }));
        let hashes = answered.recv().context("the database closed")??;
        let step = if all { 1 } else { hashes.len().div_ceil(SAMPLE).max(1) };
        let start = usize::from(crate::random::<1>()[0]) % step;
        let chosen: Vec<_> = hashes.iter().skip(start).step_by(step).collect();
        let mut damaged = Vec::new();
        for (done, hash) in chosen.iter().enumerate() {
            if !engine.blobs().verify(hash)? {
                damaged.push(blake3::Hash::from_bytes(**hash).to_hex().to_string());
            }
            // Nobody listening is no reason to stop.
            let _ = tell.send(News::Progress {
                what: "Reading files".into(),
                done: done as u64 + 1,
                of: chosen.len() as u64,
            });
        }
        Ok(json!({ "faults": faults, "files": hashes.len(), "read": chosen.len(), "damaged": damaged }))
    };
    tokio::task::spawn_blocking(work).await?
}
