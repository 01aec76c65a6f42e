//! The one thread that writes. It takes whatever is queued, runs it in one transaction, and answers when that is
//! durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use rusqlite::Connection;

use super::errors::store_error;
use super::flush::{Flushed, flush};
use super::pool;
use super::queue::{Queue, Work};
use super::schema::{BUSY, Use, connect};
use super::view::Direct;
use super::{SqliteOptions, leases, reads};
use crate::overlay::Overlay;
use crate::told::{Told, answer};
use crate::turn::{Turn, needless_miss, turn};
use crate::{Command, Counters, StoreError, Tick};

/// How long a long log waits for a moment without readers.
const PATIENCE: Duration = Duration::from_millis(100);

/// How often an idle writer tries again to empty a log of purged text.
const IDLE: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    file: PathBuf,
    pub(super) options: SqliteOptions,
    pool: Arc<pool::Shared>,
    told: Arc<Told>,
    conn: Result<Connection, StoreError>,
    /// Pages in the write-ahead log after the last commit.
    wal_pages: Arc<AtomicI64>,
    /// Purged text may still lie in the write-ahead log.
    pub(super) wal_owed: bool,
    tick: Tick,
    wal_seen: i64,
    checkpoint_at: i64,
}

/// How a batch failed.
enum Failure {
    /// The machine, or a damaged file: nobody's fault, so all of the batch fails.
    Machine(StoreError),
    /// A table refuses a row: some command's fault, so each runs alone.
    Rule(StoreError),
}

/// How each of a batch ended by itself; `None`: it stays or falls with the commit.
type Verdicts = Vec<Option<StoreError>>;

impl Writer {
    pub(super) fn new(
        file: PathBuf,
        options: SqliteOptions,
        conn: Connection,
        pool: Arc<pool::Shared>,
        told: Arc<Told>,
    ) -> Result<Writer, StoreError> {
        let checkpoint_at = options.checkpoint_pages.into();
        let mut writer = Writer {
            file,
            options,
            pool,
            told,
            conn: Err(StoreError::Unavailable("not opened yet".into())),
            wal_pages: Arc::default(),
            wal_owed: false,
            tick: Tick(0),
            wal_seen: 0,
            checkpoint_at,
        };
        writer.use_connection(conn)?;
        Ok(writer)
    }

    fn use_connection(&mut self, mut conn: Connection) -> Result<(), StoreError> {
        let pages = self.wal_pages.clone();
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, n: std::ffi::c_int| {
            pages.store(n.into(), Relaxed);
            Ok(())
        }))
        .map_err(store_error)?;
        self.tick = reads::tick(&conn).map_err(store_error)?;
        self.conn = Ok(conn);
        Ok(())
    }

    /// The connection, opened again if it had to be given up.
    pub(super) fn conn(&mut self) -> Result<&Connection, StoreError> {
        if self.conn.is_err() {
            let conn = connect(&self.file, &self.options, Use::Write)?;
            self.use_connection(conn)?;
        }
        self.conn.as_ref().map_err(Clone::clone)
    }

    /// After a failed write or sync nobody knows what the connection's cache and the file have in common.
    pub(super) fn give_up_connection(&mut self, error: &StoreError) {
        tracing::warn!(%error, "the database connection is opened again after a failure");
        self.conn = Err(error.clone());
    }

    /// Until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Queue) {
        while let Some(mut work) = queue.take(self.wal_owed.then_some(IDLE)) {
            match work.pop() {
                None => self.pay_wal(),
                Some(Work::Alone(alone)) => {
                    if catch_unwind(AssertUnwindSafe(|| alone(&mut self))).is_err() {
                        self.give_up_connection(&StoreError::Broken("upkeep panicked".into()));
                    }
                }
                Some(last) => {
                    work.push(last);
                    self.batch(work);
                    self.checkpoint();
                }
            }
        }
    }

    fn batch(&mut self, mut work: Vec<Work>) {
        match self.attempt(&mut work) {
            Ok(verdicts) => self.answer(work, Ok(verdicts)),
            Err(Failure::Rule(_)) if work.len() > 1 => work.into_iter().for_each(|one| self.batch(vec![one])),
            Err(Failure::Rule(error) | Failure::Machine(error)) => self.answer(work, Err(error)),
        }
    }

    fn answer(&self, work: Vec<Work>, how: Result<Verdicts, StoreError>) {
        let (verdicts, all) = match how {
            Ok(verdicts) => (verdicts, Ok(self.tick)),
            Err(error) => (Vec::new(), Err(error)),
        };
        for (i, one) in work.into_iter().enumerate() {
            let how = verdicts.get(i).cloned().flatten().map_or_else(|| all.clone(), Err);
            match one {
                Work::Command(command) => answer(command, how),
                Work::Errand(errand) => errand.done(how.map(|_| ())),
                Work::Alone(_) => {}
            }
        }
    }

    /// Runs and commits a batch. After an error the transaction is gone.
    fn attempt(&mut self, work: &mut [Work]) -> Result<Verdicts, Failure> {
        let early = self.options.planted.before_commit.clone();
        let conn = self.conn().map_err(Failure::Machine)?;
        let done = (|| {
            conn.execute_batch("BEGIN IMMEDIATE").map_err(|error| Failure::Machine(store_error(error)))?;
            let ran = transact(conn, work)?;
            if let Some(early) = early {
                early();
            }
            conn.execute_batch("COMMIT").map_err(|error| Failure::Machine(store_error(error)))?;
            Ok(ran)
        })();
        match done {
            Ok(ran) => {
                self.committed(&ran);
                Ok(ran.verdicts)
            }
            Err(failure) => {
                let rolled_back = conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok();
                match &failure {
                    Failure::Rule(_) if rolled_back => {}
                    Failure::Rule(error) | Failure::Machine(error) => self.give_up_connection(&error.clone()),
                }
                Err(failure)
            }
        }
    }

    fn committed(&mut self, ran: &Ran) {
        let flushed = ran.flushed.as_ref();
        self.told.count(Counters {
            commits: ran.wrote.into(),
            commands: ran.commands,
            rows: flushed.map_or(0, |flushed| flushed.rows),
            bytes: flushed.map_or(0, |flushed| flushed.bytes),
        });
        if let Some(flushed) = flushed {
            self.tick = flushed.tick;
            self.told.tell(flushed.tick, &flushed.touched);
        }
    }

    /// Moves the write-ahead log into the file when it is long. After the answers, so that nobody waits for it, and so
    /// that its failure is not theirs: the log is durable as it is.
    fn checkpoint(&mut self) {
        self.pay_wal();
        let (pages, every) = (self.wal_pages.load(Relaxed), i64::from(self.options.checkpoint_pages));
        if pages < self.wal_seen {
            self.checkpoint_at = every;
        }
        self.wal_seen = pages;
        let Ok(conn) = &self.conn else { return };
        if pages < self.checkpoint_at {
            return;
        }
        let move_pages = |sql| conn.query_row(sql, [], |_| Ok(()));
        // The log starts again from its beginning only in a moment without readers. If that does not come by itself,
        // it is made.
        let moved = if pages < 4 * every {
            move_pages("PRAGMA wal_checkpoint(PASSIVE)")
        } else {
            let restart = || move_pages("PRAGMA wal_checkpoint(RESTART)");
            self.pool.while_still(PATIENCE, restart).unwrap_or_else(|| move_pages("PRAGMA wal_checkpoint(PASSIVE)"))
        };
        match moved.map_err(store_error) {
            Ok(()) => self.checkpoint_at = pages + every,
            Err(error) => {
                self.checkpoint_at = pages + every / 4 + 1;
                self.give_up_connection(&error);
            }
        }
    }

    /// Empties the log of purged text, if that is still owed and no read is running.
    fn pay_wal(&mut self) {
        if self.wal_owed {
            self.wal_owed = !self.truncate_wal(Duration::ZERO);
        }
    }

    /// Empties the write-ahead log in a moment without readers. True if it is empty now.
    pub(super) fn truncate_wal(&mut self, patience: Duration) -> bool {
        let Ok(conn) = &self.conn else { return false };
        let truncate = |conn: &Connection| {
            conn.busy_timeout(Duration::ZERO)?;
            let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
            conn.busy_timeout(BUSY)?;
            busy
        };
        matches!(self.pool.while_still(patience, || truncate(conn)), Some(Ok(false)))
    }
}

