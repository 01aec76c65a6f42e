//! The organisation: fifty people in eight zones, ninety days in which the clocks of half of them change, two Spaces in
//! which everybody is, some teams. They ask, answer, name each other, fall ill, travel, go on holiday and say other hours;
//! the server is restarted, and is down for half a day. After each step all that reached somebody is looked at: nothing came
//! outside anybody's hours, what was due came, once, and no question was lost.

#[path = "organisation/acts.rs"]
mod acts;
#[path = "organisation/hours.rs"]
mod hours;
#[path = "organisation/people.rs"]
mod people;

use hours::Hours;
use jmap::{DAY_MS, Id, UtcDate};
use model::Caller;
use scenarios::dice::Dice;
use scenarios::direct::{Direct, Stores, postgres, sqlite};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::Tick;

/// So long after it was due something may come, in ms.
const LATE: i64 = 60_000;

/// Somebody who works here.
struct Worker {
    caller: Caller,
    rhythm: Value,
    hours: Hours,
    /// Up to where the device knows the Deliveries.
    state: String,
    reached: BTreeMap<Id, Reached>,
}

/// What is known of something that reaches somebody.
#[derive(Clone, Debug, Default)]
struct Reached {
    why: String,
    arrived: Option<UtcDate>,
    /// When it has to come, by counting minutes.
    due: Option<UtcDate>,
    /// It is due at an instant that its owner has given.
    snoozed: bool,
    reminded: bool,
    /// How often it has come, and how often it may.
    came: usize,
    may_come: usize,
}

/// Something that asks.
struct Question {
    space: usize,
    id: Id,
    author: usize,
    any_one: bool,
    /// For whose answer it waits.
    open: BTreeSet<usize>,
    acknowledges: bool,
}

/// Something that leaves at an instant.
struct Leaving {
    by: usize,
    space: Id,
    id: Id,
    due: UtcDate,
    canceled: bool,
}

/// Something that is being decided, with its voters.
struct Decision {
    space: Id,
    id: Id,
    author: usize,
    voters: Vec<usize>,
    closes: UtcDate,
}

struct Organisation {
    desk: Direct,
    dice: Dice,
    workers: Vec<Worker>,
    spaces: Vec<(Id, Vec<usize>)>,
    /// What can be replied to: place of the Space, id, author.
    said: Vec<(usize, Id, usize)>,
    questions: Vec<Question>,
    /// What of it is urgent.
    urgent: BTreeSet<Id>,
    leaving: Vec<Leaving>,
    decisions: Vec<Decision>,
    /// Days off with a deputy that begin then.
    begins: Vec<(UtcDate, usize)>,
    tick: Tick,
    ids: u64,
    /// The server was down until now.
    was_down: bool,
    /// How often what has been seen.
    tally: BTreeMap<&'static str, usize>,
}

impl Organisation {
    fn now(&self) -> UtcDate {
        self.desk.engine.clock().now()
    }

