//! While a thread is on its way to another Space: what is there already is read, and nobody writes to it.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores_bent, on_quick_stores};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::contract::wrapped::{Bend, bent};
use store::{Command, Lease, Stop, StoreError, Tick, Tx};

use crate::moving::{items, join, moves, post, set, thread, whereabouts};
use crate::sending::send;

/// A store at which so many of the job runner's writes pass, and then none.
struct Gate(AtomicUsize);

impl Gate {
    fn open() -> Arc<Gate> {
        Arc::new(Gate(AtomicUsize::new(usize::MAX)))
    }

    fn lets(&self, pass: usize) {
        self.0.store(pass, Ordering::SeqCst);
    }
}

struct Shut(Box<dyn Command>);

impl Command for Shut {
    fn accounts(&self) -> &[Id] {
        self.0.accounts()
    }
    fn fence(&self) -> Option<&Lease> {
        self.0.fence()
    }
    fn run(&mut self, _: &mut dyn Tx) -> Result<(), Stop> {
        Err(Stop::Refused)
    }
    fn done(self: Box<Self>, _: Result<Tick, StoreError>) {
        self.0.done(Err(StoreError::Unavailable("the gate is shut".into())));
    }
}

impl Bend for Gate {
    fn command(&self, command: Box<dyn Command>) -> Box<dyn Command> {
        if command.fence().is_none_or(|lease| lease.name != "jobs") {
            return command;
        }
        let passes = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if passes.is_ok() { command } else { Box::new(Shut(command)) }
    }
}

/// A thread with so many replies.
async fn long_thread(desk: &Direct, by: &Caller, space: Id, replies: usize) -> String {
    let root = post(desk, by, space, json!({ "kind": "topic", "title": "t" })).await;
    for some in (0..replies).collect::<Vec<_>>().chunks(900) {
        let reply = |n: &usize| json!({ "kind": "post", "parentId": root, "text": format!("{n:05}") });
        let create: Map<String, Value> = some.iter().map(|n| (format!("p{n:05}"), reply(n))).collect();
        assert!(set(desk, by, space, "Item", json!({ "create": create })).await["notCreated"].is_null());
    }
    root
}

async fn refused(desk: &Direct, by: &Caller, space: Id, change: Value) -> Value {
    let answer = set(desk, by, space, "Item", change).await;
    let found = ["notCreated", "notUpdated", "notDestroyed"].iter().find_map(|name| answer[name].as_object());
    found.and_then(|found| found.values().next()).map_or(Value::Null, |error| error["type"].clone())
}

