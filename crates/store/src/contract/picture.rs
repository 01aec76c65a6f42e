//! All that a store answers, as lines: two stores that went through the same end with the same lines. Left out is what
//! each engine chooses for itself: numbers of accounts and outward rows, and ticks.

use jmap::Id;

use super::ask::id;
use crate::{Blob, Head, IndexRange, Job, Key, N, Range, Row, Seq, Snapshot, StoreError, TypeNumber, Version};

/// What there can be. Answers are asked for all of it.
#[derive(Clone, Debug)]
pub struct World {
    /// How many accounts, `s` and a number from 1.
    pub accounts: u64,
    /// How many ids of records, `i` and a number from 1, in each account.
    pub records: u64,
    /// How many uploads, `b` and a number from 1, in all.
    pub blobs: u64,
}

/// Types that the suite writes.
pub(super) const TYPES: [TypeNumber; 2] = [1, 2];
/// Names of indexes that the suite writes.
pub(super) const INDEXES: [&str; 2] = ["by-color", "by-day/2"];
/// Names of keys that the suite writes.
pub(super) const KEY_NAMES: [&str; 2] = ["handle", "token"];
/// Names of counters that the suite writes.
pub(super) const COUNTERS: [&str; 2] = ["sign-in", "upload"];

/// So many as there never are.
pub(super) const ALL: u32 = 100_000;
/// Above every number that is handed out, and within what engines store.
pub(super) const TOP: Seq = i64::MAX as Seq;

impl World {
    /// The accounts' ids.
    pub fn account_ids(&self) -> impl Iterator<Item = Id> {
        (1..=self.accounts).map(|number| id(b's', number))
    }

    /// The records' ids.
    pub fn record_ids(&self) -> Vec<Id> {
        (1..=self.records).map(|number| id(b'i', number)).collect()
    }

    /// The uploads' ids.
    pub fn blob_ids(&self) -> impl Iterator<Item = Id> {
        (1..=self.blobs).map(|number| id(b'b', number))
    }

    /// Everything, as lines.
    pub fn picture(&self, snapshot: &dyn Snapshot) -> Result<Vec<String>, StoreError> {
        let mut lines = Vec::new();
        for account in self.account_ids() {
            let Some(head) = snapshot.head(account)? else {
                lines.push(format!("{account} is not there"));
                continue;
            };
            lines.push(show_head(&head));
            assert_eq!(snapshot.head_of(head.n)?.as_ref(), Some(&head), "both ways to a head are one");
            self.account(snapshot, &head, &mut lines)?;
        }
        for name in KEY_NAMES {
            for (text, key) in snapshot.keys(name, "", "", ALL)? {
                lines.push(format!("key {name} {text:?} {}", show_key(&key)));
            }
        }
        for name in COUNTERS {
            lines.push(format!("counter {name} {:?}", snapshot.counter(name)?));
        }
        for blob in self.blob_ids() {
            lines.push(format!("blob {blob} {:?}", snapshot.blob(blob)?.map(|blob| show_blob(&blob))));
        }
        let mut hashes = snapshot.blob_hashes()?;
        hashes.sort_unstable();
        lines.push(format!("hashes {:?}", hashes.iter().map(|hash| hash[0]).collect::<Vec<_>>()));
        // Commands of accounts that have nothing in common may run in any order.
        let mut outward = snapshot.outward(0, ALL)?;
        assert!(outward.windows(2).all(|pair| pair[0].number < pair[1].number), "outward rows rise");
        outward.sort_by_key(|row| (row.account, row.number));
        lines.extend(outward.iter().map(|row| format!("outward {} {} {}", row.account, row.what, row.value)));
        Ok(lines)
    }

    fn account(&self, snapshot: &dyn Snapshot, head: &Head, lines: &mut Vec<String>) -> Result<(), StoreError> {
        let (n, account) = (head.n, head.id);
        let ids = self.record_ids();
        for ty in TYPES {
            for row in snapshot.get(n, ty, &ids, true)? {
                lines.push(format!("{account} {}", show_row(&row)));
                for version in snapshot.versions(n, ty, row.id, true)? {
                    lines.push(format!("{account} {}", show_version(&version)));
                }
            }
            let places = |rows: Vec<Row>| rows.iter().map(|row| row.created_seq).collect::<Vec<_>>();
            let created = snapshot.created_after(n, ty, 0, TOP, ALL)?;
            lines.push(format!("{account} created {ty} {created:?}"));
            lines.push(format!("{account} updated {ty} {:?}", snapshot.updated_after(n, ty, 0, ALL)?));
            lines.push(format!("{account} range {ty} {:?}", places(snapshot.range(n, ty, Range::first(ALL), true)?)));
        }
        for thread in ids.iter().take(4) {
            let rows = snapshot.thread_down(n, *thread, TOP, ALL)?;
            lines.push(format!("{account} thread {thread} {:?}", rows.iter().map(|row| row.seq).collect::<Vec<_>>()));
        }
        for name in INDEXES {
            let range = IndexRange { from: &[], to: &[0xff; 9], after: None, down: false, limit: ALL };
            lines.push(format!("{account} index {name} {:?}", snapshot.index(n, name, &range)?));
        }
        for blob in self.blob_ids() {
            if snapshot.blob_served(n, blob)? {
                lines.push(format!("{account} serves {blob}"));
            }
        }
        lines.extend(snapshot.jobs(n)?.iter().map(|job| format!("{account} {}", show_job(job))));
        Ok(())
    }
}

/// Without number and tick.
pub(super) fn show_head(head: &Head) -> String {
    format!("{} head lineage {} seq {} floor {}", head.id, head.lineage, head.seq, head.floor)
}

/// Without number and tick.
pub(super) fn show_row(row: &Row) -> String {
    let Row { ty, id, created_seq, seq, origin, destroyed, version, kind, thread, head, body, .. } = row;
    format!("{ty} {id} {created_seq} {seq} {origin:?} {destroyed:?} v{version} k{kind} {thread:?} {head} {body:?}")
}

/// Without the account's number.
pub(super) fn show_key(key: &Key) -> String {
    format!("{} {} {:?}", key.account, key.id, key.expires)
}

/// Without the account's number.
pub(super) fn show_version(version: &Version) -> String {
    let Version { ty, id, version, at, by, body, expires, .. } = version;
    format!("version {ty} {id} {version} {at} {by} {body} {expires:?}")
}

/// Without the account's number.
pub(super) fn show_blob(blob: &Blob) -> String {
    let Blob { id, hash, size, media_type, by, expires, .. } = blob;
    format!("{id} {} {size} {media_type} {by} {expires}", hash[0])
}

/// Without the account's number.
pub(super) fn show_job(job: &Job) -> String {
    let Job { account, run, due, waits_for, order, payload, .. } = job;
    format!("job {account} {run} {due} {waits_for:?} {order} {payload}")
}

/// Numbers of accounts differ between stores; 0 stands for one that is not there, and no store gives it.
pub(super) fn number_of(snapshot: &dyn Snapshot, account: Id) -> Result<N, StoreError> {
    Ok(snapshot.head(account)?.map_or(0, |head| head.n))
}
