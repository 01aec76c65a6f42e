//! A real server process under load, killed at random moments. What was acknowledged is there afterwards, whole and once;
//! what was cut off may be sent again with the same ids.

#[path = "kill/follower.rs"]
mod follower;
#[path = "kill/ledger.rs"]
mod ledger;
#[path = "kill/moving.rs"]
mod moving;
#[path = "kill/writers.rs"]
mod writers;

use scenarios::process::{Desk, Failed, Machine};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::{RwLock, RwLockReadGuard, watch};

use follower::Follower;
use ledger::Ledger;

/// A small generator of numbers, so that a run can be told by its seed.
pub(crate) struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// What is asked of a server.
#[derive(Clone, Copy)]
pub(crate) enum Question<'a> {
    Calls(&'a Value),
    /// An account, and what goes there.
    Upload(&'a str, &'a [u8]),
}

/// What everybody in this story shares.
pub(crate) struct World {
    /// Where the server is. Whoever asks holds it, so that a check finds nobody in the middle of a request.
    gate: RwLock<String>,
    /// Counts the servers.
    servers: watch::Sender<u64>,
    ledger: parking_lot::Mutex<Ledger>,
    /// Requests that were under way when the server was killed.
    cut: AtomicU64,
    ending: AtomicBool,
    /// A Space in which everything happens.
    team: String,
    /// A Space to which topics come and nothing else: each takes one number.
    log: String,
}

impl World {
    /// The answers to these calls, asked again until a server has answered. While the guard lives no check begins.
    async fn ask(&self, desk: &Desk, calls: &Value) -> (RwLockReadGuard<'_, String>, Vec<Value>) {
        let (gate, mut answer) = self.until_answered(desk, Question::Calls(calls)).await;
        let answers = answer.as_array_mut().expect("a list");
        (gate, std::mem::take(answers))
    }

    async fn until_answered(&self, desk: &Desk, question: Question<'_>) -> (RwLockReadGuard<'_, String>, Value) {
        let mut servers = self.servers.subscribe();
        loop {
            let url = self.gate.read().await;
            servers.mark_unchanged();
            let answer = match question {
                Question::Calls(calls) => desk.ask(&url, calls).await.map(Value::from),
                Question::Upload(account, content) => {
                    desk.upload(&url, account, content.to_vec()).await.map(Value::from)
                }
            };
            match answer {
                Ok(answer) => return (url, answer),
                Err(Failed::Cut(_)) => {
                    self.cut.fetch_add(1, SeqCst);
                }
                Err(Failed::Away) => {}
                Err(Failed::Refused(status, problem)) => panic!("refused with {status}: {problem}"),
            }
            drop(url);
            servers.changed().await.expect("the story goes on");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_that_it_acknowledged_and_does_nothing_twice() {
    is_killed(Machine::default(), 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_one_with_its_records_in_a_database() {
    is_killed(Machine::on_postgres(), 5).await;
}

#[expect(clippy::print_stdout, reason = "the figures of a test")]
async fn is_killed(machine: Machine, kills: u32) {
    let kills = if std::env::var_os("MEANWHILE_SOAK").is_some() { kills * 20 } else { kills };
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).expect("the system gives random bytes");
    let seed = u64::from_le_bytes(seed) | 1;
    println!("seed {seed}, {kills} kills");
    let mut dice = Dice(seed);

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let bo = machine.person(&data, "Bo").await;
    let (team, log) = (ana.space(&server.url, "Team").await, ana.space(&server.url, "Log").await);
    for space in [&team, &log] {
        let add = serde_json::json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        let added = ana.one(&server.url, "Member/set", add).await.expect("the server runs");
        assert!(added["created"]["m"].is_object(), "{added}");
    }
    let world = Arc::new(World {
        gate: RwLock::new(server.url.clone()),
        servers: watch::Sender::new(0),
        ledger: parking_lot::Mutex::default(),
        cut: AtomicU64::new(0),
        ending: AtomicBool::new(false),
        team,
        log,
    });
    let mut follower = Follower::new(&world, bo.clone());
    follower.catch_up(&world).await;
    let following = tokio::spawn({
        let world = world.clone();
        async move {
            while !world.ending.load(SeqCst) {
                follower.catch_up(&world).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            follower
        }
    });
    let mut writing = Vec::new();
    for (number, desk) in [&ana, &ana, &ana, &bo, &bo].into_iter().enumerate() {
        let seed = dice.throw(u64::MAX) | 1;
        writing.push(tokio::spawn(writers::write(world.clone(), desk.clone(), number, Dice(seed))));
    }

    let mut in_the_middle = 0;
    for kill in 1..=kills {
        // A moment is a moment: nothing else could be waited for.
        tokio::time::sleep(Duration::from_millis(100 + dice.throw(700))).await;
        assert!(server.runs(), "it ended by itself: {}", server.log());
        let before = world.cut.load(SeqCst);
        server.kill().await;
        let mut gate = world.gate.write().await;
        in_the_middle += u32::from(world.cut.load(SeqCst) > before);
        server = machine.serve(&data).await;
        gate.clone_from(&server.url);
        Ledger::check(&world, &server.url, &[&ana, &bo], kill == kills).await;
        world.servers.send_modify(|servers| *servers += 1);
    }
    world.ending.store(true, SeqCst);
    for writer in writing {
        writer.await.expect("a writer does not panic");
    }
    let mut follower = following.await.expect("the follower does not panic");

    ledger::until_all_is_published(&server.url, &[&ana, &bo]).await;
    Ledger::check(&world, &server.url, &[&ana, &bo], true).await;
    world.ledger.lock().check_that_all_arrived();
    follower.catch_up(&world).await;
    follower.check_against_a_fresh_reader(&world, &server.url).await;
    for all in [vec!["doctor"], vec!["doctor", "--all"]] {
        let report = machine.order(&data, &all).await;
        assert_eq!(report["healthy"], true, "{report}");
    }
    let (code, log) = server.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let report = machine.order(&data, &["doctor", "--all"]).await;
    assert_eq!(report["healthy"], true, "{report}");

    let cut = world.cut.load(SeqCst);
    println!("{cut} requests cut off, in {in_the_middle} of {kills} kills; {}", world.ledger.lock().figures());
    assert!(in_the_middle * 2 >= kills, "only {in_the_middle} of {kills} kills hit a request under way");
}
