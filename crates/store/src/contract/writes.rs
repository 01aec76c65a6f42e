//! Promises about what a command can take back, and what it sees of itself.

use jmap::Id;

use super::Make;
use super::ask::{self, at, blob, id, job, open, put_again, put_new, read, submit, tombstone, version, write};
use super::picture::{INDEXES, KEY_NAMES, TOP, World, show_row};
use crate::{Stop, Tx};

type Step = fn(&mut dyn Tx, u32, Id) -> Result<(), Stop>;

/// Each kind of write, once; each is to be taken back alone and with all others. Written over what
/// [`some_of_each`] left.
pub(super) const EACH_KIND: [(&str, Step); 22] = [
    ("a number", |tx, n, _| Ok(tx.next_seq(n).map(|_| ())?)),
    ("a new record", |tx, _, account| put_new(tx, account, 1, id(b'i', 7)).map(|_| ())),
    ("an update", |tx, _, account| put_again(tx, account, 1, id(b'i', 1)).map(|_| ())),
    ("a tombstone", |tx, n, _| {
        let row = tx.get(n, 1, id(b'i', 2))?.ok_or(Stop::Refused)?;
        let seq = tx.next_seq(n)?;
        Ok(tx.put(tombstone(&row, seq, at(5))))
    }),
    ("an index row", |tx, n, _| Ok(tx.put_index(n, INDEXES[0], b"blue", 2))),
    ("an index row taken away", |tx, n, _| Ok(tx.drop_index(n, INDEXES[0], b"red", 1))),
    ("a key", |tx, n, _| Ok(tx.claim(KEY_NAMES[0], "new", n, id(b'i', 1), None))),
    ("a key replaced", |tx, n, _| Ok(tx.claim(KEY_NAMES[0], "passing", n, id(b'i', 2), Some(at(900))))),
    ("a key let go", |tx, _, _| Ok(tx.release(KEY_NAMES[0], "ada"))),
    ("a version", |tx, n, _| Ok(tx.put_version(version(n, id(b'i', 1), 3, None)))),
    ("a version replaced", |tx, n, _| Ok(tx.put_version(version(n, id(b'i', 1), 2, Some(at(77)))))),
    ("versions that expire", |tx, n, _| Ok(tx.expire_versions(n, 1, id(b'i', 1), Some(at(50))))),
    ("a version taken away", |tx, n, _| Ok(tx.drop_version(n, 1, id(b'i', 1), 1))),
    ("an upload", |tx, n, _| Ok(tx.put_blob(blob(n, 8, 8, at(100))))),
    ("a hold", |tx, n, _| Ok(tx.hold_blob(n, id(b'b', 2), id(b'i', 1), None))),
    ("a hold let go", |tx, n, _| Ok(tx.drop_blob(n, id(b'b', 1), id(b'i', 1)))),
    ("a hold that expires", |tx, n, _| Ok(tx.hold_blob(n, id(b'b', 1), id(b'i', 1), Some(at(8))))),
    ("a job", |tx, n, account| Ok(tx.put_job(job(n, account, "publish/9", at(3), 1)))),
    ("a job replaced", |tx, n, account| Ok(tx.put_job(job(n, account, "publish/1", at(4), 2)))),
    ("a job taken away", |tx, n, _| Ok(tx.drop_job(n, "publish/1"))),
    ("an outward row", |tx, n, _| Ok(tx.put_outward(n, "mail", r#"{"to":"eve"}"#.into()))),
    ("a counter", |tx, _, _| Ok(tx.set_counter("sign-in", 5, at(6)))),
];

/// Two records and one row of each other kind. The account must be open.
pub(super) fn some_of_each(tx: &mut dyn Tx, account: Id) -> Result<(), Stop> {
    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
    let seq = put_new(tx, account, 1, id(b'i', 1))?;
    put_new(tx, account, 1, id(b'i', 2))?;
    tx.put_index(n, INDEXES[0], b"red", seq);
    tx.claim(KEY_NAMES[0], "ada", n, id(b'i', 1), None);
    tx.claim(KEY_NAMES[0], "passing", n, id(b'i', 1), Some(at(10)));
    tx.put_version(version(n, id(b'i', 1), 1, None));
    tx.put_version(version(n, id(b'i', 1), 2, None));
    tx.put_blob(blob(n, 1, 1, at(100)));
    tx.put_blob(blob(n, 2, 2, at(100)));
    tx.hold_blob(n, id(b'b', 1), id(b'i', 1), None);
    tx.put_job(job(n, account, "publish/1", at(2), 0));
    tx.put_outward(n, "mail", r#"{"to":"ada"}"#.into());
    tx.set_counter("sign-in", 1, at(5));
    Ok(())
}

/// All of [`EACH_KIND`].
pub(super) fn other_of_each(tx: &mut dyn Tx, account: Id) -> Result<(), Stop> {
    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
    EACH_KIND.iter().try_for_each(|(_, step)| step(tx, n, account))
}

/// What the command itself can read of all that.
fn own_view(tx: &mut dyn Tx, n: u32, account: Id) -> Result<Vec<String>, Stop> {
    let mut lines = vec![format!("seq {:?}", tx.head(account)?.map(|head| head.seq))];
    for number in [1, 2, 7] {
        let row = tx.get(n, 1, id(b'i', number))?;
        let there = row.as_ref().map(|row| row.created_seq);
        lines.push(format!("{:?}", row.map(|row| show_row(&row))));
        if let Some(created_seq) = there {
            lines.push(format!("{:?}", tx.at_seq(n, 1, created_seq)?.map(|row| show_row(&row))));
        }
    }
    for key in [&b"red"[..], b"blue"] {
        lines.push(format!("{:?}", tx.index(n, INDEXES[0], key, 9)?));
    }
    for key in ["ada", "passing", "new"] {
        lines.push(format!("{:?}", tx.key(KEY_NAMES[0], key)?));
    }
    lines.push(format!("{:?}", tx.keys(KEY_NAMES[0], "", 9)?));
    lines.push(format!("{:?}", tx.versions(n, 1, id(b'i', 1))?));
    for number in [1, 2, 8] {
        lines.push(format!("{:?} {}", tx.blob(id(b'b', number))?, tx.blob_served(n, id(b'b', number))?));
    }
    for run in ["publish/1", "publish/9"] {
        lines.push(format!("{:?}", tx.job(n, run)?));
    }
    lines.push(format!("{:?}", tx.counter("sign-in")?));
    Ok(lines)
}

/// `undo_to` takes back each kind of write, alone and all at once: for the command, and for all who read later.
pub(super) fn each_kind_of_write_is_taken_back_by_undo(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    write(&*store, &[account], move |tx| some_of_each(tx, account));
    let world = World { accounts: 1, records: 9, blobs: 9 };
    let pictured = world.clone();
    let before = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
    for (what, step) in EACH_KIND {
        let (own_before, own_after) = write(&*store, &[account], move |tx| {
            let own_before = own_view(tx, n, account)?;
            let mark = tx.mark();
            step(tx, n, account)?;
            tx.undo_to(mark);
            Ok((own_before, own_view(tx, n, account)?))
        });
        assert_eq!(own_before, own_after, "{what}, as the command sees it");
        let pictured = world.clone();
        let after = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
        assert_eq!(before, after, "{what}, as a reader sees it");
    }
    let (own_before, own_after) = write(&*store, &[account], move |tx| {
        let own_before = own_view(tx, n, account)?;
        let mark = tx.mark();
        other_of_each(tx, account)?;
        tx.undo_to(mark);
        Ok((own_before, own_view(tx, n, account)?))
    });
    assert_eq!(own_before, own_after, "all, as the command sees it");
    let after = read(&*store, move |snapshot| world.picture(snapshot).expect("readable"));
    assert_eq!(before, after, "all, as a reader sees it");
}

/// The same writes are there for the command at once, and for a reader in the same words after the commit.
pub(super) fn a_command_sees_its_own_writes(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let inside = write(&*store, &[account], move |tx| {
        some_of_each(tx, account)?;
        other_of_each(tx, account)?;
        own_view(tx, n, account)
    });
    let later = write(&*store, &[account], move |tx| own_view(tx, n, account));
    // Ticks are set by the commit, and own_view shows none.
    assert_eq!(inside, later);
    for (step, present) in [("again 5", true), ("publish/9", true), ("publish/1", false)] {
        let found = later.iter().any(|line| line.contains(step));
        assert_eq!(found, present, "{step}: {later:#?}");
    }
}

/// Marks within marks; numbers go on where they stood.
pub(super) fn undo_gives_numbers_back_so_there_are_no_gaps(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let kept = write(&*store, &[account], move |tx| {
        let mut kept = vec![put_new(tx, account, 1, id(b'i', 1))?];
        let outer = tx.mark();
        put_new(tx, account, 1, id(b'i', 2))?;
        let inner = tx.mark();
        put_new(tx, account, 1, id(b'i', 3))?;
        tx.undo_to(inner);
        put_new(tx, account, 1, id(b'i', 4))?;
        tx.undo_to(outer);
        kept.push(put_new(tx, account, 2, id(b'i', 5))?);
        // A mark can be come back to more than once.
        let mark = tx.mark();
        for number in 6..9 {
            put_new(tx, account, 1, id(b'i', number))?;
            tx.undo_to(mark);
        }
        kept.push(put_new(tx, account, 1, id(b'i', 9))?);
        Ok(kept)
    });
    assert_eq!(kept, [1, 2, 3]);
    let rows = read(&*store, move |snapshot| snapshot.created_after(n, 1, 0, TOP, 99)).expect("readable");
    assert_eq!(rows.iter().map(|row| (row.id, row.seq)).collect::<Vec<_>>(), [(id(b'i', 1), 1), (id(b'i', 9), 3)]);
    let next = submit(&*store, &[account], move |tx| Ok(tx.next_seq(n)?));
    assert_eq!(next.wait().value(), 4);
}

/// An account that was opened behind a mark is not there after it.
pub(super) fn undo_takes_back_a_new_account(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (gone, again) = write(&*store, &[one, two], move |tx| {
        let mark = tx.mark();
        tx.open_account(one, 1)?;
        put_new(tx, one, 1, id(b'i', 1))?;
        tx.undo_to(mark);
        let gone = tx.head(one)?;
        tx.open_account(two, 2)?;
        let again = tx.open_account(one, 3)?;
        Ok((gone, again))
    });
    assert_eq!((gone, again.seq, again.lineage), (None, 0, 3));
    assert_eq!(ask::create(&*store, one, 1, id(b'i', 1)), 1);
}
