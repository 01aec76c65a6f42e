//! Between rows and records, and from rows to the wire without parsing them.

use jmap::{Id, Origin, UtcDate};
use model::kind::Place;
use model::{Kind, Record, Registry, TypeDef};
use serde_json::{Map, Value};
use std::borrow::Cow;
use store::{N, Row, Seq, Tick};

/// The head of a record whose kind has another schema than 1 begins with this and the number.
const SCHEMA: &str = "{\"$\":";

/// A row as a record, brought up to its kind's schema.
pub(crate) fn record(registry: &Registry, row: &Row) -> Record {
    Record {
        id: row.id,
        kind: row.kind,
        thread: row.thread,
        created_seq: row.created_seq,
        seq: row.seq,
        version: row.version,
        origin: row.origin,
        props: model::record::properties(registry, row.kind, &row.head, row.body.as_deref()),
    }
}

/// A record as a row; nothing of it is lost.
pub(crate) fn row(registry: &Registry, ty: &TypeDef, n: N, record: &Record) -> Row {
    let kind = registry.kind(record.kind);
    let (mut head, mut body) = (String::new(), String::new());
    for (name, value) in &record.props {
        let to = match registry.property(ty, kind, name).map_or(Place::Head, |p| p.place) {
            Place::Head => &mut head,
            Place::Body => &mut body,
            Place::Column | Place::Nowhere => continue,
        };
        to.push(if to.is_empty() { '{' } else { ',' });
        write_member(name, value, to);
    }
    let mut text = if head.is_empty() { "{}".to_string() } else { head + "}" };
    if let Some(kind) = kind.filter(|kind| kind.schema > 1) {
        let rest = if text == "{}" { "}" } else { &text[1..] };
        let comma = if text == "{}" { "" } else { "," };
        text = format!("{SCHEMA}{}{comma}{rest}", kind.schema);
    }
    let body = (!body.is_empty()).then(|| body + "}");
    Row { n, ty: ty.number, head: text, body, ..columns(record) }
}

/// `"name":value`.
fn write_member(name: &str, value: &Value, out: &mut String) {
    out.push_str(&serde_json::to_string(name).expect("a text is JSON"));
    out.push(':');
    out.push_str(&serde_json::to_string(value).expect("a value is JSON"));
}

/// What stays of a destroyed record: its place, and whose it was, so that a late repeat of its create is known.
pub(crate) fn tombstone(ty: &TypeDef, n: N, record: &Record, seq: Seq, at: UtcDate) -> Row {
    let mut head = Map::new();
    if let Some(by) = record.props.get("createdBy") {
        head.insert("createdBy".into(), by.clone());
    }
    let head = Value::Object(head).to_string();
    Row { n, ty: ty.number, seq, destroyed: Some(at), head, ..columns(record) }
}

/// A fresh record with these properties.
pub(crate) fn new_record(id: Id, props: Map<String, Value>, origin: Origin) -> Record {
    Record { id, kind: 0, thread: None, created_seq: 0, seq: 0, version: 0, origin, props }
}

/// Appends a row as clients read it. With `only`, just these properties; else all, spliced without parsing.
pub(crate) fn write_wire(registry: &Registry, ty: &TypeDef, row: &Row, only: Option<&[String]>, out: &mut String) {
    let kind = registry.kind(row.kind);
    if only.is_some() || !is_current(kind, &row.head) {
        let wire = wire(registry, ty, &record(registry, row), only);
        out.push_str(&Value::Object(wire).to_string());
        return;
    }
    out.push_str("{\"id\":\"");
    out.push_str(&row.id.to_string());
    out.push('"');
    for property in ty.properties.iter().filter(|p| p.place == Place::Column) {
        out.push_str(",\"");
        out.push_str(property.name);
        out.push_str("\":");
        write_column(registry, property.name, row, out);
    }
    let head = match row.head.strip_prefix(SCHEMA) {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => row.head.strip_prefix('{').unwrap_or(""),
    };
    for part in [head, row.body.as_deref().and_then(|body| body.strip_prefix('{')).unwrap_or("")] {
        let inner = part.strip_suffix('}').unwrap_or(part).trim_start_matches(',');
        if !inner.is_empty() {
            out.push(',');
            out.push_str(inner);
        }
    }
    out.push('}');
}

