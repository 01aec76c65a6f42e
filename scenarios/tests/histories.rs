//! Random histories: several writers and offline replicas that write and send late, paging with writes in between, joins,
//! leaves, removal while offline, direct Spaces and a guest, drafts, repeated creates, undo, retention runs and restarts
//! from the files. Every replica ends equal to a fresh read, and what was written offline is there once.

use jmap::Id;
use model::{Caller, Role};
use scenarios::dice::Dice;
use scenarios::direct::{Direct, Stores, sqlite};
use scenarios::replica::{Replica, fresh};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use store::contract::postgres::Server;
use store::oracle::{Oracle, Unkind};

/// The place of the guest among the people.
const GUEST: usize = 4;

/// What somebody did without a network: a method and its arguments, to be sent when there is one.
type Unsent = (&'static str, Value);

/// One of somebody's devices.
struct Device {
    who: usize,
    replica: Replica,
    offline: bool,
    outbox: VecDeque<Unsent>,
}

struct History {
    desk: Direct,
    dice: Dice,
    people: Vec<Caller>,
    spaces: Vec<Id>,
    items: Vec<(Id, String)>,
    sent: Vec<(usize, String)>,
    drafts: Vec<(usize, String)>,
    /// How often something was sent that had waited for a network.
    late: usize,
    /// Creates that some client made and may make again.
    creates: Vec<(usize, &'static str, Value)>,
    ids: u64,
}

impl History {
    async fn new(stores: Stores, folder: &std::path::Path, seed: u64) -> History {
        let desk = Direct::open_by(stores, folder).await;
        let mut people = Vec::new();
        for name in ["Ana", "Bo", "Chidi", "Dana"] {
            people.push(desk.hire(name).await);
        }
        people.push(desk.hire_as("Gil", Role::Guest).await);
        let space = desk.space(&people[0], "Everyone").await;
        let mut history = History {
            desk,
            dice: Dice::new(seed),
            people,
            spaces: vec![space],
            items: Vec::new(),
            sent: Vec::new(),
            drafts: Vec::new(),
            late: 0,
            creates: Vec::new(),
            ids: seed << 32,
        };
        for who in 1..3 {
            history.member(0, space, who, "member").await;
        }
        history.member(0, space, GUEST, "guest").await;
        history
    }

    /// An id that a client made.
    fn client_id(&mut self) -> String {
        self.ids += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.ids.to_be_bytes());
        Id::fresh(b'i', self.desk.engine.clock().now(), random).to_string()
    }

    async fn member(&mut self, by: usize, space: Id, who: usize, role: &str) {
        let person = self.people[who].person;
        let create = json!({ "accountId": space, "create": { "m": { "personId": person, "role": role } } });
        let answer = self.desk.one(&self.people[by], "Member/set", create).await;
        if answer["notCreated"]["m"]["type"] == "alreadyExists" || answer["created"]["m"]["role"] != role {
            let update = json!({ "accountId": space, "update": { person.to_string(): { "role": role } } });
            self.desk.one(&self.people[by], "Member/set", update).await;
        }
    }

    /// One random thing that somebody does.
    async fn act(&mut self) {
        let who = self.dice.roll(self.people.len());
        let by = self.people[who];
        let Some(space) = self.dice.pick(&self.spaces).copied() else { return };
        let target = self.dice.pick(&self.items).cloned();
        match self.dice.roll(25) {
            0..4 => {
                let id = self.client_id();
                let title = format!("topic {}", self.ids);
                let args = json!({ "accountId": space, "create": { id.clone(): { "kind": "topic", "title": title } } });
                self.create(who, "Item/set", args, space, id).await;
            }
            4..8 => {
                let Some((space, parent)) = target else { return };
                let id = self.client_id();
                let post = json!({ "kind": "post", "parentId": parent, "text": format!("reply {}", self.ids) });
                self.create(who, "Item/set", json!({ "accountId": space, "create": { id.clone(): post } }), space, id)
                    .await;
            }
            8..10 => {
                let Some((space, item)) = target else { return };
                let patch = json!({ "text": format!("edited {}", self.dice.roll(1000)) });
                self.desk.one(&by, "Item/set", json!({ "accountId": space, "update": { item: patch } })).await;
            }
            10 => {
                let Some((space, item)) = target else { return };
                let on = if self.dice.roll(2) == 0 { Value::Null } else { json!(true) };
                let path = format!("reactions/👍/{}", by.person);
                let args = json!({ "accountId": space, "update": { item: { path: on } } });
                self.desk.one(&by, "Item/set", args).await;
            }
            11 | 12 => {
                let Some((space, item)) = target else { return };
                self.desk.one(&by, "Item/set", json!({ "accountId": space, "destroy": [item] })).await;
            }
            13 => {
                let other = self.dice.roll(self.people.len());
                let role = ["member", "none", "member", "admin"][self.dice.roll(4)];
                self.member(who, space, other, role).await;
            }
            14 => {
                let leave = json!({ "accountId": space, "update": { by.person.to_string(): { "role": "none" } } });
                if who != 0 {
                    self.desk.one(&by, "Member/set", leave).await;
                }
            }
            15 if who != GUEST => {
                let made = self.desk.space(&by, &format!("space {}", self.dice.roll(100))).await;
                self.spaces.push(made);
            }
            16 => {
                let id = self.client_id();
                let item = json!({ "kind": "topic", "title": "sent" });
                let sub = json!({ "spaceId": space, "item": item, "sendIn": self.dice.roll(90) });
                let args = json!({ "accountId": by.person, "create": { id.clone(): sub } });
                self.desk.one(&by, "Submission/set", args.clone()).await;
                self.creates.push((who, "Submission/set", args));
                self.sent.push((who, id.clone()));
                self.items.push((space, id));
            }
            17 => {
                let Some((who, id)) = self.dice.pick(&self.sent).cloned() else { return };
                let by = self.people[who];
                let update = json!({ "accountId": by.person, "update": { id: { "undoStatus": "canceled" } } });
                self.desk.one(&by, "Submission/set", update).await;
            }
            18 => {
                let Some((space, thread)) = target else { return };
                let cursor = json!({ "spaceId": space, "threadId": thread, "lastSeq": self.dice.roll(50) });
                self.desk.one(&by, "Cursor/set", json!({ "accountId": by.person, "create": { "c": cursor } })).await;
                let update = json!({ thread.clone(): { "lastSeq": self.dice.roll(50) } });
                self.desk.one(&by, "Cursor/set", json!({ "accountId": by.person, "update": update })).await;
                let follow = json!({ "spaceId": space, "threadId": thread, "followedAt": "2026-11-23T09:00:00Z" });
                if self.dice.roll(3) == 0 {
                    let to = self.spaces[self.dice.roll(self.spaces.len())];
                    let asked = json!({ "spaceId": space, "itemId": thread, "toSpaceId": to });
                    let args = json!({ "accountId": by.person, "create": { "m": asked } });
                    self.desk.one(&by, "Move/set", args).await;
                }
                self.desk.one(&by, "Follow/set", json!({ "accountId": by.person, "create": { "f": follow } })).await;
            }
            19 => {
                let other = self.people[self.dice.roll(self.people.len())].person;
                let create = json!({ "d": { "kind": "direct", "persons": [by.person, other] } });
                let args = json!({ "accountId": by.person, "create": create });
                let made = self.desk.one(&by, "Space/set", args).await;
                if let Some(id) = made["created"]["d"]["id"].as_str().and_then(|id| Id::parse(id).ok())
                    && !self.spaces.contains(&id)
                {
                    self.spaces.push(id);
                }
            }
            20 | 21 => {
                let (method, args) = self.draft(who);
                self.desk.one(&by, method, args).await;
            }
            22 => {
                // Sent from its draft, in one request.
                let Some((who, id)) = self.dice.pick(&self.drafts).cloned() else { return };
                let by = self.people[who];
                let sub =
                    json!({ "spaceId": space, "item": { "kind": "topic", "title": "from a draft" }, "sendIn": 5 });
                let calls = json!([
                    ["Submission/set", { "accountId": by.person, "create": { id.clone(): sub } }, "0"],
                    ["Draft/set", { "accountId": by.person, "destroy": [id] }, "1"],
                ]);
                let rest = self.dice.roll(4);
                let calls = if rest == 0 { json!([calls[0]]) } else { calls };
                self.desk.ask(&by, calls).await;
            }
            _ => {
                // A client that never saw the answer sends its create once more.
                let Some((who, method, args)) = self.dice.pick(&self.creates).cloned() else { return };
                let answer = self.desk.one(&self.people[who], method, args).await;
                assert!(answer["notCreated"].is_null() || !answer.to_string().contains("alreadyExists"), "{answer}");
            }
        }
    }

    async fn create(&mut self, who: usize, method: &'static str, args: Value, space: Id, id: String) {
        self.desk.one(&self.people[who], method, args.clone()).await;
        self.creates.push((who, method, args));
        self.items.push((space, id));
    }

    /// Something that is done to a draft, or begins one.
    fn draft(&mut self, who: usize) -> Unsent {
        let account = self.people[who].person;
        let mine: Vec<_> = self.drafts.iter().filter(|(of, _)| *of == who).map(|(_, id)| id.clone()).collect();
        let item = json!({ "title": format!("draft {}", self.dice.roll(1000)) });
        let change = match (self.dice.roll(4), self.dice.pick(&mine).cloned()) {
            (0, Some(id)) => json!({ "accountId": account, "destroy": [id] }),
            (1 | 2, Some(id)) => json!({ "accountId": account, "update": { id: { "item": item } } }),
            _ => {
                let id = self.client_id();
                self.drafts.push((who, id.clone()));
                json!({ "accountId": account, "create": { id: { "item": item } } })
            }
        };
        ("Draft/set", change)
    }

    /// What a device without a network writes down.
    fn writes_offline(&mut self, who: usize) -> Option<Unsent> {
        let space = self.dice.pick(&self.spaces).copied()?;
        let id = self.client_id();
        let text = format!("offline {}", self.ids);
        let mut args = match (self.dice.roll(4), self.dice.pick(&self.items).cloned()) {
            (0, _) => return Some(self.draft(who)),
            (1, Some((space, parent))) => {
                let post = json!({ "kind": "post", "parentId": parent, "text": text });
                json!({ "accountId": space, "create": { id.clone(): post } })
            }
            (2, _) => {
                let item = json!({ "kind": "topic", "title": text });
                let sub = json!({ "spaceId": space, "item": item, "sendIn": 0, "waited": self.dice.roll(9000) });
                let args = json!({ "accountId": self.people[who].person, "create": { id.clone(): sub } });
                self.items.push((space, id));
                return Some(("Submission/set", args));
            }
            _ => json!({ "accountId": space, "create": { id.clone(): { "kind": "topic", "title": text } } }),
        };
        let space = args["accountId"].clone();
        let space = space.as_str().and_then(|space| Id::parse(space).ok())?;
        self.items.push((space, id));
        Some(("Item/set", args.take()))
    }

    /// Sends what waits, as far as the network lasts. An answer that gets lost is a reason to send the same again.
    async fn sends_late(&mut self, device: &mut Device) {
        let by = self.people[device.who];
        while let Some((method, args)) = device.outbox.front().cloned() {
            let answer = self.desk.one(&by, method, args).await;
            assert!(!answer.to_string().contains("alreadyExists"), "{method}: {answer}");
            self.late += 1;
            match self.dice.roll(8) {
                0 => return,
                1 | 2 => {}
                _ => drop(device.outbox.pop_front()),
            }
        }
    }
}

/// Opens a database.
type Open<'a> = &'a dyn Fn() -> Stores;

/// Plays one history and compares at the end. `reopen` opens the database again that was closed, where it stays.
async fn play(stores: Stores, folder: &std::path::Path, seed: u64, reopen: Option<Open<'_>>) -> usize {
    let mut history = History::new(stores, folder, seed).await;
    let mut devices: Vec<Device> = (0..7)
        .map(|i| {
            let who = i % history.people.len();
            let replica = Replica::new(history.people[who], 2 + (seed + i as u64) % 6);
            Device { who, replica, offline: false, outbox: VecDeque::new() }
        })
        .collect();
    let mut reopened = 0;
    for turn in 0..200 {
        let i = history.dice.roll(devices.len());
        match history.dice.roll(14) {
            0..5 => history.act().await,
            5..10 if !devices[i].offline => {
                devices[i].replica.begin();
                for _ in 0..=history.dice.roll(3) {
                    devices[i].replica.step(&history.desk).await;
                }
            }
            5..12 if devices[i].offline => {
                let unsent = history.writes_offline(devices[i].who);
                devices[i].outbox.extend(unsent);
            }
            10 | 11 => history.sends_late(&mut devices[i]).await,
            12 => devices[i].offline = !devices[i].offline,
            _ => match history.dice.roll(16) {
                0 => history.desk.clock.advance(91 * jmap::DAY_MS),
                1 => history.desk.clock.advance(-3_600_000),
                2 => history.desk.restart().await,
                3 => devices[i].replica.clear(),
                _ => history.desk.clock.advance(20_000),
            },
        }
        if let Some(reopen) = reopen.filter(|_| turn % 67 == 66) {
            history.desk = history.desk.reopen(reopen).await;
            reopened += 1;
        }
    }
    for device in &mut devices {
        while !device.outbox.is_empty() {
            history.sends_late(device).await;
        }
    }
    history.desk.clock.advance(120_000);
    history.desk.settle().await;
    for (i, Device { replica, .. }) in devices.iter_mut().enumerate() {
        replica.catch_up(&history.desk).await;
        let truth = fresh(&history.desk, replica.by).await;
        let held = replica.picture();
        let wrong: Vec<_> = held.iter().filter(|(key, record)| truth.get(*key) != Some(record)).collect();
        let missing: Vec<_> = truth.iter().filter(|(key, _)| !held.contains_key(*key)).collect();
        assert!(
            wrong.is_empty() && missing.is_empty(),
            "seed {seed}, replica {i}: wrong {wrong:#?}, missing {missing:#?}"
        );
        let mut said = BTreeMap::<&str, usize>::new();
        for ((_, ty, _), record) in truth.iter().filter(|((_, ty, _), _)| *ty == "Item") {
            let text = record["title"].as_str().or(record["text"].as_str()).filter(|text| text.starts_with("offline"));
            *said.entry(text.unwrap_or(ty)).or_default() += usize::from(text.is_some());
        }
        assert!(said.values().all(|times| *times <= 1), "seed {seed}: something arrived twice: {said:?}");
    }
    assert!(history.late > 0, "seed {seed}: nobody wrote without a network");
    history.desk.stop().await;
    reopened
}

fn seeds(normal: u64) -> u64 {
    if std::env::var_os("MEANWHILE_SOAK").is_some() { normal * 50 } else { normal }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_ends_equal_to_a_fresh_read_on_the_oracle() {
    for seed in 1..=seeds(40) {
        let folder = tempfile::tempdir().expect("a folder");
        play(vec![Arc::new(Oracle::unkind(Unkind::very(seed)))], folder.path(), seed, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_ends_equal_to_a_fresh_read_on_sqlite() {
    for seed in 1..=seeds(15) {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || sqlite(folder.path());
        assert_eq!(play(open(), folder.path(), seed, Some(&open)).await, 2, "closed and opened again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_ends_equal_to_a_fresh_read_on_postgresql_by_two_nodes() {
    for seed in 1..=seeds(6) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Server::shared().database();
        let open = || Server::nodes(&database).into();
        assert_eq!(play(open(), folder.path(), seed, Some(&open)).await, 2, "closed and opened again");
    }
}
