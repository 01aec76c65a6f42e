//! The whole store as plain maps. A copy costs little: tables are shared until one side writes to them.

use jmap::{Id, UtcDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use crate::{Blob, Counters, Head, Job, Key, N, Outward, Row, Seq, Tick, TypeNumber, Version};

/// Everything, as of one commit.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) tick: Tick,
    pub(super) accounts: BTreeMap<N, Arc<Account>>,
    /// By name, then by key.
    pub(super) keys: BTreeMap<String, Arc<BTreeMap<String, Key>>>,
    pub(super) blobs: Arc<BTreeMap<Id, Blob>>,
    pub(super) counters: Arc<BTreeMap<String, (u64, UtcDate)>>,
    /// With whether it is held.
    pub(super) outward: Arc<BTreeMap<u64, (Outward, bool)>>,
    pub(super) next_outward: u64,
    pub(super) leases: BTreeMap<String, Held>,
    pub(super) cursors: BTreeMap<String, Tick>,
    pub(super) written: Counters,
    /// Accounts of the commit that is being made.
    pub(super) touched: BTreeSet<N>,
}

/// One account.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) head: Head,
    pub(super) types: BTreeMap<TypeNumber, Records>,
    /// (name, key, created_seq)
    pub(super) index: Arc<BTreeSet<(String, Vec<u8>, Seq)>>,
    pub(super) versions: Arc<BTreeMap<(TypeNumber, Id, u32), Version>>,
    /// (blob, record) to when the hold ends.
    pub(super) holds: Arc<BTreeMap<(Id, Id), Option<UtcDate>>>,
    /// With whether it is held.
    pub(super) jobs: Arc<BTreeMap<String, (Job, bool)>>,
}

/// The records of one type, with tombstones.
#[derive(Clone, Default)]
pub(super) struct Records {
    pub(super) by_created: Arc<BTreeMap<Seq, Arc<Row>>>,
    pub(super) by_id: Arc<BTreeMap<Id, Seq>>,
}

/// A lease as the store keeps it.
#[derive(Clone)]
pub(super) struct Held {
    /// `None` once given up; the fence stays, so that it only rises.
    pub(super) holder: Option<String>,
    pub(super) fence: u64,
    pub(super) until: Instant,
}

impl Account {
    pub(super) fn new(head: Head) -> Account {
        Account {
            head,
            types: BTreeMap::new(),
            index: Arc::default(),
            versions: Arc::default(),
            holds: Arc::default(),
            jobs: Arc::default(),
        }
    }

    /// All records of one type, by created_seq.
    pub(super) fn rows(&self, ty: TypeNumber) -> impl DoubleEndedIterator<Item = &Arc<Row>> {
        self.types.get(&ty).into_iter().flat_map(|records| records.by_created.values())
    }

    pub(super) fn at_seq(&self, ty: TypeNumber, created_seq: Seq) -> Option<&Row> {
        self.types.get(&ty)?.by_created.get(&created_seq).map(Arc::as_ref)
    }

    pub(super) fn get(&self, ty: TypeNumber, id: Id) -> Option<&Row> {
        self.at_seq(ty, *self.types.get(&ty)?.by_id.get(&id)?)
    }

    pub(super) fn thread_down(&self, thread: Id, below: Seq, limit: u32) -> Vec<Row> {
        let all = self.types.values().flat_map(|records| records.by_created.values());
        let mut rows: Vec<Row> = all
            .filter(|row| row.thread == Some(thread) && row.created_seq < below)
            .map(|row| Row::clone(row))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_seq));
        rows.truncate(limit as usize);
        rows
    }

    pub(super) fn versions(&self, ty: TypeNumber, id: Id) -> Vec<Version> {
        let range = self.versions.range((ty, id, 0)..=(ty, id, u32::MAX));
        range.rev().map(|(_, version)| version.clone()).collect()
    }

    pub(super) fn serves(&self, blob: Id) -> bool {
        self.holds.iter().any(|((held, _), expires)| *held == blob && expires.is_none())
    }
}

impl State {
    pub(super) fn account(&self, n: N) -> Option<&Account> {
        self.accounts.get(&n).map(Arc::as_ref)
    }

    pub(super) fn account_mut(&mut self, n: N) -> Option<&mut Account> {
        self.accounts.get_mut(&n).map(Arc::make_mut)
    }

    pub(super) fn by_id(&self, id: Id) -> Option<&Account> {
        self.accounts.values().map(Arc::as_ref).find(|account| account.head.id == id)
    }

    pub(super) fn key(&self, name: &str, key: &str) -> Option<&Key> {
        self.keys.get(name)?.get(key)
    }

    pub(super) fn keys(&self, name: &str, prefix: &str) -> impl Iterator<Item = (&String, &Key)> {
        let of_name = self.keys.get(name).into_iter().flat_map(|keys| keys.iter());
        of_name.filter(move |(key, _)| key.starts_with(prefix))
    }

    /// Takes out what `now` has outlived; the hashes that no blob names any more.
    pub(super) fn purge(&mut self, now: UtcDate, tombstones_before: UtcDate) -> Vec<[u8; 32]> {
        for account in self.accounts.values_mut() {
            Arc::make_mut(account).purge(now, tombstones_before);
        }
        for keys in self.keys.values_mut() {
            Arc::make_mut(keys).retain(|_, key| key.expires.is_none_or(|at| at > now));
        }
        Arc::make_mut(&mut self.counters).retain(|_, (_, expires)| *expires > now);

        let held: BTreeSet<Id> =
            self.accounts.values().flat_map(|account| account.holds.keys()).map(|(blob, _)| *blob).collect();
        let mut gone = BTreeSet::new();
        Arc::make_mut(&mut self.blobs).retain(|id, blob| {
            let stays = blob.expires > now || held.contains(id);
            if !stays {
                gone.insert(blob.hash);
            }
            stays
        });
        for blob in self.blobs.values() {
            gone.remove(&blob.hash);
        }
        gone.into_iter().collect()
    }

    /// Holds, or lets go, jobs and outward rows; how many there are.
    pub(super) fn hold(&mut self, held: bool) -> u64 {
        let mut count = self.outward.len();
        for (_, is_held) in Arc::make_mut(&mut self.outward).values_mut() {
            *is_held = held;
        }
        for account in self.accounts.values_mut() {
            count += account.jobs.len();
            for (_, is_held) in Arc::make_mut(&mut Arc::make_mut(account).jobs).values_mut() {
                *is_held = held;
            }
        }
        count as u64
    }
}

impl Account {
    fn purge(&mut self, now: UtcDate, tombstones_before: UtcDate) {
        Arc::make_mut(&mut self.versions).retain(|_, version| version.expires.is_none_or(|at| at > now));
        Arc::make_mut(&mut self.holds).retain(|_, expires| expires.is_none_or(|at| at > now));
        let (mut floor, mut gone) = (self.head.floor, BTreeSet::new());
        for records in self.types.values_mut() {
            Arc::make_mut(&mut records.by_created).retain(|_, row| {
                let goes = row.destroyed.is_some_and(|at| at < tombstones_before);
                if goes {
                    floor = floor.max(row.seq);
                    gone.insert(row.created_seq);
                }
                !goes
            });
            Arc::make_mut(&mut records.by_id).retain(|_, created_seq| !gone.contains(created_seq));
        }
        Arc::make_mut(&mut self.index).retain(|(_, _, created_seq)| !gone.contains(created_seq));
        self.head.floor = floor;
    }
}
