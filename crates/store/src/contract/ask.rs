//! Asking a store and waiting for the answer: closures as commands and reads, and records to write.

use jmap::{Id, UtcDate};
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::{Blob, Command, Job, Lease, N, Origin, Row, Seq, Snapshot, Stop, Store, StoreError, Tick, Tx, Version};

/// How long a store may take for an answer before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended: what the store said, and what the closure gave in its last run.
#[derive(Debug)]
pub struct Ended<T> {
    /// As told to `done`.
    pub how: Result<Tick, StoreError>,
    /// `None` if the last run refused.
    pub value: Option<T>,
}

impl<T> Ended<T> {
    /// What the closure gave; fails the test if the command did not end well.
    pub fn value(self) -> T {
        match self {
            Ended { how: Ok(_), value: Some(value) } => value,
            Ended { how, value } => panic!("the command ended with {how:?}, a value: {}", value.is_some()),
        }
    }

    /// The tick of its commit; fails the test if there is none.
    pub fn tick(&self) -> Tick {
        self.how.clone().expect("the batch was committed")
    }
}

/// A command that was submitted.
pub struct Asked<T>(Receiver<Ended<T>>);

impl<T> Asked<T> {
    /// Waits for `done`; fails the test if it is not called, or called twice.
    pub fn wait(self) -> Ended<T> {
        let ended = self.0.recv_timeout(PATIENCE).expect("done is called");
        assert!(self.0.recv_timeout(PATIENCE).is_err(), "done is called once");
        ended
    }
}

type Run<T> = Box<dyn FnMut(&mut dyn Tx) -> Result<T, Stop> + Send>;

struct Closure<T> {
    accounts: Vec<Id>,
    fence: Option<Lease>,
    run: Run<T>,
    value: Option<T>,
    tell: Sender<Ended<T>>,
}

impl<T: Send> Command for Closure<T> {
    fn accounts(&self) -> &[Id] {
        &self.accounts
    }

    fn fence(&self) -> Option<&Lease> {
        self.fence.as_ref()
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        self.value = None;
        self.value = Some((self.run)(tx)?);
        Ok(())
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        // A test that failed meanwhile no longer listens.
        let _ = self.tell.send(Ended { how, value: self.value });
    }
}

/// Submits a closure as a command.
pub fn submit<T: Send + 'static>(
    store: &dyn Store,
    accounts: &[Id],
    run: impl FnMut(&mut dyn Tx) -> Result<T, Stop> + Send + 'static,
) -> Asked<T> {
    submit_fenced(store, accounts, None, run)
}

/// The same, under a lease.
pub fn submit_fenced<T: Send + 'static>(
    store: &dyn Store,
    accounts: &[Id],
    fence: Option<&Lease>,
    run: impl FnMut(&mut dyn Tx) -> Result<T, Stop> + Send + 'static,
) -> Asked<T> {
    let (tell, told) = channel();
    let (accounts, fence) = (accounts.to_vec(), fence.cloned());
    store.submit(Box::new(Closure { accounts, fence, run: Box::new(run), value: None, tell }));
    Asked(told)
}

/// Submits a closure as a command and waits for what it gives.
pub fn write<T: Send + 'static>(
    store: &dyn Store,
    accounts: &[Id],
    run: impl FnMut(&mut dyn Tx) -> Result<T, Stop> + Send + 'static,
) -> T {
    submit(store, accounts, run).wait().value()
}

/// Reads on one snapshot and waits for what the closure gives.
pub fn read<T: Send + 'static>(store: &dyn Store, see: impl FnOnce(&dyn Snapshot) -> T + Send + 'static) -> T {
    let (tell, told) = channel();
    store.read(Box::new(move |snapshot| {
        let _ = tell.send(see(snapshot.expect("the store can be read")));
    }));
    told.recv_timeout(PATIENCE).expect("a read is answered")
}

/// Keeps the batcher busy, so that what is submitted meanwhile waits in the queue. Opened at the latest when dropped.
pub struct Gate(Arc<(Mutex<(bool, bool)>, Condvar)>);

