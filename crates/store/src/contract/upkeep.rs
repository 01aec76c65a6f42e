//! Promises about what is taken out for ever, and about looking after the store.

use std::time::{Duration, Instant};

use jmap::{Id, UtcDate};

use super::Make;
use super::ask::{at, blob, create, id, open, put_new, read, tombstone, version, write};
use super::picture::{ALL, INDEXES, World};
use super::writes;
use crate::{ChangesError, N, Seq, Stop, Store, StoreError, changes};

/// Long after everything that expires in these tests.
const LATE: i64 = 1_000_000;

fn destroy(store: &dyn Store, account: Id, number: u64, when: UtcDate) -> Seq {
    write(store, &[account], move |tx| {
        let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
        let row = tx.get(n, 1, id(b'i', number))?.ok_or(Stop::Refused)?;
        let seq = tx.next_seq(n)?;
        tx.put(tombstone(&row, seq, when));
        Ok(seq)
    })
}

fn floor(store: &dyn Store, n: N) -> Seq {
    read(store, move |snapshot| snapshot.head_of(n)).expect("readable").map_or(0, |head| head.floor)
}

/// Old tombstones go and raise the floor; below it `/changes` can't be calculated, from it on it can.
pub(super) fn a_purge_takes_tombstones_and_raises_the_floor(make: &Make) {
    let store = make();
    let (account, other) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, account), open(&*store, other));
    for number in 1..=5 {
        create(&*store, account, 1, id(b'i', number));
    }
    create(&*store, other, 1, id(b'i', 1));
    write(&*store, &[account], move |tx| Ok(tx.put_index(n, INDEXES[0], b"red", 1)));
    let old = destroy(&*store, account, 1, at(100)); // 6
    let young = destroy(&*store, account, 2, at(300)); // 7
    assert_eq!(store.purge(at(400), at(50)), Ok(vec![]));
    assert_eq!((floor(&*store, n), floor(&*store, m)), (0, 0), "nothing was old enough");
    store.purge(at(400), at(200)).expect("writable");
    let risen = floor(&*store, n);
    assert!((old..young).contains(&risen), "the floor is {risen}");
    assert_eq!(floor(&*store, m), 0, "other accounts keep theirs");
    let page = |cursor| {
        read(&*store, move |snapshot| {
            let head = snapshot.head_of(n)?.map_or(0, |head| head.seq);
            changes(snapshot, n, 1, cursor, cursor, head, 50)
        })
    };
    let given = page(0).expect("who holds nothing misses nothing");
    assert_eq!((given.created, given.destroyed), ([3, 4, 5].map(|number| id(b'i', number)).to_vec(), vec![]));
    let began = |head| read(&*store, move |snapshot| changes(snapshot, n, 1, 0, 4, head, 50).map(|page| page.created));
    assert_eq!(began(risen), Ok(vec![id(b'i', 5)]), "what is gone was gone at the first page");
    assert_eq!(began(risen - 1), Err(ChangesError::CannotCalculate), "an earlier page may have given it");
    assert_eq!(page(risen - 1), Err(ChangesError::CannotCalculate));
    assert_eq!(page(risen).expect("from the floor on").destroyed, [id(b'i', 2)]);
    let rows = read(&*store, move |snapshot| snapshot.get(n, 1, &[id(b'i', 1), id(b'i', 2)], true)).expect("readable");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id(b'i', 2)]);
    assert_eq!(create(&*store, account, 1, id(b'i', 9)), 8, "numbers go on");
    store.purge(at(400), at(200)).expect("again changes nothing");
    assert_eq!(floor(&*store, n), risen);
    assert_eq!(store.check(), Ok(vec![]));
}

