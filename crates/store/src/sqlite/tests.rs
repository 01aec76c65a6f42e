//! What is SQLite's own: its file, its plans, its batches. What every engine promises is in `contract`.

mod overlay;

use std::cell::RefCell;
use std::collections::HashSet;

use rusqlite::Connection;

use super::schema::FILE;
use super::{SqliteOptions, SqliteStore};
use crate::contract::ask::{Gate, at, create, id, open, put_new, read, submit};
use crate::{IndexRange, Store, StoreError, Tick};

/// Fails on a query that walks a whole table, or sorts. One row and the end of a key are no walk.
pub(super) fn assert_planned_well(c: &Connection, sql: &str) {
    thread_local!(static SEEN: RefCell<HashSet<String>> = RefCell::default());
    let allowed =
        ["SELECT tick FROM meta", "SELECT ifnull(max(n), 0) FROM accounts", "SELECT DISTINCT hash FROM blobs"];
    let known = SEEN.with_borrow_mut(|seen| !seen.insert(sql.to_owned()));
    if known || allowed.iter().any(|allowed| sql.starts_with(allowed)) {
        return;
    }
    let mut plan = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps: Vec<String> = plan
        .raw_query()
        .mapped(|row| row.get(3))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let bad = steps.iter().find(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
    assert_eq!(bad, None, "{sql}\n{steps:#?}");
}

fn store() -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap();
    (folder, store)
}

fn reopened(folder: &tempfile::TempDir) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(folder.path(), SqliteOptions::default())
}

#[test]
fn every_read_has_an_index() {
    let (_folder, store) = store();
    let space = id(b's', 1);
    let n = open(&store, space);
    create(&store, space, 1, id(b'i', 1));
    read(&store, move |snapshot| {
        let item = id(b'i', 1);
        snapshot.head(space).unwrap();
        snapshot.head_of(n).unwrap();
        snapshot.look(Tick(0), 10).unwrap();
        for bodies in [true, false] {
            snapshot.get(n, 1, &[item], bodies).unwrap();
            snapshot.at_seqs(n, 1, &[1], bodies).unwrap();
        }
        snapshot.thread_down(n, item, 9, 9).unwrap();
        snapshot.updated_after(n, 1, 0, 9).unwrap();
        snapshot.created_after(n, 1, 0, 9, 9).unwrap();
        snapshot.walk_down(n, 1, Tick(0), 0).unwrap();
        for down in [true, false] {
            snapshot.range(n, 1, crate::Range { after: Some(1), down, limit: 9 }, true).unwrap();
            for after in [None, Some((b"m".as_slice(), 1))] {
                snapshot.index(n, "by", &IndexRange { from: b"a", to: b"z", after, down, limit: 9 }).unwrap();
            }
        }
        snapshot.key("k", "a").unwrap();
        snapshot.keys("k", "a", "", 9).unwrap();
        snapshot.keys("k", "a", "ab", 9).unwrap();
        snapshot.count_keys("k", "a").unwrap();
        snapshot.count_keys("k", "").unwrap();
        snapshot.versions(n, 1, item, true).unwrap();
        snapshot.versions(n, 1, item, false).unwrap();
        snapshot.version(n, 1, item, 1).unwrap();
        snapshot.blob(id(b'b', 1)).unwrap();
        snapshot.blob_served(n, id(b'b', 1)).unwrap();
        snapshot.jobs(n).unwrap();
        snapshot.counter("c").unwrap();
        snapshot.outward(0, 9).unwrap();
        snapshot.blob_hashes().unwrap();
    });
    store.jobs_due(at(0), 9).unwrap();
}

#[test]
fn the_plan_check_can_fail() {
    let (_folder, store) = store();
    let conn = Connection::open(&store.file).unwrap();
    let walks = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        assert_planned_well(&conn, "SELECT id FROM records ORDER BY head");
    }));
    assert!(walks.is_err());
}

