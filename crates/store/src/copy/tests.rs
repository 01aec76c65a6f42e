//! A copy is the same workspace on the other engine, wherever it was interrupted, or it is none.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use jmap::Id;
use tempfile::TempDir;

use super::*;
use crate::contract::ask::{create, id, open, read, submit, write};
use crate::contract::postgres::Server;
use crate::contract::walk::{WORLD, walk};
use crate::{PostgresStore, SqliteOptions, SqliteStore, Stop, Store, Tick};
use std::sync::Arc;

mod tables;

fn mark(whose: u8, seed: u8) -> Mark {
    Mark { whose: [whose; 32], seed: [seed; 32] }
}

fn database() -> PostgresOptions {
    PostgresOptions::new(Server::shared().database())
}

fn opened(place: Place) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match place {
        Place::Folder(folder) => Arc::new(SqliteStore::open(folder, SqliteOptions::default())?),
        Place::Database(options) => Arc::new(PostgresStore::open(options.clone())?),
    })
}

fn refusal(place: Place) -> String {
    match opened(place) {
        Err(StoreError::Unavailable(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

fn copied(from: Place, to: Place) -> Result<Copied, StoreError> {
    static SEED: AtomicU8 = AtomicU8::new(100);
    copy(from, to, &mark(1, SEED.fetch_add(1, Relaxed)), &mut |_| Ok(()), &mut |_, _| {})
}

/// A workspace that came about by chance.
fn some_workspace(seed: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    walk(opened(Place::Folder(folder.path())).unwrap(), seed, 40);
    folder
}

/// All that it answers, but for the lineages, which are apart.
fn picture(store: &dyn Store) -> (Vec<String>, BTreeMap<Id, u64>) {
    let lines = read(store, |snapshot| WORLD.picture(snapshot)).unwrap();
    let lineages = read(store, |snapshot| {
        let heads = WORLD.account_ids().filter_map(|account| snapshot.head(account).unwrap());
        heads.map(|head| (head.id, head.lineage)).collect::<BTreeMap<_, _>>()
    });
    let hidden = |line: String| match (line.split_once(" head lineage "), line.split_once(" seq ")) {
        (Some((account, _)), Some((_, rest))) => format!("{account} head seq {rest}"),
        _ => line,
    };
    (lines.into_iter().map(hidden).collect(), lineages)
}

#[test]
fn a_workspace_is_the_same_on_the_other_engine_and_back() {
    for seed in 0..3 {
        let (here, back) = (some_workspace(seed), tempfile::tempdir().unwrap());
        let options = database();
        let before = picture(&*opened(Place::Folder(here.path())).unwrap());
        let there = copied(Place::Folder(here.path()), Place::Database(&options)).unwrap();
        assert!(there.rows > 20 && there.accounts == 3, "{there:?}");
        let store = opened(Place::Database(&options)).unwrap();
        assert_eq!(read(&*store, |snapshot| snapshot.outward(0, 9)).unwrap(), [], "held");
        store.hold(false).unwrap();
        let after = picture(&*store);
        assert_eq!(before.0, after.0);
        assert!(before.1.iter().all(|(account, lineage)| after.1[account] != *lineage), "{before:?} {after:?}");
        assert_eq!(store.check(), Ok(vec![]));
        drop(store);
        copied(Place::Database(&options), Place::Folder(back.path())).unwrap();
        let store = opened(Place::Folder(back.path())).unwrap();
        store.hold(false).unwrap();
        let again = picture(&*store);
        assert_eq!(before.0, again.0);
        assert!(after.1.iter().all(|(account, lineage)| again.1[account] != *lineage));
        assert_eq!(store.check(), Ok(vec![]));
    }
}

/// A reader that had seen all but the last write is told of that alone, and one that never ran of everything.
#[test]
fn readers_go_on_where_they_were() {
    let here = tempfile::tempdir().unwrap();
    let (seen, news) = (id(b's', 1), id(b's', 2));
    let store = opened(Place::Folder(here.path())).unwrap();
    open(&*store, seen);
    create(&*store, seen, 1, id(b'i', 1));
    let lease = store.lease("index", "one", 600_000).unwrap().unwrap();
    let head = read(&*store, |snapshot| snapshot.look(Tick(i64::MAX), 0)).unwrap().0;
    store.cursor(&lease, Some(head)).unwrap();
    open(&*store, news);
    create(&*store, news, 1, id(b'i', 2));
    drop(store);
    let (options, back) = (database(), tempfile::tempdir().unwrap());
    copied(Place::Folder(here.path()), Place::Database(&options)).unwrap();
    copied(Place::Database(&options), Place::Folder(back.path())).unwrap();
    for place in [Place::Database(&options), Place::Folder(back.path())] {
        let store = opened(place).unwrap();
        let mine = store.lease("index", "two", 600_000).unwrap().unwrap();
        assert!(mine.fence > lease.fence);
        let cursor = store.cursor(&mine, None).unwrap();
        let told = |since| read(&*store, move |at| at.look(since, 99)).unwrap().1.into_iter().map(|it| it.1);
        assert_eq!(told(cursor).collect::<Vec<_>>(), [news]);
        assert_eq!(told(Tick(0)).collect::<Vec<_>>().len(), 2);
        // What is written from now on is news too.
        assert_eq!(create(&*store, seen, 1, id(b'i', 3)), 2);
        assert_eq!(told(cursor).collect::<Vec<_>>().len(), 2);
        let cursor = read(&*store, |snapshot| snapshot.look(Tick(i64::MAX), 0)).unwrap().0;
        assert_eq!(told(cursor).collect::<Vec<_>>(), []);
    }
}

/// A target that stops to work at one of its tasks, before or after it is done; or that writes something else.
struct Frail<'a> {
    inner: &'a mut dyn Target,
    left: u32,
    done_first: bool,
    alters: bool,
}

impl Frail<'_> {
    fn task<T>(&mut self, run: impl FnOnce(&mut dyn Target) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let killed = Err(StoreError::Unavailable("killed".into()));
        if self.left == 0 {
            return killed;
        }
        self.left -= 1;
        if self.left > 0 {
            return run(self.inner);
        }
        if self.done_first {
            run(self.inner)?;
        }
        killed
    }
}

impl End for Frail<'_> {
    fn newer(&self) -> Newer {
        self.inner.newer()
    }
    fn walk(&mut self, table: &Table, each: &mut Each) -> Result<(), StoreError> {
        self.inner.walk(table, each)
    }
    fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        self.inner.count(table)
    }
    fn outward(&mut self) -> Result<i64, StoreError> {
        self.inner.outward()
    }
}

