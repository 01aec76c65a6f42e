//! The suite itself is tested: each of these stores breaks a promise, and the suite must say so.

use jmap::{Id, UtcDate};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;
use store::contract::wrapped::{Bend, bent};
use store::contract::{Make, PROMISES};
use store::oracle::Oracle;
use store::{
    Blob, Command, Head, IndexRange, Job, Key, Lease, Miss, N, Outward, Range, Read, Row, Seq, Snapshot, Stop, Store,
    StoreError, Stub, Tick, Touched, Tx, TypeNumber, Version,
};

/// What is wrong with a store, and the promise that must show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    LosesAnIndexRow,
    LeavesGaps,
    AnswersBeforeTheCommit,
    TakesTheTokenLater,
    LooksPastTheLimit,
    WritesWhatWasRefused,
    IgnoresTheFence,
    ForgetsToUndo,
    WalksPastUpdates,
    WalksCreationsOnly,
    ServesWhatIsOnlyKept,
    PublishesTombstonesInRanges,
    HidesExpiredKeys,
}

const FAULTS: [(Fault, &str); 13] = [
    (Fault::LosesAnIndexRow, "an_index_is_read_in_ranges_up_and_down"),
    (Fault::LeavesGaps, "undo_gives_numbers_back_so_there_are_no_gaps"),
    (Fault::AnswersBeforeTheCommit, "done_comes_after_the_commit"),
    (Fault::TakesTheTokenLater, "a_look_misses_nothing"),
    (Fault::LooksPastTheLimit, "a_look_is_bounded"),
    (Fault::WritesWhatWasRefused, "a_refused_command_leaves_nothing"),
    (Fault::IgnoresTheFence, "a_stale_fence_writes_nothing"),
    (Fault::ForgetsToUndo, "each_kind_of_write_is_taken_back_by_undo"),
    (Fault::WalksPastUpdates, "a_walk_down_gives_all_that_changed"),
    (Fault::WalksCreationsOnly, "a_log_reader_loses_nothing_when_it_is_killed"),
    (Fault::ServesWhatIsOnlyKept, "a_blob_is_served_through_a_record_alone"),
    (Fault::PublishesTombstonesInRanges, "a_range_gives_the_living_in_order_of_creation"),
    (Fault::HidesExpiredKeys, "a_key_leads_to_one_record"),
];

/// Faults that a random walk beside the oracle must find without knowing of them.
const FOUND_BY_WALKING: [Fault; 6] = [
    Fault::LosesAnIndexRow,
    Fault::LeavesGaps,
    Fault::WritesWhatWasRefused,
    Fault::WalksPastUpdates,
    Fault::PublishesTombstonesInRanges,
    Fault::HidesExpiredKeys,
];

fn breaks(name: &str, make: &Make) -> bool {
    let (_, promise) = PROMISES.iter().find(|(known, _)| *known == name).expect("a promise");
    catch_unwind(AssertUnwindSafe(|| promise(make))).is_err()
}

#[test]
fn each_planted_fault_breaks_its_promise() {
    for (fault, name) in FAULTS {
        let make = || bent(Arc::new(Oracle::new()), Arc::new(fault));
        assert!(breaks(name, &make), "{fault:?} was not found by {name}");
        assert!(!breaks(name, &|| Arc::new(Oracle::new()) as Arc<dyn Store>), "{name} finds faults where none are");
    }
}

#[test]
fn a_random_walk_finds_what_it_was_not_told_of() {
    for fault in FOUND_BY_WALKING {
        let make = || bent(Arc::new(Oracle::new()), Arc::new(fault));
        assert!(breaks("a_random_walk_gives_the_same_answers_as_the_oracle", &make), "{fault:?} was not found");
    }
}

#[test]
fn a_store_that_is_wrapped_without_fault_keeps_all_promises() {
    struct Nothing;
    impl Bend for Nothing {}
    store::contract::suite(&|| bent(Arc::new(Oracle::new()), Arc::new(Nothing)));
}

impl Bend for Fault {
    fn command(&self, command: Box<dyn Command>) -> Box<dyn Command> {
        let accounts = command.accounts().to_vec();
        Box::new(BentCommand { fault: *self, inner: Some(command), accounts })
    }

