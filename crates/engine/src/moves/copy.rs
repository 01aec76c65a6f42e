//! The copies in the other Space: Items with their ids, authors, dates, versions, files, reactions and answers, and whoever
//! is named in them.

use jmap::{Id, Origin, SetError, UtcDate};
use model::kind::{Keys, Shape};
use model::{Effect, Record, Registry, items, judge, person, space};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use store::{N, Version};

use super::{MOVED, Plan, moved_key};
use crate::access::Access;
use crate::desk::{Desk, Fault, ITEM};
use crate::{records, versions};

/// An Item as it is where it goes.
pub(super) fn placed(item: &Record, plan: &Plan, received: UtcDate) -> Record {
    let mut copy = item.clone();
    copy.thread = Some(plan.new_root);
    if copy.id == plan.top {
        copy.props.insert("parentId".into(), json!(plan.parent));
    }
    copy.props.insert("receivedAt".into(), json!(received));
    copy
}

impl Desk<'_> {
    /// Copies the next of them; gives how far it is then.
    pub(super) fn copy_some(&mut self, from: &Access, to: &Access, plan: &Plan, next: &[Id]) -> Result<Plan, Fault> {
        // What all of them need is loaded together.
        let items = self.each(next, |desk, id| {
            let there = desk.tx.get(to.head.n, ITEM.number, *id);
            let versions = desk.tx.versions(from.head.n, ITEM.number, *id);
            let item = desk.there(from.head.n, ITEM, *id)?;
            if let Some(item) = item.as_ref().filter(|item| item.has("messageId")) {
                desk.tx.key("message", &items::message_key(to.head.id, item.str("messageId")))?;
            }
            there?;
            versions?;
            Ok(item)
        })?;
        let items: Vec<Record> = items.into_iter().flatten().collect();
        let mut further = plan.clone();
        for item in &items {
            self.copy_one(from, to, plan, item)?;
            further.count(item);
            further.copied = item.created_seq;
        }
        if let Some(top) = items.iter().find(|item| item.id == plan.new_root) {
            // Nobody writes to what is not there yet as a whole.
            self.close_thread(to, top.id, top)?;
        }
        self.know_here(from, to, &items)?;
        Ok(further)
    }

    fn copy_one(&mut self, from: &Access, to: &Access, plan: &Plan, item: &Record) -> Result<(), Fault> {
        let (from, n) = (from.head.n, to.head.n);
        let versions = self.tx.versions(from, ITEM.number, item.id)?;
        let received = self.shared.receive_time(to.head.id);
        self.over_there(to, |desk| {
            let old = desk.tx.get(n, ITEM.number, item.id)?;
            if old.as_ref().is_some_and(|old| old.destroyed.is_none()) {
                return Err(taken().into());
            }
            let mut copy = placed(item, plan, received);
            copy.seq = desk.tx.next_seq(n)?;
            // What comes back keeps its place and its origin: ids are unique together with tombstones.
            copy.created_seq = old.as_ref().map_or(copy.seq, |row| row.created_seq);
            copy.origin = old.map_or(Origin::Moved, |row| row.origin);
            desk.put_new(ITEM, &copy)?;
            for (_, blob) in judge::found(&desk.shared.registry, ITEM, &copy).blobs {
                desk.tx.hold_blob(n, blob, records::holder(ITEM, copy.id), None);
            }
            for version in versions {
                for blob in versions::blobs_in(&version.body) {
                    desk.tx.hold_blob(n, blob, records::holder(ITEM, copy.id), version.expires);
                }
                desk.tx.put_version(Version { n, ..version });
            }
            if copy.has("messageId") {
                let key = items::message_key(to.head.id, copy.str("messageId"));
                if desk.tx.key("message", &key)?.is_none() {
                    desk.tx.claim("message", &key, n, copy.id, None);
                }
            }
            Ok(())
        })
    }

    /// A Space knows by a Member everybody who is named in it.
    fn know_here(&mut self, from: &Access, to: &Access, items: &[Record]) -> Result<(), Fault> {
        let named: BTreeSet<Id> = items.iter().flat_map(|item| named_in(&self.shared.registry, item)).collect();
        let named: Vec<Id> = named.into_iter().collect();
        let (from, n) = (from.head.n, to.head.n);
        let known = self.each(&named, |desk, id| {
            let there = desk.there(n, &space::MEMBER, *id)?;
            Ok((there.is_some(), desk.there(from, &space::MEMBER, *id)?))
        })?;
        let account = to.head.id;
        for (id, (known, member)) in named.into_iter().zip(known) {
            let Some(member) = member.filter(|_| !known) else { continue };
            let mut props = Map::new();
            for name in ["personId", "name", "leftAt"] {
                let value = member.props.get(name).cloned().unwrap_or_default();
                props.insert(name.into(), if name == "leftAt" && id.letter() == b'p' { Value::Null } else { value });
            }
            props.insert("role".into(), json!("none"));
            props.insert("createdBy".into(), json!(self.by.person));
            let put = Effect::Put { ty: "Member", account, id, props };
            let lead = (id.letter() == b'g').then(|| person::named_key(id, account));
            self.over_there(to, |desk| {
                let lead = lead.map(|key| Effect::Lead { name: "named", key, to: id });
                desk.follow(&space::MEMBER, None, std::iter::once(put).chain(lead).collect())
            })?;
        }
        Ok(())
    }

    /// These go from the source: tombstones that say `moved` alone, and keys that say where to.
    pub(super) fn leave(&mut self, from: &Access, to: &Access, plan: &Plan, some: &[Id]) -> Result<(), Fault> {
        let n = from.head.n;
        let items = self.each(some, |desk, id| {
            let versions = desk.tx.versions(n, ITEM.number, *id);
            let item = desk.there(n, ITEM, *id)?;
            if let Some(item) = item.as_ref().filter(|item| item.has("messageId")) {
                desk.tx.key("message", &items::message_key(plan.from, item.str("messageId")))?;
            }
            versions?;
            Ok(item)
        })?;
        self.over_there(from, |desk| {
            for item in items.iter().flatten() {
                desk.leave_one(to.head.n, plan, item)?;
            }
            Ok(())
        })
    }

    fn leave_one(&mut self, to: N, plan: &Plan, item: &Record) -> Result<(), Fault> {
        let n = self.access.head.n;
        let mut blobs: Vec<Id> =
            judge::found(&self.shared.registry, ITEM, item).blobs.into_iter().map(|(_, blob)| blob).collect();
        for version in self.tx.versions(n, ITEM.number, item.id)? {
            blobs.extend(versions::blobs_in(&version.body));
            self.tx.drop_version(n, ITEM.number, item.id, version.version);
        }
        for blob in blobs {
            self.tx.drop_blob(n, blob, records::holder(ITEM, item.id));
        }
        if item.has("messageId") {
            self.let_go("message", &items::message_key(plan.from, item.str("messageId")), item.id)?;
        }
        for (name, key) in records::index_keys(&self.shared.registry, ITEM, item) {
            self.tx.drop_index(n, name, &key, item.created_seq);
        }
        let seq = self.tx.next_seq(n)?;
        let mut row = records::tombstone(ITEM, n, item, seq, self.now);
        row.head = json!({ "createdBy": item.props.get("createdBy"), "moved": true }).to_string();
        self.tx.put(row);
        let key = moved_key(plan.from, item.id);
        // What had gone from here before, and was made here anew.
        self.tx.release(MOVED, &key);
        self.tx.claim(MOVED, &key, to, item.id, None);
        // It is here again, should it have gone from there before.
        self.tx.release(MOVED, &moved_key(plan.to, item.id));
        Ok(())
    }
}

