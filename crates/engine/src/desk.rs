//! Where one record is created, updated or destroyed inside a command: judged by the table and the rules, then written
//! with all that follows from it.

use jmap::{Id, MethodError, Origin, Patch, SetError, UtcDate};
use model::change::Change;
use model::judge::{self, Circumstances};
use model::{AccountKind, Caller, Effect, Kind, Record, TypeDef, items, limits};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use store::{Miss, Row, Tx};

use crate::access::Access;
use crate::created::with_created_ids;
use crate::drawn::Drawn;
use crate::{Shared, records};

/// Why a record is not written.
pub(crate) enum Fault {
    /// Run again when it is loaded.
    Miss,
    /// Refused, and why.
    No(SetError),
}

impl From<Miss> for Fault {
    fn from(_: Miss) -> Fault {
        Fault::Miss
    }
}

impl From<SetError> for Fault {
    fn from(error: SetError) -> Fault {
        Fault::No(error)
    }
}

/// Why a call is not answered.
pub(crate) enum CallFault {
    /// Run again when it is loaded.
    Miss,
    /// Refused, and why.
    No(MethodError),
}

impl From<Miss> for CallFault {
    fn from(_: Miss) -> CallFault {
        CallFault::Miss
    }
}

impl From<MethodError> for CallFault {
    fn from(error: MethodError) -> CallFault {
        CallFault::No(error)
    }
}

/// The state of one run of a command.
pub(crate) struct Desk<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) tx: &'a mut dyn Tx,
    pub(crate) by: Caller,
    pub(crate) now: UtcDate,
    /// The account of the call.
    pub(crate) access: Access,
    /// Creation ids of the request and what they became, where there is a request.
    pub(crate) created: Option<&'a mut BTreeMap<String, String>>,
    /// Bytes that the answer may have yet.
    pub(crate) room: usize,
    /// When what is created was said, if not now.
    pub(crate) said_at: Option<UtcDate>,
    /// The Schedule that says what is created, if one does.
    pub(crate) again: Option<Id>,
    /// The ids of accounts that creates of this request found, by creation id.
    pub(crate) founding: Option<&'a HashMap<String, Id>>,
    /// Ids for the other creates, the same in each run; `None` where all of them are given.
    pub(crate) drawn: Option<&'a Drawn>,
}

