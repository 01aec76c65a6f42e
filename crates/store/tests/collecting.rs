//! Uploads, records that come and go, collections and backups, all at once and from two servers that share the folder:
//! no file that a record names is ever lost, and in the end none is left that no record names. The collections that do
//! it wrongly must be caught.
#![allow(clippy::unwrap_used)]

mod helper;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use helper::Dice;
use store::{Blobs, ResumeError, StoreError, Upload};

const KEY: [u8; 32] = [7; 32];
type Hash = [u8; 32];

/// How files are taken away.
type Collect = fn(&Blobs, &Path, &Records) -> Result<(), StoreError>;

/// What the database knows: which record names which content.
#[derive(Default)]
struct Records(Mutex<BTreeMap<u64, Hash>>);

impl Records {
    fn named(&self) -> Vec<Hash> {
        self.0.lock().unwrap().values().copied().collect()
    }
}

/// What went wrong.
#[derive(Default, Debug)]
struct Wrong {
    lost: u64,
    not_in_the_backup: u64,
    left: u64,
}

struct World<'a> {
    folder: &'a Path,
    records: Records,
    next: AtomicU64,
    over: AtomicBool,
    lost: AtomicU64,
    not_in_the_backup: AtomicU64,
}

fn path_of(folder: &Path, hash: &Hash) -> std::path::PathBuf {
    let name = blake3::Hash::from_bytes(*hash).to_hex();
    folder.join(&name[..2]).join(name.as_str())
}

/// Few contents, so that one comes back while it is taken away.
fn some_content(dice: &mut Dice) -> Vec<u8> {
    format!("content {}", dice.below(5)).into_bytes()
}

/// Again while the sweep looks at it, as clients do.
fn resumed_at(blobs: &Blobs, name: &str, offset: u64) -> Upload {
    loop {
        match blobs.hold(name, offset == 0).and_then(|held| held.go_on(offset, 100, 0, 0)) {
            Err(ResumeError::Busy) => std::thread::yield_now(),
            resumed => return resumed.unwrap(),
        }
    }
}

impl World<'_> {
    /// One upload by one server, in one go or in pieces, and then its record; sometimes the client is gone before.
    fn upload(&self, blobs: &Blobs, dice: &mut Dice) {
        let bytes = some_content(dice);
        let number = self.next.fetch_add(1, SeqCst);
        let name = format!("u{number}");
        let resumed = dice.below(2) == 0;
        let mut upload = if resumed {
            let cut = dice.below(bytes.len() as u64 + 1);
            let mut first = resumed_at(blobs, &name, 0);
            first.write(&bytes[..cut as usize]).unwrap();
            assert_eq!(first.keep(), Ok(cut));
            drop(first);
            let mut second = resumed_at(blobs, &name, cut);
            second.write(&bytes[cut as usize..]).unwrap();
            second
        } else {
            let mut upload = blobs.begin(100).unwrap();
            upload.write(&bytes).unwrap();
            upload
        };
        if dice.below(8) == 0 {
            upload.write(b", half").unwrap();
            return;
        }
        let pinned = upload.finish().unwrap();
        assert_eq!(pinned.hash, *blake3::keyed_hash(&KEY, &bytes).as_bytes());
        if dice.below(8) > 0 {
            self.records.0.lock().unwrap().insert(number, pinned.hash);
        }
        drop(pinned);
        blobs.forget_upload(&name).unwrap();
    }

    fn writes(&self, blobs: &Blobs, mut dice: Dice) {
        for _ in 0..60 {
            match dice.below(3) {
                // Gone from the records.
                0 => {
                    let mut records = self.records.0.lock().unwrap();
                    let at = dice.below(records.len() as u64 + 1) as usize;
                    let one = records.keys().nth(at).copied();
                    one.map(|one| records.remove(&one));
                }
                _ => self.upload(blobs, &mut dice),
            }
            // While nobody can change the records: what they name is there.
            let records = self.records.0.lock().unwrap();
            let lost = records.values().filter(|hash| blobs.verify(hash) != Ok(true)).count();
            self.lost.fetch_add(lost as u64, SeqCst);
        }
    }

    fn backs_up(&self, blobs: &Blobs, holds_still: bool) {
        while !self.over.load(SeqCst) {
            let to = in_memory();
            let still = holds_still.then(|| blobs.hold_still().unwrap());
            let named = self.records.named();
            let hashes: Vec<Hash> = BTreeSet::from_iter(named).into_iter().collect();
            if !holds_still {
                long_enough_for_others();
            }
            let still = still.unwrap_or_else(|| blobs.hold_still().unwrap());
            let missing = still.copy_to(to.path(), &hashes, &mut |_, _| {}).unwrap();
            self.not_in_the_backup.fetch_add(missing.len() as u64, SeqCst);
        }
    }
}

