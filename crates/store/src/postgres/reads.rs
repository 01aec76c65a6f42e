//! The queries, for a running command and for snapshots alike.

use std::collections::HashMap;

use jmap::{Id, UtcDate};

use super::errors::Fault;
use super::rows::{self, HEAD, RECORD, num, raw, seq};
use super::session::Link;
use crate::Touched;
use crate::columns::{behind, page_begin};
use crate::row::{Blob, Head, Job, Key, N, Outward, Row, Seq, Tick, TypeNumber, Version};
use crate::snapshot::{IndexRange, Range, Stub};

type Result<T> = std::result::Result<T, Fault>;

pub(super) async fn head(c: &Link, account: Id) -> Result<Option<Head>> {
    c.one(&format!("SELECT {HEAD} FROM accounts WHERE id = $1"), &[&raw(account)], rows::head).await
}

pub(super) async fn head_of(c: &Link, n: N) -> Result<Option<Head>> {
    c.one(&format!("SELECT {HEAD} FROM accounts WHERE n = $1"), &[&num(n)], rows::head).await
}

pub(super) async fn last_n(c: &Link) -> Result<N> {
    let last = c.one("SELECT coalesce(max(n), 0) FROM accounts", &[], |row| rows::n(row, 0)).await?;
    Ok(last.unwrap_or(0))
}

/// Token and accounts in one statement: a token from a later moment would step over what committed in between. It is the
/// oldest transaction that still runs, not the newest seen, so whatever commits later is not below it.
pub(super) const LOOK: &str = "SELECT s.token, a.n, a.id, a.seq
     FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS token) s
     LEFT JOIN LATERAL (SELECT n, id, seq FROM accounts WHERE tick >= $1 ORDER BY tick LIMIT $2) a ON true";

pub(super) async fn look(c: &Link, since: Tick, limit: u32) -> Result<(Tick, Vec<Touched>)> {
    looked(&c.ask(&c.prepared(LOOK).await?, &[&since.0, &(i64::from(limit) + 1)]).await?)
}

pub(super) fn looked(found: &[tokio_postgres::Row]) -> Result<(Tick, Vec<Touched>)> {
    let first = found.first().ok_or_else(|| Fault::damaged("a look has no token"))?;
    let token = Tick(rows::get(first, 0)?);
    let mut touched = Vec::new();
    for row in found {
        if rows::get::<Option<i32>>(row, 1)?.is_some() {
            touched.push(rows::touched(row, 1)?);
        }
    }
    Ok((token, touched))
}

pub(super) fn columns(bodies: bool) -> String {
    let body = if bodies { "r.body" } else { "NULL::text" };
    format!("SELECT {RECORD}, {body} FROM records r")
}

