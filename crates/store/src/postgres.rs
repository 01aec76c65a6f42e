//! The engine on a PostgreSQL database, which several nodes may share: in each one thread writes, whatever is queued is
//! one commit, and a pool of threads reads. The place of a commit among all is the transaction's number.

mod check;
mod ear;
mod errors;
mod flush;
mod leases;
mod loaded;
mod pool;
mod purge;
mod reads;
mod rows;
mod schema;
mod session;
mod tls;
mod view;
pub(crate) mod walk;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use jmap::UtcDate;
use parking_lot::Mutex;

use crate::queue::{Queue, Waits};
use crate::told::Told;
use crate::{Command, Counters, Job, Lease, OnCommit, Read, Snapshot, Store, StoreError, Tick};
use ear::{Ear, Heard};
use errors::Fault;
use pool::Pool;
use session::{Line, Session, Use};
use writer::Writer;

/// How the database is used. All but the address is right for a server.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host/name`. Behind it, `?sslmode=` disable, require, verify-ca or verify-full, and
    /// `sslrootcert=` the authority's file.
    pub url: String,
    /// Names the data folder, in which one process at a time works: leases that one before it held are free. Empty: none.
    pub place: String,
    /// Threads that read, with a connection each.
    pub readers: usize,
    /// A statement that takes longer, in milliseconds, is ended.
    pub statement_ms: u32,
    /// A transaction in which nothing happens for longer is ended.
    pub idle_ms: u32,
    /// How long writes wait for a database that restarts.
    pub patience: Duration,
    /// `on`, or what loses writes. For tests.
    #[doc(hidden)]
    pub synchronous_commit: &'static str,
    /// Called in the writing thread right before each COMMIT. For tests.
    #[doc(hidden)]
    pub before_commit: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl PostgresOptions {
    /// The defaults for a database.
    pub fn new(url: impl Into<String>) -> PostgresOptions {
        PostgresOptions {
            url: url.into(),
            place: String::new(),
            readers: 4,
            statement_ms: 30_000,
            idle_ms: 30_000,
            patience: Duration::from_secs(5),
            synchronous_commit: "on",
            before_commit: None,
        }
    }
}

impl Waits for Box<dyn Command> {
    fn joins(&self) -> bool {
        true
    }
}

/// A store in a PostgreSQL database.
pub struct PostgresStore {
    options: PostgresOptions,
    queue: Arc<Queue<Box<dyn Command>>>,
    told: Arc<Told>,
    pool: Pool,
    writer: Option<JoinHandle<()>>,
    ear: Ear,
    errands: Errands,
    /// Of long work, one at a time.
    upkeep: Mutex<()>,
}

impl PostgresStore {
    /// Connects, and brings the database to the newest schema. May be called from any thread.
    pub fn open(options: PostgresOptions) -> Result<PostgresStore, StoreError> {
        let seen = elsewhere(&options, Use::Upkeep, |session| {
            schema::migrate(session)?;
            walk::refuse_unfinished(session)?;
            leases::free(session, &options.place)?;
            Ok(session.wait(reads::look(&session.link, Tick(i64::MAX), 0))?.0)
        })?;
        let (queue, told) = (Arc::<Queue<Box<dyn Command>>>::default(), Arc::<Told>::default());
        let heard = Arc::new(Heard::new(told.clone(), seen));
        let pool = Pool::start(&options)?;
        let errands = Errands::start(&options)?;
        let ear = Ear::open(&options, heard.clone())?;
        let writer = Writer::new(&options, heard, told.clone());
        let its_queue = queue.clone();
        let thread = std::thread::Builder::new().name("store-write".into()).spawn(move || writer.run(&its_queue));
        let thread = thread.map_err(|error| StoreError::Unavailable(format!("no thread for writes: {error}")))?;
        Ok(PostgresStore { options, queue, told, pool, writer: Some(thread), ear, errands, upkeep: Mutex::new(()) })
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.queue.close();
        // The last owner of the store may be a command that is told its end.
        if let Some(writer) = self.writer.take().filter(|it| it.thread().id() != std::thread::current().id()) {
            let _ = writer.join();
        }
        self.pool.close();
        self.errands.close();
        self.ear.close();
    }
}

impl Store for PostgresStore {
    fn submit(&self, command: Box<dyn Command>) {
        if let Err(command) = self.queue.push(command) {
            command.done(Err(closing()));
        }
    }

