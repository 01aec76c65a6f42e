//! What people do there, at random.

use jmap::{DAY_MS, Id, UtcDate};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::people::rhythm;
use crate::{Decision, Leaving, Organisation, Question};

const HOUR: i64 = 3_600_000;

impl Organisation {
    /// One random thing that somebody does, or that happens to the server.
    pub(crate) async fn acts(&mut self) {
        match self.dice.roll(100) {
            0..22 => self.asks().await,
            22..38 => self.answers().await,
            38..48 => self.replies().await,
            48..55 => self.sends_later().await,
            55..61 => self.decides().await,
            61..65 => self.votes().await,
            65..71 => self.snoozes().await,
            71..76 => self.asks_anew().await,
            76..79 => self.asks_no_more().await,
            79..82 => self.takes().await,
            82..87 => self.goes_away().await,
            87..90 => self.is_well_again().await,
            90..94 => self.says_other_hours().await,
            94..97 => self.takes_back(),
            97..99 => {
                self.desk.restart().await;
                self.counts("restarted");
            }
            _ => {
                let (clock, hours) = (self.desk.clock.clone(), 1 + self.dice.roll(14) as i64);
                self.desk.restart_after(|| clock.advance(hours * HOUR + 7 * 60_000)).await;
                self.was_down = true;
                self.counts("down");
            }
        }
    }

    async fn creates(&mut self, who: usize, space: usize, id: Id, item: Value) {
        let (by, account) = (self.workers[who].caller, self.spaces[space].0);
        let args = json!({ "accountId": account, "create": { id.to_string(): item } });
        let done = self.desk.one(&by, "Item/set", args).await;
        assert!(done["notCreated"].is_null(), "{done}");
        self.said.push((space, id, who));
        self.desk.settle().await;
        self.looks().await;
    }

    /// What somebody changes; whether he may.
    async fn patches(&mut self, who: usize, space: Id, id: Id, patch: Value) -> bool {
        let by = self.workers[who].caller;
        let args = json!({ "accountId": space, "update": { id.to_string(): patch } });
        let done = self.desk.one(&by, "Item/set", args).await;
        done["notUpdated"].is_null()
    }

    /// Up to so many others of a Space.
    fn others(&mut self, who: usize, space: usize, most: usize) -> BTreeSet<usize> {
        let all: Vec<usize> = self.spaces[space].1.iter().copied().filter(|one| *one != who).collect();
        (0..=self.dice.roll(most)).filter_map(|_| self.dice.pick(&all).copied()).collect()
    }

    fn ids(&self, of: &BTreeSet<usize>) -> Vec<Id> {
        of.iter().map(|who| self.workers[*who].caller.person).collect()
    }

    fn days_ahead(&mut self, most: usize) -> UtcDate {
        self.now().plus_ms(HOUR * (2 + self.dice.roll(24 * most) as i64))
    }

    async fn asks(&mut self) {
        let (who, space, _) = self.somebody();
        let of = self.others(who, space, 4);
        let (what, any_one) = if self.dice.one_in(4) {
            ("acknowledgement", false)
        } else {
            ("reply", of.len() > 1 && self.dice.one_in(3))
        };
        let mut expects = json!({ "what": what, "of": self.ids(&of), "anyOne": any_one });
        if self.dice.one_in(2) {
            expects["by"] = json!(self.days_ahead(5));
        }
        let id = self.fresh();
        let mentions = self.others(who, space, 2);
        let mut item = json!({ "kind": "topic", "title": format!("Question {}", self.ids), "expects": expects, "mentions": self.ids(&mentions) });
        if self.dice.one_in(6) {
            item["urgent"] = json!("Nobody can pay");
            self.urgent.insert(id);
        }
        self.creates(who, space, id, item).await;
        let acknowledges = what == "acknowledgement";
        self.questions.push(Question { space, id, author: who, any_one, open: of.clone(), acknowledges });
        self.counts("asked");
        self.hear(self.questions.len() - 1, &of);
    }

    /// Whoever is asked knows of it from now on, and whoever covers him while he is away.
    fn hear(&mut self, question: usize, asked: &BTreeSet<usize>) {
        let (question, now) = (&self.questions[question], self.now());
        for who in asked {
            assert!(self.workers[*who].reached.contains_key(&question.id), "{now}: {who} hears nothing of a question");
            if let Some(deputy) = self.deputy(*who, now) {
                self.hears(question, *who, deputy, now);
            }
        }
    }

