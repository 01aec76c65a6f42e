//! A folder's file as one end of a copy.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params_from_iter};

use super::SqliteOptions;
use super::errors::{file_error, store_error};
use super::purge::in_transaction;
use super::schema::{FILE, Use, connect, migrate};
use crate::StoreError;
use crate::copy::{Each, End, MARK, Mark, Newer, TABLES, Table, Target, Value};

/// A file that nobody else has open.
pub(crate) struct Sqlite {
    folder: PathBuf,
    conn: Connection,
}

impl Sqlite {
    /// To read all of it, in one snapshot.
    pub(crate) fn source(folder: &Path) -> Result<Sqlite, StoreError> {
        let file = folder.join(FILE);
        if !file.exists() {
            return Err(StoreError::Unavailable(format!("there is no {}", file.display())));
        }
        let conn = connect(&file, &SqliteOptions::default(), Use::Write)?;
        migrate(&conn)?;
        refuse_unfinished(&conn)?;
        conn.execute_batch("BEGIN").map_err(store_error)?;
        Ok(Sqlite { folder: folder.to_owned(), conn })
    }

    /// To write it; made if it is missing.
    pub(crate) fn target(folder: &Path) -> Result<Sqlite, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| file_error(&format!("the folder {} can't be made", folder.display()), &error))?;
        let conn = connect(&folder.join(FILE), &SqliteOptions::default(), Use::Write)?;
        // Until it is finished, what a power loss takes is copied again.
        conn.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000").map_err(store_error)?;
        migrate(&conn)?;
        Ok(Sqlite { folder: folder.to_owned(), conn })
    }

    fn is_marked(&self) -> Result<bool, StoreError> {
        marked(&self.conn).map_err(store_error)
    }
}

/// An unfinished copy is no store.
pub(super) fn refuse_unfinished(conn: &Connection) -> Result<(), StoreError> {
    if marked(conn).map_err(store_error)? {
        return Err(StoreError::Unavailable(crate::copy::UNFINISHED.into()));
    }
    Ok(())
}

fn marked(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")?.exists([MARK])
}

impl End for Sqlite {
    fn newer(&self) -> Newer {
        Newer::Above
    }

    fn walk(&mut self, table: &Table, each: &mut Each) -> Result<(), StoreError> {
        let mut query = self.conn.prepare(&table.select()).map_err(store_error)?;
        let mut rows = query.query([]).map_err(store_error)?;
        while let Some(row) = rows.next().map_err(store_error)? {
            each(values(row, table.columns.len()).map_err(store_error)?)?;
        }
        Ok(())
    }

    fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        let count = format!("SELECT count(*) FROM {}", table.name);
        self.conn.query_row(&count, [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned).map_err(store_error)
    }

    fn outward(&mut self) -> Result<i64, StoreError> {
        self.conn.query_row("SELECT outward FROM meta", [], |row| row.get(0)).map_err(store_error)
    }
}

impl Target for Sqlite {
    fn mark(&mut self, mark: Option<&Mark>) -> Result<Option<Mark>, StoreError> {
        let Some(mark) = mark else {
            if !self.is_marked()? {
                return Ok(None);
            }
            let sql = format!("SELECT whose, seed FROM {MARK}");
            let read = |row: &Row| Ok(Mark { whose: row.get(0)?, seed: row.get(1)? });
            let found = self.conn.query_row(&sql, [], read).optional().map_err(store_error)?;
            return found.map(Some).ok_or_else(|| StoreError::Corrupt(format!("the table {MARK} is empty")));
        };
        for table in TABLES {
            if self.count(table)? > 0 {
                return Ok(None);
            }
        }
        let made = in_transaction(&self.conn, |c| {
            c.execute_batch(&format!("CREATE TABLE {MARK} (whose BLOB NOT NULL, seed BLOB NOT NULL) STRICT"))?;
            c.execute(&format!("INSERT INTO {MARK} VALUES (?, ?)"), (mark.whose, mark.seed))
        });
        made.map(|_| Some(mark.clone())).map_err(store_error)
    }

    fn last(&mut self, table: &Table) -> Result<Option<Vec<Value>>, StoreError> {
        let found = self.conn.query_row(&table.greatest(), [], |row| values(row, table.key));
        found.optional().map_err(store_error)
    }

    fn append(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let places = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", table.name, table.listed(false));
        let written = in_transaction(&self.conn, |c| {
            let mut insert = c.prepare_cached(&sql)?;
            for row in rows {
                insert.execute(params_from_iter(row.iter().map(param)))?;
            }
            Ok(())
        });
        written.map_err(store_error)
    }

    fn clear(&mut self, table: &Table) -> Result<(), StoreError> {
        self.conn.execute(&format!("DELETE FROM {}", table.name), []).map(|_| ()).map_err(store_error)
    }

    fn finish(&mut self, outward: i64, above: i64) -> Result<(), StoreError> {
        self.conn.execute_batch("PRAGMA synchronous = FULL").map_err(store_error)?;
        let finished = in_transaction(&self.conn, |c| {
            c.execute("UPDATE meta SET outward = ?, tick = ?", (outward, above))?;
            c.execute_batch(&format!("DROP TABLE {MARK}"))
        });
        // One file that needs no log, as a backup is.
        finished
            .and_then(|()| self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
            .and_then(|()| self.conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())))
            .map_err(store_error)?;
        let synced = File::open(&self.folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| file_error(&format!("{} can't be synced", self.folder.display()), &error))
    }
}

fn values(row: &Row, count: usize) -> rusqlite::Result<Vec<Value>> {
    let value = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
            ValueRef::Text(_) => Value::Text(row.get(at)?),
            ValueRef::Real(_) => {
                return Err(rusqlite::Error::InvalidColumnType(at, "a column".into(), rusqlite::types::Type::Real));
            }
        })
    };
    (0..count).map(value).collect()
}

fn param(value: &Value) -> &dyn ToSql {
    match value {
        Value::Null => &rusqlite::types::Null,
        Value::Int(number) => number,
        Value::Bytes(bytes) => bytes,
        Value::Text(text) => text,
    }
}
