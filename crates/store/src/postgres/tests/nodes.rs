//! Several servers on one database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use jmap::Id;

use super::{ALL, database, opened, session};
use crate::contract::ask::{at, create, id, open, put_new, read, submit, submit_fenced, write};

use crate::{N, PostgresStore, Range, Seq, Stop, Store, StoreError, Tick};

const PATIENCE: Duration = Duration::from_secs(60);

fn two() -> [Arc<PostgresStore>; 2] {
    let options = database();
    [opened(&options).unwrap(), opened(&options).unwrap()]
}

#[test]
fn two_servers_may_open_an_empty_database_together() {
    let options = database();
    let stores: Vec<_> = std::thread::scope(|scope| {
        let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| opened(&options))).collect();
        opening.into_iter().map(|one| one.join().unwrap().unwrap()).collect()
    });
    for (number, store) in (1..).zip(&stores) {
        open(&**store, id(b's', number));
    }
    assert_eq!(stores[0].check(), Ok(vec![]));
}

#[test]
fn a_commit_of_one_server_is_told_at_the_other() {
    let [here, there] = two();
    let (tell, told) = channel();
    there.on_commit(Box::new(move |tick, touched| {
        let _ = tell.send((tick, touched.to_vec()));
    }));
    let space = id(b's', 1);
    let n = open(&*here, space);
    let begin = Instant::now();
    create(&*here, space, 1, id(b'i', 1));
    let mut last = None;
    while last != Some((n, space, 1)) {
        let (_, touched) = told.recv_timeout(PATIENCE).expect("it is told");
        last = touched.last().copied();
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn what_nobody_notifies_of_is_heard_by_looking() {
    let options = database();
    let store = opened(&options).unwrap();
    let (tell, told) = channel();
    store.on_commit(Box::new(move |_, touched| {
        let _ = tell.send(touched.to_vec());
    }));
    let space = id(b's', 1);
    let n = open(&*store, space);
    // As another server would write whose notification got lost.
    let silent = "UPDATE accounts SET seq = seq + 7, tick = pg_current_xact_id()::text::bigint";
    session(&options).execute(silent).unwrap();
    while !told.recv_timeout(PATIENCE).expect("it is told").contains(&(n, space, 7)) {}
}

/// Whoever holds the token of any telling, and looks from it, has missed nothing: also where transactions overlap, some
/// of them are taken back, and some hold their number for long before they commit.
#[test]
fn no_token_steps_over_a_commit_of_another_server() {
    let options = database();
    let stores = [opened(&options).unwrap(), opened(&options).unwrap()];
    let spaces: Vec<Id> = (1..=12).map(|number| id(b's', number)).collect();
    for space in &spaces {
        open(&*stores[0], *space);
    }
    let (tell, told) = channel();
    stores[0].on_commit(Box::new(move |tick, touched| {
        let _ = tell.send((tick, touched.iter().map(|(_, id, seq)| (*id, *seq)).collect::<Vec<_>>()));
    }));
    // Lower numbers than those of the batches, which commit later.
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when the test fails in between.
        let _stopped = Stopped(&stop);
        scope.spawn(|| {
            let c = session(&options);
            let mut turn = 0;
            while !stop.load(SeqCst) {
                turn += 1;
                let end = if turn % 3 == 0 { "ROLLBACK" } else { "COMMIT" };
                c.execute("BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep(0.03)").unwrap();
                let space = 1 + turn % 12;
                c.execute(&format!(
                    "UPDATE accounts SET seq = seq + 1, tick = pg_current_xact_id()::text::bigint WHERE n = {space};
                     SELECT pg_sleep(0.01); {end}"
                ))
                .unwrap();
            }
        });
        for (place, store) in [0, 1, 0, 1].into_iter().enumerate() {
            let (store, spaces, stop) = (&stores[store], &spaces, &stop);
            scope.spawn(move || {
                for turn in 0.. {
                    if stop.load(SeqCst) {
                        return;
                    }
                    let space = spaces[(place * 5 + turn * 7) % spaces.len()];
                    submit(&**store, &[space], move |tx| {
                        let n = tx.head(space)?.ok_or(Stop::Refused)?.n;
                        Ok(tx.next_seq(n)?)
                    })
                    .wait();
                }
            });
        }
        // A client that goes away after some tellings and comes back with the token of the last one.
        let (mut known, mut looks, mut token) = (BTreeMap::<Id, Seq>::new(), 0, Tick(0));
        while looks < 120 {
            if let Ok((tick, touched)) = told.recv_timeout(Duration::from_millis(50)) {
                assert!(tick >= token, "tokens never fall");
                (token, looks) = (tick, looks + 1);
                known.extend(touched);
            }
            if looks % 5 == 4 {
                let since = token;
                // What was told so far and what is newer than its token is all there is.
                let (complete, exact) = read(&*stores[0], move |snapshot| {
                    let (_, touched) = snapshot.look(since, ALL).unwrap();
                    let mut complete = known.clone();
                    complete.extend(touched.into_iter().map(|(_, id, seq)| (id, seq)));
                    let exact = snapshot.look(Tick(0), ALL).unwrap().1;
                    (complete, exact.into_iter().map(|(_, id, seq)| (id, seq)).collect::<BTreeMap<_, _>>())
                });
                for (space, seq) in &exact {
                    assert!(
                        complete.get(space) == Some(seq) || *seq == 0,
                        "{space}: {:?} of {seq}",
                        complete.get(space)
                    );
                }
                known = complete;
                looks += 1;
            }
        }
    });
}

