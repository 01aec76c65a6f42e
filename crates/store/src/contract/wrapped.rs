//! A store around another one, for tests: it keeps what the other needs (a folder), and is where faults are planted.

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use jmap::UtcDate;

use crate::{Command, Counters, Job, Lease, OnCommit, Read, Store, StoreError, Tick};

/// What happens to commands and reads on their way in.
pub trait Bend: Send + Sync {
    /// Before a command is queued.
    fn command(&self, command: Box<dyn Command>) -> Box<dyn Command> {
        command
    }

    /// Before a read is queued. `inner` is the store inside.
    fn read(&self, inner: &Arc<dyn Store>, read: Read) -> Read {
        let _ = inner;
        read
    }
}

/// Bends nothing, and keeps something as long as the store lives.
struct Kept(#[expect(dead_code, reason = "it is kept, not read")] Box<dyn Any + Send + Sync>);

impl Bend for Kept {}

struct Wrapped {
    // Dropped in this order: the store may need what is kept until it is gone.
    inner: Arc<dyn Store>,
    bend: Arc<dyn Bend>,
}

/// The store, which keeps `what` until it is gone.
pub fn keeping(store: Arc<dyn Store>, what: impl Any + Send + Sync) -> Arc<dyn Store> {
    bent(store, Arc::new(Kept(Box::new(what))))
}

/// The store with what comes in bent.
pub fn bent(inner: Arc<dyn Store>, bend: Arc<dyn Bend>) -> Arc<dyn Store> {
    Arc::new(Wrapped { inner, bend })
}

impl Store for Wrapped {
    fn submit(&self, command: Box<dyn Command>) {
        self.inner.submit(self.bend.command(command));
    }

    fn read(&self, read: Read) {
        self.inner.read(self.bend.read(&self.inner, read));
    }

    fn on_commit(&self, told: OnCommit) {
        self.inner.on_commit(told);
    }

    fn lease(&self, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>, StoreError> {
        self.inner.lease(name, holder, ms)
    }

    fn give_up(&self, lease: &Lease) -> Result<(), StoreError> {
        self.inner.give_up(lease)
    }

    fn cursor(&self, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
        self.inner.cursor(lease, save)
    }

    fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError> {
        self.inner.jobs_due(now, limit)
    }

    fn hold(&self, held: bool) -> Result<u64, StoreError> {
        self.inner.hold(held)
    }

    fn backup(&self, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        self.inner.backup(to, told)
    }

    fn purge(&self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<[u8; 32]>, StoreError> {
        self.inner.purge(now, tombstones_before)
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.inner.check()
    }

    fn counters(&self) -> Counters {
        self.inner.counters()
    }
}