/// Something else has the id.
pub(super) fn taken() -> SetError {
    let why = "something there has the id of one of these Items; it can't be moved to this Space";
    SetError::already_exists(None, why)
}

/// Whether values of that shape name somebody.
fn names(shape: &Shape) -> bool {
    match shape {
        Shape::AnyId(letters) => letters.contains(&b'p') || letters.contains(&b'g'),
        Shape::OneOf(types) => types.iter().any(|(letter, _)| matches!(letter, b'p' | b'g')),
        Shape::Ref { to, .. } => *to == "Member",
        Shape::List(of, _) => names(of),
        Shape::Map(keys, of, _) => matches!(keys, Keys::Person | Keys::Group) || names(of),
        Shape::Object(parts) => parts.iter().any(|part| names(&part.shape)),
        _ => false,
    }
}

/// Everybody whom an Item names in any way.
fn named_in(registry: &Registry, item: &Record) -> BTreeSet<Id> {
    fn ids(value: &Value, out: &mut BTreeSet<Id>) {
        let mut take = |text: &str| out.extend(Id::parse(text).ok().filter(|id| matches!(id.letter(), b'p' | b'g')));
        match value {
            Value::String(text) => take(text),
            Value::Array(list) => list.iter().for_each(|value| ids(value, out)),
            Value::Object(map) => {
                map.keys().for_each(|key| take(key));
                map.values().for_each(|value| ids(value, out));
            }
            _ => {}
        }
    }
    let mut out = BTreeSet::new();
    let places = registry.properties(ITEM, registry.kind(item.kind)).filter(|property| names(&property.shape));
    places.filter_map(|property| item.props.get(property.name)).for_each(|value| ids(value, &mut out));
    out
}
