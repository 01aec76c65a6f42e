//! Looks for what must never be: heads below their records, rows that point nowhere.

use tokio_postgres::Row;

use super::errors::Fault;
use super::rows::{get, id};
use super::session::Session;

/// So many sentences of each sort at most.
const MOST: u32 = 100;

/// One sentence per fault, all of one state.
pub(super) fn faults(c: &Session) -> Result<Vec<String>, Fault> {
    c.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let found = look(c);
    c.execute("ROLLBACK")?;
    found
}

fn look(c: &Session) -> Result<Vec<String>, Fault> {
    let mut faults = Vec::new();
    let mut ask = |sql: &str, say: fn(&Row) -> Result<String, Fault>| -> Result<(), Fault> {
        faults.extend(c.wait(c.link.all(&format!("{sql} LIMIT {MOST}"), &[], say))?);
        Ok(())
    };
    ask(
        "SELECT a.id, max(r.seq), a.seq FROM records r JOIN accounts a ON a.n = r.account
         GROUP BY a.n HAVING max(r.seq) > a.seq",
        |row| {
            let (newest, head): (i64, i64) = (get(row, 1)?, get(row, 2)?);
            Ok(format!("account {}: a record has change {newest}, above the head {head}", id(row, 0)?))
        },
    )?;
    ask("SELECT account, seq, count(*) FROM records GROUP BY account, seq HAVING count(*) > 1", |row| {
        let (account, seq, count): (i32, i64, i64) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
        Ok(format!("account number {account}: change {seq} is that of {count} records"))
    })?;
    ask(
        "SELECT account, type, created_seq FROM records r
         WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.n = r.account)",
        |row| {
            let (account, ty, created): (i32, i32, i64) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
            Ok(format!("a record (type {ty}, {created}) is in account number {account}, which is not there"))
        },
    )?;
    ask(
        "WITH types AS MATERIALIZED (SELECT DISTINCT type FROM records)
         SELECT account, name, created_seq FROM index_rows i WHERE NOT EXISTS (
           SELECT 1 FROM types t JOIN records r
             ON r.account = i.account AND r.type = t.type AND r.created_seq = i.created_seq)",
        |row| {
            let (account, name, created): (i32, String, i64) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
            Ok(format!("account number {account}: index {name} names {created}, which is no record"))
        },
    )?;
    ask(
        "SELECT name, key, account FROM keys k WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.n = k.account)",
        |row| {
            let (name, key, account): (String, String, i32) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
            Ok(format!("key {name} {key:?} leads to account number {account}, which is not there"))
        },
    )?;
    ask(
        "SELECT account, blob, id FROM blob_refs r WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.id = r.blob)",
        |row| {
            let account: i32 = get(row, 0)?;
            Ok(format!("account number {account}: {} holds {}, which is no blob", id(row, 2)?, id(row, 1)?))
        },
    )?;
    Ok(faults)
}
