//! Opens connections as this engine needs them, and brings a file to the newest schema.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::SqliteOptions;
use super::errors::store_error;
use crate::StoreError;

/// The file in the data folder.
pub(crate) const FILE: &str = "meanwhile.db";

/// How long a connection waits for another program that looks into the file.
pub(super) const BUSY: Duration = Duration::from_secs(2);

/// "mwhl": tells our files from other programs'.
const APPLICATION: i32 = 0x6d77_686c;

/// One step of the schema each; a file's `user_version` says how many of them it has had. Never change an old one.
const STEPS: &[&str] = &[include_str!("schema.sql")];

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
}

/// Opens the file; the writer makes it if it is missing.
pub(super) fn connect(file: &Path, options: &SqliteOptions, for_use: Use) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if for_use == Use::Write {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let conn = match &options.planted.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(file, flags, vfs.as_c_str()),
        None => Connection::open_with_flags(file, flags),
    }
    .map_err(store_error)?;
    if conn.is_readonly(rusqlite::MAIN_DB).map_err(store_error)? {
        return Err(StoreError::Unavailable(format!(
            "{} may not be written; look at its owner and mode",
            file.display()
        )));
    }
    conn.busy_timeout(BUSY).map_err(store_error)?;
    let pragmas = match for_use {
        Use::Write => format!(
            "PRAGMA page_size = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {}; PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000; PRAGMA secure_delete = ON;",
            options.page_size, options.planted.synchronous
        ),
        Use::Read => "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -4000;".to_owned(),
    };
    conn.execute_batch(&pragmas).map_err(store_error)?;
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;")
        .map_err(store_error)?;
    // Without it a query whose plan might profit from other values is prepared anew each time it is asked.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(store_error)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// Takes the steps that the file has not had; refuses a file of another program or of a newer version.
pub(super) fn migrate(conn: &Connection) -> Result<(), StoreError> {
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0)).map_err(store_error);
    let (application, had) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(store_error)?;
    if tables > 0 && application != APPLICATION {
        return Err(StoreError::Unavailable(format!("{FILE} is not a database of Meanwhile")));
    }
    let had = usize::try_from(had).unwrap_or(usize::MAX);
    if had > STEPS.len() {
        return Err(StoreError::Unavailable(format!(
            "it was written by a newer version of Meanwhile (schema {had}, this version knows {}); start that version",
            STEPS.len()
        )));
    }
    for (step, sql) in STEPS.iter().enumerate().skip(had) {
        let after = step + 1;
        conn.execute_batch(&format!(
            "BEGIN IMMEDIATE; {sql}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {after}; COMMIT;"
        ))
        .map_err(|error| {
            let _ = conn.execute_batch("ROLLBACK");
            store_error(error)
        })?;
    }
    Ok(())
}
