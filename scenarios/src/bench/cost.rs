//! What a send costs the store, from Send until every reader has settled, in a Space of any size.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, operator};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use store::{Counters, SqliteOptions, SqliteStore, Store};

/// Objects of a request.
const AT_ONCE: usize = 1000;
/// Sends that are compared.
pub(crate) const SENDS: usize = 5;

/// A workspace with a small Space and a large one, of the same author and the same length.
pub(crate) struct Sizes {
    desk: Direct,
    store: Arc<SqliteStore>,
    ana: Caller,
    bo: Caller,
    /// With two members, and with many.
    pub(crate) spaces: [Id; 2],
    topics: [String; 2],
}

impl Sizes {
    /// Makes them in that folder; the large one has so many members.
    pub(crate) async fn new(folder: &Path, members: usize) -> Sizes {
        let store = Arc::new(SqliteStore::open(folder, SqliteOptions::default()).expect("a store opens"));
        let desk = Direct::open(store.clone(), folder).await;
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (small, large) = (desk.space(&ana, "Small").await, desk.space(&ana, "Large").await);
        let people = create(
            &desk,
            "Person/set",
            desk.engine.workspace(),
            members - 2,
            |i| json!({ "name": format!("Person {i}") }),
        )
        .await;
        for space in [small, large] {
            create(&desk, "Member/set", space, 1, |_| json!({ "personId": bo.person })).await;
        }
        create(&desk, "Member/set", large, people.len(), |i| json!({ "personId": people[i] })).await;
        // As long as the large one, so that no number in a record has more digits for that reason.
        create(&desk, "Item/set", small, people.len(), |i| json!({ "kind": "topic", "title": format!("Old {i}") }))
            .await;
        let mut topics = [String::new(), String::new()];
        for (space, topic) in [small, large].into_iter().zip(&mut topics) {
            let made = create(&desk, "Item/set", space, 1, |_| json!({ "kind": "topic", "title": "Release" }));
            *topic = made.await.remove(0);
        }
        let sizes = Sizes { desk, store, ana, bo, spaces: [small, large], topics };
        // The first reply makes the Thread.
        for at in [0, 1] {
            sizes.send(at).await;
        }
        sizes
    }

    /// How many members a Space has.
    pub(crate) async fn members(&self, at: usize) -> usize {
        let query = json!({ "accountId": self.spaces[at], "calculateTotal": true, "limit": 1 });
        let answer = self.desk.one(&self.ana, "Member/query", query).await;
        answer["total"].as_u64().unwrap_or_else(|| panic!("{answer}")) as usize
    }

    /// Posts in the thread that is sent to.
    pub(crate) async fn posts(&self, at: usize) -> u64 {
        let get = json!({ "accountId": self.spaces[at], "ids": [self.topics[at]] });
        let answer = self.desk.one(&self.ana, "Thread/get", get).await;
        answer["list"][0]["posts"].as_u64().unwrap_or_else(|| panic!("{answer}"))
    }

    /// One send: its Submission, the end of the undo window, its Item, and all that follows.
    async fn send(&self, at: usize) -> Counters {
        self.desk.settle().await;
        let before = self.store.counters();
        let text = "It is done; please look at it before Thursday.";
        let expects = json!({ "what": "reply", "of": [self.bo.person] });
        let item = json!({
            "kind": "post", "parentId": self.topics[at], "text": text, "mentions": [self.bo.person], "expects": expects,
        });
        let send = json!({ "spaceId": self.spaces[at], "item": item, "sendIn": 30 });
        create(&self.desk, "Submission/set", self.ana.person, 1, |_| send.clone()).await;
        self.desk.clock.advance(30_000);
        self.desk.settle().await;
        let after = self.store.counters();
        Counters {
            commits: after.commits - before.commits,
            commands: after.commands - before.commands,
            rows: after.rows - before.rows,
            bytes: after.bytes - before.bytes,
        }
    }

    /// What a send costs, to the small Space and to the large one. What a busy machine takes in two commits is in one on
    /// another, without the second row of an account; and a lease is renewed by the machine's time: so of a few sends the
    /// fewest rows and commits count.
    pub(crate) async fn costs(&self) -> [Counters; 2] {
        let mut out = [Counters::default(); 2];
        for at in [0, 1] {
            let mut all = Vec::with_capacity(SENDS);
            for _ in 0..SENDS {
                all.push(self.send(at).await);
            }
            let fewest = |of: fn(&Counters) -> u64| all.iter().map(of).min().expect("there were sends");
            for one in &all {
                assert_eq!((one.bytes, one.commands), (all[0].bytes, all[0].commands));
            }
            out[at] = Counters { rows: fewest(|one| one.rows), commits: fewest(|one| one.commits), ..all[0] };
        }
        out
    }
}

/// Creates records by requests as long as they may be, as an import does; their ids.
async fn create(desk: &Direct, method: &str, account: Id, count: usize, one: impl Fn(usize) -> Value) -> Vec<String> {
    let by = match method {
        "Submission/set" => Caller { person: account, ..desk_member() },
        _ => operator(),
    };
    let mut ids = Vec::with_capacity(count);
    for from in (0..count).step_by(AT_ONCE) {
        let all: Map<String, Value> = (from..count.min(from + AT_ONCE)).map(|i| (format!("k{i:06}"), one(i))).collect();
        let args = json!({ "accountId": account, "create": all });
        let answer = desk.one(&by, method, args).await;
        let created = answer["created"].as_object().unwrap_or_else(|| panic!("{answer}"));
        assert_eq!(created.len(), all.len(), "{}", answer["notCreated"]);
        ids.extend(created.values().filter_map(|one| Some(one["id"].as_str()?.to_string())));
    }
    ids
}

fn desk_member() -> Caller {
    Caller { role: model::Role::Member, scopes: model::Scopes::SESSION, ..operator() }
}
