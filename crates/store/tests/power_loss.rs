//! A power cut at any point loses nothing that was acknowledged, and leaves no command half done.
//! A killed process never loses what it gave to the system, so the cut is played: a recording disk remembers each
//! step, and a store is opened on what would be left of it.
#![allow(clippy::unwrap_used)]

mod helper;
mod power;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};
use store::{Planted, SqliteOptions, SqliteStore, Stop, Store};

use helper::{Closure, Dice, at, id, row};
use power::disk::{Disk, Op};
use power::vfs::Recorder;

const WRITERS: u64 = 8;
const SPACES: u64 = 20;
const COMMANDS: u64 = 2_000;

/// Each fifth command writes to two accounts.
fn parts(command: u64) -> u64 {
    1 + u64::from(command.is_multiple_of(5))
}

/// What a run is to show.
#[derive(Clone, Copy, Default)]
struct Plan {
    synchronous: Option<&'static str>,
    answer_early: bool,
    faults: bool,
    commands: Option<u64>,
}

struct History {
    log: Vec<Op>,
    /// Steps before it made the empty store.
    start: usize,
    /// A control: the check must find losses in it.
    wrong: bool,
}

/// Lets eight writers loose on a real store over a recording disk, with purges in between.
fn record(plan: Plan) -> History {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::register(true);
    let ran = Arc::new(Mutex::new(Vec::new()));
    let mut planted = Planted { vfs: Some(recorder.vfs()), ..Planted::default() };
    if let Some(synchronous) = plan.synchronous {
        planted.synchronous = synchronous;
    }
    if plan.answer_early {
        let (recorder, ran) = (recorder.clone(), ran.clone());
        planted.before_commit = Some(Arc::new(move || {
            ran.lock().unwrap().drain(..).for_each(|command| recorder.note(Op::Acknowledged(command)));
        }));
    }
    let options = SqliteOptions { checkpoint_pages: 60, planted, ..SqliteOptions::default() };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    let start = recorder.len();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (store, recorder, ran) = (&store, &recorder, &ran);
            scope.spawn(move || {
                for i in 0..plan.commands.unwrap_or(COMMANDS / WRITERS) {
                    let command = 1 + i * WRITERS + writer;
                    if plan.faults && i % 12 == 5 {
                        break_something(recorder, command);
                    }
                    // What is refused by the machine is sent again, with the same ids.
                    while !send(store, recorder, ran, command, plan.answer_early) {
                        recorder.room.store(i64::MAX, SeqCst);
                    }
                    if command.is_multiple_of(900) {
                        let _ = store.purge(at(10), at(0));
                    }
                }
            });
        }
    });
    drop(store);
    let wrong = plan.answer_early || plan.synchronous.is_some();
    History { log: recorder.take_log(), start, wrong }
}

fn break_something(recorder: &Recorder, command: u64) {
    if command.is_multiple_of(2) {
        recorder.room.store((command % 9) as i64, SeqCst);
    } else {
        recorder.syncs.store((command % 3) as i64, SeqCst);
    }
}

fn send(store: &SqliteStore, recorder: &Arc<Recorder>, ran: &Arc<Mutex<Vec<u64>>>, command: u64, early: bool) -> bool {
    let mut dice = Dice(command * 7_919 + 1);
    let places: Vec<u64> = (0..parts(command)).map(|part| (dice.below(SPACES / 2) * 2 + part) % SPACES).collect();
    // A few do not fit into their page.
    let length = if command.is_multiple_of(30) { 3_000 } else { 40 + dice.below(100) };
    let text = format!("{{\"text\":\"{}\"}}", "x".repeat(length as usize));
    let accounts: Vec<_> = places.iter().map(|place| id(b's', *place)).collect();
    let (told, end) = std::sync::mpsc::channel();
    let (noting, ran) = (recorder.clone(), ran.clone());
    let run = move |tx: &mut dyn store::Tx| {
        for (part, place) in places.iter().enumerate() {
            let n = tx.open_account(id(b's', *place), *place)?.n;
            let item = id(b'i', command * 2 + part as u64);
            if tx.get(n, 1, item)?.is_some() {
                return Err(Stop::Refused);
            }
            let seq = tx.next_seq(n)?;
            tx.put(row(n, 1, item, seq, text.clone()));
            tx.put_index(n, "by", &command.to_be_bytes(), seq);
            tx.claim("name", &format!("{command}-{part}"), n, item, Some(at(5)));
        }
        ran.lock().unwrap().push(command);
        Ok(())
    };
    let done = move |how: Result<_, _>| {
        match how {
            Ok(_) if early => {}
            Ok(_) => noting.note(Op::Acknowledged(command)),
            Err(_) => noting.note(Op::Refused(command)),
        }
        told.send(how.is_ok()).unwrap();
    };
    store.submit(Box::new(Closure { accounts, run: Box::new(run), done: Box::new(done) }));
    end.recv().unwrap()
}

/// What the cuts of one history showed.
#[derive(Debug, Default)]
struct Findings {
    cuts: u64,
    /// Cuts after which an acknowledged command was not there.
    lost: u64,
    /// Cuts after which a part of a command was there and not the rest.
    half: u64,
    /// Cuts after which the numbers of an account had gaps.
    gaps: u64,
    /// Cuts after which the database could not be read, or was damaged.
    unreadable: u64,
    /// What the first of them said.
    why: Option<String>,
    refused: u64,
    failed_syncs: u64,
}