/// True if a head is of the schema that its kind has today; without a number it is of the first.
fn is_current(kind: Option<&Kind>, head: &str) -> bool {
    let digits = head.strip_prefix(SCHEMA).map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(0)]);
    let schema = digits.map_or(Ok(1), str::parse);
    kind.is_none_or(|kind| schema == Ok(kind.schema))
}

/// A column as text. Ids, and the words of the table, need no escapes.
fn write_column(registry: &Registry, name: &str, row: &Row, out: &mut String) {
    match column(registry, name, row) {
        Value::String(word) => {
            out.push('"');
            out.push_str(&word);
            out.push('"');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn column(registry: &Registry, name: &str, row: &Row) -> Value {
    match name {
        "kind" => Value::from(registry.kind(row.kind).map_or("", |kind| kind.name)),
        "threadId" => row.thread.map_or(Value::Null, |id| Value::from(id.to_string())),
        "seq" => Value::from(row.created_seq),
        "version" => Value::from(row.version),
        "origin" => Value::from(row.origin.word()),
        _ => Value::Null,
    }
}

/// A record as clients read it: all its properties, or only these.
pub(crate) fn wire(registry: &Registry, ty: &TypeDef, record: &Record, only: Option<&[String]>) -> Map<String, Value> {
    let mut out = wire_where(registry, ty, record, |name, _| only.is_none_or(|only| only.iter().any(|o| o == name)));
    out.entry("id").or_insert_with(|| Value::from(record.id.to_string()));
    out
}

/// Those properties of a record that are wanted, as clients read them.
pub(crate) fn wire_where(
    registry: &Registry,
    ty: &TypeDef,
    record: &Record,
    wanted: impl Fn(&str, &Value) -> bool,
) -> Map<String, Value> {
    let kind = registry.kind(record.kind);
    let mut out = Map::new();
    let mut take = |name: &str, value: Cow<Value>| {
        if wanted(name, &value) {
            out.insert(name.to_string(), value.into_owned());
        }
    };
    take("id", Cow::Owned(Value::from(record.id.to_string())));
    let columns = columns(record);
    for property in registry.properties(ty, kind) {
        match property.place {
            Place::Column => take(property.name, Cow::Owned(column(registry, property.name, &columns))),
            Place::Head | Place::Body => {
                take(property.name, Cow::Borrowed(record.props.get(property.name).unwrap_or(&Value::Null)));
            }
            Place::Nowhere => {}
        }
    }
    out
}

/// The columns of a record, and no more.
fn columns(record: &Record) -> Row {
    Row {
        n: 0,
        ty: 0,
        id: record.id,
        created_seq: record.created_seq,
        seq: record.seq,
        tick: Tick(0),
        origin: record.origin,
        destroyed: None,
        version: record.version,
        kind: record.kind,
        thread: record.thread,
        head: String::new(),
        body: None,
    }
}

/// Under which name a record holds its files: a Draft and the Submission it becomes have one id, and each its own hold.
pub(crate) fn holder(ty: &TypeDef, id: Id) -> Id {
    id.with_letter(b'a' + ty.number % 26)
}

/// The keys of the index rows of a record: index name and key.
pub(crate) fn index_keys(registry: &Registry, ty: &TypeDef, record: &Record) -> Vec<(&'static str, Vec<u8>)> {
    let kind = registry.kind(record.kind);
    let mut out = Vec::new();
    for property in registry.properties(ty, kind) {
        let Some(index) = property.index else { continue };
        if let Some(key) = record.props.get(property.name).and_then(index_key) {
            out.push((index, key));
        }
    }
    out
}

/// A value as an index key: numbers and instants in their order, texts as they are.
pub(crate) fn index_key(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => match UtcDate::parse(text) {
            Some(date) => Some(ordered(date.ms())),
            None => Some(text.as_bytes().to_vec()),
        },
        Value::Number(n) => n.as_i64().map(ordered),
        Value::Bool(on) => Some(vec![u8::from(*on)]),
        _ => None,
    }
}

fn ordered(n: i64) -> Vec<u8> {
    ((n as u64) ^ (1 << 63)).to_be_bytes().to_vec()
}
