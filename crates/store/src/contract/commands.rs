//! Promises about commands: what shares a commit, what is told when, and what is taken back.

use std::sync::mpsc::channel;
use std::time::Duration;

use super::Make;
use super::ask::{self, Gate, at, create, id, open, put_again, put_new, read, record, submit, write};
use super::picture::{ALL, World};
use super::writes;
use crate::{Command, Range, Stop, StoreError, Tick, Tx};

/// Group commit.
pub(super) fn commands_queued_meanwhile_share_one_commit(make: &Make) {
    let store = make();
    for number in 1..=10 {
        open(&*store, id(b's', number));
    }
    let before = store.counters();
    let gate = Gate::close(&*store);
    let queued: Vec<_> = (1..=40)
        .map(|number| {
            let account = id(b's', 1 + number % 10);
            submit(&*store, &[account], move |tx| put_new(tx, account, 1, id(b'i', number)))
        })
        .collect();
    gate.open();
    let ticks: Vec<Tick> = queued.into_iter().map(|asked| asked.wait().tick()).collect();
    assert!(ticks.iter().all(|tick| *tick == ticks[0]), "one commit has one tick: {ticks:?}");
    let after = store.counters();
    // A batch that wrote nothing, such as the gate's, need not be a commit.
    assert!((40..=41).contains(&(after.commands - before.commands)), "{before:?} {after:?}");
    assert!((1..=2).contains(&(after.commits - before.commits)), "{before:?} {after:?}");
}

/// What `done` is called with is on disk: another thread sees it, before `done` has ended.
pub(super) fn done_comes_after_the_commit(make: &Make) {
    struct Post(std::sync::Weak<dyn crate::Store>, std::sync::mpsc::Sender<usize>);
    impl Command for Post {
        fn accounts(&self) -> &[jmap::Id] {
            static ACCOUNT: std::sync::LazyLock<[jmap::Id; 1]> = std::sync::LazyLock::new(|| [id(b's', 1)]);
            &*ACCOUNT
        }
        fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
            put_new(tx, id(b's', 1), 1, id(b'i', 1)).map(|_| ())
        }
        fn done(self: Box<Self>, how: Result<Tick, StoreError>) {
            let (tell, told) = channel();
            if let (Ok(_), Some(store)) = (how, self.0.upgrade()) {
                store.read(Box::new(move |snapshot| {
                    let snapshot = snapshot.expect("the store can be read");
                    let n = snapshot.head(id(b's', 1)).expect("readable").map_or(0, |head| head.n);
                    let _ = tell.send(snapshot.get(n, 1, &[id(b'i', 1)], true).expect("readable").len());
                }));
            }
            let _ = self.1.send(told.recv_timeout(Duration::from_secs(60)).unwrap_or(0));
        }
    }
    let store = make();
    open(&*store, id(b's', 1));
    let (tell, told) = channel();
    store.submit(Box::new(Post(std::sync::Arc::downgrade(&store), tell)));
    assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(1), "what was answered is there");
}

/// In one account, the order of submission is that of the changes and of the ticks.
pub(super) fn commands_of_one_account_run_in_the_order_of_submission(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    for _ in 0..3 {
        let gate = Gate::close(&*store);
        let queued: Vec<_> = (0..30)
            .map(|_| {
                submit(&*store, &[account], move |tx| {
                    let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
                    Ok(tx.next_seq(n)?)
                })
            })
            .collect();
        gate.open();
        let ended: Vec<_> = queued.into_iter().map(ask::Asked::wait).collect();
        let seen: Vec<_> = ended.into_iter().map(|ended| (ended.tick(), ended.value())).collect();
        assert!(seen.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 + 1 == pair[1].1), "{seen:?}");
    }
}

/// What a command before it in the batch wrote is there, in the same account and through keys.
pub(super) fn a_command_sees_what_those_before_it_in_the_batch_wrote(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    let n = open(&*store, account);
    let gate = Gate::close(&*store);
    let first = submit(&*store, &[account], move |tx| {
        let seq = put_new(tx, account, 1, id(b'i', 1))?;
        tx.put_index(n, "by-color", b"red", seq);
        tx.claim("handle", "ada", n, id(b'i', 1), None);
        tx.set_counter("sign-in", 1, at(9));
        Ok(seq)
    });
    let second = submit(&*store, &[account], move |tx| {
        let row = tx.get(n, 1, id(b'i', 1))?;
        let found = tx.index(n, "by-color", b"red", 9)?;
        let key = tx.key("handle", "ada")?.map(|key| key.id);
        Ok((row.map(|row| row.seq), found, key, tx.counter("sign-in")?, put_again(tx, account, 1, id(b'i', 1))?))
    });
    gate.open();
    let seq = first.wait().value();
    let seen = second.wait().value();
    assert_eq!(seen, (Some(seq), vec![seq], Some(id(b'i', 1)), Some((1, at(9))), seq + 1));
}