impl Target for Frail<'_> {
    fn mark(&mut self, mark: Option<&Mark>) -> Result<Option<Mark>, StoreError> {
        self.task(|it| it.mark(mark))
    }
    fn last(&mut self, table: &Table) -> Result<Option<Vec<Value>>, StoreError> {
        self.inner.last(table)
    }
    fn append(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let mut rows = rows.to_vec();
        if self.alters && table.name == "records" {
            let head = table.at("head").unwrap();
            rows[0][head] = Value::Text("{}".into());
        }
        self.task(|it| it.append(table, &rows))
    }
    fn clear(&mut self, table: &Table) -> Result<(), StoreError> {
        self.task(|it| it.clear(table))
    }
    fn finish(&mut self, outward: i64, above: i64) -> Result<(), StoreError> {
        self.task(|it| it.finish(outward, above))
    }
}

fn source(place: Place) -> Box<dyn End> {
    match place {
        Place::Folder(folder) => Box::new(Sqlite::source(folder).unwrap()),
        Place::Database(options) => Box::new(Postgres::still(options).unwrap()),
    }
}

fn target(place: Place) -> Box<dyn Target> {
    match place {
        Place::Folder(folder) => Box::new(Sqlite::target(folder).unwrap()),
        Place::Database(options) => Box::new(Postgres::target(options).unwrap()),
    }
}

