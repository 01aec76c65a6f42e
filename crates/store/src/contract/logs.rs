//! Promises to those who read the log: nothing is missed, and one reader at a time has the say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jmap::Id;

use super::Make;
use super::ask::{at, create, id, open, put_again, put_new, read, submit, submit_fenced, tombstone, write};
use super::picture::ALL;
use crate::oracle::Dice;
use crate::{Lease, N, Range, Seq, Stop, Store, StoreError, Tick, Touched};

fn look(store: &dyn Store, since: Tick) -> (Tick, BTreeMap<Id, Seq>) {
    let (tick, touched) = read(store, move |snapshot| snapshot.look(since, ALL)).expect("readable");
    (tick, touched.into_iter().map(|(_, id, seq)| (id, seq)).collect())
}

/// Each change is told to whoever asks with the token from before it, also from a snapshot that was open meanwhile.
pub(super) fn a_look_misses_nothing(make: &Make) {
    let store = make();
    let accounts = [1, 2, 3, 4].map(|number| id(b's', number));
    let (mut token, seen) = look(&*store, Tick::default());
    assert_eq!(seen, BTreeMap::new());
    for account in accounts {
        open(&*store, account);
    }
    let (next, seen) = look(&*store, token);
    assert_eq!(seen, accounts.map(|account| (account, 0)).into(), "a new account is news");
    assert!(next > token);
    token = next;
    let mut dice = Dice::new(1);
    let mut known: BTreeMap<Id, Seq> = seen;
    for round in 0..60 {
        let some: Vec<Id> = accounts.into_iter().filter(|_| dice.percent(40)).collect();
        let (writer, writes) = (store.clone(), some.clone());
        let put = move || {
            for account in &writes {
                let account = *account;
                write(&*writer, &[account], move |tx| {
                    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
                    Ok(tx.next_seq(n)?)
                });
            }
        };
        let told = if round % 2 == 0 {
            put();
            look(&*store, token)
        } else {
            // Written while the snapshot is open: it need not tell of it, but then the token must not say it did.
            let since = token;
            let (tick, touched) = read(&*store, move |snapshot| {
                let before = snapshot.look(since, ALL).expect("readable");
                put();
                let after = snapshot.look(since, ALL).expect("readable");
                assert_eq!(before, after, "a snapshot stays as it was");
                after
            });
            (tick, touched.into_iter().map(|(_, id, seq)| (id, seq)).collect())
        };
        token = told.0;
        known.extend(told.1);
        let exact = heads(&*store, &accounts);
        let (last, rest) = look(&*store, token);
        let mut complete = known.clone();
        complete.extend(rest);
        assert_eq!(complete, exact, "round {round}, token {token:?} and {last:?}");
    }
}

fn heads(store: &dyn Store, accounts: &[Id]) -> BTreeMap<Id, Seq> {
    let accounts = accounts.to_vec();
    read(store, move |snapshot| {
        let head = |id: &Id| snapshot.head(*id).expect("readable").map(|head| (*id, head.seq));
        accounts.iter().filter_map(head).collect()
    })
}

/// Accounts without news are not told of, and with many more than was asked for, that shows.
pub(super) fn a_look_is_bounded(make: &Make) {
    let store = make();
    for number in 1..=10 {
        open(&*store, id(b's', number));
    }
    let told = |since, limit| read(&*store, move |snapshot| snapshot.look(since, limit)).expect("readable");
    assert_eq!(told(Tick::default(), 10).1.len(), 10);
    assert_eq!(told(Tick::default(), 9).1.len(), 10, "one more: there are more than nine");
    assert_eq!(told(Tick::default(), 4).1.len(), 5);
    assert_eq!(told(Tick::default(), 0).1.len(), 1);
    let token = told(Tick::default(), 4).0;
    assert_eq!(told(token, 4), (token, vec![]), "the token does not depend on the limit");
    create(&*store, id(b's', 7), 1, id(b'i', 1));
    let (_, touched) = told(token, 4);
    let n = read(&*store, |snapshot| snapshot.head(id(b's', 7))).expect("readable").map_or(0, |head| head.n);
    assert_eq!(touched, [(n, id(b's', 7), 1)] as [Touched; 1]);
}

