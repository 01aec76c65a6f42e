//! Templates of a Space: how its threads may begin. Each stands under a key of its own, so that two who change the list
//! at the same time take nothing from each other.

use jmap::SetError;
use serde_json::{Map, Value};
use std::collections::HashSet;

use crate::caller::Role;
use crate::change::Change;
use crate::kind::{Default, Keys, Property, Shape, Writer, property};
use crate::limits;
use crate::record::Record;

const EXPECTS: &[Property] =
    &[property("what", Shape::Choice(&["reply", "decision", "acknowledgement"]), "what the thread asks for")
        .required()];

const TEMPLATE: &[Property] = &[
    property("name", Shape::Text { max: limits::MAX_TITLE }, "what it is called in the list").required(),
    property("order", Shape::Integer { min: 0, max: limits::MAX_SAFE }, "its place in the list, the lowest first"),
    property("title", Shape::Text { max: limits::MAX_TITLE }, "the title that a thread begins with"),
    property("text", Shape::Markdown { max: limits::MAX_TEMPLATE }, "the text that a thread begins with, in Markdown"),
    property("expects", Shape::Object(EXPECTS), "what such a thread asks for; of whom is said when it is written"),
];

/// The property.
pub(super) const TEMPLATES: Property = property(
    "templates",
    Shape::Map(Keys::Text(32), &Shape::Object(TEMPLATE), limits::MAX_TEMPLATES),
    "how threads may begin that are written here, each under a key of the client's choice",
)
.in_body()
.by(Writer::Role(Role::Admin))
.default(Default::Empty);

/// Refuses one that nobody could choose, or that would begin nothing.
pub(super) fn check(change: &Change, space: &Record) -> Result<(), SetError> {
    if !(change.is_new() || change.changes("templates")) {
        return Ok(());
    }
    let mut names = HashSet::new();
    let Some(templates) = space.props.get("templates").and_then(Value::as_object) else { return Ok(()) };
    for (key, template) in templates {
        let empty = Map::new();
        let template = template.as_object().unwrap_or(&empty);
        let said = |name: &str| template.get(name).and_then(Value::as_str).unwrap_or("").trim();
        let refused = |why: String| Err(SetError::invalid("templates", why));
        if said("name").is_empty() {
            return refused(format!("the template {key:?} has no name; people choose it by that"));
        }
        if !names.insert(said("name").to_lowercase()) {
            return refused(format!("two templates are called {:?}; give one of them another name", said("name")));
        }
        if said("title").is_empty() && said("text").is_empty() {
            return refused(format!("the template {:?} has neither a title nor a text", said("name")));
        }
    }
    Ok(())
}
