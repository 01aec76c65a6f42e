//! Whether a value has the shape that the table asks for. Every refusal names the path, what is wrong and the limit.

use jmap::{Id, SetError, UtcDate};
use serde_json::Value;

use crate::kind::{Keys, Must, Property, Shape};
use crate::limits;

/// What else has to be looked up for a value: references and blobs, each with the property it stands in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Property, type, id, and whether it must be there.
    pub refs: Vec<(String, &'static str, Id, Must)>,
    /// Property and blob.
    pub blobs: Vec<(String, Id)>,
}

/// Checks a value. `property` is the name the refusal will carry; null is for the caller to judge.
pub fn validate(shape: &Shape, property: &str, value: &Value, found: &mut Found) -> Result<(), SetError> {
    let wrong = |want: &str| Err(SetError::invalid(property, format!("{property:?} takes {want}")));
    match shape {
        Shape::Text { max } => match value.as_str() {
            Some(text) if text.chars().any(char::is_control) => {
                wrong("one line of text: line ends, tabs and other control characters are not part of it")
            }
            Some(text) => within(property, "the limit in bytes", *max, text.len()),
            None => wrong("a text"),
        },
        Shape::Markdown { max } => match value.as_str() {
            Some(text) if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) => {
                wrong("text without control characters other than line ends and tabs")
            }
            Some(text) => within(property, limit_of(*max), *max, text.len()),
            None => wrong("a text"),
        },
        Shape::Integer { min, max } => match value.as_i64() {
            Some(n) if (*min..=*max).contains(&n) => Ok(()),
            _ => wrong(&format!("a whole number from {min} to {max}")),
        },
        Shape::Bool if value.is_boolean() => Ok(()),
        Shape::Bool => wrong("true or false"),
        Shape::Instant => match value.as_str().and_then(UtcDate::parse) {
            Some(_) => Ok(()),
            None => wrong("an instant in UTC such as 2026-11-22T09:00:00Z"),
        },
        Shape::Day => match value.as_str().filter(|day| is_day(day)) {
            Some(_) => Ok(()),
            None => wrong("a day such as 2026-11-22"),
        },
        Shape::Choice(words) => match value.as_str() {
            Some(word) if words.contains(&word) => Ok(()),
            _ => wrong(&format!("one of {words:?}")),
        },
        Shape::Ref { to, must } => match value.as_str().map(Id::parse) {
            Some(Ok(id)) => {
                found.refs.push((property.to_string(), to, id, *must));
                Ok(())
            }
            _ => wrong(&format!("the id of a {to}")),
        },
        Shape::OneOf(types) => {
            let id = value.as_str().and_then(|id| Id::parse(id).ok());
            let of = |id: Id| types.iter().find(|(letter, _)| *letter == id.letter()).map(|(_, to)| (id, *to));
            match id.and_then(of) {
                Some((id, to)) => {
                    found.refs.push((property.to_string(), to, id, Must::Exist));
                    Ok(())
                }
                None => wrong(&format!("the id of a {}", names(types))),
            }
        }
        Shape::AnyId(letters) => match value.as_str().map(Id::parse) {
            Some(Ok(id)) if letters.contains(&id.letter()) => Ok(()),
            _ => wrong("an id"),
        },
        Shape::Blob | Shape::Picture { .. } => match value.as_str().map(Id::parse) {
            Some(Ok(id)) if id.letter() == b'b' => {
                found.blobs.push((property.to_string(), id));
                Ok(())
            }
            // What no upload can have answered looks like what is not there.
            Some(_) => Err(SetError::blob_not_found(property, value.as_str().unwrap_or(""))),
            None => wrong("a blobId"),
        },
        Shape::List(inner, max) => {
            let Some(items) = value.as_array() else { return wrong("a list") };
            within(property, "the limit of entries", *max, items.len())?;
            items.iter().try_for_each(|item| validate(inner, property, item, found))
        }
        Shape::Map(keys, inner, max) => {
            let Some(entries) = value.as_object() else { return wrong("an object") };
            within(property, "the limit of entries", *max, entries.len())?;
            entries.iter().try_for_each(|(key, value)| {
                check_key(*keys, property, key, found)?;
                validate(inner, property, value, found)
            })
        }
        Shape::Object(properties) => object(properties, property, value, found),
        Shape::Embedded(_) if value.is_object() => Ok(()),
        Shape::Embedded(ty) => wrong(&format!("a whole {ty}")),
        Shape::Free { max } if value.is_object() => {
            found.blobs.extend(free_blobs(value).map(|id| (property.to_string(), id)));
            within(property, "the limit in bytes", *max, value.to_string().len())
        }
        Shape::Free { .. } => wrong("an object"),
    }
}