/// However often a record changed, it is walked over once, in its newest form, if that came since.
pub(super) fn a_walk_down_gives_all_that_changed(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    for number in 1..=6 {
        create(&*store, account, 1, id(b'i', number));
    }
    create(&*store, account, 2, id(b'i', 1));
    let (token, _) = look(&*store, Tick::default());
    let update = |number| write(&*store, &[account], move |tx| put_again(tx, account, 1, id(b'i', number)));
    update(2); // 8
    update(5); // 9
    create(&*store, account, 1, id(b'i', 7)); // 10
    update(2); // 11
    create(&*store, account, 1, id(b'i', 8)); // 12
    update(8); // 13
    write(&*store, &[account], move |tx| {
        let row = tx.get(n, 1, id(b'i', 3))?.ok_or(Stop::Refused)?;
        let seq = tx.next_seq(n)?;
        tx.put(tombstone(&row, seq, at(1)));
        Ok(())
    }); // 14
    create(&*store, account, 2, id(b'i', 2)); // 15
    let walked = |ty, since, above| {
        let rows = read(&*store, move |snapshot| snapshot.walk_down(n, ty, since, above)).expect("readable");
        rows.iter().map(|row| (row.created_seq, row.seq, !row.destroyed)).collect::<Vec<_>>()
    };
    let news = [(5, 9, true), (10, 10, true), (2, 11, true), (12, 13, true), (3, 14, false)];
    // What was written by the commit that the token stands for may come again.
    let behind = |walked: Vec<(Seq, Seq, bool)>| walked.into_iter().filter(|row| row.1 > 7).collect::<Vec<_>>();
    assert_eq!(behind(walked(1, token, 0)), news);
    assert_eq!(walked(1, token, 9), news[1..]);
    assert_eq!(walked(1, token, 14), []);
    assert_eq!(walked(1, Tick::default(), 0).len(), 8);
    assert_eq!(walked(1, Tick::default(), 0)[..3], [(1, 1, true), (4, 4, true), (6, 6, true)]);
    assert_eq!(behind(walked(2, token, 0)), [(15, 15, true)]);
    let (now, _) = look(&*store, token);
    assert_eq!(walked(1, Tick(now.0 + 1), 0), []);
}

/// A reader that is killed at any moment, and goes on from its durable cursor, has seen all in the end.
pub(super) fn a_log_reader_loses_nothing_when_it_is_killed(make: &Make) {
    let store = make();
    let accounts = [1, 2, 3].map(|number| id(b's', number));
    for account in accounts {
        open(&*store, account);
    }
    let mut dice = Dice::new(5);
    let mut seen: BTreeSet<(Id, Id, Seq)> = BTreeSet::new();
    let mut positions: BTreeMap<N, Seq> = BTreeMap::new();
    let lease = store.lease("index", "one", 600_000).expect("writable").expect("free");
    let mut cursor = store.cursor(&lease, None).expect("held");
    assert_eq!(cursor, Tick::default());
    let (mut made, mut twice) = (0, 0);
    for step in 0..150 {
        for _ in 0..dice.below(4) {
            let account = accounts[dice.below(3) as usize];
            let update = (made > 0 && dice.percent(60)).then(|| id(b'i', 1 + dice.below(made)));
            made += u64::from(update.is_none());
            let new = id(b'i', made);
            let asked = submit(&*store, &[account], move |tx| match update {
                Some(old) => put_again(tx, account, 1, old),
                None => put_new(tx, account, 1, new),
            });
            asked.wait();
        }
        if dice.percent(40) && step < 149 {
            continue;
        }
        let since = cursor;
        let known = positions.clone();
        let (next, rows) = read(&*store, move |snapshot| {
            let (next, touched) = snapshot.look(since, ALL).expect("readable");
            let walk = |(n, id, _): Touched| {
                let above = known.get(&n).copied().unwrap_or(0);
                let rows = snapshot.walk_down(n, 1, since, above).expect("readable");
                rows.into_iter().map(move |row| (n, id, row))
            };
            (next, touched.into_iter().flat_map(walk).collect::<Vec<_>>())
        });
        for (n, account, row) in rows {
            twice += usize::from(!seen.insert((account, row.id, row.seq)));
            positions.insert(n, row.seq);
        }
        if dice.percent(30) && step < 149 {
            // Killed between the effect and the cursor.
            positions.clear();
            cursor = store.cursor(&lease, None).expect("held");
        } else {
            cursor = store.cursor(&lease, Some(next)).expect("held");
        }
    }
    assert!(twice > 0, "some of it came twice, or nothing was shown");
    for account in accounts {
        let rows = read(&*store, move |snapshot| {
            let n = snapshot.head(account).expect("readable").map_or(0, |head| head.n);
            snapshot.range(n, 1, Range::first(ALL), true)
        });
        for row in rows.expect("readable") {
            assert!(seen.contains(&(account, row.id, row.seq)), "{account} {} {} was never seen", row.id, row.seq);
        }
    }
}

