//! Promises about records: by id, by place, by thread, and as `/changes` walks them.

use jmap::Id;

use super::Make;
use super::ask::{at, create, id, open, put_again, put_new, read, record, tombstone, write};
use super::picture::{ALL, TOP, show_row};
use crate::{N, Origin, Range, Row, Seq, Stop, Store, StoreError, Tx};

const NONE: [Seq; 0] = [];

/// Ten records of type 1 (`i1` to `i10`, places 1 to 10), of which 3 and 4 are destroyed and 2 and 5 updated, in
/// that order of changes: 11 to 14; and one of type 2 at 15.
fn some_records(store: &dyn Store) -> (Id, N) {
    let account = id(b's', 1);
    let n = open(store, account);
    write(store, &[account], move |tx| {
        for number in 1..=10 {
            put_new(tx, account, 1, id(b'i', number))?;
        }
        Ok(())
    });
    destroy(store, account, 3);
    write(store, &[account], move |tx| put_again(tx, account, 1, id(b'i', 2)));
    destroy(store, account, 4);
    write(store, &[account], move |tx| put_again(tx, account, 1, id(b'i', 5)));
    create(store, account, 2, id(b'i', 1));
    (account, n)
}

fn destroy(store: &dyn Store, account: Id, number: u64) {
    write(store, &[account], move |tx| destroy_in(tx, account, id(b'i', number)));
}

fn destroy_in(tx: &mut dyn Tx, account: Id, record_id: Id) -> Result<Seq, Stop> {
    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
    let row = tx.get(n, 1, record_id)?.ok_or(Stop::Refused)?;
    let seq = tx.next_seq(n)?;
    tx.put(tombstone(&row, seq, at(seq as i64)));
    Ok(seq)
}

fn places(rows: Result<Vec<Row>, StoreError>) -> Vec<Seq> {
    rows.expect("readable").iter().map(|row| row.created_seq).collect()
}

/// Column by column, with text that breaks naive quoting.
pub(super) fn a_record_is_read_as_it_was_written(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let odd = serde_json::json!({ "text": "\u{0} ' \" \\ % _ é 漢字 🙂 \u{2028} \r\n", "n": 1.5e300 }).to_string();
    let long = serde_json::json!({ "text": "0123456789".repeat(30_000) }).to_string();
    let rows: Vec<Row> = vec![
        Row { head: odd.clone(), body: Some(odd), ..record(n, 1, id(b'i', 1), 1) },
        Row { body: Some(long), origin: Origin::Imported, ..record(n, 1, id(b'i', 2), 2) },
        Row { body: None, origin: Origin::Moved, thread: Some(id(b'i', 1)), ..record(n, 255, id(b'i', 1), 3) },
        Row { version: u32::MAX, kind: 255, origin: Origin::Restored, ..record(n, 1, id(b't', 1), 4) },
        Row { version: 0, kind: 0, head: "{}".into(), ..record(n, 0, id(b'i', 5), 5) },
    ];
    let written = rows.clone();
    write(&*store, &[account], move |tx| {
        for row in &written {
            tx.next_seq(n)?;
            tx.put(row.clone());
        }
        Ok(())
    });
    for expected in rows {
        let (ty, row_id, place) = (expected.ty, expected.id, expected.created_seq);
        let seen = read(&*store, move |snapshot| {
            let by_id = snapshot.get(n, ty, &[row_id], true).expect("readable");
            let by_place = snapshot.at_seqs(n, ty, &[place], true).expect("readable");
            let bare = snapshot.get(n, ty, &[row_id], false).expect("readable");
            assert!(bare.len() == 1 && bare[0].body.is_none() && bare[0].head == by_id[0].head);
            (by_id, by_place)
        });
        assert_eq!(seen.0, seen.1);
        assert_eq!(seen.0.iter().map(show_row).collect::<Vec<_>>(), [show_row(&expected)]);
        let inside = write(&*store, &[account], move |tx| Ok((tx.get(n, ty, row_id)?, tx.at_seq(n, ty, place)?)));
        assert_eq!(inside, (Some(seen.0[0].clone()), Some(seen.0[0].clone())));
    }
}

