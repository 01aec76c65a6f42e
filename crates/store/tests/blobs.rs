//! Contents on the disk: durable before they are named, and never taken away while somebody needs them.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::{Blobs, Pinned, StoreError, UploadError};

const KEY: [u8; 32] = [7; 32];

fn blobs(folder: &Path) -> Blobs {
    Blobs::open(folder, KEY).expect("the folder can be made")
}

fn put(blobs: &Blobs, content: &[u8]) -> Pinned {
    let mut upload = blobs.begin(1 << 30).expect("there is room");
    for part in content.chunks(1000) {
        upload.write(part).expect("there is room");
    }
    upload.finish().expect("there is room")
}

fn content(blobs: &Blobs, hash: &[u8; 32]) -> Vec<u8> {
    let (mut file, size) = blobs.open_blob(hash).expect("it is there");
    let mut content = Vec::new();
    file.read_to_end(&mut content).expect("readable");
    assert_eq!(content.len() as u64, size);
    content
}

/// A collection, as the records are that name these.
fn collect(blobs: &Blobs, named: &[[u8; 32]]) -> Result<u64, StoreError> {
    blobs.collect(&|| Ok(named.to_vec()))
}

/// A copy, while nothing is taken away.
fn copy(blobs: &Blobs, to: &Path, hashes: &[[u8; 32]]) -> Result<Vec<[u8; 32]>, StoreError> {
    blobs.hold_still()?.copy_to(to, hashes, &mut |_, _| {})
}

/// All files but locks, relative to the folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("readable") {
            let path = entry.expect("readable").path();
            if path.ends_with("locks") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("below it").to_owned());
            }
        }
    }
    found.sort();
    found
}

fn path_of(folder: &Path, hash: &[u8; 32]) -> PathBuf {
    let name = blake3::Hash::from_bytes(*hash).to_hex();
    folder.join(&name[..2]).join(name.as_str())
}

#[test]
fn content_is_found_under_its_keyed_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    for length in [0, 1, 999, 1000, 1001, 300_000] {
        let bytes: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        let pinned = put(&blobs, &bytes);
        assert_eq!((pinned.hash, pinned.size), (*blake3::keyed_hash(&KEY, &bytes).as_bytes(), length as u64));
        assert_eq!(content(&blobs, &pinned.hash), bytes);
        assert_eq!(blobs.verify(&pinned.hash), Ok(true));
        assert!(path_of(folder.path(), &pinned.hash).is_file());
    }
    assert_eq!(files(folder.path()).len(), 6, "and nothing is left in between");
    let missing = blobs.open_blob(&[0; 32]).map(|(_, size)| size);
    assert!(matches!(missing, Err(StoreError::Corrupt(_))), "{missing:?}");
    assert_eq!(blobs.verify(&[0; 32]), Ok(false));
}

#[test]
fn only_the_owner_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(&folder.path().join("blobs"));
    let pinned = put(&blobs, b"secret");
    let path = path_of(&folder.path().join("blobs"), &pinned.hash);
    for place in path.ancestors().take(3) {
        let mode = fs::metadata(place).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", place.display());
    }
}

#[test]
fn the_same_content_twice_is_one_file_and_looks_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let first = put(&blobs, b"same");
    let (mut open, _) = blobs.open_blob(&first.hash).expect("it is there");
    let again = put(&blobs, b"same");
    let mut read = Vec::new();
    open.read_to_end(&mut read).expect("readable");
    assert_eq!(read, b"same", "a download goes on");
    assert_eq!((first.hash, first.size), (again.hash, again.size));
    assert_eq!(files(folder.path()).len(), 1);
    let many: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| put(&blobs, b"all at once").hash)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(many.iter().all(|hash| *hash == many[0]));
    assert_eq!(content(&blobs, &many[0]), b"all at once");
    assert_eq!(files(folder.path()).len(), 2);
}

