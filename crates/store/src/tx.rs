//! What a command sees: the store with its own writes, and those of the commands before it in the batch.

use jmap::{Id, UtcDate};

use crate::row::{Blob, Head, Job, Key, Lease, N, Row, Seq, StoreError, Tick, TypeNumber, Version};

/// A read whose answer is not loaded yet. Pass it up with `?`: the batcher loads all misses of the batch in one go and
/// runs the command again from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss;

/// Why a command's run ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Run me again when that is loaded.
    Miss,
    /// I wrote nothing that should stay: take my writes back; `done` is still called after the batch's commit.
    Refused,
}

impl From<Miss> for Stop {
    fn from(_: Miss) -> Stop {
        Stop::Miss
    }
}

/// One command: all its accounts are locked, it runs synchronously, and possibly several times. Each run must start
/// from the beginning and depend on nothing but the `Tx`.
pub trait Command: Send {
    /// The accounts it may write to, declared up front; they need not exist yet.
    fn accounts(&self) -> &[Id];

    /// The lease under which it writes, checked inside the transaction.
    fn fence(&self) -> Option<&Lease> {
        None
    }

    /// Reads and writes.
    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop>;

    /// Called exactly once: with the tick of the durable commit (also for a refused command), or the error that
    /// undid the batch, in which case it is unknown to the caller whether a later repeat will find it there.
    fn done(self: Box<Self>, how: Result<Tick, StoreError>);
}

/// The view of a running command: reads see all writes before them. SQLite answers directly and never misses;
/// PostgreSQL may.
pub trait Tx {
    /// The head of an account, with the changes of this transaction.
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss>;
    /// Makes an account that is not there; gives back the one that is.
    fn open_account(&mut self, account: Id, lineage: u64) -> Result<Head, Miss>;
    /// A record or its tombstone.
    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss>;
    /// Records of a thread (any type that has one), newest created first, with `created_seq < below`; with tombstones.
    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss>;
    /// The created_seq of records whose index row is exactly `key`, rising, at most `limit`.
    fn index(&mut self, n: N, name: &str, key: &[u8], limit: u32) -> Result<Vec<Seq>, Miss>;
    /// The record with that created_seq.
    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss>;
    /// Where a unique key leads. Expired ones are given too: compare `expires` with your own now.
    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss>;
    /// Keys of a name that begin with `prefix`, in byte order, at most `limit`.
    fn keys(&mut self, name: &str, prefix: &str, limit: u32) -> Result<Vec<(String, Key)>, Miss>;
    /// Older versions of a record, newest first.
    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss>;
    /// An upload.
    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss>;
    /// True if a record of the account holds the blob, and it is served.
    fn blob_served(&mut self, n: N, blob: Id) -> Result<bool, Miss>;
    /// A job of an account.
    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss>;
    /// A counter: its count and when it is forgotten.
    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss>;

    /// The next change number of an account. Taken back by `undo_to`, so numbers have no gaps.
    fn next_seq(&mut self, n: N) -> Result<Seq, Miss>;
    /// Writes a record: new if its (account, type, created_seq) is; `tick` is set by the store.
    fn put(&mut self, row: Row);
    /// Adds an index row.
    fn put_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq);
    /// Takes an index row away.
    fn drop_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq);
    /// Takes a unique key; look first with [`Tx::key`]. An own or expired one is replaced.
    fn claim(&mut self, name: &str, key: &str, n: N, id: Id, expires: Option<UtcDate>);
    /// Lets a unique key go.
    fn release(&mut self, name: &str, key: &str);
    /// Adds an older version, or replaces the row of the same number.
    fn put_version(&mut self, version: Version);
    /// Sets when all older versions of a record are gone for good; `None` keeps them again.
    fn expire_versions(&mut self, n: N, ty: TypeNumber, id: Id, expires: Option<UtcDate>);
    /// Takes one older version away for good.
    fn drop_version(&mut self, n: N, ty: TypeNumber, id: Id, version: u32);
    /// Writes down an upload whose file is already durable.
    fn put_blob(&mut self, blob: Blob);
    /// A record holds a blob. With `expires` it is kept until then, but served to nobody.
    fn hold_blob(&mut self, n: N, blob: Id, id: Id, expires: Option<UtcDate>);
    /// A record holds a blob no more.
    fn drop_blob(&mut self, n: N, blob: Id, id: Id);
    /// Writes a job, or replaces the one of that name.
    fn put_job(&mut self, job: Job);
    /// Takes a job away, if it is there.
    fn drop_job(&mut self, n: N, run: &str);
    /// Something to be told outside.
    fn put_outward(&mut self, n: N, what: &str, value: String);
    /// Takes outward rows away that have been told.
    fn drop_outward(&mut self, number: u64);
    /// Sets a counter.
    fn set_counter(&mut self, name: &str, count: u64, expires: UtcDate);

    /// A point to come back to.
    fn mark(&mut self) -> usize;
    /// Takes back every write since the mark, change numbers included.
    fn undo_to(&mut self, mark: usize);
}
