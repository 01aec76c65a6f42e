//! The view of a running command: what the batch wrote so far, over what the engine can read. Engines share it: each
//! gives a [`Base`] (which may miss) and writes [`Pending`] down before it commits.

mod base;
mod pending;

use std::ops::Bound;

use jmap::{Id, UtcDate};

use crate::row::{Blob, Head, Job, Key, N, Row, Seq, TypeNumber, Version};
use crate::tx::{Miss, Tx};

pub(crate) use base::Base;
use pending::{Claim, RecordKey, Telling, Undo};
pub(crate) use pending::{HeadSlot, Pending};

/// The writes of a batch over a base, with an undo log of the running command.
pub(crate) struct Overlay<B> {
    pub(crate) base: B,
    pub(crate) pending: Pending,
    undo: Vec<Undo>,
    broken: Option<String>,
}

impl<B: Base> Overlay<B> {
    pub(crate) fn new(base: B) -> Overlay<B> {
        Overlay { base, pending: Pending::default(), undo: Vec::new(), broken: None }
    }

    /// Keeps what the command wrote: from here on only the whole batch can take it back.
    pub(crate) fn keep(&mut self) {
        self.undo.clear();
    }

    /// Takes back all that the command wrote.
    pub(crate) fn take_back(&mut self) {
        self.undo_to(0);
        self.broken = None;
    }

    /// Says which rule the command broke, if it did: it wrote to an account it did not declare, or worse.
    pub(crate) fn broken_rule(&mut self, declared: &[Id]) -> Result<Option<String>, Miss> {
        if let Some(rule) = self.broken.take() {
            return Ok(Some(rule));
        }
        let mut allowed = Vec::with_capacity(declared.len());
        for id in declared {
            allowed.extend(self.slot(*id)?.map(|slot| slot.head.n));
        }
        let stray = self.undo.iter().filter_map(Undo::account).find(|n| !allowed.contains(n));
        Ok(stray.map(|n| match self.pending.numbers.get(&n) {
            Some(id) => format!("it wrote to the account {id} without declaring it"),
            None => format!("it wrote to the account number {n} without declaring it"),
        }))
    }

    fn slot(&mut self, account: Id) -> Result<Option<&mut HeadSlot>, Miss> {
        if !self.pending.heads.contains_key(&account) {
            let Some(head) = self.base.head(account)? else { return Ok(None) };
            self.load(head);
        }
        Ok(self.pending.heads.get_mut(&account))
    }

    fn load(&mut self, head: Head) -> Id {
        let id = head.id;
        self.pending.numbers.insert(head.n, id);
        self.pending.heads.insert(id, HeadSlot { before: head.seq, new: false, head });
        id
    }

    fn id_of(&mut self, n: N) -> Result<Option<Id>, Miss> {
        if let Some(id) = self.pending.numbers.get(&n) {
            return Ok(Some(*id));
        }
        Ok(self.base.head_of(n)?.map(|head| self.load(head)))
    }

    fn broke(&mut self, rule: String) {
        self.broken.get_or_insert(rule);
    }

    fn key_of(&mut self, claim: Claim) -> Result<Option<Key>, Miss> {
        let Claim { n, id, expires } = claim;
        Ok(self.id_of(n)?.map(|account| Key { n, account, id, expires }))
    }

    fn set_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq, there: bool) {
        let key = (n, name.to_owned(), key.to_vec(), created_seq);
        let old = self.pending.index.insert(key.clone(), there);
        self.undo.push(Undo::Index(key, old));
    }

    fn set_key(&mut self, name: &str, key: &str, claim: Option<Claim>) {
        let old = match self.pending.keys.get_mut(name) {
            Some(keys) => keys.insert(key.to_owned(), claim),
            None => self.pending.keys.entry(name.to_owned()).or_default().insert(key.to_owned(), claim),
        };
        self.undo.push(Undo::Key(name.to_owned(), key.to_owned(), claim.map(|claim| claim.n), old));
    }

    fn set_version(&mut self, key: RecordKey, number: u32, version: Option<Version>) {
        let old = self.pending.versions.entry(key).or_default().put.insert(number, version);
        self.undo.push(Undo::Version(key, number, old));
    }

    fn set_blob_ref(&mut self, key: (N, Id, Id), held: Option<Option<UtcDate>>) {
        let old = self.pending.blob_refs.insert(key, held);
        self.undo.push(Undo::BlobRef(key, old));
    }

    fn set_job(&mut self, key: (N, String), job: Option<Job>) {
        let old = self.pending.jobs.insert(key.clone(), job);
        self.undo.push(Undo::Job(key, old));
    }
}

/// The smallest id there can be, to begin a range with.
const LEAST: [u8; 16] = [0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0];

fn least() -> Id {
    Id::from_bytes(b'a', LEAST).expect("version 7 and the variant are set")
}

impl<B: Base> Tx for Overlay<B> {
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss> {
        Ok(self.slot(account)?.map(|slot| slot.head.clone()))
    }

