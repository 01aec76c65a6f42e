//! Writes down what a batch did. All statements are sent together, in the order in which every node takes its locks:
//! accounts, what lies in them, then keys and counters, which are anybody's, and last the number of outward rows.

use std::pin::Pin;

use futures_util::future::{join, join_all};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use super::errors::Fault;
use super::loaded::Loaded;
use super::rows::{bits, ms, num, place, raw, seq};
use super::session::Link;
use crate::overlay::{HeadSlot, Pending};
use crate::row::{N, StoreError};

/// What a flush wrote.
#[derive(Clone, Copy, Default)]
pub(super) struct Flushed {
    /// The transaction.
    pub(super) xid: i64,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// The transaction's number in SQL; a `bigint`, since the engine's own type has no order for indexes of numbers.
const TICK: &str = "pg_current_xact_id()::text::bigint";

type Value = Box<dyn ToSql + Sync>;

/// Statements that are not sent yet.
struct Writes<'c> {
    link: &'c Link,
    ready: Vec<(Statement, Vec<Value>, Expect)>,
}

/// How many rows a statement has to write.
#[derive(Clone, Copy)]
enum Expect {
    Any,
    /// So many, else another node was first.
    Exactly(u64),
}

impl Writes<'_> {
    async fn add(&mut self, sql: &str, params: Vec<Value>, expect: Expect) -> Result<(), Fault> {
        self.ready.push((self.link.prepared(sql).await?, params, expect));
        Ok(())
    }

    async fn send(&self) -> Result<(), Fault> {
        let sent = self.ready.iter().map(|(statement, params, _)| -> Pin<Box<dyn Future<Output = _>>> {
            Box::pin(async move {
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
                self.link.send(statement, &params).await
            })
        });
        let wrote = Fault::first(join_all(sent).await)?;
        for ((.., expect), wrote) in self.ready.iter().zip(wrote) {
            if let Expect::Exactly(rows) = expect
                && wrote != *rows
            {
                let first = "another server was first to take a key, and again and again";
                return Err(Fault::Again(StoreError::Unavailable(first.into())));
            }
        }
        Ok(())
    }
}

fn value(value: impl ToSql + Sync + 'static) -> Value {
    Box::new(value)
}

/// One column of many rows.
fn column<T, V: ToSql + Sync + 'static>(rows: &[T], of: impl Fn(&T) -> V) -> Value {
    Box::new(rows.iter().map(of).collect::<Vec<V>>())
}

pub(super) async fn flush(c: &Link, pending: &Pending, known: &Loaded) -> Result<Flushed, Fault> {
    let mut flushed = Flushed::default();
    let mut writes = Writes { link: c, ready: Vec::new() };
    accounts(&mut writes, pending, &mut flushed).await?;
    records(&mut writes, pending, &mut flushed).await?;
    index_rows(&mut writes, pending).await?;
    versions(&mut writes, pending).await?;
    blobs(&mut writes, pending).await?;
    jobs(&mut writes, pending).await?;
    keys(&mut writes, pending, known).await?;
    counters(&mut writes, pending, known).await?;
    outward(&mut writes, pending).await?;
    flushed.rows += writes.ready.len() as u64;
    let xid = c.prepared(&format!("SELECT {TICK}")).await?;
    let (xid, sent) = join(c.ask(&xid, &[]), writes.send()).await;
    sent?;
    flushed.xid = super::rows::get(xid?.first().ok_or_else(|| Fault::damaged("no transaction"))?, 0)?;
    Ok(flushed)
}

/// The accounts that a batch numbered a change of, or wrote a record to.
pub(super) fn touched(pending: &Pending) -> Vec<&HeadSlot> {
    let mut touched: Vec<N> = pending.heads.values().filter(|slot| slot.changed()).map(|slot| slot.head.n).collect();
    touched.extend(pending.rows.keys().map(|(n, ..)| *n));
    touched.sort_unstable();
    touched.dedup();
    // A command may only write to accounts it declared, and those are loaded.
    touched.into_iter().map(|n| &pending.heads[&pending.numbers[&n]]).collect()
}