#[test]
fn an_upload_has_a_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let mut upload = blobs.begin(10).expect("there is room");
    upload.write(b"0123456789").expect("exactly the limit");
    assert_eq!(upload.write(b"x"), Err(UploadError::TooLarge(10)));
    assert_eq!(upload.size(), 10);
    drop(upload);
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new(), "a dropped upload leaves nothing");
}

#[test]
fn what_a_killed_upload_left_is_swept_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody_waits = |_: &str| Ok(false);
    let kept = put(&blobs(folder.path()), b"whole").hash;
    // As a kill leaves it: the file without its owner.
    let left = format!("{}-{}", std::process::id(), u64::from(u32::MAX));
    fs::write(folder.path().join("incoming").join(left), b"half of i").expect("writable");
    assert_eq!(files(folder.path()).len(), 2);
    let restarted = blobs(folder.path());
    assert_eq!(restarted.sweep_incoming(&nobody_waits), Ok(1));
    assert_eq!(restarted.sweep_incoming(&nobody_waits), Ok(0));
    assert_eq!(content(&restarted, &kept), b"whole");
    // Another one does not stumble over names that are taken.
    for number in 0..2000 {
        let taken = format!("{}-{number}", std::process::id());
        fs::write(folder.path().join("incoming").join(taken), b"stale").expect("writable");
    }
    assert_eq!(content(&restarted, &put(&restarted, b"next").hash), b"next");
    assert_eq!(restarted.sweep_incoming(&nobody_waits), Ok(2000));
}

#[test]
fn a_server_that_starts_sweeps_nothing_that_another_one_is_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = blobs(folder.path());
    let mut upload = here.begin(100).expect("there is room");
    upload.write(b"half, ").expect("there is room");
    let mut later = here.hold("b1", true).and_then(|held| held.go_on(0, 100, 0, 1)).expect("there is room");
    later.write(b"half").expect("there is room");
    assert_eq!(blobs(folder.path()).sweep_incoming(&|_| Ok(false)), Ok(0));
    upload.write(b"and whole").expect("there is room");
    assert_eq!(content(&here, &upload.finish().expect("there is room").hash), b"half, and whole");
    drop(later);
    assert_eq!(blobs(folder.path()).sweep_incoming(&|_| Ok(true)), Ok(0), "it may be resumed");
    assert_eq!(blobs(folder.path()).sweep_incoming(&|name| Ok(name != "b1")), Ok(1));
}

#[test]
fn damage_is_found_and_the_same_content_heals_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let hash = put(&blobs, b"the content").hash;
    let path = path_of(folder.path(), &hash);
    fs::write(&path, b"the kontent").expect("writable");
    assert_eq!(blobs.verify(&hash), Ok(false), "a flipped letter");
    drop(put(&blobs, b"the content"));
    assert_eq!(blobs.verify(&hash), Ok(true));
    fs::write(&path, b"the con").expect("writable");
    assert_eq!(blobs.verify(&hash), Ok(false), "cut short");
    drop(put(&blobs, b"the content"));
    assert_eq!(blobs.verify(&hash), Ok(true));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn a_collection_spares_what_is_held_and_what_was_named_while_it_looked() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let old = put(&blobs, b"old").hash;
    let (held, held_hash) = (put(&blobs, b"held"), *blake3::keyed_hash(&KEY, b"held").as_bytes());
    let back = put(&blobs, b"back").hash;
    assert!(old[0] != held_hash[0] && back[0] != held_hash[0], "a lock is for a folder of contents");
    // When it asks first nothing is named; then one comes back, is named, and its guard goes.
    let named = std::cell::RefCell::new(Vec::new());
    let removed = blobs.collect(&|| {
        let answer = named.borrow().clone();
        if answer.is_empty() {
            drop(put(&blobs, b"back"));
            named.borrow_mut().push(back);
        }
        Ok(answer)
    });
    assert_eq!(removed, Ok(1));
    assert_eq!((blobs.verify(&old), blobs.verify(&held_hash), blobs.verify(&back)), (Ok(false), Ok(true), Ok(true)));
    drop(held);
    assert_eq!(collect(&blobs, &[]), Ok(2));
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn content_stays_as_long_as_one_of_its_guards() {
    let folder = tempfile::tempdir().expect("a folder");
    let (blobs, other_server) = (blobs(folder.path()), blobs(folder.path()));
    let (one, two) = (put(&blobs, b"shared"), put(&other_server, b"shared"));
    drop(one);
    assert_eq!(collect(&blobs, &[]), Ok(0));
    drop(two);
    assert_eq!(collect(&blobs, &[]), Ok(1));
}

