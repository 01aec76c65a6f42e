//! Who works here, where, and when.

use jmap::{Id, UtcDate};
use model::Caller;
use scenarios::dice::Dice;
use scenarios::direct::{Direct, operator};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::Tick;

use crate::hours::Hours;
use crate::{Organisation, Question, Worker};

/// So many work here.
const PEOPLE: usize = 50;
/// Each of them in one of these. In 2027 the clocks change in the first on 14 March, in the next two on the 28th, in
/// Auckland on 4 April.
const ZONES: [&str; 8] = [
    "America/New_York",
    "Europe/Lisbon",
    "Europe/Berlin",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Africa/Accra",
    "America/Sao_Paulo",
];
/// What has to have been seen in each history, so that it has shown something.
pub(crate) const MUST_HAPPEN: [&str; 23] = [
    "came at once",
    "waited for hours",
    "came in summer",
    "came after days off",
    "came at night, being urgent",
    "deputies told",
    "reminded",
    "covered days off began",
    "asked",
    "asked anew",
    "asked no more",
    "answered",
    "got it",
    "taken",
    "snoozed",
    "hours changed while something waited",
    "well again",
    "left",
    "taken back",
    "decided",
    "decisions with hours that changed",
    "restarted",
    "down",
];

/// Hours of somebody: usual ones, part of the week, in the evening and at night, two parts of a day.
pub(crate) fn rhythm(dice: &mut Dice, zone: &str) -> Value {
    let day = |name: &str, spans: &[(&str, &str)]| {
        let spans: Vec<Value> = spans.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
        json!({ "weekday": name, "spans": spans })
    };
    let every = |names: &[&str], spans: &[(&str, &str)]| names.iter().map(|name| day(name, spans)).collect::<Vec<_>>();
    let week = ["mo", "tu", "we", "th", "fr"];
    let hours = match dice.roll(6) {
        0 => every(&["tu", "we", "th"], &[("08:30", "13:00")]),
        1 => every(&["su", "mo", "tu", "we", "th"], &[("09:00", "12:00"), ("14:00", "18:00")]),
        2 => {
            let mut night = every(&["mo", "we"], &[("20:00", "24:00")]);
            night.extend(every(&["tu", "th"], &[("00:00", "01:30"), ("21:15", "23:00")]));
            night
        }
        _ => every(&week, &[("09:00", "17:00")]),
    };
    let arrivals: &[&str] = match dice.roll(4) {
        0 => &["09:00", "14:00"],
        1 => &["11:30"],
        _ => &[],
    };
    json!({ "zone": zone, "hours": hours, "arrivals": arrivals, "timeOff": [], "urgent": dice.one_in(3) })
}

impl Organisation {
    /// Everybody is hired and says his hours; there are two Spaces for all and some for few.
    pub(crate) async fn founded(desk: Direct, mut dice: Dice) -> Organisation {
        let mut workers = Vec::new();
        for place in 0..PEOPLE {
            let caller = desk.hire(&format!("P{place:02}")).await;
            let rhythm = rhythm(&mut dice, ZONES[place % ZONES.len()]);
            let hours = Hours::of(&rhythm);
            workers.push(Worker { caller, rhythm, hours, state: String::new(), reached: BTreeMap::new() });
        }
        let mut spaces = Vec::new();
        for place in 0..8 {
            let members: Vec<usize> =
                (0..PEOPLE).filter(|who| place < 2 || (who * 7 + place * 3) % 5 == 0 || *who == place).collect();
            let admin = workers[members[0]].caller;
            let id = desk.space(&admin, &format!("Space {place}")).await;
            let create: serde_json::Map<String, Value> = members[1..]
                .iter()
                .map(|who| (format!("m{who}"), json!({ "personId": workers[*who].caller.person, "role": "member" })))
                .collect();
            let done = desk.one(&admin, "Member/set", json!({ "accountId": id, "create": create })).await;
            assert!(done["notCreated"].is_null(), "{done}");
            spaces.push((id, members));
        }
        let mut all = Organisation {
            desk,
            dice,
            workers,
            spaces,
            said: Vec::new(),
            questions: Vec::new(),
            urgent: BTreeSet::new(),
            leaving: Vec::new(),
            decisions: Vec::new(),
            begins: Vec::new(),
            tick: Tick::default(),
            ids: 0,
            was_down: false,
            tally: BTreeMap::new(),
        };
        for who in 0..PEOPLE {
            all.writes_hours(who).await;
            let by = all.workers[who].caller;
            let got = all.desk.one(&by, "Delivery/get", json!({ "accountId": by.person, "ids": [] })).await;
            all.workers[who].state = got["state"].as_str().expect("a state").into();
        }
        all.looks().await;
        all
    }

