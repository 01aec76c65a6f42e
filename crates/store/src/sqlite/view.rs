//! A connection inside a transaction, seen as a snapshot by readers and as a base by the batch.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use jmap::{Id, UtcDate};
use rusqlite::{Connection, Result as SqlResult};

use super::errors::store_error;
use super::reads;
use crate::Touched;
use crate::overlay::Base;
use crate::row::{Blob, Head, Job, Key, N, Outward, Row, Seq, StoreError, Tick, TypeNumber, Version};
use crate::snapshot::{IndexRange, Range, Snapshot, Stub};
use crate::tx::Miss;

/// What a read sees.
pub(super) struct View<'c> {
    conn: &'c Connection,
    /// The machine failed in it: the connection should not be used again.
    pub(super) suspect: Cell<bool>,
    /// Where the records are that `/changes` found, since they are read next.
    found: RefCell<HashMap<(N, TypeNumber, Id), Seq>>,
}

impl<'c> View<'c> {
    pub(super) fn new(conn: &'c Connection) -> View<'c> {
        View { conn, suspect: Cell::new(false), found: RefCell::default() }
    }

    pub(super) fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError> {
        self.told(reads::jobs_due(self.conn, now, limit))
    }

    fn remember(&self, n: N, ty: TypeNumber, stubs: &[Stub]) {
        self.found.borrow_mut().extend(stubs.iter().map(|stub| ((n, ty, stub.id), stub.created_seq)));
    }

    fn told<T>(&self, result: SqlResult<T>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.suspect.set(true);
            store_error(error)
        })
    }
}

