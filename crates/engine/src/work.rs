//! Work on the store from async code: a read closure on one snapshot, a write closure as a command.

use jmap::Id;
use store::{Command, Lease, Miss, Snapshot, Stop, Store, StoreError, Tick, Tx};
use tokio::sync::oneshot;

/// What a run of a write closure comes to.
pub(crate) enum Done<T> {
    /// Its writes stay.
    Keep(T),
    /// Its writes are taken back; the answer still waits for the batch.
    Undo(T),
}

struct Closure<F, T> {
    accounts: Vec<Id>,
    lease: Option<Lease>,
    work: F,
    answer: Option<T>,
    to: oneshot::Sender<Result<(T, Tick), StoreError>>,
}

impl<F, T> Command for Closure<F, T>
where
    F: FnMut(&mut dyn Tx) -> Result<Done<T>, Miss> + Send,
    T: Send,
{
    fn accounts(&self) -> &[Id] {
        &self.accounts
    }

    fn fence(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        match (self.work)(tx)? {
            Done::Keep(answer) => {
                self.answer = Some(answer);
                Ok(())
            }
            Done::Undo(answer) => {
                self.answer = Some(answer);
                Err(Stop::Refused)
            }
        }
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        let me = *self;
        let how = how.and_then(|tick| {
            let none = || StoreError::Broken("a command ended without an answer".into());
            me.answer.map(|answer| (answer, tick)).ok_or_else(none)
        });
        // The caller may have gone; what is written is written.
        let _ = me.to.send(how);
    }
}

/// A closure as a command whose end its submitter does not await; a runner may, with [`finished`].
pub(crate) fn quiet(
    accounts: Vec<Id>,
    work: impl FnMut(&mut dyn Tx) -> Result<Done<()>, Miss> + Send + 'static,
) -> Box<dyn Command> {
    let (to, _) = oneshot::channel();
    Box::new(Closure { accounts, lease: None, work, answer: None, to })
}

/// A command under a lease, with its end told to somebody else too.
struct Leased {
    inner: Box<dyn Command>,
    lease: Lease,
    to: oneshot::Sender<Result<Tick, StoreError>>,
}

impl Command for Leased {
    fn accounts(&self) -> &[Id] {
        self.inner.accounts()
    }

    fn fence(&self) -> Option<&Lease> {
        Some(&self.lease)
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        self.inner.run(tx)
    }

    fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
        self.inner.done(how.clone());
        let _ = self.to.send(how);
    }
}

/// Runs commands under a lease, and waits until all are durable.
pub(crate) async fn finished(
    store: &dyn Store,
    lease: &Lease,
    commands: Vec<Box<dyn Command>>,
) -> Result<(), StoreError> {
    let mut waits = Vec::with_capacity(commands.len());
    for inner in commands {
        let (to, from) = oneshot::channel();
        store.submit(Box::new(Leased { inner, lease: lease.clone(), to }));
        waits.push(from);
    }
    for wait in waits {
        wait.await.unwrap_or_else(|_| Err(gone()))?;
    }
    Ok(())
}

/// Runs a closure as a command on these accounts, and waits until it is durable. The closure may run several times.
pub(crate) async fn write<T: Send + 'static>(
    store: &dyn Store,
    accounts: Vec<Id>,
    lease: Option<Lease>,
    work: impl FnMut(&mut dyn Tx) -> Result<Done<T>, Miss> + Send + 'static,
) -> Result<T, StoreError> {
    let (to, from) = oneshot::channel();
    store.submit(Box::new(Closure { accounts, lease, work, answer: None, to }));
    from.await.unwrap_or_else(|_| Err(gone())).map(|(answer, _)| answer)
}

/// Runs a closure on one snapshot.
pub(crate) async fn read<T: Send + 'static>(
    store: &dyn Store,
    work: impl FnOnce(&dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (to, from) = oneshot::channel();
    store.read(Box::new(move |snapshot| {
        let _ = to.send(snapshot.and_then(work));
    }));
    from.await.unwrap_or_else(|_| Err(gone()))
}

/// The same from a thread that may wait.
pub(crate) fn read_now<T: Send + 'static>(
    store: &dyn Store,
    work: impl FnOnce(&dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (to, from) = std::sync::mpsc::channel();
    store.read(Box::new(move |snapshot| {
        let _ = to.send(snapshot.and_then(work));
    }));
    from.recv().unwrap_or_else(|_| Err(gone()))
}

fn gone() -> StoreError {
    StoreError::Unavailable("the store was closed".into())
}