    fn read(&self, inner: &Arc<dyn Store>, read: Read) -> Read {
        let (fault, inner) = (*self, inner.clone());
        Box::new(move |snapshot| match snapshot {
            Ok(snapshot) => read(Ok(&BentSnapshot { fault, inner: snapshot, store: inner })),
            Err(error) => read(Err(error)),
        })
    }
}

struct BentCommand {
    fault: Fault,
    /// `None` once its `done` was called, too early.
    inner: Option<Box<dyn Command>>,
    accounts: Vec<Id>,
}

impl Command for BentCommand {
    fn accounts(&self) -> &[Id] {
        &self.accounts
    }

    fn fence(&self) -> Option<&Lease> {
        self.inner.as_ref()?.fence().filter(|_| self.fault != Fault::IgnoresTheFence)
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        let Some(inner) = &mut self.inner else { return Ok(()) };
        let ran = inner.run(&mut BentTx { fault: self.fault, inner: tx });
        match (self.fault, ran) {
            (Fault::WritesWhatWasRefused, Err(Stop::Refused)) => Ok(()),
            (Fault::AnswersBeforeTheCommit, Ok(())) => {
                if let Some(inner) = self.inner.take() {
                    inner.done(Ok(Tick(1)));
                }
                Ok(())
            }
            (_, ran) => ran,
        }
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        if let Some(inner) = self.inner {
            inner.done(how);
        }
    }
}

struct BentTx<'a> {
    fault: Fault,
    inner: &'a mut dyn Tx,
}

/// Passes methods on as they are.
macro_rules! pass_on {
    ($($name:ident($($arg:ident: $ty:ty),*) $(-> $out:ty)?;)*) => {
        $(fn $name(&mut self, $($arg: $ty),*) $(-> $out)? {
            self.inner.$name($($arg),*)
        })*
    };
    (shared $($name:ident($($arg:ident: $ty:ty),*) $(-> $out:ty)?;)*) => {
        $(fn $name(&self, $($arg: $ty),*) $(-> $out)? {
            self.inner.$name($($arg),*)
        })*
    };
}

impl Tx for BentTx<'_> {
    fn put_index(&mut self, n: N, name: &str, key: &[u8], created_seq: Seq) {
        if self.fault != Fault::LosesAnIndexRow || !created_seq.is_multiple_of(3) {
            self.inner.put_index(n, name, key, created_seq);
        }
    }

    fn undo_to(&mut self, mark: usize) {
        if self.fault == Fault::ForgetsToUndo {
            return;
        }
        self.inner.undo_to(mark);
        // The first account of a test has the number 1.
        if self.fault == Fault::LeavesGaps {
            let _ = self.inner.next_seq(1);
        }
    }

    pass_on! {
        head(account: Id) -> Result<Option<Head>, Miss>;
        open_account(account: Id, lineage: u64) -> Result<Head, Miss>;
        get(n: N, ty: TypeNumber, id: Id) -> Result<Option<Row>, Miss>;
        thread_down(n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, Miss>;
        index(n: N, name: &str, key: &[u8], limit: u32) -> Result<Vec<Seq>, Miss>;
        at_seq(n: N, ty: TypeNumber, created_seq: Seq) -> Result<Option<Row>, Miss>;
        key(name: &str, key: &str) -> Result<Option<Key>, Miss>;
        keys(name: &str, prefix: &str, limit: u32) -> Result<Vec<(String, Key)>, Miss>;
        versions(n: N, ty: TypeNumber, id: Id) -> Result<Vec<Version>, Miss>;
        blob(blob: Id) -> Result<Option<Blob>, Miss>;
        blob_served(n: N, blob: Id) -> Result<bool, Miss>;
        job(n: N, run: &str) -> Result<Option<Job>, Miss>;
        counter(name: &str) -> Result<Option<(u64, UtcDate)>, Miss>;
        next_seq(n: N) -> Result<Seq, Miss>;
        put(row: Row);
        drop_index(n: N, name: &str, key: &[u8], created_seq: Seq);
        claim(name: &str, key: &str, n: N, id: Id, expires: Option<UtcDate>);
        release(name: &str, key: &str);
        put_version(version: Version);
        expire_versions(n: N, ty: TypeNumber, id: Id, expires: Option<UtcDate>);
        drop_version(n: N, ty: TypeNumber, id: Id, version: u32);
        put_blob(blob: Blob);
        hold_blob(n: N, blob: Id, id: Id, expires: Option<UtcDate>);
        drop_blob(n: N, blob: Id, id: Id);
        put_job(job: Job);
        drop_job(n: N, run: &str);
        put_outward(n: N, what: &str, value: String);
        drop_outward(number: u64);
        set_counter(name: &str, count: u64, expires: UtcDate);
        mark() -> usize;
    }
}