#[test]
fn what_was_never_named_is_found_and_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let named = put(&blobs, b"named").hash;
    let orphan = put(&blobs, b"orphan").hash;
    let fresh = put(&blobs, b"fresh");
    fs::write(folder.path().join("README"), "somebody's").expect("writable");
    assert_eq!(collect(&blobs, &[named]), Ok(1));
    assert_eq!(blobs.verify(&orphan), Ok(false));
    assert_eq!((content(&blobs, &named), content(&blobs, &fresh.hash)), (b"named".to_vec(), b"fresh".to_vec()));
    assert!(folder.path().join("README").exists(), "strangers' files are left alone");
}

#[test]
fn a_collection_that_cannot_ask_takes_nothing_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let hash = put(&blobs, b"there").hash;
    let asked = std::cell::Cell::new(0);
    for fails_at in [1, 2] {
        asked.set(0);
        let collected = blobs.collect(&|| {
            asked.set(asked.get() + 1);
            if asked.get() == fails_at { Err(StoreError::Unavailable("away".into())) } else { Ok(Vec::new()) }
        });
        assert!(matches!(collected, Err(StoreError::Unavailable(_))), "{collected:?}");
        assert_eq!(blobs.verify(&hash), Ok(true));
    }
}

#[test]
fn uploads_and_collections_at_once_lose_nothing_that_is_pinned() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    drop(put(&blobs, b"contended"));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..60 {
                    let pinned = put(&blobs, b"contended");
                    assert_eq!(content(&blobs, &pinned.hash), b"contended");
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..300 {
                collect(&blobs, &[]).expect("writable");
            }
        });
    });
}

#[test]
fn a_backup_holds_collections_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let hash = put(&blobs, b"gone soon").hash;
    let still = blobs.hold_still().expect("a lock");
    std::thread::scope(|scope| {
        let collecting = scope.spawn(|| collect(&blobs, &[]));
        let copies = tempfile::tempdir().expect("a folder");
        assert_eq!(still.copy_to(copies.path(), &[hash], &mut |_, _| {}), Ok(vec![]));
        assert_eq!(content(&self::blobs(copies.path()), &hash), b"gone soon");
        assert!(!collecting.is_finished());
        drop(still);
        assert_eq!(collecting.join().expect("no panic"), Ok(1));
    });
}

#[test]
fn a_copy_goes_on_where_it_was_interrupted() {
    let (folder, copies) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let blobs = blobs(folder.path());
    let contents: Vec<Vec<u8>> = (1..=5).map(|length| vec![length; usize::from(length) * 1000]).collect();
    let hashes: Vec<[u8; 32]> = contents.iter().map(|content| put(&blobs, content).hash).collect();
    // What an interrupted copy leaves: one whole, one half, one under its temporary name.
    let half = path_of(copies.path(), &hashes[1]);
    let part = path_of(copies.path(), &hashes[2]).with_extension("part");
    for (path, bytes) in [(&half, &contents[1][..500]), (&part, &contents[2][..500])] {
        fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
        fs::write(path, bytes).expect("writable");
    }
    let whole = path_of(copies.path(), &hashes[0]);
    fs::create_dir_all(whole.parent().expect("below the folder")).expect("writable");
    fs::write(&whole, &contents[0]).expect("writable");
    let mut told = Vec::new();
    let asked: Vec<[u8; 32]> = hashes.iter().copied().chain([[9; 32]]).collect();
    let missing =
        blobs.hold_still().expect("a lock").copy_to(copies.path(), &asked, &mut |done, of| told.push((done, of)));
    assert_eq!(missing, Ok(vec![[9; 32]]), "what is lost here is said, and the rest is copied");
    assert_eq!((told.first(), told.last()), (Some(&(0, 15_000)), Some(&(15_000, 15_000))));
    let copy = self::blobs(copies.path());
    for (hash, bytes) in hashes.iter().zip(&contents) {
        assert_eq!(copy.verify(hash), Ok(true));
        assert_eq!(&content(&copy, hash), bytes);
    }
    assert_eq!(self::copy(&blobs, copies.path(), &hashes), Ok(vec![]), "again");
    // The copy lives on when the original goes.
    assert_eq!(collect(&blobs, &[]), Ok(5));
    assert!(hashes.iter().all(|hash| copy.verify(hash) == Ok(true)));
}

