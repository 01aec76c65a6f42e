//! Items: threads, edits with versions, reactions, and who may write what.

use model::Caller;
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

/// Ana's Space with Bo in it, and a topic of hers.
async fn set_up(desk: &Direct) -> (Caller, Caller, jmap::Id, String) {
    let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
    let space = desk.space(&ana, "Release").await;
    let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
    desk.one(&ana, "Member/set", add).await;
    let topic = json!({ "kind": "topic", "title": "When?", "text": "Thursday or Friday" });
    let made = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "t": topic } })).await;
    let id = made["created"]["t"]["id"].as_str().expect("made").to_string();
    (ana, bo, space, id)
}

async fn item(desk: &Direct, by: &Caller, space: jmap::Id, id: &str) -> Value {
    desk.one(by, "Item/get", json!({ "accountId": space, "ids": [id] })).await["list"][0].take()
}

#[tokio::test]
async fn a_reply_writes_the_thread_and_not_its_root() {
    on_all_stores(async |desk| {
        let (ana, bo, space, topic) = set_up(&desk).await;
        let before = item(&desk, &ana, space, &topic).await;
        let none = desk.one(&ana, "Thread/get", json!({ "accountId": space })).await;
        assert_eq!(none["list"], json!([]), "made with the first reply");
        let reply = json!({ "kind": "post", "parentId": topic, "text": "Friday" });
        let made = desk.one(&bo, "Item/set", json!({ "accountId": space, "create": { "p": reply } })).await;
        let thread = desk.one(&ana, "Thread/get", json!({ "accountId": space, "ids": [topic] })).await;
        assert_eq!(thread["list"][0]["posts"], 1);
        assert_eq!(thread["list"][0]["lastSeq"], made["created"]["p"]["seq"]);
        assert_eq!(made["created"]["p"]["threadId"], topic.as_str());
        assert_eq!(item(&desk, &ana, space, &topic).await, before);
    })
    .await;
}