/// The files of something half written: kept until it is sent or thrown away.
fn free_blobs(value: &Value) -> impl Iterator<Item = Id> {
    let list = value.get("blobs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|blob| Id::parse(blob.get("blobId")?.as_str()?).ok()).filter(|id| id.letter() == b'b')
}

fn object(properties: &[Property], property: &str, value: &Value, found: &mut Found) -> Result<(), SetError> {
    let Some(entries) = value.as_object() else {
        return Err(SetError::invalid(property, format!("{property:?} takes an object")));
    };
    for (name, value) in entries {
        let Some(inner) = properties.iter().find(|p| p.name == name) else {
            let known: Vec<_> = properties.iter().map(|p| p.name).collect();
            return Err(SetError::invalid(property, format!("{property:?} has no part {name:?}; it has {known:?}")));
        };
        if !(value.is_null() && inner.nullable()) {
            validate(&inner.shape, &format!("{property}/{name}"), value, found)?;
        }
    }
    match properties.iter().find(|p| p.required && !entries.contains_key(p.name)) {
        Some(missing) => Err(SetError::invalid(property, format!("{property:?} lacks {:?}", missing.name))),
        None => Ok(()),
    }
}

fn names(types: &[(u8, &'static str)]) -> String {
    types.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(" or a ")
}

fn check_key(keys: Keys, property: &str, key: &str, found: &mut Found) -> Result<(), SetError> {
    let good = match keys {
        Keys::Person => Id::parse(key).is_ok_and(|id| id.letter() == b'p'),
        Keys::Group => Id::parse(key).is_ok_and(|id| id.letter() == b'g'),
        Keys::Ref(to) => {
            let id = Id::parse(key).ok();
            found.refs.extend(id.map(|id| (property.to_string(), to, id, Must::Exist)));
            id.is_some()
        }
        Keys::Text(max) => !key.is_empty() && key.len() <= max && !key.chars().any(char::is_control),
    };
    if good { Ok(()) } else { Err(SetError::invalid(property, format!("{key:?} can't be a key of {property:?}"))) }
}

/// What limits a text of at most so many bytes, as the capability calls it.
fn limit_of(max: usize) -> &'static str {
    match max {
        limits::MAX_TEXT => "maxSizeText in bytes",
        limits::MAX_TEMPLATE => "maxSizeTemplate in bytes",
        _ => "the limit in bytes",
    }
}

fn within(property: &str, limit: &str, allowed: usize, found: usize) -> Result<(), SetError> {
    if found <= allowed { Ok(()) } else { Err(SetError::too_large(property, limit, allowed, found)) }
}

fn is_day(text: &str) -> bool {
    let shape = text.len() == 10 && text.is_ascii();
    shape && UtcDate::parse(&format!("{text}T00:00:00Z")).is_some()
}

/// What a property of this shape is when it is empty.
pub fn empty(shape: &Shape) -> Value {
    match shape {
        Shape::List(..) => Value::Array(Vec::new()),
        Shape::Map(..) | Shape::Object(_) | Shape::Embedded(_) | Shape::Free { .. } => {
            Value::Object(Default::default())
        }
        Shape::Bool => Value::Bool(false),
        Shape::Integer { min, .. } => Value::from((*min).max(0)),
        _ => Value::from(""),
    }
}