#[test]
fn a_store_that_is_opened_again_goes_on() {
    let (folder, store) = store();
    let space = id(b's', 1);
    let n = open(&store, space);
    create(&store, space, 1, id(b'i', 1));
    let before = read(&store, |snapshot| snapshot.look(Tick(0), 9).unwrap());
    drop(store);
    assert!(!folder.path().join(format!("{FILE}-wal")).exists(), "closing tidies up");

    let store = reopened(&folder).unwrap();
    assert_eq!(read(&store, |snapshot| snapshot.look(Tick(0), 9).unwrap()), before);
    assert_eq!(create(&store, space, 1, id(b'i', 2)), 2);
    assert!(read(&store, move |snapshot| snapshot.head_of(n).unwrap().unwrap().tick) > before.0);
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let (folder, store) = store();
    drop(store);
    let conn = Connection::open(folder.path().join(FILE)).unwrap();
    conn.pragma_update(None, "user_version", 9).unwrap();
    let error = reopened(&folder).err().unwrap();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("schema 9")), "{error}");
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let conn = Connection::open(folder.path().join(FILE)).unwrap();
    conn.execute_batch("CREATE TABLE bookmarks (url)").unwrap();
    let error = reopened(&folder).err().unwrap();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("not a database of Meanwhile")), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "meanwhile ".repeat(1000)).unwrap();
    let error = reopened(&folder).err().unwrap();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
}

/// The base holds the id already, so only the table notices.
#[test]
fn a_row_that_a_table_refuses_harms_only_its_command() {
    let (_folder, store) = store();
    let space = id(b's', 1);
    open(&store, space);
    create(&store, space, 1, id(b'i', 1));
    let gate = Gate::close(&store);
    let asked: Vec<_> = [7, 1, 8]
        .map(|number| submit(&store, &[space], move |tx| put_new(tx, space, 1, id(b'i', number))))
        .into_iter()
        .collect();
    gate.open();
    let ended: Vec<_> = asked.into_iter().map(|asked| asked.wait()).collect();
    assert!(matches!(ended[1].how, Err(StoreError::Broken(_))), "{:?}", ended[1]);
    assert_eq!((ended[0].value, ended[2].value), (Some(2), Some(3)), "numbers have no gap");
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn the_check_finds_what_must_not_be() {
    let (_folder, store) = store();
    let space = id(b's', 1);
    open(&store, space);
    create(&store, space, 1, id(b'i', 1));
    create(&store, space, 1, id(b'i', 2));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let conn = Connection::open(&store.file).unwrap();
    let faults = [
        ("UPDATE records SET seq = 99 WHERE created_seq = 2", "above the head"),
        ("UPDATE records SET seq = 1 WHERE created_seq = 2", "is that of 2 records"),
        ("UPDATE records SET account = 5 WHERE created_seq = 2", "which is not there"),
        ("INSERT INTO index_rows VALUES (1, 'by', x'00', 77)", "which is no record"),
        ("INSERT INTO keys VALUES ('k', 'a', 8, x'00', NULL)", "leads to account number 8"),
        ("INSERT INTO blob_refs VALUES (1, (SELECT id FROM accounts), (SELECT id FROM accounts), NULL)", "no blob"),
    ];
    for (sql, expected) in faults {
        conn.execute_batch("SAVEPOINT before").unwrap();
        conn.execute(sql, []).unwrap();
        let found = super::check::faults(&conn).unwrap();
        assert!(found.len() == 1 && found[0].contains(expected), "{sql}: {found:?}");
        conn.execute_batch("ROLLBACK TO before; RELEASE before").unwrap();
    }
}

/// Readers that are never all away would keep the log from starting again.
#[test]
fn the_log_stays_short_under_constant_reads() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { checkpoint_pages: 20, ..SqliteOptions::default() };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let space = id(b's', 1);
    let n = open(&store, space);
    let reading = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while reading.load(std::sync::atomic::Ordering::Relaxed) {
                    read(&store, move |snapshot| snapshot.range(n, 1, crate::Range::newest(50), true).unwrap());
                }
            });
        }
        for number in 0..400 {
            create(&store, space, 1, id(b'i', number));
        }
        reading.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    let wal = std::fs::metadata(folder.path().join(format!("{FILE}-wal"))).unwrap().len();
    assert!(wal < 40 * 20 * 4096, "the log has {wal} bytes");
}
