//! Threads that run reads, each with a session of its own and one snapshot a read.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use super::PostgresOptions;
use super::session::{Line, Use};
use super::view::View;
use crate::StoreError;

/// What runs with a snapshot.
pub(super) type Look = Box<dyn FnOnce(Result<&View, StoreError>) + Send>;

pub(super) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<(VecDeque<Look>, bool)>,
    work: Condvar,
}

impl Pool {
    pub(super) fn start(options: &PostgresOptions) -> Result<Pool, StoreError> {
        let mut pool = Pool { shared: Arc::default(), threads: Vec::new() };
        for _ in 0..options.readers.max(1) {
            let (line, shared) = (Line::new(options, Use::Read), pool.shared.clone());
            let thread = std::thread::Builder::new().name("store-read".into()).spawn(move || shared.serve(line));
            let thread = thread.map_err(|error| StoreError::Unavailable(format!("no thread for reads: {error}")))?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    pub(super) fn read(&self, read: Look) {
        self.shared.state.lock().0.push_back(read);
        self.shared.work.notify_one();
    }

    /// Serves what is queued, and closes the connections.
    pub(super) fn close(&mut self) {
        self.shared.state.lock().1 = true;
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            // The last owner of the store may be a read.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Shared {
    fn serve(&self, mut line: Line) {
        while let Some(read) = self.next() {
            run(&mut line, read);
        }
    }

    fn next(&self) -> Option<Look> {
        let mut state = self.state.lock();
        loop {
            if let Some(read) = state.0.pop_front() {
                return Some(read);
            }
            if state.1 {
                return None;
            }
            self.work.wait(&mut state);
        }
    }
}

/// Runs a read on one snapshot, which is taken at its first query.
fn run(line: &mut Line, read: Look) {
    let begun = line.with(|session| session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    let session = begun.and_then(|()| line.session());
    let session = match session {
        Ok(session) => session,
        Err(fault) => {
            let error = StoreError::from(fault);
            let _ = catch_unwind(AssertUnwindSafe(|| read(Err(error))));
            return;
        }
    };
    let view = View::new(session);
    // A snapshot has no state that a panic could leave half done.
    if catch_unwind(AssertUnwindSafe(|| read(Ok(&view)))).is_err() {
        tracing::error!("a read panicked");
    }
    let suspect = view.suspect.get();
    if session.execute("ROLLBACK").is_err() || suspect {
        line.hang_up();
    }
}
