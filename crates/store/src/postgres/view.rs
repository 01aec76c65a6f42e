//! A session inside a transaction, seen as a snapshot.

use std::cell::Cell;
use std::future::Future;

use jmap::{Id, UtcDate};

use super::errors::Fault;
use super::reads;
use super::session::Session;
use crate::Touched;
use crate::row::{Blob, Head, Job, Key, N, Outward, Row, Seq, StoreError, Tick, TypeNumber, Version};
use crate::snapshot::{IndexRange, Range, Snapshot, Stub};

/// What a read sees.
pub(super) struct View<'s> {
    session: &'s Session,
    /// Something failed in it: the session should not be used again.
    pub(super) suspect: Cell<bool>,
}

impl<'s> View<'s> {
    pub(super) fn new(session: &'s Session) -> View<'s> {
        View { session, suspect: Cell::new(false) }
    }

    pub(super) fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError> {
        self.told(reads::jobs_due(&self.session.link, now, limit))
    }

    fn told<T>(&self, answer: impl Future<Output = Result<T, Fault>>) -> Result<T, StoreError> {
        self.session.wait(answer).map_err(|fault| {
            self.suspect.set(true);
            fault.into()
        })
    }
}

impl Snapshot for View<'_> {
    fn head(&self, account: Id) -> Result<Option<Head>, StoreError> {
        self.told(reads::head(&self.session.link, account))
    }
    fn head_of(&self, n: N) -> Result<Option<Head>, StoreError> {
        self.told(reads::head_of(&self.session.link, n))
    }
    fn look(&self, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>), StoreError> {
        self.told(reads::look(&self.session.link, since, limit))
    }
    fn get(&self, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>, StoreError> {
        self.told(reads::get(&self.session.link, n, ty, ids, bodies))
    }
    fn at_seqs(&self, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>, StoreError> {
        self.told(reads::at_seqs(&self.session.link, n, ty, created, bodies))
    }
    fn range(&self, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>, StoreError> {
        self.told(reads::range(&self.session.link, n, ty, range, bodies))
    }
    fn thread_down(&self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, StoreError> {
        self.told(reads::thread_down(&self.session.link, n, thread, below, limit, false))
    }
    fn updated_after(&self, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>, StoreError> {
        self.told(reads::updated_after(&self.session.link, n, ty, cursor, limit))
    }
    fn created_after(&self, n: N, ty: TypeNumber, cursor: Seq, upto: Seq, limit: u32) -> Result<Vec<Stub>, StoreError> {
        self.told(reads::created_after(&self.session.link, n, ty, cursor, upto, limit))
    }
    fn walk_down(&self, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>, StoreError> {
        self.told(reads::walk_down(&self.session.link, n, ty, since, above))
    }
    fn index(&self, n: N, name: &str, range: &IndexRange) -> Result<Vec<(Vec<u8>, Seq)>, StoreError> {
        self.told(reads::index(&self.session.link, n, name, range))
    }
    fn key(&self, name: &str, key: &str) -> Result<Option<Key>, StoreError> {
        self.told(reads::key(&self.session.link, name, key))
    }
    fn keys(&self, name: &str, prefix: &str, after: &str, limit: u32) -> Result<Vec<(String, Key)>, StoreError> {
        self.told(reads::keys(&self.session.link, name, prefix, Some(after), limit))
    }
    fn count_keys(&self, name: &str, prefix: &str) -> Result<u64, StoreError> {
        self.told(reads::count_keys(&self.session.link, name, prefix))
    }
    fn versions(&self, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>, StoreError> {
        self.told(reads::versions(&self.session.link, n, ty, id, bodies))
    }
    fn version(&self, n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>, StoreError> {
        self.told(reads::version(&self.session.link, n, ty, id, version))
    }
    fn blob(&self, blob: Id) -> Result<Option<Blob>, StoreError> {
        self.told(reads::blob(&self.session.link, blob))
    }
    fn jobs(&self, n: N) -> Result<Vec<Job>, StoreError> {
        self.told(reads::jobs(&self.session.link, n))
    }
    fn counter(&self, name: &str) -> Result<Option<(u64, UtcDate)>, StoreError> {
        self.told(reads::counter(&self.session.link, name))
    }
    fn outward(&self, after: u64, limit: u32) -> Result<Vec<Outward>, StoreError> {
        self.told(reads::outward(&self.session.link, after, limit))
    }
    fn blob_hashes(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        self.told(reads::blob_hashes(&self.session.link))
    }
    fn blob_served(&self, n: N, blob: Id) -> Result<bool, StoreError> {
        Ok(!self.told(reads::served_by(&self.session.link, n, blob, 1))?.is_empty())
    }
}