/// One holder at a time; each new one has a higher fence.
pub(super) fn a_lease_has_one_holder(make: &Make) {
    let store = make();
    let lease = |holder: &str, ms| store.lease("runner", holder, ms).expect("writable");
    let first = lease("one", 600_000).expect("free");
    assert_eq!((&*first.name, &*first.holder), ("runner", "one"));
    assert_eq!(lease("two", 600_000), None);
    assert_eq!(lease("one", 600_000), Some(first.clone()), "renewed, with the same fence");
    let other = store.lease("index", "two", 600_000).expect("writable").expect("another name is another lease");
    assert_eq!(&*other.name, "index");
    store.give_up(&first).expect("writable");
    let second = lease("two", 600_000).expect("given up");
    assert!(second.fence > first.fence);
    store.give_up(&first).expect("giving up what is another's changes nothing");
    assert_eq!(lease("one", 600_000), None);
    store.give_up(&second).expect("writable");
    // Runs out by the store's own time.
    let third = lease("three", 1).expect("given up");
    let until = Instant::now() + Duration::from_secs(60);
    let fourth = loop {
        match lease("four", 600_000) {
            Some(fourth) => break fourth,
            None => assert!(Instant::now() < until, "a lease of a millisecond ends"),
        }
    };
    assert!(fourth.fence > third.fence && third.fence > second.fence);
}

/// Whoever lost the lease can neither write under it nor move the cursor.
pub(super) fn a_stale_fence_writes_nothing(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    let old = store.lease("runner", "one", 600_000).expect("writable").expect("free");
    let fenced = |lease: &Lease, number| {
        submit_fenced(&*store, &[account], Some(lease), move |tx| put_new(tx, account, 1, id(b'i', number))).wait()
    };
    assert_eq!(fenced(&old, 1).value(), 1);
    assert_eq!(store.cursor(&old, Some(Tick(4))), Ok(Tick(4)));
    store.give_up(&old).expect("writable");
    let new = store.lease("runner", "two", 600_000).expect("writable").expect("given up");
    let refused = fenced(&old, 2);
    assert_eq!(refused.how, Err(StoreError::Fenced("runner".into())));
    assert_eq!(store.cursor(&old, Some(Tick(9))), Err(StoreError::Fenced("runner".into())));
    assert_eq!(store.cursor(&old, None), Err(StoreError::Fenced("runner".into())));
    let never = Lease { name: "never".into(), holder: "one".into(), fence: 1 };
    assert_eq!(fenced(&never, 3).how, Err(StoreError::Fenced("never".into())));
    assert_eq!(fenced(&new, 4).value(), 2);
    assert_eq!(store.cursor(&new, None), Ok(Tick(4)), "the cursor is the name's, not the holder's");
    let there = read(&*store, move |snapshot| {
        let n = snapshot.head(account)?.map_or(0, |head| head.n);
        snapshot.range(n, 1, Range::first(ALL), true)
    });
    assert_eq!(there.expect("readable").iter().map(|row| row.id).collect::<Vec<_>>(), [id(b'i', 1), id(b'i', 4)]);
}

/// Cursors are kept apart by name, and may be set back.
pub(super) fn each_log_reader_has_its_own_cursor(make: &Make) {
    let store = make();
    let lease = |name| store.lease(name, "one", 600_000).expect("writable").expect("free");
    let (index, runner) = (lease("index"), lease("runner"));
    assert_eq!(store.cursor(&index, Some(Tick(40))), Ok(Tick(40)));
    assert_eq!(store.cursor(&runner, None), Ok(Tick(0)));
    assert_eq!(store.cursor(&runner, Some(Tick(i64::MAX))), Ok(Tick(i64::MAX)));
    assert_eq!(store.cursor(&index, Some(Tick(3))), Ok(Tick(3)), "a reader that starts anew");
    assert_eq!(store.cursor(&index, None), Ok(Tick(3)));
    assert_eq!(store.cursor(&runner, None), Ok(Tick(i64::MAX)));
}