impl<'a> Desk<'a> {
    /// Outside of any request: what is created has its id, and is said now.
    pub(crate) fn alone(shared: &'a Shared, tx: &'a mut dyn Tx, by: Caller, now: UtcDate, access: Access) -> Desk<'a> {
        let (created, founding, drawn) = (None, None, None);
        Desk { shared, tx, by, now, access, created, room: 0, said_at: None, again: None, founding, drawn }
    }

    pub(crate) fn at<'b>(&self, by: &'b Caller) -> Circumstances<'b>
    where
        'a: 'b,
    {
        Circumstances {
            registry: &self.shared.registry,
            account: self.access.head.id,
            by,
            role: self.access.role,
            now: self.now,
        }
    }

    /// One record: what it wrote is taken back if it is refused, or can't be judged before more is loaded.
    pub(crate) fn one<T>(
        &mut self,
        missed: &mut bool,
        work: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, SetError> {
        let mark = self.tx.mark();
        let done = work(self).and_then(|done| {
            let fresh = self.tx.head(self.access.head.id)?;
            self.access.head = fresh.unwrap_or_else(|| self.access.head.clone());
            Ok(done)
        });
        done.map_err(|fault| {
            self.tx.undo_to(mark);
            match fault {
                Fault::No(error) => error,
                Fault::Miss => {
                    *missed = true;
                    SetError::not_found("it is not loaded yet")
                }
            }
        })
    }

    /// Creates a record. What the client could not know of it comes back.
    pub(crate) fn create(
        &mut self,
        ty: &'static TypeDef,
        key: &str,
        args: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Fault> {
        let args = with_created_ids(self.shared, ty, args, self.created.as_deref())?;
        let id = self.id_for(ty, key, &args)?;
        let outer = (ty.founds == Some(AccountKind::Space)).then(|| self.access.clone());
        if outer.is_some() {
            let lineage = u64::from_be_bytes(crate::random());
            let role = self.access.role;
            let head = self.tx.open_account(id, lineage)?;
            self.access = Access { head, kind: AccountKind::Space, role, join: 0 };
        }
        let done = self.create_here(ty, id, &args);
        if let Some(outer) = outer {
            self.access = outer;
        }
        done.map(|server_set| (id, server_set))
    }

    fn create_here(
        &mut self,
        ty: &'static TypeDef,
        id: Id,
        args: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Fault> {
        let n = self.access.head.n;
        let by = self.by;
        if !judge::may(ty, ty.create, None, self.at(&by)) {
            return Err(SetError::forbidden(format!("you may not make a {} here", ty.name)).into());
        }
        let elsewhere = if ty.has_kinds { self.elsewhere(ty, id, args) } else { Ok(None) };
        let there = self.tx.get(n, ty.number, id)?;
        if matches!(elsewhere, Err(Fault::Miss)) {
            return Err(Fault::Miss);
        }
        if there.is_none()
            && let Some(known) = elsewhere?
        {
            return Ok(known);
        }
        if let Some(row) = &there
            && (ty.founds != Some(AccountKind::Space)
                || crate::access::to_write(self.shared, self.tx, &by, self.access.head.id)?.is_some())
        {
            // A direct Space is one for all its persons, whoever began it.
            return match id.letter() {
                b'd' => Ok(self.not_known(ty, &records::record(&self.shared.registry, row), args)),
                _ => self.created_before(ty, row, args),
            };
        }
        let new = judge::create(ty, id, args, self.at(&by))?;
        let mut record = new.record;
        self.require(&new.found.refs)?;
        if ty.has_kinds {
            record.thread = Some(self.thread_of(ty, &record)?);
        }
        self.receive(&mut record)?;
        record.seq = self.tx.next_seq(n)?;
        record.created_seq = record.seq;
        if ty.founds == Some(AccountKind::Personal) {
            self.tx.open_account(id, u64::from_be_bytes(crate::random()))?;
        }
        self.take_blobs(ty, record.id, &new.found.blobs)?;
        self.set_sizes(ty, &mut record)?;
        let mut fresh = record.clone();
        let effects = self.judge(ty, new.kind, None, Some(&fresh), &new.said)?;
        if there.is_some() {
            // A Space that is closed to the caller: judged like one that is not there, and of it nothing is told.
            return Err(SetError::already_exists(None, "this id can't be taken; take another one").into());
        }
        self.follow(ty, Some(&mut fresh), effects)?;
        let row = self.row(ty, &fresh)?;
        for (name, key) in records::index_keys(&self.shared.registry, ty, &fresh) {
            self.tx.put_index(n, name, &key, fresh.created_seq);
        }
        self.tx.put(row);
        self.rehearse(ty, None, &fresh)?;
        Ok(self.not_known(ty, &fresh, args))
    }

    /// A repeat of a create by the same author is harmless, also when the record has changed or gone since.
    pub(crate) fn created_before(
        &mut self,
        ty: &'static TypeDef,
        row: &Row,
        args: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Fault> {
        let record = records::record(&self.shared.registry, row);
        let author = match ty.author {
            model::kind::Author::Owner => Some(self.by.person),
            _ => record.id("createdBy"),
        };
        if author == Some(self.by.person) {
            return Ok(self.not_known(ty, &record, args));
        }
        let existing = Some(row.id.to_string());
        Err(SetError::already_exists(existing, "somebody else's record has this id; take another one").into())
    }

    /// Updates a record. What the server changed besides the patch comes back.
    pub(crate) fn update(
        &mut self,
        ty: &'static TypeDef,
        id: Id,
        patch: &Map<String, Value>,
        if_version: Option<u64>,
    ) -> Result<Map<String, Value>, Fault> {
        let patch = with_created_ids(self.shared, ty, patch, self.created.as_deref())?;
        let (row, before) = self.living(ty, id)?;
        if if_version.is_some_and(|version| version != u64::from(before.version)) {
            return Err(SetError::version_mismatch(u64::from(before.version)).into());
        }
        let patch = Patch::read(&patch).map_err(|error| SetError::invalid_patch(error.describe()))?;
        let by = self.by;
        let updated = judge::update(ty, &before, &patch, self.at(&by))?;
        let mut after = updated.record;
        if after == before {
            return Ok(Map::new());
        }
        self.require(&updated.found.refs)?;
        let n = self.access.head.n;
        after.seq = self.tx.next_seq(n)?;
        let held = judge::found(&self.shared.registry, ty, &before).blobs;
        let wanted: Vec<_> =
            updated.found.blobs.iter().filter(|blob| !held.iter().any(|h| h.1 == blob.1)).cloned().collect();
        self.take_blobs(ty, id, &wanted)?;
        if after.props.get("blobs") != before.props.get("blobs") {
            self.set_sizes(ty, &mut after)?;
        }
        let kind = self.shared.registry.kind(after.kind).filter(|_| ty.has_kinds);
        let effects = self.judge(ty, kind, Some(&before), Some(&after), &Map::new())?;
        self.follow(ty, Some(&mut after), effects)?;
        if updated.makes_version {
            self.keep_version(ty, &before);
        } else {
            let still = judge::found(&self.shared.registry, ty, &after).blobs;
            for (_, blob) in held.iter().filter(|blob| !still.iter().any(|s| s.1 == blob.1)) {
                self.tx.drop_blob(n, *blob, records::holder(ty, id));
            }
        }
        self.rewrite(ty, &before, &after)?;
        self.rehearse(ty, Some(&before), &after)?;
        debug_assert_eq!(row.id, id);
        let named: Vec<&str> = patch.properties().collect();
        let mut changed = records::wire(&self.shared.registry, ty, &after, None);
        let old = records::wire(&self.shared.registry, ty, &before, None);
        changed.retain(|name, value| {
            let as_asked = patch.paths().any(|(path, asked)| path.len() == 1 && path[0] == *name && asked == value);
            !as_asked && (old.get(name) != Some(value)) && !(named.contains(&name.as_str()) && value.is_object())
        });
        Ok(changed)
    }

    /// Writes a record that was there, with the difference of its index rows.
    pub(crate) fn rewrite(&mut self, ty: &'static TypeDef, before: &Record, after: &Record) -> Result<(), Fault> {
        let n = self.access.head.n;
        let row = self.row(ty, after)?;
        let (old, new) = (
            records::index_keys(&self.shared.registry, ty, before),
            records::index_keys(&self.shared.registry, ty, after),
        );
        for (name, key) in old.iter().filter(|key| !new.contains(key)) {
            self.tx.drop_index(n, name, key, before.created_seq);
        }
        for (name, key) in new.iter().filter(|key| !old.contains(key)) {
            self.tx.put_index(n, name, key, before.created_seq);
        }
        self.tx.put(row);
        Ok(())
    }

    pub(crate) fn row(&self, ty: &TypeDef, record: &Record) -> Result<Row, Fault> {
        let row = records::row(&self.shared.registry, ty, self.access.head.n, record);
        if row.head.len() > limits::MAX_HEAD {
            return Err(SetError::too_large("head", "maxSizeHead in bytes", limits::MAX_HEAD, row.head.len()).into());
        }
        Ok(row)
    }

    /// The record that is there, not its tombstone.
    pub(crate) fn living(&mut self, ty: &'static TypeDef, id: Id) -> Result<(Row, Record), Fault> {
        let row = self.tx.get(self.access.head.n, ty.number, id)?.filter(|row| row.destroyed.is_none());
        let row = row.ok_or_else(|| not_found(ty, id))?;
        let record = records::record(&self.shared.registry, &row);
        Ok((row, record))
    }

    /// The root of its thread: that of what it replies to, or itself.
    fn thread_of(&mut self, ty: &'static TypeDef, record: &Record) -> Result<Id, Fault> {
        let Some(parent) = record.id("parentId") else { return Ok(record.id) };
        let (_, parent) = self.living(ty, parent)?;
        Ok(parent.thread.unwrap_or(parent.id))
    }

    /// `receivedAt` never goes backwards in a Space, whatever the machine's clock does.
    fn receive(&mut self, record: &mut Record) -> Result<(), Fault> {
        if !record.props.contains_key("receivedAt") {
            return Ok(());
        }
        record.props.insert("receivedAt".into(), Value::from(self.now.to_string()));
        if let Some(schedule) = self.again {
            record.props.insert("scheduleId".into(), Value::from(schedule.to_string()));
        }
        if record.origin == Origin::Said && record.props.get("createdAt").is_some() {
            let created = self.said_at.or_else(|| record.date("createdAt")).unwrap_or(self.now);
            record.props.insert("createdAt".into(), Value::from(created.min(self.now).to_string()));
        }
        Ok(())
    }

    /// Runs the rules on a change; what follows from it comes back, to be done.
    pub(crate) fn judge(
        &mut self,
        ty: &'static TypeDef,
        kind: Option<&'static Kind>,
        before: Option<&Record>,
        after: Option<&Record>,
        said: &Map<String, Value>,
    ) -> Result<Vec<Effect>, Fault> {
        let record = after.or(before).expect("a change has a record before or after");
        let origin = record.origin;
        let related = self.relate(ty, before, record, after.is_none())?;
        let by = self.by;
        let change = Change {
            ty,
            kind,
            account: self.access.head.id,
            before,
            after,
            said,
            origin,
            by: &by,
            role: self.access.role,
            now: self.now,
            workspace: self.shared.workspace,
            related: &related,
        };
        (ty.rules.check)(&change)?;
        let mut effects = Vec::new();
        if let Some(kind) = kind {
            (kind.rules.check)(&change)?;
            effects.extend((kind.rules.effects)(&change));
        }
        effects.extend((ty.rules.effects)(&change));
        Ok(effects)
    }

    /// What the client does not know of a record it created: all it did not send, or that is other than it sent.
    fn not_known(&self, ty: &'static TypeDef, record: &Record, args: &Map<String, Value>) -> Map<String, Value> {
        let other = |name: &str, value: &Value| args.get(name).unwrap_or(&Value::Null) != value;
        records::wire_where(&self.shared.registry, ty, record, other)
    }
}

pub(crate) fn not_found(ty: &TypeDef, id: Id) -> SetError {
    SetError::not_found(format!("there is no {} {id} in this account", ty.name))
}

/// The number of the type that has threads.
pub(crate) const ITEM: &TypeDef = &items::ITEM;
