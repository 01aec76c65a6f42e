//! The oracle's view of a running command: a draft of the whole state, which a mark copies. Where other engines trust
//! a command, this one says what is wrong with it.

use jmap::{Id, UtcDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dice::Dice;
use super::state::{Account, State};
use crate::{Blob, Head, Job, Key, Miss, N, Outward, Row, Seq, Tick, Tx, TypeNumber, Version};

/// What a head may hold at most, in bytes.
const HEAD_MAX: usize = 64 * 1024;

/// Decides which reads miss. What was loaded stays loaded for the rest of the batch.
pub(super) struct Loads {
    pub(super) dice: Dice,
    /// In so many of a hundred reads.
    pub(super) percent: u64,
    pub(super) loaded: BTreeSet<String>,
}

impl Loads {
    fn load(&mut self, what: impl FnOnce() -> String) -> Result<(), Miss> {
        if self.percent == 0 {
            return Ok(());
        }
        let what = what();
        if self.loaded.contains(&what) || !self.dice.percent(self.percent) {
            return Ok(());
        }
        self.loaded.insert(what);
        Err(Miss)
    }
}

pub(super) struct OracleTx<'a> {
    pub(super) draft: State,
    tick: Tick,
    declared: &'a [Id],
    loads: &'a mut Loads,
    marks: Vec<State>,
    /// True once a read of this run missed: the run must end.
    pub(super) missed: bool,
    /// The first rule that the command broke.
    pub(super) broken: Option<String>,
}

impl<'a> OracleTx<'a> {
    pub(super) fn new(draft: State, tick: Tick, declared: &'a [Id], loads: &'a mut Loads) -> OracleTx<'a> {
        OracleTx { draft, tick, declared, loads, marks: Vec::new(), missed: false, broken: None }
    }

    fn load(&mut self, what: impl FnOnce() -> String) -> Result<(), Miss> {
        let loaded = self.loads.load(what);
        self.missed |= loaded.is_err();
        loaded
    }

    fn breaks(&mut self, rule: String) {
        self.broken.get_or_insert(rule);
    }

    /// The account, if it is there and declared.
    fn writes(&mut self, n: N) -> Option<&mut Account> {
        let id = self.draft.account(n).map(|account| account.head.id);
        match id {
            None => self.breaks(format!("it wrote to account {n}, which is not there")),
            Some(id) if !self.declared.contains(&id) => {
                self.breaks(format!("it wrote to account {id}, which it did not declare"));
            }
            Some(_) => {
                self.draft.written.rows += 1;
                return self.draft.account_mut(n);
            }
        }
        None
    }

    fn touch(&mut self, n: N) {
        let tick = self.tick;
        self.draft.touched.insert(n);
        if let Some(account) = self.draft.account_mut(n) {
            account.head.tick = tick;
        }
    }
}

/// The rule that a row breaks, if any.
fn fault(account: &Account, row: &Row) -> Option<&'static str> {
    let same_place = account.at_seq(row.ty, row.created_seq);
    let same_id = account.get(row.ty, row.id);
    if same_place.is_some_and(|old| old.id != row.id) || same_id.is_some_and(|old| old.created_seq != row.created_seq) {
        Some("id and created_seq are one to one and never change")
    } else if same_place.is_some_and(|old| old.origin != row.origin) {
        Some("the origin never changes")
    } else if row.created_seq == 0 || row.created_seq > row.seq || row.seq > account.head.seq {
        Some("seq and created_seq come from next_seq")
    } else if row.head.len() > HEAD_MAX {
        Some("a head has at most 64 KiB")
    } else if !is_object(&row.head) || row.body.as_deref().is_some_and(|body| !is_object(body)) {
        Some("head and body are JSON objects")
    } else if row.destroyed.is_some() && (row.head.len() > 64 || row.body.is_some()) {
        Some("a tombstone's head says no more than whose it was, and it has no body")
    } else {
        None
    }
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<BTreeMap<String, serde_json::Value>>(text).is_ok()
}