/// Each attempt is given up one task later than the one before, on what that left.
fn killed_again_and_again(from: Place, to: Place, done_first: bool) -> u32 {
    for left in 1..1000 {
        let (mut source, mut target) = (source(from), target(to));
        let mut frail = Frail { inner: &mut *target, left, done_first, alters: false };
        let how = run(&mut *source, &mut frail, How::Anew, &mark(1, left as u8), &mut |_| Ok(()), &|_, _| {});
        drop((source, target));
        match how {
            Ok(_) => return left,
            Err(error) => assert!(error.to_string().contains("killed"), "{error}"),
        }
        match opened(to) {
            // Before its first task it is a new place, and behind its last one it is done.
            Ok(store) if read(&*store, |snapshot| snapshot.head(id(b's', 1))).unwrap().is_some() => return left,
            Ok(_) => assert!(left < 4, "{left}"),
            Err(_) => assert!(refusal(to).contains("was not finished")),
        }
    }
    panic!("it never ends")
}

#[test]
fn a_copy_that_is_killed_at_any_point_goes_on_where_it_was() {
    let here = some_workspace(1);
    let expected = picture(&*opened(Place::Folder(here.path())).unwrap()).0;
    for done_first in [true, false] {
        let (options, back) = (database(), tempfile::tempdir().unwrap());
        let there = killed_again_and_again(Place::Folder(here.path()), Place::Database(&options), done_first);
        let again = killed_again_and_again(Place::Database(&options), Place::Folder(back.path()), done_first);
        assert!(there > 3 && again > 3, "{there} {again}");
        for place in [Place::Database(&options), Place::Folder(back.path())] {
            let store = opened(place).unwrap();
            store.hold(false).unwrap();
            assert_eq!(picture(&*store).0, expected);
            assert_eq!(store.check(), Ok(vec![]));
        }
    }
}

#[test]
fn what_was_changed_at_the_source_meanwhile_is_copied_again() {
    let here = some_workspace(2);
    let options = database();
    let (mut from, mut to) = (source(Place::Folder(here.path())), target(Place::Database(&options)));
    let killed = &mut |_: &[[u8; 32]]| Err(StoreError::Unavailable("killed".into()));
    run(&mut *from, &mut *to, How::Anew, &mark(1, 1), killed, &|_, _| {}).unwrap_err();
    drop((from, to));
    let store = opened(Place::Folder(here.path())).unwrap();
    let space = id(b's', 1);
    write(&*store, &[space], move |tx| {
        let n = tx.open_account(space, 7)?.n;
        crate::contract::ask::put_new(tx, space, 3, id(b'i', 12))?;
        tx.put_outward(n, "mail", "{}".into());
        Ok(())
    });
    let expected = picture(&*store).0;
    drop(store);
    copied(Place::Folder(here.path()), Place::Database(&options)).unwrap();
    let store = opened(Place::Database(&options)).unwrap();
    store.hold(false).unwrap();
    assert_eq!(picture(&*store).0, expected);
}

/// The comparison at the end can fail.
#[test]
fn a_copy_that_reads_otherwise_than_its_source_is_none() {
    let here = some_workspace(1);
    let options = database();
    let (mut from, mut to) = (source(Place::Folder(here.path())), target(Place::Database(&options)));
    let mut frail = Frail { inner: &mut *to, left: 1000, done_first: false, alters: true };
    let how = run(&mut *from, &mut frail, How::Anew, &mark(1, 1), &mut |_| Ok(()), &|_, _| {});
    assert!(matches!(&how, Err(StoreError::Corrupt(why)) if why.contains("the copy of records differs")), "{how:?}");
    drop(to);
    assert!(refusal(Place::Database(&options)).contains("was not finished"));
    // As it was planted before, the same order finds it, and mends it.
    copied(Place::Folder(here.path()), Place::Database(&options)).unwrap();
}