/// Ends what runs beside a test.
struct Stopped<'a>(&'a AtomicBool);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

#[test]
fn two_servers_write_to_the_same_accounts_without_gap_or_loss() {
    let [here, there] = two();
    let spaces: Vec<Id> = (1..=5).map(|number| id(b's', number)).collect();
    std::thread::scope(|scope| {
        for (which, store) in [(0, &here), (1, &there)] {
            for writer in 0..3 {
                let spaces = &spaces;
                scope.spawn(move || {
                    for turn in 0..60_u64 {
                        let mut both = [spaces[(turn % 5) as usize], spaces[((turn * 3 + writer) % 5) as usize]];
                        both.sort_unstable();
                        let item = id(b'i', turn + 1000 * (writer + 10 * which));
                        write(&**store, &both, move |tx| {
                            for space in both {
                                let n = tx.open_account(space, 7)?.n;
                                if tx.get(n, 1, item)?.is_none() {
                                    put_new(tx, space, 1, item)?;
                                }
                                let (count, _) = tx.counter("writes")?.unwrap_or((0, at(9)));
                                tx.set_counter("writes", count + 1, at(9));
                            }
                            Ok(())
                        });
                    }
                });
            }
        }
    });
    let counted = read(&*here, |snapshot| snapshot.counter("writes")).unwrap();
    assert_eq!(counted, Some((2 * 3 * 60 * 2, at(9))), "no count is lost");
    for space in spaces {
        let (head, rows) = read(&*there, move |snapshot| {
            let head = snapshot.head(space).unwrap().unwrap();
            (head.clone(), snapshot.range(head.n, 1, Range::first(ALL), false).unwrap())
        });
        let seqs: Vec<Seq> = rows.iter().map(|row| row.seq).collect();
        assert_eq!(seqs, (1..=head.seq).collect::<Vec<_>>(), "no gap");
    }
    assert_eq!(here.check(), Ok(vec![]));
}

/// Each of many claims the same key at both servers; one gets it, and the other sees that.
#[test]
fn one_of_two_servers_gets_a_key() {
    let [here, there] = two();
    let spaces = [id(b's', 1), id(b's', 2)];
    let numbers: Vec<N> = spaces.iter().map(|space| open(&*here, *space)).collect();
    for round in 0..40 {
        let asked: Vec<_> = [&here, &there]
            .into_iter()
            .zip(spaces)
            .zip(&numbers)
            .map(|((store, space), n)| {
                let n = *n;
                submit(&**store, &[space], move |tx| {
                    let name = format!("ada-{round}");
                    if let Some(taken) = tx.key("handle", &name)? {
                        return Ok(taken.n);
                    }
                    tx.claim("handle", &name, n, space, None);
                    Ok(n)
                })
            })
            .collect();
        let got: Vec<N> = asked.into_iter().map(|asked| asked.wait().value()).collect();
        assert_eq!(got[0], got[1], "both know whose it is");
    }
}