/// In the order asked; what is not there is left out; tombstones are there.
pub(super) fn records_come_in_the_order_asked(make: &Make) {
    let store = make();
    let (_, n) = some_records(&*store);
    read(&*store, move |snapshot| {
        let ids = [9, 77, 3, 1].map(|number| id(b'i', number));
        assert_eq!(places(snapshot.get(n, 1, &ids, true)), [9, 3, 1]);
        assert_eq!(places(snapshot.at_seqs(n, 1, &[9, 77, 3, 1], true)), [9, 3, 1]);
        assert_eq!(places(snapshot.get(n, 1, &[], true)), NONE);
        let dead = snapshot.get(n, 1, &[id(b'i', 3)], true).expect("readable");
        assert_eq!((dead[0].seq, dead[0].destroyed, &*dead[0].head, &dead[0].body), (11, Some(at(11)), "{}", &None));
        // Another type, another account, another letter.
        assert_eq!(places(snapshot.get(n, 2, &[id(b'i', 1), id(b'i', 2)], true)), [15]);
        assert_eq!(places(snapshot.get(n + 1, 1, &ids, true)), NONE);
        assert_eq!(places(snapshot.at_seqs(n, 2, &[1, 15], true)), [15]);
        assert_eq!(places(snapshot.get(n, 1, &[id(b't', 1)], true)), NONE);
        // Many at once.
        let many: Vec<Id> = (1..5000).map(|number| id(b'i', number)).collect();
        assert_eq!(places(snapshot.get(n, 1, &many, false)), (1..=10).collect::<Vec<_>>());
        assert_eq!(places(snapshot.at_seqs(n, 1, &(1..5000).collect::<Vec<_>>(), false)).len(), 10);
    });
}

/// Living records by creation, both ways.
pub(super) fn a_range_gives_the_living_in_order_of_creation(make: &Make) {
    let store = make();
    let (_, n) = some_records(&*store);
    read(&*store, move |snapshot| {
        assert_eq!(places(snapshot.range(n, 1, Range::first(ALL), true)), [1, 2, 5, 6, 7, 8, 9, 10]);
        assert_eq!(places(snapshot.range(n, 1, Range::newest(3), true)), [10, 9, 8]);
        assert_eq!(places(snapshot.range(n, 1, Range { after: Some(2), down: false, limit: 2 }, true)), [5, 6]);
        assert_eq!(places(snapshot.range(n, 1, Range { after: Some(6), down: true, limit: 9 }, true)), [5, 2, 1]);
        assert_eq!(places(snapshot.range(n, 1, Range { after: Some(0), down: false, limit: 1 }, true)), [1]);
        assert_eq!(places(snapshot.range(n, 1, Range { after: Some(0), down: true, limit: 9 }, true)), NONE);
        assert_eq!(places(snapshot.range(n, 1, Range { after: Some(10), down: false, limit: 9 }, true)), NONE);
        assert_eq!(places(snapshot.range(n, 1, Range::newest(0), true)), NONE);
        assert_eq!(places(snapshot.range(n, 2, Range::first(9), true)), [15]);
        assert_eq!(places(snapshot.range(n + 1, 1, Range::first(9), true)), NONE);
        let rows = snapshot.range(n, 1, Range::first(1), true).expect("readable");
        assert!(rows[0].body.is_some(), "with bodies");
        let heads = snapshot.range(n, 1, Range::first(1), false).expect("readable");
        assert_eq!(heads[0], Row { body: None, ..rows[0].clone() });
    });
}