#[tokio::test]
async fn an_edit_keeps_the_version_before_and_an_outdated_one_is_refused() {
    on_all_stores(async |desk| {
        let (ana, bo, space, topic) = set_up(&desk).await;
        let edit = |text: &str, version: u64| {
            json!({ "accountId": space, "update": { topic.clone(): { "text": text } }, "ifVersion": { topic.clone(): version } })
        };
        desk.clock.advance(60_000);
        let first = desk.one(&ana, "Item/set", edit("Thursday", 1)).await;
        assert_eq!(first["updated"][&topic]["version"], 2);
        assert_eq!(first["updated"][&topic]["editedAt"], "2026-11-23T09:01:00Z");
        assert_eq!(first["updated"][&topic]["excerpt"], "Thursday");
        let late = desk.one(&ana, "Item/set", edit("Saturday", 1)).await;
        assert_eq!(late["notUpdated"][&topic]["type"], "versionMismatch");
        let foreign = desk.one(&bo, "Item/set", edit("Sunday", 2)).await;
        assert_eq!(foreign["notUpdated"][&topic]["type"], "forbidden");
        let asked = json!({ "accountId": space, "filter": { "itemId": topic } });
        let versions = desk.one(&bo, "ItemVersion/query", asked).await["ids"].clone();
        assert_eq!(versions, json!([format!("{topic}-1")]));
        let got = desk.one(&bo, "ItemVersion/get", json!({ "accountId": space, "ids": versions })).await;
        assert_eq!(got["list"][0]["text"], "Thursday or Friday");
        let purge = json!({ "accountId": space, "destroy": [format!("{topic}-1")] });
        let refused = desk.one(&bo, "ItemVersion/set", purge.clone()).await;
        assert_eq!(refused["notDestroyed"][format!("{topic}-1")]["type"], "forbidden");
        assert_eq!(desk.one(&ana, "ItemVersion/set", purge).await["destroyed"], json!([format!("{topic}-1")]));
        let got = desk.one(&bo, "ItemVersion/get", json!({ "accountId": space, "ids": [format!("{topic}-1")] })).await;
        assert_eq!(got["list"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn everybody_reacts_for_himself_alone_and_that_makes_no_version() {
    on_all_stores(async |desk| {
        let (ana, bo, space, topic) = set_up(&desk).await;
        let react = |who: &Caller, on: Value| {
            json!({ "accountId": space, "update": { topic.clone(): { format!("reactions/🎉/{}", who.person): on } } })
        };
        assert!(desk.one(&bo, "Item/set", react(&bo, json!(true))).await["notUpdated"].is_null());
        let for_ana = desk.one(&bo, "Item/set", react(&ana, json!(true))).await;
        assert_eq!(for_ana["notUpdated"][&topic]["type"], "invalidProperties");
        let wrong = desk.one(&bo, "Item/set", react(&bo, json!(false))).await;
        assert_eq!(wrong["notUpdated"][&topic]["type"], "invalidProperties");
        let all = json!({ "accountId": space, "update": { topic.clone(): { "reactions": {} } } });
        assert_eq!(desk.one(&ana, "Item/set", all).await["notUpdated"][&topic]["type"], "invalidProperties");
        let now = item(&desk, &ana, space, &topic).await;
        assert_eq!(now["reactions"]["🎉"], json!({ bo.person.to_string(): true }));
        assert_eq!(now["version"], 1);
        assert!(desk.one(&bo, "Item/set", react(&bo, Value::Null)).await["notUpdated"].is_null());
        assert_eq!(item(&desk, &ana, space, &topic).await["reactions"], json!({}));
    })
    .await;
}

#[tokio::test]
async fn what_the_server_or_an_import_sets_is_refused_and_named() {
    on_all_stores(async |desk| {
        let (_, bo, space, topic) = set_up(&desk).await;
        for (property, value, error) in [
            ("createdAt", json!("2020-01-01T00:00:00Z"), "forbidden"),
            ("createdBy", json!(bo.person), "forbidden"),
            ("origin", json!("imported"), "forbidden"),
            ("seq", json!(1), "invalidProperties"),
            ("threadId", json!(topic), "invalidProperties"),
            ("answers", json!({}), "invalidProperties"),
            ("excerpt", json!("x"), "invalidProperties"),
            ("colour", json!("red"), "invalidProperties"),
        ] {
            let post = json!({ "kind": "post", "parentId": topic, "text": "x", property: value });
            let answer = desk.one(&bo, "Item/set", json!({ "accountId": space, "create": { "p": post } })).await;
            assert_eq!(answer["notCreated"]["p"]["type"], error, "{property}: {answer}");
            assert_eq!(answer["notCreated"]["p"]["properties"], json!([property]));
        }
        for (patch, error) in [
            (json!({ "kind": "post" }), "invalidProperties"),
            (json!({ "parentId": topic }), "invalidProperties"),
            (json!({ "title/x": 1 }), "invalidPatch"),
            (json!({ "text": 7 }), "invalidProperties"),
        ] {
            let made = json!({ "kind": "topic", "title": "mine" });
            let made = desk.one(&bo, "Item/set", json!({ "accountId": space, "create": { "t": made } })).await;
            let mine = made["created"]["t"]["id"].as_str().expect("made").to_string();
            let answer =
                desk.one(&bo, "Item/set", json!({ "accountId": space, "update": { mine.clone(): patch } })).await;
            assert_eq!(answer["notUpdated"][&mine]["type"], error, "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_reply_to_what_is_elsewhere_is_a_reply_to_nothing() {
    on_all_stores(async |desk| {
        let (ana, bo, space, _) = set_up(&desk).await;
        let other = desk.space(&ana, "Other").await;
        let secret = json!({ "accountId": other, "create": { "t": { "kind": "topic", "title": "secret" } } });
        let secret = desk.one(&ana, "Item/set", secret).await["created"]["t"]["id"].clone();
        let nowhere = jmap::Id::derived(b'i', [5; 16]);
        let mut answers = Vec::new();
        for parent in [secret.clone(), json!(nowhere)] {
            let post = json!({ "kind": "post", "parentId": parent, "text": "x" });
            let answer = desk.one(&bo, "Item/set", json!({ "accountId": space, "create": { "p": post } })).await;
            let error = answer["notCreated"]["p"].to_string().replace(parent.as_str().unwrap_or(""), "…");
            answers.push(error);
        }
        assert_eq!(answers[0], answers[1]);
    })
    .await;
}

#[tokio::test]
async fn queries_go_by_creation_thread_parent_kind_and_activity() {
    on_all_stores(async |desk| {
        let (ana, bo, space, topic) = set_up(&desk).await;
        let mut replies = Vec::new();
        for n in 0..5 {
            let post = json!({ "kind": "post", "parentId": topic, "text": format!("{n}") });
            let made = desk.one(&bo, "Item/set", json!({ "accountId": space, "create": { "p": post } })).await;
            replies.push(made["created"]["p"]["id"].clone());
        }
        let ask = async |args: Value| {
            let mut all = json!({ "accountId": space });
            all.as_object_mut().expect("an object").extend(args.as_object().expect("an object").clone());
            desk.one(&ana, "Item/query", all).await
        };
        assert_eq!(ask(json!({ "filter": { "threadId": topic } })).await["ids"].as_array().map(Vec::len), Some(6));
        assert_eq!(ask(json!({ "filter": { "parentId": topic } })).await["ids"], json!(replies));
        assert_eq!(ask(json!({ "filter": { "kind": "topic" } })).await["ids"], json!([topic]));
        let newest = json!({ "sort": [{ "property": "seq", "isAscending": false }], "limit": 2 });
        assert_eq!(ask(newest).await["ids"], json!([replies[4], replies[3]]));
        let page =
            ask(json!({ "filter": { "parentId": topic }, "position": 3, "limit": 5, "calculateTotal": true })).await;
        assert_eq!((&page["ids"], &page["total"]), (&json!([replies[3], replies[4]]), &json!(5)));
        let anchored =
            ask(json!({ "filter": { "parentId": topic }, "anchor": replies[2], "anchorOffset": -1, "limit": 2 })).await;
        assert_eq!(anchored["ids"], json!([replies[1], replies[2]]));
        let last = ask(json!({ "filter": { "parentId": topic }, "position": -1 })).await;
        assert_eq!(last["ids"], json!([replies[4]]));
        assert_eq!(ask(json!({ "filter": { "colour": "red" } })).await["type"], "unsupportedFilter");
        assert_eq!(ask(json!({ "sort": [{ "property": "title" }] })).await["type"], "unsupportedSort");
        assert_eq!(ask(json!({ "anchor": "nobody" })).await["type"], "anchorNotFound");
        let sort = json!([{ "property": "lastAt", "isAscending": false }]);
        let threads = desk.one(&ana, "Thread/query", json!({ "accountId": space, "sort": sort })).await;
        assert_eq!(threads["ids"], json!([topic]));
    })
    .await;
}

#[tokio::test]
async fn a_time_before_the_last_received_is_not_written() {
    on_all_stores(async |mut desk| {
        let (ana, _, space, topic) = set_up(&desk).await;
        desk.clock.advance(-3_600_000);
        desk.restart().await;
        let post = json!({ "kind": "post", "parentId": topic, "text": "from the past" });
        let made = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "p": post } })).await;
        assert_eq!(made["created"]["p"]["receivedAt"], "2026-11-23T09:00:00Z", "{made}");
    })
    .await;
}

#[tokio::test]
async fn nobody_reacts_in_another_persons_name_whatever_the_path() {
    on_all_stores(async |desk| {
        let (ana, bo, space, topic) = set_up(&desk).await;
        let (me, other) = (bo.person.to_string(), ana.person.to_string());
        for (path, value) in [
            (format!("reactions/{me}"), json!({ other.clone(): true })),
            (format!("reactions/👍/{other}"), json!(true)),
            (format!("reactions/👍/{other}/{me}"), json!(true)),
            (format!("reactions/👍/x/{me}"), json!(true)),
            ("reactions/👍".to_string(), json!({ me.clone(): true })),
            ("reactions".to_string(), json!({ "👍": { other.clone(): true } })),
        ] {
            let update = json!({ topic.clone(): { path.clone(): value } });
            let answer = desk.one(&bo, "Item/set", json!({ "accountId": space, "update": update })).await;
            assert_eq!(answer["notUpdated"][&topic]["type"], "invalidProperties", "{path}: {answer}");
        }
        assert_eq!(item(&desk, &ana, space, &topic).await["reactions"], json!({}));
    })
    .await;
}

#[tokio::test]
async fn the_size_of_a_file_is_that_of_its_upload_also_after_an_edit() {
    on_all_stores(async |desk| {
        let (ana, _, space, _) = set_up(&desk).await;
        let mut upload = desk.engine.begin_upload(&ana, space).await.expect("a member may");
        upload.write(b"0123456789").expect("there is room");
        let blob = desk.engine.end_upload(&ana, space, upload, "text/plain").await.expect("a member may").blob_id;
        let file = |size: u64, name: &str| json!([{ "blobId": blob, "name": name, "size": size }]);
        let create = json!({ "t": { "kind": "topic", "title": "t", "blobs": file(7, "a.txt") } });
        let made = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
        assert_eq!(made["created"]["t"]["blobs"][0]["size"], 10, "{made}");
        let id = made["created"]["t"]["id"].as_str().expect("made").to_string();
        let update = json!({ id.clone(): { "blobs": file(999, "b.txt") } });
        let edited = desk.one(&ana, "Item/set", json!({ "accountId": space, "update": update })).await;
        assert_eq!(edited["updated"][&id]["blobs"][0]["size"], 10, "{edited}");
        let now = item(&desk, &ana, space, &id).await;
        assert_eq!(now["blobs"], json!([{ "blobId": blob, "name": "b.txt", "size": 10 }]));
    })
    .await;
}

#[tokio::test]
async fn a_query_goes_on_behind_its_anchor_page_by_page_to_the_end() {
    on_quick_stores(async |desk| {
        let (ana, _, space, topic) = set_up(&desk).await;
        for _ in 0..70 {
            let topic = json!({ "kind": "topic", "title": "t" });
            let create: serde_json::Map<String, Value> = (0..10).map(|n| (format!("k{n}"), topic.clone())).collect();
            desk.one(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
        }
        for ascending in [true, false] {
            let (mut all, mut anchor): (Vec<Value>, Option<Value>) = (Vec::new(), None);
            loop {
                let sort = json!([{ "property": "seq", "isAscending": ascending }]);
                let mut args = json!({ "accountId": space, "sort": sort, "limit": 90 });
                if let Some(anchor) = &anchor {
                    args["anchor"] = anchor.clone();
                    args["anchorOffset"] = json!(1);
                }
                let page = desk.one(&ana, "Item/query", args).await;
                let ids = page["ids"].as_array().expect("a page").clone();
                assert!(ids.is_empty() || page["position"] == all.len(), "{page}");
                anchor = ids.last().cloned();
                all.extend(ids);
                if anchor.is_none() {
                    break;
                }
            }
            let whole = desk.one(&ana, "Item/query", json!({ "accountId": space })).await["ids"].take();
            let mut whole = whole.as_array().expect("ids").clone();
            assert_eq!((whole.len(), &whole[0]), (701, &json!(topic)));
            if !ascending {
                whole.reverse();
            }
            assert_eq!(all, whole);
        }
    })
    .await;
}
