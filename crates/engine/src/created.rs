//! Which id a new record has. Creation ids inside a request (RFC 8620 5.3): where the table has an id, `#key` stands for what was created before.

use jmap::{Id, SetError};
use model::kind::{Naming, Shape};
use model::{AccountKind, TypeDef};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Shared;
use crate::desk::{Desk, Fault};

/// Replaces `#key` by the id that the creation id became, wherever the table has an id (RFC 8620 5.3).
pub(crate) fn with_created_ids<'a>(
    shared: &Shared,
    ty: &TypeDef,
    args: &'a Map<String, Value>,
    created: Option<&BTreeMap<String, String>>,
) -> Result<Cow<'a, Map<String, Value>>, SetError> {
    let Some(created) = created.filter(|_| args.values().any(may_name)) else { return Ok(Cow::Borrowed(args)) };
    fn replace(
        shape: &Shape,
        name: &str,
        value: &mut Value,
        created: &BTreeMap<String, String>,
    ) -> Result<(), SetError> {
        match (shape, value) {
            (
                Shape::Ref { .. } | Shape::OneOf(_) | Shape::AnyId(_) | Shape::Blob | Shape::Picture { .. },
                Value::String(text),
            ) => {
                if let Some(key) = text.strip_prefix('#') {
                    let none =
                        || SetError::invalid(name, format!("no record of this request has the creation id {key:?}"));
                    *text = created.get(key).ok_or_else(none)?.clone();
                }
                Ok(())
            }
            (Shape::List(inner, _), Value::Array(items)) => {
                items.iter_mut().try_for_each(|item| replace(inner, name, item, created))
            }
            (Shape::Embedded(_), Value::Object(inner)) => {
                for key in ["parentId", "inAnswerTo"] {
                    if let Some(value) = inner.get_mut(key) {
                        replace(&Shape::AnyId(b"i"), key, value, created)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
    let mut args = args.clone();
    let kind = args.get("kind").and_then(Value::as_str).and_then(|kind| shared.registry.kind_named(kind));
    for (name, value) in &mut args {
        if let Some(property) = shared.registry.property(ty, kind, name) {
            replace(&property.shape, name, value, created)?;
        }
    }
    Ok(Cow::Owned(args))
}

/// Whether a text in it begins as a creation id does.
fn may_name(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with('#'),
        Value::Array(items) => items.iter().any(may_name),
        Value::Object(inner) => inner.values().any(may_name),
        _ => false,
    }
}

impl Desk<'_> {
    /// That which its creator gave, or which follows from its arguments; else a fresh one.
    pub(crate) fn id_for(&self, ty: &'static TypeDef, key: &str, args: &Map<String, Value>) -> Result<Id, Fault> {
        let given = Id::parse(key).ok();
        let naming = Naming { account: self.access.head.id, workspace: self.shared.workspace, args };
        let follows = (ty.id_of)(&naming);
        let direct = ty.founds == Some(AccountKind::Space) && given.is_some_and(|id| id.letter() == b'd');
        match (given, follows) {
            (Some(id), _) if id.letter() != ty.letter && !direct => {
                let letter = ty.letter as char;
                let description = format!("the id of a {} begins with {letter:?}; {id} does not", ty.name);
                Err(SetError::invalid("id", description).into())
            }
            (Some(id), _) => Ok(id),
            (None, Some(id)) => Ok(id),
            (None, None) => {
                let fresh = || self.shared.fresh_id(ty.letter);
                let drawn = || self.drawn.map_or_else(fresh, |drawn| drawn.next(ty.letter, fresh));
                Ok(self.founding.and_then(|f| f.get(key)).copied().unwrap_or_else(drawn))
            }
        }
    }
}
