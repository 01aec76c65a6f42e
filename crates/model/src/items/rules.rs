//! What holds for Items of every kind.

use jmap::{Id, Origin, SetError};
use serde_json::Value;

use crate::change::{Change, Effect};
use crate::items::{answers, asking, closing, named, taking, thread, urgent};
use crate::kind::Rules;

pub(super) const RULES: Rules = Rules { check, effects };

fn check(change: &Change) -> Result<(), SetError> {
    if change.related.space().is_some_and(|space| space.has("archivedAt")) {
        return Err(SetError::forbidden("this Space is archived: it is only read; an admin of it can open it again"));
    }
    if change.related.thread().is_some_and(|thread| thread.has("movedAt")) {
        return Err(SetError::moved(
            "this thread is being moved, or something into it; try again in a moment, and look where it has gone",
        ));
    }
    let Some(after) = change.after else { return Ok(()) };
    // What the server itself changes, such as its place when the last reply goes, is not judged here.
    if change.before.is_some_and(|before| before.has("deleted")) {
        return Err(SetError::forbidden("this was deleted: nothing is written to it any more; write something new"));
    }
    named::check(change, after)?;
    answers::check(change, after)?;
    asking::check(change, after)?;
    taking::check(change, after)?;
    urgent::check(change, after)?;
    closing::check(change)?;
    let said = after.origin == Origin::Said;
    if change.changes("closed") && after.has("closed") && (said || !change.is_new()) {
        let by = after.props["closed"].get("by").and_then(Value::as_str);
        if by != Some(change.by.person.to_string().as_str()) {
            return Err(SetError::invalid("closed", "\"by\" in \"closed\" is the one who closes: you"));
        }
    }
    for emoji in after.props.get("reactions").and_then(Value::as_object).into_iter().flatten() {
        if emoji.1.as_object().is_some_and(|people| people.values().any(|on| on != &Value::Bool(true))) {
            return Err(SetError::invalid("reactions", "a reaction is true; to take it back, set it to null"));
        }
    }
    Ok(())
}

fn effects(change: &Change) -> Vec<Effect> {
    let mut out = thread::effects(change);
    out.extend(named::effects(change));
    out.extend(answers::effects(change));
    out.extend(asking::effects(change));
    out.extend(taking::effects(change));
    match (change.before, change.after) {
        (None, Some(after)) if after.has("messageId") => {
            let key = message_key(change.account, after.str("messageId"));
            out.push(Effect::Claim { name: "message", key, property: "messageId" });
        }
        (Some(before), None) => {
            if change.related.has_children() {
                out.push(Effect::Empty);
            } else if let Some(parent) = before.id("parentId") {
                out.push(Effect::Sweep { id: parent });
            } else {
                out.push(Effect::Destroy { ty: "Thread", id: before.id });
            }
            if before.has("messageId") {
                let key = message_key(change.account, before.str("messageId"));
                out.push(Effect::Release { name: "message", key, of: before.id });
            }
        }
        _ => {}
    }
    out
}

/// A Message-ID is there once per Space.
pub fn message_key(space: Id, message: &str) -> String {
    format!("{space}/{message}")
}