struct BentSnapshot<'a> {
    fault: Fault,
    inner: &'a dyn Snapshot,
    store: Arc<dyn Store>,
}

impl Snapshot for BentSnapshot<'_> {
    fn look(&self, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>), StoreError> {
        let (mut token, mut touched) = self.inner.look(since, limit)?;
        match self.fault {
            Fault::TakesTheTokenLater => {
                let (tell, told) = channel();
                self.store.read(Box::new(move |later| {
                    let _ = tell.send(later.and_then(|later| later.look(since, 0)));
                }));
                token = told.recv().map_err(|_| StoreError::Unavailable("no answer".into()))??.0;
            }
            Fault::LooksPastTheLimit => touched.truncate(limit as usize),
            _ => {}
        }
        Ok((token, touched))
    }

    fn range(&self, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>, StoreError> {
        if self.fault == Fault::PublishesTombstonesInRanges && range.after.is_none() && !range.down {
            let stubs = self.inner.created_after(n, ty, 0, i64::MAX as Seq, range.limit)?;
            let places: Vec<Seq> = stubs.iter().map(|stub| stub.created_seq).collect();
            return self.inner.at_seqs(n, ty, &places, true);
        }
        self.inner.range(n, ty, range, bodies)
    }

    fn walk_down(&self, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>, StoreError> {
        let mut rows = self.inner.walk_down(n, ty, since, above)?;
        match self.fault {
            // Stops at the first row of the primary key that was moved.
            Fault::WalksPastUpdates => {
                let moved = rows.iter().filter(|row| row.seq > row.created_seq).map(|row| row.created_seq).max();
                rows.retain(|row| row.seq > row.created_seq || moved.is_none_or(|moved| row.created_seq > moved));
            }
            Fault::WalksCreationsOnly => rows.retain(|row| row.seq == row.created_seq),
            _ => {}
        }
        Ok(rows)
    }

    fn blob_served(&self, n: N, blob: Id) -> Result<bool, StoreError> {
        let there = self.inner.blob(blob)?.is_some_and(|blob| blob.n == n);
        Ok(self.inner.blob_served(n, blob)? || (self.fault == Fault::ServesWhatIsOnlyKept && there))
    }

    fn key(&self, name: &str, key: &str) -> Result<Option<Key>, StoreError> {
        let hides = self.fault == Fault::HidesExpiredKeys;
        Ok(self.inner.key(name, key)?.filter(|key| !hides || key.expires.is_none()))
    }

    pass_on! { shared
        head(account: Id) -> Result<Option<Head>, StoreError>;
        head_of(n: N) -> Result<Option<Head>, StoreError>;
        get(n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>, StoreError>;
        at_seqs(n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>, StoreError>;
        thread_down(n: N, thread: Id, below: Seq, limit: u32) -> Result<Vec<Row>, StoreError>;
        updated_after(n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>, StoreError>;
        created_after(n: N, ty: TypeNumber, cursor: Seq, upto: Seq, limit: u32) -> Result<Vec<Stub>, StoreError>;
        index(n: N, name: &str, range: &IndexRange) -> Result<Vec<(Vec<u8>, Seq)>, StoreError>;
        keys(name: &str, prefix: &str, after: &str, limit: u32) -> Result<Vec<(String, Key)>, StoreError>;
        count_keys(name: &str, prefix: &str) -> Result<u64, StoreError>;
        versions(n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>, StoreError>;
        version(n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>, StoreError>;
        blob(blob: Id) -> Result<Option<Blob>, StoreError>;
        jobs(n: N) -> Result<Vec<Job>, StoreError>;
        counter(name: &str) -> Result<Option<(u64, UtcDate)>, StoreError>;
        outward(after: u64, limit: u32) -> Result<Vec<Outward>, StoreError>;
        blob_hashes() -> Result<Vec<[u8; 32]>, StoreError>;
    }
}
