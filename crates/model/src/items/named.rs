//! Groups that an Item names. For whom they stand is settled when they are named: whoever joins a group later was not
//! named by it, and a reader of old Items needs no group to know whom they meant.

use jmap::{Id, SetError};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use crate::caller::Role;
use crate::change::{Change, Effect};
use crate::limits;
use crate::person::named_key;
use crate::record::Record;

/// Where an Item names somebody.
const PLACES: [&str; 2] = ["mentions", "expects/of"];

/// The ids that stand in one of the places.
fn ids_in(item: &Record, place: &str) -> Vec<Id> {
    let mut parts = place.split('/');
    let outer = parts.next().and_then(|name| item.props.get(name));
    let list = match parts.next() {
        Some(part) => outer.and_then(|outer| outer.get(part)),
        None => outer,
    };
    let ids = list.and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(|id| Id::parse(id.as_str()?).ok()).collect()
}

/// The groups that an Item names anywhere, once each.
pub fn groups_in(item: &Record) -> BTreeSet<Id> {
    PLACES.iter().flat_map(|place| ids_in(item, place)).filter(|id| id.letter() == b'g').collect()
}

/// The persons whom an Item names in `mentions` or asks in `expects/of`, those for whom a group stood among them.
pub fn persons_in(item: &Record, place: &str) -> BTreeSet<Id> {
    let of_group = |group: &Id| {
        let persons = item.props.get("groups").and_then(|groups| groups.get(group.to_string()));
        let persons = persons.and_then(Value::as_array).into_iter().flatten();
        persons.filter_map(|id| Id::parse(id.as_str()?).ok()).collect::<Vec<_>>()
    };
    let stands_for = |id: Id| if id.letter() == b'g' { of_group(&id) } else { vec![id] };
    ids_in(item, place).into_iter().flat_map(stands_for).collect()
}

/// The `groups` of an Item as it will be: those it still names as they stood, and the new ones.
fn groups(change: &Change, after: &Record) -> Map<String, Value> {
    let still = groups_in(after);
    let before = after.props.get("groups").and_then(Value::as_object).cloned().unwrap_or_default();
    let kept = before.into_iter().filter(|(id, _)| Id::parse(id).is_ok_and(|id| still.contains(&id)));
    let new = change.related.groups().iter().map(|named| (named.group.id.to_string(), json!(named.here)));
    // What an import brings says for whom they stood when it was said.
    new.chain(kept).collect()
}

/// The Item as it will be, with for whom its groups stand.
pub(super) fn settled(change: &Change, after: &Record) -> Record {
    let mut whole = after.clone();
    whole.props.insert("groups".into(), Value::Object(groups(change, after)));
    whole
}

pub(super) fn check(change: &Change, after: &Record) -> Result<(), SetError> {
    let archived = change.related.groups().iter().find(|named| named.group.has("archivedAt"));
    if let Some(named) = archived {
        let why = format!("the group @{} was archived; name its people one by one", named.group.str("handle"));
        return Err(SetError::invalid("mentions", why));
    }
    if change.related.groups().is_empty() {
        return Ok(());
    }
    let whole = settled(change, after);
    for place in PLACES {
        let persons = persons_in(&whole, place).len();
        if persons > limits::MAX_OF {
            return Err(SetError::too_large(place, "maxPersonsAsked", limits::MAX_OF, persons));
        }
    }
    Ok(())
}

pub(super) fn effects(change: &Change) -> Vec<Effect> {
    let Some(after) = change.after else { return Vec::new() };
    let groups = groups(change, after);
    let mut out = Vec::new();
    if after.props.get("groups").and_then(Value::as_object) != Some(&groups) {
        let patch = Map::from_iter([("groups".to_string(), Value::Object(groups))]);
        out.push(Effect::Patch { ty: "Item", id: after.id, patch });
    }
    for named in change.related.groups() {
        // Guests read no Group: what they may know of one that is named here is this.
        let props = [("name", json!(named.group.str("handle"))), ("role", json!(Role::None.word()))];
        let props = props.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        out.push(Effect::Put { ty: "Member", account: change.account, id: named.group.id, props });
        let key = named_key(named.group.id, change.account);
        out.push(Effect::Lead { name: "named", key, to: named.group.id });
    }
    out
}
