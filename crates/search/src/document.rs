//! A record as a document of the index: which of its words are found, and by which figures it is filtered.

use model::kind::{Place, Shape};
use model::{Record, Registry, items, person, plain, space};
use serde_json::Value;
use store::search::flags;
use store::{Changed, N, Row, Snapshot, StoreError, TypeNumber};
use tantivy::TantivyDocument;

use crate::schema::Fields;
use crate::texts::{Job, Known, Texts};

/// The types whose records are found.
pub(crate) const TYPES: [TypeNumber; 4] =
    [items::ITEM.number, space::SPACE.number, space::MEMBER.number, person::PERSON.number];

/// Bytes of text of all files of a record.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// The document of a record; `None` for what is not found: a tombstone, or what was emptied.
pub(crate) fn document(
    registry: &Registry,
    fields: &Fields,
    texts: &Texts,
    n: N,
    Changed { row, .. }: &Changed,
    at: &dyn Snapshot,
) -> Result<Option<TantivyDocument>, StoreError> {
    let record = Record {
        id: row.id,
        kind: row.kind,
        thread: row.thread,
        created_seq: row.created_seq,
        seq: row.seq,
        version: row.version,
        origin: row.origin,
        props: model::record::properties(registry, row.kind, &row.head, row.body.as_deref()),
    };
    if row.destroyed.is_some() || record.has("deleted") {
        return Ok(None);
    }
    let mut doc = TantivyDocument::default();
    doc.add_bytes(fields.key, fields.key_of(n, row.ty, row.created_seq).serialized_value_bytes());
    doc.add_u64(fields.account, u64::from(n));
    doc.add_u64(fields.ty, u64::from(row.ty));
    doc.add_u64(fields.seq, row.created_seq);
    if row.ty != items::ITEM.number {
        doc.add_text(fields.title, record.str("name"));
        return Ok(Some(doc));
    }
    let date = if row.origin == jmap::Origin::Imported { "createdAt" } else { "receivedAt" };
    doc.add_u64(fields.kind, u64::from(row.kind));
    doc.add_i64(fields.at, record.date(date).map_or(0, jmap::UtcDate::ms));
    doc.add_u64(fields.flags, flags_of(row, &record));
    if let Some(author) = record.id("createdBy") {
        doc.add_bytes(fields.from, fields.author(author).serialized_value_bytes());
    }
    let summary = registry.kind(row.kind).map(|kind| (kind.summary)(&record)).unwrap_or_default();
    doc.add_text(fields.title, &summary.title);
    let words = plain::plain(&summary.text, usize::MAX);
    for address in links(&summary.text).filter(|address| !words.contains(address)) {
        doc.add_text(fields.text, address);
    }
    doc.add_text(fields.text, &words);
    for more in others(registry, row, &record) {
        doc.add_text(fields.text, more);
    }
    files(fields, texts, (n, row), &record, at, &mut doc)?;
    Ok(Some(doc))
}

/// The texts of further searched properties of the kind.
fn others<'a>(registry: &'a Registry, row: &Row, record: &'a Record) -> impl Iterator<Item = &'a str> {
    let kind = registry.kind(row.kind).map_or(&[][..], |kind| kind.properties);
    let text = |shape: &Shape| matches!(shape, Shape::Text { .. } | Shape::Markdown { .. });
    let searched = kind.iter().filter(move |p| p.searchable && p.place != Place::Nowhere && text(&p.shape));
    searched.map(|property| record.str(property.name))
}

/// The names of its files, and what stands in them.
fn files(
    fields: &Fields,
    texts: &Texts,
    (n, row): (N, &Row),
    record: &Record,
    at: &dyn Snapshot,
    doc: &mut TantivyDocument,
) -> Result<(), StoreError> {
    let (mut room, mut waits) = (MAX_TEXT, false);
    for file in record.list("blobs") {
        let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or("").to_string();
        doc.add_text(fields.files, text("name"));
        let blob = match jmap::Id::parse(&text("blobId")) {
            Ok(id) => at.blob(id)?,
            Err(_) => None,
        };
        let Some(blob) = blob else { continue };
        let media_type = if text("type").is_empty() { blob.media_type } else { text("type") };
        let job = Job { hash: blob.hash, media_type, name: text("name") };
        match texts.known(job, (n, row.ty, row.created_seq)) {
            Known::Made(text) => {
                let text = &text[..text.floor_char_boundary(room)];
                room -= text.len();
                doc.add_text(fields.files, text);
            }
            Known::Waits => waits = true,
            Known::Never => {}
        }
    }
    if waits {
        doc.add_u64(fields.waits, 1);
    }
    Ok(())
}

fn flags_of(row: &Row, record: &Record) -> u64 {
    let files = record.list("blobs");
    let image = |file: &Value| file["type"].as_str().is_some_and(|ty| ty.starts_with("image/"));
    let reacted = record
        .props
        .get("reactions")
        .and_then(Value::as_object)
        .is_some_and(|all| all.values().any(|people| people.as_object().is_some_and(|people| !people.is_empty())));
    let asks = record.has("expects");
    let root = row.thread.is_none_or(|thread| thread == row.id);
    [
        (flags::FILE, !files.is_empty()),
        (flags::IMAGE, files.iter().any(image)),
        (flags::LINK, links(record.str("text")).next().is_some()),
        (flags::REACTION, reacted),
        (flags::QUESTION, asks),
        (flags::THREAD, root),
        (flags::REPLY, !root),
        (flags::EDITED, record.has("editedAt")),
        (flags::OPEN, asks && !record.has("closed")),
    ]
    .into_iter()
    .filter(|(_, is)| *is)
    .fold(0, |all, (flag, _)| all | flag)
}

/// The addresses of the web in a text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    let starts = starts.filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
    starts.map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "<>()[]\"'".contains(c));
        &rest[..end.unwrap_or(rest.len())]
    })
}