/// Refused commands, first, last and in the middle of a batch: `done` hears of the commit, nothing was written.
pub(super) fn a_refused_command_leaves_nothing(make: &Make) {
    let store = make();
    let (world, account) = (World { accounts: 2, records: 9, blobs: 9 }, id(b's', 1));
    open(&*store, account);
    write(&*store, &[account], move |tx| writes::some_of_each(tx, account));
    let pictured = world.clone();
    let before = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
    let gate = Gate::close(&*store);
    let refuse = || {
        submit(&*store, &[account, id(b's', 2)], move |tx| {
            tx.open_account(id(b's', 2), 1)?;
            writes::other_of_each(tx, account)?;
            Err::<(), _>(Stop::Refused)
        })
    };
    let first = refuse();
    let between = submit(&*store, &[account], move |tx| {
        let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
        Ok((tx.head(account)?.map(|head| head.seq), tx.get(n, 1, id(b'i', 7))?, tx.head(id(b's', 2))?))
    });
    let last = refuse();
    gate.open();
    for refused in [first, last] {
        let ended = refused.wait();
        assert!(ended.how.is_ok() && ended.value.is_none(), "{:?}", ended.how);
    }
    let (seq, row, second) = between.wait().value();
    assert_eq!((row, second), (None, None));
    let pictured = world.clone();
    let after = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
    assert_eq!(before, after);
    let head = read(&*store, move |snapshot| snapshot.head(account)).expect("readable").expect("open");
    assert_eq!(seq, Some(head.seq), "no number was used up");
}