/// Cuts the power at about `cuts` points, and looks at what is left.
fn cut(history: &History, cuts: u64) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let (mut disk, mut dice, mut found) = (Disk::default(), Dice(7), Findings::default());
    // The long run looks at every point, except in histories that are wrong on purpose.
    let all = !history.wrong && std::env::var_os("MEANWHILE_SOAK").is_some();
    let every = ((history.log.len() - history.start) as u64 / cuts).max(1);
    for (i, op) in history.log.iter().enumerate() {
        disk.step(op, &mut dice);
        found.refused += u64::from(matches!(op, Op::Refused(_)));
        if i >= history.start && (all || dice.below(every) == 0) {
            let percent = [0, 100, 50, 10, 90][dice.below(5) as usize];
            disk.leave(folder.path(), percent, &mut dice);
            found.cuts += 1;
            if let Err(error) = look(folder.path(), &disk, &mut found) {
                found.unreadable += 1;
                found.why.get_or_insert(format!("step {i}, {percent} %: {error}"));
            }
        }
    }
    found.failed_syncs = disk.failed_syncs;
    found
}

fn look(folder: &std::path::Path, disk: &Disk, found: &mut Findings) -> rusqlite::Result<()> {
    let conn = Connection::open_with_flags(folder.join("meanwhile.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // What happens to these files later is of no interest.
    conn.execute_batch("PRAGMA synchronous = OFF")?;
    let fine: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if fine != "ok" {
        return Err(rusqlite::Error::InvalidParameterName(fine));
    }
    let mut present: HashMap<u64, u64> = HashMap::new();
    let mut ids = conn.prepare("SELECT id FROM records")?;
    for id in ids.query_map([], |row| row.get::<_, [u8; 17]>(0))? {
        let number = id?[1..7].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        *present.entry(number / 2).or_default() += 1;
    }
    found.lost += u64::from(disk.acknowledged.iter().any(|command| !present.contains_key(command)));
    found.half += u64::from(present.iter().any(|(command, count)| *count != parts(*command)));
    let gaps = "SELECT count(*) FROM accounts WHERE seq <>
                (SELECT count(*) FROM records WHERE account = n AND created_seq BETWEEN 1 AND accounts.seq)";
    found.gaps += u64::from(conn.query_row(gaps, [], |row| row.get::<_, i64>(0))? > 0);
    Ok(())
}

/// After the last step everything is there, once.
fn assert_whole(history: &History) {
    let last: HashSet<u64> =
        history.log.iter().filter_map(|op| if let Op::Acknowledged(c) = op { Some(*c) } else { None }).collect();
    assert_eq!(last.len() as u64, COMMANDS, "each command was acknowledged in the end");
}

#[test]
fn a_cut_at_any_point_loses_nothing_acknowledged() {
    let history = record(Plan::default());
    assert_whole(&history);
    let found = cut(&history, 450);
    println!("{found:?}");
    assert!(found.cuts > 300);
    assert_eq!((found.lost, found.half, found.gaps, found.unreadable), (0, 0, 0, 0), "{found:?}");
}

#[test]
fn a_cut_while_the_store_is_made_leaves_one_that_opens() {
    let history = record(Plan { commands: Some(1), ..Plan::default() });
    let (mut disk, mut dice) = (Disk::default(), Dice(11));
    for op in &history.log[..history.start] {
        disk.step(op, &mut dice);
        for percent in [0, 50, 100] {
            let folder = tempfile::tempdir().unwrap();
            disk.leave(folder.path(), percent, &mut dice);
            let options = SqliteOptions { readers: 1, ..SqliteOptions::default() };
            let store = SqliteStore::open(folder.path(), options).unwrap();
            assert_eq!(store.check().unwrap(), Vec::<String>::new());
            helper::create(&store, id(b's', 1), id(b'i', 1), "{}").unwrap();
        }
    }
}

#[test]
fn nor_with_a_full_disk_and_failing_syncs_in_between() {
    let history = record(Plan { faults: true, ..Plan::default() });
    assert_whole(&history);
    let found = cut(&history, 450);
    println!("{found:?}");
    assert!(found.refused > 20 && found.failed_syncs > 10, "the faults did not hit: {found:?}");
    assert_eq!((found.lost, found.half, found.gaps, found.unreadable), (0, 0, 0, 0), "{found:?}");
}

#[test]
fn the_check_finds_an_answer_that_comes_before_the_commit() {
    let found = cut(&record(Plan { answer_early: true, ..Plan::default() }), 200);
    println!("{found:?}");
    assert!(found.lost > found.cuts / 10, "{found:?}");
}

#[test]
fn the_check_finds_commits_that_are_not_synced() {
    let found = cut(&record(Plan { synchronous: Some("NORMAL"), ..Plan::default() }), 200);
    println!("{found:?}");
    assert!(found.lost > found.cuts / 10, "{found:?}");
}

#[test]
fn the_check_finds_a_file_that_is_never_synced() {
    let found = cut(&record(Plan { synchronous: Some("OFF"), ..Plan::default() }), 200);
    println!("{found:?}");
    assert!(found.unreadable > found.cuts / 10, "{found:?}");
}
