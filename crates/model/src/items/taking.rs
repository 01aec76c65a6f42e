//! Questions of which one answer is enough: the first closes it for all, and who says "I take it" has it alone.

use jmap::{Id, SetError};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::change::{Change, Effect};
use crate::items::answers::answers;
use crate::items::persons_in;
use crate::record::Record;

/// True if one answer of those whom it asks is enough.
pub fn wants_one(item: &Record) -> bool {
    item.props.get("expects").and_then(|expects| expects.get("anyOne")) == Some(&Value::Bool(true))
}

/// Of whom an answer is still needed: nobody once it is closed. Where one is enough: who takes it, else all, and nobody
/// once there is an answer.
pub fn still_asked(item: &Record) -> BTreeSet<Id> {
    let (gave, taken) = (answers(item), taken(item));
    let mut of = persons_in(item, "expects/of");
    if item.has("closed") || item.has("deleted") || (wants_one(item) && !gave.is_empty()) {
        return BTreeSet::new();
    }
    // Whom it would reach too late it does not ask.
    let passed: BTreeSet<Id> = item.list("passedOver").iter().filter_map(|id| Id::parse(id.as_str()?).ok()).collect();
    of.retain(|person| !passed.contains(person));
    let takes = |person: &Id| taken.contains_key(&person.to_string());
    if !wants_one(item) {
        of.retain(|person| !gave.contains_key(&person.to_string()));
    } else if of.iter().any(takes) {
        of.retain(takes);
    }
    of
}

fn taken(item: &Record) -> Map<String, Value> {
    item.props.get("takenBy").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Whether somebody takes it anew.
fn takes(change: &Change, after: &Record) -> bool {
    let (me, before) = (change.by.person.to_string(), change.before.map(taken).unwrap_or_default());
    change.changes("takenBy") && taken(after).contains_key(&me) && !before.contains_key(&me)
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    if change.is_new() || !takes(change, after) {
        return Ok(());
    }
    let none = |why: &str| Err(SetError::invalid("takenBy", why));
    if !wants_one(after) {
        return none(
            "one takes what asks several and needs one answer (\"anyOne\"); this asks everybody it names: answer it",
        );
    }
    if !persons_in(after, "expects/of").contains(&change.by.person) {
        return none("it does not ask you");
    }
    if after.has("closed") {
        return none("it is closed: no answer is needed any more");
    }
    if !answers(after).is_empty() {
        return none("somebody has answered it, and one answer is enough");
    }
    Ok(())
}

pub(super) fn effects(change: &Change) -> Vec<Effect> {
    let Some(after) = change.after.filter(|after| !change.is_new() && takes(change, after)) else { return Vec::new() };
    // The instant is the server's.
    let mut all = taken(after);
    all.insert(change.by.person.to_string(), json!(change.now));
    let patch = Map::from_iter([("takenBy".to_string(), Value::Object(all))]);
    vec![Effect::Patch { ty: "Item", id: after.id, patch }]
}