    /// A question that is open, at random.
    fn a_question(&mut self, that: impl Fn(&Question) -> bool) -> Option<usize> {
        let open: Vec<usize> = (0..self.questions.len())
            .filter(|at| !self.questions[*at].open.is_empty() && that(&self.questions[*at]))
            .collect();
        self.dice.pick(&open).copied()
    }

    async fn answers(&mut self) {
        let Some(at) = self.a_question(|_| true) else { return };
        let open: Vec<usize> = self.questions[at].open.iter().copied().collect();
        let who = open[self.dice.roll(open.len())];
        let now = self.now();
        // Who is away answers nothing.
        if self.workers[who].hours.away(now).0 {
            return;
        }
        let question = &self.questions[at];
        let (space, to, acknowledges) = (question.space, question.id, question.acknowledges);
        if acknowledges {
            let person = self.workers[who].caller.person;
            let answer = json!({ format!("answers/{person}"): { "itemId": null, "at": now } });
            assert!(self.patches(who, self.spaces[space].0, to, answer).await, "he may say so");
            self.counts("got it");
        } else {
            let id = self.fresh();
            self.creates(who, space, id, json!({ "kind": "post", "parentId": to, "text": "So.", "inAnswerTo": to }))
                .await;
            let author = self.questions[at].author;
            assert!(
                self.workers[author].reached.contains_key(&id),
                "{now}: {author} hears nothing of the answer to his question"
            );
            self.counts("answered");
        }
        let question = &mut self.questions[at];
        question.open.remove(&who);
        if question.any_one {
            question.open.clear();
        }
    }

    async fn replies(&mut self) {
        let recent: Vec<_> = self.said.iter().rev().take(30).copied().collect();
        let Some((space, parent, author)) = self.dice.pick(&recent).copied() else { return };
        let members = self.spaces[space].1.clone();
        let who = members[self.dice.roll(members.len())];
        let id = self.fresh();
        self.creates(who, space, id, json!({ "kind": "post", "parentId": parent, "text": "And this?" })).await;
        if who != author {
            assert!(self.workers[author].reached.contains_key(&id), "{author} hears nothing of a reply");
        }
    }

    async fn sends_later(&mut self) {
        let (who, space, by) = self.somebody();
        let (id, now) = (self.fresh(), self.now());
        let item = json!({ "kind": "topic", "title": format!("Later {}", self.ids) });
        let mut sub = json!({ "spaceId": self.spaces[space].0, "item": item, "sendIn": 30 });
        let mut due = now.plus_ms(30_000);
        if self.dice.one_in(2) {
            due = self.days_ahead(4);
            sub.as_object_mut().expect("an object").remove("sendIn");
            sub["sendAt"] = json!(due);
        }
        let args = json!({ "accountId": by.person, "create": { id.to_string(): sub } });
        let done = self.desk.one(&by, "Submission/set", args).await;
        assert!(done["notCreated"].is_null(), "{done}");
        let mut leaving = Leaving { by: who, space: self.spaces[space].0, id, due, canceled: false };
        if self.dice.one_in(4) {
            let args = json!({ "accountId": by.person, "update": { id.to_string(): { "undoStatus": "canceled" } } });
            let done = self.desk.one(&by, "Submission/set", args).await;
            assert!(done["notUpdated"].is_null(), "{done}");
            leaving.canceled = true;
        }
        self.leaving.push(leaving);
    }

    /// What leaves later is looked at again once its time is over, taken back or not.
    fn takes_back(&mut self) {
        let now = self.now();
        self.leaving.retain(|one| !one.canceled || one.due >= now.plus_ms(-30 * DAY_MS));
    }

