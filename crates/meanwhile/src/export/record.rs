//! Records as an export has them: what others can use, without what a server sets of its own.

use jmap::Id;
use mail::clean_file_name;
use serde_json::{Map, Value, json};

/// Bytes of a name that is made for a folder or file.
const NAME: usize = 60;

/// A file of an Item, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) blob: Id,
    /// Below the folder of the Space.
    pub(super) path: String,
}

/// The files of an Item; a blob of an unknown shape is none.
pub(super) fn item_files(item: &Map<String, Value>) -> Vec<File> {
    let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
    let blobs = item.get("blobs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let one = |(at, blob): (usize, &Value)| {
        let media_type = blob["type"].as_str().unwrap_or("");
        let name = clean_file_name(blob["name"].as_str().unwrap_or(""), media_type);
        let path = format!("files/{id}/{}-{name}", at + 1);
        Some(File { blob: blob["blobId"].as_str().and_then(|id| Id::parse(id).ok())?, path })
    };
    blobs.iter().enumerate().filter_map(one).collect()
}

/// An Item without what its server set. `there`: the Items of the Space. `of`: alone what that person wrote.
pub(super) fn exported(
    item: Map<String, Value>,
    files: &[File],
    there: impl Fn(Id) -> bool,
    of: Option<&str>,
) -> Map<String, Value> {
    let mut out = lean(&item, &["seq", "version", "excerpt", "receivedAt"]);
    name_files(&mut out, files);
    // How it came to the next place is said there; that it was imported stays true for ever.
    if out.get("origin").is_some_and(|origin| origin != "imported") {
        out.remove("origin");
    }
    let answered = out.get("inAnswerTo").and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
    if answered.is_some_and(|id| !there(id)) {
        out.remove("inAnswerTo");
    }
    if of.is_some() {
        for others in ["reactions", "answers", "unasked", "closed", "deleted", "groups"] {
            out.remove(others);
        }
    }
    out
}

/// Instead of the name that a file has on the server, the one that it has here.
pub(super) fn name_files(item: &mut Map<String, Value>, files: &[File]) {
    let blobs = item.get_mut("blobs").and_then(Value::as_array_mut).into_iter().flatten();
    for blob in blobs.filter_map(Value::as_object_mut) {
        let id = blob.remove("blobId");
        let id = id.as_ref().and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
        if let Some(file) = files.iter().find(|file| Some(file.blob) == id) {
            blob.insert("file".into(), json!(file.path));
        }
    }
}

/// A record without these properties, and without those that say nothing.
pub(super) fn lean(record: &Map<String, Value>, without: &[&str]) -> Map<String, Value> {
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    };
    let kept = record.iter().filter(|(name, value)| !without.contains(&name.as_str()) && says(value));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A name for the folder of a Space, readable, and its own.
pub(super) fn space_folder(space: &Map<String, Value>, id: Id) -> String {
    let persons = space.get("persons").and_then(Value::as_array).into_iter().flatten();
    let persons: Vec<Id> = persons.filter_map(|id| Id::parse(id.as_str()?).ok()).collect();
    match space.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} {id}", file_name(name)),
        None => format!("direct {}", super::direct_name(&persons)),
    }
}

/// Words as a part of a file's name.
pub(super) fn file_name(words: &str) -> String {
    let name = clean_file_name(&words.replace('/', "-"), "");
    name[..name.floor_char_boundary(NAME)].trim_end_matches(['.', ' ']).to_string()
}
