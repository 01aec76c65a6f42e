//! A thread with a title: what somebody opens when there is something to say.

use jmap::SetError;
use serde_json::json;

use crate::change::Change;
use crate::kind::{Kind, Rules, Summary};

/// A titled start of a thread (shown as "thread").
pub const TOPIC: Kind = Kind {
    name: "topic",
    number: 1,
    schema: 1,
    about: "A thread with a title, opened by somebody who has something to say.",
    properties: &[],
    summary: |item| Summary { title: item.str("title").into(), text: item.str("text").into() },
    upgrade: |_, props| props,
    rules: Rules { check, effects: |_| Vec::new() },
    ended: |_, _, _| Vec::new(),
    example: || json!({ "kind": "topic", "title": "Release on Thursday?", "text": "What is still missing, from your side?" }),
};

fn check(change: &Change) -> Result<(), SetError> {
    let Some(topic) = change.after else { return Ok(()) };
    // One that was merged into another thread hangs below that.
    if change.is_new() && topic.has("parentId") {
        return Err(SetError::invalid(
            "parentId",
            "a topic opens a thread and replies to nothing; post a \"post\" to reply",
        ));
    }
    if topic.str("title").trim().is_empty() && !topic.has("deleted") {
        return Err(SetError::invalid("title", "a topic has a title; say in a line what it is about"));
    }
    Ok(())
}
