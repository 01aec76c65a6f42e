//! The SQLite engine keeps its promises.

use std::path::Path;
use std::sync::Arc;
use store::contract::ask::read;
use store::contract::walk::{WORLD, walk};
use store::contract::wrapped::keeping;
use store::{SqliteOptions, SqliteStore, Store, Tick};

fn in_a_new_folder() -> Arc<dyn Store> {
    let folder = tempfile::tempdir().expect("a folder");
    keeping(open(folder.path()), folder)
}

mod keeps {
    use super::*;
    store::contract_tests!(in_a_new_folder);
}

fn picture(store: &dyn Store) -> Vec<String> {
    read(store, |snapshot| WORLD.picture(snapshot)).expect("readable")
}

fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(folder, SqliteOptions::default()).expect("the folder can be opened"))
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    walk(store.clone(), 77, 25);
    let before = picture(&*store);
    let lease = store.lease("index", "one", 600_000).expect("writable").expect("free");
    store.cursor(&lease, Some(Tick(5))).expect("held");
    store.give_up(&lease).expect("held");
    drop(store);
    let store = open(folder.path());
    assert_eq!(picture(&*store), before);
    let again = store.lease("index", "two", 600_000).expect("writable").expect("given up");
    assert!(again.fence > lease.fence);
    assert_eq!(store.cursor(&again, None), Ok(Tick(5)));
}

#[test]
fn a_backup_holds_what_was_there_when_it_began() {
    let (folder, copies) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = open(folder.path());
    walk(store.clone(), 78, 25);
    let (before, mut hashes) = (picture(&*store), read(&*store, |snapshot| snapshot.blob_hashes()).expect("readable"));
    let copy = copies.path().join("new");
    store.backup(&copy, &mut |_, _| {}).expect("there is room");
    assert!(store.backup(&copy, &mut |_, _| {}).is_err(), "not over another one");
    let mut listed = store::blob_hashes_in(&copy).expect("readable");
    listed.sort_unstable();
    hashes.sort_unstable();
    assert_eq!(listed, hashes);
    assert_eq!(picture(&*open(&copy)), before);
}