async fn accounts(writes: &mut Writes<'_>, pending: &Pending, flushed: &mut Flushed) -> Result<(), Fault> {
    let (new, old): (Vec<_>, Vec<_>) = touched(pending).into_iter().partition(|slot| slot.new);
    flushed.rows += (new.len() + old.len()) as u64;
    if !old.is_empty() {
        let sql = format!(
            "UPDATE accounts a SET seq = w.seq, tick = {TICK} FROM unnest($1::integer[], $2::bigint[]) AS w (n, seq)
             WHERE a.n = w.n"
        );
        let params = vec![column(&old, |slot| num(slot.head.n)), column(&old, |slot| seq(slot.head.seq))];
        writes.add(&sql, params, Expect::Exactly(old.len() as u64)).await?;
    }
    if !new.is_empty() {
        let sql = format!(
            "INSERT INTO accounts (n, id, lineage, seq, floor, tick)
             SELECT n, id, lineage, seq, floor, {TICK}
             FROM unnest($1::integer[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[])
                  AS w (n, id, lineage, seq, floor) ORDER BY n"
        );
        let params = vec![
            column(&new, |slot| num(slot.head.n)),
            column(&new, |slot| raw(slot.head.id)),
            column(&new, |slot| bits(slot.head.lineage)),
            column(&new, |slot| seq(slot.head.seq)),
            column(&new, |slot| seq(slot.head.floor)),
        ];
        writes.add(&sql, params, Expect::Any).await?;
    }
    Ok(())
}

async fn records(writes: &mut Writes<'_>, pending: &Pending, flushed: &mut Flushed) -> Result<(), Fault> {
    let rows: Vec<_> = pending.rows.values().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO records AS r (account, type, created_seq, seq, tick, destroyed, version, kind, origin, id, thread,
                                   head, body)
         SELECT account, type, created_seq, seq, {TICK}, destroyed, version, kind, origin, id, thread, head, body
         FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                     $7::integer[], $8::integer[], $9::bytea[], $10::bytea[], $11::text[], $12::text[])
              AS w (account, type, created_seq, seq, destroyed, version, kind, origin, id, thread, head, body)
         ON CONFLICT (account, type, created_seq) DO UPDATE SET
           seq = excluded.seq, tick = excluded.tick, destroyed = excluded.destroyed, version = excluded.version,
           kind = excluded.kind, origin = excluded.origin, id = excluded.id, thread = excluded.thread,
           head = excluded.head, body = excluded.body"
    );
    let params = vec![
        column(&rows, |row| num(row.n)),
        column(&rows, |row| i32::from(row.ty)),
        column(&rows, |row| seq(row.created_seq)),
        column(&rows, |row| seq(row.seq)),
        column(&rows, |row| ms(row.destroyed)),
        column(&rows, |row| i64::from(row.version)),
        column(&rows, |row| i32::from(row.kind)),
        column(&rows, |row| i32::from(row.origin as u8)),
        column(&rows, |row| raw(row.id)),
        column(&rows, |row| row.thread.map(raw)),
        column(&rows, |row| row.head.clone()),
        column(&rows, |row| row.body.clone()),
    ];
    flushed.rows += rows.len() as u64;
    flushed.bytes +=
        rows.iter().map(|row| row.head.len() + row.body.as_deref().map_or(0, str::len)).sum::<usize>() as u64;
    writes.add(&sql, params, Expect::Any).await
}

async fn index_rows(writes: &mut Writes<'_>, pending: &Pending) -> Result<(), Fault> {
    let (come, go): (Vec<_>, Vec<_>) = pending.index.iter().partition(|(_, there)| **there);
    let columns = "unnest($1::integer[], $2::text[], $3::bytea[], $4::bigint[]) AS w (account, name, key, created_seq)";
    let insert = format!(
        "INSERT INTO index_rows (account, name, key, created_seq)
         SELECT account, name, key, created_seq FROM {columns} ON CONFLICT DO NOTHING"
    );
    let delete = format!(
        "DELETE FROM index_rows i USING {columns} WHERE i.account = w.account AND i.name = w.name COLLATE \"C\"
            AND i.key = w.key AND i.created_seq = w.created_seq"
    );
    for (sql, rows) in [(insert, come), (delete, go)] {
        if !rows.is_empty() {
            let params = vec![
                column(&rows, |((n, ..), _)| num(*n)),
                column(&rows, |((_, name, ..), _)| name.clone()),
                column(&rows, |((_, _, key, _), _)| key.clone()),
                column(&rows, |((.., created), _)| seq(*created)),
            ];
            writes.add(&sql, params, Expect::Any).await?;
        }
    }
    Ok(())
}