impl Tx for OracleTx<'_> {
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss> {
        self.load(|| format!("head {account}"))?;
        Ok(self.draft.by_id(account).map(|found| found.head.clone()))
    }

    fn open_account(&mut self, account: Id, lineage: u64) -> Result<Head, Miss> {
        self.load(|| format!("head {account}"))?;
        if let Some(found) = self.draft.by_id(account) {
            return Ok(found.head.clone());
        }
        if !self.declared.contains(&account) {
            self.breaks(format!("it opened account {account}, which it did not declare"));
        }
        let n = self.draft.accounts.last_key_value().map_or(1, |(n, _)| n + 1);
        let head = Head { n, id: account, lineage, seq: 0, floor: 0, tick: self.tick };
        self.draft.accounts.insert(n, Arc::new(Account::new(head.clone())));
        self.draft.written.rows += 1;
        self.touch(n);
        Ok(head)
    }

    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss> {
        self.load(|| format!("get {n} {ty} {id}"))?;
        Ok(self.draft.account(n).and_then(|account| account.get(ty, id)).cloned())
    }

    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss> {
        self.load(|| format!("thread {n} {thread} {below} {limit}"))?;
        Ok(self.draft.account(n).map(|account| account.thread_down(thread, below, limit)).unwrap_or_default())
    }

    fn index(&mut self, n: N, name: &str, key: &[u8], limit: u32) -> Result<Vec<Seq>, Miss> {
        self.load(|| format!("index {n} {name} {key:?} {limit}"))?;
        let rows = self.draft.account(n).into_iter().flat_map(|account| account.index.iter());
        let found = rows.filter(|(row_name, row_key, _)| row_name == name && row_key == key);
        Ok(found.map(|(_, _, created_seq)| *created_seq).take(limit as usize).collect())
    }

    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss> {
        self.load(|| format!("at {n} {ty} {created_seq}"))?;
        Ok(self.draft.account(n).and_then(|account| account.at_seq(ty, created_seq)).cloned())
    }

    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss> {
        self.load(|| format!("key {name} {key}"))?;
        Ok(self.draft.key(name, key).cloned())
    }

    fn keys(&mut self, name: &str, prefix: &str, limit: u32) -> Result<Vec<(String, Key)>, Miss> {
        self.load(|| format!("keys {name} {prefix} {limit}"))?;
        let found = self.draft.keys(name, prefix).take(limit as usize);
        Ok(found.map(|(text, key)| (text.clone(), key.clone())).collect())
    }

    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss> {
        self.load(|| format!("versions {n} {ty} {id}"))?;
        Ok(self.draft.account(n).map(|account| account.versions(ty, id)).unwrap_or_default())
    }

    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss> {
        self.load(|| format!("blob {blob}"))?;
        Ok(self.draft.blobs.get(&blob).cloned())
    }

    fn blob_served(&mut self, n: N, blob: Id) -> Result<bool, Miss> {
        self.load(|| format!("served {n} {blob}"))?;
        Ok(self.draft.account(n).is_some_and(|account| account.serves(blob)))
    }

    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss> {
        self.load(|| format!("job {n} {run}"))?;
        Ok(self.draft.account(n).and_then(|account| account.jobs.get(run)).map(|(job, _)| job.clone()))
    }

    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss> {
        self.load(|| format!("counter {name}"))?;
        Ok(self.draft.counters.get(name).copied())
    }

    fn next_seq(&mut self, n: N) -> Result<Seq, Miss> {
        self.load(|| format!("seq {n}"))?;
        let Some(account) = self.writes(n) else { return Ok(0) };
        account.head.seq += 1;
        let seq = account.head.seq;
        self.touch(n);
        Ok(seq)
    }

    fn put(&mut self, mut row: Row) {
        row.tick = self.tick;
        let Some(account) = self.writes(row.n) else { return };
        if let Some(rule) = fault(account, &row) {
            self.breaks(format!("{rule} ({} {})", row.ty, row.id));
            return;
        }
        let records = account.types.entry(row.ty).or_default();
        Arc::make_mut(&mut records.by_id).insert(row.id, row.created_seq);
        let (n, bytes) = (row.n, row.head.len() + row.body.as_deref().map_or(0, str::len));
        Arc::make_mut(&mut records.by_created).insert(row.created_seq, Arc::new(row));
        self.draft.written.bytes += bytes as u64;
        self.touch(n);
    }

    fn put_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.index).insert((name.to_owned(), key.to_vec(), created_seq));
        }
    }

    fn drop_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.index).remove(&(name.to_owned(), key.to_vec(), created_seq));
        }
    }

    fn claim(&mut self, name: &str, key: &str, n: N, id: Id, expires: Option<UtcDate>) {
        let Some(account) = self.writes(n).map(|account| account.head.id) else { return };
        // Whether one that expires has expired, only the command can tell.
        let lasting = |old: &&Key| old.expires.is_none() && (old.n, old.id) != (n, id);
        if let Some(old) = self.draft.key(name, key).filter(lasting) {
            let rule = format!("it claimed {name} {key:?}, which is {}'s", old.id);
            self.breaks(rule);
            return;
        }
        let keys = self.draft.keys.entry(name.to_owned()).or_default();
        Arc::make_mut(keys).insert(key.to_owned(), Key { n, account, id, expires });
    }

    fn release(&mut self, name: &str, key: &str) {
        if let Some(keys) = self.draft.keys.get_mut(name) {
            Arc::make_mut(keys).remove(key);
        }
    }

    fn put_version(&mut self, version: Version) {
        if let Some(account) = self.writes(version.n) {
            let key = (version.ty, version.id, version.version);
            Arc::make_mut(&mut account.versions).insert(key, version);
        }
    }

    fn expire_versions(&mut self, n: N, ty: TypeNumber, id: Id, expires: Option<UtcDate>) {
        if let Some(account) = self.writes(n) {
            for (_, version) in Arc::make_mut(&mut account.versions).range_mut((ty, id, 0)..=(ty, id, u32::MAX)) {
                version.expires = expires;
            }
        }
    }

    fn drop_version(&mut self, n: N, ty: TypeNumber, id: Id, version: u32) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.versions).remove(&(ty, id, version));
        }
    }

    fn put_blob(&mut self, blob: Blob) {
        if self.writes(blob.n).is_some() {
            Arc::make_mut(&mut self.draft.blobs).insert(blob.id, blob);
        }
    }

    fn hold_blob(&mut self, n: N, blob: Id, id: Id, expires: Option<UtcDate>) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.holds).insert((blob, id), expires);
        }
    }

    fn drop_blob(&mut self, n: N, blob: Id, id: Id) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.holds).remove(&(blob, id));
        }
    }

    fn put_job(&mut self, job: Job) {
        if let Some(account) = self.writes(job.n) {
            Arc::make_mut(&mut account.jobs).insert(job.run.clone(), (job, false));
        }
    }

    fn drop_job(&mut self, n: N, run: &str) {
        if let Some(account) = self.writes(n) {
            Arc::make_mut(&mut account.jobs).remove(run);
        }
    }

    fn put_outward(&mut self, n: N, what: &str, value: String) {
        let Some(account) = self.writes(n).map(|account| account.head.id) else { return };
        self.draft.next_outward += 1;
        let row = Outward { number: self.draft.next_outward, n, account, what: what.to_owned(), value };
        Arc::make_mut(&mut self.draft.outward).insert(row.number, (row, false));
    }

    fn drop_outward(&mut self, number: u64) {
        Arc::make_mut(&mut self.draft.outward).remove(&number);
    }

    fn set_counter(&mut self, name: &str, count: u64, expires: UtcDate) {
        Arc::make_mut(&mut self.draft.counters).insert(name.to_owned(), (count, expires));
    }

    fn mark(&mut self) -> usize {
        self.marks.push(self.draft.clone());
        self.marks.len() - 1
    }

    fn undo_to(&mut self, mark: usize) {
        match self.marks.get(mark) {
            Some(state) => self.draft = state.clone(),
            None => self.breaks(format!("it came back to mark {mark}, which it had already passed or never made")),
        }
        self.marks.truncate(mark + 1);
    }
}
