//! Writes down what a batch did, table by table in key order.

use rusqlite::{Connection, Result};

use super::rows::{bits, ms, place, raw, seq};
use crate::Touched;
use crate::overlay::Pending;
use crate::row::{N, Tick};

/// What a flush wrote.
#[derive(Default)]
pub(super) struct Flushed {
    pub(super) tick: Tick,
    pub(super) touched: Vec<Touched>,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

pub(super) fn flush(c: &Connection, pending: &Pending) -> Result<Flushed> {
    let tellings = pending.outward.len() as i64;
    let (tick, outward): (i64, i64) = c
        .prepare_cached("UPDATE meta SET tick = tick + 1, outward = outward + ? RETURNING tick, outward")?
        .query_row([tellings], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut flushed = Flushed { tick: Tick(tick), ..Flushed::default() };
    accounts(c, pending, &mut flushed)?;
    records(c, pending, &mut flushed)?;
    let tables = [index_rows, keys, versions, blobs, jobs, counters];
    for table in tables {
        flushed.rows += table(c, pending)? as u64;
    }
    let mut number = outward - tellings;
    for telling in &pending.outward {
        number += 1;
        c.prepare_cached("INSERT INTO outward (number, account, what, value) VALUES (?, ?, ?, ?)")?.execute((
            number,
            telling.n,
            &telling.what,
            &telling.value,
        ))?;
    }
    for number in &pending.told {
        c.prepare_cached("DELETE FROM outward WHERE number = ?")?.execute([seq(*number)])?;
    }
    flushed.rows += (pending.outward.len() + pending.told.len()) as u64;
    Ok(flushed)
}

fn accounts(c: &Connection, pending: &Pending, flushed: &mut Flushed) -> Result<()> {
    let mut touched: Vec<N> = pending.heads.values().filter(|slot| slot.changed()).map(|slot| slot.head.n).collect();
    touched.extend(pending.rows.keys().map(|(n, ..)| *n));
    touched.sort_unstable();
    touched.dedup();
    for n in touched {
        // A command may only write to accounts it declared, and those are loaded.
        let slot = &pending.heads[&pending.numbers[&n]];
        let head = &slot.head;
        if slot.new {
            c.prepare_cached("INSERT INTO accounts (n, id, lineage, seq, floor, tick) VALUES (?, ?, ?, ?, ?, ?)")?
                .execute((n, raw(head.id), bits(head.lineage), seq(head.seq), seq(head.floor), flushed.tick.0))?;
        } else {
            c.prepare_cached("UPDATE accounts SET seq = ?, tick = ? WHERE n = ?")?.execute((
                seq(head.seq),
                flushed.tick.0,
                n,
            ))?;
        }
        flushed.rows += 1;
        flushed.touched.push((n, head.id, head.seq));
    }
    Ok(())
}

fn records(c: &Connection, pending: &Pending, flushed: &mut Flushed) -> Result<()> {
    let mut insert = c.prepare_cached(
        "INSERT INTO records (account, type, created_seq, id, seq, tick, kind, origin, version, destroyed, thread, head, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let mut update = c.prepare_cached(
        "UPDATE records SET id = ?4, seq = ?5, tick = ?6, kind = ?7, origin = ?8, version = ?9, destroyed = ?10,
                            thread = ?11, head = ?12, body = ?13
         WHERE account = ?1 AND type = ?2 AND created_seq = ?3",
    )?;
    for ((n, ..), row) in &pending.rows {
        let before = pending.heads[&pending.numbers[n]].before;
        let write = |statement: &mut rusqlite::CachedStatement| {
            statement.execute(rusqlite::params![
                row.n,
                row.ty,
                seq(row.created_seq),
                raw(row.id),
                seq(row.seq),
                flushed.tick.0,
                row.kind,
                row.origin as u8,
                row.version,
                ms(row.destroyed),
                row.thread.map(raw),
                row.head,
                row.body
            ])
        };
        // Above the head before the batch there was no record.
        if row.created_seq > before || write(&mut update)? == 0 {
            write(&mut insert)?;
        }
        flushed.rows += 1;
        flushed.bytes += (row.head.len() + row.body.as_deref().map_or(0, str::len)) as u64;
    }
    Ok(())
}

fn index_rows(c: &Connection, pending: &Pending) -> Result<usize> {
    for ((n, name, key, created), there) in &pending.index {
        let sql = if *there {
            "INSERT OR IGNORE INTO index_rows (account, name, key, created_seq) VALUES (?, ?, ?, ?)"
        } else {
            "DELETE FROM index_rows WHERE account = ? AND name = ? AND key = ? AND created_seq = ?"
        };
        c.prepare_cached(sql)?.execute((n, name, key, seq(*created)))?;
    }
    Ok(pending.index.len())
}

fn keys(c: &Connection, pending: &Pending) -> Result<usize> {
    let mut count = 0;
    for (name, keys) in &pending.keys {
        count += keys.len();
        for (key, claim) in keys {
            match claim {
                Some(claim) => c
                    .prepare_cached(
                        "INSERT OR REPLACE INTO keys (name, key, account, id, expires) VALUES (?, ?, ?, ?, ?)",
                    )?
                    .execute((name, key, claim.n, raw(claim.id), ms(claim.expires)))?,
                None => c.prepare_cached("DELETE FROM keys WHERE name = ? AND key = ?")?.execute((name, key))?,
            };
        }
    }
    Ok(count)
}

fn versions(c: &Connection, pending: &Pending) -> Result<usize> {
    let mut count = 0;
    for ((n, ty, id), slot) in &pending.versions {
        if let Some(expires) = slot.expire {
            count += c
                .prepare_cached("UPDATE versions SET expires = ? WHERE account = ? AND type = ? AND id = ?")?
                .execute((ms(expires), n, ty, raw(*id)))?;
        }
        for (number, version) in &slot.put {
            match version {
                Some(version) => c
                    .prepare_cached(
                        "INSERT OR REPLACE INTO versions (account, type, id, version, at, by, expires, body)
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    )?
                    .execute((
                        n,
                        ty,
                        raw(*id),
                        number,
                        version.at.ms(),
                        raw(version.by),
                        ms(version.expires),
                        &version.body,
                    ))?,
                None => c
                    .prepare_cached("DELETE FROM versions WHERE account = ? AND type = ? AND id = ? AND version = ?")?
                    .execute((n, ty, raw(*id), number))?,
            };
        }
        count += slot.put.len();
    }
    Ok(count)
}

fn blobs(c: &Connection, pending: &Pending) -> Result<usize> {
    for blob in pending.blobs.values() {
        c.prepare_cached(
            "INSERT OR REPLACE INTO blobs (id, account, hash, size, media_type, by, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            raw(blob.id),
            blob.n,
            blob.hash,
            bits(blob.size),
            &blob.media_type,
            raw(blob.by),
            blob.expires.ms(),
        ))?;
    }
    for ((n, blob, id), held) in &pending.blob_refs {
        match held {
            Some(expires) => c
                .prepare_cached("INSERT OR REPLACE INTO blob_refs (account, blob, id, expires) VALUES (?, ?, ?, ?)")?
                .execute((n, raw(*blob), raw(*id), ms(*expires)))?,
            None => c.prepare_cached("DELETE FROM blob_refs WHERE account = ? AND blob = ? AND id = ?")?.execute((
                n,
                raw(*blob),
                raw(*id),
            ))?,
        };
    }
    Ok(pending.blobs.len() + pending.blob_refs.len())
}

fn jobs(c: &Connection, pending: &Pending) -> Result<usize> {
    for ((n, run), job) in &pending.jobs {
        match job {
            Some(job) => c
                .prepare_cached(
                    "INSERT OR REPLACE INTO jobs (account, run, due, waits_for, place, payload) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute((n, run, job.due.ms(), job.waits_for.map(raw), place(job.order), &job.payload))?,
            None => c.prepare_cached("DELETE FROM jobs WHERE account = ? AND run = ?")?.execute((n, run))?,
        };
    }
    Ok(pending.jobs.len())
}

fn counters(c: &Connection, pending: &Pending) -> Result<usize> {
    for (name, (count, expires)) in &pending.counters {
        c.prepare_cached("INSERT OR REPLACE INTO counters (name, count, expires) VALUES (?, ?, ?)")?.execute((
            name,
            bits(*count),
            expires.ms(),
        ))?;
    }
    Ok(pending.counters.len())
}
