//! What a rule may look at, and what follows from a change, in the same transaction.

use jmap::{Id, Origin, SetError, UtcDate};
use model::change::{Named, Related};
use model::kind::{Must, Shape};
use model::person::Rhythm;
use model::{AccountKind, Effect, Record, Role, TypeDef, items, judge, person, schedule, space, submission};
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::{Head, Job, N, Seq};

use crate::access::{Access, account_kind};
use crate::desk::{Desk, Fault, ITEM, not_found};
use crate::records;

/// What a rule may look at, loaded.
pub(crate) struct Loaded {
    refs: HashMap<String, Vec<Record>>,
    space: Option<Record>,
    workspace: Option<Record>,
    thread: Option<Record>,
    groups: Vec<Named>,
    hours: Vec<(Id, Rhythm)>,
    siblings: usize,
    deputies: HashMap<Id, Id>,
    newest: Option<(u64, UtcDate)>,
    children: bool,
}

impl Related for Loaded {
    fn all(&self, property: &str) -> Vec<&Record> {
        self.refs.get(property).map(|records| records.iter().collect()).unwrap_or_default()
    }
    fn space(&self) -> Option<&Record> {
        self.space.as_ref()
    }
    fn workspace(&self) -> Option<&Record> {
        self.workspace.as_ref()
    }
    fn thread(&self) -> Option<&Record> {
        self.thread.as_ref()
    }
    fn groups(&self) -> &[Named] {
        &self.groups
    }
    fn hours(&self) -> &[(Id, Rhythm)] {
        &self.hours
    }
    fn siblings(&self) -> usize {
        self.siblings
    }
    fn deputy(&self, of: Id) -> Option<Id> {
        self.deputies.get(&of).copied()
    }
    fn newest_living_said(&self) -> Option<(u64, UtcDate)> {
        self.newest
    }
    fn has_children(&self) -> bool {
        self.children
    }
}

