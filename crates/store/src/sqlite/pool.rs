//! Threads that run reads, each with a connection of its own and one snapshot a read. They can be asked for a moment
//! without any snapshot, which a truncating checkpoint needs.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use super::SqliteOptions;
use super::errors::store_error;
use super::schema::{Use, connect};
use super::view::View;
use crate::StoreError;

/// What runs with a snapshot.
pub(super) type Look = Box<dyn FnOnce(Result<&View, StoreError>) + Send>;

pub(super) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

pub(super) struct Shared {
    state: Mutex<State>,
    work: Condvar,
    still: Condvar,
    file: PathBuf,
    options: SqliteOptions,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Look>,
    running: usize,
    paused: bool,
    closing: bool,
}

impl Pool {
    pub(super) fn start(file: &Path, options: &SqliteOptions) -> Result<Pool, StoreError> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            still: Condvar::new(),
            file: file.to_owned(),
            options: options.clone(),
        });
        let mut pool = Pool { shared, threads: Vec::new() };
        for _ in 0..options.readers.max(1) {
            let conn = connect(file, options, Use::Read)?;
            let shared = pool.shared.clone();
            let thread = std::thread::Builder::new().name("store-read".into()).spawn(move || shared.serve(conn));
            pool.threads.push(thread.map_err(|error| super::errors::file_error("no thread for reads", &error))?);
        }
        Ok(pool)
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    pub(super) fn read(&self, read: Look) {
        self.shared.state.lock().queue.push_back(read);
        self.shared.work.notify_one();
    }
}

impl Pool {
    /// Serves what is queued, and closes the connections.
    pub(super) fn close(&mut self) {
        self.shared.state.lock().closing = true;
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
    fn serve(&self, conn: Connection) {
        let mut conn = Ok(conn);
        while let Some(read) = self.next() {
            if conn.is_err() {
                conn = connect(&self.file, &self.options, Use::Read);
            }
            let fine = match &conn {
                Ok(conn) => run(conn, read),
                Err(error) => {
                    let _ = catch_unwind(AssertUnwindSafe(|| read(Err(error.clone()))));
                    true
                }
            };
            if !fine {
                conn = connect(&self.file, &self.options, Use::Read);
            }
            let mut state = self.state.lock();
            state.running -= 1;
            if state.running == 0 {
                self.still.notify_all();
            }
        }
    }

    fn next(&self) -> Option<Look> {
        let mut state = self.state.lock();
        loop {
            if !state.paused || state.closing {
                if let Some(read) = state.queue.pop_front() {
                    state.running += 1;
                    return Some(read);
                }
                if state.closing {
                    return None;
                }
            }
            self.work.wait(&mut state);
        }
    }

    /// Runs something while no read runs; reads that come meanwhile wait. `None` if the running ones do not end in time.
    pub(super) fn while_still<T>(&self, patience: Duration, run: impl FnOnce() -> T) -> Option<T> {
        let until = Instant::now() + patience;
        let mut state = self.state.lock();
        state.paused = true;
        while state.running > 0 && !self.still.wait_until(&mut state, until).timed_out() {}
        let still = state.running == 0;
        drop(state);
        let out = still.then(run);
        self.state.lock().paused = false;
        self.work.notify_all();
        out
    }
}

/// Runs a read on one snapshot. False if the connection should not be used again.
fn run(conn: &Connection, read: Look) -> bool {
    if let Err(error) = conn.execute_batch("BEGIN") {
        let _ = catch_unwind(AssertUnwindSafe(|| read(Err(store_error(error)))));
        return false;
    }
    let view = View::new(conn);
    // A snapshot has no state that a panic could leave half done.
    let calm = catch_unwind(AssertUnwindSafe(|| read(Ok(&view)))).is_ok();
    if !calm {
        tracing::error!("a read panicked");
    }
    let ended = conn.execute_batch("ROLLBACK").is_ok();
    ended && !view.suspect.get()
}
