//! One message, made ready: its text within the limits, its files uploaded.

use engine::Engine;
use jmap::{Id, UtcDate};
use mail::{Attachment, Message};
use model::{Caller, limits};
use serde_json::{Map, Value, json};

use super::authors::Author;
use super::files;

/// What is known of a message before it is made ready.
pub(super) struct Frame {
    pub(super) place: String,
    pub(super) id: Id,
    pub(super) message_id: String,
    /// Messages it may answer, the nearest first.
    pub(super) parents: Vec<String>,
    pub(super) date: i64,
}

/// A message that can be created.
pub(super) struct Prepared {
    pub(super) place: String,
    pub(super) id: Id,
    pub(super) message_id: String,
    pub(super) parents: Vec<String>,
    /// `None`: it opens a thread.
    pub(super) parent: Option<Id>,
    pub(super) author: Author,
    pub(super) text: String,
    pub(super) blobs: Vec<Value>,
    /// It was refused once because of its parent.
    pub(super) again: bool,
    title: String,
    created_at: UtcDate,
}

impl Prepared {
    /// The properties it is created with.
    pub(super) fn props(&self, author: Id) -> Map<String, Value> {
        let props = json!({
            "kind": if self.parent.is_some() { "post" } else { "topic" },
            "origin": "imported",
            "text": self.text,
            "blobs": self.blobs,
            "createdBy": author,
            "createdAt": self.created_at,
            "messageId": self.message_id,
        });
        let Value::Object(mut props) = props else { return Map::new() };
        match self.parent {
            Some(parent) => props.insert("parentId".into(), json!(parent)),
            None => props.insert("title".into(), json!(self.title)),
        };
        props
    }
}

/// Cuts the text to its limit and uploads the files.
pub(super) async fn prepare(
    engine: &Engine,
    by: &Caller,
    space: Id,
    message: Message,
    frame: Frame,
) -> anyhow::Result<Prepared> {
    let (mut text, rest) = mail::fit(&message.whole_text(), limits::MAX_TEXT);
    let mut files = message.attachments;
    if let Some(rest) = rest {
        let rest = Attachment {
            name: "rest-of-message.txt".into(),
            media_type: "text/plain".into(),
            bytes: rest.into_bytes(),
            inline: false,
            content_id: None,
        };
        files.insert(0, rest);
    }
    if files.len() > limits::MAX_BLOBS {
        let lost = files.len() - limits::MAX_BLOBS;
        files.truncate(limits::MAX_BLOBS);
        let note = format!("\n\n*({lost} more files of this mail were left out.)*");
        text = format!("{}{note}", mail::fit(&text, limits::MAX_TEXT - note.len()).0);
    }
    let mut blobs = Vec::with_capacity(files.len());
    for file in files {
        blobs.push(upload(engine, by, space, file).await?);
    }
    if text.trim().is_empty() && blobs.is_empty() {
        text = "*(This mail has no text.)*".into();
    }
    let title = if message.thread_subject.trim().is_empty() { "(no subject)" } else { &message.thread_subject };
    Ok(Prepared {
        place: frame.place,
        id: frame.id,
        message_id: frame.message_id,
        parents: frame.parents,
        parent: None,
        author: Author::of(message.from.as_ref()),
        text,
        blobs,
        again: false,
        title: cut(title, limits::MAX_TITLE),
        created_at: UtcDate::from_ms(frame.date),
    })
}

async fn upload(engine: &Engine, by: &Caller, space: Id, file: Attachment) -> anyhow::Result<Value> {
    let blob = files::upload_bytes(engine, by, space, file.bytes, &file.media_type).await?;
    files::described(engine, by, space, blob, &file.name, &file.media_type).await
}

/// At most so many bytes of a text, cut between characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].trim().to_string()
}
