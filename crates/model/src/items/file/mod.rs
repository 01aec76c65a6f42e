//! A file that stands for itself: in the Space's library, or in a thread.

use jmap::SetError;
use serde_json::json;

use crate::change::Change;
use crate::kind::{Kind, Rules, Summary};

/// A file with its own link, discussion and versions.
pub const FILE: Kind = Kind {
    name: "file",
    number: 3,
    schema: 1,
    about: "A file that stands for itself, with its own link, thread and versions.",
    properties: &[],
    summary: |item| Summary { title: name(item), text: item.str("text").into() },
    upgrade: |_, props| props,
    rules: Rules { check, effects: |_| Vec::new() },
    ended: |_, _, _| Vec::new(),
    example: || {
        json!({
            "kind": "file",
            "title": "Price list 2027",
            "blobs": [{ "blobId": "baaaaaaaaaapabaaaaaaaaaaaaa", "name": "prices.pdf", "type": "application/pdf" }],
        })
    },
};

fn name(item: &crate::Record) -> String {
    let of_file = item.list("blobs").first().and_then(|blob| blob["name"].as_str());
    if item.has("title") { item.str("title").into() } else { of_file.unwrap_or("").into() }
}

fn check(change: &Change) -> Result<(), SetError> {
    let Some(file) = change.after else { return Ok(()) };
    if file.list("blobs").len() != 1 && !file.has("deleted") {
        return Err(SetError::invalid(
            "blobs",
            "a file holds one upload; for several, make several, or attach them to a post",
        ));
    }
    Ok(())
}
