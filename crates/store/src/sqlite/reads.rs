//! The queries, for a running command and for snapshots alike. Each names its index, so that a plan can't change unseen.

use jmap::{Id, UtcDate};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Result, Row as SqlRow};

use super::rows::{self, raw, record_columns, seq};
use crate::Touched;
use crate::columns::{behind, page_begin};
use crate::row::{Blob, Head, Job, Key, N, Outward, Row, Seq, Tick, TypeNumber, Version};
use crate::snapshot::{IndexRange, Range, Stub};

/// Prepares a query, or takes the one prepared before. In tests a plan that walks a whole table or sorts fails.
fn prepare<'c>(c: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    #[cfg(test)]
    super::tests::assert_planned_well(c, sql);
    c.prepare_cached(sql)
}

fn one<T>(c: &Connection, sql: &str, params: impl Params, read: fn(&SqlRow) -> Result<T>) -> Result<Option<T>> {
    prepare(c, sql)?.query_row(params, read).optional()
}

fn all<T>(c: &Connection, sql: &str, params: impl Params, read: fn(&SqlRow) -> Result<T>) -> Result<Vec<T>> {
    prepare(c, sql)?.query_map(params, read)?.collect()
}

pub(super) fn tick(c: &Connection) -> Result<Tick> {
    prepare(c, "SELECT tick FROM meta")?.query_row([], |row| Ok(Tick(row.get(0)?)))
}

pub(super) fn head(c: &Connection, account: Id) -> Result<Option<Head>> {
    one(c, "SELECT n, id, lineage, seq, floor, tick FROM accounts WHERE id = ?", [raw(account)], rows::head)
}

pub(super) fn head_of(c: &Connection, n: N) -> Result<Option<Head>> {
    one(c, "SELECT n, id, lineage, seq, floor, tick FROM accounts WHERE n = ?", [n], rows::head)
}

pub(super) fn last_n(c: &Connection) -> Result<N> {
    prepare(c, "SELECT ifnull(max(n), 0) FROM accounts")?.query_row([], |row| row.get(0))
}

pub(super) fn look(c: &Connection, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>)> {
    let sql = "SELECT n, id, seq FROM accounts WHERE tick > ? ORDER BY tick, n LIMIT ?";
    let touched = all(c, sql, (since.0, i64::from(limit) + 1), |row| {
        Ok((row.get(0)?, rows::id(row, 1)?, rows::unsigned(row, 2)?))
    })?;
    Ok((tick(c)?, touched))
}

const RECORD: &str = concat!("SELECT ", record_columns!(), "body FROM records ");
const HEADS: &str = concat!("SELECT ", record_columns!(), "NULL FROM records ");