    async fn decides(&mut self) {
        let (who, space, _) = self.somebody();
        let of = self.others(who, space, 4);
        let mut item = json!({
            "kind": "decision", "title": format!("Decision {}", self.ids), "rule": "consent", "text": "So it shall be.",
            "expects": { "what": "decision", "of": self.ids(&of) },
        });
        let minutes = [240, 480, 960][self.dice.roll(3)];
        let counts_hours = !self.dice.one_in(3);
        match counts_hours {
            true => item["workingMinutes"] = json!(minutes),
            false => item["expects"]["by"] = json!(self.days_ahead(6)),
        }
        let (id, begun) = (self.fresh(), self.now());
        self.creates(who, space, id, item).await;
        let mut decision = Decision {
            space: self.spaces[space].0,
            id,
            author: who,
            voters: of.iter().copied().collect(),
            closes: begun,
        };
        let got = self.decision(&decision).await;
        decision.closes = got["closesAt"].as_str().and_then(UtcDate::parse).unwrap_or_else(|| panic!("{got}"));
        if counts_hours {
            let had = of.iter().map(|who| self.workers[*who].hours.worked(begun, minutes)).max();
            assert_eq!(Some(decision.closes), had, "when the last of its voters has had {minutes} minutes");
        }
        self.decisions.push(decision);
    }

    async fn votes(&mut self) {
        let Some(at) = (!self.decisions.is_empty()).then(|| self.dice.roll(self.decisions.len())) else { return };
        let (space, id) = (self.decisions[at].space, self.decisions[at].id);
        let who = self.decisions[at].voters[self.dice.roll(self.decisions[at].voters.len())];
        let person = self.workers[who].caller.person;
        let vote = match self.dice.one_in(3) {
            true => json!({ "objects": true, "why": "Too early" }),
            false => json!({ "objects": false }),
        };
        if self.patches(who, space, id, json!({ format!("votes/{person}"): vote })).await {
            self.counts("voted");
        }
        // Where all have said something it may be over.
        self.looks().await;
        let got = self.decision(&self.decisions[at]).await;
        if got["outcome"].is_object() {
            self.decisions.remove(at);
        }
    }

    async fn snoozes(&mut self) {
        let who = self.dice.roll(self.workers.len());
        let came: Vec<Id> = self.workers[who]
            .reached
            .iter()
            .filter(|(_, one)| one.arrived.is_some() && one.due.is_none())
            .map(|(id, _)| *id)
            .collect();
        let Some(id) = self.dice.pick(&came).copied() else { return };
        let until = self.days_ahead(3);
        let by = self.workers[who].caller;
        let patch =
            if self.dice.one_in(4) { json!({ "doneAt": self.now() }) } else { json!({ "snoozedUntil": until }) };
        if !patch["snoozedUntil"].is_null() {
            self.workers[who].reached.entry(id).or_default().may_come += 1;
            self.counts("snoozed");
        }
        let args = json!({ "accountId": by.person, "update": { id.to_string(): patch } });
        let done = self.desk.one(&by, "Delivery/set", args).await;
        assert!(done["notUpdated"].is_null(), "{done}");
    }

    /// Its author asks until another date, and somebody else too.
    async fn asks_anew(&mut self) {
        let Some(at) = self.a_question(|_| true) else { return };
        let (by, more) = (self.days_ahead(4), self.others(self.questions[at].author, self.questions[at].space, 1));
        let Question { space, id, author, any_one, acknowledges, .. } = self.questions[at];
        let asked: BTreeSet<usize> = self.questions[at].open.union(&more).copied().collect();
        let what = if acknowledges { "acknowledgement" } else { "reply" };
        let expects = json!({ "what": what, "of": self.ids(&asked), "anyOne": any_one, "by": by });
        // Each may hear of it once more, and whoever covers him.
        for worker in &mut self.workers {
            if let Some(reached) = worker.reached.get_mut(&id) {
                reached.may_come += 1;
            }
        }
        let account = self.spaces[space].0;
        assert!(self.patches(author, account, id, json!({ "expects": expects })).await, "he may ask anew");
        self.looks().await;
        self.looks_up(at).await;
        let open = self.questions[at].open.clone();
        self.hear(at, &open);
        self.counts("asked anew");
    }

    /// For whose answer a question waits, by what its Item says.
    async fn looks_up(&mut self, at: usize) {
        let Question { space, id, author, any_one, .. } = self.questions[at];
        let (by, account) = (self.workers[author].caller, self.spaces[space].0);
        let got = self.desk.one(&by, "Item/get", json!({ "accountId": account, "ids": [id] })).await;
        let item = &got["list"][0];
        let place = |id: &str| Id::parse(id).ok().and_then(|id| self.place(id));
        let named = |of: &Value| -> BTreeSet<usize> {
            of.as_object().into_iter().flatten().filter_map(|(id, _)| place(id)).collect()
        };
        let (answered, taken) = (named(&item["answers"]), named(&item["takenBy"]));
        let of = item["expects"]["of"].as_array().into_iter().flatten().filter_map(|id| place(id.as_str()?));
        let of: BTreeSet<usize> = of.collect();
        let took: BTreeSet<usize> = of.intersection(&taken).copied().collect();
        self.questions[at].open = match any_one {
            true if !answered.is_empty() => BTreeSet::new(),
            true if !took.is_empty() => took,
            true => of,
            false => of.difference(&answered).copied().collect(),
        };
    }

