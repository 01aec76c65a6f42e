//! The engine's own log readers: they copy what others must find in their own account. Each write is harmless when
//! repeated, and a copy that lags is put right by the next change.

use jmap::{Id, Origin};
use model::space::{MEMBER, MEMBERSHIP, SPACE, SPACE_CARD};
use model::{Record, Role, TypeDef, person};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use store::{Changed, Command, LogReader, Miss, N, Snapshot, StoreError, Tx, TypeNumber};

use crate::work::{Done, quiet};
use crate::{Shared, records};

/// The copy of Members into personal accounts, and of open Spaces into the directory.
pub(crate) struct Copies(pub(crate) Arc<Shared>);

/// What is to stand in an account: these properties, or nothing.
struct Copy {
    account: Id,
    ty: &'static TypeDef,
    id: Id,
    props: Option<Map<String, Value>>,
}

impl LogReader for Copies {
    fn name(&self) -> &'static str {
        "copies"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        [MEMBER.number, SPACE.number].contains(&ty)
    }

    fn take(&mut self, n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let Some(account) = batch.first().map(|changed| changed.account) else { return Ok(Vec::new()) };
        let registry = &self.0.registry;
        let row = at.get(n, SPACE.number, &[account], true)?.pop();
        let Some(space) = row.map(|row| records::record(registry, &row)) else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        let renamed = batch.iter().any(|c| c.row.ty == SPACE.number && c.row.seq > c.row.created_seq);
        if batch.iter().any(|c| c.row.ty == SPACE.number) {
            out.push(self.write(card(self.0.workspace, &space)));
        }
        let members = if renamed {
            at.range(n, MEMBER.number, store::Range::first(u32::MAX), true)?
        } else {
            batch.iter().filter(|c| c.row.ty == MEMBER.number).map(|c| c.row.clone()).collect()
        };
        for row in members {
            let member = records::record(registry, &row);
            out.push(self.write(membership(&space, &member, row.destroyed.is_some())));
        }
        Ok(out)
    }
}

impl Copies {
    fn write(&self, copy: Copy) -> Box<dyn Command> {
        let shared = self.0.clone();
        let now = shared.clock.now();
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(copy.account)? else { return Ok(Done::Undo(())) };
            let there = tx.get(head.n, copy.ty.number, copy.id)?;
            let living = there.as_ref().filter(|row| row.destroyed.is_none());
            let before = living.map(|row| records::record(&shared.registry, row));
            let mut record = match (&before, &copy.props) {
                (None, None) => return Ok(Done::Undo(())),
                (Some(before), None) => {
                    let seq = tx.next_seq(head.n)?;
                    tx.put(records::tombstone(copy.ty, head.n, before, seq, now));
                    return Ok(Done::Keep(()));
                }
                (Some(before), Some(_)) => before.clone(),
                (None, Some(_)) => records::new_record(copy.id, Map::new(), Origin::Said),
            };
            record.props.extend(copy.props.clone().unwrap_or_default());
            if before.as_ref() == Some(&record) {
                return Ok(Done::Undo(()));
            }
            record.seq = tx.next_seq(head.n)?;
            if before.is_none() {
                record.created_seq = there.map_or(record.seq, |row| row.created_seq);
            }
            tx.put(records::row(&shared.registry, copy.ty, head.n, &record));
            Ok(Done::Keep(()))
        };
        quiet(vec![copy.account], work)
    }
}

fn membership(space: &Record, member: &Record, destroyed: bool) -> Copy {
    let role = Role::from_word(member.str("role"));
    let mut props = Map::new();
    if role != Role::None && !destroyed {
        props.insert("spaceId".into(), json!(space.id));
        for name in ["kind", "name", "persons"] {
            props.insert(name.into(), space.props.get(name).cloned().unwrap_or_default());
        }
        props.insert("role".into(), json!(role.word()));
        props.insert("joinedSeq".into(), member.props.get("joinedSeq").cloned().unwrap_or_default());
    }
    let props = (!props.is_empty()).then_some(props);
    Copy { account: member.id, ty: &MEMBERSHIP, id: space.id, props }
}

fn card(workspace: Id, space: &Record) -> Copy {
    let open = space.str("whoMayJoin") == "members" && !space.has("archivedAt");
    let mut props = Map::new();
    for name in ["name", "purpose", "whoMayJoin"] {
        props.insert(name.into(), space.props.get(name).cloned().unwrap_or_default());
    }
    Copy { account: workspace, ty: &SPACE_CARD, id: space.id, props: open.then_some(props) }
}

/// The copy of what a person or a group is called, and of how a person looks, into the Members of the Spaces that know them.
pub(crate) struct Names(pub(crate) Arc<Shared>);

