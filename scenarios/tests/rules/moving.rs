//! Moving, splitting and merging threads: what goes along, what stays, who may, and what a fault at any step leaves.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores, on_quick_stores_bent};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::contract::wrapped::{Bend, bent};
use store::{Command, Lease, Stop, StoreError, Tick, Tx};

use crate::sending::{id_of, send};

pub(crate) async fn set(desk: &Direct, by: &Caller, account: Id, ty: &str, args: Value) -> Value {
    let mut args = args;
    args["accountId"] = json!(account);
    desk.one(by, &format!("{ty}/set"), args).await
}

pub(crate) async fn join(desk: &Direct, by: &Caller, space: Id, who: &Caller) {
    let made = set(desk, by, space, "Member", json!({ "create": { "m": { "personId": who.person } } })).await;
    assert!(made["notCreated"].is_null(), "{made}");
}

pub(crate) async fn post(desk: &Direct, by: &Caller, space: Id, item: Value) -> String {
    let made = set(desk, by, space, "Item", json!({ "create": { "k": item } })).await;
    made["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_string()
}

pub(crate) async fn moves(desk: &Direct, by: &Caller, what: Value) -> Value {
    set(desk, by, by.person, "Move", json!({ "create": { "m": what } })).await
}

pub(crate) async fn items(desk: &Direct, by: &Caller, space: Id) -> Vec<Value> {
    let got = desk.one(by, "Item/get", json!({ "accountId": space })).await;
    let mut list = got["list"].as_array().cloned().unwrap_or_default();
    list.sort_by_key(|item| item["seq"].as_u64());
    list
}

pub(crate) async fn thread(desk: &Direct, by: &Caller, space: Id, root: &str) -> Value {
    let got = desk.one(by, "Thread/get", json!({ "accountId": space, "ids": [root] })).await;
    got["list"].as_array().and_then(|list| list.first().cloned()).unwrap_or_default()
}

pub(crate) async fn whereabouts(desk: &Direct, by: &Caller, space: Id, item: &str) -> Value {
    let got = desk.one(by, "Moved/get", json!({ "accountId": by.person, "ids": [format!("{space}-{item}")] })).await;
    got["list"].as_array().unwrap_or_else(|| panic!("{got}")).first().map_or(Value::Null, |one| one["spaceId"].clone())
}

/// What an Item is, apart from its place.
fn said(item: &Value) -> Value {
    let mut item = item.as_object().cloned().unwrap_or_default();
    for name in ["seq", "origin", "receivedAt", "threadId"] {
        item.remove(name);
    }
    json!(item)
}

#[tokio::test]
async fn a_thread_goes_to_another_space_with_all_that_belongs_to_it() {
    on_all_stores(async |desk| {
        let (ana, bo, kofi) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Kofi").await);
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        join(&desk, &ana, from, &bo).await;
        join(&desk, &ana, from, &kofi).await;
        join(&desk, &ana, to, &bo).await;
        let mut upload = desk.engine.begin_upload(&bo, from).await.expect("a member may");
        upload.write(b"the log").expect("there is room");
        let blob = desk.engine.end_upload(&bo, from, upload, "text/plain").await.expect("a member may").blob_id;
        let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "The build is red", "text": "first" })).await;
        let asks = json!({ "what": "reply", "of": [kofi.person] });
        let file = json!([{ "blobId": blob, "name": "log.txt" }]);
        let reply = json!({ "kind": "post", "parentId": root, "text": "see there", "blobs": file, "mentions": [kofi.person], "expects": asks });
        let reply = post(&desk, &bo, from, reply).await;
        let below = post(&desk, &kofi, from, json!({ "kind": "post", "parentId": reply, "text": "I see" })).await;
        post(&desk, &ana, from, json!({ "kind": "topic", "title": "Something else" })).await;
        let edit = json!({ "update": { root.clone(): { "text": "second" }, reply.clone(): { format!("reactions/👍/{}", ana.person): true } } });
        assert!(set(&desk, &ana, from, "Item", edit).await["notUpdated"].is_null());
        for (by, seq) in [(&bo, 6), (&kofi, 6)] {
            let cursor = json!({ "spaceId": from, "threadId": root, "lastSeq": seq });
            set(&desk, by, by.person, "Cursor", json!({ "create": { "c": cursor } })).await;
            let follow = json!({ "spaceId": from, "threadId": root, "followedAt": "2026-11-23T09:00:00Z" });
            set(&desk, by, by.person, "Follow", json!({ "create": { "f": follow } })).await;
        }
        let before: Vec<Value> = items(&desk, &ana, from).await.iter().map(said).collect();
        let asked = moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
        assert_eq!(asked["created"]["m"]["newThreadId"], root, "{asked}");
        desk.settle().await;

        let there = items(&desk, &bo, to).await;
        assert_eq!(there.iter().map(said).collect::<Vec<_>>(), before[..3], "same ids, authors, dates, words, reactions");
        assert!(there.iter().all(|item| item["origin"] == "moved" && item["threadId"] == root), "{there:?}");
        assert_eq!(items(&desk, &bo, from).await.len(), 1, "the other thread stays");
        assert_eq!(thread(&desk, &bo, from, &root).await, Value::Null);
        let told = thread(&desk, &bo, to, &root).await;
        assert_eq!((&told["posts"], &told["lastSeq"], &told["movedAt"]), (&json!(2), &json!(0), &Value::Null), "nothing is unread");
        let open = desk.engine.open_blob(&bo, to, blob).await.expect("no fault");
        assert!(open.is_some(), "its file went along");
        assert!(desk.engine.open_blob(&kofi, from, blob).await.expect("no fault").is_none(), "and is not served where it was");
        let versions = desk.one(&bo, "ItemVersion/query", json!({ "accountId": to, "filter": { "itemId": root } })).await;
        assert_eq!(versions["ids"].as_array().map(Vec::len), Some(1), "{versions}");
        let named = desk.one(&bo, "Member/get", json!({ "accountId": to, "ids": [kofi.person] })).await;
        assert_eq!((&named["list"][0]["name"], &named["list"][0]["role"]), (&json!("Kofi"), &json!("none")));
        // Where it is now is told to those who may see it, and to nobody else.
        for item in [&root, &reply, &below] {
            assert_eq!(whereabouts(&desk, &bo, from, item).await, json!(to));
            assert_eq!(whereabouts(&desk, &kofi, from, item).await, Value::Null);
        }
        // What is personal goes along with those who are there, and with nobody else.
        let place = async |by: &Caller, ty: &str| {
            let got = desk.one(by, &format!("{ty}/get"), json!({ "accountId": by.person })).await;
            (got["list"][0]["spaceId"].clone(), got["list"][0]["lastSeq"].as_u64())
        };
        let last = there[1]["seq"].as_u64();
        assert_eq!(place(&bo, "Cursor").await, (json!(to), last));
        assert_eq!(place(&bo, "Follow").await.0, json!(to));
        assert_eq!(place(&kofi, "Cursor").await, (json!(from), Some(6)));
        assert_eq!(place(&kofi, "Follow").await.0, json!(from));
        let done = desk.one(&ana, "Move/get", json!({ "accountId": ana.person })).await;
        assert!(done["list"][0]["doneAt"].is_string(), "{done}");

        // And back again: the same ids, once, and the old links lead there.
        let asked = moves(&desk, &ana, json!({ "spaceId": to, "itemId": root, "toSpaceId": from })).await;
        assert!(asked["notCreated"].is_null() && asked["created"].is_object(), "{asked}");
        desk.settle().await;
        let back: Vec<Value> = items(&desk, &kofi, from).await;
        assert_eq!(back.len(), 4, "{back:?}");
        assert_eq!(whereabouts(&desk, &kofi, from, &reply).await, json!(from));
        assert_eq!(whereabouts(&desk, &kofi, to, &reply).await, json!(from));
        assert_eq!(items(&desk, &bo, to).await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn within_a_space_threads_are_split_and_merged_and_nothing_becomes_unread() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        join(&desk, &ana, space, &bo).await;
        let root = post(&desk, &bo, space, json!({ "kind": "topic", "title": "Lunch" })).await;
        let one = post(&desk, &ana, space, json!({ "kind": "post", "parentId": root, "text": "pizza" })).await;
        let aside =
            post(&desk, &bo, space, json!({ "kind": "post", "parentId": root, "text": "the build is red" })).await;
        let below = post(&desk, &ana, space, json!({ "kind": "post", "parentId": aside, "text": "since when?" })).await;
        let split = json!({ "spaceId": space, "itemId": aside, "toSpaceId": space, "title": "The build is red" });
        let asked = moves(&desk, &bo, split).await;
        let new = asked["created"]["m"]["newThreadId"].as_str().unwrap_or_else(|| panic!("{asked}")).to_string();
        assert!(asked["created"]["m"]["doneAt"].is_string(), "it is one commit");
        let of = async |id: &str| {
            let got = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
            got["list"][0].clone()
        };
        for id in [&aside, &below] {
            assert_eq!(of(id).await["threadId"], new);
        }
        assert_eq!((&of(&aside).await["parentId"], &of(&below).await["parentId"]), (&json!(new), &json!(aside)));
        assert_eq!(
            (&of(&new).await["title"], &of(&new).await["createdBy"]),
            (&json!("The build is red"), &json!(bo.person))
        );
        let (old, made) = (thread(&desk, &ana, space, &root).await, thread(&desk, &ana, space, &new).await);
        assert_eq!((&old["posts"], &old["lastSeq"]), (&json!(1), &of(&one).await["seq"]));
        assert_eq!((&made["posts"], &made["lastSeq"]), (&json!(2), &json!(0)));
        // An edit of what was split off, and a reply to it, are as ever.
        let reply = post(&desk, &bo, space, json!({ "kind": "post", "parentId": below, "text": "since noon" })).await;
        assert_eq!(of(&reply).await["threadId"], new);
        // Merged again, a thread is a part of the other, and can be edited there.
        let merge = json!({ "spaceId": space, "itemId": new, "toSpaceId": space, "toThreadId": root });
        assert!(moves(&desk, &ana, merge).await["notCreated"].is_null(), "an admin of the Space may");
        for id in [&new, &aside, &below, &reply] {
            assert_eq!(of(id).await["threadId"], root);
        }
        assert_eq!(thread(&desk, &ana, space, &new).await, Value::Null);
        assert_eq!(thread(&desk, &ana, space, &root).await["posts"], 5);
        let edit = json!({ "update": { new.clone(): { "title": "The build was red" } } });
        assert!(set(&desk, &bo, space, "Item", edit).await["notUpdated"].is_null());
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_moved_is_refused_and_stays_where_it_is() {
    on_all_stores(async |desk| {
        let (ana, bo, eve) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Eve").await);
        let (from, to, closed) =
            (desk.space(&ana, "Inbox").await, desk.space(&bo, "Elsewhere").await, desk.space(&eve, "Closed").await);
        join(&desk, &ana, from, &bo).await;
        let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "t" })).await;
        let reply = post(&desk, &bo, from, json!({ "kind": "post", "parentId": root, "text": "p" })).await;
        let other = post(&desk, &ana, from, json!({ "kind": "topic", "title": "other" })).await;
        let gone = post(&desk, &ana, from, json!({ "kind": "topic", "title": "gone" })).await;
        let kept = post(&desk, &ana, from, json!({ "kind": "post", "parentId": gone, "text": "kept" })).await;
        set(&desk, &ana, from, "Item", json!({ "destroy": [gone] })).await;
        let nothing = Id::derived(b'i', [9; 16]);
        let base = json!({ "spaceId": from, "itemId": root, "toSpaceId": from });
        let before = items(&desk, &ana, from).await;
        for (by, change, error, property) in [
            (&bo, json!({ "toSpaceId": to }), "forbidden", None),
            (&ana, json!({ "toSpaceId": to }), "invalidProperties", Some("toSpaceId")),
            (&ana, json!({ "toSpaceId": closed }), "invalidProperties", Some("toSpaceId")),
            (&ana, json!({ "toSpaceId": "s" }), "invalidProperties", Some("toSpaceId")),
            (&eve, json!({ "toSpaceId": closed }), "invalidProperties", Some("spaceId")),
            (&ana, json!({}), "invalidProperties", Some("itemId")),
            (&ana, json!({ "itemId": nothing }), "invalidProperties", Some("itemId")),
            (&ana, json!({ "itemId": gone }), "invalidProperties", Some("itemId")),
            (&ana, json!({ "itemId": kept, "title": "x" }), "invalidProperties", Some("itemId")),
            (&ana, json!({ "toThreadId": root }), "invalidProperties", Some("toThreadId")),
            (&ana, json!({ "toThreadId": reply }), "invalidProperties", Some("toThreadId")),
            (&ana, json!({ "toThreadId": nothing }), "invalidProperties", Some("toThreadId")),
            (&ana, json!({ "itemId": reply, "toThreadId": root }), "invalidProperties", Some("toThreadId")),
            (&ana, json!({ "itemId": reply }), "invalidProperties", Some("title")),
            (&ana, json!({ "toThreadId": other, "title": "x" }), "invalidProperties", Some("title")),
            (&ana, json!({ "doneAt": "2026-11-23T09:00:00Z" }), "invalidProperties", Some("doneAt")),
        ] {
            let mut asked = base.clone();
            asked.as_object_mut().expect("an object").extend(change.as_object().cloned().unwrap_or_default());
            let refused = moves(&desk, by, asked).await;
            assert_eq!(refused["notCreated"]["m"]["type"], error, "{change}: {refused}");
            if let Some(property) = property {
                assert_eq!(refused["notCreated"]["m"]["properties"], json!([property]), "{change}: {refused}");
            }
        }
        desk.settle().await;
        assert_eq!(items(&desk, &ana, from).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_into_a_thread_that_was_moved_follows_it_or_goes_back_to_drafts() {
    on_all_stores(async |desk| {
        let (ana, bo, kofi) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Kofi").await);
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        for who in [&bo, &kofi] {
            join(&desk, &ana, from, who).await;
        }
        join(&desk, &ana, to, &bo).await;
        let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "t" })).await;
        let reply = |text: &str| json!({ "kind": "post", "parentId": root, "text": text });
        let follows = id_of(&send(&desk, &bo, from, reply("from Bo"), 30).await);
        let stays = id_of(&send(&desk, &kofi, from, reply("from Kofi"), 30).await);
        moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
        desk.clock.advance(30_000);
        desk.settle().await;
        let there = items(&desk, &bo, to).await;
        assert_eq!(there.iter().map(|item| item["id"].clone()).collect::<Vec<_>>(), [json!(root), json!(follows)]);
        assert_eq!(there[1]["origin"], "said");
        let told = thread(&desk, &bo, to, &root).await;
        assert_eq!((&told["posts"], &told["lastSeq"]), (&json!(1), &there[1]["seq"]), "this is new, and unread");
        let drafts = desk.one(&kofi, "Draft/get", json!({ "accountId": kofi.person })).await;
        assert_eq!(
            (&drafts["list"][0]["id"], &drafts["list"][0]["item"]["text"]),
            (&json!(stays), &json!("from Kofi"))
        );
    })
    .await;
}