async fn versions(writes: &mut Writes<'_>, pending: &Pending) -> Result<(), Fault> {
    for ((n, ty, id), slot) in &pending.versions {
        let record = || vec![value(num(*n)), value(i32::from(*ty)), value(raw(*id))];
        if let Some(expires) = slot.expire {
            let sql = "UPDATE versions SET expires = $4 WHERE account = $1 AND type = $2 AND id = $3";
            let params = record().into_iter().chain([value(ms(expires))]).collect();
            writes.add(sql, params, Expect::Any).await?;
        }
        for (number, version) in &slot.put {
            let mut params = record();
            params.push(value(i64::from(*number)));
            let sql = match version {
                Some(version) => {
                    params.extend([value(version.at.ms()), value(raw(version.by)), value(ms(version.expires))]);
                    params.push(value(version.body.clone()));
                    "INSERT INTO versions (account, type, id, version, at, by, expires, body)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (account, type, id, version) DO UPDATE SET
                       at = excluded.at, by = excluded.by, expires = excluded.expires, body = excluded.body"
                }
                None => "DELETE FROM versions WHERE account = $1 AND type = $2 AND id = $3 AND version = $4",
            };
            writes.add(sql, params, Expect::Any).await?;
        }
    }
    Ok(())
}

async fn blobs(writes: &mut Writes<'_>, pending: &Pending) -> Result<(), Fault> {
    for blob in pending.blobs.values() {
        let sql = "INSERT INTO blobs (id, account, hash, size, media_type, by, expires)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (id) DO UPDATE SET account = excluded.account, hash = excluded.hash,
                     size = excluded.size, media_type = excluded.media_type, by = excluded.by,
                     expires = excluded.expires";
        let params = vec![
            value(raw(blob.id)),
            value(num(blob.n)),
            value(blob.hash.to_vec()),
            value(bits(blob.size)),
            value(blob.media_type.clone()),
            value(raw(blob.by)),
            value(blob.expires.ms()),
        ];
        writes.add(sql, params, Expect::Any).await?;
    }
    for ((n, blob, id), held) in &pending.blob_refs {
        let mut params = vec![value(num(*n)), value(raw(*blob)), value(raw(*id))];
        let sql = match held {
            Some(expires) => {
                params.push(value(ms(*expires)));
                "INSERT INTO blob_refs (account, blob, id, expires) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (account, blob, id) DO UPDATE SET expires = excluded.expires"
            }
            None => "DELETE FROM blob_refs WHERE account = $1 AND blob = $2 AND id = $3",
        };
        writes.add(sql, params, Expect::Any).await?;
    }
    Ok(())
}

async fn jobs(writes: &mut Writes<'_>, pending: &Pending) -> Result<(), Fault> {
    for ((n, run), job) in &pending.jobs {
        let mut params = vec![value(num(*n)), value(run.clone())];
        let sql = match job {
            Some(job) => {
                params.extend([value(job.due.ms()), value(job.waits_for.map(raw))]);
                params.extend([value(place(job.order)), value(job.payload.clone())]);
                "INSERT INTO jobs (account, run, due, waits_for, place, payload) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (account, run) DO UPDATE SET due = excluded.due, waits_for = excluded.waits_for,
                   place = excluded.place, payload = excluded.payload, held = 0"
            }
            None => "DELETE FROM jobs WHERE account = $1 AND run = $2",
        };
        writes.add(sql, params, Expect::Any).await?;
    }
    Ok(())
}