    /// One of several is not asked any more.
    async fn asks_no_more(&mut self) {
        let Some(at) = self.a_question(|one| one.open.len() > 1 && !one.any_one) else { return };
        let question = &mut self.questions[at];
        question.open.pop_first();
        let (author, space, id, open) = (question.author, question.space, question.id, question.open.clone());
        let of = self.ids(&open);
        assert!(self.patches(author, self.spaces[space].0, id, json!({ "expects/of": of })).await, "he may do so");
        self.counts("asked no more");
    }

    /// One of several takes it.
    async fn takes(&mut self) {
        let Some(at) = self.a_question(|one| one.any_one && one.open.len() > 1) else { return };
        let open: Vec<usize> = self.questions[at].open.iter().copied().collect();
        let who = open[self.dice.roll(open.len())];
        let (space, id, person) =
            (self.spaces[self.questions[at].space].0, self.questions[at].id, self.workers[who].caller.person);
        let now = self.now();
        assert!(self.patches(who, space, id, json!({ format!("takenBy/{person}"): now })).await, "he may take it");
        self.looks_up(at).await;
        assert!(self.questions[at].open.contains(&who), "it waits for him now");
        self.counts("taken");
    }

    /// Somebody is ill from today on, or plans days off.
    async fn goes_away(&mut self) {
        let who = self.dice.roll(self.workers.len());
        let ill = self.dice.one_in(2);
        let ahead = if ill { 0 } else { 3 + self.dice.roll(15) as i64 };
        let days = if ill { self.dice.roll(5) } else { 4 + self.dice.roll(9) } as i64;
        let first = self.workers[who].hours.wall(self.now().plus_ms(ahead * DAY_MS)).date();
        let last = first.saturating_add(jiff::Span::new().days(days));
        let mut off = json!({ "from": first.to_string(), "to": last.to_string() });
        let covered = !self.dice.one_in(3);
        if covered {
            let deputy = (who + 1 + self.dice.roll(self.workers.len() - 1)) % self.workers.len();
            off["coveredBy"] = json!(self.workers[deputy].caller.person);
        }
        let planned = self.workers[who].rhythm["timeOff"].as_array_mut().expect("a list");
        // What has been is not kept for ever.
        if planned.len() > 6 {
            planned.remove(0);
        }
        planned.push(off);
        self.writes_hours(who).await;
        let begins = self.workers[who].hours.begins(first, self.now());
        if covered {
            self.begins.push((begins, who));
        }
    }

    /// Somebody is back earlier.
    async fn is_well_again(&mut self) {
        let now = self.now();
        let away: Vec<usize> = (0..self.workers.len()).filter(|who| self.workers[*who].hours.away(now).0).collect();
        let Some(who) = self.dice.pick(&away).copied() else { return };
        self.workers[who].rhythm["timeOff"] = json!([]);
        self.begins.retain(|(_, one)| *one != who);
        self.writes_hours(who).await;
        self.counts("well again");
    }

    /// Somebody says other hours, some of them in another zone.
    async fn says_other_hours(&mut self) {
        let who = self.dice.roll(self.workers.len());
        let zone = match self.dice.one_in(4) {
            true => ["Europe/London", "Asia/Singapore", "America/Los_Angeles"][self.dice.roll(3)].to_string(),
            false => self.workers[who].rhythm["zone"].as_str().expect("a zone").to_string(),
        };
        let off = self.workers[who].rhythm["timeOff"].take();
        self.workers[who].rhythm = rhythm(&mut self.dice, &zone);
        self.workers[who].rhythm["timeOff"] = off;
        self.writes_hours(who).await;
        // By the clock of another zone they begin at another instant.
        let (now, hours) = (self.now(), self.workers[who].hours.clone());
        self.begins.retain(|(_, one)| *one != who);
        self.begins.extend(hours.covered(now).into_iter().map(|first| (hours.begins(first, now), who)));
    }
}