pub(super) fn get(c: &Connection, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>> {
    let columns = if bodies { RECORD } else { HEADS };
    let mut query = prepare(c, &format!("{columns} INDEXED BY records_id WHERE account = ? AND type = ? AND id = ?"))?;
    let found = ids.iter().map(|id| query.query_row((n, ty, raw(*id)), rows::record).optional());
    found.filter_map(Result::transpose).collect()
}

/// A scan passes at most so many rows for each that is wanted.
const PASSED: u64 = 4;

pub(super) fn at_seqs(c: &Connection, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>> {
    let columns = if bodies { RECORD } else { HEADS };
    // Rising and close together, as pages of changes are: one scan passes them all.
    let rising = created.len() > 2 && created.windows(2).all(|two| two[0] < two[1]);
    if let (true, Some(first), Some(last)) = (rising, created.first(), created.last())
        && last - first < PASSED * created.len() as u64
    {
        let sql = format!(
            "{columns} WHERE account = ? AND type = ? AND created_seq >= ? AND created_seq <= ? ORDER BY created_seq"
        );
        let mut query = prepare(c, &sql)?;
        let mut scan = query.query((n, ty, seq(*first), seq(*last)))?;
        let (mut found, mut wanted) = (Vec::with_capacity(created.len()), created.iter().copied().peekable());
        while let Some(row) = scan.next()? {
            let at = rows::unsigned(row, 2)?;
            while wanted.next_if(|wanted| *wanted < at).is_some() {}
            if wanted.next_if_eq(&at).is_some() {
                found.push(rows::record(row)?);
            }
        }
        return Ok(found);
    }
    let mut query = prepare(c, &format!("{columns} WHERE account = ? AND type = ? AND created_seq = ?"))?;
    let found = created.iter().map(|created| query.query_row((n, ty, seq(*created)), rows::record).optional());
    found.filter_map(Result::transpose).collect()
}

pub(super) fn range(c: &Connection, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>> {
    let (from, order) = if range.down {
        (range.after.map_or(i64::MAX, seq), "created_seq < ? AND destroyed IS NULL ORDER BY created_seq DESC")
    } else {
        (range.after.map_or(-1, seq), "created_seq > ? AND destroyed IS NULL ORDER BY created_seq")
    };
    let columns = if bodies { RECORD } else { HEADS };
    let sql = format!("{columns} WHERE account = ? AND type = ? AND {order} LIMIT ?");
    all(c, &sql, (n, ty, from, range.limit), rows::record)
}

pub(super) fn thread_down(c: &Connection, n: N, thread: Id, below: Seq, limit: u32, bodies: bool) -> Result<Vec<Row>> {
    let columns = if bodies { RECORD } else { HEADS };
    let sql = format!(
        "{columns} INDEXED BY records_thread WHERE account = ? AND thread = ? AND created_seq < ?
         ORDER BY created_seq DESC LIMIT ?"
    );
    all(c, &sql, (n, raw(thread), seq(below), limit), rows::record)
}

const STUB: &str = "SELECT id, created_seq, seq, destroyed FROM records";

pub(super) fn updated_after(c: &Connection, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>> {
    let sql = format!(
        "{STUB} INDEXED BY records_updated WHERE account = ? AND type = ? AND seq > created_seq AND seq > ?
         ORDER BY seq LIMIT ?"
    );
    all(c, &sql, (n, ty, seq(cursor), limit), rows::stub)
}

pub(super) fn created_after(
    c: &Connection,
    n: N,
    ty: TypeNumber,
    cursor: Seq,
    upto: Seq,
    limit: u32,
) -> Result<Vec<Stub>> {
    let sql = format!(
        "{STUB} WHERE account = ? AND type = ? AND created_seq > ? AND created_seq <= ? ORDER BY created_seq LIMIT ?"
    );
    all(c, &sql, (n, ty, seq(cursor), seq(upto), limit), rows::stub)
}

/// Down the primary key for what was never touched again, and down the index of the updated for the rest. Each stops
/// at its first older tick, whether that row counts here or not: what lies below is older too.
pub(super) fn walk_down(c: &Connection, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>> {
    let select = "SELECT id, created_seq, seq, destroyed, tick FROM records";
    let created = format!("{select} WHERE account = ? AND type = ? AND created_seq > ? ORDER BY created_seq DESC");
    let updated = format!(
        "{select} INDEXED BY records_updated WHERE account = ? AND type = ? AND seq > created_seq AND seq > ?
         ORDER BY seq DESC"
    );
    let mut found = Vec::new();
    for (sql, moved) in [(created, false), (updated, true)] {
        let mut query = prepare(c, &sql)?;
        let mut walk = query.query((n, ty, seq(above)))?;
        while let Some(row) = walk.next()? {
            if row.get::<_, i64>(4)? < since.0 {
                break;
            }
            let stub = rows::stub(row)?;
            if moved || stub.seq == stub.created_seq {
                found.push(stub);
            }
        }
    }
    found.sort_by_key(|stub| stub.seq);
    Ok(found)
}

pub(super) fn index(c: &Connection, n: N, name: &str, range: &IndexRange) -> Result<Vec<(Vec<u8>, Seq)>> {
    let after = range.after.filter(|(key, _)| if range.down { *key < range.to } else { *key >= range.from });
    let read = |row: &SqlRow| Ok((row.get(0)?, rows::unsigned(row, 1)?));
    let select = "SELECT key, created_seq FROM index_rows WHERE account = ?1 AND name = ?2 AND";
    let order = if range.down { "ORDER BY key DESC, created_seq DESC" } else { "ORDER BY key, created_seq" };
    let Some((key, created)) = after else {
        let sql = format!("{select} key >= ?3 AND key < ?4 {order} LIMIT ?5");
        return all(c, &sql, (n, name, range.from, range.to, range.limit), read);
    };
    let (rest, edge) = if range.down {
        ("(key, created_seq) < (?3, ?4) AND key >= ?5", range.from)
    } else {
        ("(key, created_seq) > (?3, ?4) AND key < ?5", range.to)
    };
    all(c, &format!("{select} {rest} {order} LIMIT ?6"), (n, name, key, seq(created), edge, range.limit), read)
}

pub(super) fn index_at(
    c: &Connection,
    n: N,
    name: &str,
    key: &[u8],
    above: Option<Seq>,
    limit: u32,
) -> Result<Vec<Seq>> {
    let sql = "SELECT created_seq FROM index_rows WHERE account = ? AND name = ? AND key = ? AND created_seq > ?
               ORDER BY created_seq LIMIT ?";
    all(c, sql, (n, name, key, above.map_or(-1, seq), limit), |row| rows::unsigned(row, 0))
}

pub(super) fn key(c: &Connection, name: &str, key: &str) -> Result<Option<Key>> {
    let sql = "SELECT k.account, a.id, k.id, k.expires FROM keys k JOIN accounts a ON a.n = k.account
               WHERE k.name = ? AND k.key = ?";
    one(c, sql, (name, key), |row| rows::key(row, 0))
}

pub(super) fn keys(
    c: &Connection,
    name: &str,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<(String, Key)>> {
    let (from, more) = page_begin(prefix, after);
    let sql = format!(
        "SELECT k.key, k.account, a.id, k.id, k.expires FROM keys k CROSS JOIN accounts a ON a.n = k.account
         WHERE k.name = ? AND k.key {more} ? ORDER BY k.key LIMIT ?"
    );
    let mut query = prepare(c, &sql)?;
    let found = query.query_map((name, from, limit), |row| Ok((row.get::<_, String>(0)?, rows::key(row, 1)?)))?;
    found.take_while(|found| found.as_ref().map_or(true, |(key, _)| key.starts_with(prefix))).collect()
}

pub(super) fn count_keys(c: &Connection, name: &str, prefix: &str) -> Result<u64> {
    let count = |row: &SqlRow| rows::unsigned(row, 0);
    match behind(prefix) {
        Some(end) => c
            .prepare_cached("SELECT count(*) FROM keys WHERE name = ? AND key >= ? AND key < ?")?
            .query_row((name, prefix, end), count),
        None => prepare(c, "SELECT count(*) FROM keys WHERE name = ? AND key >= ?")?.query_row((name, prefix), count),
    }
}

pub(super) fn versions(c: &Connection, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>> {
    let body = if bodies { "body" } else { "''" };
    let sql = format!(
        "SELECT account, type, id, version, at, by, expires, {body} FROM versions
         WHERE account = ? AND type = ? AND id = ? ORDER BY version DESC"
    );
    all(c, &sql, (n, ty, raw(id)), rows::version)
}

pub(super) fn version(c: &Connection, n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>> {
    let sql = "SELECT account, type, id, version, at, by, expires, body FROM versions
               WHERE account = ? AND type = ? AND id = ? AND version = ?";
    one(c, sql, (n, ty, raw(id), version), rows::version)
}

pub(super) fn blob(c: &Connection, blob: Id) -> Result<Option<Blob>> {
    let sql = "SELECT id, account, hash, size, media_type, by, expires FROM blobs WHERE id = ?";
    one(c, sql, [raw(blob)], rows::blob)
}

pub(super) fn served_by(c: &Connection, n: N, blob: Id, limit: u32) -> Result<Vec<Id>> {
    let sql = "SELECT id FROM blob_refs WHERE account = ? AND blob = ? AND expires IS NULL LIMIT ?";
    all(c, sql, (n, raw(blob), limit), |row| rows::id(row, 0))
}

pub(super) fn blob_hashes(c: &Connection) -> Result<Vec<[u8; 32]>> {
    all(c, "SELECT DISTINCT hash FROM blobs ORDER BY hash", [], |row| row.get(0))
}

const JOB: &str = "SELECT j.account, a.id, j.run, j.due, j.waits_for, j.place, j.payload FROM jobs j
                   CROSS JOIN accounts a ON a.n = j.account";

pub(super) fn job(c: &Connection, n: N, run: &str) -> Result<Option<Job>> {
    one(c, &format!("{JOB} WHERE j.account = ? AND j.run = ?"), (n, run), rows::job)
}

pub(super) fn jobs(c: &Connection, n: N) -> Result<Vec<Job>> {
    all(c, &format!("{JOB} WHERE j.account = ? ORDER BY j.run"), [n], rows::job)
}

pub(super) fn jobs_due(c: &Connection, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>)> {
    let sql = format!("{JOB} WHERE j.held = 0 AND j.due <= ? ORDER BY j.due, j.place, j.account, j.run LIMIT ?");
    let next = "SELECT min(due) FROM jobs INDEXED BY jobs_due WHERE held = 0 AND due > ?";
    let next: Option<i64> = prepare(c, next)?.query_row([now.ms()], |row| row.get(0))?;
    Ok((all(c, &sql, (now.ms(), limit), rows::job)?, next.map(UtcDate::from_ms)))
}

pub(super) fn counter(c: &Connection, name: &str) -> Result<Option<(u64, UtcDate)>> {
    one(c, "SELECT count, expires FROM counters WHERE name = ?", [name], |row| {
        Ok((rows::unsigned(row, 0)?, UtcDate::from_ms(row.get(1)?)))
    })
}

pub(super) fn outward(c: &Connection, after: u64, limit: u32) -> Result<Vec<Outward>> {
    let sql =
        "SELECT o.number, o.account, a.id, o.what, o.value FROM outward o CROSS JOIN accounts a ON a.n = o.account
               WHERE o.number > ? AND o.held = 0 ORDER BY o.number LIMIT ?";
    all(c, sql, (seq(after), limit), rows::outward)
}
