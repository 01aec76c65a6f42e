//! Uploads that come in pieces: each keeps its own bytes, whoever else writes and wherever it goes on.

use std::path::Path;
use std::sync::Barrier;
use store::Blobs;

const KEY: [u8; 32] = [7; 32];

fn blobs(folder: &Path) -> Blobs {
    Blobs::open(folder, KEY).expect("the folder can be made")
}

#[test]
fn two_uploads_of_a_person_that_finish_at_once_keep_their_own_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    for round in 0..300 {
        let both = Barrier::new(2);
        std::thread::scope(|scope| {
            for name in ["p1.u1", "p1.u2"] {
                let (blobs, both) = (&blobs, &both);
                scope.spawn(move || {
                    let held = blobs.hold(name, true).expect("nobody writes it");
                    let mut upload = held.go_on(0, 100, 0, 1).expect("there is room");
                    upload.write(format!("{name} {round}").as_bytes()).expect("there is room");
                    both.wait();
                    let finished = upload.finish().expect("nobody is in the way");
                    assert_eq!(blobs.verify(&finished.hash), Ok(true), "{name} in round {round}");
                    blobs.forget_upload(name).expect("writable");
                });
            }
        });
    }
}

#[test]
fn what_came_while_one_waited_to_go_on_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = blobs(folder.path());
    let begun = |offset: u64, last: u64| {
        blobs.hold("p1.u1", offset == 0).and_then(|held| held.go_on(offset, 100, last, last + 1))
    };
    let mut upload = begun(0, 0).expect("there is room");
    upload.write(b"01234").expect("there is room");
    assert_eq!(upload.keep(), Ok(5));
    drop(upload);
    // Who comes late has it, hears how far it is, and lets it be.
    drop(blobs.hold("p1.u1", true).expect("nobody writes it"));
    let mut upload = begun(5, 1).expect("all of it is there");
    upload.write(b"56789").expect("there is room");
    let finished = upload.finish().expect("there is room");
    assert_eq!(finished.hash, *blake3::keyed_hash(&KEY, b"0123456789").as_bytes());
}

#[test]
fn what_went_on_at_another_server_is_found_under_its_own_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, there) = (blobs(folder.path()), blobs(folder.path()));
    let resume = |at: &Blobs, offset: u64, turn: u64| {
        let held = at.hold("p1.u1", offset == 0).expect("nobody writes it");
        held.go_on(offset, 100, turn - 1, turn).expect("what was kept is there")
    };
    let mut cut_off = resume(&here, 0, 1);
    cut_off.write(b"bytes of no one").expect("there is room");
    drop(cut_off);
    let mut goes_on = resume(&there, 0, 2);
    goes_on.write(b"bytes of theirs").expect("there is room");
    assert_eq!(goes_on.keep(), Ok(15));
    drop(goes_on);
    let finished = resume(&here, 15, 3).finish().expect("there is room");
    assert_eq!(finished.hash, *blake3::keyed_hash(&KEY, b"bytes of theirs").as_bytes());
    assert_eq!(here.verify(&finished.hash), Ok(true));
}
