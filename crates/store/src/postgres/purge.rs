//! Takes out for ever what has outlived its time.

use std::collections::BTreeSet;

use jmap::UtcDate;

use super::errors::Fault;
use super::rows;
use super::session::Session;

/// What a blob row's content is stored under.
type Hash = [u8; 32];

/// So often a part begins again because it met a batch.
const AGAIN: u32 = 5;

/// In a session without timeouts. Rows that went are dead at once; their space is made free again where no snapshot
/// from before is open, and else by the database's own cleaning.
pub(super) fn purge(c: &Session, now: UtcDate, tombstones_before: UtcDate) -> Result<Vec<Hash>, Fault> {
    // Each by itself, so that no batch waits for all of it.
    patiently(|| in_transaction(c, || tombstones(c, tombstones_before)))?;
    for table in ["versions", "blob_refs", "keys", "counters"] {
        patiently(|| c.wait(c.link.run(&format!("DELETE FROM {table} WHERE expires <= $1"), &[&now.ms()])))?;
    }
    let hashes = patiently(|| in_transaction(c, || blobs(c, now)))?;
    // Not in a transaction, so one by one.
    for table in ["records", "versions", "index_rows", "keys", "counters", "blobs", "blob_refs"] {
        c.execute(&format!("VACUUM {table}"))?;
    }
    Ok(hashes)
}

/// Does again what met a batch on its way.
fn patiently<T>(mut run: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
    for _ in 0..AGAIN {
        match run() {
            Err(Fault::Again(_)) => {}
            done => return done,
        }
    }
    run()
}

pub(super) fn in_transaction<T>(c: &Session, run: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    c.execute("BEGIN")?;
    match run() {
        Ok(out) => {
            c.execute("COMMIT")?;
            Ok(out)
        }
        Err(fault) => {
            let _ = c.execute("ROLLBACK");
            Err(fault)
        }
    }
}

/// Takes tombstones out, and raises the floor below which nobody can be told what was destroyed. Accounts are locked
/// first and in order, as the batchers do.
fn tombstones(c: &Session, before: UtcDate) -> Result<(), Fault> {
    let accounts = "SELECT n FROM accounts WHERE n IN (SELECT account FROM records WHERE destroyed < $1)
                    ORDER BY n FOR UPDATE";
    let read = |row: &tokio_postgres::Row| rows::get::<i32>(row, 0);
    let accounts: Vec<i32> = c.wait(c.link.all(accounts, &[&before.ms()], read))?;
    if accounts.is_empty() {
        return Ok(());
    }
    let sql = "WITH gone AS (
                 DELETE FROM records WHERE destroyed < $1 AND account = ANY($2) RETURNING account, created_seq, seq),
               unlisted AS (
                 DELETE FROM index_rows i USING gone g WHERE i.account = g.account AND i.created_seq = g.created_seq)
               UPDATE accounts a SET floor = greatest(a.floor, g.seq)
               FROM (SELECT account, max(seq) AS seq FROM gone GROUP BY account) g WHERE a.n = g.account";
    c.wait(c.link.run(sql, &[&before.ms(), &accounts])).map(|_| ())
}

/// Takes out uploads that nobody may use any more; the content that no other upload names.
fn blobs(c: &Session, now: UtcDate) -> Result<Vec<Hash>, Fault> {
    // Who holds a blob now has written it down, or waits.
    c.execute("LOCK TABLE blob_refs IN SHARE ROW EXCLUSIVE MODE")?;
    let sql = "DELETE FROM blobs b WHERE b.expires <= $1 AND NOT EXISTS (SELECT 1 FROM blob_refs r WHERE r.blob = b.id)
               RETURNING hash";
    let gone: BTreeSet<Hash> = c.wait(c.link.all(sql, &[&now.ms()], |row| rows::hash(row, 0)))?.into_iter().collect();
    let gone: Vec<Vec<u8>> = gone.into_iter().map(|hash| hash.to_vec()).collect();
    let unnamed = "SELECT w.hash FROM unnest($1::bytea[]) AS w (hash)
                   WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.hash = w.hash)";
    c.wait(c.link.all(unnamed, &[&gone], |row| rows::hash(row, 0)))
}