impl Gate {
    /// Gives back once the batcher stands before the gate.
    pub fn close(store: &dyn Store) -> Gate {
        let gate = Gate(Arc::default());
        let inside = gate.0.clone();
        // Nobody waits for `done` here: it comes when the gate is open.
        drop(submit(store, &[id(b's', 999_999)], move |_| {
            let (state, changed) = &*inside;
            let mut state = state.lock();
            state.0 = true;
            changed.notify_all();
            changed.wait_while(&mut state, |(_, open)| !*open);
            Ok(())
        }));
        let (state, changed) = &*gate.0;
        let mut state = state.lock();
        let until = Instant::now() + PATIENCE;
        changed.wait_while_until(&mut state, |(arrived, _)| !*arrived, until);
        assert!(state.0, "a command is run");
        drop(state);
        gate
    }

    /// Lets the batcher go on.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.0.lock().1 = true;
        self.0.1.notify_all();
    }
}

/// The id with that letter and number; always the same.
pub fn id(letter: u8, number: u64) -> Id {
    let mut hash = [0; 16];
    hash[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    hash[8..].copy_from_slice(&number.to_be_bytes());
    Id::derived(letter, hash)
}

/// An instant, in milliseconds.
pub fn at(ms: i64) -> UtcDate {
    UtcDate::from_ms(ms)
}

/// A record as created by change `seq`, without thread.
pub fn record(n: N, ty: u8, id: Id, seq: Seq) -> Row {
    Row {
        n,
        ty,
        id,
        created_seq: seq,
        seq,
        tick: Tick::default(),
        origin: Origin::Said,
        destroyed: None,
        version: 1,
        kind: 3,
        thread: None,
        head: format!(r#"{{"title":"title {seq}"}}"#),
        body: Some(format!(r#"{{"text":"text {seq}"}}"#)),
    }
}

/// The tombstone of a record, made by change `seq`.
pub fn tombstone(row: &Row, seq: Seq, destroyed: UtcDate) -> Row {
    Row { seq, destroyed: Some(destroyed), head: "{}".into(), body: None, ..row.clone() }
}

/// An older version of a record of type 1.
pub fn version(n: N, id_: Id, number: u32, expires: Option<UtcDate>) -> Version {
    let body = format!(r#"{{"text":"version {number}"}}"#);
    Version { n, ty: 1, id: id_, version: number, at: at(i64::from(number)), by: id(b'p', 1), body, expires }
}

/// An upload to an account, of the content that `content` stands for.
pub fn blob(n: N, number: u64, content: u8, expires: UtcDate) -> Blob {
    Blob {
        id: id(b'b', number),
        n,
        hash: [content; 32],
        size: u64::from(content) * 1000,
        media_type: "image/png".into(),
        by: id(b'p', 1),
        expires,
    }
}

/// A job of an account.
pub fn job(n: N, account: Id, run: &str, due: UtcDate, order: u64) -> Job {
    Job { n, account, run: run.into(), due, waits_for: None, order, payload: r#"{"a":1}"#.into() }
}

/// Opens an account; its number.
pub fn open(store: &dyn Store, account: Id) -> N {
    write(store, &[account], move |tx| Ok(tx.open_account(account, 7)?.n))
}

/// Creates a record of a type in an account that is open; its place.
pub fn create(store: &dyn Store, account: Id, ty: u8, record_id: Id) -> Seq {
    write(store, &[account], move |tx| put_new(tx, account, ty, record_id))
}

/// The same inside a command.
pub fn put_new(tx: &mut dyn Tx, account: Id, ty: u8, record_id: Id) -> Result<Seq, Stop> {
    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
    let seq = tx.next_seq(n)?;
    tx.put(record(n, ty, record_id, seq));
    Ok(seq)
}

/// Updates a record inside a command; the change's number.
pub fn put_again(tx: &mut dyn Tx, account: Id, ty: u8, record_id: Id) -> Result<Seq, Stop> {
    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
    let row = tx.get(n, ty, record_id)?.ok_or(Stop::Refused)?;
    let seq = tx.next_seq(n)?;
    let head = format!(r#"{{"title":"again {seq}"}}"#);
    tx.put(Row { seq, version: row.version + 1, head, ..row });
    Ok(seq)
}
