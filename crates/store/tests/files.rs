//! The data folder: what a purge leaves in it, backups and restores, and a disk that is full, gone or read-only.
#![allow(clippy::unwrap_used)]

mod helper;
mod power;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use store::{
    Blob, Job, Outward, Planted, SqliteOptions, SqliteStore, Store, StoreError, Tick, Version, blob_hashes_in, restore,
};

use helper::{Dice, at, create, id, read, row, write};
use power::vfs::Recorder;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, SqliteOptions::default()).unwrap()
}

fn open_planted(folder: &Path, planted: Planted) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(folder, SqliteOptions { planted, ..SqliteOptions::default() })
}

const TEXTS: u64 = 20_000;

/// Every fourth text is purged: by turns an old version, a tombstone's text that moved to a version, an expired key.
fn goes(number: u64) -> bool {
    number.is_multiple_of(4)
}

/// Writes texts in random order over 50 Spaces, lets a quarter expire, and purges.
fn write_and_purge(folder: &Path, no_rewrite: bool) -> SqliteStore {
    let planted = Planted { no_rewrite, synchronous: "OFF", ..Planted::default() };
    let store = open_planted(folder, planted).unwrap();
    let mut dice = Dice(88_172_645_463_325_252);
    let mut order: Vec<u64> = (0..TEXTS).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, dice.below(i as u64 + 1) as usize);
    }
    for batch in order.chunks(200) {
        let texts: Vec<(u64, u64, String)> = batch
            .iter()
            .map(|number| {
                let mark = if goes(*number) { "MARKER" } else { "STAYS" };
                let fill = "y".repeat(20 + dice.below(700) as usize);
                (*number, dice.below(50), format!("{{\"text\":\"{mark}-{number:06}-{fill}\"}}"))
            })
            .collect();
        let spaces: Vec<_> = (0..50).map(|space| id(b's', space)).collect();
        let created = texts.clone();
        write(&store, &spaces, move |tx| {
            for (number, space, text) in &created {
                let n = tx.open_account(id(b's', *space), 1)?.n;
                let seq = tx.next_seq(n)?;
                tx.put(row(n, 1, id(b'i', *number), seq, text.clone()));
            }
            Ok(())
        })
        .unwrap();
        write(&store, &spaces, move |tx| {
            for (number, space, text) in texts.iter().filter(|(number, ..)| goes(*number)) {
                let n = tx.open_account(id(b's', *space), 1)?.n;
                let old = tx.get(n, 1, id(b'i', *number))?.unwrap();
                let seq = tx.next_seq(n)?;
                let (body, expires) = (text.clone(), Some(at(50)));
                tx.put_version(Version { n, ty: 1, id: old.id, version: 1, at: at(1), by: old.id, body, expires });
                tx.claim("text", &text[9..22], n, old.id, expires);
                tx.put(match number % 8 {
                    0 => store::Row { seq, body: None, destroyed: Some(at(2)), ..old },
                    _ => store::Row { seq, body: Some("{}".into()), ..old },
                });
            }
            Ok(())
        })
        .unwrap();
    }
    store.purge(at(100), at(100)).unwrap();
    store
}

/// Which markers can be read in any file of the folder.
fn markers(folder: &Path) -> HashSet<[u8; 6]> {
    let mut found = HashSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for (i, window) in bytes.windows(7).enumerate() {
            if window == b"MARKER-" && bytes.len() >= i + 13 {
                found.insert(bytes[i + 7..i + 13].try_into().unwrap());
            }
        }
    }
    found
}

#[test]
fn what_is_purged_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = write_and_purge(folder.path(), false);
    assert_eq!(markers(folder.path()).len(), 0);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let left: usize = (0..50)
        .map(|space| {
            read(&store, move |snapshot| {
                let n = snapshot.head(id(b's', space)).unwrap().unwrap().n;
                snapshot.range(n, 1, store::Range::first(10_000), true).unwrap().len()
            })
        })
        .sum();
    assert_eq!(left as u64, TEXTS - TEXTS / 8);
}

#[test]
fn the_search_finds_what_a_purge_without_rewriting_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let _store = write_and_purge(folder.path(), true);
    let found = markers(folder.path()).len();
    println!("{found} of {} texts are still there", TEXTS / 4);
    assert!(found > 0);
}

