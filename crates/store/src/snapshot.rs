//! What a read sees: one state of the whole store.

use jmap::{Id, UtcDate};

use crate::Touched;
use crate::row::{Blob, Head, Job, Key, N, Outward, Row, Seq, StoreError, Tick, TypeNumber, Version};

/// What `/changes` needs of a record: no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stub {
    /// The record.
    pub id: Id,
    /// The change that made it.
    pub created_seq: Seq,
    /// Its newest change.
    pub seq: Seq,
    /// True for a tombstone.
    pub destroyed: bool,
}

/// Which part of an index is read.
#[derive(Clone, Debug, Default)]
pub struct IndexRange<'a> {
    /// The first key.
    pub from: &'a [u8],
    /// The end, not part of it.
    pub to: &'a [u8],
    /// Only what lies behind this row, in the direction of reading.
    pub after: Option<(&'a [u8], Seq)>,
    /// From the last key to the first.
    pub down: bool,
    /// At most so many.
    pub limit: u32,
}

/// Which part of the records of a type is read.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Only what lies behind this one, in the direction of reading; `None`: from the end.
    pub after: Option<Seq>,
    /// Newest first.
    pub down: bool,
    /// At most so many.
    pub limit: u32,
}

impl Range {
    /// From the first on.
    pub fn first(limit: u32) -> Range {
        Range { after: None, down: false, limit }
    }

    /// From the newest back.
    pub fn newest(limit: u32) -> Range {
        Range { after: None, down: true, limit }
    }
}

/// One state of the store, the same for every call.
pub trait Snapshot {
    /// The head of an account.
    fn head(&self, account: Id) -> Result<Option<Head>, StoreError>;
    /// The head of the account with that number.
    fn head_of(&self, n: N) -> Result<Option<Head>, StoreError>;
    /// The accounts changed since `since`, with their heads, and the token for next time; from one state. A change
    /// may be told twice, never not at all. `limit + 1` accounts mean: more than `limit`.
    fn look(&self, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>), StoreError>;
    /// Records and tombstones by id, in the order asked, those not there left out. Without `bodies` the body is `None`.
    fn get(&self, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>, StoreError>;
    /// Records by created_seq, in the order asked, those not there left out.
    fn at_seqs(&self, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>, StoreError>;
    /// Living records in order of creation, a part of them. Without `bodies` the body is `None`.
    fn range(&self, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>, StoreError>;
    /// Records of a thread, newest first, with `created_seq < below`; with tombstones, without bodies.
    fn thread_down(&self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, StoreError>;
    /// For `/changes`: records with `seq > created_seq` and `seq > cursor`, by seq, at most `limit` (an index).
    fn updated_after(&self, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>, StoreError>;
    /// For `/changes`: records with `cursor < created_seq <= upto`, by created_seq, at most `limit`, updated or not
    /// (the primary key; no further filter, which an engine's planner would misjudge).
    fn created_after(&self, n: N, ty: TypeNumber, cursor: Seq, upto: Seq, limit: u32) -> Result<Vec<Stub>, StoreError>;
    /// For log readers: records of the type whose newest change has `seq > above` and `tick >= since`. Both index orders
    /// are walked down, each stopped at the first row with an older tick. Rising by seq; with tombstones. Without text:
    /// there may be many.
    fn walk_down(&self, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>, StoreError>;
    /// Index rows of one name, by (key, created_seq).
    fn index(&self, n: N, name: &str, range: &IndexRange) -> Result<Vec<(Vec<u8>, Seq)>, StoreError>;
    /// Where a unique key leads (expired ones too).
    fn key(&self, name: &str, key: &str) -> Result<Option<Key>, StoreError>;
    /// Keys of a name that begin with `prefix` and lie behind `after`, in byte order, at most `limit`.
    fn keys(&self, name: &str, prefix: &str, after: &str, limit: u32) -> Result<Vec<(String, Key)>, StoreError>;
    /// How many keys of a name begin with `prefix`.
    fn count_keys(&self, name: &str, prefix: &str) -> Result<u64, StoreError>;
    /// Older versions of a record, newest first. Without `bodies` these are empty.
    fn versions(&self, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>, StoreError>;
    /// One of them, with its body.
    fn version(&self, n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>, StoreError>;
    /// An upload.
    fn blob(&self, blob: Id) -> Result<Option<Blob>, StoreError>;
    /// True if a record of the account holds the blob, and it is served.
    fn blob_served(&self, n: N, blob: Id) -> Result<bool, StoreError>;
    /// Jobs of an account, by run.
    fn jobs(&self, n: N) -> Result<Vec<Job>, StoreError>;
    /// A counter: its count and when it is forgotten.
    fn counter(&self, name: &str) -> Result<Option<(u64, UtcDate)>, StoreError>;
    /// Outward rows that are not held, by number, behind `after`.
    fn outward(&self, after: u64, limit: u32) -> Result<Vec<Outward>, StoreError>;
    /// All content hashes that blob rows name, for the collection of files and for backups.
    fn blob_hashes(&self) -> Result<Vec<[u8; 32]>, StoreError>;
}
