//! Leases, cursors and holds. A lease is the one thing that asks the database for the time.

use rusqlite::{Connection, OptionalExtension, Result};

use crate::row::{Lease, StoreError, Tick};

/// Milliseconds of the database's clock.
const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/// Frees what a process held that was killed: whoever opens the file has the folder to himself, so nobody holds a lease.
pub(super) fn free_all(c: &Connection) -> Result<(), StoreError> {
    let freed = c.execute("UPDATE leases SET holder = NULL WHERE holder IS NOT NULL", []);
    freed.map(|_| ()).map_err(super::errors::store_error)
}

/// True if nobody took the lease since.
pub(super) fn is_held(c: &Connection, lease: &Lease) -> Result<bool> {
    c.prepare_cached("SELECT 1 FROM leases WHERE name = ? AND holder = ? AND fence = ?")?.exists((
        &lease.name,
        &lease.holder,
        lease.fence.cast_signed(),
    ))
}

/// Takes or renews.
pub(super) fn take(c: &Connection, name: &str, holder: &str, ms: u64) -> Result<Option<Lease>> {
    let sql = format!(
        "INSERT INTO leases (name, holder, fence, until) VALUES (?1, ?2, 1, {NOW} + ?3)
         ON CONFLICT (name) DO UPDATE SET fence = fence + (holder IS NOT ?2), holder = ?2, until = {NOW} + ?3
         WHERE holder IS NULL OR holder = ?2 OR until <= {NOW}
         RETURNING fence"
    );
    let ms = i64::try_from(ms).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    let fence = c.prepare_cached(&sql)?.query_row((name, holder, ms), |row| row.get::<_, i64>(0)).optional()?;
    Ok(fence.map(|fence| Lease { name: name.to_owned(), holder: holder.to_owned(), fence: fence.cast_unsigned() }))
}

pub(super) fn give_up(c: &Connection, lease: &Lease) -> Result<bool> {
    let sql = "UPDATE leases SET holder = NULL WHERE name = ? AND holder = ? AND fence = ?";
    Ok(c.prepare_cached(sql)?.execute((&lease.name, &lease.holder, lease.fence.cast_signed()))? > 0)
}

/// Sets the cursor of a lease that is held, and gives it back.
pub(super) fn save(c: &Connection, lease: &Lease, tick: Tick) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO cursors (name, tick) VALUES (?, ?)";
    let saved = c.prepare_cached(sql).and_then(|mut sql| sql.execute((&lease.name, tick.0)));
    saved.map(|_| ()).map_err(super::errors::store_error)
}

pub(super) fn cursor(c: &Connection, lease: &Lease) -> Result<Tick> {
    let sql = "SELECT tick FROM cursors WHERE name = ?";
    let tick = c.prepare_cached(sql)?.query_row([&lease.name], |row| row.get(0)).optional()?;
    Ok(Tick(tick.unwrap_or_default()))
}

/// Holds, or lets go, all jobs and outward rows; how many there are.
pub(super) fn hold(c: &Connection, held: bool) -> Result<u64> {
    let jobs = c.execute("UPDATE jobs SET held = ?", [held])?;
    let outward = c.execute("UPDATE outward SET held = ?", [held])?;
    Ok((jobs + outward) as u64)
}