#[test]
fn a_lease_that_its_server_no_longer_renews_goes_to_another() {
    let [here, there] = two();
    let space = id(b's', 1);
    open(&*here, space);
    let old = here.lease("jobs", "one", 500).unwrap().unwrap();
    assert_eq!(there.lease("jobs", "two", 500), Ok(None));
    let begin = Instant::now();
    let new = loop {
        if let Some(new) = there.lease("jobs", "two", 60_000).unwrap() {
            break new;
        }
        assert!(begin.elapsed() < PATIENCE);
    };
    assert!(begin.elapsed() < Duration::from_millis(1000) || begin.elapsed() < PATIENCE / 4, "{:?}", begin.elapsed());
    assert!(new.fence > old.fence);
    let late = submit_fenced(&*here, &[space], Some(&old), move |tx| put_new(tx, space, 1, id(b'i', 1))).wait();
    assert_eq!(late.how, Err(StoreError::Fenced("jobs".into())));
    assert_eq!(here.cursor(&old, Some(Tick(9))), Err(StoreError::Fenced("jobs".into())));
    let fine = submit_fenced(&*there, &[space], Some(&new), move |tx| put_new(tx, space, 1, id(b'i', 2))).wait();
    assert_eq!(fine.value(), 1);
}

/// A process that was killed is not waited for by the next in its folder; what it had under way is fenced off.
#[test]
fn leases_of_a_folder_are_free_for_the_next_process_in_it() {
    let mut options = database();
    options.place = "one-folder".into();
    let (space, item) = (id(b's', 1), id(b'i', 1));
    let first = opened(&options).unwrap();
    open(&*first, space);
    let old = first.lease("jobs", "killed", 600_000).unwrap().unwrap();
    let mut elsewhere = options.clone();
    elsewhere.place = "one".into();
    let other = opened(&elsewhere).unwrap();
    assert_eq!(other.lease("jobs", "other", 600_000), Ok(None), "another folder's process may live");
    let next = opened(&options).unwrap();
    let new = next.lease("jobs", "next", 600_000).unwrap().expect("it is free");
    assert!(new.fence > old.fence);
    let late = submit_fenced(&*first, &[space], Some(&old), move |tx| put_new(tx, space, 1, item)).wait();
    assert_eq!(late.how, Err(StoreError::Fenced("jobs".into())));
}

/// While a batch runs under a lease, nobody takes the lease: what was checked holds until the commit.
#[test]
fn a_lease_is_not_taken_over_in_the_middle_of_a_write_under_it() {
    let mut options = database();
    let (inside, arrived) = channel();
    let (go, gone) = channel::<()>();
    let (inside, gone) = (parking_lot::Mutex::new(inside), parking_lot::Mutex::new(gone));
    let armed = Arc::new(AtomicBool::new(false));
    let its = armed.clone();
    options.before_commit = Some(Arc::new(move || {
        if its.load(SeqCst) {
            let _ = inside.lock().send(());
            let _ = gone.lock().recv_timeout(PATIENCE);
        }
    }));
    let here = opened(&options).unwrap();
    options.before_commit = None;
    let there = opened(&options).unwrap();
    let space = id(b's', 1);
    open(&*here, space);
    let old = here.lease("jobs", "one", 1).unwrap().unwrap();
    armed.store(true, SeqCst);
    let written = submit_fenced(&*here, &[space], Some(&old), move |tx| put_new(tx, space, 1, id(b'i', 1)));
    arrived.recv_timeout(PATIENCE).expect("it is about to commit");
    let taking = std::thread::spawn(move || there.lease("jobs", "two", 60_000));
    // The taker waits for the writer, however long: it is not there yet when the writer goes on.
    while !waits(&session(&options)) {}
    assert!(!taking.is_finished());
    armed.store(false, SeqCst);
    go.send(()).unwrap();
    assert_eq!(written.wait().value(), 1);
    assert!(taking.join().unwrap().unwrap().unwrap().fence > old.fence);
}

fn waits(c: &super::Session) -> bool {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let waiting = c.wait(c.link.one(sql, &[], |row| super::super::rows::get::<i64>(row, 0))).unwrap();
    waiting.is_some_and(|waiting| waiting > 0)
}