impl LogReader for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        [person::PERSON.number, person::GROUP.number].contains(&ty)
    }

    fn take(&mut self, _n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let mut out: Vec<Box<dyn Command>> = Vec::new();
        for changed in batch.iter().filter(|c| c.row.seq > c.row.created_seq && c.row.destroyed.is_none()) {
            let record = records::record(&self.0.registry, &changed.row);
            let mut known = Map::new();
            let keys = if changed.row.ty == person::GROUP.number {
                known.insert("name".into(), json!(record.str("handle")));
                known.insert("leftAt".into(), record.props.get("archivedAt").cloned().unwrap_or_default());
                "named"
            } else {
                known.insert("name".into(), json!(record.str("name")));
                known.insert("picture".into(), record.props.get("picture").cloned().unwrap_or_default());
                "member"
            };
            let prefix = format!("{}/", changed.row.id);
            for (_, key) in at.keys(keys, &prefix, "", u32::MAX)? {
                out.push(self.tell(key.account, changed.row.id, known.clone()));
            }
        }
        Ok(out)
    }
}

impl Names {
    fn tell(&self, space: Id, who: Id, known: Map<String, Value>) -> Box<dyn Command> {
        let shared = self.0.clone();
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(space)? else { return Ok(Done::Undo(())) };
            let row = tx.get(head.n, MEMBER.number, who)?.filter(|row| row.destroyed.is_none());
            let Some(before) = row.map(|row| records::record(&shared.registry, &row)) else {
                return Ok(Done::Undo(()));
            };
            let mut member = before.clone();
            member.props.extend(known.clone());
            if member == before {
                return Ok(Done::Undo(()));
            }
            let (old, new) = (before.id("picture"), member.id("picture"));
            if old != new {
                let holder = records::holder(&MEMBER, who);
                old.into_iter().for_each(|blob| tx.drop_blob(head.n, blob, holder));
                new.into_iter().for_each(|blob| tx.hold_blob(head.n, blob, holder, None));
            }
            member.seq = tx.next_seq(head.n)?;
            tx.put(records::row(&shared.registry, &MEMBER, head.n, &member));
            Ok(Done::Keep(()))
        };
        quiet(vec![space], work)
    }
}

/// Ends the sessions, tokens and links of whoever is deactivated, so that coming back does not bring them back.
pub(crate) struct Leavers(pub(crate) Arc<Shared>);

impl LogReader for Leavers {
    fn name(&self) -> &'static str {
        "leavers"
    }

    fn wants(&self, ty: TypeNumber) -> bool {
        ty == person::PERSON.number
    }

    fn take(&mut self, _n: N, batch: &[Changed], at: &dyn Snapshot) -> Result<Vec<Box<dyn Command>>, StoreError> {
        let mut out: Vec<Box<dyn Command>> = Vec::new();
        for changed in batch.iter().filter(|c| c.row.destroyed.is_none()) {
            if !records::record(&self.0.registry, &changed.row).has("deactivatedAt") {
                continue;
            }
            let Some(head) = at.head(changed.row.id)? else { continue };
            let mut secrets = Vec::new();
            for (ty, key) in [(&person::SESSION, "session"), (&person::TOKEN, "token"), (&person::LINK, "link")] {
                let rows = at.range(head.n, ty.number, store::Range::first(u32::MAX), true)?;
                secrets.extend(rows.into_iter().map(|row| (ty, key, row.id)));
            }
            if !secrets.is_empty() {
                out.push(self.end(changed.row.id, secrets));
            }
        }
        Ok(out)
    }
}

impl Leavers {
    fn end(&self, account: Id, secrets: Vec<(&'static TypeDef, &'static str, Id)>) -> Box<dyn Command> {
        let shared = self.0.clone();
        let now = shared.clock.now();
        let work = move |tx: &mut dyn Tx| -> Result<Done<()>, Miss> {
            let Some(head) = tx.head(account)? else { return Ok(Done::Undo(())) };
            for (ty, key, id) in &secrets {
                let row = tx.get(head.n, ty.number, *id)?.filter(|row| row.destroyed.is_none());
                let Some(record) = row.map(|row| records::record(&shared.registry, &row)) else { continue };
                for (index, value) in records::index_keys(&shared.registry, ty, &record) {
                    tx.drop_index(head.n, index, &value, record.created_seq);
                }
                tx.release(key, record.str("key"));
                let seq = tx.next_seq(head.n)?;
                tx.put(records::tombstone(ty, head.n, &record, seq, now));
            }
            Ok(Done::Keep(()))
        };
        quiet(vec![account], work)
    }
}
