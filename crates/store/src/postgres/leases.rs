//! Leases, cursors and holds. A lease is the one thing that asks the database for the time.

use super::errors::Fault;
use super::rows;
use super::session::{Link, Session};
use crate::row::{Lease, StoreError, Tick};

/// Milliseconds of the database's clock, also inside a transaction.
const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// A holder's name, by which its data folder is known.
pub(super) fn of_place(place: &str, holder: &str) -> String {
    if place.is_empty() { holder.to_owned() } else { format!("{place}/{holder}") }
}

/// Frees what a process held that worked in the same folder before: it is gone. The next holder has a higher fence.
pub(super) fn free(c: &Session, place: &str) -> Result<(), Fault> {
    if place.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE leases SET holder = NULL WHERE starts_with(holder, $1)";
    c.wait(c.link.run(sql, &[&format!("{place}/")])).map(|_| ())
}

/// Takes or renews. Whoever finds it taken has only looked: those who wait for a lease ask after every commit, and an
/// attempt to write would be one more.
pub(super) fn take(c: &Session, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>, Fault> {
    let taken =
        format!("SELECT 1 FROM leases WHERE name = $1 AND holder IS NOT NULL AND holder <> $2 AND until > {NOW}");
    if c.wait(c.link.one(&taken, &[&name, &holder], |row| rows::get::<i32>(row, 0)))?.is_some() {
        return Ok(None);
    }
    let sql = format!(
        "INSERT INTO leases AS l (name, holder, fence, until) VALUES ($1, $2, 1, {NOW} + $3)
         ON CONFLICT (name) DO UPDATE SET
           fence = l.fence + CASE WHEN l.holder IS NOT DISTINCT FROM $2 THEN 0 ELSE 1 END,
           holder = $2, until = {NOW} + $3
         WHERE l.holder IS NULL OR l.holder = $2 OR l.until <= {NOW}
         RETURNING fence"
    );
    let ms = i64::try_from(ms).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    let fence = c.wait(c.link.one(&sql, &[&name, &holder, &ms], |row| rows::unsigned(row, 0)))?;
    Ok(fence.map(|fence| Lease { name: name.to_owned(), holder: holder.to_owned(), fence }))
}

pub(super) fn give_up(c: &Session, lease: &Lease) -> Result<(), Fault> {
    let sql = "UPDATE leases SET holder = NULL WHERE name = $1 AND holder = $2 AND fence = $3";
    c.wait(c.link.run(sql, &[&lease.name, &lease.holder, &lease.fence.cast_signed()])).map(|_| ())
}

/// The name of a lease whose holder may still be there.
pub(super) async fn any_held(c: &Link) -> Result<Option<String>, Fault> {
    let sql = format!("SELECT name FROM leases WHERE holder IS NOT NULL AND until > {NOW} ORDER BY name LIMIT 1");
    c.one(&sql, &[], |row| rows::get(row, 0)).await
}

/// Locks what is still held of the leases of a batch, so that no other node takes one before the commit.
pub(super) const HELD: &str =
    "SELECT name, holder, fence FROM leases WHERE name = ANY($1) AND holder IS NOT NULL ORDER BY name FOR SHARE";

pub(super) fn held(row: &tokio_postgres::Row) -> Result<Lease, Fault> {
    Ok(Lease { name: rows::get(row, 0)?, holder: rows::get(row, 1)?, fence: rows::unsigned(row, 2)? })
}

/// The cursor of a lease that is held; with `save` it is set first. One statement: nobody takes the lease in between.
pub(super) fn cursor(c: &Session, lease: &Lease, save: Option<Tick>) -> Result<Result<Tick, StoreError>, Fault> {
    let held = "SELECT name FROM leases WHERE name = $1 AND holder = $2 AND fence = $3";
    let fence = lease.fence.cast_signed();
    let read = |row: &tokio_postgres::Row| Ok(Tick(rows::get(row, 0)?));
    let tick = match save {
        Some(tick) => {
            let sql = format!(
                "WITH held AS ({held} FOR SHARE)
                 INSERT INTO cursors (name, tick) SELECT name, $4 FROM held
                 ON CONFLICT (name) DO UPDATE SET tick = excluded.tick RETURNING tick"
            );
            c.wait(c.link.one(&sql, &[&lease.name, &lease.holder, &fence, &tick.0], read))?
        }
        None => {
            let sql = format!("SELECT coalesce(c.tick, 0) FROM ({held}) h LEFT JOIN cursors c ON c.name = h.name");
            c.wait(c.link.one(&sql, &[&lease.name, &lease.holder, &fence], read))?
        }
    };
    Ok(tick.ok_or_else(|| StoreError::Fenced(lease.name.clone())))
}

/// Holds, or lets go, all jobs and outward rows; how many there are.
pub(super) fn hold(c: &Session, held: bool) -> Result<u64, Fault> {
    let sql = "WITH j AS (UPDATE jobs SET held = $1 RETURNING 1), o AS (UPDATE outward SET held = $1 RETURNING 1)
               SELECT (SELECT count(*) FROM j) + (SELECT count(*) FROM o)";
    let count = c.wait(c.link.one(sql, &[&i32::from(held)], |row| rows::unsigned(row, 0)))?;
    Ok(count.unwrap_or(0))
}