/// A store at which one of the job runner's writes fails: before it was written, or after, so that nobody hears of it.
#[derive(Default)]
struct Trips {
    at: AtomicUsize,
    seen: AtomicUsize,
    written: std::sync::atomic::AtomicBool,
}

struct Tripped(Box<dyn Command>, bool);

impl Command for Tripped {
    fn accounts(&self) -> &[Id] {
        self.0.accounts()
    }
    fn fence(&self) -> Option<&Lease> {
        self.0.fence()
    }
    fn run(&mut self, tx: &mut dyn Tx) -> Result<(), Stop> {
        if self.1 { self.0.run(tx) } else { Err(Stop::Refused) }
    }
    fn done(self: Box<Self>, _: Result<Tick, StoreError>) {
        self.0.done(Err(StoreError::Unavailable("a planted fault".into())));
    }
}

impl Bend for Trips {
    fn command(&self, command: Box<dyn Command>) -> Box<dyn Command> {
        if command.fence().is_none_or(|lease| lease.name != "jobs") {
            return command;
        }
        let place = self.seen.fetch_add(1, Ordering::SeqCst);
        if place != self.at.load(Ordering::SeqCst) {
            return command;
        }
        Box::new(Tripped(command, self.written.load(Ordering::SeqCst)))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_fails_at_any_step_goes_on_there_and_all_of_it_is_there_once() {
    let mut steps = usize::MAX;
    for (at, written) in (0..8).flat_map(|at| [(at, false), (at, true)]) {
        if at >= steps {
            continue;
        }
        let trips = Arc::new(Trips::default());
        trips.at.store(usize::MAX, Ordering::SeqCst);
        trips.written.store(written, Ordering::SeqCst);
        let walked = trips.clone();
        let seen = Arc::new(AtomicUsize::new(0));
        let told = seen.clone();
        on_quick_stores_bent(
            |store| bent(store, trips.clone()),
            async |desk| {
                let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
                let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
                for space in [from, to] {
                    join(&desk, &ana, space, &bo).await;
                }
                let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "t" })).await;
                let create: Map<String, Value> = (0..119)
                    .map(|n| {
                        (format!("p{n:03}"), json!({ "kind": "post", "parentId": root, "text": format!("{n:03}") }))
                    })
                    .collect();
                assert!(set(&desk, &ana, from, "Item", json!({ "create": create })).await["notCreated"].is_null());
                let cursor = json!({ "spaceId": from, "threadId": root, "lastSeq": 1000 });
                set(&desk, &bo, bo.person, "Cursor", json!({ "create": { "c": cursor } })).await;
                desk.settle().await;
                walked.seen.store(0, Ordering::SeqCst);
                walked.at.store(at, Ordering::SeqCst);
                let asked = moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
                assert!(asked["notCreated"].is_null(), "{asked}");
                // While it is on its way nobody moves it a second time, and nobody writes to it.
                let twice = moves(&desk, &ana, json!({ "spaceId": from, "itemId": root, "toSpaceId": to })).await;
                assert!(twice["created"].is_null(), "{twice}");
                desk.settle().await;
                told.store(walked.seen.load(Ordering::SeqCst), Ordering::SeqCst);
                let there = items(&desk, &bo, to).await;
                let texts: Vec<&str> = there[1..].iter().filter_map(|item| item["text"].as_str()).collect();
                assert_eq!(texts, (0..119).map(|n| format!("{n:03}")).collect::<Vec<_>>(), "in order, each once");
                assert_eq!(items(&desk, &bo, from).await, Vec::<Value>::new());
                assert_eq!(thread(&desk, &bo, to, &root).await["posts"], 119);
                let cursors = desk.one(&bo, "Cursor/get", json!({ "accountId": bo.person })).await;
                assert_eq!(cursors["list"][0]["spaceId"], json!(to), "{cursors}");
                assert_eq!(cursors["list"][0]["lastSeq"], there[119]["seq"]);
            },
        )
        .await;
        steps = seen.load(Ordering::SeqCst);
        assert!(steps > 3, "a move has some steps, or this walk walks nothing: {steps}");
    }
}
