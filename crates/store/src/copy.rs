//! Copies all records of one place to another, whichever engine keeps them: table by table, in the order of their keys.
//! A copy that was interrupted goes on where it was, and one is whole only when both ends have the same hashes.

mod rewrite;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use rewrite::{Newer, Rewrite};
pub(crate) use table::{Shape, TABLES, Table, Value};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::channel;

use crate::postgres::walk::Postgres;
use crate::sqlite::empty_folder;
use crate::sqlite::walk::Sqlite;
use crate::{PostgresOptions, StoreError};

/// Where records are. Nobody else works in it.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In the file of a data folder or a backup.
    Folder(&'a Path),
    /// In a PostgreSQL database.
    Database(&'a PostgresOptions),
}

/// What is copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The state of a moment, as it is.
    Kept,
    /// A workspace of its own: every account has a new lineage, and jobs and outward rows are held.
    Anew,
}

/// What a copy came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: u64,
    /// Accounts, whose rows were counted one by one at both ends.
    pub accounts: u64,
    /// Of all tables, in one; the same at both ends.
    pub hash: [u8; 32],
}

/// What stands in an unfinished copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Tells workspaces apart: a copy goes on only with what it was begun with.
    pub whose: [u8; 32],
    /// Random. The copy's lineages are made from it, so that they stay when it goes on.
    pub seed: [u8; 32],
}

/// The table that holds the mark. A store in which it stands is not opened.
pub(crate) const MARK: &str = "copying";

/// What is said of such a store.
pub(crate) const UNFINISHED: &str =
    "a copy or a restore into it was not finished; give the same order again, it goes on where it was";

/// What is given the content hashes that are named, and copies their files.
pub type Files<'a> = dyn FnMut(&[[u8; 32]]) -> Result<(), StoreError> + 'a;

/// What is given one row after the other.
pub(crate) type Each<'a> = dyn FnMut(Vec<Value>) -> Result<(), StoreError> + 'a;

/// One end of a copy.
pub(crate) trait End {
    /// How it reads ticks and cursors.
    fn newer(&self) -> Newer;
    /// All rows of a table in the order of its key. At the source, all tables are read in one snapshot.
    fn walk(&mut self, table: &Table, each: &mut Each) -> Result<(), StoreError>;
    /// How many rows a table has.
    fn count(&mut self, table: &Table) -> Result<u64, StoreError>;
    /// The number of the newest outward row that there ever was.
    fn outward(&mut self) -> Result<i64, StoreError>;
}

/// The end that is written.
pub(crate) trait Target: End {
    /// The mark of an unfinished copy; with `mark`, sets it where there is none and all tables are empty.
    fn mark(&mut self, mark: Option<&Mark>) -> Result<Option<Mark>, StoreError>;
    /// The greatest key that is there.
    fn last(&mut self, table: &Table) -> Result<Option<Vec<Value>>, StoreError>;
    /// Writes rows, all or none.
    fn append(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError>;
    /// Takes all rows out.
    fn clear(&mut self, table: &Table) -> Result<(), StoreError>;
    /// Takes the mark away; from then on it is a whole store, durably.
    fn finish(&mut self, outward: i64, above: i64) -> Result<(), StoreError>;
}

/// Copies a workspace into a place that is empty or has an unfinished copy of the same one. Ids and change numbers stay;
/// every account gets a new lineage, and all jobs and outward rows are held. `files` is called when all records are there and compared, and before the copy counts as whole, with the content hashes that
/// they name. `told` hears (done, of how many) in rows, read or written.
///
/// # Errors
/// `Unavailable` if one end is in use, or the target is not this workspace's; `Corrupt` if what was written does not read
/// as it was; else as its engine says. What was copied stays, and the same copy again goes on there.
pub fn copy(
    from: Place,
    to: Place,
    mark: &Mark,
    files: &mut Files,
    told: &mut dyn FnMut(u64, u64),
) -> Result<Copied, StoreError> {
    // On a thread of its own: the caller may be inside a runtime. What the caller gave stays with the caller.
    enum Said {
        Done(u64, u64),
        Named(Vec<[u8; 32]>),
    }
    std::thread::scope(|scope| {
        let (say, said) = channel();
        let (answer, answered) = channel();
        let work = scope.spawn(move || -> Result<Copied, StoreError> {
            let mut source: Box<dyn End> = match from {
                Place::Folder(folder) => Box::new(Sqlite::source(folder)?),
                Place::Database(options) => Box::new(Postgres::still(options)?),
            };
            let mut target: Box<dyn Target> = match to {
                Place::Folder(folder) => Box::new(Sqlite::target(folder)?),
                Place::Database(options) => Box::new(Postgres::target(options)?),
            };
            let tell = |done, of| {
                // The caller waits for the end; that it stopped listening is no reason to stop.
                let _ = say.send(Said::Done(done, of));
            };
            run(
                &mut *source,
                &mut *target,
                How::Anew,
                mark,
                &mut |hashes| {
                    let _ = say.send(Said::Named(hashes.to_vec()));
                    answered.recv().unwrap_or_else(|_| Err(StoreError::Broken("the copy was given up".into())))
                },
                &tell,
            )
        });
        for said in said {
            match said {
                Said::Done(done, of) => told(done, of),
                Said::Named(hashes) => {
                    // If it is gone, its end says why.
                    let _ = answer.send(files(&hashes));
                }
            }
        }
        work.join().unwrap_or_else(|_| Err(StoreError::Broken("the copy panicked".into())))
    })
}

/// Copies the state of this moment from a database into an empty folder, while servers go on writing.
pub(crate) fn backup(options: &PostgresOptions, to: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    empty_folder(to)?;
    std::thread::scope(|scope| {
        let (say, said) = channel();
        let work = scope.spawn(move || {
            let (mut source, mut target) = (Postgres::moment(options)?, Sqlite::target(to)?);
            let tell = |done, of| {
                let _ = say.send((done, of));
            };
            let mark = Mark { whose: [0; 32], seed: [0; 32] };
            run(&mut source, &mut target, How::Kept, &mark, &mut |_| Ok(()), &tell).map(|_| ())
        });
        said.into_iter().for_each(|(done, of)| told(done, of));
        work.join().unwrap_or_else(|_| Err(StoreError::Broken("the backup panicked".into())))
    })
}

/// The same between two ends that are open.
pub(crate) fn run(
    source: &mut dyn End,
    target: &mut dyn Target,
    how: How,
    mark: &Mark,
    files: &mut Files,
    tell: &dyn Fn(u64, u64),
) -> Result<Copied, StoreError> {
    let mark = begin(target, mark)?;
    let mut rows = 0;
    for table in TABLES {
        rows += source.count(table)?;
    }
    let rewrite = Rewrite::of(source, target.newer(), (how == How::Anew).then_some(mark.seed))?;
    // Each row is read, and read again at the other end.
    let mut progress = Progress { done: 0, of: rows * 2, tell };
    tell(0, progress.of);
    let (mut sums, mut hashes, mut accounts) = (blake3::Hasher::new(), Vec::new(), 0);
    for table in TABLES {
        let sum = copy_table(source, target, table, &rewrite, &mut progress, &mut hashes)?;
        if table.name == "accounts" {
            accounts = sum.rows;
        }
        sums.update(sum.hash.finalize().as_bytes());
    }
    hashes.sort_unstable();
    hashes.dedup();
    files(&hashes)?;
    target.finish(source.outward()?, rewrite.above())?;
    tell(progress.of, progress.of);
    Ok(Copied { rows, accounts, hash: *sums.finalize().as_bytes() })
}

/// Finds out whether the target may be written.
fn begin(target: &mut dyn Target, new: &Mark) -> Result<Mark, StoreError> {
    let refused = |why: &str| Err(StoreError::Unavailable(why.into()));
    match target.mark(None)? {
        Some(found) if found.whose != new.whose => {
            refused("there is an unfinished copy of another workspace; name an empty place, or empty this one")
        }
        Some(found) => Ok(found),
        None => match target.mark(Some(new))? {
            Some(mark) => Ok(mark),
            None => refused("there is a workspace already; name an empty place"),
        },
    }
}

/// What is compared of a table.
#[derive(Default)]
struct Sum {
    hash: blake3::Hasher,
    rows: u64,
    by_account: BTreeMap<i64, u64>,
}

impl Sum {
    fn add(&mut self, table: &Table, row: &[Value]) {
        row.iter().for_each(|value| value.hash_into(&mut self.hash));
        self.rows += 1;
        if let Some(Value::Int(account)) = table.at("account").or(table.at("n")).and_then(|at| row.get(at)) {
            *self.by_account.entry(*account).or_default() += 1;
        }
    }
}

struct Progress<'a> {
    done: u64,
    of: u64,
    tell: &'a dyn Fn(u64, u64),
}

