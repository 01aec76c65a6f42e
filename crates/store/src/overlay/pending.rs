//! What a batch has written so far, by table, and the log that takes it back. It knows no engine and no reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jmap::{Id, UtcDate};

use crate::row::{Blob, Head, Job, N, Row, Seq, TypeNumber, Version};

pub(crate) type RowKey = (N, TypeNumber, Seq);
pub(crate) type RecordKey = (N, TypeNumber, Id);
pub(crate) type IndexKey = (N, String, Vec<u8>, Seq);

/// An account as far as the batch knows it.
#[derive(Clone, Debug)]
pub(crate) struct HeadSlot {
    pub(crate) head: Head,
    /// The newest change before the batch.
    pub(crate) before: Seq,
    /// Made by the batch.
    pub(crate) new: bool,
}

/// Where a key leads, as far as the batch wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) n: N,
    pub(crate) id: Id,
    pub(crate) expires: Option<UtcDate>,
}

/// What the batch did to the older versions of one record.
#[derive(Debug, Default)]
pub(crate) struct VersionSlot {
    /// Set: all versions that were there before expire then (or are kept again).
    pub(crate) expire: Option<Option<UtcDate>>,
    /// Versions written (`Some`) or taken away (`None`); stronger than `expire`.
    pub(crate) put: BTreeMap<u32, Option<Version>>,
}

/// Something to be told outside, not numbered yet.
#[derive(Debug)]
pub(crate) struct Telling {
    pub(crate) n: N,
    pub(crate) what: String,
    pub(crate) value: String,
}

/// The writes of a batch. In each map the newest value of a key; `None` takes the row away.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) heads: HashMap<Id, HeadSlot>,
    pub(crate) numbers: HashMap<N, Id>,
    pub(crate) last_n: Option<N>,
    pub(crate) rows: BTreeMap<RowKey, Row>,
    pub(crate) row_ids: HashMap<RecordKey, Seq>,
    pub(crate) threads: BTreeSet<(N, Id, Seq, TypeNumber)>,
    pub(crate) index: BTreeMap<IndexKey, bool>,
    pub(crate) keys: BTreeMap<String, BTreeMap<String, Option<Claim>>>,
    pub(crate) versions: BTreeMap<RecordKey, VersionSlot>,
    pub(crate) blobs: HashMap<Id, Blob>,
    pub(crate) blob_refs: BTreeMap<(N, Id, Id), Option<Option<UtcDate>>>,
    pub(crate) jobs: BTreeMap<(N, String), Option<Job>>,
    pub(crate) outward: Vec<Telling>,
    pub(crate) told: BTreeSet<u64>,
    pub(crate) counters: BTreeMap<String, (u64, UtcDate)>,
}

/// How one write is taken back: what was there before, in the batch.
#[derive(Debug)]
pub(crate) enum Undo {
    Open(N, Id),
    Seq(N, Id),
    Row(RowKey, Option<Row>),
    Index(IndexKey, Option<bool>),
    /// With the account that the key was claimed for.
    Key(String, String, Option<N>, Option<Option<Claim>>),
    Version(RecordKey, u32, Option<Option<Version>>),
    Expire(RecordKey, Option<Option<UtcDate>>),
    Blob(N, Id, Option<Blob>),
    BlobRef((N, Id, Id), Option<Option<Option<UtcDate>>>),
    Job((N, String), Option<Option<Job>>),
    Outward(N),
    Told(u64),
    Counter(String, Option<(u64, UtcDate)>),
}

impl Undo {
    /// The account it wrote to. Released keys, counters and told outward rows belong to no account.
    pub(crate) fn account(&self) -> Option<N> {
        match self {
            Undo::Open(n, _) | Undo::Seq(n, _) | Undo::Blob(n, ..) | Undo::Outward(n) => Some(*n),
            Undo::Row(key, _) => Some(key.0),
            Undo::Index(key, _) => Some(key.0),
            Undo::Version(key, ..) | Undo::Expire(key, _) => Some(key.0),
            Undo::BlobRef(key, _) => Some(key.0),
            Undo::Job(key, _) => Some(key.0),
            Undo::Key(_, _, claimed, _) => *claimed,
            Undo::Told(_) | Undo::Counter(..) => None,
        }
    }
}

impl Pending {
    /// True if there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.index.is_empty()
            && self.keys.is_empty()
            && self.versions.is_empty()
            && self.blobs.is_empty()
            && self.blob_refs.is_empty()
            && self.jobs.is_empty()
            && self.outward.is_empty()
            && self.told.is_empty()
            && self.counters.is_empty()
            && !self.heads.values().any(HeadSlot::changed)
    }

    /// Sets or takes away a row, keeping what finds rows by id and by thread; gives back what was there.
    pub(crate) fn set_row(&mut self, key: RowKey, row: Option<Row>) -> Option<Row> {
        let (n, ty, created) = key;
        let found_by = row.as_ref().map(|row| (row.id, row.thread));
        let old = match row {
            Some(row) => self.rows.insert(key, row),
            None => self.rows.remove(&key),
        };
        if let Some(old) = &old {
            self.row_ids.remove(&(n, ty, old.id));
            if let Some(thread) = old.thread {
                self.threads.remove(&(n, thread, created, ty));
            }
        }
        if let Some((id, thread)) = found_by {
            self.row_ids.insert((n, ty, id), created);
            if let Some(thread) = thread {
                self.threads.insert((n, thread, created, ty));
            }
        }
        old
    }

    /// Takes one write back.
    pub(crate) fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Open(n, id) => {
                self.heads.remove(&id);
                self.numbers.remove(&n);
                self.last_n = Some(n - 1);
            }
            Undo::Seq(_, id) => self.heads.get_mut(&id).expect("a numbered account is loaded").head.seq -= 1,
            Undo::Row(key, old) => {
                self.set_row(key, old);
            }
            Undo::Index(key, old) => restore(&mut self.index, key, old),
            Undo::Key(name, key, _, old) => {
                let keys = self.keys.get_mut(&name).expect("a claimed name is there");
                restore(keys, key, old);
                if keys.is_empty() {
                    self.keys.remove(&name);
                }
            }
            Undo::Version(key, version, old) => {
                restore(&mut self.versions.entry(key).or_default().put, version, old);
                self.drop_idle_versions(key);
            }
            Undo::Expire(key, old) => {
                self.versions.entry(key).or_default().expire = old;
                self.drop_idle_versions(key);
            }
            Undo::Blob(_, id, Some(old)) => {
                self.blobs.insert(id, old);
            }
            Undo::Blob(_, id, None) => {
                self.blobs.remove(&id);
            }
            Undo::BlobRef(key, old) => restore(&mut self.blob_refs, key, old),
            Undo::Job(key, old) => restore(&mut self.jobs, key, old),
            Undo::Outward(_) => {
                self.outward.pop();
            }
            Undo::Told(number) => {
                self.told.remove(&number);
            }
            Undo::Counter(name, old) => restore(&mut self.counters, name, old),
        }
    }

    fn drop_idle_versions(&mut self, key: RecordKey) {
        if self.versions.get(&key).is_some_and(|slot| slot.put.is_empty() && slot.expire.is_none()) {
            self.versions.remove(&key);
        }
    }
}

impl HeadSlot {
    /// True if the batch numbered a change of it, or made it.
    pub(crate) fn changed(&self) -> bool {
        self.new || self.head.seq != self.before
    }
}

fn restore<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, old: Option<V>) {
    match old {
        Some(old) => map.insert(key, old),
        None => map.remove(&key),
    };
}
