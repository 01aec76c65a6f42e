//! Looks for what must never be: a damaged file, heads below their records, rows that point nowhere.

use rusqlite::{Connection, Result, Row};

use super::rows::id;

/// So many sentences of each sort at most.
const MOST: u32 = 100;

/// One sentence per fault. The connection must be in a transaction, so that all is one state.
pub(super) fn faults(c: &Connection) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut ask = |sql: &str, say: fn(&Row) -> Result<String>| -> Result<()> {
        for fault in c.prepare(&format!("{sql} LIMIT {MOST}"))?.query_map([], say)? {
            faults.push(fault?);
        }
        Ok(())
    };
    ask("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'", |row| {
        Ok(format!("the file is damaged: {}", row.get::<_, String>(0)?))
    })?;
    ask(
        "SELECT a.id, max(r.seq), a.seq FROM records r JOIN accounts a ON a.n = r.account
         GROUP BY r.account HAVING max(r.seq) > a.seq",
        |row| {
            let (newest, head): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(format!("account {}: a record has change {newest}, above the head {head}", id(row, 0)?))
        },
    )?;
    ask("SELECT account, seq, count(*) FROM records GROUP BY account, seq HAVING count(*) > 1", |row| {
        let (account, seq, count): (u32, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("account number {account}: change {seq} is that of {count} records"))
    })?;
    ask("SELECT account, type, created_seq FROM records WHERE account NOT IN (SELECT n FROM accounts)", |row| {
        let (account, ty, created): (u32, u8, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("a record (type {ty}, {created}) is in account number {account}, which is not there"))
    })?;
    ask(
        "WITH types (ty) AS (SELECT DISTINCT type FROM records)
         SELECT account, name, created_seq FROM index_rows i WHERE NOT EXISTS (
           SELECT 1 FROM types CROSS JOIN records r
           WHERE r.account = i.account AND r.type = ty AND r.created_seq = i.created_seq)",
        |row| {
            let (account, name, created): (u32, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(format!("account number {account}: index {name} names {created}, which is no record"))
        },
    )?;
    ask("SELECT name, key, account FROM keys WHERE account NOT IN (SELECT n FROM accounts)", |row| {
        let (name, key, account): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("key {name} {key:?} leads to account number {account}, which is not there"))
    })?;
    ask("SELECT account, blob, id FROM blob_refs WHERE blob NOT IN (SELECT id FROM blobs)", |row| {
        let account: u32 = row.get(0)?;
        Ok(format!("account number {account}: {} holds {}, which is no blob", id(row, 2)?, id(row, 1)?))
    })?;
    Ok(faults)
}
