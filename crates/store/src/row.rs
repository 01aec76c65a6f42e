//! What is stored, row by row.

use jmap::{Id, UtcDate};

pub use jmap::Origin;

/// The number of an account within one store: small, so that it can lead every key.
pub type N = u32;

/// Counts the changes of one account, from 1, without gaps; unique per change.
pub type Seq = u64;

/// The written-down number of a type (see the registry of `model`).
pub type TypeNumber = u8;

/// The one order over all accounts: the commit number on SQLite, the transaction id on PostgreSQL. Opaque above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(pub i64);

/// What the machine can't do. A caller branches on each of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No space left, or the file may not grow. Nothing of the batch is acknowledged; repeat with the same ids.
    #[error("the disk is full: free some space; nothing that was acknowledged is lost ({0})")]
    Full(String),
    /// Somebody else holds the database, or it may not be written (read-only folder).
    #[error("the database can't be written now: {0}")]
    Unavailable(String),
    /// The file is damaged. Stop, keep it, restore a backup.
    #[error("the database is damaged: {0}; stop the server, keep the file, and restore a backup")]
    Corrupt(String),
    /// The lease under which this was to be written is another's by now.
    #[error("the lease {0} went to another process")]
    Fenced(String),
    /// A command panicked, or broke a rule of the store (for example wrote to an account it did not declare).
    #[error("a command broke a rule of the store: {0}")]
    Broken(String),
}

/// The head of an account: where its changes stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number in this store.
    pub n: N,
    /// Its id.
    pub id: Id,
    /// Random; new after a restore or a promotion.
    pub lineage: u64,
    /// The newest change.
    pub seq: Seq,
    /// States below it can't be calculated from: tombstones up to here are gone.
    pub floor: Seq,
    /// When it was last written.
    pub tick: Tick,
}

/// One record, or its tombstone.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The account.
    pub n: N,
    /// The type.
    pub ty: TypeNumber,
    /// The record's id, unique in (account, type).
    pub id: Id,
    /// The change that made it: its place in the account, and its primary key.
    pub created_seq: Seq,
    /// Its newest change.
    pub seq: Seq,
    /// The commit of its newest change; set by the store.
    pub tick: Tick,
    /// How it came to be.
    pub origin: Origin,
    /// Set on a tombstone: when it was destroyed. Its head says at most whose it was then, in 64 bytes, and its body is gone.
    pub destroyed: Option<UtcDate>,
    /// Counts versions, from 1; 0 for types without versions.
    pub version: u32,
    /// The number of its kind; 0 for types without kinds.
    pub kind: u8,
    /// The root of its thread.
    pub thread: Option<Id>,
    /// JSON text of an object: what replicas fetch first. At most 64 KiB.
    pub head: String,
    /// JSON text of an object: what is long.
    pub body: Option<String>,
}

/// An older version of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The account.
    pub n: N,
    /// The type of the record.
    pub ty: TypeNumber,
    /// The record.
    pub id: Id,
    /// Which version this was.
    pub version: u32,
    /// When it became an older one.
    pub at: UtcDate,
    /// Who replaced it.
    pub by: Id,
    /// JSON text of an object: the versioned properties as they were.
    pub body: String,
    /// From deletion on: when it is gone for good. Until then it is served to nobody, only restored.
    pub expires: Option<UtcDate>,
}

/// Where a unique key leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The account.
    pub n: N,
    /// The account's id.
    pub account: Id,
    /// The record.
    pub id: Id,
    /// After this instant it counts as absent.
    pub expires: Option<UtcDate>,
}

/// Something to be done in an account at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The account it writes to.
    pub n: N,
    /// The account's id.
    pub account: Id,
    /// Its name, unique in the account; up to the first `/` it says which program runs it.
    pub run: String,
    /// When.
    pub due: UtcDate,
    /// The Item it waits for; it is not run before that exists. The runner looks.
    pub waits_for: Option<Id>,
    /// Among jobs due at the same instant, lower first.
    pub order: u64,
    /// JSON text for the program.
    pub payload: String,
}

/// Something to be told outside, written with the change that causes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outward {
    /// Its number, rising.
    pub number: u64,
    /// The account.
    pub n: N,
    /// The account's id.
    pub account: Id,
    /// What kind of telling; its reader knows.
    pub what: String,
    /// JSON text for the reader.
    pub value: String,
}

/// An upload: a name for content in one account. Content is stored once per hash; that never shows outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Random, never reused.
    pub id: Id,
    /// The account it was uploaded to.
    pub n: N,
    /// Keyed BLAKE3 of the content: its file.
    pub hash: [u8; 32],
    /// Bytes.
    pub size: u64,
    /// The media type as the uploader gave it. Never trusted when served.
    pub media_type: String,
    /// Who uploaded it.
    pub by: Id,
    /// Until then the uploader may refer to it; after that only records keep it.
    pub expires: UtcDate,
}

/// The right to be the one who does something, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Of what.
    pub name: String,
    /// Who has it.
    pub holder: String,
    /// Higher than that of every holder before.
    pub fence: u64,
}
