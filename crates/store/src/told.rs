//! Who is told of commits, and what was counted of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;

use crate::{Command, Counters, OnCommit, StoreError, Tick, Touched};

/// What a writer shares with its store.
#[derive(Default)]
pub(crate) struct Told {
    on_commit: Mutex<Vec<Arc<OnCommit>>>,
    commits: AtomicU64,
    commands: AtomicU64,
    rows: AtomicU64,
    bytes: AtomicU64,
}

impl Told {
    pub(crate) fn listen(&self, told: OnCommit) {
        self.on_commit.lock().push(Arc::new(told));
    }

    pub(crate) fn count(&self, more: Counters) {
        self.commits.fetch_add(more.commits, Relaxed);
        self.commands.fetch_add(more.commands, Relaxed);
        self.rows.fetch_add(more.rows, Relaxed);
        self.bytes.fetch_add(more.bytes, Relaxed);
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters {
            commits: self.commits.load(Relaxed),
            commands: self.commands.load(Relaxed),
            rows: self.rows.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
        }
    }

    pub(crate) fn tell(&self, tick: Tick, touched: &[Touched]) {
        let on_commit = self.on_commit.lock().clone();
        for tell in on_commit {
            if catch_unwind(AssertUnwindSafe(|| tell(tick, touched))).is_err() {
                tracing::error!("what is called after a commit panicked");
            }
        }
    }
}

/// Tells a command its end; what it does then harms nobody else.
pub(crate) fn answer(command: Box<dyn Command>, how: Result<Tick, StoreError>) {
    if catch_unwind(AssertUnwindSafe(|| command.done(how))).is_err() {
        tracing::error!("a command panicked when it was told how it ended");
    }
}