#[test]
fn a_purge_while_a_read_is_open_is_finished_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    create(&store, id(b's', 1), id(b'i', 1), "{}").unwrap();
    write(&store, &[id(b's', 1)], |tx| {
        let n = tx.head(id(b's', 1))?.unwrap().n;
        let (by, body, expires) = (id(b'p', 1), "{\"a\":\"MARKER-000001\"}".into(), Some(at(1)));
        tx.put_version(Version { n, ty: 1, id: id(b'i', 1), version: 1, at: at(1), by, body, expires });
        Ok(())
    })
    .unwrap();
    let (opened, is_open) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let (seen, see) = std::sync::mpsc::channel();
    store.read(Box::new(move |snapshot| {
        let snapshot = snapshot.unwrap();
        let versions = || snapshot.versions(1, 1, id(b'i', 1), true).unwrap().len();
        let before = versions();
        opened.send(()).unwrap();
        ended.recv().unwrap();
        seen.send((before, versions())).unwrap();
    }));
    is_open.recv().unwrap();
    store.purge(at(5), at(5)).unwrap();
    assert_eq!(markers(folder.path()).len(), 1, "the read still needs it");
    end.send(()).unwrap();
    assert_eq!(see.recv().unwrap(), (1, 1), "the read kept its state");
    // The writer tries again after each commit.
    let clean = (2..2_000).any(|number| {
        create(&store, id(b's', 1), id(b'i', number), "{}").unwrap();
        markers(folder.path()).is_empty()
    });
    assert!(clean);
}

#[test]
fn a_backup_made_while_writing_is_one_state() {
    let (folder, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    let writing = AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                if !writing.load(SeqCst) {
                    break;
                }
                // Both or none.
                let pair = [id(b's', 1), id(b's', 2)];
                write(&store, &pair, move |tx| {
                    for space in pair {
                        let n = tx.open_account(space, 1)?.n;
                        let seq = tx.next_seq(n)?;
                        tx.put(row(n, 1, id(b'i', number), seq, "{}".into()));
                    }
                    Ok(())
                })
                .unwrap();
            }
        });
        for copy in 0..5 {
            let to = copies.path().join(copy.to_string());
            let mut told = Vec::new();
            store.backup(&to, &mut |done, of| told.push((done, of))).unwrap();
            assert!(told.len() >= 2 && told.last().is_some_and(|(done, of)| done == of), "{told:?}");
            assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1, "one file and nothing beside it");
            let copy = open(&to);
            let heads = read(&copy, |snapshot| {
                [1, 2].map(|space| snapshot.head(id(b's', space)).unwrap().map(|head| head.seq))
            });
            assert_eq!(heads[0], heads[1]);
            assert_eq!(copy.check().unwrap(), Vec::<String>::new());
        }
        writing.store(false, SeqCst);
    });
}

/// Readers that closed at the same moment left the log behind, and the folder looked as if it was in use.
#[test]
fn a_closed_store_is_one_file() {
    for round in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let space = id(b's', 1);
        write(&store, &[space], move |tx| {
            tx.open_account(space, 7)?;
            Ok(())
        })
        .unwrap();
        drop(store);
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(files, ["meanwhile.db"], "round {round}");
    }
}

#[test]
fn a_backup_goes_only_into_an_empty_folder() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    std::fs::write(other.path().join("notes.txt"), "mine").unwrap();
    let error = store.backup(other.path(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("is not empty")), "{error}");
    let error = restore(folder.path(), other.path(), &mut || 1).unwrap_err();
    assert!(error.to_string().contains("data folder in use"), "{error}");
    drop(store);
    let error = restore(folder.path(), other.path(), &mut || 1).unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 1);
}

#[test]
fn a_restore_starts_new_lineages_and_holds_what_goes_outside() {
    let folders = tempfile::tempdir().unwrap();
    let [live, copy, restored] = ["live", "copy", "restored"].map(|name| folders.path().join(name));
    let (store, space) = (open(&live), id(b's', 1));
    let last = write(&store, &[space], move |tx| {
        let n = tx.open_account(space, 7)?.n;
        let seq = tx.next_seq(n)?;
        tx.put(row(n, 1, id(b'i', 1), seq, "{}".into()));
        let job = |run: &str| Job {
            n,
            account: space,
            run: run.into(),
            due: at(5),
            waits_for: None,
            order: 1,
            payload: "{}".into(),
        };
        tx.put_job(job("publish/1"));
        tx.put_outward(n, "mail", "{}".into());
        let blob = |number, hash| Blob {
            id: id(b'b', number),
            n,
            hash: [hash; 32],
            size: u64::MAX,
            media_type: "text/plain".into(),
            by: id(b'p', 1),
            expires: at(9),
        };
        tx.put_blob(blob(1, 1));
        tx.put_blob(blob(2, 2));
        tx.put_blob(blob(3, 1));
        Ok(())
    })
    .unwrap();
    let lease = store.lease("search", "one", 60_000).unwrap().unwrap();
    store.cursor(&lease, Some(last)).unwrap();
    store.backup(&copy, &mut |_, _| {}).unwrap();
    assert_eq!(blob_hashes_in(&copy).unwrap(), [[1; 32], [2; 32]]);

    let mut next = 100;
    let mut fresh = || {
        next += 1;
        next
    };
    restore(&copy, &restored, &mut fresh).unwrap();
    assert_eq!(std::fs::read_dir(&restored).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(&copy).unwrap().count(), 1, "the backup is as it was");
    let again = open(&restored);
    let head = read(&again, move |snapshot| snapshot.head(space).unwrap().unwrap());
    assert_eq!((head.lineage, head.seq, head.tick), (101, 1, last));
    assert_eq!(again.jobs_due(at(10), 9).unwrap(), (vec![], None));
    assert_eq!(read(&again, |snapshot| snapshot.outward(0, 9).unwrap()), []);
    assert!(again.cursor(&lease, None).is_err(), "nobody holds a lease after a restore");
    let lease = again.lease("search", "two", 60_000).unwrap().unwrap();
    assert_eq!((lease.fence, again.cursor(&lease, None).unwrap()), (2, last));
    assert_eq!(again.hold(false).unwrap(), 2);
    assert_eq!(again.jobs_due(at(10), 9).unwrap().0.len(), 1);
    let outward: Vec<Outward> = read(&again, |snapshot| snapshot.outward(0, 9).unwrap());
    assert_eq!(outward.len(), 1);
    let size = read(&again, |snapshot| snapshot.blob(id(b'b', 1)).unwrap().unwrap().size);
    assert_eq!(size, u64::MAX);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let folders = tempfile::tempdir().unwrap();
    let [live, copy, to] = ["live", "copy", "to"].map(|name| folders.path().join(name));
    let store = open(&live);
    for number in 0..200 {
        create(&store, id(b's', 1), id(b'i', number), &format!("{{\"a\":\"{}\"}}", "x".repeat(500))).unwrap();
    }
    store.backup(&copy, &mut |_, _| {}).unwrap();
    let file = copy.join("meanwhile.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let from = bytes.len() - 40_000;
    bytes[from..from + 20_000].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let error = restore(&copy, &to, &mut || 1).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 0, "nothing is left half restored");
}

