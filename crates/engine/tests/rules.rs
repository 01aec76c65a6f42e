//! The rules of the protocol, each shown on the naive oracle whose reads miss at random.

use engine::{Engine, TestClock};
use jmap::{Id, Request, UtcDate};
use model::{Caller, Registry, Role, Scopes};
use serde_json::{Value, json};
use std::sync::Arc;
use store::oracle::Oracle;

struct Desk {
    engine: Engine,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

fn operator() -> Caller {
    Caller { person: Id::derived(b'p', [0; 16]), role: Role::Admin, scopes: Scopes::ALL }
}

async fn open() -> Desk {
    let clock = TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let blobs = Arc::new(store::Blobs::open(folder.path(), [7; 32]).unwrap());
    let store = Arc::new(Oracle::unkind(store::oracle::Unkind::very(7)));
    let engine = Engine::open(store, blobs, clock.clone(), Registry::standard()).await.unwrap();
    Desk { engine, clock, _folder: folder }
}

impl Desk {
    async fn ask(&self, by: &Caller, calls: Value) -> Vec<Value> {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": calls }).to_string();
        let request = Request::read(body.as_bytes(), 256).unwrap();
        let response = self.engine.call(by, request).await.unwrap().to_json();
        let mut value: Value = serde_json::from_str(&response).unwrap();
        value["methodResponses"].as_array_mut().unwrap().drain(..).collect()
    }

    async fn one(&self, by: &Caller, method: &str, args: Value) -> Value {
        self.ask(by, json!([[method, args, "0"]])).await.remove(0)[1].take()
    }

    async fn hire(&self, name: &str) -> Caller {
        let args = json!({ "accountId": self.engine.workspace(), "create": { "k": { "name": name } } });
        let answer = self.one(&operator(), "Person/set", args).await;
        let person = Id::parse(answer["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{answer}"))).unwrap();
        Caller { person, role: Role::Member, scopes: Scopes::SESSION }
    }

    async fn space(&self, by: &Caller, name: &str) -> Id {
        let args = json!({ "accountId": by.person, "create": { "s": { "name": name } } });
        let answer = self.one(by, "Space/set", args).await;
        Id::parse(answer["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{answer}"))).unwrap()
    }
}

#[tokio::test]
async fn a_topic_a_reply_and_what_the_thread_says_of_it() {
    let desk = open().await;
    let ana = desk.hire("Ana").await;
    let space = desk.space(&ana, "Release").await;
    let answer = desk
        .ask(
            &ana,
            json!([
                ["Item/set", { "accountId": space, "create": { "t": { "kind": "topic", "title": "When?" } } }, "0"],
                ["Item/set", { "accountId": space, "create": { "p": { "kind": "post", "parentId": "#t", "text": "Thursday" } } }, "1"],
                ["Item/get", { "accountId": space, "ids": ["#p"], "properties": ["text", "threadId", "seq"] }, "2"],
                ["Thread/get", { "accountId": space, "ids": ["#t"] }, "3"],
            ]),
        )
        .await;
    let topic = answer[0][1]["created"]["t"]["id"].clone();
    assert_eq!(answer[2][1]["list"][0]["threadId"], topic, "{answer:#?}");
    assert_eq!(answer[2][1]["list"][0]["text"], "Thursday");
    assert_eq!(answer[3][1]["list"][0]["posts"], 1);
    assert_eq!(answer[3][1]["list"][0]["lastSeq"], answer[2][1]["list"][0]["seq"]);
}

#[tokio::test]
async fn no_space_and_somebody_elses_space_look_alike() {
    let desk = open().await;
    let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
    let space = desk.space(&ana, "Release").await;
    let nowhere = Id::derived(b's', [9; 16]);
    for method in ["Item/get", "Item/set", "Item/changes", "Item/query", "Member/set", "Space/get", "ItemVersion/query"]
    {
        let mut there = desk.one(&bo, method, json!({ "accountId": space })).await;
        let mut not = desk.one(&bo, method, json!({ "accountId": nowhere })).await;
        assert_eq!(there["type"].take(), "accountNotFound", "{method}");
        assert_eq!(not["type"].take(), "accountNotFound", "{method}");
        assert_eq!(there, not);
    }
}

#[tokio::test]
async fn what_is_sent_can_be_taken_back_until_it_is_published() {
    let desk = open().await;
    let running = desk.engine.start();
    let ana = desk.hire("Ana").await;
    let space = desk.space(&ana, "Release").await;
    let item = |title: &str| json!({ "kind": "topic", "title": title });
    let send = json!({ "accountId": ana.person, "create": {
        "a": { "spaceId": space, "item": item("kept") },
        "b": { "spaceId": space, "item": item("taken back") },
    } });
    let sent = desk.one(&ana, "Submission/set", send).await;
    let id = |key: &str| sent["created"][key]["id"].as_str().unwrap_or_else(|| panic!("{sent}")).to_string();
    assert_eq!(sent["created"]["a"]["sendAt"], "2026-11-23T09:00:30Z");
    desk.clock.advance(29_000);
    desk.engine.settle().await.unwrap();
    let args = json!({ "accountId": space, "ids": null });
    assert_eq!(desk.one(&ana, "Item/get", args.clone()).await["list"], json!([]));
    let cancel = json!({ "accountId": ana.person, "update": { id("b"): { "undoStatus": "canceled" } } });
    desk.one(&ana, "Submission/set", cancel).await;
    desk.clock.advance(1_000);
    desk.engine.settle().await.unwrap();
    let there = desk.one(&ana, "Item/get", args).await;
    assert_eq!(there["list"][0]["title"], "kept", "{there}");
    assert_eq!(there["list"][0]["id"], id("a"));
    assert_eq!(there["list"].as_array().map(Vec::len), Some(1));
    let late = json!({ "accountId": ana.person, "update": { id("a"): { "undoStatus": "canceled" } } });
    assert_eq!(desk.one(&ana, "Submission/set", late).await["notUpdated"][id("a")]["type"], "notFound");
    let members = desk.one(&ana, "Membership/get", json!({ "accountId": ana.person, "ids": null })).await;
    assert_eq!(members["list"][0]["name"], "Release");
    running.stop().await;
}