    fn read(&self, read: Read) {
        self.pool.read(Box::new(move |view| read(view.map(|view| view as &dyn Snapshot))));
    }

    fn on_commit(&self, told: OnCommit) {
        self.told.listen(told);
    }

    fn lease(&self, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>, StoreError> {
        let (name, holder) = (name.to_owned(), leases::of_place(&self.options.place, holder));
        self.errands.run(move |session| leases::take(session, &name, &holder, ms))
    }

    fn give_up(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.errands.run(move |session| leases::give_up(session, &lease))
    }

    fn cursor(&self, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
        let lease = lease.clone();
        self.errands.run(move |session| leases::cursor(session, &lease, save))?
    }

    fn jobs_due(&self, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>), StoreError> {
        let (tell, told) = channel();
        self.pool.read(Box::new(move |view| {
            // Whoever asked may be gone.
            let _ = tell.send(view.and_then(|view| view.jobs_due(now, limit)));
        }));
        told.recv().unwrap_or_else(|_| Err(closing()))
    }

    fn hold(&self, held: bool) -> Result<u64, StoreError> {
        self.errands.run(move |session| leases::hold(session, held))
    }

    fn backup(&self, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep.lock();
        crate::copy::backup(&self.options, to, told)
    }

    fn purge(&self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<[u8; 32]>, StoreError> {
        let _upkeep = self.upkeep.lock();
        elsewhere(&self.options, Use::Upkeep, |session| purge::purge(session, now, tombstones_before))
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        let _upkeep = self.upkeep.lock();
        elsewhere(&self.options, Use::Upkeep, check::faults)
    }

    fn counters(&self) -> Counters {
        self.told.counters()
    }
}

fn closing() -> StoreError {
    StoreError::Unavailable("the store is closing".into())
}

/// Runs something with a session of its own, on a thread of its own: the caller may be inside a runtime.
fn elsewhere<T: Send>(
    options: &PostgresOptions,
    for_use: Use,
    run: impl FnOnce(&Session) -> Result<T, Fault> + Send,
) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        let work = scope.spawn(|| Session::open(options, for_use).and_then(|session| run(&session)));
        let done = work.join().unwrap_or_else(|_| Err(Fault::Rule(StoreError::Broken("upkeep panicked".into()))));
        done.map_err(StoreError::from)
    })
}

/// Runs statements, as anybody might with `psql`.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn execute(options: &PostgresOptions, sql: &str) -> Result<(), StoreError> {
    elsewhere(options, Use::Upkeep, |session| session.execute(sql))
}

/// Asks for texts in the same way.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn texts(options: &PostgresOptions, sql: &str) -> Result<Vec<String>, StoreError> {
    elsewhere(options, Use::Upkeep, |session| session.wait(session.link.all(sql, &[], |row| rows::get(row, 0))))
}

type Errand = Box<dyn FnOnce(&mut Line) + Send>;

/// A thread for small writes of the store's own: leases, cursors, holds. Each is a transaction.
struct Errands {
    to: Option<std::sync::mpsc::Sender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Errands {
    fn start(options: &PostgresOptions) -> Result<Errands, StoreError> {
        let (to, from) = channel::<Errand>();
        let mut line = Line::new(options, Use::Write);
        let thread = std::thread::Builder::new().name("store-errand".into()).spawn(move || {
            while let Ok(errand) = from.recv() {
                errand(&mut line);
            }
        });
        let thread = thread.map_err(|error| StoreError::Unavailable(format!("no thread for errands: {error}")))?;
        Ok(Errands { to: Some(to), thread: Some(thread) })
    }

    /// Waits for what it gives; it is harmless when repeated.
    fn run<T: Send + 'static>(
        &self,
        run: impl Fn(&Session) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, told) = channel();
        if let Some(to) = &self.to {
            let errand: Errand = Box::new(move |line| {
                // Whoever asked may be gone.
                let _ = tell.send(line.with(run).map_err(StoreError::from));
            });
            // If the thread is gone, the answer never comes.
            let _ = to.send(errand);
        }
        told.recv().unwrap_or_else(|_| Err(closing()))
    }

    fn close(&mut self) {
        self.to = None;
        if let Some(thread) = self.thread.take().filter(|it| it.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}