/// What expired goes, with the content that nothing names any more; what is held or lasts stays.
pub(super) fn a_purge_takes_what_expired(make: &Make) {
    let store = make();
    let (account, other) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, account), open(&*store, other));
    write(&*store, &[account, other], move |tx| {
        put_new(tx, account, 1, id(b'i', 1))?;
        put_new(tx, other, 1, id(b'i', 1))?;
        tx.put_version(version(n, id(b'i', 1), 1, Some(at(100))));
        tx.put_version(version(n, id(b'i', 1), 2, Some(at(900))));
        tx.put_version(version(n, id(b'i', 1), 3, None));
        tx.claim("token", "old", n, id(b'i', 1), Some(at(100)));
        tx.claim("token", "young", n, id(b'i', 1), Some(at(900)));
        tx.claim("token", "lasting", n, id(b'i', 1), None);
        tx.set_counter("sign-in", 3, at(100));
        tx.set_counter("upload", 3, at(900));
        // 1: nobody's. 2: held. 3: held for a while longer. 4: held, but not any longer. 5: same content as 2.
        // 6: still the uploader's. 7: held by another account alone. 8: same content as 9, which is held.
        for (number, content) in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 2), (7, 7), (8, 8), (9, 8)] {
            tx.put_blob(blob(n, number, content, at(100)));
        }
        tx.put_blob(blob(n, 6, 6, at(900)));
        tx.hold_blob(n, id(b'b', 2), id(b'i', 1), None);
        tx.hold_blob(n, id(b'b', 3), id(b'i', 1), Some(at(900)));
        tx.hold_blob(n, id(b'b', 4), id(b'i', 1), Some(at(100)));
        tx.hold_blob(m, id(b'b', 7), id(b'i', 1), None);
        tx.hold_blob(n, id(b'b', 9), id(b'i', 1), None);
        Ok(())
    });
    let mut gone = store.purge(at(500), at(0)).expect("writable");
    gone.sort_unstable();
    assert_eq!(gone, [[1; 32], [4; 32]]);
    read(&*store, move |snapshot| {
        let versions = snapshot.versions(n, 1, id(b'i', 1), true).expect("readable");
        assert_eq!(versions.iter().map(|version| version.version).collect::<Vec<_>>(), [3, 2]);
        let keys = snapshot.keys("token", "", "", 9).expect("readable");
        assert_eq!(keys.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["lasting", "young"]);
        assert_eq!(snapshot.counter("sign-in"), Ok(None));
        assert_eq!(snapshot.counter("upload"), Ok(Some((3, at(900)))));
        let there = (1..=9).filter(|number| snapshot.blob(id(b'b', *number)).expect("readable").is_some());
        assert_eq!(there.collect::<Vec<_>>(), [2, 3, 6, 7, 9]);
        let mut hashes = snapshot.blob_hashes().expect("readable");
        hashes.sort_unstable();
        assert_eq!(hashes.iter().map(|hash| hash[0]).collect::<Vec<_>>(), [2, 3, 6, 7, 8]);
    });
    let mut gone = store.purge(at(LATE), at(0)).expect("writable");
    gone.sort_unstable();
    assert_eq!(gone, [[3; 32], [6; 32]]);
    assert_eq!(store.check(), Ok(vec![]));
}

/// Reads are right while and after the file is rewritten, also for a snapshot that was open before.
pub(super) fn a_purge_breaks_no_reader(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    for number in 1..=20 {
        create(&*store, account, 1, id(b'i', number));
    }
    destroy(&*store, account, 3, at(1));
    let (reader, purger) = (store.clone(), store.clone());
    let (tell, told) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    reader.read(Box::new(move |snapshot| {
        let snapshot = snapshot.expect("the store can be read");
        let count = || snapshot.created_after(n, 1, 0, 99, ALL).map(|stubs| stubs.len());
        let before = count();
        let _ = tell.send(before);
        // Until the test lets go, or fails.
        let _ = gone.recv();
        let _ = tell.send(count());
    }));
    assert_eq!(told.recv(), Ok(Ok(20)));
    let purge = std::thread::spawn(move || purger.purge(at(LATE), at(LATE)));
    // An engine may wait for the reader; most can take out what has to go before that.
    let until = Instant::now() + Duration::from_secs(2);
    let left = || read(&*store, move |snapshot| snapshot.created_after(n, 1, 0, 99, ALL)).expect("readable").len();
    while left() == 20 && Instant::now() < until {}
    go.send(()).expect("the reader is there");
    assert_eq!(told.recv(), Ok(Ok(20)), "an open snapshot stays as it was");
    purge.join().expect("no panic").expect("writable");
    assert_eq!(left(), 19);
    assert_eq!(create(&*store, account, 1, id(b'i', 21)), 22);
}

/// A healthy store has no faults to tell of.
pub(super) fn a_healthy_store_passes_its_check(make: &Make) {
    let store = make();
    assert_eq!(store.check(), Ok(vec![]));
    let account = id(b's', 1);
    open(&*store, account);
    write(&*store, &[account], move |tx| {
        writes::some_of_each(tx, account)?;
        writes::other_of_each(tx, account)
    });
    assert_eq!(store.check(), Ok(vec![]));
}

/// A backup is written while the store is running, or the engine says that it has none to give.
pub(super) fn a_backup_tells_how_far_it_is(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    write(&*store, &[account], move |tx| writes::some_of_each(tx, account));
    let world = World { accounts: 1, records: 9, blobs: 9 };
    let pictured = world.clone();
    let before = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
    let folder = std::env::temp_dir().join(format!("store-contract-{}-{:p}", std::process::id(), &*before));
    let mut told = Vec::new();
    let how = store.backup(&folder, &mut |done, of| told.push((done, of)));
    let files = std::fs::read_dir(&folder).map_or(0, |entries| entries.count());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
    match how {
        Err(StoreError::Unavailable(_)) => assert_eq!(files, 0),
        how => {
            assert_eq!(how, Ok(()));
            assert!(files > 0, "something is there");
            assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{told:?}");
            assert!(told.last().is_some_and(|(done, of)| done == of && *of > 0), "{told:?}");
        }
    }
    let after = read(&*store, move |snapshot| world.picture(snapshot).expect("readable"));
    assert_eq!(before, after);
}