impl Progress<'_> {
    fn row(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(1000) {
            // A table that is done again is told once.
            (self.tell)(self.done.min(self.of), self.of);
        }
    }
}

/// So many rows, or bytes of them, are one transaction of the target.
const BATCH_ROWS: usize = if cfg!(test) { 7 } else { 5_000 };
const BATCH_BYTES: usize = 2 << 20;

/// Copies what is not there yet, and compares all of it. What an earlier attempt left of another state of the source is
/// done again, once.
fn copy_table(
    source: &mut dyn End,
    target: &mut dyn Target,
    table: &Table,
    rewrite: &Rewrite,
    progress: &mut Progress,
    hashes: &mut Vec<[u8; 32]>,
) -> Result<Sum, StoreError> {
    let mut last = target.last(table)?;
    loop {
        let (mut there, mut here) = (Sum::default(), Sum::default());
        let (mut batch, mut bytes) = (Vec::new(), 0);
        source.walk(table, &mut |mut row| {
            rewrite.apply(table, &mut row);
            there.add(table, &row);
            progress.row();
            let key = &row[..table.key];
            if last.as_deref().is_some_and(|last| key <= last) {
                return Ok(());
            }
            bytes += row.iter().map(Value::size).sum::<usize>();
            batch.push(row);
            if batch.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
                target.append(table, &batch)?;
                (batch, bytes) = (Vec::new(), 0);
            }
            Ok(())
        })?;
        if !batch.is_empty() {
            target.append(table, &batch)?;
        }
        hashes.clear();
        target.walk(table, &mut |row| {
            here.add(table, &row);
            progress.row();
            if let Some(Value::Bytes(hash)) = table.at("hash").and_then(|at| row.get(at)) {
                let hash = hash.as_slice().try_into();
                hashes.push(hash.map_err(|_| StoreError::Corrupt("a content hash has not 32 bytes".into()))?);
            }
            Ok(())
        })?;
        if there.hash.finalize() == here.hash.finalize() && there.by_account == here.by_account {
            return Ok(here);
        }
        if last.take().is_none() {
            return Err(StoreError::Corrupt(differs(table, &there, &here)));
        }
        target.clear(table)?;
    }
}

fn differs(table: &Table, there: &Sum, here: &Sum) -> String {
    let accounts = there.by_account.keys().chain(here.by_account.keys());
    let wrong = accounts.copied().find(|account| there.by_account.get(account) != here.by_account.get(account));
    let whose = wrong.map_or(String::new(), |account| format!(", first in account number {account}"));
    format!("the copy of {} differs from what was read ({} rows of {}){whose}", table.name, here.rows, there.rows)
}
