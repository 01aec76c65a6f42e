//! What the database and the files say of themselves, and what can be made of files.

use anyhow::Context;
use engine::Engine;
use serde_json::{Value, json};

use super::{Finding, How, finding};
use crate::orders::{News, Tell};

/// Files that are read unless all are asked for.
const SAMPLE: usize = 200;
/// And bytes of them, so that nobody waits for recordings to be read.
const SAMPLE_BYTES: u64 = 256 * 1024 * 1024;
/// Changes that a log reader may lie behind.
const LATE: u64 = 1000;

/// What was found by [`check`], or why nothing was.
pub(super) fn findings(checked: anyhow::Result<Value>) -> Vec<Finding> {
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
    findings.extend(behind(&checked["behind"]));
    findings.extend(outside(&checked["outside"]));
    findings.push(match checked["pdf"].as_str() {
        None => finding("pdf", How::Good, "words in PDF files are found"),
        Some(why) => finding("pdf", How::Doubtful, format!("PDF files are found by their names alone: {why}"))
            .mended_by("apt-get install bubblewrap poppler-utils util-linux".into()),
    });
    findings
}

/// How mail and pushes go out. Where nothing goes out there is nothing to say.
fn outside(told: &Value) -> Vec<Finding> {
    let (mails, pushes) = (told["mails"] == true, told["pushes"] == true);
    let waiting = told["waiting"].as_u64().unwrap_or(0);
    let mut findings = Vec::new();
    let wait = match waiting {
        0 => String::new(),
        1 => "; one mail or push waits".to_string(),
        n => format!("; {n} mails and pushes wait"),
    };
    match told["trouble"].as_object() {
        Some(trouble) => {
            let text = |name: &str| trouble.get(name).and_then(Value::as_str).unwrap_or("").to_string();
            let says = format!(
                "the relay takes nothing since {}: {}; look at mail_relay, and at the relay's own log. It is tried again by \
                 itself, and nothing is lost{wait}",
                text("since"),
                text("why")
            );
            findings.push(finding("mail", How::Bad, says));
        }
        None if mails || pushes => {
            let ways = [(mails, "by mail"), (pushes, "on devices")];
            let ways: Vec<&str> = ways.into_iter().filter_map(|(on, way)| on.then_some(way)).collect();
            findings.push(finding("outside", How::Good, format!("arrivals are told {}{wait}", ways.join(" and "))));
        }
        None if waiting > 0 => {
            let says = format!("nothing goes out now{wait}; start the server, and say who takes mail with mail_relay");
            findings.push(finding("outside", How::Doubtful, says));
        }
        None => {}
    }
    for refused in told["refused"].as_array().into_iter().flatten() {
        let text = |name: &str| refused[name].as_str().unwrap_or("").to_string();
        let says = format!(
            "what was for {} was refused on {}: {}; see whether the address is right, under Settings, People",
            text("who"),
            text("at"),
            text("why")
        );
        findings.push(finding("mail", How::Doubtful, says));
    }
    findings
}

/// How far the log readers of a running server are. Where none runs there is nothing to say.
fn behind(readers: &Value) -> Option<Finding> {
    let readers = readers.as_object().filter(|readers| !readers.is_empty())?;
    let late = readers.iter().filter(|(_, changes)| changes.as_u64().is_some_and(|changes| changes > LATE));
    let late: Vec<String> = late.map(|(name, changes)| format!("{name} has still to take {changes} changes")).collect();
    Some(match late.is_empty() {
        true => finding("readers", How::Good, format!("all {} are up to date", readers.len())),
        false => finding(
            "readers",
            How::Doubtful,
            format!("{}; wait, and look into the log if it stays so", late.join("; ")),
        ),
    })
}

/// The part that needs the database: its own checks, and the contents of files.
pub(crate) async fn check(engine: &Engine, all: bool, tell: &Tell) -> anyhow::Result<Value> {
    let told = engine.outside().await?;
    let refused = told.refused.iter().map(|(who, at, why)| json!({ "who": who, "at": at, "why": why }));
    let outside = json!({
        "mails": told.mails,
        "pushes": told.pushes,
        "waiting": told.waiting,
        "trouble": told.trouble.map(|trouble| json!({ "since": trouble.since, "why": trouble.why })),
        "refused": refused.collect::<Vec<Value>>(),
    });
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
        let (mut damaged, mut read, mut room) = (Vec::new(), 0, if all { u64::MAX } else { SAMPLE_BYTES });
        for (done, hash) in chosen.iter().enumerate() {
            // One that is missing is told below.
            let size = engine.blobs().open_blob(hash).map_or(0, |(_, size)| size);
            let Some(rest) = room.checked_sub(size) else { continue };
            (room, read) = (rest, read + 1);
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
        let behind: serde_json::Map<String, Value> =
            engine.readers_behind().into_iter().map(|(name, changes)| (name.to_string(), json!(changes))).collect();
        let files = hashes.len();
        // Tried here, since it is this process that runs other programs.
        let pdf = media::TextMaker::new(media::Runner::default()).cannot();
        Ok(
            json!({ "faults": faults, "files": files, "read": read, "damaged": damaged, "behind": behind, "pdf": pdf, "outside": outside }),
        )
    };
    tokio::task::spawn_blocking(work).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(outside: Value) -> Vec<(How, String)> {
        super::outside(&outside).into_iter().map(|finding| (finding.how, finding.says)).collect()
    }

    #[test]
    fn what_goes_out_is_told_where_something_goes_out_and_what_fails_says_what_to_do() {
        let nothing = json!({ "mails": false, "pushes": false, "waiting": 0, "trouble": null, "refused": [] });
        assert_eq!(told(nothing.clone()), []);
        let mut good = nothing.clone();
        (good["mails"], good["pushes"], good["waiting"]) = (json!(true), json!(true), json!(2));
        let says = "arrivals are told by mail and on devices; 2 mails and pushes wait";
        assert_eq!(told(good.clone()), [(How::Good, says.to_string())]);
        let mut bad = good;
        bad["trouble"] = json!({ "since": "2026-11-23T09:00:00Z", "why": "mail.example:587 says: 535 no" });
        bad["refused"] = json!([{ "who": "Bo", "at": "2026-11-23T09:00:00Z", "why": "550 nobody" }]);
        let both = told(bad);
        assert!(both[0].0 == How::Bad && both[0].1.contains("535 no; look at mail_relay"), "{both:?}");
        assert!(both[1].0 == How::Doubtful && both[1].1.contains("for Bo was refused") && both[1].1.contains("People"));
        let mut stopped = nothing;
        stopped["waiting"] = json!(1);
        assert!(told(stopped)[0].1.contains("start the server"));
    }
}