async fn wait_for(desk: &Direct, by: &Caller, space: Id, count: usize) {
    while items(desk, by, space).await.len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nobody_writes_to_a_half_of_a_thread_or_takes_an_id_of_the_other_half() {
    let gate = Gate::open();
    on_all_stores_bent(
        |store| bent(store, gate.clone()),
        async |desk| {
            gate.lets(usize::MAX);
            let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
            let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
            join(&desk, &ana, from, &bo).await;
            join(&desk, &ana, to, &bo).await;
            let root = long_thread(&desk, &ana, from, 79).await;
            desk.settle().await;
            let before = items(&desk, &ana, from).await;
            gate.lets(1);
            let asked = moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
            assert!(asked["created"].is_object(), "{asked}");
            wait_for(&desk, &ana, to, 50).await;
            let other = before[79]["id"].as_str().expect("an id");
            for (change, error) in [
                (json!({ "create": { "k": { "kind": "post", "parentId": root, "text": "here?" } } }), "moved"),
                (json!({ "update": { root.clone(): { "title": "T" } } }), "moved"),
                (json!({ "destroy": [before[1]["id"]] }), "moved"),
                (json!({ "create": { other: { "kind": "topic", "title": "mine" } } }), "alreadyExists"),
            ] {
                assert_eq!(refused(&desk, &ana, to, change.clone()).await, error, "{change}");
            }
            // Nor does it move on.
            let on = moves(&desk, &ana, json!({ "spaceId": to, "itemId": root, "toSpaceId": from })).await;
            assert_eq!(on["notCreated"]["m"]["type"], "moved", "{on}");
            // What is sent waits, and comes in the end.
            send(&desk, &bo, to, json!({ "kind": "post", "parentId": root, "text": "sent" }), 0).await;
            gate.lets(usize::MAX);
            desk.settle().await;
            let there = items(&desk, &bo, to).await;
            let texts: Vec<&str> = there[1..].iter().filter_map(|item| item["text"].as_str()).collect();
            let numbers = (0..79).map(|n| format!("{n:05}")).chain(["sent".to_string()]);
            assert_eq!(texts, numbers.collect::<Vec<_>>());
            let told = thread(&desk, &bo, to, &root).await;
            assert_eq!((&told["posts"], &told["movedAt"]), (&json!(80), &Value::Null), "{told}");
            assert_eq!(told["lastSeq"], there[80]["seq"]);
            assert_eq!(
                refused(&desk, &ana, to, json!({ "update": { root.clone(): { "title": "T" } } })).await,
                Value::Null
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_part_goes_into_a_thread_elsewhere_and_the_rest_stays_whole() {
    let gate = Gate::open();
    on_all_stores_bent(
        |store| bent(store, gate.clone()),
        async |desk| {
            gate.lets(usize::MAX);
            let ana = desk.hire("Ana").await;
            let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
            let root = long_thread(&desk, &ana, from, 3).await;
            let part = post(&desk, &ana, from, json!({ "kind": "post", "parentId": root, "text": "part" })).await;
            let mut last = part.clone();
            for n in 0..60 {
                let reply = json!({ "kind": "post", "parentId": last, "text": format!("below {n}") });
                last = post(&desk, &ana, from, reply).await;
            }
            let into = post(&desk, &ana, to, json!({ "kind": "topic", "title": "there" })).await;
            let said = post(&desk, &ana, to, json!({ "kind": "post", "parentId": into, "text": "before" })).await;
            desk.settle().await;
            // Both copying and leaving are cut off in between.
            gate.lets(1);
            let ask = json!({ "spaceId": from, "itemId": part, "toSpaceId": to, "toThreadId": into });
            assert!(moves(&desk, &ana, ask).await["created"].is_object());
            wait_for(&desk, &ana, to, 52).await;
            let reply = json!({ "create": { "k": { "kind": "post", "parentId": said, "text": "now?" } } });
            assert_eq!(refused(&desk, &ana, to, reply.clone()).await, "moved");
            gate.lets(2);
            while items(&desk, &ana, from).await.len() > 15 {
                tokio::task::yield_now().await;
            }
            gate.lets(usize::MAX);
            desk.settle().await;
            assert_eq!(items(&desk, &ana, from).await.len(), 4);
            assert_eq!(thread(&desk, &ana, from, &root).await["posts"], 3);
            let there = items(&desk, &ana, to).await;
            assert_eq!(there.len(), 63);
            assert!(there.iter().all(|item| item["threadId"] == into), "{there:?}");
            let told = thread(&desk, &ana, to, &into).await;
            assert_eq!((&told["posts"], &told["movedAt"]), (&json!(62), &Value::Null), "{told}");
            assert_eq!(whereabouts(&desk, &ana, from, &last).await, json!(to));
            assert_eq!(refused(&desk, &ana, to, reply).await, Value::Null);
        },
    )
    .await;
}

#[tokio::test]
async fn what_was_kept_unread_stays_so_from_the_same_post_on() {
    on_quick_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        join(&desk, &ana, from, &bo).await;
        join(&desk, &ana, to, &bo).await;
        for n in 0..9 {
            post(&desk, &ana, to, json!({ "kind": "topic", "title": n.to_string() })).await;
        }
        let root = long_thread(&desk, &ana, from, 4).await;
        let before = items(&desk, &ana, from).await;
        let (read, unread) = (&before[4]["seq"], &before[2]["seq"]);
        let cursor = json!({ "spaceId": from, "threadId": root, "lastSeq": read, "unreadFrom": unread });
        set(&desk, &bo, bo.person, "Cursor", json!({ "create": { "c": cursor } })).await;
        moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
        desk.settle().await;
        let there = items(&desk, &bo, to).await;
        let got = desk.one(&bo, "Cursor/get", json!({ "accountId": bo.person })).await;
        let cursor = &got["list"][0];
        assert_eq!((&cursor["lastSeq"], &cursor["unreadFrom"]), (&there[13]["seq"], &there[11]["seq"]), "{cursor}");
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_is_too_long_stays_and_a_part_of_it_goes() {
    on_quick_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        let root = long_thread(&desk, &ana, from, 5000).await;
        let part = post(&desk, &ana, from, json!({ "kind": "post", "parentId": root, "text": "part" })).await;
        let whole = json!({ "spaceId": from, "itemId": root, "toSpaceId": to });
        let refused = moves(&desk, &ana, whole).await;
        let error = &refused["notCreated"]["m"];
        assert_eq!(
            (&error["type"], &error["description"]),
            (&json!("tooLarge"), &json!("\"itemId\" has 5002; maxItemsMoved is 5000"))
        );
        let split = json!({ "spaceId": from, "itemId": part, "toSpaceId": to, "title": "A part" });
        let new = moves(&desk, &ana, split).await["created"]["m"]["newThreadId"].clone();
        desk.settle().await;
        let there = items(&desk, &ana, to).await;
        assert_eq!(there.iter().map(|item| item["id"].clone()).collect::<Vec<_>>(), [new, json!(part)]);
        assert_eq!(thread(&desk, &ana, from, &root).await["posts"], 5000);
    })
    .await;
}

#[tokio::test]
async fn what_another_server_received_last_is_known_to_the_one_that_splits() {
    on_quick_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let root = long_thread(&desk, &ana, space, 2).await;
        let part = items(&desk, &ana, space).await[2]["id"].clone();
        let received = items(&desk, &ana, space).await[2]["receivedAt"].clone();
        // The clock of the next one is behind, and it has not written to this Space yet.
        desk.clock.advance(-60_000);
        desk.restart().await;
        let split = json!({ "spaceId": space, "itemId": part, "toSpaceId": space, "title": "A part" });
        let new = moves(&desk, &ana, split).await["created"]["m"]["newThreadId"].clone();
        let there = items(&desk, &ana, space).await;
        let topic = there.iter().find(|item| item["id"] == new).expect("it is there");
        assert_eq!(topic["receivedAt"], received);
        assert_ne!(new, json!(root));
    })
    .await;
}
