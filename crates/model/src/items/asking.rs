//! What becomes of a question when its author changes it. An answer that was given stays, and answers what it answered;
//! who is not asked any more is written down, so that he finds it so.

use jmap::SetError;
use serde_json::{Map, Value, json};

use crate::change::{Change, Effect};
use crate::items::answers::{answers, what};
use crate::items::{named, persons_in};
use crate::limits;
use crate::record::Record;

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    let Some(before) = change.before.filter(|_| change.changes("expects")) else { return Ok(()) };
    if what(before) != what(after) && !answers(before).is_empty() {
        return Err(SetError::invalid(
            "expects",
            "somebody has answered it, so what it asks for stays; close it, or ask for something else in a post of its own",
        ));
    }
    Ok(())
}

pub(super) fn effects(change: &Change) -> Vec<Effect> {
    let (Some(before), Some(after)) = (change.before, change.after) else { return Vec::new() };
    if !change.changes("expects") {
        return Vec::new();
    }
    let asked = persons_in(&named::settled(change, after), "expects/of");
    let (gave, author) = (answers(before), before.id("createdBy"));
    let was = before.props.get("unasked").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut unasked: Vec<(String, Value)> = was.clone().into_iter().collect();
    for person in persons_in(before, "expects/of") {
        let name = person.to_string();
        if Some(person) != author && !gave.contains_key(&name) {
            unasked.retain(|(other, _)| *other != name);
            unasked.push((name, json!(change.now)));
        }
    }
    unasked.retain(|(name, _)| !asked.iter().any(|person| person.to_string() == *name));
    // Those of long ago are forgotten first.
    unasked.sort_by(|a, b| a.1.as_str().cmp(&b.1.as_str()));
    let many = unasked.len().saturating_sub(limits::MAX_OF);
    let unasked = Map::from_iter(unasked.into_iter().skip(many));
    if unasked == was {
        return Vec::new();
    }
    let patch = Map::from_iter([("unasked".to_string(), Value::Object(unasked))]);
    vec![Effect::Patch { ty: "Item", id: after.id, patch }]
}
