//! What is told when the database is away, slow, full of others, or dies; and that nothing acknowledged is lost.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::PostgresOptions;
use super::{ALL, database, opened, refusal, session};
use crate::contract::ask::{create, id, open, put_new, read, submit};

use crate::contract::postgres::Server;
use crate::{Range, Stop, Store, StoreError};

#[test]
fn an_address_that_leads_nowhere_says_so_and_shows_no_password() {
    let nowhere = PostgresOptions::new("postgres://ada:hunter2@127.0.0.1:1/work");
    let why = refusal(&nowhere);
    assert!(why.contains("no answer from PostgreSQL") && !why.contains("hunter2"), "{why}");
    let wrong = refusal(&PostgresOptions::new("mysql://ada:hunter2@host/work"));
    assert!(wrong.contains("write postgres://") && !wrong.contains("hunter2"), "{wrong}");
    let absent = refusal(&PostgresOptions::new(Server::shared().address("absent")));
    assert!(absent.contains("absent") && absent.contains("refuses the connection"), "{absent}");
    assert!(refusal(&PostgresOptions::new("postgres://a@h/d?sslmode=prefer")).contains("sslmode=prefer is not known"));
}

#[test]
fn too_many_connections_are_called_that() {
    let options = database();
    let crowd: Vec<_> = std::iter::from_fn(|| super::Session::open(&options, super::Use::Read).ok()).take(80).collect();
    let why = refusal(&options);
    assert!(why.contains("too many connections"), "{why}");
    drop(crowd);
}

#[test]
fn a_statement_that_takes_too_long_is_ended_and_called_slow() {
    let mut options = database();
    options.statement_ms = 200;
    let store = opened(&options).unwrap();
    let space = id(b's', 1);
    let n = open(&*store, space);
    let c = session(&options);
    c.execute("BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE").unwrap();
    let written = submit(&*store, &[space], move |tx| put_new(tx, space, 1, id(b'i', 1))).wait();
    assert!(matches!(&written.how, Err(StoreError::Unavailable(why)) if why.contains("too slow")), "{written:?}");
    let (tell, told) = std::sync::mpsc::channel();
    store.read(Box::new(move |snapshot| tell.send(snapshot.and_then(|it| it.head_of(n))).unwrap()));
    let answer = told.recv().unwrap();
    assert!(matches!(&answer, Err(StoreError::Unavailable(why)) if why.contains("too slow")), "{answer:?}");
    c.execute("ROLLBACK").unwrap();
    assert_eq!(create(&*store, space, 1, id(b'i', 1)), 1, "and the store goes on");
}

#[test]
fn connections_that_were_ended_are_made_again_unseen() {
    let options = database();
    let store = opened(&options).unwrap();
    let space = id(b's', 1);
    let n = open(&*store, space);
    let c = session(&options);
    let lease = store.lease("index", "one", 600_000).unwrap().unwrap();
    for number in 1..=5 {
        c.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
        assert_eq!(create(&*store, space, 1, id(b'i', number)), number);
        assert_eq!(read(&*store, move |snapshot| snapshot.head_of(n)).unwrap().unwrap().seq, number);
        assert_eq!(store.lease("index", "one", 600_000), Ok(Some(lease.clone())));
    }
}

/// The connection breaks between the last write and the COMMIT: the batch runs again, and its effect is there once.
#[test]
fn a_batch_whose_commit_never_arrived_runs_again() {
    let mut options = database();
    let (ended, admin) = (Arc::new(AtomicU64::new(0)), options.clone());
    let count = ended.clone();
    options.before_commit = Some(Arc::new(move || {
        if count.fetch_add(1, SeqCst) == 1 {
            super::Server::shared()
                .execute(
                    &admin.url,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND state = 'idle in transaction'",
                )
                .unwrap();
        }
    }));
    let store = opened(&options).unwrap();
    let space = id(b's', 1);
    let n = open(&*store, space);
    assert_eq!(create(&*store, space, 1, id(b'i', 1)), 1);
    assert!(ended.load(SeqCst) >= 3, "it was tried twice");
    let rows = read(&*store, move |snapshot| snapshot.range(n, 1, Range::first(ALL), true)).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(store.check(), Ok(vec![]));
}

/// Acknowledged writes are in the database after a crash of it, whole; and most writers notice nothing.
#[test]
fn a_crash_of_the_database_loses_nothing_that_was_acknowledged() {
    let server = Server::start(true);
    let mut options = PostgresOptions::new(server.database());
    options.patience = Duration::from_secs(20);
    let store = opened(&options).unwrap();
    let spaces: Vec<_> = (1..=4).map(|number| id(b's', number)).collect();
    for space in &spaces {
        open(&*store, *space);
    }
    let acknowledged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let writers: Vec<_> = spaces
            .iter()
            .map(|space| {
                let (store, acknowledged) = (&store, &acknowledged);
                scope.spawn(move || {
                    for number in 1..=120 {
                        let (space, item) = (*space, id(b'i', number));
                        // A refusal means unknown: the same again, with the same id.
                        let asked = || {
                            submit(&**store, &[space], move |tx| {
                                let n = tx.head(space)?.ok_or(Stop::Refused)?.n;
                                if tx.get(n, 1, item)?.is_none() {
                                    put_new(tx, space, 1, item)?;
                                    put_new(tx, space, 2, item)?;
                                }
                                Ok(())
                            })
                            .wait()
                        };
                        while asked().how.is_err() {}
                        acknowledged.lock().unwrap().push((space, item));
                    }
                })
            })
            .collect();
        for _ in 0..3 {
            let before = acknowledged.lock().unwrap().len();
            while acknowledged.lock().unwrap().len() < before + 40 && writers.iter().any(|it| !it.is_finished()) {
                std::thread::yield_now();
            }
            server.kill();
            server.resume();
        }
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert_eq!(acknowledged.len(), 480);
    for (space, item) in acknowledged {
        let rows = read(&*store, move |snapshot| {
            let n = snapshot.head(space).unwrap().unwrap().n;
            (snapshot.get(n, 1, &[item], true).unwrap().len(), snapshot.get(n, 2, &[item], true).unwrap().len())
        });
        assert_eq!(rows, (1, 1), "{space} {item}");
    }
    for space in spaces {
        let (seq, rows) = read(&*store, move |snapshot| {
            let head = snapshot.head(space).unwrap().unwrap();
            (head.seq, snapshot.created_after(head.n, 1, 0, 99_999, ALL).unwrap().len())
        });
        assert_eq!((seq, rows), (240, 120), "no gap, nothing twice");
    }
    assert_eq!(store.check(), Ok(vec![]));
}