/// The machine's fault of one command is not that of its neighbours.
pub(super) fn a_command_that_panics_harms_only_itself(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    let gate = Gate::close(&*store);
    let before = submit(&*store, &[account], move |tx| put_new(tx, account, 1, id(b'i', 1)));
    let panics = submit(&*store, &[account], move |tx| {
        put_new(tx, account, 1, id(b'i', 2))?;
        if tx.head(account)?.is_some() {
            // Without the hook's message, which would look like a failure of the test.
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        Ok(())
    });
    let after = submit(&*store, &[account], move |tx| put_new(tx, account, 1, id(b'i', 3)));
    gate.open();
    assert_eq!((before.wait().value(), after.wait().value()), (1, 2));
    let how = panics.wait().how;
    assert!(matches!(how, Err(StoreError::Broken(_))), "{how:?}");
    assert_eq!(create(&*store, account, 1, id(b'i', 2)), 3, "and the store goes on");
}

/// Whoever writes where it did not declare breaks, whatever the write.
pub(super) fn a_write_to_an_account_not_declared_breaks_that_command(make: &Make) {
    let store = make();
    let (mine, other) = (id(b's', 1), id(b's', 2));
    let n = open(&*store, mine);
    let m = open(&*store, other);
    create(&*store, other, 1, id(b'i', 1));
    let world = World { accounts: 3, records: 9, blobs: 9 };
    let pictured = world.clone();
    let before = read(&*store, move |snapshot| pictured.picture(snapshot).expect("readable"));
    type Write = fn(&mut dyn Tx, u32) -> Result<(), Stop>;
    let attempts: [(&str, Write); 9] = [
        ("next_seq", |tx, m| Ok(tx.next_seq(m).map(|_| ())?)),
        ("put", |tx, m| Ok(tx.put(record(m, 1, id(b'i', 1), 1)))),
        ("open_account", |tx, _| Ok(tx.open_account(id(b's', 3), 1).map(|_| ())?)),
        ("put_index", |tx, m| Ok(tx.put_index(m, "by-color", b"red", 1))),
        ("claim", |tx, m| Ok(tx.claim("handle", "eve", m, id(b'i', 1), None))),
        ("put_version", |tx, m| Ok(tx.put_version(ask::version(m, id(b'i', 1), 1, None)))),
        ("hold_blob", |tx, m| Ok(tx.hold_blob(m, id(b'b', 1), id(b'i', 1), None))),
        ("put_job", |tx, m| Ok(tx.put_job(ask::job(m, id(b's', 2), "a/1", at(1), 0)))),
        ("put_outward", |tx, m| Ok(tx.put_outward(m, "mail", "{}".into()))),
    ];
    for (what, attempt) in attempts {
        let gate = Gate::close(&*store);
        let bad = submit(&*store, &[mine], move |tx| {
            tx.next_seq(n)?;
            attempt(tx, m)
        });
        let good = submit(&*store, &[mine], move |tx| Ok(tx.head(mine)?.map(|head| head.seq)));
        gate.open();
        let how = bad.wait().how;
        assert!(matches!(how, Err(StoreError::Broken(_))), "{what}: {how:?}");
        assert_eq!(good.wait().value(), Some(0), "{what} left something");
    }
    let after = read(&*store, move |snapshot| world.picture(snapshot).expect("readable"));
    assert_eq!(before, after);
    let read_only = write(&*store, &[mine], move |tx| Ok(tx.get(m, 1, id(b'i', 1))?.is_some()));
    assert!(read_only, "reading where nothing was declared is fine");
}

/// An account is made once; its lineage and its number stay.
pub(super) fn an_account_is_opened_once(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    assert_eq!(read(&*store, move |snapshot| snapshot.head(account)), Ok(None));
    let (first, again) =
        write(&*store, &[account], move |tx| Ok((tx.open_account(account, u64::MAX)?, tx.open_account(account, 2)?)));
    let later = write(&*store, &[account], move |tx| Ok(tx.open_account(account, 3)?));
    for head in [&first, &again, &later] {
        assert_eq!((head.n, head.id, head.lineage, head.seq, head.floor), (first.n, account, u64::MAX, 0, 0));
    }
    let head = read(&*store, move |snapshot| snapshot.head(account)).expect("readable").expect("open");
    assert_eq!((head.n, head.lineage), (first.n, u64::MAX));
    assert!(read(&*store, |snapshot| snapshot.head_of(77)).expect("readable").is_none());
    let other = open(&*store, id(b's', 2));
    assert_ne!(other, first.n);
    // The same UUID under another letter is another account.
    let twin = open(&*store, account.with_letter(b'd'));
    assert!(twin != first.n && twin != other);
}

/// No command is forgotten, whatever becomes of the store.
pub(super) fn what_is_queued_when_the_store_goes_is_still_told(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    let gate = Gate::close(&*store);
    let queued: Vec<_> = (1..=20)
        .map(|number| submit(&*store, &[account], move |tx| put_new(tx, account, 1, id(b'i', number))))
        .collect();
    let opener = std::thread::spawn(move || gate.open());
    drop(store);
    opener.join().expect("the gate opens");
    for asked in queued {
        // Done or refused by the machine: but told.
        asked.wait();
    }
}

/// Listeners hear of each account that a commit wrote to, with the head that it has then.
pub(super) fn listeners_hear_of_each_commit(make: &Make) {
    let store = make();
    let (one, two) = (id(b's', 1), id(b's', 2));
    let (tell, told) = channel();
    store.on_commit(Box::new(move |tick, touched| {
        let _ = tell.send((tick, touched.to_vec()));
    }));
    let n = open(&*store, one);
    open(&*store, two);
    let ended = submit(&*store, &[one], move |tx| put_new(tx, one, 1, id(b'i', 1))).wait();
    let refused = submit(&*store, &[two], move |tx| {
        put_new(tx, two, 1, id(b'i', 1))?;
        Err::<(), _>(Stop::Refused)
    });
    refused.wait();
    let last = submit(&*store, &[two], move |tx| put_new(tx, two, 1, id(b'i', 2))).wait().tick();
    let mut heard = Vec::new();
    while heard.last().is_none_or(|(tick, _): &(Tick, Vec<crate::Touched>)| *tick < last) {
        heard.push(told.recv_timeout(Duration::from_secs(60)).expect("a commit is told"));
    }
    assert!(heard.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order: {heard:?}");
    let tick = ended.tick();
    let of_it: Vec<_> = heard.iter().filter(|(of, _)| *of == tick).flat_map(|(_, touched)| touched).collect();
    assert_eq!(of_it, [&(n, one, 1)]);
    assert!(heard.iter().flat_map(|(_, touched)| touched).all(|(_, id, seq)| *id != two || *seq <= 1), "{heard:?}");
}

/// Load can be read off.
pub(super) fn counters_count_what_was_written(make: &Make) {
    let store = make();
    let account = id(b's', 1);
    open(&*store, account);
    let before = store.counters();
    write(&*store, &[account], move |tx| {
        let n = tx.head(account)?.ok_or(Stop::Refused)?.n;
        let seq = tx.next_seq(n)?;
        let body = Some(format!(r#"{{"text":"{}"}}"#, "x".repeat(5000)));
        tx.put(crate::Row { body, ..record(n, 1, id(b'i', 1), seq) });
        Ok(())
    });
    let after = store.counters();
    assert_eq!((after.commits - before.commits, after.commands - before.commands), (1, 1));
    assert!(after.rows > before.rows && after.bytes >= before.bytes + 5000, "{before:?} {after:?}");
    let rows = read(&*store, move |snapshot| {
        let n = snapshot.head(account)?.map_or(0, |head| head.n);
        snapshot.range(n, 1, Range::first(ALL), true)
    });
    assert_eq!(rows.expect("readable").len(), 1);
}
