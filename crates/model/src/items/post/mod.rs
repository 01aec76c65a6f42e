//! A reply: the plainest kind of Item.

use jmap::SetError;
use serde_json::json;

use crate::change::Change;
use crate::kind::{Kind, Rules, Summary};

/// Something said below another Item.
pub const POST: Kind = Kind {
    name: "post",
    number: 2,
    schema: 1,
    about: "Something said in reply to another Item, in its thread.",
    properties: &[],
    summary: |item| Summary { title: String::new(), text: item.str("text").into() },
    upgrade: |_, props| props,
    rules: Rules { check, effects: |_| Vec::new() },
    ended: |_, _, _| Vec::new(),
    example: || json!({ "kind": "post", "parentId": "iaaaaaaaaaapabaaaaaaaaaaaaa", "text": "Thursday works for me." }),
};

fn check(change: &Change) -> Result<(), SetError> {
    let Some(post) = change.after else { return Ok(()) };
    if !post.has("parentId") {
        return Err(SetError::invalid("parentId", "a post replies to something: give the id of that Item"));
    }
    let empty = post.str("text").trim().is_empty() && post.list("blobs").is_empty();
    if empty && !post.has("deleted") {
        return Err(SetError::invalid("text", "a post says something, or has a file"));
    }
    Ok(())
}