#[test]
fn a_place_that_is_somebody_elses_is_not_touched() {
    let (here, other) = (some_workspace(1), some_workspace(2));
    let (taken, half) = (database(), database());
    copied(Place::Folder(other.path()), Place::Database(&taken)).unwrap();
    let before = picture(&*opened(Place::Database(&taken)).unwrap());
    for to in [Place::Database(&taken), Place::Folder(other.path())] {
        let why = copied(Place::Folder(here.path()), to).unwrap_err().to_string();
        assert!(why.contains("there is a workspace already"), "{why}");
    }
    assert_eq!(picture(&*opened(Place::Database(&taken)).unwrap()), before);

    let killed = &mut |_: &[[u8; 32]]| Err(StoreError::Unavailable("killed".into()));
    copy(Place::Folder(other.path()), Place::Database(&half), &mark(9, 9), killed, &mut |_, _| {}).unwrap_err();
    let why = copied(Place::Folder(here.path()), Place::Database(&half)).unwrap_err().to_string();
    assert!(why.contains("unfinished copy of another workspace"), "{why}");
    // It is still what it was: its own copy goes on.
    copy(Place::Folder(other.path()), Place::Database(&half), &mark(9, 7), &mut |_| Ok(()), &mut |_, _| {}).unwrap();

    let strange = database();
    Server::shared().execute(&strange.url, "CREATE TABLE bookmarks (url TEXT)").unwrap();
    let why = copied(Place::Folder(here.path()), Place::Database(&strange)).unwrap_err().to_string();
    assert!(why.contains("another program's"), "{why}");
    let nothing = tempfile::tempdir().unwrap();
    let why = copied(Place::Folder(nothing.path()), Place::Database(&database())).unwrap_err().to_string();
    assert!(why.contains("there is no"), "{why}");
}

#[test]
fn two_copies_into_one_database_do_not_meet() {
    let here = some_workspace(1);
    let options = database();
    let mut second = None;
    let begun = copy(
        Place::Folder(here.path()),
        Place::Database(&options),
        &mark(1, 1),
        &mut |_| {
            // SQLite's file may be read by both.
            second = Some(copied(Place::Folder(here.path()), Place::Database(&options)));
            Ok(())
        },
        &mut |_, _| {},
    );
    begun.unwrap();
    let why = second.unwrap().unwrap_err().to_string();
    assert!(why.contains("another copy into this database is running"), "{why}");
}

/// What is written while a backup runs is in it whole or not at all, and it is restored into either engine.
#[test]
fn a_backup_of_a_database_in_use_is_one_moment_and_goes_into_both_engines() {
    let options = database();
    let store = opened(Place::Database(&options)).unwrap();
    let spaces = [id(b's', 1), id(b's', 2)];
    spaces.iter().for_each(|space| _ = open(&*store, *space));
    let end = std::sync::atomic::AtomicBool::new(false);
    let copy_of = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            // Each pair is one commit.
            for number in 1.. {
                write(&*store, &spaces, move |tx| {
                    for space in spaces {
                        crate::contract::ask::put_new(tx, space, 1, id(b'i', number))?;
                    }
                    Ok::<_, Stop>(())
                });
                if number > 40 && end.load(std::sync::atomic::Ordering::SeqCst) {
                    return number;
                }
            }
            unreachable!("it ends when it is told")
        });
        let count = || read(&*store, |snapshot| snapshot.head(id(b's', 1)).unwrap().unwrap().seq);
        while count() < 20 {}
        store.backup(copy_of.path(), &mut |_, _| {}).unwrap();
        end.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(writing.join().unwrap() > 40);
    });
    let (anew, other) = (tempfile::tempdir().unwrap(), database());
    crate::restore(copy_of.path(), anew.path(), &mut || 4711).unwrap();
    copied(Place::Folder(copy_of.path()), Place::Database(&other)).unwrap();
    for place in [Place::Folder(anew.path()), Place::Database(&other)] {
        let restored = opened(place).unwrap();
        let seqs = read(&*restored, move |snapshot| spaces.map(|space| snapshot.head(space).unwrap().unwrap().seq));
        assert!(seqs[0] == seqs[1] && seqs[0] >= 20, "{seqs:?}");
        assert_eq!(restored.check(), Ok(vec![]));
        let one = submit(&*restored, &spaces, move |tx| crate::contract::ask::put_new(tx, spaces[0], 2, id(b'i', 1)));
        assert_eq!(one.wait().value(), seqs[0] + 1);
    }
}
