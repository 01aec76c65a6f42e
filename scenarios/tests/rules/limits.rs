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
