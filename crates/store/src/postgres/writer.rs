//! The one thread of a node that writes. It takes whatever is queued, locks the accounts, runs the commands on what is
//! loaded, loads what they missed and runs them again, and answers when the commit is durable.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::{join, join3};
use jmap::Id;

use super::ear::Heard;
use super::errors::Fault;
use super::flush::{self, Flushed};
use super::loaded::Loaded;
use super::reads::{LOOK, looked};
use super::rows::{self, HEAD, raw};
use super::session::{Line, Session, Use};
use super::{PostgresOptions, leases};
use crate::overlay::Overlay;
use crate::queue::Queue;
use crate::told::{Told, answer};
use crate::turn::{Turn, needless_miss, turn};
use crate::{Command, Counters, Lease, StoreError, Tick};
use std::sync::Arc;

/// So often a batch begins again because another node was first.
const AGAIN: u32 = 20;
/// So often at least a batch may miss something before its commands count as never ending.
const ROUNDS: usize = 200;
/// How long, and how often, a batch waits for a database that restarts.
const PAUSE: Duration = Duration::from_millis(100);

/// How each of a batch ended by itself; `None`: it stays or falls with the commit.
type Verdicts = Vec<Option<StoreError>>;

pub(super) struct Writer {
    line: Line,
    options: PostgresOptions,
    heard: Arc<Heard>,
    told: Arc<Told>,
    /// The database was away at the last try; nobody waits for it twice.
    down: bool,
}

impl Writer {
    pub(super) fn new(options: &PostgresOptions, heard: Arc<Heard>, told: Arc<Told>) -> Writer {
        Writer { line: Line::new(options, Use::Write), options: options.clone(), heard, told, down: false }
    }

    /// Until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Queue<Box<dyn Command>>) {
        while let Some(work) = queue.take(None) {
            self.batch(work);
        }
    }

    fn batch(&mut self, mut work: Vec<Box<dyn Command>>) {
        match self.attempts(&mut work) {
            Ok((verdicts, tick)) => {
                for (command, verdict) in work.into_iter().zip(verdicts) {
                    answer(command, verdict.map_or(Ok(tick), Err));
                }
            }
            Err(Fault::Rule(_)) if work.len() > 1 => work.into_iter().for_each(|one| self.batch(vec![one])),
            Err(fault) => {
                let error = StoreError::from(fault);
                work.into_iter().for_each(|command| answer(command, Err(error.clone())));
            }
        }
    }

    /// Tries until the batch is committed or can't be. What was not committed for sure runs again as if for the first
    /// time, since a command depends on nothing but what it reads.
    fn attempts(&mut self, work: &mut [Box<dyn Command>]) -> Result<(Verdicts, Tick), Fault> {
        let patience = if self.down { Duration::ZERO } else { self.options.patience };
        let until = Instant::now() + patience;
        let mut again = 0;
        loop {
            let fault = match self.attempt(work) {
                Ok(done) => {
                    self.down = false;
                    return Ok(done);
                }
                Err(fault) => fault,
            };
            match fault {
                Fault::Again(_) if again < AGAIN => again += 1,
                Fault::Lost(error) => {
                    self.line.hang_up();
                    if Instant::now() >= until {
                        self.down = true;
                        return Err(Fault::Lost(error));
                    }
                    std::thread::park_timeout(PAUSE);
                }
                other => return Err(other),
            }
        }
    }

    /// Runs and commits a batch. After an error the transaction is gone.
    fn attempt(&mut self, work: &mut [Box<dyn Command>]) -> Result<(Verdicts, Tick), Fault> {
        let since = self.heard.seen();
        let before_commit = self.options.before_commit.clone();
        let session = self.line.session()?;
        let ran = match transact(session, work) {
            Ok(ran) => ran,
            Err(fault) => {
                if !fault.is_lost() && session.execute("ROLLBACK").is_err() {
                    self.line.hang_up();
                }
                return Err(fault);
            }
        };
        self.told.count(Counters { commands: ran.commands, ..Counters::default() });
        let Some(flushed) = ran.flushed else {
            if session.execute("ROLLBACK").is_err() {
                self.line.hang_up();
            }
            return Ok((ran.verdicts, since));
        };
        if let Some(before_commit) = before_commit {
            before_commit();
        }
        self.heard.committing();
        let (token, touched) = match commit(session, since).or_else(|fault| self.fate(fault, flushed.xid, since)) {
            Ok(seen) => seen,
            Err(fault) => {
                self.heard.not_committed();
                return Err(fault);
            }
        };
        self.told.count(Counters { commits: 1, commands: 0, rows: flushed.rows, bytes: flushed.bytes });
        Ok((ran.verdicts, self.heard.committed(token, touched)))
    }

    /// A connection that broke at the commit does not say how it ended; the database does, to another one.
    fn fate(&mut self, fault: Fault, xid: i64, since: Tick) -> Result<(Tick, Vec<crate::Touched>), Fault> {
        if !fault.is_lost() {
            self.line.hang_up();
            return Err(fault);
        }
        let unknown = |error: StoreError| Fault::Machine(error);
        let error = StoreError::from(fault);
        let until = Instant::now() + self.options.patience;
        while Instant::now() < until {
            self.line.hang_up();
            let asked = self.line.session().and_then(|session| {
                let sql = "SELECT pg_xact_status($1::text::xid8)";
                let read = |row: &tokio_postgres::Row| rows::get::<Option<String>>(row, 0);
                let status = session.wait(session.link.one(sql, &[&xid.to_string()], read))?;
                let look = session.wait(super::reads::look(&session.link, since, u32::MAX))?;
                Ok((status.flatten(), look))
            });
            match asked {
                Ok((Some(status), look)) if status == "committed" => return Ok(look),
                // It runs again.
                Ok((Some(status), _)) if status == "aborted" => return Err(Fault::Lost(error)),
                _ => std::thread::park_timeout(PAUSE),
            }
        }
        Err(unknown(error))
    }
}

