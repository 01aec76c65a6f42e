//! The naive store: everything in memory, every answer by looking at everything. Engines are compared with it, and
//! what is built on the store is tested on it. It can be unkind: let reads miss, run commands twice, shuffle a batch.

mod batcher;
mod dice;
mod snapshot;
mod state;
mod tx;

pub use dice::Dice;

use jmap::UtcDate;
use parking_lot::Mutex;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{Command, Counters, Job, Lease, OnCommit, Read, Store, StoreError, Tick};
use batcher::{Batcher, Change, Work};
use state::{Held, State};

/// How an oracle makes life hard for commands. What it does is allowed by the rules of [`crate::Tx`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Unkind {
    /// The same seed and the same batches give the same course.
    pub seed: u64,
    /// In so many of a hundred, a read that is not loaded yet misses.
    pub misses: u64,
    /// In so many of a hundred, a command that went well is taken back and run again.
    pub reruns: u64,
    /// Commands of a batch that share no account change places.
    pub shuffle: bool,
}

impl Unkind {
    /// All of it, often.
    pub fn very(seed: u64) -> Unkind {
        Unkind { seed, misses: 30, reruns: 20, shuffle: true }
    }
}

/// The naive store.
pub struct Oracle {
    shared: Arc<Shared>,
    /// `None` only while it is being dropped.
    work: Option<Sender<Work>>,
    reads: Sender<Read>,
    batcher: Option<JoinHandle<()>>,
}

/// What the batcher publishes.
#[derive(Default)]
struct Shared {
    state: Mutex<Arc<State>>,
    told: Mutex<Vec<Arc<OnCommit>>>,
}

impl Shared {
    fn now(&self) -> Arc<State> {
        self.state.lock().clone()
    }
}

const READERS: usize = 4;

impl Oracle {
    /// A kind one: reads never miss, commands run once and in the order of their submission.
    pub fn new() -> Oracle {
        Oracle::unkind(Unkind::default())
    }

    /// One that makes life hard.
    pub fn unkind(unkind: Unkind) -> Oracle {
        let shared = Arc::<Shared>::default();
        let (work, queue) = channel();
        let batcher = Batcher::new(shared.clone(), unkind);
        let batcher = spawn("oracle-batcher", move || batcher.run(&queue));
        let (reads, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..READERS {
            let (shared, queue) = (shared.clone(), queue.clone());
            spawn("oracle-reader", move || serve(&shared, &queue));
        }
        Oracle { shared, work: Some(work), reads, batcher: Some(batcher) }
    }

    fn queue(&self, work: Work) {
        // The batcher ends only after this sender is gone.
        let sent = self.work.as_ref().map(|queue| queue.send(work));
        debug_assert!(matches!(sent, Some(Ok(()))), "the batcher is gone");
    }

    /// A write that is not a command, in its turn.
    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, told) = channel();
        let change: Change = Box::new(move |state| {
            let answer = change(state);
            // Whoever asked may be gone.
            Box::new(move || drop(tell.send(answer)))
        });
        self.queue(Work::Change(change));
        told.recv().map_err(|_| StoreError::Unavailable("the oracle is ending".into()))
    }
}

impl Default for Oracle {
    fn default() -> Oracle {
        Oracle::new()
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.work = None;
        if let Some(batcher) = self.batcher.take().filter(|it| it.thread().id() != std::thread::current().id()) {
            // What is queued is still done; a panic of the batcher was already printed.
            let _ = batcher.join();
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new().name(name.into()).spawn(run).expect("a test machine has room for a thread")
}

fn serve(shared: &Shared, queue: &Mutex<Receiver<Read>>) {
    loop {
        let next = queue.lock().recv();
        let Ok(read) = next else { return };
        let state = shared.now();
        batcher::guarded(|| read(Ok(&*state))).unwrap_or_else(|panic| tracing::error!(panic, "a read panicked"));
    }
}

impl Store for Oracle {
    fn submit(&self, command: Box<dyn Command>) {
        self.queue(Work::Command(command));
    }

    fn read(&self, read: Read) {
        // The readers end only after this sender is gone.
        let sent = self.reads.send(read);
        debug_assert!(sent.is_ok(), "the readers are gone");
    }

    fn on_commit(&self, told: OnCommit) {
        self.shared.told.lock().push(Arc::new(told));
    }

    fn lease(&self, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>, StoreError> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.change(move |state| {
            let now = Instant::now();
            let until = now + Duration::from_millis(ms);
            let lease = state.leases.entry(name.clone()).or_insert(Held { holder: None, fence: 0, until: now });
            match &lease.holder {
                Some(other) if *other != holder && lease.until > now => return None,
                Some(same) if *same == holder => {}
                _ => lease.fence += 1,
            }
            lease.holder = Some(holder.clone());
            lease.until = until;
            Some(Lease { name, holder, fence: lease.fence })
        })
    }

    fn give_up(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.change(move |state| {
            if state.holds(&lease) {
                state.leases.entry(lease.name).and_modify(|held| held.holder = None);
            }
        })
    }

    fn cursor(&self, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
        let lease = lease.clone();
        self.change(move |state| {
            if !state.holds(&lease) {
                return Err(StoreError::Fenced(lease.name));
            }
            let cursor = state.cursors.entry(lease.name).or_default();
            *cursor = save.unwrap_or(*cursor);
            Ok(*cursor)
        })?
    }

    fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError> {
        let state = self.shared.now();
        let all = state.accounts.values().flat_map(|account| account.jobs.values());
        let mut free: Vec<&Job> = all.filter(|(_, held)| !held).map(|(job, _)| job).collect();
        free.sort_by_key(|job| (job.due, job.order, job.n, &job.run));
        let next = free.iter().map(|job| job.due).find(|due| *due > now);
        let due = free.into_iter().filter(|job| job.due <= now).take(limit as usize);
        Ok((due.cloned().collect(), next))
    }

    fn hold(&self, held: bool) -> Result<u64, StoreError> {
        self.change(move |state| state.hold(held))
    }

    fn backup(&self, _to: &Path, _told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        Err(StoreError::Unavailable("the oracle has no files".into()))
    }

    fn purge(&self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<[u8; 32]>, StoreError> {
        self.change(move |state| state.purge(now, tombstones_before))
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.shared.now().faults())
    }

    fn counters(&self) -> Counters {
        self.shared.now().written
    }
}