impl Desk<'_> {
    /// Loads what the rules may ask for. References to people in lists are loaded where a type founds an account, and of
    /// what is destroyed those to what it answers and supersedes. Of a Person whom an Item names, who stands in is told.
    pub(crate) fn relate(
        &mut self,
        ty: &'static TypeDef,
        before: Option<&Record>,
        record: &Record,
        destroys: bool,
    ) -> Result<Loaded, Fault> {
        let mut refs: HashMap<String, Vec<Record>> = HashMap::new();
        let mut spoken_for = Vec::new();
        for (property, to, id, _) in judge::found(&self.shared.registry, ty, record).refs {
            let people = matches!(property.as_str(), "mentions" | "expects/of" | "persons");
            if ty.has_kinds && to == person::PERSON.name && !destroys {
                spoken_for.push(id);
                continue;
            }
            let lets_go = matches!(property.as_str(), "inAnswerTo" | "supersedes");
            let wanted = if destroys { lets_go } else { !people || ty.founds.is_some() };
            if wanted && let Some(target) = self.target(to, id)? {
                refs.entry(property).or_default().push(target);
            }
        }
        if ty.number == submission::SUBMISSION.number
            && before.is_none()
            && let Some(question) = self.question_of(record)?
        {
            refs.insert(submission::QUESTION.into(), vec![question]);
        }
        let n = self.access.head.n;
        let in_space = self.access.kind == AccountKind::Space && ty.number != space::SPACE.number;
        let space = if in_space { self.there(n, &space::SPACE, self.access.head.id)? } else { None };
        let workspace = match ty.number == space::SPACE.number && !destroys {
            true => self.there(self.shared.workspace_n, &person::WORKSPACE, self.shared.workspace)?,
            false => None,
        };
        let groups = if ty.has_kinds && !destroys { self.newly_named(record)? } else { Vec::new() };
        let hours = if destroys { Vec::new() } else { self.hours_of_asked(ty, before, record, &groups)? };
        let mut deputies = HashMap::new();
        for person in spoken_for {
            deputies.extend(self.stands_in(person)?.map(|deputy| (person, deputy)));
        }
        let siblings = match before.is_none() && ty.number == schedule::SCHEDULE.number {
            true => self.schedules()?,
            false => 0,
        };
        let (thread, newest, children) = (None, None, false);
        let mut loaded = Loaded { refs, space, workspace, thread, groups, hours, siblings, deputies, newest, children };
        if let Some(root) = record.thread {
            loaded.thread = self.there(n, &items::THREAD, root)?;
            if destroys {
                let key = records::index_key(&Value::from(record.id.to_string())).unwrap_or_default();
                loaded.children = !self.tx.index(n, "parent.1", &key, 1)?.is_empty();
                loaded.newest = self.newest_said(n, root, record.id)?;
            }
        }
        Ok(loaded)
    }

    pub(crate) fn there(&mut self, n: N, ty: &'static TypeDef, id: Id) -> Result<Option<Record>, Fault> {
        let row = self.tx.get(n, ty.number, id)?.filter(|row| row.destroyed.is_none());
        Ok(row.map(|row| records::record(&self.shared.registry, &row)))
    }

    fn target(&mut self, to: &str, id: Id) -> Result<Option<Record>, Fault> {
        let ty = self.shared.registry.type_named(to).expect("a reference names a type of the registry");
        let n = if ty.account == AccountKind::Workspace { self.shared.workspace_n } else { self.access.head.n };
        if ty.number == person::PERSON.number && self.by.role == Role::Guest && !self.shares_a_space(id)? {
            return Ok(None);
        }
        if ty.number == person::GROUP.number && self.by.role == Role::Guest {
            // A guest knows the groups that were named where he is.
            let here = self.access.head.n;
            if self.there(here, &space::MEMBER, id)?.is_none() {
                return Ok(None);
            }
        }
        self.there(n, ty, id)
    }

    /// A guest knows himself, and whom he meets in a Space.
    fn shares_a_space(&mut self, other: Id) -> Result<bool, Fault> {
        if other == self.by.person {
            return Ok(true);
        }
        let prefix = format!("{}/", self.by.person);
        for (_, key) in self.tx.keys("member", &prefix, u32::MAX)? {
            let met = self.there(key.n, &space::MEMBER, other)?;
            if met.is_some_and(|member| Role::from_word(member.str("role")) != Role::None) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Refuses references to what is not there. What is elsewhere is not there.
    pub(crate) fn require(&mut self, refs: &[(String, &'static str, Id, Must)]) -> Result<(), Fault> {
        let refs: Vec<_> = refs.iter().filter(|(.., must)| *must == Must::Exist).collect();
        let found = self.each(&refs, |desk, (_, to, id, _)| desk.target(to, *id).map(|target| target.is_some()))?;
        match refs.iter().zip(found).find(|(_, found)| !found) {
            Some(((property, to, id, _), _)) => {
                Err(SetError::invalid(property, format!("there is no {to} {id} here")).into())
            }
            None => Ok(()),
        }
    }

    /// Looks at each of many. What is not loaded yet is missed together, and not one by one.
    pub(crate) fn each<A, T>(
        &mut self,
        all: &[A],
        mut look: impl FnMut(&mut Self, &A) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let (mut out, mut missed) = (Vec::with_capacity(all.len()), false);
        for one in all {
            match look(self, one) {
                Ok(found) => out.push(found),
                Err(Fault::Miss) => missed = true,
                Err(refused) => return Err(refused),
            }
        }
        if missed { Err(Fault::Miss) } else { Ok(out) }
    }

    pub(crate) fn newest_said(&mut self, n: N, root: Id, but: Id) -> Result<Option<(u64, UtcDate)>, Fault> {
        let mut below = Seq::MAX;
        loop {
            let rows = self.tx.thread_down(n, root, below, 64)?;
            let Some(last) = rows.last() else { return Ok(None) };
            below = last.created_seq;
            for row in rows.iter().filter(|row| row.ty == ITEM.number && row.destroyed.is_none()) {
                if row.id == but || row.id == root || row.origin != Origin::Said {
                    continue;
                }
                let record = records::record(&self.shared.registry, row);
                if !record.has("deleted") {
                    return Ok(Some((row.created_seq, record.date("receivedAt").unwrap_or_default())));
                }
            }
        }
    }

    /// Does what follows. `record` is the changed record itself, not yet written.
    pub(crate) fn follow(
        &mut self,
        ty: &'static TypeDef,
        mut record: Option<&mut Record>,
        effects: Vec<Effect>,
    ) -> Result<(), Fault> {
        let n = self.access.head.n;
        let created = record.as_ref().map_or(0, |r| r.created_seq);
        for effect in effects {
            match effect {
                Effect::Patch { ty: name, id, patch } => match &mut record {
                    Some(record) if name == ty.name && record.id == id => record.props.extend(patch),
                    _ => self.put_record(name, self.access.head.id, id, patch, false)?,
                },
                Effect::Put { ty, account, id, props } => self.put_record(ty, account, id, props, true)?,
                Effect::Hold { ty, account, id, blob } => self.hold(ty, account, id, blob, true)?,
                Effect::LetGo { ty, account, id, blob } => self.hold(ty, account, id, blob, false)?,
                Effect::Empty => {}
                Effect::Destroy { ty, id } => {
                    let ty = self.shared.registry.type_named(ty).expect("an effect names a type of the registry");
                    if let Some(there) = self.there(n, ty, id)? {
                        self.bury(ty, &there)?;
                    }
                }
                Effect::Sweep { id } => self.sweep(id)?,
                Effect::Claim { name, key, property } => {
                    let id = record.as_ref().map_or(self.access.head.id, |r| r.id);
                    self.claim(name, &key, property, id)?;
                }
                Effect::Move => {
                    let asked = record.as_mut().expect("a Move is asked for by a record");
                    self.begin_move(asked)?;
                }
                Effect::Lead { name, key, to } => self.tx.claim(name, &key, n, to, None),
                Effect::Release { name, key, of } => self.let_go(name, &key, of)?,
                Effect::Job { account, run, due, waits_for, payload } => {
                    let own = account == self.access.head.id;
                    let head = if own { self.access.head.clone() } else { self.open_to_me(account)? };
                    let payload = payload.to_string();
                    // What closes something comes last at its instant: what was sent until then is published first.
                    let order = if run.starts_with("close/") { i64::MAX as u64 } else { created };
                    self.tx.put_job(Job { n: head.n, account, run, due, waits_for, order, payload });
                }
                Effect::Cancel { account, run } => {
                    if let Some(head) = self.tx.head(account)? {
                        self.tx.drop_job(head.n, &run);
                    }
                }
                Effect::Outward { what, value } => self.tx.put_outward(n, what, value.to_string()),
            }
        }
        Ok(())
    }

    /// A Space to which the caller sends; one that is not his looks like none.
    fn open_to_me(&mut self, account: Id) -> Result<Head, Fault> {
        let access = crate::access::to_write(self.shared, self.tx, &self.by, account)?;
        let none = || SetError::invalid("spaceId", format!("no Space {account} is open to you"));
        Ok(access.filter(|a| account_kind(a.head.id) == Some(AccountKind::Space)).ok_or_else(none)?.head)
    }

    fn claim(&mut self, name: &str, key: &str, property: &str, id: Id) -> Result<(), Fault> {
        let n = self.access.head.n;
        if let Some(there) = self.tx.key(name, key)? {
            let living = there.expires.is_none_or(|at| at > self.now);
            if living && (there.n, there.id) != (n, id) {
                // Whoever can ask sees the other record too: claims are within one account.
                let existing = (there.n == n).then(|| there.id.to_string());
                let error = SetError::already_exists(existing, format!("{property:?} is taken by another record"));
                return Err(SetError { properties: vec![property.into()], ..error }.into());
            }
        }
        self.tx.claim(name, key, n, id, None);
        Ok(())
    }

    /// Of what came twice, as mail does that is moved, one alone has the key.
    pub(crate) fn let_go(&mut self, name: &str, key: &str, of: Id) -> Result<(), Fault> {
        if self.tx.key(name, key)?.is_some_and(|there| there.id == of) {
            self.tx.release(name, key);
        }
        Ok(())
    }

    /// Sets properties of a record that the server keeps; makes it if `make` and it is not there.
    fn put_record(
        &mut self,
        ty: &str,
        account: Id,
        id: Id,
        props: Map<String, Value>,
        make: bool,
    ) -> Result<(), Fault> {
        let ty = self.shared.registry.type_named(ty).expect("an effect names a type of the registry");
        let outer = self.access.clone();
        if account != outer.head.id {
            let head = self.tx.head(account)?.ok_or_else(|| not_found(ty, id))?;
            self.access = Access { head, ..outer.clone() };
        }
        let done = self.put_here(ty, id, props, make);
        self.access = outer;
        done
    }

    fn put_here(&mut self, ty: &'static TypeDef, id: Id, props: Map<String, Value>, make: bool) -> Result<(), Fault> {
        let n = self.access.head.n;
        match self.there(n, ty, id)? {
            Some(before) => {
                let mut after = before.clone();
                after.props.extend(props);
                if after != before {
                    after.seq = self.tx.next_seq(n)?;
                    self.rewrite(ty, &before, &after)?;
                }
                Ok(())
            }
            None if make => {
                let mut record = records::new_record(id, props, Origin::Said);
                // A record that comes back after its tombstone keeps its place: ids are unique with tombstones.
                let old = self.tx.get(n, ty.number, id)?;
                record.seq = self.tx.next_seq(n)?;
                record.created_seq = old.map_or(record.seq, |row| row.created_seq);
                for (name, key) in records::index_keys(&self.shared.registry, ty, &record) {
                    self.tx.put_index(n, name, &key, record.created_seq);
                }
                let row = self.row(ty, &record)?;
                self.tx.put(row);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Destroys emptied Items below which nothing hangs any more, upwards.
    fn sweep(&mut self, from: Id) -> Result<(), Fault> {
        let n = self.access.head.n;
        let mut next = Some(from);
        while let Some(id) = next.take() {
            let Some(record) = self.there(n, ITEM, id)? else { return Ok(()) };
            let key = records::index_key(&Value::from(id.to_string())).unwrap_or_default();
            if !record.has("deleted") || !self.tx.index(n, "parent.1", &key, 1)?.is_empty() {
                return Ok(());
            }
            next = record.id("parentId");
            self.bury(ITEM, &record)?;
            if next.is_none()
                && let Some(thread) = self.there(n, &items::THREAD, id)?
            {
                self.bury(&items::THREAD, &thread)?;
            }
        }
        Ok(())
    }

    /// Makes a record hold uploads. Refuses what is neither the caller's own upload nor held by an account of his.
    pub(crate) fn take_blobs(&mut self, ty: &'static TypeDef, id: Id, blobs: &[(String, Id)]) -> Result<(), Fault> {
        let n = self.access.head.n;
        let mine = self.tx.head(self.by.person)?.map(|head| head.n);
        for (property, blob) in blobs {
            let upload = self.tx.blob(*blob)?.ok_or_else(|| SetError::blob_not_found(property, &blob.to_string()))?;
            let own_upload = upload.by == self.by.person && upload.expires > self.now;
            let served = own_upload
                || self.tx.blob_served(n, *blob)?
                || match mine {
                    Some(mine) => self.tx.blob_served(mine, *blob)?,
                    None => false,
                };
            if !served {
                return Err(SetError::blob_not_found(property, &blob.to_string()).into());
            }
            if let Some(Shape::Picture { max }) = self.shared.registry.property(ty, None, property).map(|p| p.shape) {
                self.shared.is_picture(property, &upload, max)?;
            }
            self.tx.hold_blob(n, *blob, records::holder(ty, id), None);
        }
        Ok(())
    }

    /// The size of a file is that of its upload, whatever the client says.
    pub(crate) fn set_sizes(&mut self, ty: &'static TypeDef, record: &mut Record) -> Result<(), Fault> {
        let Some(Value::Array(files)) = record.props.get_mut("blobs").filter(|_| ty.has_kinds) else { return Ok(()) };
        for file in files.iter_mut().filter_map(Value::as_object_mut) {
            let id = file.get("blobId").and_then(Value::as_str).and_then(|id| Id::parse(id).ok());
            let upload = match id {
                Some(id) => self.tx.blob(id)?,
                None => None,
            };
            file.insert("size".into(), upload.map_or(Value::Null, |upload| Value::from(upload.size)));
        }
        Ok(())
    }
}
