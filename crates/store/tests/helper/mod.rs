//! Closures as commands and reads, for the tests of the files.
#![allow(dead_code)]

use std::sync::mpsc::channel;

use jmap::{Id, UtcDate};
use store::{Command, N, Origin, Row, Seq, Snapshot, Stop, Store, StoreError, Tick, Tx};

type Run = Box<dyn FnMut(&mut dyn Tx) -> Result<(), Stop> + Send>;
type Done = Box<dyn FnOnce(Result<Tick, StoreError>) + Send>;

pub(crate) struct Closure {
    pub(crate) accounts: Vec<Id>,
    pub(crate) run: Run,
    pub(crate) done: Done,
}

impl Command for Closure {
    fn accounts(&self) -> &[Id] {
        &self.accounts
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        (self.run)(tx)
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        (self.done)(how);
    }
}

/// Submits a closure and waits for the end of its batch.
pub(crate) fn write(
    store: &dyn Store,
    accounts: &[Id],
    run: impl FnMut(&mut dyn Tx) -> Result<(), Stop> + Send + 'static,
) -> Result<Tick, StoreError> {
    let (told, end) = channel();
    let done = Box::new(move |how| told.send(how).unwrap());
    store.submit(Box::new(Closure { accounts: accounts.to_vec(), run: Box::new(run), done }));
    end.recv().expect("done is called")
}

/// Reads on one snapshot.
pub(crate) fn read<T: Send + 'static>(store: &dyn Store, see: impl FnOnce(&dyn Snapshot) -> T + Send + 'static) -> T {
    let (told, seen) = channel();
    store.read(Box::new(move |snapshot| told.send(see(snapshot.expect("the store can be read"))).unwrap()));
    seen.recv().expect("a read is answered")
}

/// Always the same id for a number, and the number can be read in its first bytes.
pub(crate) fn id(letter: u8, number: u64) -> Id {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&number.to_be_bytes()[2..]);
    Id::derived(letter, bytes)
}

pub(crate) fn at(ms: i64) -> UtcDate {
    UtcDate::from_ms(ms)
}

pub(crate) fn row(n: N, ty: u8, id: Id, seq: Seq, body: String) -> Row {
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
        kind: 1,
        thread: None,
        head: "{}".into(),
        body: Some(body),
    }
}

/// Creates a record, and its account if need be.
pub(crate) fn create(store: &dyn Store, account: Id, item: Id, body: &str) -> Result<Tick, StoreError> {
    let body = body.to_owned();
    write(store, &[account], move |tx| {
        let n = tx.open_account(account, 1)?.n;
        let seq = tx.next_seq(n)?;
        tx.put(row(n, 1, item, seq, body.clone()));
        Ok(())
    })
}

/// Numbers that look random and are the same in each run (xorshift).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end.max(1)
    }
}
