//! Answers to what closes: an undo ends at its closing at the latest, and what is sealed is published then.

use jmap::{Id, SetError, UtcDate};
use serde_json::{Value, json};

use super::{QUESTION, chosen};
use crate::change::{Change, Effect};
use crate::items::{open_until, sealed_until};
use crate::record::Record;

/// What an answer that is sealed may become: other words and files, and nothing else.
const MAY_CHANGE: [&str; 4] = ["title", "text", "blobs", "mentions"];

/// The keys that lead from a sealed check-in to what waits for its end.
pub const SEALED: &str = "sealed";

/// How the keys of a check-in begin.
pub fn sealed_prefix(checkin: Id) -> String {
    format!("{checkin}/")
}

/// The key of one that waits.
pub fn sealed_key(submission: &Record) -> Option<String> {
    submission.id("sealedBy").map(|checkin| key(checkin, submission.id))
}

fn key(checkin: Id, submission: Id) -> String {
    format!("{checkin}/{submission}")
}

pub(super) fn check(change: &Change) -> Result<(), SetError> {
    let (Some(before), Some(after)) = (change.before, change.after) else { return Ok(()) };
    if !change.changes("item") {
        return Ok(());
    }
    let no = |why: &str| Err(SetError::invalid("item", why));
    if before.str("undoStatus") == "final" {
        return Err(SetError::cannot_unsend("it was published already; edit or delete it where it is"));
    }
    if !before.has("sealedBy") || before.str("undoStatus") != "pending" {
        return no("\"item\" is fixed at creation; take it back, and send another");
    }
    let [old, new] =
        [before, after].map(|one| one.props.get("item").and_then(Value::as_object).cloned().unwrap_or_default());
    let mut names = old.keys().chain(new.keys()).filter(|name| !MAY_CHANGE.contains(&name.as_str()));
    match names.find(|name| old.get(*name) != new.get(*name)) {
        Some(name) => no(&format!("of an answer that is sealed the words and files can change, and {name:?} can't")),
        None => Ok(()),
    }
}

/// What lets go of what it waits for.
pub(super) fn released(submission: &Record) -> Option<Effect> {
    sealed_key(submission).map(|key| Effect::Release { name: SEALED, key, of: submission.id })
}

/// When a new one is published and how it is dated, after what it may answer was looked at.
pub(super) fn timed(change: &Change, it: &Record, space: Id, due: UtcDate, dated: UtcDate) -> Vec<Effect> {
    let question = change.related.get(QUESTION);
    let closes = question.and_then(|question| open_until(question, change.now)).filter(|_| chosen(change).is_none());
    let sealed = question.and_then(|question| Some((question.id, sealed_until(question, change.now)?)));
    let Some((checkin, at)) = sealed.filter(|(_, at)| chosen(change).is_none_or(|(due, _)| due < *at)) else {
        return super::timed(change, it, space, due.min(closes.unwrap_or(due)), dated);
    };
    let mut out = super::timed(change, it, space, at, at);
    for effect in &mut out {
        match effect {
            Effect::Patch { patch, .. } => drop(patch.insert("sealedBy".into(), json!(checkin))),
            Effect::Job { payload, .. } => payload["sealedBy"] = json!(checkin),
            _ => {}
        }
    }
    out.push(Effect::Lead { name: SEALED, key: key(checkin, it.id), to: it.id });
    out
}
