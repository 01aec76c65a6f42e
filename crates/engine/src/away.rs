//! What goes: destroying, emptying, and the versions that stay for a while.

use jmap::{Id, SetError};
use model::kind::Writer;
use model::{Effect, Record, TypeDef, judge};
use serde_json::{Map, Value};
use store::Version;

use crate::desk::{Desk, Fault, not_found};
use crate::{records, versions};

impl Desk<'_> {
    /// Destroys a record, or empties it if something hangs below.
    pub(crate) fn destroy(&mut self, ty: &'static TypeDef, id: Id) -> Result<(), Fault> {
        let (_, before) = self.living(ty, id)?;
        let by = self.by;
        if before.has("deleted") {
            return Err(not_found(ty, id).into());
        }
        if !judge::may(ty, ty.destroy, Some(&before), self.at(&by)) {
            return Err(self.may_not_destroy(ty).into());
        }
        let kind = self.shared.registry.kind(before.kind).filter(|_| ty.has_kinds);
        let effects = self.judge(ty, kind, Some(&before), None, &Map::new())?;
        self.put_away(ty, &before)?;
        if effects.contains(&Effect::Empty) {
            let mut after = judge::emptied(ty, &before, self.at(&by));
            after.seq = self.tx.next_seq(self.access.head.n)?;
            self.rewrite(ty, &before, &after)?;
        } else {
            self.bury(ty, &before)?;
        }
        self.follow(ty, None, effects)
    }

    fn may_not_destroy(&self, ty: &TypeDef) -> SetError {
        SetError::forbidden(match ty.destroy {
            Writer::Server => format!("a {} is not destroyed by hand", ty.name),
            Writer::Author => format!("its author destroys a {}", ty.name),
            _ => format!("its author, or an admin, destroys a {}", ty.name),
        })
    }

    /// Writes the tombstone.
    pub(crate) fn bury(&mut self, ty: &'static TypeDef, before: &Record) -> Result<(), Fault> {
        let n = self.access.head.n;
        let seq = self.tx.next_seq(n)?;
        for (name, key) in records::index_keys(&self.shared.registry, ty, before) {
            self.tx.drop_index(n, name, &key, before.created_seq);
        }
        self.tx.put(records::tombstone(ty, n, before, seq, self.now));
        Ok(())
    }

    /// What is deleted is kept, served to nobody, until the retention time; only types with versions are.
    fn put_away(&mut self, ty: &'static TypeDef, before: &Record) -> Result<(), Fault> {
        let n = self.access.head.n;
        let blobs = judge::found(&self.shared.registry, ty, before).blobs;
        if before.version == 0 {
            for (_, blob) in blobs {
                self.tx.drop_blob(n, blob, records::holder(ty, before.id));
            }
            return Ok(());
        }
        let until = Some(self.now.plus_ms(self.retention_ms()?));
        let older = self.tx.versions(n, ty.number, before.id)?;
        let mut names: Vec<Id> = blobs.into_iter().map(|(_, blob)| blob).collect();
        for version in &older {
            names.extend(versions::blobs_in(&version.body));
        }
        names.sort_unstable();
        names.dedup();
        for blob in names {
            self.tx.hold_blob(n, blob, records::holder(ty, before.id), until);
        }
        self.tx.expire_versions(n, ty.number, before.id, until);
        self.tx.put_version(Version {
            n,
            ty: ty.number,
            id: before.id,
            version: before.version,
            at: self.now,
            by: self.by.person,
            body: Value::Object(before.props.clone()).to_string(),
            expires: until,
        });
        Ok(())
    }

    fn retention_ms(&mut self) -> Result<i64, Fault> {
        let row = self.tx.get(self.shared.workspace_n, model::person::WORKSPACE.number, self.shared.workspace)?;
        let days = row.and_then(|row| records::record(&self.shared.registry, &row).int("retentionDays")).unwrap_or(30);
        Ok(days * jmap::DAY_MS)
    }

    pub(crate) fn keep_version(&mut self, ty: &'static TypeDef, before: &Record) {
        let registry = &self.shared.registry;
        let kind = registry.kind(before.kind);
        let mut props = before.props.clone();
        props.retain(|name, _| registry.property(ty, kind, name).is_some_and(|p| p.versioned));
        self.tx.put_version(Version {
            n: self.access.head.n,
            ty: ty.number,
            id: before.id,
            version: before.version,
            at: self.now,
            by: self.by.person,
            body: Value::Object(props).to_string(),
            expires: None,
        });
    }
}