pub(super) async fn get(c: &Link, n: N, ty: TypeNumber, ids: &[Id], bodies: bool) -> Result<Vec<Row>> {
    let sql = format!("{} WHERE r.account = $1 AND r.type = $2 AND r.id = ANY($3)", columns(bodies));
    let wanted: Vec<Vec<u8>> = ids.iter().map(|id| raw(*id)).collect();
    let found = c.all(&sql, &[&num(n), &i32::from(ty), &wanted], rows::record).await?;
    let found: HashMap<Id, Row> = found.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

pub(super) async fn at_seqs(c: &Link, n: N, ty: TypeNumber, created: &[Seq], bodies: bool) -> Result<Vec<Row>> {
    let sql = format!("{} WHERE r.account = $1 AND r.type = $2 AND r.created_seq = ANY($3)", columns(bodies));
    let wanted: Vec<i64> = created.iter().map(|created| seq(*created)).collect();
    let found = c.all(&sql, &[&num(n), &i32::from(ty), &wanted], rows::record).await?;
    let found: HashMap<Seq, Row> = found.into_iter().map(|row| (row.created_seq, row)).collect();
    Ok(created.iter().filter_map(|created| found.get(created).cloned()).collect())
}

pub(super) async fn range(c: &Link, n: N, ty: TypeNumber, range: Range, bodies: bool) -> Result<Vec<Row>> {
    let (from, order) = if range.down {
        (range.after.map_or(i64::MAX, seq), "r.created_seq < $3 AND r.destroyed IS NULL ORDER BY r.created_seq DESC")
    } else {
        (range.after.map_or(-1, seq), "r.created_seq > $3 AND r.destroyed IS NULL ORDER BY r.created_seq")
    };
    let sql = format!("{} WHERE r.account = $1 AND r.type = $2 AND {order} LIMIT $4", columns(bodies));
    c.all(&sql, &[&num(n), &i32::from(ty), &from, &i64::from(range.limit)], rows::record).await
}

pub(super) async fn thread_down(c: &Link, n: N, thread: Id, below: Seq, limit: u32, bodies: bool) -> Result<Vec<Row>> {
    let sql = format!(
        "{} WHERE r.account = $1 AND r.thread = $2 AND r.created_seq < $3 ORDER BY r.created_seq DESC LIMIT $4",
        columns(bodies)
    );
    c.all(&sql, &[&num(n), &raw(thread), &seq(below), &i64::from(limit)], rows::record).await
}

/// S2 of the rule of paging.
pub(super) const UPDATED: &str = "SELECT id, created_seq, seq, destroyed FROM records
     WHERE account = $1 AND type = $2 AND seq > created_seq AND seq > $3 ORDER BY seq LIMIT $4";

pub(super) async fn updated_after(c: &Link, n: N, ty: TypeNumber, cursor: Seq, limit: u32) -> Result<Vec<Stub>> {
    c.all(UPDATED, &[&num(n), &i32::from(ty), &seq(cursor), &i64::from(limit)], rows::stub).await
}

/// W of the rule of paging: no further filter, which the planner would misjudge.
pub(super) const CREATED: &str = "SELECT id, created_seq, seq, destroyed FROM records
     WHERE account = $1 AND type = $2 AND created_seq > $3 AND created_seq <= $4 ORDER BY created_seq LIMIT $5";

pub(super) async fn created_after(
    c: &Link,
    n: N,
    ty: TypeNumber,
    cursor: Seq,
    upto: Seq,
    limit: u32,
) -> Result<Vec<Stub>> {
    let params: [super::session::Param; 5] = [&num(n), &i32::from(ty), &seq(cursor), &seq(upto), &i64::from(limit)];
    c.all(CREATED, &params, rows::stub).await
}

/// So many rows of a walk come at once, at first and at most.
const FEW: i64 = 64;
const MANY: i64 = 1024;

/// Down the primary key for what was never touched again, and down the index of the updated for the rest. Each stops
/// at its first older tick, whether that row counts here or not: all that is unseen lies above it.
pub(super) async fn walk_down(c: &Link, n: N, ty: TypeNumber, since: Tick, above: Seq) -> Result<Vec<Stub>> {
    let select = "SELECT r.id, r.created_seq, r.seq, r.destroyed, r.tick FROM records r";
    let place = "WHERE r.account = $1 AND r.type = $2 AND";
    let created =
        format!("{select} {place} r.created_seq > $3 AND r.created_seq < $4 ORDER BY r.created_seq DESC LIMIT $5");
    let updated =
        format!("{select} {place} r.seq > r.created_seq AND r.seq > $3 AND r.seq < $4 ORDER BY r.seq DESC LIMIT $5");
    let mut found = Vec::new();
    for (sql, moved) in [(created, false), (updated, true)] {
        let (mut below, mut limit) = (i64::MAX, FEW);
        'walk: loop {
            let params: [super::session::Param; 5] = [&num(n), &i32::from(ty), &seq(above), &below, &limit];
            let page = c.all(&sql, &params, |row| Ok((rows::stub(row)?, rows::get::<i64>(row, 4)?))).await?;
            let full = page.len() as i64 == limit;
            for (stub, tick) in page {
                if tick < since.0 {
                    break 'walk;
                }
                below = seq(if moved { stub.seq } else { stub.created_seq });
                if moved || stub.seq == stub.created_seq {
                    found.push(stub);
                }
            }
            if !full {
                break;
            }
            limit = (limit * 4).min(MANY);
        }
    }
    found.sort_by_key(|stub| stub.seq);
    Ok(found)
}

