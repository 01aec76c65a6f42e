//! Limits, at and above.

use jmap::{Request, RequestError};
use model::limits;
use scenarios::direct::{Direct, on_both_stores};
use serde_json::{Value, json};

async fn refused(desk: &Direct, calls: Vec<Value>) -> Option<RequestError> {
    let ana = desk.hire("Ana").await;
    let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    let body = json!({ "using": using, "methodCalls": calls }).to_string();
    match Request::read(body.as_bytes(), limits::MAX_CALLS) {
        Ok(request) => desk.engine.call(&ana, request).await.err(),
        Err(error) => Some(error),
    }
}

#[tokio::test]
async fn calls_and_objects_of_a_request() {
    on_both_stores(async |desk| {
        let echo = |n: usize| (0..n).map(|i| json!(["Core/echo", {}, i.to_string()])).collect::<Vec<_>>();
        assert_eq!(refused(&desk, echo(limits::MAX_CALLS)).await, None);
        let error = refused(&desk, echo(limits::MAX_CALLS + 1)).await;
        assert_eq!(error.and_then(|e| e.limit), Some("maxCallsInRequest"));
        assert_eq!(refused(&desk, echo(10_000)).await.and_then(|e| e.limit), Some("maxCallsInRequest"));
        let ids = |n: usize| json!(["Item/get", { "accountId": "x", "ids": vec!["y"; n] }, "0"]);
        assert_eq!(refused(&desk, vec![ids(500), ids(500)]).await, None);
        let error = refused(&desk, vec![ids(500), ids(501)]).await;
        assert_eq!(error.and_then(|e| e.limit), Some("maxObjectsInRequest"));
        let unknown = Request::read(br#"{"using":["urn:x"],"methodCalls":[]}"#, 1).expect("a request");
        let ana = desk.hire("Bo").await;
        let error = desk.engine.call(&ana, unknown).await.expect_err("unknown");
        assert_eq!(error.kind, "urn:ietf:params:jmap:error:unknownCapability");
    })
    .await;
}

#[tokio::test]
async fn sizes_of_an_item() {
    on_both_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let post = async |item: Value| {
            let answer = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "t": item } })).await;
            answer["notCreated"]["t"]["type"].clone()
        };
        let text = |n: usize| json!({ "kind": "topic", "title": "t", "text": "x".repeat(n) });
        assert_eq!(post(text(limits::MAX_TEXT)).await, Value::Null);
        assert_eq!(post(text(limits::MAX_TEXT + 1)).await, "tooLarge");
        assert_eq!(post(json!({ "kind": "topic", "title": "x".repeat(limits::MAX_TITLE) })).await, Value::Null);
        assert_eq!(post(json!({ "kind": "topic", "title": "x".repeat(limits::MAX_TITLE + 1) })).await, "tooLarge");
        assert_eq!(post(json!({ "kind": "topic", "title": "two\nlines" })).await, "invalidProperties");
        let nobody = vec![ana.person.to_string(); limits::MAX_OF + 1];
        assert_eq!(post(json!({ "kind": "topic", "title": "t", "mentions": nobody })).await, "tooLarge");
    })
    .await;
}

#[tokio::test]
async fn wrong_types_are_refused_by_name_and_write_nothing() {
    on_both_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let before = desk.one(&ana, "Item/get", json!({ "accountId": space })).await["state"].clone();
        for (name, value) in [
            ("create", json!([])),
            ("create", json!("x")),
            ("update", json!(1)),
            ("destroy", json!({})),
            ("destroy", json!([1])),
            ("ifInState", json!(1)),
            ("colour", json!(1)),
        ] {
            let answer = desk.one(&ana, "Item/set", json!({ "accountId": space, name: value })).await;
            assert_eq!(answer["type"], "invalidArguments", "{name}: {answer}");
        }
        for create in
            [json!(null), json!(1), json!([]), json!({}), json!({ "kind": 1 }), json!({ "kind": "topic", "title": {} })]
        {
            let answer = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "k": create } })).await;
            assert!(answer["created"].is_null() && !answer["notCreated"]["k"].is_null(), "{answer}");
        }
        assert_eq!(desk.one(&ana, "Item/set", json!({})).await["type"], "invalidArguments");
        assert_eq!(desk.one(&ana, "Item/get", json!({})).await["type"], "invalidArguments");
        assert_eq!(desk.one(&ana, "Item/get", json!({ "accountId": space })).await["state"], before);
    })
    .await;
}

#[tokio::test]
async fn reactions_and_files_of_an_item() {
    on_both_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let topic = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "t" } } });
        let id = desk.one(&ana, "Item/set", topic).await["created"]["t"]["id"].as_str().expect("made").to_string();
        let react = |n: usize| json!({ format!("reactions/e{n}/{}", ana.person): true });
        for n in 0..64 {
            let set = json!({ "accountId": space, "update": { id.clone(): react(n) } });
            assert!(desk.one(&ana, "Item/set", set).await["notUpdated"].is_null(), "{n}");
        }
        let set = json!({ "accountId": space, "update": { id.clone(): react(64) } });
        assert_eq!(desk.one(&ana, "Item/set", set).await["notUpdated"][&id]["type"], "tooLarge");
        let nobody = jmap::Id::derived(b'b', [1; 16]);
        let files = |n: usize| json!({ "kind": "topic", "title": "t", "blobs": vec![json!({ "blobId": nobody, "name": "x" }); n] });
        let post = async |item: Value| {
            let answer = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "t": item } })).await;
            answer["notCreated"]["t"]["type"].clone()
        };
        assert_eq!(post(files(limits::MAX_BLOBS)).await, "blobNotFound");
        assert_eq!(post(files(limits::MAX_BLOBS + 1)).await, "tooLarge");
    })
    .await;
}

#[tokio::test]
async fn persons_of_a_direct_space() {
    on_both_stores(async |desk| {
        let mut persons = Vec::new();
        for n in 0..=limits::MAX_DIRECT {
            persons.push(desk.hire(&format!("P{n}")).await);
        }
        let ids: Vec<_> = persons.iter().map(|p| p.person).collect();
        let start = async |ids: &[jmap::Id]| {
            let create = json!({ "d": { "kind": "direct", "persons": ids } });
            desk.one(&persons[0], "Space/set", json!({ "accountId": ids[0], "create": create })).await
        };
        assert!(start(&ids[..limits::MAX_DIRECT]).await["notCreated"].is_null());
        assert_eq!(start(&ids).await["notCreated"]["d"]["type"], "tooLarge");
        let twice = [ids[0], ids[1], ids[1]];
        assert_eq!(start(&twice).await["notCreated"]["d"]["type"], "invalidProperties");
    })
    .await;
}