#[test]
fn a_copy_to_another_disk_is_a_copy() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().expect("a folder");
    // Memory is another disk wherever it is there; elsewhere the copies are links, and the test still holds.
    let copies = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
    let blobs = blobs(folder.path());
    let hashes = [&[1; 300_000][..], b"", b"small"].map(|bytes| put(&blobs, bytes).hash);
    let missing = self::copy(&blobs, &copies.path().join("blobs"), &hashes);
    assert_eq!(missing, Ok(vec![]));
    let copy = self::blobs(&copies.path().join("blobs"));
    assert!(hashes.iter().all(|hash| copy.verify(hash) == Ok(true)));
    assert_eq!(files(&copies.path().join("blobs")).len(), 3, "nothing in between is left");
    let device = |path: &Path| fs::metadata(path).expect("it is there").dev();
    let links = fs::metadata(path_of(folder.path(), &hashes[0])).expect("it is there").nlink();
    assert_eq!(links, if device(folder.path()) == device(copies.path()) { 2 } else { 1 });
}

/// Set for the process that runs on a small disk: its folder.
const SMALL: &str = "MEANWHILE_TEST_SMALL_DISK";

/// On a disk of 1 MiB of its own where the system lets us mount one, else with files limited to that size.
#[test]
fn a_full_disk_is_said_and_leaves_what_was_there() {
    const NAME: &str = "a_full_disk_is_said_and_leaves_what_was_there";
    if let Some(folder) = std::env::var_os(SMALL) {
        return on_a_small_disk(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let test = std::env::current_exe().expect("this test is a program");
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).arg("sh").arg(folder.path()).arg(&test).args(["--exact", NAME]).env(SMALL, folder.path());
        command.output()
    };
    let mounted = "mount -t tmpfs -o size=1m none \"$1\" 2>/dev/null || exit 77; shift; exec \"$@\"";
    let limited = "trap '' 25; ulimit -f 1024; shift; exec \"$@\"";
    let ran = match run("unshare", &["-m", "sh", "-c", mounted]) {
        Ok(ran) if ran.status.success() || String::from_utf8_lossy(&ran.stdout).contains(NAME) => ran,
        _ => run("sh", &["-c", limited]).expect("there is a shell"),
    };
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ran.stderr));
}

fn on_a_small_disk(folder: &Path) {
    let blobs = blobs(folder);
    let kept = put(&blobs, &[1; 1000]).hash;
    let mut upload = blobs.begin(1 << 30).expect("there is room");
    let full = loop {
        match upload.write(&[2; 64 * 1024]) {
            Ok(()) => assert!(upload.size() < 4 << 20, "the disk is not small"),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, UploadError::Store(StoreError::Full(_))), "{full:?}");
    drop(upload);
    assert_eq!(files(folder).len(), 1, "nothing of it stays");
    assert_eq!(blobs.verify(&kept), Ok(true));
    assert_eq!(content(&blobs, &put(&blobs, &[3; 500_000]).hash).len(), 500_000, "there is room again");
}