/// What a batch came to, before its commit.
struct Ran {
    verdicts: Verdicts,
    flushed: Option<Flushed>,
    commands: u64,
}

/// Runs the batch inside a transaction and writes it down. From the first lock to the commit nothing waits for anything
/// but the database.
fn transact(c: &Session, work: &mut [Box<dyn Command>]) -> Result<Ran, Fault> {
    let (loaded, held) = begin(c, work)?;
    let mut overlay = Overlay::new(loaded);
    let mut verdicts = Verdicts::with_capacity(work.len());
    let mut rounds = 0;
    loop {
        round(&mut overlay, work, &held, &mut verdicts);
        if !overlay.base.lacks() {
            break;
        }
        rounds += 1;
        if rounds > ROUNDS + 50 * work.len() {
            let why = format!("it asks for something else in each run: {}", overlay.base.lacking());
            return Err(Fault::Rule(StoreError::Broken(why)));
        }
        c.wait(overlay.base.load(&c.link))?;
    }
    let commands = work.len() as u64;
    if overlay.pending.is_empty() {
        return Ok(Ran { verdicts, flushed: None, commands });
    }
    let flushed = c.wait(flush::flush(&c.link, &overlay.pending, &overlay.base))?;
    Ok(Ran { verdicts, flushed: Some(flushed), commands })
}

/// Locks the accounts, in the order that all nodes keep to, and the leases.
fn begin(c: &Session, work: &[Box<dyn Command>]) -> Result<(Loaded, Vec<Lease>), Fault> {
    let declared: BTreeSet<Id> = work.iter().flat_map(|command| command.accounts().iter().copied()).collect();
    let declared: Vec<Id> = declared.into_iter().collect();
    let ids: Vec<Vec<u8>> = declared.iter().map(|id| raw(*id)).collect();
    let fences: BTreeSet<&str> = work.iter().filter_map(|command| command.fence()).map(|lease| &*lease.name).collect();
    let fences: Vec<&str> = fences.into_iter().collect();
    c.wait(async {
        let lock = format!("SELECT {HEAD} FROM accounts WHERE id = ANY($1) ORDER BY n FOR UPDATE");
        let (lock, hold) = (c.link.prepared(&lock).await?, c.link.prepared(leases::HELD).await?);
        let begun = c.link.execute("BEGIN");
        let ids: [super::session::Param; 1] = [&ids];
        let heads = c.link.ask(&lock, &ids);
        let held = async { if fences.is_empty() { Ok(Vec::new()) } else { c.link.ask(&hold, &[&fences]).await } };
        let (begun, heads, held) = join3(begun, heads, held).await;
        begun?;
        let heads = heads?.iter().map(rows::head).collect::<Result<Vec<_>, _>>()?;
        let held = held?.iter().map(leases::held).collect::<Result<Vec<_>, _>>()?;
        Ok((Loaded::locked(&declared, heads), held))
    })
}

/// Runs the commands that have no verdict yet, in order. From the first on that misses something they run only to find
/// out what they miss too, and all of that is taken back.
fn round(overlay: &mut Overlay<Loaded>, work: &mut [Box<dyn Command>], held: &[Lease], verdicts: &mut Verdicts) {
    for command in work.iter_mut().skip(verdicts.len()) {
        if let Some(lease) = command.fence()
            && !held.contains(lease)
        {
            if !overlay.base.lacks() {
                verdicts.push(Some(StoreError::Fenced(lease.name.clone())));
            }
            continue;
        }
        if overlay.base.lacks() {
            let mark = crate::Tx::mark(overlay);
            if !matches!(turn(overlay, &mut **command), Turn::Keep) {
                crate::Tx::undo_to(overlay, mark);
            }
            continue;
        }
        let turn = turn(overlay, &mut **command);
        // A miss that the command did not pass up counts as well: it ran on something that was not there.
        if overlay.base.lacks() {
            overlay.take_back();
            continue;
        }
        let error = match turn {
            Turn::Keep => {
                overlay.keep();
                verdicts.push(None);
                continue;
            }
            Turn::Refused => None,
            Turn::Missed => Some(needless_miss()),
            Turn::Broke(error) => Some(error),
        };
        overlay.take_back();
        verdicts.push(error);
    }
    if overlay.base.lacks() {
        overlay.take_back();
    }
}

/// Commits, and looks in the same breath.
fn commit(c: &Session, since: Tick) -> Result<(Tick, Vec<crate::Touched>), Fault> {
    c.wait(async {
        let look = c.link.prepared(LOOK).await?;
        let (done, seen) = join(c.link.execute("COMMIT"), c.link.ask(&look, &[&since.0, &i64::MAX])).await;
        done?;
        looked(&seen?)
    })
}