/// What a batch came to, before its commit.
struct Ran {
    verdicts: Verdicts,
    flushed: Option<Flushed>,
    wrote: bool,
    commands: u64,
}

/// Runs the batch inside a transaction and writes it down.
fn transact(conn: &Connection, work: &mut [Work]) -> Result<Ran, Failure> {
    let mut overlay = Overlay::new(Direct::new(conn));
    let mut ran = Ran { verdicts: Vec::with_capacity(work.len()), flushed: None, wrote: false, commands: 0 };
    for one in work {
        let verdict = match one {
            Work::Command(command) => {
                ran.commands += 1;
                run(conn, &mut overlay, &mut **command)
            }
            Work::Errand(errand) => match errand.run(conn) {
                Err(StoreError::Fenced(lease)) => Some(StoreError::Fenced(lease)),
                Err(error) => return Err(Failure::Machine(error)),
                Ok(wrote) => {
                    ran.wrote |= wrote;
                    None
                }
            },
            Work::Alone(_) => None,
        };
        if let Some(error) = overlay.base.failure.take() {
            return Err(Failure::Machine(error));
        }
        ran.verdicts.push(verdict);
    }
    if !overlay.pending.is_empty() {
        let flushed = flush(conn, &overlay.pending).map_err(|error| {
            let error = store_error(error);
            if matches!(error, StoreError::Broken(_)) { Failure::Rule(error) } else { Failure::Machine(error) }
        })?;
        ran.flushed = Some(flushed);
        ran.wrote = true;
    }
    Ok(ran)
}

/// One command's turn. What it wrote stays only if nothing is wrong with it.
fn run(conn: &Connection, overlay: &mut Overlay<Direct>, command: &mut dyn Command) -> Option<StoreError> {
    if let Some(lease) = command.fence() {
        match leases::is_held(conn, lease) {
            Ok(true) => {}
            Ok(false) => return Some(StoreError::Fenced(lease.name.clone())),
            Err(error) => {
                let error = store_error(error);
                overlay.base.failure.replace(Some(error.clone()));
                return Some(error);
            }
        }
    }
    let error = match turn(overlay, command) {
        Turn::Keep => {
            overlay.keep();
            return None;
        }
        Turn::Refused => None,
        Turn::Missed => Some(needless_miss()),
        Turn::Broke(error) => Some(error),
    };
    overlay.take_back();
    error
}