pub(super) async fn index(c: &Link, n: N, name: &str, range: &IndexRange<'_>) -> Result<Vec<(Vec<u8>, Seq)>> {
    let after = range.after.filter(|(key, _)| if range.down { *key < range.to } else { *key >= range.from });
    let read = |row: &tokio_postgres::Row| Ok((rows::get(row, 0)?, rows::unsigned(row, 1)?));
    let select = "SELECT key, created_seq FROM index_rows WHERE account = $1 AND name = $2 AND";
    let order = if range.down { "ORDER BY key DESC, created_seq DESC" } else { "ORDER BY key, created_seq" };
    let limit = i64::from(range.limit);
    let Some((key, created)) = after else {
        let sql = format!("{select} key >= $3 AND key < $4 {order} LIMIT $5");
        return c.all(&sql, &[&num(n), &name, &range.from, &range.to, &limit], read).await;
    };
    let (rest, edge) = if range.down {
        ("(key, created_seq) < ($3, $4) AND key >= $5", range.from)
    } else {
        ("(key, created_seq) > ($3, $4) AND key < $5", range.to)
    };
    let sql = format!("{select} {rest} {order} LIMIT $6");
    c.all(&sql, &[&num(n), &name, &key, &seq(created), &edge, &limit], read).await
}

pub(super) async fn index_at(
    c: &Link,
    n: N,
    name: &str,
    key: &[u8],
    above: Option<Seq>,
    limit: u32,
) -> Result<Vec<Seq>> {
    let sql = "SELECT created_seq FROM index_rows WHERE account = $1 AND name = $2 AND key = $3 AND created_seq > $4
               ORDER BY created_seq LIMIT $5";
    let params: [super::session::Param; 5] = [&num(n), &name, &key, &above.map_or(-1, seq), &i64::from(limit)];
    c.all(sql, &params, |row| rows::unsigned(row, 0)).await
}

pub(super) async fn key(c: &Link, name: &str, key: &str) -> Result<Option<Key>> {
    let sql = "SELECT k.account, a.id, k.id, k.expires FROM keys k JOIN accounts a ON a.n = k.account
               WHERE k.name = $1 AND k.key = $2";
    c.one(sql, &[&name, &key], |row| rows::key(row, 0)).await
}