    /// The server hears of somebody's hours; what waits for him waits until another instant.
    pub(crate) async fn writes_hours(&mut self, who: usize) {
        let (workspace, now) = (self.desk.engine.workspace(), self.now());
        let person = self.workers[who].caller.person;
        let update = json!({ person.to_string(): { "rhythm": self.workers[who].rhythm } });
        let by = if self.dice.one_in(2) { operator() } else { self.workers[who].caller };
        let done = self.desk.one(&by, "Person/set", json!({ "accountId": workspace, "update": update })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        let worker = &mut self.workers[who];
        worker.hours = Hours::of(&worker.rhythm);
        let mut waits = false;
        for reached in worker.reached.values_mut().filter(|one| one.due.is_some() && !one.snoozed) {
            reached.due = Some(worker.hours.arrival(now));
            waits = true;
        }
        if waits {
            self.counts("hours changed while something waited");
        }
        self.times_decisions_anew(who, now).await;
    }

    /// Where hours of his are counted, the end is another; it is held to counting minutes of all voters.
    async fn times_decisions_anew(&mut self, who: usize, now: UtcDate) {
        if self.decisions.iter().all(|one| !one.voters.contains(&who)) {
            return;
        }
        self.desk.settle().await;
        for place in 0..self.decisions.len() {
            let got = self.decision(&self.decisions[place]).await;
            let closes = got["closesAt"].as_str().and_then(UtcDate::parse).expect("an end");
            if got["outcome"].is_null() && !got["workingMinutes"].is_null() {
                assert!(closes >= now, "{now}: what counts hours would have ended at {closes}");
                self.counts("decisions with hours that changed");
            }
            self.decisions[place].closes = closes;
        }
    }

    /// Somebody who is in a Space, who works at this time if `working`, and the place of the Space.
    pub(crate) fn somebody(&mut self) -> (usize, usize, Caller) {
        let now = self.now();
        let space = self.dice.roll(self.spaces.len());
        let members = self.spaces[space].1.clone();
        // Nine of ten things are done in one's own hours, the rest because one felt like it.
        let working: Vec<usize> = members.iter().copied().filter(|who| self.workers[*who].hours.works(now)).collect();
        let from = if working.is_empty() || self.dice.one_in(10) { members } else { working };
        let who = from[self.dice.roll(from.len())];
        (who, space, self.workers[who].caller)
    }

    /// An id that a device made.
    pub(crate) fn fresh(&mut self) -> Id {
        self.ids += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.ids.to_be_bytes());
        Id::fresh(b'i', self.now(), random)
    }

    /// When days off begin, whoever covers them hears of what asks already.
    pub(crate) fn stands_in(&mut self, now: UtcDate) {
        for (at, who) in std::mem::take(&mut self.begins) {
            if at > now {
                self.begins.push((at, who));
                continue;
            }
            let Some(deputy) = self.deputy(who, now) else { continue };
            for question in self.questions.iter().filter(|one| one.open.contains(&who)) {
                self.hears(question, who, deputy, now);
            }
            self.counts("covered days off began");
        }
    }

    /// Whoever stands in for somebody knows of a question, if it is not his own.
    pub(crate) fn hears(&self, question: &Question, who: usize, deputy: usize, now: UtcDate) {
        let others = question.any_one && question.open.iter().any(|one| !self.workers[*one].hours.away(now).0);
        let told = self.workers[deputy].reached.contains_key(&question.id);
        assert!(
            told || others || question.author == deputy,
            "{now}: {deputy} hears nothing of {} for {who}",
            question.id
        );
    }

    /// Who stands in for somebody now, by the hours of one person after the other.
    pub(crate) fn deputy(&self, who: usize, now: UtcDate) -> Option<usize> {
        let mut chain = vec![who];
        while chain.len() <= 8 {
            let last = chain[chain.len() - 1];
            match self.workers[last].hours.away(now).1.and_then(|next| self.place(next)) {
                None => return Some(last).filter(|last| *last != who),
                Some(next) if chain.contains(&next) => return None,
                Some(next) => chain.push(next),
            }
        }
        None
    }
}
