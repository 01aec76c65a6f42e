//! Rows as columns and back.

use jmap::{Id, UtcDate};
use tokio_postgres::Row as SqlRow;
use tokio_postgres::types::FromSql;

use super::errors::Fault;
use crate::Touched;
pub(super) use crate::columns::{bits, ms, place, seq};
use crate::columns::{id_bytes, id_of_bytes, order};
use crate::row::{Blob, Head, Job, Key, N, Origin, Outward, Row, Tick, Version};
use crate::snapshot::Stub;

type Result<T> = std::result::Result<T, Fault>;

/// An id for a parameter.
pub(super) fn raw(id: Id) -> Vec<u8> {
    id_bytes(id).to_vec()
}

/// An account's number for a parameter.
pub(super) fn num(n: N) -> i32 {
    n.cast_signed()
}

pub(super) fn get<'r, T: FromSql<'r>>(row: &'r SqlRow, at: usize) -> Result<T> {
    row.try_get(at).map_err(|error| Fault::damaged(&error.to_string()))
}

pub(super) fn n(row: &SqlRow, at: usize) -> Result<N> {
    Ok(get::<i32>(row, at)?.cast_unsigned())
}

fn small(row: &SqlRow, at: usize) -> Result<u8> {
    u8::try_from(get::<i32>(row, at)?).map_err(|_| Fault::damaged("a type or kind is not a small number"))
}

pub(super) fn id(row: &SqlRow, at: usize) -> Result<Id> {
    id_of_bytes(get(row, at)?).ok_or_else(|| Fault::damaged("there is no such id"))
}

fn some_id(row: &SqlRow, at: usize) -> Result<Option<Id>> {
    let bytes: Option<&[u8]> = get(row, at)?;
    bytes.map(|bytes| id_of_bytes(bytes).ok_or_else(|| Fault::damaged("there is no such id"))).transpose()
}

fn date(row: &SqlRow, at: usize) -> Result<UtcDate> {
    Ok(UtcDate::from_ms(get(row, at)?))
}

fn some_date(row: &SqlRow, at: usize) -> Result<Option<UtcDate>> {
    Ok(get::<Option<i64>>(row, at)?.map(UtcDate::from_ms))
}

pub(super) fn unsigned(row: &SqlRow, at: usize) -> Result<u64> {
    Ok(get::<i64>(row, at)?.cast_unsigned())
}

fn version_number(row: &SqlRow, at: usize) -> Result<u32> {
    u32::try_from(get::<i64>(row, at)?).map_err(|_| Fault::damaged("a version has no number"))
}

pub(super) fn hash(row: &SqlRow, at: usize) -> Result<[u8; 32]> {
    get::<&[u8]>(row, at)?.try_into().map_err(|_| Fault::damaged("a content hash has not 32 bytes"))
}

pub(super) const HEAD: &str = "n, id, lineage, seq, floor, tick";

pub(super) fn head(row: &SqlRow) -> Result<Head> {
    Ok(Head {
        n: n(row, 0)?,
        id: id(row, 1)?,
        lineage: unsigned(row, 2)?,
        seq: unsigned(row, 3)?,
        floor: unsigned(row, 4)?,
        tick: Tick(get(row, 5)?),
    })
}

pub(super) fn touched(row: &SqlRow, at: usize) -> Result<Touched> {
    Ok((n(row, at)?, id(row, at + 1)?, unsigned(row, at + 2)?))
}

/// The columns of a record. The body is last, so that `NULL` can stand for it.
pub(super) const RECORD: &str =
    "r.account, r.type, r.created_seq, r.id, r.seq, r.tick, r.kind, r.origin, r.version, r.destroyed, r.thread, r.head";

pub(super) fn record(row: &SqlRow) -> Result<Row> {
    Ok(Row {
        n: n(row, 0)?,
        ty: small(row, 1)?,
        created_seq: unsigned(row, 2)?,
        id: id(row, 3)?,
        seq: unsigned(row, 4)?,
        tick: Tick(get(row, 5)?),
        kind: small(row, 6)?,
        origin: Origin::from_number(small(row, 7)?).ok_or_else(|| Fault::damaged("no such origin"))?,
        version: version_number(row, 8)?,
        destroyed: some_date(row, 9)?,
        thread: some_id(row, 10)?,
        head: get(row, 11)?,
        body: get(row, 12)?,
    })
}

pub(super) fn stub(row: &SqlRow) -> Result<Stub> {
    Ok(Stub {
        id: id(row, 0)?,
        created_seq: unsigned(row, 1)?,
        seq: unsigned(row, 2)?,
        destroyed: get::<Option<i64>>(row, 3)?.is_some(),
    })
}

pub(super) fn version(row: &SqlRow) -> Result<Version> {
    Ok(Version {
        n: n(row, 0)?,
        ty: small(row, 1)?,
        id: id(row, 2)?,
        version: version_number(row, 3)?,
        at: date(row, 4)?,
        by: id(row, 5)?,
        expires: some_date(row, 6)?,
        body: get(row, 7)?,
    })
}

/// Behind the key itself: account number, account id, record, expires.
pub(super) fn key(row: &SqlRow, at: usize) -> Result<Key> {
    Ok(Key { n: n(row, at)?, account: id(row, at + 1)?, id: id(row, at + 2)?, expires: some_date(row, at + 3)? })
}

pub(super) fn job(row: &SqlRow) -> Result<Job> {
    Ok(Job {
        n: n(row, 0)?,
        account: id(row, 1)?,
        run: get(row, 2)?,
        due: date(row, 3)?,
        waits_for: some_id(row, 4)?,
        order: order(get(row, 5)?),
        payload: get(row, 6)?,
    })
}

pub(super) fn outward(row: &SqlRow) -> Result<Outward> {
    Ok(Outward {
        number: unsigned(row, 0)?,
        n: n(row, 1)?,
        account: id(row, 2)?,
        what: get(row, 3)?,
        value: get(row, 4)?,
    })
}

pub(super) fn blob(row: &SqlRow) -> Result<Blob> {
    Ok(Blob {
        id: id(row, 0)?,
        n: n(row, 1)?,
        hash: hash(row, 2)?,
        size: unsigned(row, 3)?,
        media_type: get(row, 4)?,
        by: id(row, 5)?,
        expires: date(row, 6)?,
    })
}

pub(super) fn counter(row: &SqlRow) -> Result<(u64, UtcDate)> {
    Ok((unsigned(row, 0)?, date(row, 1)?))
}
