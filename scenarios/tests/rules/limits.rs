//! Limits, at and above.

use jmap::{Request, RequestError};
use model::limits;
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use crate::moving;

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
    on_all_stores(async |desk| {
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
    on_all_stores(async |desk| {
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
    on_all_stores(async |desk| {
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
    on_all_stores(async |desk| {
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
    on_all_stores(async |desk| {
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

/// A post to a Space, and the type of the refusal if it is one.
async fn refusal(desk: &Direct, by: &model::Caller, space: jmap::Id, item: Value) -> Value {
    let answer = desk.one(by, "Item/set", json!({ "accountId": space, "create": { "t": item } })).await;
    answer["notCreated"]["t"]["type"].clone()
}

#[tokio::test]
async fn the_short_properties_of_an_item_together() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        // The names of files are what makes a head long.
        let mut upload = desk.engine.begin_upload(&ana, space).await.expect("a member may");
        upload.write(b"x").expect("there is room");
        let blob = desk.engine.end_upload(&ana, space, upload, "text/plain").await.expect("a member may").blob_id;
        let often = vec![ana.person; limits::MAX_OF];
        let topic = |types: usize, title: usize| {
            let file = json!({ "blobId": blob, "name": "n".repeat(250), "type": "t".repeat(types) });
            let asks = json!({ "what": "reply", "of": often });
            json!({ "kind": "topic", "title": "t".repeat(title), "blobs": vec![file; 100], "mentions": often, "expects": asks })
        };
        assert_eq!(refusal(&desk, &ana, space, topic(100, 1)).await, Value::Null, "exactly 100 files");
        let made = desk.one(&ana, "Item/query", json!({ "accountId": space })).await["ids"][0].take();
        let id: jmap::Id = made.as_str().expect("made").parse().expect("an id");
        let (tell, told) = std::sync::mpsc::channel();
        desk.engine.store().read(Box::new(move |at| {
            let at = at.expect("readable");
            let n = at.head(space).expect("readable").expect("there").n;
            let rows = at.get(n, model::items::ITEM.number, &[id], false).expect("readable");
            let _ = tell.send(rows[0].head.len());
        }));
        let head = told.recv().expect("read");
        let more = limits::MAX_HEAD - head;
        let (types, title) = (100 + more / 100, 1 + more % 100);
        assert!(types <= 255, "{head}");
        assert_eq!(refusal(&desk, &ana, space, topic(types, title)).await, Value::Null, "at the limit");
        assert_eq!(refusal(&desk, &ana, space, topic(types, title + 1)).await, "tooLarge", "above it");

        // Nor can it be moved into a thread, where it would have to say what it replies to; and both threads stay open.
        let full = "t".repeat(title);
        let all = moving::items(&desk, &ana, space).await;
        let one = all.iter().rfind(|item| item["title"] == full).and_then(|item| item["id"].as_str()).expect("there");
        let other = desk.space(&ana, "Elsewhere").await;
        let thread = moving::post(&desk, &ana, other, json!({ "kind": "topic", "title": "All of it" })).await;
        let wish = json!({ "spaceId": space, "itemId": one, "toSpaceId": other, "toThreadId": thread });
        let asked = moving::moves(&desk, &ana, wish).await;
        assert_eq!(asked["notCreated"]["m"]["type"], "tooLarge", "{asked}");
        desk.settle().await;
        for (account, parent) in [(space, one), (other, thread.as_str())] {
            moving::post(&desk, &ana, account, json!({ "kind": "post", "parentId": parent, "text": "open" })).await;
        }
    })
    .await;
}

#[tokio::test]
async fn five_hundred_reactions_and_two_hundred_persons_are_taken_and_no_more() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let mut people = vec![ana];
        for n in 1..limits::MAX_OF {
            let person = desk.hire(&format!("P{n}")).await;
            let add = json!({ "accountId": space, "create": { "m": { "personId": person.person } } });
            desk.one(&ana, "Member/set", add).await;
            people.push(person);
        }
        let ids: Vec<_> = people.iter().map(|person| person.person).collect();
        let asks = |of: &[jmap::Id]| json!({ "kind": "topic", "title": "t", "mentions": of, "expects": { "what": "reply", "of": of } });
        assert_eq!(refusal(&desk, &ana, space, asks(&ids)).await, Value::Null);
        let mut more = ids.clone();
        more.push(ids[0]);
        assert_eq!(refusal(&desk, &ana, space, asks(&more)).await, "tooLarge");
        let made = desk.one(&ana, "Item/query", json!({ "accountId": space })).await["ids"][0].take();
        let id = made.as_str().expect("made").to_string();
        let react = async |by: &model::Caller, emoji: &[&str]| {
            let patch: serde_json::Map<String, Value> =
                emoji.iter().map(|emoji| (format!("reactions/{emoji}/{}", by.person), json!(true))).collect();
            let set = json!({ "accountId": space, "update": { id.clone(): patch } });
            desk.one(by, "Item/set", set).await["notUpdated"][&id]["type"].take()
        };
        for person in &people {
            assert_eq!(react(person, &["a", "b"]).await, Value::Null);
        }
        for person in &people[..100] {
            assert_eq!(react(person, &["c"]).await, Value::Null);
        }
        assert_eq!(react(&people[100], &["c"]).await, "tooLarge", "the five hundred and first");
        let got = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
        let all = got["list"][0]["reactions"].as_object().expect("reactions").values();
        assert_eq!(all.map(|of| of.as_object().map_or(0, serde_json::Map::len)).sum::<usize>(), limits::MAX_REACTIONS);
    })
    .await;
}

/// Makes so many topics of that many bytes.
async fn fill(desk: &Direct, by: &model::Caller, space: jmap::Id, count: usize, bytes: usize) {
    let mut made = 0;
    while made < count {
        let some = (count - made).min(10);
        let topic = json!({ "kind": "topic", "title": "t", "text": "x".repeat(bytes) });
        let create: serde_json::Map<String, Value> = (0..some).map(|n| (format!("k{n}"), topic.clone())).collect();
        let answer = desk.one(by, "Item/set", json!({ "accountId": space, "create": create })).await;
        assert!(answer["notCreated"].is_null(), "{answer}");
        made += some;
    }
}

#[tokio::test]
async fn objects_are_counted_also_where_nobody_wrote_them_out() {
    on_quick_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        fill(&desk, &ana, space, limits::MAX_OBJECTS, 0).await;
        let all = json!({ "accountId": space });
        let got = desk.one(&ana, "Item/get", all.clone()).await;
        assert_eq!(got["list"].as_array().map(Vec::len), Some(limits::MAX_OBJECTS));
        fill(&desk, &ana, space, 1, 0).await;
        let refused = desk.one(&ana, "Item/get", all.clone()).await;
        assert_eq!(refused["type"], "requestTooLarge");
        assert!(refused["description"].as_str().is_some_and(|text| text.contains("maxObjectsInGet")), "{refused}");
        let blobs = refused_blobs(&desk, &ana, limits::MAX_OBJECTS + 1).await;
        assert_eq!(blobs.and_then(|error| error.limit), Some("maxObjectsInRequest"));
        // Two pages of a query, and more by reference than one call may have.
        let page = |position: usize| json!({ "accountId": space, "position": position });
        let refer = |of: &str| json!({ "resultOf": of, "name": "Core/echo", "path": "/all/*/ids" });
        let answers = desk
            .ask(
                &ana,
                json!([
                    ["Item/query", page(0), "0"],
                    ["Item/query", page(500), "1"],
                    ["Core/echo", { "#a": { "resultOf": "0", "name": "Item/query", "path": "/ids" }, "#b": { "resultOf": "1", "name": "Item/query", "path": "/ids" } }, "2"],
                    ["Item/get", { "accountId": space, "#ids": { "resultOf": "2", "name": "Core/echo", "path": "/a" }, "properties": ["title"] }, "3"],
                    ["Core/echo", { "all": [{ "ids": [] }], "#ids": { "resultOf": "2", "name": "Core/echo", "path": "/a" } }, "4"],
                    ["Item/get", { "accountId": space, "#ids": refer("4") }, "5"],
                ]),
            )
            .await;
        assert_eq!(answers[3][1]["list"].as_array().map(Vec::len), Some(1000), "a thousand by reference");
        assert_eq!(answers[5][1]["list"], json!([]));
    })
    .await;
}

async fn refused_blobs(desk: &Direct, by: &model::Caller, count: usize) -> Option<RequestError> {
    let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    let copy = json!({ "accountId": by.person, "fromAccountId": by.person, "blobIds": vec!["x"; count] });
    let body = json!({ "using": using, "methodCalls": [["Blob/copy", copy, "0"]] }).to_string();
    let request = Request::read(body.as_bytes(), limits::MAX_CALLS).expect("a request");
    desk.engine.call(by, request).await.err()
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_by_name_and_comes_in_smaller_pages() {
    on_quick_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let count = limits::MAX_RESPONSE / limits::MAX_TEXT + 2;
        fill(&desk, &ana, space, count, limits::MAX_TEXT).await;
        let refused = |answer: &Value| {
            let named = answer["description"].as_str().is_some_and(|text| text.contains("maxSizeResponse"));
            answer["type"] == "requestTooLarge" && named
        };
        let heads = ["title", "excerpt"];
        let answers = desk
            .ask(
                &ana,
                json!([
                    ["Item/get", { "accountId": space }, "0"],
                    ["Item/get", { "accountId": space, "properties": heads }, "1"],
                    ["Item/query", { "accountId": space }, "2"],
                    ["Item/get", { "accountId": space, "#ids": { "resultOf": "2", "name": "Item/query", "path": "/ids" } }, "3"],
                    ["Item/query", { "accountId": space, "limit": 10 }, "4"],
                    ["Item/get", { "accountId": space, "#ids": { "resultOf": "4", "name": "Item/query", "path": "/ids" } }, "5"],
                ]),
            )
            .await;
        assert!(refused(&answers[0][1]) && refused(&answers[3][1]), "{} {}", answers[0], answers[3]);
        assert_eq!(answers[1][1]["list"].as_array().map(Vec::len), Some(count), "heads alone are small");
        assert_eq!(answers[5][1]["list"].as_array().map(Vec::len), Some(10));
        // Over all calls of a request.
        let ids = answers[2][1]["ids"].as_array().expect("ids");
        let halves = [&ids[..count / 2], &ids[count / 2..]].map(|ids| json!({ "accountId": space, "ids": ids }));
        let both = desk.ask(&ana, json!([["Item/get", halves[0], "0"], ["Item/get", halves[1], "1"]])).await;
        assert_eq!((&both[0][0], &both[1][0]), (&json!("Item/get"), &json!("error")));
        assert!(refused(&both[1][1]));
        // References do not multiply what was answered once.
        let mut calls = vec![json!(["Core/echo", { "x": "y".repeat(1 << 20) }, "0"])];
        for n in 1..20 {
            let last = json!({ "resultOf": (n - 1).to_string(), "name": "Core/echo", "path": "" });
            calls.push(json!(["Core/echo", { "#a": last, "#b": last }, n.to_string()]));
        }
        let grown = desk.ask(&ana, json!(calls)).await;
        assert!(grown.iter().any(|answer| answer[1]["type"] == "requestTooLarge"), "it stops");
        assert!(json!(grown).to_string().len() <= limits::MAX_RESPONSE + 10_000);
    })
    .await;
}
