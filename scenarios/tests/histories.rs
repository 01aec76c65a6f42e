//! Random histories: several writers and offline replicas, paging with writes in between, joins, leaves, removal while
//! offline, repeated creates, undo, retention runs and restarts. Every replica ends equal to a fresh read.

use jmap::Id;
use model::{Caller, Role};
use scenarios::direct::Direct;
use scenarios::replica::{Replica, fresh};
use serde_json::{Value, json};
use std::sync::Arc;
use store::oracle::{Oracle, Unkind};
use store::{SqliteStore, Store};

/// A small generator of its own, so that a seed means the same history for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.roll(from.len())) }
    }
}

struct History {
    desk: Direct,
    dice: Dice,
    people: Vec<Caller>,
    spaces: Vec<Id>,
    items: Vec<(Id, String)>,
    sent: Vec<(usize, String)>,
    /// Creates that some client made and may make again.
    creates: Vec<(usize, &'static str, Value)>,
    ids: u64,
}

impl History {
    async fn new(store: Arc<dyn Store>, folder: &std::path::Path, seed: u64) -> History {
        let desk = Direct::open(store, folder).await;
        let mut people = Vec::new();
        for name in ["Ana", "Bo", "Chidi", "Dana"] {
            people.push(desk.hire(name).await);
        }
        let space = desk.space(&people[0], "Everyone").await;
        let mut history = History {
            desk,
            dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            people,
            spaces: vec![space],
            items: Vec::new(),
            sent: Vec::new(),
            creates: Vec::new(),
            ids: seed << 32,
        };
        for who in 1..3 {
            history.member(0, space, who, "member").await;
        }
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
        match self.dice.roll(20) {
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
            15 => {
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
                let update = json!({ thread: { "lastSeq": self.dice.roll(50) } });
                self.desk.one(&by, "Cursor/set", json!({ "accountId": by.person, "update": update })).await;
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
}

/// Plays one history and compares at the end. `reopen` gives a store that was closed and opened again.
async fn play(store: Arc<dyn Store>, folder: &std::path::Path, seed: u64, reopen: impl Fn() -> Option<Arc<dyn Store>>) {
    let mut history = History::new(store, folder, seed).await;
    let mut replicas: Vec<Replica> =
        (0..6).map(|i| Replica::new(history.people[i % 4], 2 + (seed + i as u64) % 6)).collect();
    let mut offline = [false; 6];
    for turn in 0..160 {
        match history.dice.roll(12) {
            0..5 => history.act().await,
            5..10 => {
                let i = history.dice.roll(replicas.len());
                if !offline[i] {
                    replicas[i].begin();
                    for _ in 0..=history.dice.roll(3) {
                        replicas[i].step(&history.desk).await;
                    }
                }
            }
            10 => {
                let i = history.dice.roll(replicas.len());
                offline[i] = !offline[i];
            }
            _ => match history.dice.roll(16) {
                0 => history.desk.clock.advance(91 * jmap::DAY_MS),
                1 => history.desk.clock.advance(-3_600_000),
                2 => history.desk.restart(None).await,
                3 => replicas[history.dice.roll(6)].clear(),
                _ => history.desk.clock.advance(20_000),
            },
        }
        if turn == 100
            && let Some(store) = reopen()
        {
            history.desk.restart(Some(store)).await;
        }
    }
    history.desk.clock.advance(120_000);
    history.desk.settle().await;
    for (i, replica) in replicas.iter_mut().enumerate() {
        replica.catch_up(&history.desk).await;
        let truth = fresh(&history.desk, replica.by).await;
        let held = replica.picture();
        let wrong: Vec<_> = held.iter().filter(|(key, record)| truth.get(*key) != Some(record)).collect();
        let missing: Vec<_> = truth.iter().filter(|(key, _)| !held.contains_key(*key)).collect();
        assert!(
            wrong.is_empty() && missing.is_empty(),
            "seed {seed}, replica {i}: wrong {wrong:#?}, missing {missing:#?}"
        );
    }
    assert!(history.people.iter().all(|person| person.role == Role::Member));
}

fn seeds(normal: u64) -> u64 {
    if std::env::var_os("MEANWHILE_SOAK").is_some() { normal * 50 } else { normal }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_ends_equal_to_a_fresh_read_on_the_oracle() {
    for seed in 1..=seeds(40) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(Oracle::unkind(Unkind::very(seed)));
        play(store, folder.path(), seed, || None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_ends_equal_to_a_fresh_read_on_sqlite() {
    for seed in 1..=seeds(15) {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || {
            Arc::new(SqliteStore::open(folder.path(), store::SqliteOptions::default()).expect("opens"))
                as Arc<dyn Store>
        };
        play(open(), folder.path(), seed, || None).await;
    }
}