/// Where syncing costs nothing, if there is such a place: it is not what this is about.
fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// One history.
fn happens(seed: u64, collect: Collect, holds_still: bool) -> Wrong {
    let folder = in_memory();
    let open = || Blobs::open(folder.path(), KEY).unwrap();
    let servers = [open(), open()];
    let world = World {
        folder: folder.path(),
        records: Records::default(),
        next: AtomicU64::new(0),
        over: AtomicBool::new(false),
        lost: AtomicU64::new(0),
        not_in_the_backup: AtomicU64::new(0),
    };
    let world = &world;
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4u64)
            .map(|who| {
                let blobs = &servers[who as usize % 2];
                scope.spawn(move || world.writes(blobs, Dice(seed * 8 + who + 1)))
            })
            .collect();
        for blobs in &servers {
            scope.spawn(move || {
                while !world.over.load(SeqCst) {
                    collect(blobs, world.folder, &world.records).unwrap();
                }
            });
        }
        scope.spawn(|| world.backs_up(&servers[1], holds_still));
        scope.spawn(|| {
            while !world.over.load(SeqCst) {
                servers[0].sweep_incoming(&|_| Ok(true)).unwrap();
            }
        });
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        world.over.store(true, SeqCst);
        assert!(ended.iter().all(Result::is_ok), "a writer failed");
    });
    // The last record of one content at least is taken away while nobody else does anything.
    {
        let mut records = world.records.0.lock().unwrap();
        let one = records.values().min().copied();
        records.retain(|_, hash| Some(*hash) != one);
    }
    // Quiet: everything that has no name goes.
    collect(&servers[0], folder.path(), &world.records).unwrap();
    servers[1].sweep_incoming(&|_| Ok(false)).unwrap();
    let named = BTreeSet::from_iter(world.records.named());
    let lost = named.iter().filter(|hash| servers[0].verify(hash) != Ok(true)).count() as u64;
    let left = left_in(folder.path(), &named);
    let (lost, not_in_the_backup) = (lost + world.lost.load(SeqCst), world.not_in_the_backup.load(SeqCst));
    Wrong { lost, not_in_the_backup, left }
}

/// Files that are neither named nor locks.
fn left_in(folder: &Path, named: &BTreeSet<Hash>) -> u64 {
    let named: BTreeSet<_> = named.iter().map(|hash| path_of(folder, hash)).collect();
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.filter(|path| !path.ends_with("locks")).flat_map(|path| fs::read_dir(path).unwrap());
    files.filter(|file| !named.contains(&file.as_ref().unwrap().path())).count() as u64
}

fn as_built(blobs: &Blobs, _: &Path, records: &Records) -> Result<(), StoreError> {
    blobs.collect(&|| Ok(records.named())).map(drop)
}

/// A control: asks once, and locks nothing.
fn without_locks(_: &Blobs, folder: &Path, records: &Records) -> Result<(), StoreError> {
    let named = BTreeSet::from_iter(records.named());
    take_away(folder, &named);
    Ok(())
}

/// A control: locks, but believes what it heard before.
fn asks_once(blobs: &Blobs, _: &Path, records: &Records) -> Result<(), StoreError> {
    let heard = records.named();
    long_enough_for_others();
    blobs.collect(&|| Ok(heard.clone())).map(drop)
}

/// So that what a control leaves open is met, on a busy machine too.
fn long_enough_for_others() {
    for _ in 0..100 {
        std::thread::yield_now();
    }
}

/// A control: takes nothing away.
fn never(_: &Blobs, _: &Path, _: &Records) -> Result<(), StoreError> {
    std::thread::yield_now();
    Ok(())
}

fn take_away(folder: &Path, named: &BTreeSet<Hash>) {
    for first in 0..=255u8 {
        for entry in fs::read_dir(folder.join(format!("{first:02x}"))).unwrap() {
            let path = entry.unwrap().path();
            let hash = *blake3::Hash::from_hex(path.file_name().unwrap().to_str().unwrap()).unwrap().as_bytes();
            if !named.contains(&hash) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// As many histories as a run has time for.
fn histories() -> u64 {
    if std::env::var_os("MEANWHILE_SOAK").is_some() { 500 } else { 12 }
}

#[test]
fn no_file_is_lost_that_a_record_names_and_none_stays_that_none_names() {
    for seed in 0..histories() {
        let wrong = happens(seed, as_built, true);
        assert_eq!((wrong.lost, wrong.not_in_the_backup, wrong.left), (0, 0, 0), "seed {seed}");
    }
}

#[test]
fn collections_that_do_it_wrongly_are_caught() {
    let caught = |what: &str, collect: Collect, holds_still, how: fn(&Wrong) -> u64| {
        let wrong = (0..200).map(|seed| happens(seed, collect, holds_still)).find(|wrong| how(wrong) > 0);
        assert!(wrong.is_some(), "{what} was not noticed in 200 histories");
    };
    caught("a collection without locks", without_locks, true, |wrong| wrong.lost);
    caught("a collection that asks once", asks_once, true, |wrong| wrong.lost);
    caught("a backup that holds nothing still", as_built, false, |wrong| wrong.not_in_the_backup);
    caught("a collection that takes nothing away", never, true, |wrong| wrong.left);
}
