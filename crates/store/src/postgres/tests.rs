//! What is PostgreSQL's own: its plans, its schema, its failures, and several servers on one database. What every
//! engine promises is in `contract`.

mod failures;
mod nodes;
mod plans;
mod secured;

use std::sync::Arc;

use super::session::{Session, Use};
use super::{PostgresOptions, PostgresStore};
use crate::contract::ask::{create, id, open, read};
use crate::contract::postgres::Server;
use crate::{Store, StoreError, Tick};

const ALL: u32 = 100_000;

fn database() -> PostgresOptions {
    PostgresOptions::new(Server::shared().database())
}

fn opened(options: &PostgresOptions) -> Result<Arc<PostgresStore>, StoreError> {
    PostgresStore::open(options.clone()).map(Arc::new)
}

fn session(options: &PostgresOptions) -> Session {
    Session::open(options, Use::Upkeep).expect("the test's server answers")
}

fn refusal(options: &PostgresOptions) -> String {
    match opened(options) {
        Err(StoreError::Unavailable(why)) => why,
        Err(other) => panic!("not unavailable, but {other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_database_that_is_opened_again_goes_on() {
    let options = database();
    let store = opened(&options).unwrap();
    let space = id(b's', 1);
    let n = open(&*store, space);
    create(&*store, space, 1, id(b'i', 1));
    let before = read(&*store, move |snapshot| snapshot.head_of(n).unwrap().unwrap());
    drop(store);
    let store = opened(&options).unwrap();
    assert_eq!(read(&*store, move |snapshot| snapshot.head_of(n).unwrap().unwrap()), before);
    assert_eq!(create(&*store, space, 1, id(b'i', 2)), 2);
    assert!(read(&*store, move |snapshot| snapshot.head_of(n).unwrap().unwrap().tick) > before.tick);
}

#[test]
fn a_database_of_another_program_or_a_newer_version_is_refused() {
    let options = database();
    session(&options).execute("CREATE TABLE bookmarks (url TEXT)").unwrap();
    assert!(refusal(&options).contains("another program's"));

    let options = database();
    drop(opened(&options).unwrap());
    let c = session(&options);
    c.execute("INSERT INTO migrations VALUES (77, 'later', '', '9.9')").unwrap();
    assert!(refusal(&options).contains("newer version of Meanwhile (schema 2"));
    c.execute("DELETE FROM migrations WHERE step = 77; UPDATE migrations SET checksum = 'x'").unwrap();
    assert!(refusal(&options).contains("step 1 of its schema (first)"));
}

#[test]
fn an_encoding_that_is_not_utf_8_is_refused() {
    let options = database();
    let (address, name) = options.url.rsplit_once('/').unwrap();
    let made = format!("CREATE DATABASE {name}x TEMPLATE template0 ENCODING 'SQL_ASCII'");
    session(&options).execute(&made).unwrap();
    assert!(refusal(&PostgresOptions::new(format!("{address}/{name}x"))).contains("encoding is SQL_ASCII"));
}

/// As after `pg_dump` and restore: replicas start again, and nothing goes outside by itself.
#[test]
fn a_copied_database_starts_a_new_lineage_and_holds_what_goes_outside() {
    let options = database();
    let space = id(b's', 1);
    let store = opened(&options).unwrap();
    let n = open(&*store, space);
    create(&*store, space, 1, id(b'i', 1));
    crate::contract::ask::write(&*store, &[space], move |tx| {
        tx.put_outward(n, "mail", "{}".into());
        Ok(())
    });
    let lease = store.lease("index", "one", 600_000).unwrap().unwrap();
    let since = read(&*store, |snapshot| snapshot.look(Tick(i64::MAX), 0)).unwrap().0;
    store.cursor(&lease, Some(since)).unwrap();
    let news = id(b's', 2);
    open(&*store, news);
    let before = read(&*store, move |snapshot| snapshot.head_of(n).unwrap().unwrap());
    drop(store);

    let (address, name) = options.url.rsplit_once('/').unwrap();
    let admin = session(&PostgresOptions::new(format!("{address}/postgres")));
    admin.execute(&format!("CREATE DATABASE {name}copy TEMPLATE {name}")).unwrap();
    let copy = opened(&PostgresOptions::new(format!("{address}/{name}copy"))).unwrap();
    let head = read(&*copy, move |snapshot| snapshot.head_of(n).unwrap().unwrap());
    assert_ne!(head.lineage, before.lineage);
    assert_eq!(head.seq, before.seq);
    assert!(read(&*copy, |snapshot| snapshot.outward(0, 9)).unwrap().is_empty(), "held");
    let again = copy.lease("index", "two", 600_000).unwrap().unwrap();
    assert!(again.fence > lease.fence);
    let cursor = copy.cursor(&again, None).unwrap();
    let told = read(&*copy, move |snapshot| snapshot.look(cursor, ALL)).unwrap().1;
    assert_eq!(told.into_iter().map(|it| it.1).collect::<Vec<_>>(), [news], "a reader goes on where it was");
    assert_eq!(copy.hold(false), Ok(1));
    assert_eq!(read(&*copy, |snapshot| snapshot.outward(0, 9)).unwrap().len(), 1);

    let same = opened(&options).unwrap();
    assert_eq!(read(&*same, move |snapshot| snapshot.head_of(n).unwrap().unwrap()), before, "the original goes on");
}

#[test]
fn the_check_finds_what_must_not_be() {
    let options = database();
    let store = opened(&options).unwrap();
    let space = id(b's', 1);
    open(&*store, space);
    create(&*store, space, 1, id(b'i', 1));
    create(&*store, space, 1, id(b'i', 2));
    let c = session(&options);
    assert_eq!(super::check::faults(&c).unwrap(), Vec::<String>::new());
    let faults = [
        ("UPDATE records SET seq = 99 WHERE created_seq = 2", "above the head"),
        ("UPDATE records SET seq = 1 WHERE created_seq = 2", "is that of 2 records"),
        ("UPDATE records SET account = 5 WHERE created_seq = 2", "which is not there"),
        ("INSERT INTO index_rows VALUES (1, 'by', '\\x00', 77)", "which is no record"),
        ("INSERT INTO keys VALUES ('k', 'a', 8, NULL, '\\x00')", "leads to account number 8"),
        ("INSERT INTO blob_refs SELECT 1, id, id, NULL FROM accounts", "no blob"),
    ];
    for (sql, expected) in faults {
        c.execute("CREATE SCHEMA kept; CREATE TABLE kept.records AS TABLE records").unwrap();
        c.execute(sql).unwrap();
        let found = super::check::faults(&c).unwrap();
        assert!(found.len() == 1 && found[0].contains(expected), "{sql}: {found:?}");
        let back = "DELETE FROM records; INSERT INTO records SELECT * FROM kept.records; DROP SCHEMA kept CASCADE;
                    DELETE FROM index_rows; DELETE FROM keys; DELETE FROM blob_refs";
        c.execute(back).unwrap();
    }
}

#[test]
fn a_database_is_copied_only_while_no_server_works_on_it() {
    let (options, to) = (database(), tempfile::tempdir().unwrap());
    let copied = || {
        let (from, to) = (crate::Place::Database(&options), crate::Place::Folder(to.path()));
        let mark = crate::Mark { whose: [1; 32], seed: [2; 32] };
        crate::copy(from, to, &mark, &mut |_| Ok(()), &mut |_, _| {})
    };
    let store = opened(&options).unwrap();
    open(&*store, id(b's', 1));
    let lease = store.lease("reader/index", "one", 600_000).unwrap().unwrap();
    let why = copied().unwrap_err().to_string();
    assert!(why.contains("a server works on the database (it holds reader/index)"), "{why}");
    store.give_up(&lease).unwrap();
    let c = session(&options);
    c.execute("BEGIN; LOCK TABLE accounts IN ROW EXCLUSIVE MODE").unwrap();
    let why = copied().unwrap_err().to_string();
    assert!(why.contains("a server writes to the database"), "{why}");
    c.execute("ROLLBACK").unwrap();
    copied().unwrap();
}

/// Roles of a managed database may do little; ours must need no more than its own database.
#[test]
fn a_user_without_special_rights_is_enough() {
    let options = database();
    let (address, name) = options.url.rsplit_once('/').unwrap();
    let role = format!("plain_{name}");
    session(&options)
        .execute(&format!(
            "CREATE ROLE {role} LOGIN; ALTER DATABASE {name} OWNER TO {role}; ALTER SCHEMA public OWNER TO {role}"
        ))
        .unwrap();
    let plain = PostgresOptions::new(format!("{}/{name}", address.replace("meanwhile@", &format!("{role}@"))));
    session(&options).execute("ALTER SCHEMA public OWNER TO meanwhile").unwrap();
    let why = refusal(&plain);
    assert!(why.contains("permission denied") && why.contains("make it the owner"), "{why}");
    session(&options).execute(&format!("ALTER SCHEMA public OWNER TO {role}")).unwrap();
    let store = opened(&plain).unwrap();
    open(&*store, id(b's', 1));
    store.purge(crate::contract::ask::at(5), crate::contract::ask::at(5)).unwrap();
    assert_eq!(store.check(), Ok(vec![]));
}