pub(super) async fn keys(
    c: &Link,
    name: &str,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<(String, Key)>> {
    let (from, more) = page_begin(prefix, after);
    let end = behind(prefix);
    let edge = if end.is_some() { "AND k.key < $4" } else { "AND $4::text IS NULL" };
    let sql = format!(
        "SELECT k.key, k.account, a.id, k.id, k.expires FROM keys k JOIN accounts a ON a.n = k.account
         WHERE k.name = $1 AND k.key {more} $2 {edge} ORDER BY k.key LIMIT $3"
    );
    let read = |row: &tokio_postgres::Row| Ok((rows::get::<String>(row, 0)?, rows::key(row, 1)?));
    let found = c.all(&sql, &[&name, &from, &i64::from(limit), &end], read).await?;
    Ok(found.into_iter().take_while(|(key, _)| key.starts_with(prefix)).collect())
}

pub(super) async fn count_keys(c: &Link, name: &str, prefix: &str) -> Result<u64> {
    let sql = "SELECT count(*) FROM keys WHERE name = $1 AND key >= $2";
    let count = |row: &tokio_postgres::Row| rows::unsigned(row, 0);
    let counted = match behind(prefix) {
        Some(end) => c.one(&format!("{sql} AND key < $3"), &[&name, &prefix, &end], count).await?,
        None => c.one(sql, &[&name, &prefix], count).await?,
    };
    Ok(counted.unwrap_or(0))
}

pub(super) async fn versions(c: &Link, n: N, ty: TypeNumber, id: Id, bodies: bool) -> Result<Vec<Version>> {
    let body = if bodies { "body" } else { "''" };
    let sql = format!(
        "SELECT account, type, id, version, at, by, expires, {body} FROM versions
         WHERE account = $1 AND type = $2 AND id = $3 ORDER BY version DESC"
    );
    c.all(&sql, &[&num(n), &i32::from(ty), &raw(id)], rows::version).await
}

pub(super) async fn version(c: &Link, n: N, ty: TypeNumber, id: Id, version: u32) -> Result<Option<Version>> {
    let sql = "SELECT account, type, id, version, at, by, expires, body FROM versions
               WHERE account = $1 AND type = $2 AND id = $3 AND version = $4";
    c.one(sql, &[&num(n), &i32::from(ty), &raw(id), &i64::from(version)], rows::version).await
}

pub(super) async fn blob(c: &Link, blob: Id) -> Result<Option<Blob>> {
    let sql = "SELECT id, account, hash, size, media_type, by, expires FROM blobs WHERE id = $1";
    c.one(sql, &[&raw(blob)], rows::blob).await
}

/// For a batch, which may give the content another name: until its end a purge does not take out this one.
pub(super) async fn blob_to_write(c: &Link, blob: Id) -> Result<Option<Blob>> {
    let sql = "SELECT id, account, hash, size, media_type, by, expires FROM blobs WHERE id = $1 FOR KEY SHARE";
    c.one(sql, &[&raw(blob)], rows::blob).await
}

pub(super) async fn served_by(c: &Link, n: N, blob: Id, limit: u32) -> Result<Vec<Id>> {
    let sql = "SELECT id FROM blob_refs WHERE account = $1 AND blob = $2 AND expires IS NULL LIMIT $3";
    c.all(sql, &[&num(n), &raw(blob), &i64::from(limit)], |row| rows::id(row, 0)).await
}

pub(super) async fn blob_hashes(c: &Link) -> Result<Vec<[u8; 32]>> {
    c.all("SELECT DISTINCT hash FROM blobs ORDER BY hash", &[], |row| rows::hash(row, 0)).await
}

const JOB: &str = "SELECT j.account, a.id, j.run, j.due, j.waits_for, j.place, j.payload FROM jobs j
                   JOIN accounts a ON a.n = j.account";

pub(super) async fn job(c: &Link, n: N, run: &str) -> Result<Option<Job>> {
    c.one(&format!("{JOB} WHERE j.account = $1 AND j.run = $2"), &[&num(n), &run], rows::job).await
}

pub(super) async fn jobs(c: &Link, n: N) -> Result<Vec<Job>> {
    c.all(&format!("{JOB} WHERE j.account = $1 ORDER BY j.run"), &[&num(n)], rows::job).await
}

pub(super) async fn jobs_due(c: &Link, now: UtcDate, limit: u32) -> Result<(Vec<Job>, Option<UtcDate>)> {
    let sql = format!("{JOB} WHERE j.held = 0 AND j.due <= $1 ORDER BY j.due, j.place, j.account, j.run LIMIT $2");
    let next = "SELECT due FROM jobs WHERE held = 0 AND due > $1 ORDER BY due LIMIT 1";
    let next = c.one(next, &[&now.ms()], |row| Ok(UtcDate::from_ms(rows::get(row, 0)?))).await?;
    Ok((c.all(&sql, &[&now.ms(), &i64::from(limit)], rows::job).await?, next))
}

pub(super) async fn counter(c: &Link, name: &str) -> Result<Option<(u64, UtcDate)>> {
    c.one("SELECT count, expires FROM counters WHERE name = $1", &[&name], rows::counter).await
}

pub(super) async fn outward(c: &Link, after: u64, limit: u32) -> Result<Vec<Outward>> {
    let sql = "SELECT o.number, o.account, a.id, o.what, o.value FROM outward o JOIN accounts a ON a.n = o.account
               WHERE o.number > $1 AND o.held = 0 ORDER BY o.number LIMIT $2";
    c.all(sql, &[&seq(after), &i64::from(limit)], rows::outward).await
}