/// A thread holds records of any type, tombstones too.
pub(super) fn a_thread_is_read_downwards(make: &Make) {
    let store = make();
    let (account, other) = (id(b's', 1), id(b's', 2));
    let (n, m) = (open(&*store, account), open(&*store, other));
    let root = id(b'i', 1);
    let in_thread = move |tx: &mut dyn Tx, n: N, ty: u8, number: u64, thread: Option<Id>| -> Result<(), Stop> {
        let seq = tx.next_seq(n)?;
        tx.put(Row { thread, ..record(n, ty, id(b'i', number), seq) });
        Ok(())
    };
    write(&*store, &[account, other], move |tx| {
        for number in 1..=6 {
            in_thread(tx, n, if number == 4 { 2 } else { 1 }, number, (number != 5).then_some(root))?;
        }
        in_thread(tx, n, 1, 7, Some(id(b'i', 2)))?;
        in_thread(tx, m, 1, 8, Some(root))
    });
    destroy(&*store, account, 2);
    let inside = write(&*store, &[account], move |tx| {
        in_thread(tx, n, 1, 9, Some(root))?;
        let seen = (tx.thread_down(n, root, TOP, 9)?, tx.thread_down(n, root, 4, 2)?, tx.thread_down(n, root, TOP, 0)?);
        Ok([seen.0, seen.1, seen.2].map(|rows| places(Ok(rows))))
    });
    assert_eq!(inside, [vec![9, 6, 4, 3, 2, 1], vec![3, 2], vec![]]);
    read(&*store, move |snapshot| {
        assert_eq!(places(snapshot.thread_down(n, root, TOP, 9)), [9, 6, 4, 3, 2, 1]);
        assert_eq!(places(snapshot.thread_down(n, root, 4, 2)), [3, 2]);
        assert_eq!(places(snapshot.thread_down(n, root, 1, 9)), NONE);
        assert_eq!(places(snapshot.thread_down(m, root, TOP, 9)), [1]);
        assert_eq!(places(snapshot.thread_down(n, id(b'i', 5), TOP, 9)), NONE);
        let dead = &snapshot.thread_down(n, root, 3, 1).expect("readable")[0];
        assert_eq!(dead.destroyed, Some(at(8)));
        let all = snapshot.thread_down(n, root, TOP, 9).expect("readable");
        assert!(all.iter().all(|row| row.body.is_none()), "heads alone");
    });
}

/// The two walks that `/changes` is made of.
pub(super) fn changes_are_walked_by_creation_and_by_update(make: &Make) {
    let store = make();
    let (_, n) = some_records(&*store);
    read(&*store, move |snapshot| {
        let updated = |cursor, limit| {
            let stubs = snapshot.updated_after(n, 1, cursor, limit).expect("readable");
            stubs.iter().map(|stub| (stub.created_seq, stub.seq, stub.destroyed)).collect::<Vec<_>>()
        };
        assert_eq!(updated(0, 9), [(3, 11, true), (2, 12, false), (4, 13, true), (5, 14, false)]);
        assert_eq!(updated(11, 2), [(2, 12, false), (4, 13, true)]);
        assert_eq!(updated(14, 9), []);
        let created = |cursor, upto, limit| {
            let stubs = snapshot.created_after(n, 1, cursor, upto, limit).expect("readable");
            stubs.iter().map(|stub| (stub.created_seq, stub.seq, stub.destroyed)).collect::<Vec<_>>()
        };
        assert_eq!(created(1, 4, 9), [(2, 12, false), (3, 11, true), (4, 13, true)]);
        assert_eq!(created(0, TOP, 2), [(1, 1, false), (2, 12, false)]);
        assert_eq!(created(9, TOP, 9), [(10, 10, false)]);
        assert_eq!(created(4, 4, 9), []);
        let stubs = snapshot.created_after(n, 1, 0, TOP, 9).expect("readable");
        assert!(stubs.iter().all(|stub| stub.id == id(b'i', stub.created_seq)));
        assert_eq!(snapshot.updated_after(n, 2, 0, 9).expect("readable"), []);
        assert_eq!(snapshot.updated_after(n + 1, 1, 0, 9).expect("readable"), []);
    });
}

/// A snapshot stays as it was while others write.
pub(super) fn a_snapshot_sees_one_state(make: &Make) {
    let store = make();
    let (account, n) = some_records(&*store);
    let inside = store.clone();
    let (before, during, after) = read(&*store, move |snapshot| {
        let look = || {
            (places(snapshot.range(n, 1, Range::first(ALL), true)), snapshot.head_of(n), snapshot.key("handle", "x"))
        };
        let before = look();
        write(&*inside, &[account], move |tx| {
            tx.claim("handle", "x", n, id(b'i', 1), None);
            destroy_in(tx, account, id(b'i', 1))?;
            put_new(tx, account, 1, id(b'i', 11))
        });
        let after = read(&*inside, move |snapshot| places(snapshot.range(n, 1, Range::first(ALL), true)));
        (before, look(), after)
    });
    assert_eq!(before, during);
    assert_eq!(after, [2, 5, 6, 7, 8, 9, 10, 17]);
}