impl Snapshot for View<'_> {
    fn head(&self, account: Id) -> Result<Option<Head>, StoreError> {
        self.told(reads::head(self.conn, account))
    }
    fn head_of(&self, n: N) -> Result<Option<Head>, StoreError> {
        self.told(reads::head_of(self.conn, n))
    }
    fn look(&self, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>), StoreError> {
        self.told(reads::look(self.conn, since, limit))
    }
    fn get(&self, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>, StoreError> {
        let found = self.found.borrow();
        let places: Option<Vec<Seq>> = ids.iter().map(|id| found.get(&(n, ty, *id)).copied()).collect();
        match places.filter(|places| !places.is_empty()) {
            Some(places) => self.told(reads::at_seqs(self.conn, n, ty, &places, bodies)),
            None => self.told(reads::get(self.conn, n, ty, ids, bodies)),
        }
    }
    fn at_seqs(&self, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>, StoreError> {
        self.told(reads::at_seqs(self.conn, n, ty, created, bodies))
    }
    fn range(&self, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>, StoreError> {
        self.told(reads::range(self.conn, n, ty, range, bodies))
    }
    fn thread_down(&self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, StoreError> {
        self.told(reads::thread_down(self.conn, n, thread, below, limit, false))
    }
    fn updated_after(&self, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>, StoreError> {
        let stubs = self.told(reads::updated_after(self.conn, n, ty, cursor, limit))?;
        self.remember(n, ty, &stubs);
        Ok(stubs)
    }
    fn created_after(&self, n: N, ty: TypeNumber, cursor: Seq, upto: Seq, limit: u32) -> Result<Vec<Stub>, StoreError> {
        let stubs = self.told(reads::created_after(self.conn, n, ty, cursor, upto, limit))?;
        self.remember(n, ty, &stubs);
        Ok(stubs)
    }
    fn walk_down(&self, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>, StoreError> {
        self.told(reads::walk_down(self.conn, n, ty, since, above))
    }
    fn index(&self, n: N, name: &str, range: &IndexRange) -> Result<Vec<(Vec<u8>, Seq)>, StoreError> {
        self.told(reads::index(self.conn, n, name, range))
    }
    fn key(&self, name: &str, key: &str) -> Result<Option<Key>, StoreError> {
        self.told(reads::key(self.conn, name, key))
    }
    fn keys(&self, name: &str, prefix: &str, after: &str, limit: u32) -> Result<Vec<(String, Key)>, StoreError> {
        self.told(reads::keys(self.conn, name, prefix, Some(after), limit))
    }
    fn count_keys(&self, name: &str, prefix: &str) -> Result<u64, StoreError> {
        self.told(reads::count_keys(self.conn, name, prefix))
    }
    fn versions(&self, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>, StoreError> {
        self.told(reads::versions(self.conn, n, ty, id, bodies))
    }
    fn version(&self, n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>, StoreError> {
        self.told(reads::version(self.conn, n, ty, id, version))
    }
    fn blob(&self, blob: Id) -> Result<Option<Blob>, StoreError> {
        self.told(reads::blob(self.conn, blob))
    }
    fn blob_served(&self, n: N, blob: Id) -> Result<bool, StoreError> {
        self.told(reads::served_by(self.conn, n, blob, 1).map(|holders| !holders.is_empty()))
    }
    fn jobs(&self, n: N) -> Result<Vec<Job>, StoreError> {
        self.told(reads::jobs(self.conn, n))
    }
    fn counter(&self, name: &str) -> Result<Option<(u64, UtcDate)>, StoreError> {
        self.told(reads::counter(self.conn, name))
    }
    fn outward(&self, after: u64, limit: u32) -> Result<Vec<Outward>, StoreError> {
        self.told(reads::outward(self.conn, after, limit))
    }
    fn blob_hashes(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        self.told(reads::blob_hashes(self.conn))
    }
}

/// What a batch stands on: it never misses. A `Miss` means that the machine failed, and `failure` says how.
pub(super) struct Direct<'c> {
    conn: &'c Connection,
    pub(super) failure: RefCell<Option<StoreError>>,
    /// Records that the batch has asked for; nobody else writes meanwhile.
    seen: HashMap<(N, TypeNumber, Id), Option<Row>>,
}

impl<'c> Direct<'c> {
    pub(super) fn new(conn: &'c Connection) -> Direct<'c> {
        Direct { conn, failure: RefCell::new(None), seen: HashMap::new() }
    }

    fn told<T>(&self, result: SqlResult<T>) -> Result<T, Miss> {
        result.map_err(|error| {
            self.failure.borrow_mut().get_or_insert(store_error(error));
            Miss
        })
    }
}

impl Base for Direct<'_> {
    fn head(&mut self, account: Id) -> Result<Option<Head>, Miss> {
        self.told(reads::head(self.conn, account))
    }
    fn head_of(&mut self, n: N) -> Result<Option<Head>, Miss> {
        self.told(reads::head_of(self.conn, n))
    }
    fn last_n(&mut self) -> Result<N, Miss> {
        self.told(reads::last_n(self.conn))
    }
    fn get(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss> {
        if let Some(row) = self.seen.get(&(n, ty, id)) {
            return Ok(row.clone());
        }
        let row = self.told(reads::get(self.conn, n, ty, &[id], true).map(|mut rows| rows.pop()))?;
        self.seen.insert((n, ty, id), row.clone());
        Ok(row)
    }
    fn at_seq(&mut self, n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss> {
        self.told(reads::at_seqs(self.conn, n, ty, &[created_seq], true).map(|mut rows| rows.pop()))
    }
    fn thread_down(&mut self, n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss> {
        self.told(reads::thread_down(self.conn, n, thread, below, limit, true))
    }
    fn index(&mut self, n: N, name: &str, key: &[u8], above: Option<Seq>, limit: u32) -> Result<Vec<Seq>, Miss> {
        self.told(reads::index_at(self.conn, n, name, key, above, limit))
    }
    fn key(&mut self, name: &str, key: &str) -> Result<Option<Key>, Miss> {
        self.told(reads::key(self.conn, name, key))
    }
    fn keys(&mut self, name: &str, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<(String, Key)>, Miss> {
        self.told(reads::keys(self.conn, name, prefix, after, limit))
    }
    fn versions(&mut self, n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss> {
        self.told(reads::versions(self.conn, n, ty, id, true))
    }
    fn blob(&mut self, blob: Id) -> Result<Option<Blob>, Miss> {
        self.told(reads::blob(self.conn, blob))
    }
    fn served_by(&mut self, n: N, blob: Id, limit: u32) -> Result<Vec<Id>, Miss> {
        self.told(reads::served_by(self.conn, n, blob, limit))
    }
    fn job(&mut self, n: N, run: &str) -> Result<Option<Job>, Miss> {
        self.told(reads::job(self.conn, n, run))
    }
    fn counter(&mut self, name: &str) -> Result<Option<(u64, UtcDate)>, Miss> {
        self.told(reads::counter(self.conn, name))
    }
}
