//! Copies the records: out of a running store, and back into an empty folder.

use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::SqliteOptions;
use super::errors::{file_error, store_error};
use super::purge::{in_transaction, restart_lineages};
use super::reads;
use super::schema::{FILE, Use, connect, migrate};
use crate::StoreError;

/// How often the caller hears how far a copy is.
const BEAT: Duration = Duration::from_millis(100);

/// Until it is whole and durable, a copy has this name.
const PART: &str = "meanwhile.db.part";

/// Copies the state of this moment while the store is running.
pub(super) fn backup(
    file: &Path,
    options: &SqliteOptions,
    to: &Path,
    told: &mut dyn FnMut(u64, u64),
) -> Result<(), StoreError> {
    empty_folder(to)?;
    let part = to.join(PART);
    let name = part.to_str().ok_or_else(|| StoreError::Unavailable("the folder's name is not UTF-8".into()))?;
    let conn = connect(file, options, Use::Read)?;
    // Writing elsewhere is no write to this file, but the pragma forbids it.
    conn.execute_batch("PRAGMA query_only = OFF").map_err(store_error)?;
    let pages = "SELECT (page_count - freelist_count) * page_size
                 FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let total = conn.query_row(pages, [], |row| row.get::<_, i64>(0)).map_err(store_error)?.cast_unsigned();
    told(0, total);
    let copied = std::thread::scope(|scope| {
        let (ended, end) = channel();
        let copy = scope.spawn(move || {
            let copied = conn.execute("VACUUM INTO ?", [name]).map(|_| ());
            let _ = ended.send(());
            copied
        });
        while end.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
            told(fs::metadata(&part).map_or(0, |part| part.len()).min(total), total);
        }
        copy.join().expect("a copy does not panic")
    });
    copied.map_err(store_error).and_then(|()| put_in_place(to)).inspect_err(|_| discard(&part))?;
    told(total, total);
    Ok(())
}

/// Makes a data folder's records from a backup: `to` must be empty or missing. Every account gets a new lineage, so
/// that replicas start again, and all jobs and outward rows are held. Commit numbers go on.
pub fn restore(from: &Path, to: &Path, new_lineage: &mut dyn FnMut() -> u64) -> Result<(), StoreError> {
    let copy = from.join(FILE);
    if fs::metadata(from.join(format!("{FILE}-wal"))).is_ok_and(|wal| wal.len() > 0) {
        let from = from.display();
        return Err(StoreError::Unavailable(format!(
            "{from} is a data folder in use, not a backup; make a backup of it"
        )));
    }
    empty_folder(to)?;
    let part = to.join(PART);
    let restored = fs::copy(&copy, &part)
        .map_err(|error| file_error(&format!("{} can't be copied", copy.display()), &error))
        .and_then(|_| make_new(&part, new_lineage))
        .and_then(|()| put_in_place(to));
    restored.inspect_err(|_| discard(&part))
}

fn make_new(part: &Path, new_lineage: &mut dyn FnMut() -> u64) -> Result<(), StoreError> {
    let conn = Connection::open_with_flags(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(store_error)?;
    conn.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA trusted_schema = OFF").map_err(store_error)?;
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(store_error)?;
    if found != "ok" {
        return Err(StoreError::Corrupt(format!("the backup can't be restored: {found}")));
    }
    migrate(&conn)?;
    in_transaction(&conn, |c| restart_lineages(c, new_lineage)).map_err(store_error)
}

/// The content hashes that the records of a backup or a stopped store name: the blob files that belong to them.
pub fn blob_hashes_in(folder: &Path) -> Result<Vec<[u8; 32]>, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let conn = Connection::open_with_flags(folder.join(FILE), flags).map_err(store_error)?;
    reads::blob_hashes(&conn).map_err(store_error)
}

/// Refuses a folder with anything in it.
pub(crate) fn empty_folder(folder: &Path) -> Result<(), StoreError> {
    let name = folder.display();
    let failed = |error| file_error(&format!("the folder {name} can't be used"), &error);
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(StoreError::Unavailable(format!("the folder {name} is not empty; name an empty or a new one")));
    }
    Ok(())
}

/// Makes the copy durable, and only then gives it its name.
fn put_in_place(folder: &Path) -> Result<(), StoreError> {
    let part = folder.join(PART);
    let placed = File::open(&part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&part, folder.join(FILE)))
        .and_then(|()| File::open(folder)?.sync_all());
    placed.map_err(|error| file_error(&format!("the copy in {} can't be finished", folder.display()), &error))
}

fn discard(part: &Path) {
    for end in ["", "-journal"] {
        let _ = fs::remove_file(format!("{}{end}", part.display()));
    }
}