/// A key changes only from what the commands saw. Otherwise another node took it meanwhile, and they must look again.
async fn keys(writes: &mut Writes<'_>, pending: &Pending, known: &Loaded) -> Result<(), Fault> {
    for (name, keys) in &pending.keys {
        for (key, claim) in keys {
            let seen = known.known_key(name, key);
            let mut params = vec![value(name.clone()), value(key.clone())];
            if let Some(Some(seen)) = seen {
                params.extend([value(num(seen.n)), value(raw(seen.id)), value(ms(seen.expires))]);
            }
            let as_seen = "name = $1 AND key = $2 AND account = $3 AND id = $4 AND expires IS NOT DISTINCT FROM $5";
            let expect = if seen.is_some() { Expect::Exactly(1) } else { Expect::Any };
            if let Some(claim) = claim {
                params.extend([value(num(claim.n)), value(raw(claim.id)), value(ms(claim.expires))]);
                let insert = "INSERT INTO keys (name, key, account, id, expires) VALUES ($1, $2, $3, $4, $5)";
                let sql = match seen {
                    Some(Some(_)) => format!("UPDATE keys SET account = $6, id = $7, expires = $8 WHERE {as_seen}"),
                    Some(None) => format!("{insert} ON CONFLICT DO NOTHING"),
                    None => format!(
                        "{insert} ON CONFLICT (name, key) DO UPDATE SET
                           account = excluded.account, id = excluded.id, expires = excluded.expires"
                    ),
                };
                writes.add(&sql, params, expect).await?;
            } else if let Some(Some(_)) = seen {
                writes.add(&format!("DELETE FROM keys WHERE {as_seen}"), params, expect).await?;
            } else if seen.is_none() {
                writes.add("DELETE FROM keys WHERE name = $1 AND key = $2", params, expect).await?;
            }
        }
    }
    Ok(())
}

/// As with keys, so that no count is lost between nodes.
async fn counters(writes: &mut Writes<'_>, pending: &Pending, known: &Loaded) -> Result<(), Fault> {
    for (name, (count, expires)) in &pending.counters {
        let mut params = vec![value(name.clone()), value(bits(*count)), value(expires.ms())];
        let insert = "INSERT INTO counters (name, count, expires) VALUES ($1, $2, $3) ON CONFLICT";
        match known.known_counter(name) {
            Some(Some((seen, until))) => {
                params.extend([value(bits(seen)), value(until.ms())]);
                let sql =
                    "UPDATE counters SET count = $2, expires = $3 WHERE name = $1 AND count = $4 AND expires = $5";
                writes.add(sql, params, Expect::Exactly(1)).await?;
            }
            Some(None) => writes.add(&format!("{insert} DO NOTHING"), params, Expect::Exactly(1)).await?,
            None => {
                let sql = format!("{insert} (name) DO UPDATE SET count = excluded.count, expires = excluded.expires");
                writes.add(&sql, params, Expect::Any).await?;
            }
        }
    }
    Ok(())
}

/// Numbered by a row that stays locked until the commit, so that a lower number never comes later.
async fn outward(writes: &mut Writes<'_>, pending: &Pending) -> Result<(), Fault> {
    if !pending.told.is_empty() {
        let told: Vec<i64> = pending.told.iter().map(|number| seq(*number)).collect();
        writes.add("DELETE FROM outward WHERE number = ANY($1)", vec![value(told)], Expect::Any).await?;
    }
    if !pending.outward.is_empty() {
        let sql = "WITH last AS (UPDATE meta SET outward = outward + $1 RETURNING outward - $1 AS number)
                   INSERT INTO outward (number, account, what, value)
                   SELECT last.number + w.place, w.account, w.what, w.value FROM last,
                     unnest($2::integer[], $3::text[], $4::text[]) WITH ORDINALITY AS w (account, what, value, place)";
        let tellings = &pending.outward;
        let params = vec![
            value(tellings.len() as i64),
            column(tellings, |telling| num(telling.n)),
            column(tellings, |telling| telling.what.clone()),
            column(tellings, |telling| telling.value.clone()),
        ];
        writes.add(sql, params, Expect::Any).await?;
    }
    Ok(())
}