    fn counts(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn place(&self, person: Id) -> Option<usize> {
        self.workers.iter().position(|one| one.caller.person == person)
    }

    /// The first instant at which something has to happen.
    fn next_due(&self) -> Option<UtcDate> {
        let reaches = self.workers.iter().flat_map(|one| one.reached.values().filter_map(|reached| reached.due));
        let leaves = self.leaving.iter().filter(|one| !one.canceled).map(|one| one.due);
        let closes = self.decisions.iter().map(|one| one.closes);
        let begins = self.begins.iter().map(|(at, _)| *at);
        reaches.chain(leaves).chain(closes).chain(begins).min()
    }

    /// Lives until then, one act every half hour or so.
    async fn lives(&mut self, end: UtcDate, pause: usize) {
        while self.now() < end {
            let acts_at = self.now().plus_ms(1000 * self.dice.roll(2 * pause) as i64);
            while let Some(due) = self.next_due().filter(|due| *due <= acts_at) {
                self.desk.clock.set(due.max(self.now()));
                self.looks().await;
            }
            self.desk.clock.set(acts_at.min(end));
            self.looks().await;
            self.acts().await;
            self.looks().await;
        }
    }

    /// Looks at what has happened, and holds it to what had to.
    async fn looks(&mut self) {
        self.desk.settle().await;
        let (tick, touched) = self.desk.touched(self.tick).await;
        self.tick = tick;
        let now = self.now();
        for worker in &mut self.workers {
            for reached in worker.reached.values_mut() {
                let Some(due) = reached.due.filter(|due| *due <= now) else { continue };
                let on_time = reached.snoozed && now.ms() - due.ms() < LATE;
                reached.due = Some(if on_time { now } else { worker.hours.late(due, now) });
            }
        }
        for who in 0..self.workers.len() {
            if touched.contains(&self.workers[who].caller.person) {
                self.reads(who).await;
            }
        }
        for (who, worker) in self.workers.iter().enumerate() {
            let over = worker.reached.iter().find(|(_, one)| one.due.is_some_and(|due| due <= now));
            assert!(over.is_none(), "{now}: what was due has not come to {who}: {over:?} {}", worker.rhythm);
        }
        self.leaves(now).await;
        self.closes(now).await;
        self.stands_in(now);
        self.was_down = false;
    }

    /// What somebody's device gets.
    async fn reads(&mut self, who: usize) {
        loop {
            let (by, state) = (self.workers[who].caller, self.workers[who].state.clone());
            let args = json!({ "accountId": by.person, "sinceState": state });
            let changes = self.desk.one(&by, "Delivery/changes", args).await;
            let ids: Vec<Value> = ["created", "updated"]
                .iter()
                .flat_map(|name| changes[*name].as_array().cloned().unwrap_or_default())
                .collect();
            let got = self.desk.one(&by, "Delivery/get", json!({ "accountId": by.person, "ids": ids })).await;
            for one in got["list"].as_array().unwrap_or_else(|| panic!("{got}")) {
                self.reaches(who, one);
            }
            self.workers[who].state = changes["newState"].as_str().unwrap_or_else(|| panic!("{changes}")).into();
            if changes["hasMoreChanges"] != true {
                return;
            }
        }
    }

    /// Something reaches somebody, or something has become of it.
    fn reaches(&mut self, who: usize, one: &Value) {
        let now = self.now();
        let id = one["id"].as_str().and_then(|id| Id::parse(id).ok()).expect("an id");
        let date = |name: &str| one[name].as_str().and_then(UtcDate::parse);
        let why = one["why"].as_str().expect("a reason").to_string();
        let is_new = !self.workers[who].reached.contains_key(&id);
        if why == "covering" && is_new {
            let covers = one["covers"].as_str().and_then(|id| Id::parse(id).ok()).and_then(|id| self.place(id));
            let covers = covers.expect("it covers somebody");
            assert_eq!(self.deputy(covers, now), Some(who), "{now}: {who} hears of what asks {covers}");
            self.counts("deputies told");
        }
        let worker = &mut self.workers[who];
        let reached = worker.reached.entry(id).or_insert(Reached { may_come: 1, ..Reached::default() });
        // What asked him first and was decided then comes for the second time.
        if why == "decision" && !is_new && reached.why != "decision" {
            reached.may_come += 1;
        }
        // One reminder before a date.
        let arrived = date("arrivedAt");
        let reminds = arrived.is_some() && date("remindedAt") == arrived && reached.arrived != arrived;
        if reminds {
            assert!(!reached.reminded, "{now}: {who} is reminded of {id} for the second time");
            assert!(date("by").is_some_and(|by| by > now), "{now}: {who} is reminded of {id} behind its date");
            reached.may_come += 1;
        }
        reached.reminded = date("remindedAt").is_some();
        if let Some(at) = arrived.filter(|at| reached.arrived != Some(*at)) {
            reached.came += 1;
            assert!(reached.came <= reached.may_come, "{now}: {id} came {} times to {who} ({why})", reached.came);
            assert_eq!(at, now, "{id} came to {who} ({why})");
            let was_due = std::mem::take(&mut reached.due);
            let wished = std::mem::take(&mut reached.snoozed) && was_due == Some(at);
            let urgent = self.urgent.contains(&id) && ["asked", "mention", "covering"].contains(&why.as_str());
            let at_night = urgent && is_new && worker.hours.lets_urgent(at) && worker.hours.arrival(at) > at;
            if why != "owed" && !wished && !at_night {
                assert!(
                    worker.hours.works(at),
                    "{at}: {id} came to {who} outside his hours ({why}): {}",
                    worker.rhythm
                );
                // With what is late comes what waits for the next time within the same hours.
                let early = was_due.filter(|due| *due > at && !self.was_down);
                assert_eq!(early, None, "{at}: {id} came to {who} too early ({why}): {}", worker.rhythm);
            }
            let waited = was_due.is_some();
            let summer = worker.hours.is_summer(at);
            let was_away = date("createdAt").is_some_and(|then| worker.hours.away(then).0);
            self.counts("came");
            self.counts(if waited { "waited for hours" } else { "came at once" });
            for (what, is_so) in [
                ("came in summer", waited && summer),
                ("came after days off", waited && was_away),
                ("came at night, being urgent", at_night),
                ("reminded", reminds),
            ] {
                if is_so {
                    self.counts(what);
                }
            }
        }
        let worker = &mut self.workers[who];
        let reached = worker.reached.get_mut(&id).expect("it is there");
        // When nobody was there, what was late may have come and have been decided at the same instant.
        let twice = self.was_down && reached.why != why;
        (reached.why, reached.arrived) = (why, arrived);
        if one["pending"] == true {
            let due = worker.hours.arrival(now);
            let was = reached.due.filter(|_| !std::mem::take(&mut reached.snoozed) && !twice);
            reached.due = Some(was.map_or(due, |was| was.min(due)));
        } else {
            let until = date("snoozedUntil");
            // What should have been back while nobody was there waits for hours.
            let waits = reached.due.filter(|_| reached.snoozed && until.is_some_and(|until| until < now));
            (reached.due, reached.snoozed) = (waits.or(until), until.is_some());
        }
    }

    /// What was sent is there at its instant; what was taken back never is.
    async fn leaves(&mut self, now: UtcDate) {
        for leaving in std::mem::take(&mut self.leaving) {
            if leaving.due > now {
                self.leaving.push(leaving);
                continue;
            }
            let by = self.workers[leaving.by].caller;
            let args = json!({ "accountId": leaving.space, "ids": [leaving.id], "properties": ["receivedAt"] });
            let got = self.desk.one(&by, "Item/get", args).await;
            let at = got["list"][0]["receivedAt"].as_str().and_then(UtcDate::parse);
            if leaving.canceled {
                assert_eq!(at, None, "what was taken back has left");
                self.counts("taken back");
                continue;
            }
            let at = at.unwrap_or_else(|| panic!("{now}: {} has not left at {}", leaving.id, leaving.due));
            // Where nobody was there to send it, it leaves as soon as somebody is.
            assert!(
                at >= leaving.due && (at.ms() - leaving.due.ms() < LATE || at == now),
                "{} left at {at}",
                leaving.id
            );
            self.counts("left");
        }
    }

    /// What is decided ends at the instant that it says, once.
    async fn closes(&mut self, now: UtcDate) {
        for mut decision in std::mem::take(&mut self.decisions) {
            if decision.closes > now {
                self.decisions.push(decision);
                continue;
            }
            let got = self.decision(&decision).await;
            let closes = got["closesAt"].as_str().and_then(UtcDate::parse).unwrap_or_else(|| panic!("{got}"));
            if closes > now {
                decision.closes = closes;
                self.decisions.push(decision);
                continue;
            }
            let ended = got["outcome"]["at"].as_str().and_then(UtcDate::parse);
            assert_eq!(ended, Some(closes), "{now}: {} has not ended at its instant", decision.id);
            let told = decision.voters.iter().chain([&decision.author]);
            for who in told.copied().collect::<BTreeSet<_>>() {
                assert!(
                    self.workers[who].reached.contains_key(&decision.id),
                    "{who} hears nothing of what was decided"
                );
            }
            self.counts("decided");
        }
    }

    async fn decision(&self, of: &Decision) -> Value {
        let by = self.workers[of.author].caller;
        let args = json!({ "accountId": of.space, "ids": [of.id] });
        self.desk.one(&by, "Item/get", args).await["list"][0].take()
    }
}

async fn ninety_days(stores: Stores, folder: &std::path::Path, seed: u64, pause: usize) {
    let desk = Direct::open_by(stores, folder).await;
    // Fourteen weeks later: in these ninety days the clocks change in America, then in Europe, then in Australia.
    desk.clock.set(UtcDate::parse("2027-03-01T06:00:00Z").expect("a date"));
    let mut all = Organisation::founded(desk, Dice::new(seed)).await;
    let end = all.now().plus_ms(90 * DAY_MS);
    all.lives(end, pause).await;
    // Nobody says anything any more, and all that was said comes.
    for leaving in &mut all.leaving {
        leaving.due = leaving.due.max(end);
    }
    while let Some(due) = all.next_due() {
        all.desk.clock.set(due.max(all.now()));
        all.looks().await;
    }
    for (who, worker) in all.workers.iter().enumerate() {
        let never = worker.reached.values().filter(|one| one.arrived.is_none() && one.why != "unasked").count();
        assert_eq!(never, 0, "something never came to {who}");
    }
    for what in people::MUST_HAPPEN {
        assert!(all.tally.get(what).is_some_and(|times| *times > 0), "nobody has seen {what:?}: {:?}", all.tally);
    }
    all.desk.stop().await;
}

/// In `make soak` there is an act every five minutes, of four different histories.
fn histories(pause: usize) -> Vec<(u64, usize)> {
    if std::env::var_os("MEANWHILE_SOAK").is_some() {
        (1..=4).map(|seed| (seed, 300)).collect()
    } else {
        vec![(1, pause)]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_reaches_anybody_outside_his_hours_and_no_question_is_lost_on_sqlite() {
    for (seed, pause) in histories(4800) {
        let folder = tempfile::tempdir().expect("a folder");
        ninety_days(sqlite(folder.path()), folder.path(), seed, pause).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_reaches_anybody_outside_his_hours_and_no_question_is_lost_on_postgresql_by_two_nodes() {
    for (seed, pause) in histories(4800) {
        let folder = tempfile::tempdir().expect("a folder");
        ninety_days(postgres(folder.path()), folder.path(), seed + 100, pause).await;
    }
}