/// A store over a disk that can be made to fail.
fn on_a_weak_disk(folder: &Path) -> (Arc<Recorder>, SqliteStore) {
    let recorder = Recorder::register(false);
    let planted = Planted { vfs: Some(recorder.vfs()), ..Planted::default() };
    let store = open_planted(folder, planted).unwrap();
    create(&store, id(b's', 1), id(b'i', 1), "{\"first\":1}").unwrap();
    (recorder, store)
}

/// One fault: how it begins, what a writer is told, how it ends.
type Fault = (fn(&Recorder), fn(&StoreError) -> bool, fn(&Recorder));

#[test]
fn a_failing_disk_is_named_and_nothing_acknowledged_is_lost() {
    let faults: [Fault; 3] = [
        (
            |disk| disk.room.store(0, SeqCst),
            |e| matches!(e, StoreError::Full(_)),
            |disk| disk.room.store(i64::MAX, SeqCst),
        ),
        (
            |disk| disk.gone.store(true, SeqCst),
            |e| matches!(e, StoreError::Unavailable(_)),
            |disk| disk.gone.store(false, SeqCst),
        ),
        (|disk| disk.syncs.store(0, SeqCst), |e| matches!(e, StoreError::Unavailable(_)), |_| {}),
    ];
    for (begins, expected, ends) in faults {
        let folder = tempfile::tempdir().unwrap();
        let (disk, store) = on_a_weak_disk(folder.path());
        begins(&disk);
        let space = id(b's', 1);
        let error = create(&store, space, id(b'i', 2), "{}").unwrap_err();
        assert!(expected(&error), "{error:?}");
        let rows =
            move |snapshot: &dyn store::Snapshot| snapshot.range(1, 1, store::Range::first(9), true).unwrap().len();
        assert_eq!(read(&store, rows), 1, "it is still read");
        ends(&disk);
        create(&store, space, id(b'i', 2), "{}").unwrap();
        assert_eq!(read(&store, move |snapshot| snapshot.head(space).unwrap().unwrap().seq), 2);
        drop(store);
        assert_eq!(read(&open(folder.path()), rows), 2);
    }
}

#[test]
fn upkeep_on_a_full_disk_fails_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, store) = on_a_weak_disk(folder.path());
    disk.room.store(3, SeqCst);
    let error = store.purge(at(1), at(1)).unwrap_err();
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    disk.room.store(i64::MAX, SeqCst);
    store.purge(at(1), at(1)).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    create(&store, id(b's', 1), id(b'i', 2), "{}").unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, store) = on_a_weak_disk(folder.path());
    drop(store);
    disk.read_only.store(true, SeqCst);
    let planted = Planted { vfs: Some(disk.vfs()), ..Planted::default() };
    let error = open_planted(folder.path(), planted.clone()).err().unwrap();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("may not be written")), "{error}");
    disk.read_only.store(false, SeqCst);
    let store = open_planted(folder.path(), planted).unwrap();
    assert!(create(&store, id(b's', 1), id(b'i', 2), "{}").unwrap() > Tick(1));
}

#[test]
fn a_folder_that_can_not_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = SqliteStore::open(&file.join("data"), SqliteOptions::default()).err().unwrap();
    assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("data can't be made")), "{error}");
}
