//! Rows as columns and back.

use jmap::{Id, UtcDate};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Result, Row as SqlRow};

pub(super) use crate::columns::{bits, ms, place, seq};
use crate::columns::{id_bytes, id_of_bytes, order};
use crate::row::{Blob, Head, Job, Key, Origin, Outward, Row, Tick, Version};
use crate::snapshot::Stub;

/// An id as a column.
pub(super) struct IdCol([u8; 17]);

/// An id for a parameter.
pub(super) fn raw(id: Id) -> IdCol {
    IdCol(id_bytes(id))
}

impl ToSql for IdCol {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

impl FromSql for IdCol {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<IdCol> {
        Ok(IdCol(value.as_blob()?.try_into().map_err(|_| FromSqlError::InvalidType)?))
    }
}

impl IdCol {
    fn id(&self) -> Result<Id> {
        id_of_bytes(&self.0).ok_or_else(|| bad("no such id".into()))
    }
}

fn bad(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, error)
}

pub(super) fn id(row: &SqlRow, at: usize) -> Result<Id> {
    row.get::<_, IdCol>(at)?.id()
}

fn some_id(row: &SqlRow, at: usize) -> Result<Option<Id>> {
    row.get::<_, Option<IdCol>>(at)?.map(|id| id.id()).transpose()
}

fn date(row: &SqlRow, at: usize) -> Result<UtcDate> {
    Ok(UtcDate::from_ms(row.get(at)?))
}

fn some_date(row: &SqlRow, at: usize) -> Result<Option<UtcDate>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(UtcDate::from_ms))
}

pub(super) fn unsigned(row: &SqlRow, at: usize) -> Result<u64> {
    Ok(row.get::<_, i64>(at)?.cast_unsigned())
}

pub(super) fn head(row: &SqlRow) -> Result<Head> {
    Ok(Head {
        n: row.get(0)?,
        id: id(row, 1)?,
        lineage: unsigned(row, 2)?,
        seq: unsigned(row, 3)?,
        floor: unsigned(row, 4)?,
        tick: Tick(row.get(5)?),
    })
}

/// The columns of a record. The body is last, so that `NULL` can stand for it.
macro_rules! record_columns {
    () => {
        "account, type, created_seq, id, seq, tick, kind, origin, version, destroyed, thread, head, "
    };
}
pub(super) use record_columns;

pub(super) fn record(row: &SqlRow) -> Result<Row> {
    Ok(Row {
        n: row.get(0)?,
        ty: row.get(1)?,
        created_seq: unsigned(row, 2)?,
        id: id(row, 3)?,
        seq: unsigned(row, 4)?,
        tick: Tick(row.get(5)?),
        kind: row.get(6)?,
        origin: Origin::from_number(row.get(7)?).ok_or_else(|| bad("no such origin".into()))?,
        version: row.get(8)?,
        destroyed: some_date(row, 9)?,
        thread: some_id(row, 10)?,
        head: row.get(11)?,
        body: row.get(12)?,
    })
}

pub(super) fn stub(row: &SqlRow) -> Result<Stub> {
    Ok(Stub {
        id: id(row, 0)?,
        created_seq: unsigned(row, 1)?,
        seq: unsigned(row, 2)?,
        destroyed: row.get::<_, Option<i64>>(3)?.is_some(),
    })
}

pub(super) fn version(row: &SqlRow) -> Result<Version> {
    Ok(Version {
        n: row.get(0)?,
        ty: row.get(1)?,
        id: id(row, 2)?,
        version: row.get(3)?,
        at: date(row, 4)?,
        by: id(row, 5)?,
        expires: some_date(row, 6)?,
        body: row.get(7)?,
    })
}

/// Behind the key itself: account number, account id, record, expires.
pub(super) fn key(row: &SqlRow, at: usize) -> Result<Key> {
    Ok(Key { n: row.get(at)?, account: id(row, at + 1)?, id: id(row, at + 2)?, expires: some_date(row, at + 3)? })
}

pub(super) fn job(row: &SqlRow) -> Result<Job> {
    Ok(Job {
        n: row.get(0)?,
        account: id(row, 1)?,
        run: row.get(2)?,
        due: date(row, 3)?,
        waits_for: some_id(row, 4)?,
        order: order(row.get(5)?),
        payload: row.get(6)?,
    })
}

pub(super) fn outward(row: &SqlRow) -> Result<Outward> {
    Ok(Outward {
        number: unsigned(row, 0)?,
        n: row.get(1)?,
        account: id(row, 2)?,
        what: row.get(3)?,
        value: row.get(4)?,
    })
}

pub(super) fn blob(row: &SqlRow) -> Result<Blob> {
    Ok(Blob {
        id: id(row, 0)?,
        n: row.get(1)?,
        hash: row.get(2)?,
        size: unsigned(row, 3)?,
        media_type: row.get(4)?,
        by: id(row, 5)?,
        expires: date(row, 6)?,
    })
}
