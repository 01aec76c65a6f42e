//! A web address that is worth a discussion. The server never opens it.

use jmap::SetError;
use serde_json::json;

use model::change::Change;
use model::kind::{Kind, Rules, Shape, Summary, property};

/// An address with a title and a thread.
pub const BOOKMARK: Kind = Kind {
    name: "bookmark",
    number: 4,
    schema: 1,
    about: "A web address that is worth a discussion.",
    properties: &[property("url", Shape::Text { max: 2048 }, "where it leads").versioned().searchable().required()],
    summary: |item| Summary { title: item.str("title").into(), text: item.str("text").into() },
    upgrade: |_, props| props,
    rules: Rules { check, effects: |_| Vec::new() },
    ended: |_, _, _| Vec::new(),
    example: || json!({ "kind": "bookmark", "title": "RFC 8620", "url": "https://www.rfc-editor.org/rfc/rfc8620" }),
};

fn check(change: &Change) -> Result<(), SetError> {
    let Some(bookmark) = change.after else { return Ok(()) };
    let web = ["https://", "http://"].iter().any(|scheme| bookmark.str("url").starts_with(scheme));
    if !web && !bookmark.has("deleted") {
        return Err(SetError::invalid("url", "a bookmark leads to the web: its url begins with https:// or http://"));
    }
    Ok(())
}
