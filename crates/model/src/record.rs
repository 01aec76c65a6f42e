//! A record in memory: columns, and its properties as JSON.

use jmap::{Id, Origin, UtcDate};
use serde_json::{Map, Value};

use crate::Registry;

/// A record of any type.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: Id,
    /// The number of its kind; 0 without kinds.
    pub kind: u8,
    /// The root of its thread.
    pub thread: Option<Id>,
    /// Its place in the account: the number of the change that made it.
    pub created_seq: u64,
    /// Its newest change.
    pub seq: u64,
    /// Counts versions.
    pub version: u32,
    /// How it came to be.
    pub origin: Origin,
    /// The properties of head and body.
    pub props: Map<String, Value>,
}

/// The properties in a head and a body, as the store keeps them, brought up to the kind's schema.
pub fn properties(registry: &Registry, kind: u8, head: &str, body: Option<&str>) -> Map<String, Value> {
    let mut props: Map<String, Value> = serde_json::from_str(head).unwrap_or_default();
    if let Some(Value::Object(body)) = body.and_then(|body| serde_json::from_str(body).ok()) {
        props.extend(body);
    }
    let schema = props.remove("$").and_then(|n| n.as_u64()).unwrap_or(1) as u16;
    match registry.kind(kind).filter(|kind| kind.schema > schema) {
        Some(kind) => (kind.upgrade)(schema, props),
        None => props,
    }
}

impl Record {
    /// A text property; "" where it is none.
    pub fn str(&self, name: &str) -> &str {
        self.props.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// A number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.props.get(name).and_then(Value::as_i64)
    }

    /// An id.
    pub fn id(&self, name: &str) -> Option<Id> {
        Id::parse(self.str(name)).ok()
    }

    /// An instant.
    pub fn date(&self, name: &str) -> Option<UtcDate> {
        UtcDate::parse(self.str(name))
    }

    /// A list; empty where it is none.
    pub fn list(&self, name: &str) -> &[Value] {
        self.props.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// True if the property is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.props.get(name).is_some_and(|v| !v.is_null())
    }
}
