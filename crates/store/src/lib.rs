//! Records, index rows, keys, jobs, outward rows, versions and blobs, written in one transaction.
//! It knows ids, instants and JSON text; it does not know what a kind is, and it asks nobody the time.

mod blobs;
mod changes;
mod columns;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod copy;
#[cfg(any(test, feature = "testing"))]
pub mod oracle;
mod overlay;
mod postgres;
mod queue;
mod reader;
mod row;
pub mod search;
mod snapshot;
mod sqlite;
mod told;
mod turn;
mod tx;

pub use blobs::{Blobs, Held, Pinned, ResumeError, Still, Turn, Upload, UploadError};
pub use changes::{ChangesError, Page, changes};
pub use copy::{Copied, Files, Mark, Place, copy};
pub use postgres::{PostgresOptions, PostgresStore};
pub use reader::{Changed, LogReader};
pub use row::{Blob, Head, Job, Key, Lease, N, Origin, Outward, Row, Seq, StoreError, Tick, TypeNumber, Version};
pub use search::SearchIndex;
pub use snapshot::{IndexRange, Range, Snapshot, Stub};
#[doc(hidden)]
pub use sqlite::Planted;
pub use sqlite::{SqliteOptions, SqliteStore, blob_hashes_in, restore};
pub use tx::{Command, Miss, Stop, Tx};

use jmap::{Id, UtcDate};
use std::path::Path;

/// An account that a commit touched: its number, its id, and its head after the commit.
pub type Touched = (N, Id, Seq);

/// What is called after each commit, with the commit's tick. Must be quick and must not call the store.
pub type OnCommit = Box<dyn Fn(Tick, &[Touched]) + Send + Sync>;

/// A read, run on a thread of the store with one snapshot. It should not hold the snapshot over a slow client.
pub type Read = Box<dyn FnOnce(Result<&dyn Snapshot, StoreError>) + Send>;

/// One storage engine. Writes go through [`Store::submit`] alone; every read of one closure sees one snapshot.
pub trait Store: Send + Sync {
    /// Queues a command. It runs in the batcher, inside a transaction, together with whatever else is queued; its
    /// `done` is called once, after the commit that holds it is durable, or with the error that undid it.
    fn submit(&self, command: Box<dyn Command>);

    /// Runs a read on one snapshot, on another thread.
    fn read(&self, read: Read);

    /// Registers what is to be called after each commit.
    fn on_commit(&self, told: OnCommit);

    /// Takes or renews the lease of that name for `ms` milliseconds of the store's own time. `None`: another holder
    /// has it. A lease taken anew (not renewed by the same `holder`) has a higher fence.
    fn lease(&self, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>, StoreError>;

    /// Gives a lease up, if it is still the holder's.
    fn give_up(&self, lease: &Lease) -> Result<(), StoreError>;

    /// The cursor of a log reader; with `save`, sets it first. `StoreError::Fenced` if the lease is no longer held.
    fn cursor(&self, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError>;

    /// Jobs with `due <= now` that are not held, by (due, order, account, run), at most `limit`; and the due instant
    /// of the first job after `now`.
    fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError>;

    /// Lets go, or holds, all jobs and outward rows that exist now (a restore holds them until an admin decides).
    fn hold(&self, held: bool) -> Result<u64, StoreError>;

    /// Writes a consistent copy into the empty or missing folder `to` while the store is running: the records, and
    /// a list of the blob files it names. `told` hears (done, of how many) in bytes or rows. Whichever engine it comes
    /// from, a backup is the file of a stopped store on SQLite.
    fn backup(&self, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError>;

    /// Takes out for ever what `now` has outlived: versions and blob rows that expired, expired keys and counters,
    /// tombstones destroyed before `tombstones_before` (raising the floor). Then rewrites the file so that no freed
    /// page keeps a text. Returns the content hashes that no blob row names any more.
    fn purge(&self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<[u8; 32]>, StoreError>;

    /// Checks the store as far as it can: integrity, heads, index rows, keys. One sentence per fault found.
    fn check(&self) -> Result<Vec<String>, StoreError>;

    /// Commits, records and bytes written since the start, for the metrics. No figure is per person.
    fn counters(&self) -> Counters;
}

/// Load since the start of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Transactions committed.
    pub commits: u64,
    /// Commands that were part of them.
    pub commands: u64,
    /// Rows of any table written.
    pub rows: u64,
    /// Bytes of heads and bodies written.
    pub bytes: u64,
}
