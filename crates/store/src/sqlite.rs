//! The engine in one SQLite file: one thread writes, whatever is queued is one commit, and a pool of threads reads.

mod backup;
mod check;
mod errors;
mod flush;
mod leases;
mod pool;
mod purge;
mod queue;
mod reads;
mod rows;
mod schema;
mod view;
pub(crate) mod walk;
mod writer;

#[cfg(test)]
mod tests;

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use jmap::UtcDate;
use parking_lot::Mutex;
use rusqlite::Connection;

use crate::told::Told;
use crate::{Command, Counters, Job, Lease, OnCommit, Read, Snapshot, Store, StoreError, Tick};
pub(crate) use backup::empty_folder;
pub use backup::{blob_hashes_in, restore};
use errors::store_error;
use pool::Pool;
use queue::{Errand, Queue, Work};
use writer::Writer;

/// How the file is kept. The defaults are right for a server.
#[derive(Clone)]
pub struct SqliteOptions {
    /// Threads that read.
    pub readers: usize,
    /// The page size of a new file, in bytes.
    pub page_size: u32,
    /// The write-ahead log is moved into the file when it has so many pages.
    pub checkpoint_pages: u32,
    /// What only tests set.
    #[doc(hidden)]
    pub planted: Planted,
}

/// Faults that a test plants. None of them is right for anything else.
#[doc(hidden)]
#[derive(Clone)]
pub struct Planted {
    /// Stands between SQLite and the disk.
    pub vfs: Option<CString>,
    /// `FULL`, or what loses writes.
    pub synchronous: &'static str,
    /// Called in the writing thread right before each COMMIT.
    pub before_commit: Option<Arc<dyn Fn() + Send + Sync>>,
    /// A purge leaves the file as it is.
    pub no_rewrite: bool,
}

impl Default for SqliteOptions {
    fn default() -> SqliteOptions {
        SqliteOptions { readers: 4, page_size: 4096, checkpoint_pages: 4000, planted: Planted::default() }
    }
}

impl Default for Planted {
    fn default() -> Planted {
        Planted { vfs: None, synchronous: "FULL", before_commit: None, no_rewrite: false }
    }
}

/// A store in the file `meanwhile.db` of a folder. One process at a time may have it open; the caller sees to that.
pub struct SqliteStore {
    file: PathBuf,
    options: SqliteOptions,
    queue: Arc<Queue>,
    told: Arc<Told>,
    pool: Pool,
    writer: Option<JoinHandle<()>>,
    /// Of long reads and rewrites of the whole file, one at a time.
    upkeep: Mutex<()>,
}

impl SqliteStore {
    /// Opens the folder's file, makes it if it is missing, and brings it to the newest schema. The caller sees to it
    /// that no other process has it open.
    pub fn open(folder: &Path, options: SqliteOptions) -> Result<SqliteStore, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| errors::file_error(&format!("the folder {} can't be made", folder.display()), &error))?;
        let file = folder.join(schema::FILE);
        let conn = schema::connect(&file, &options, schema::Use::Write)?;
        schema::migrate(&conn)?;
        walk::refuse_unfinished(&conn)?;
        leases::free_all(&conn)?;
        let pool = Pool::start(&file, &options)?;
        let (queue, told) = (Arc::<Queue>::default(), Arc::<Told>::default());
        let writer = Writer::new(file.clone(), options.clone(), conn, pool.shared(), told.clone())?;
        let its_queue = queue.clone();
        let thread = std::thread::Builder::new().name("store-write".into()).spawn(move || writer.run(&its_queue));
        let thread = thread.map_err(|error| errors::file_error("no thread for writes", &error))?;
        Ok(SqliteStore { file, options, queue, told, pool, writer: Some(thread), upkeep: Mutex::new(()) })
    }

    /// A small write of the store's own, as part of the next commit.
    fn errand<T, F>(&self, run: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<(T, bool), StoreError> + Send + 'static,
    {
        let (tell, told) = channel();
        // If the store is closing, the answer never comes, and neither does the work.
        let _ = self.queue.push(Work::Errand(Box::new(Small { run, out: None, tell })));
        told.recv().unwrap_or_else(|_| Err(closing()))
    }

    /// Something that has the writer to itself.
    fn alone<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (tell, told) = channel();
        let _ = self.queue.push(Work::Alone(Box::new(move |writer| {
            // Whoever asked may be gone.
            let _ = tell.send(run(writer));
        })));
        told.recv().unwrap_or_else(|_| Err(closing()))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The writer's connection closes last and alone: two that close together each leave the other the work of
        // moving the log into the file, and neither does it.
        self.pool.close();
        self.queue.close();
        // The last owner of the store may be a command that is told its end.
        if let Some(writer) = self.writer.take().filter(|it| it.thread().id() != std::thread::current().id()) {
            let _ = writer.join();
        }
    }
}

impl Store for SqliteStore {
    fn submit(&self, command: Box<dyn Command>) {
        if let Err(Work::Command(command)) = self.queue.push(Work::Command(command)) {
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
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.errand(move |c| {
            let lease = leases::take(c, &name, &holder, ms).map_err(store_error)?;
            let wrote = lease.is_some();
            Ok((lease, wrote))
        })
    }

    fn give_up(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.errand(move |c| Ok(((), leases::give_up(c, &lease).map_err(store_error)?)))
    }

    fn cursor(&self, lease: &Lease, save: Option<Tick>) -> Result<Tick, StoreError> {
        let lease = lease.clone();
        self.errand(move |c| {
            if !leases::is_held(c, &lease).map_err(store_error)? {
                return Err(StoreError::Fenced(lease.name.clone()));
            }
            if let Some(tick) = save {
                leases::save(c, &lease, tick)?;
            }
            Ok((leases::cursor(c, &lease).map_err(store_error)?, save.is_some()))
        })
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
        self.alone(move |writer| {
            let held = purge::in_transaction(writer.conn()?, |c| leases::hold(c, held)).map_err(store_error);
            held.inspect_err(|error| writer.give_up_connection(error))
        })
    }

    fn backup(&self, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        let _upkeep = self.upkeep.lock();
        backup::backup(&self.file, &self.options, to, told)
    }

    fn purge(&self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<[u8; 32]>, StoreError> {
        let _upkeep = self.upkeep.lock();
        self.alone(move |writer| writer.purge(now, tombstones_before))
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        let _upkeep = self.upkeep.lock();
        let conn = schema::connect(&self.file, &self.options, schema::Use::Read)?;
        conn.execute_batch("BEGIN").and_then(|()| check::faults(&conn)).map_err(store_error)
    }

    fn counters(&self) -> Counters {
        self.told.counters()
    }
}

fn closing() -> StoreError {
    StoreError::Unavailable("the store is closing".into())
}

type Answer<T> = Result<T, StoreError>;

/// An errand whose caller waits.
struct Small<T, F> {
    run: F,
    out: Option<Answer<T>>,
    tell: Sender<Answer<T>>,
}

impl<T, F> Errand for Small<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<(T, bool), StoreError> + Send,
{
    fn run(&mut self, conn: &Connection) -> Result<bool, StoreError> {
        let (out, wrote) = (self.run)(conn)?;
        self.out = Some(Ok(out));
        Ok(wrote)
    }

    fn done(self: Box<Self>, how: Result<(), StoreError>) {
        let out = match how {
            Ok(()) => self.out.unwrap_or_else(|| Err(closing())),
            Err(error) => Err(error),
        };
        // Whoever asked may be gone.
        let _ = self.tell.send(out);
    }
}
