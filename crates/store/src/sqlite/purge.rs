//! Takes out for ever what has outlived its time, and rewrites the file so that no freed page keeps a text.

use std::collections::BTreeSet;
use std::time::Duration;

use jmap::UtcDate;
use rusqlite::{Connection, Result};

use super::errors::store_error;
use super::rows::bits;
use super::writer::Writer;
use crate::StoreError;

/// How long, and how often, a purge waits for reads that began before it.
const PATIENCE: Duration = Duration::from_millis(200);
const TRIES: u32 = 5;

/// What a blob row's content is stored under.
type Hash = [u8; 32];

impl Writer {
    /// Runs between batches. A log that can't be emptied because of a long read is emptied when that has ended.
    pub(super) fn purge(&mut self, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<Hash>, StoreError> {
        let rewrite = !self.options.planted.no_rewrite;
        let conn = self.conn()?;
        let purged = in_transaction(conn, |c| take_out(c, now, tombstones_before))
            .and_then(|hashes| if rewrite { conn.execute_batch("VACUUM").map(|()| hashes) } else { Ok(hashes) })
            .map_err(store_error);
        if let Err(error) = &purged {
            self.give_up_connection(error);
        }
        let hashes = purged?;
        self.wal_owed = true;
        self.wal_owed = !(0..TRIES).any(|_| self.truncate_wal(PATIENCE));
        if self.wal_owed {
            tracing::warn!("a read is still open: purged text stays in the write-ahead log until it ends");
        }
        Ok(hashes)
    }
}

/// Commits what `run` writes, or nothing.
pub(super) fn in_transaction<T>(c: &Connection, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let transaction = rusqlite::Transaction::new_unchecked(c, rusqlite::TransactionBehavior::Immediate)?;
    let out = run(&transaction)?;
    transaction.commit()?;
    Ok(out)
}

fn take_out(c: &Connection, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<Hash>> {
    for table in ["versions", "blob_refs", "keys", "counters"] {
        c.execute(&format!("DELETE FROM {table} WHERE expires <= ?"), [now.ms()])?;
    }
    tombstones(c, tombstones_before)?;
    blobs(c, now)
}

/// Takes tombstones out, and raises the floor below which nobody can be told what was destroyed.
fn tombstones(c: &Connection, before: UtcDate) -> Result<()> {
    c.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS gone (account INTEGER, created_seq INTEGER, seq INTEGER,
                                               PRIMARY KEY (account, created_seq)) WITHOUT ROWID;
         DELETE FROM gone;",
    )?;
    let found =
        c.execute("INSERT INTO gone SELECT account, created_seq, seq FROM records WHERE destroyed < ?", [before.ms()])?;
    if found > 0 {
        c.execute("DELETE FROM records WHERE destroyed < ?", [before.ms()])?;
        c.execute_batch(
            "DELETE FROM index_rows WHERE account IN (SELECT account FROM gone)
                                      AND (account, created_seq) IN (SELECT account, created_seq FROM gone);
             UPDATE accounts SET floor = max(floor, (SELECT max(seq) FROM gone WHERE account = accounts.n))
              WHERE n IN (SELECT account FROM gone);
             DELETE FROM gone;",
        )?;
    }
    Ok(())
}

/// Takes out uploads that nobody may use any more; the content that no other upload names.
fn blobs(c: &Connection, now: UtcDate) -> Result<Vec<Hash>> {
    let mut query = c.prepare(
        "DELETE FROM blobs WHERE expires <= ? AND NOT EXISTS (SELECT 1 FROM blob_refs WHERE blob = blobs.id)
         RETURNING hash",
    )?;
    let gone: BTreeSet<Hash> = query.query_map([now.ms()], |row| row.get(0))?.collect::<Result<_>>()?;
    let mut named = c.prepare("SELECT 1 FROM blobs WHERE hash = ?")?;
    let mut hashes = Vec::new();
    for hash in gone {
        if !named.exists([hash])? {
            hashes.push(hash);
        }
    }
    Ok(hashes)
}

/// A new lineage for every account, and nothing that goes outside until an admin says so.
pub(super) fn restart_lineages(c: &Connection, new_lineage: &mut dyn FnMut() -> u64) -> Result<()> {
    let numbers: Vec<u32> =
        c.prepare("SELECT n FROM accounts")?.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    let mut update = c.prepare("UPDATE accounts SET lineage = ? WHERE n = ?")?;
    for n in numbers {
        update.execute((bits(new_lineage()), n))?;
    }
    super::leases::hold(c, true)?;
    c.execute("UPDATE leases SET holder = NULL", [])?;
    Ok(())
}