    fn open_account(&mut self, account: Id, lineage: u64) -> Result<Head, Miss> {
        if let Some(slot) = self.slot(account)? {
            return Ok(slot.head.clone());
        }
        let last = match self.pending.last_n {
            Some(n) => n,
            None => self.base.last_n()?,
        };
        let head = Head { n: last + 1, id: account, lineage, seq: 0, floor: 0, tick: Default::default() };
        self.pending.last_n = Some(head.n);
        self.pending.numbers.insert(head.n, account);
        self.pending.heads.insert(account, HeadSlot { head: head.clone(), before: 0, new: true });
        self.undo.push(Undo::Open(head.n, account));
        Ok(head)
    }

    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss> {
        match self.pending.row_ids.get(&(n, ty, id)) {
            Some(created) => Ok(self.pending.rows.get(&(n, ty, *created)).cloned()),
            None => self.base.get(n, ty, id),
        }
    }

    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss> {
        let written = self.pending.threads.range((n, thread, 0, 0)..(n, thread, below, 0)).rev().take(limit as usize);
        let mut rows: Vec<Row> =
            written.filter_map(|(n, _, created, ty)| self.pending.rows.get(&(*n, *ty, *created)).cloned()).collect();
        let (mut from_base, mut below) = (0, below);
        while from_base < limit {
            let page = self.base.thread_down(n, thread, below, limit)?;
            let full = page.len() == limit as usize;
            below = page.last().map_or(0, |row| row.created_seq);
            for row in page {
                if !self.pending.rows.contains_key(&(n, row.ty, row.created_seq)) {
                    rows.push(row);
                    from_base += 1;
                }
            }
            if !full {
                break;
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_seq));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    fn index(&mut self, n: N, name: &str, key: &[u8], limit: u32) -> Result<Vec<Seq>, Miss> {
        let from = (n, name.to_owned(), key.to_vec(), 0);
        let to = (n, name.to_owned(), key.to_vec(), Seq::MAX);
        let (mut found, mut changed) = (Vec::new(), Vec::new());
        for ((_, _, _, seq), there) in self.pending.index.range(from..=to) {
            changed.push(*seq);
            if *there {
                found.push(*seq);
            }
        }
        let (mut from_base, mut above) = (0, None);
        while from_base < limit {
            let page = self.base.index(n, name, key, above, limit)?;
            for seq in &page {
                if changed.binary_search(seq).is_err() {
                    found.push(*seq);
                    from_base += 1;
                }
            }
            if page.len() < limit as usize {
                break;
            }
            above = page.last().copied();
        }
        found.sort_unstable();
        found.truncate(limit as usize);
        Ok(found)
    }

    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss> {
        match self.pending.rows.get(&(n, ty, created_seq)) {
            Some(row) => Ok(Some(row.clone())),
            None => self.base.at_seq(n, ty, created_seq),
        }
    }

    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss> {
        match self.pending.keys.get(name).and_then(|keys| keys.get(key)).copied() {
            Some(Some(claim)) => self.key_of(claim),
            Some(None) => Ok(None),
            None => self.base.key(name, key),
        }
    }

    fn keys(&mut self, name: &str, prefix: &str, limit: u32) -> Result<Vec<(String, Key)>, Miss> {
        let written: Vec<(String, Option<Claim>)> = match self.pending.keys.get(name) {
            Some(keys) => {
                let from = (Bound::Included(prefix), Bound::Unbounded);
                let from = keys.range::<str, _>(from).take_while(|(key, _)| key.starts_with(prefix));
                from.map(|(key, claim)| (key.clone(), *claim)).collect()
            }
            None => Vec::new(),
        };
        let mut found = Vec::new();
        let (mut from_base, mut after) = (0, None::<String>);
        while from_base < limit {
            let page = self.base.keys(name, prefix, after.as_deref(), limit)?;
            let full = page.len() == limit as usize;
            after = page.last().map(|(key, _)| key.clone());
            for (key, to) in page {
                if written.binary_search_by(|(k, _)| k.cmp(&key)).is_err() {
                    found.push((key, to));
                    from_base += 1;
                }
            }
            if !full {
                break;
            }
        }
        for (key, claim) in written {
            if let Some(claim) = claim
                && let Some(to) = self.key_of(claim)?
            {
                found.push((key, to));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.truncate(limit as usize);
        Ok(found)
    }

    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss> {
        let mut found = self.base.versions(n, ty, id)?;
        if let Some(slot) = self.pending.versions.get(&(n, ty, id)) {
            found.retain(|version| !slot.put.contains_key(&version.version));
            if let Some(expires) = slot.expire {
                found.iter_mut().for_each(|version| version.expires = expires);
            }
            found.extend(slot.put.values().flatten().cloned());
            found.sort_by_key(|version| std::cmp::Reverse(version.version));
        }
        Ok(found)
    }

    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss> {
        match self.pending.blobs.get(&blob) {
            Some(blob) => Ok(Some(blob.clone())),
            None => self.base.blob(blob),
        }
    }

    fn blob_served(&mut self, n: N, blob: Id) -> Result<bool, Miss> {
        let mut changed = Vec::new();
        let from = self.pending.blob_refs.range((n, blob, least())..);
        for ((_, _, id), held) in from.take_while(|((n2, blob2, _), _)| (*n2, *blob2) == (n, blob)) {
            if *held == Some(None) {
                return Ok(true);
            }
            changed.push(*id);
        }
        let holders = self.base.served_by(n, blob, changed.len() as u32 + 1)?;
        Ok(holders.iter().any(|id| !changed.contains(id)))
    }

    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss> {
        match self.pending.jobs.get(&(n, run.to_owned())) {
            Some(job) => Ok(job.clone()),
            None => self.base.job(n, run),
        }
    }

    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss> {
        match self.pending.counters.get(name) {
            Some(counter) => Ok(Some(*counter)),
            None => self.base.counter(name),
        }
    }

    fn next_seq(&mut self, n: N) -> Result<Seq, Miss> {
        let Some(id) = self.id_of(n)? else {
            self.broke(format!("it asked for a change number of the account number {n}, which is not there"));
            return Err(Miss);
        };
        let slot = self.pending.heads.get_mut(&id).expect("id_of loads the head");
        slot.head.seq += 1;
        self.undo.push(Undo::Seq(n, id));
        Ok(slot.head.seq)
    }

    fn put(&mut self, row: Row) {
        let key = (row.n, row.ty, row.created_seq);
        if self.pending.row_ids.get(&(row.n, row.ty, row.id)).is_some_and(|created| *created != row.created_seq) {
            return self.broke(format!("it created {} a second time", row.id));
        }
        let old = self.pending.set_row(key, Some(row));
        self.undo.push(Undo::Row(key, old));
    }

    fn put_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq) {
        self.set_index(n, name, key, created_seq, true);
    }

    fn drop_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq) {
        self.set_index(n, name, key, created_seq, false);
    }

    fn claim(&mut self, name: &str, key: &str, n: N, id: Id, expires: Option<UtcDate>) {
        // Whether one that expires has expired, only the command can tell.
        let lasting = |old: &Key| old.expires.is_none() && (old.n, old.id) != (n, id);
        if let Ok(Some(old)) = self.key(name, key)
            && lasting(&old)
        {
            return self.broke(format!("it claimed {name} {key:?}, which is that of {}", old.id));
        }
        self.set_key(name, key, Some(Claim { n, id, expires }));
    }

    fn release(&mut self, name: &str, key: &str) {
        self.set_key(name, key, None);
    }

    fn put_version(&mut self, version: Version) {
        self.set_version((version.n, version.ty, version.id), version.version, Some(version));
    }

    fn expire_versions(&mut self, n: N, ty: TypeNumber, id: Id, expires: Option<UtcDate>) {
        let key = (n, ty, id);
        let slot = self.pending.versions.entry(key).or_default();
        self.undo.push(Undo::Expire(key, slot.expire.replace(expires)));
        let written: Vec<Version> = slot.put.values().flatten().cloned().collect();
        for version in written {
            self.put_version(Version { expires, ..version });
        }
    }

    fn drop_version(&mut self, n: N, ty: TypeNumber, id: Id, version: u32) {
        self.set_version((n, ty, id), version, None);
    }

    fn put_blob(&mut self, blob: Blob) {
        let (n, id) = (blob.n, blob.id);
        let old = self.pending.blobs.insert(id, blob);
        self.undo.push(Undo::Blob(n, id, old));
    }

    fn hold_blob(&mut self, n: N, blob: Id, id: Id, expires: Option<UtcDate>) {
        self.set_blob_ref((n, blob, id), Some(expires));
    }

    fn drop_blob(&mut self, n: N, blob: Id, id: Id) {
        self.set_blob_ref((n, blob, id), None);
    }

    fn put_job(&mut self, job: Job) {
        self.set_job((job.n, job.run.clone()), Some(job));
    }

    fn drop_job(&mut self, n: N, run: &str) {
        self.set_job((n, run.to_owned()), None);
    }

    fn put_outward(&mut self, n: N, what: &str, value: String) {
        self.pending.outward.push(Telling { n, what: what.to_owned(), value });
        self.undo.push(Undo::Outward(n));
    }

    fn drop_outward(&mut self, number: u64) {
        if self.pending.told.insert(number) {
            self.undo.push(Undo::Told(number));
        }
    }

    fn set_counter(&mut self, name: &str, count: u64, expires: UtcDate) {
        let old = self.pending.counters.insert(name.to_owned(), (count, expires));
        self.undo.push(Undo::Counter(name.to_owned(), old));
    }

    fn mark(&mut self) -> usize {
        self.undo.len()
    }

    fn undo_to(&mut self, mark: usize) {
        while self.undo.len() > mark {
            let undo = self.undo.pop().expect("longer than the mark");
            self.pending.undo(undo);
        }
    }
}
