//! Submissions: undo, send later, and what may not be sent.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

pub(crate) async fn send(desk: &Direct, by: &Caller, space: Id, item: Value, seconds: i64) -> Value {
    let sub = json!({ "spaceId": space, "item": item, "sendIn": seconds });
    desk.one(by, "Submission/set", json!({ "accountId": by.person, "create": { "s": sub } })).await
}

pub(crate) fn id_of(answer: &Value) -> String {
    answer["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
}

#[tokio::test]
async fn what_is_sent_can_be_taken_back_until_it_is_published() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let kept = send(&desk, &ana, space, json!({ "kind": "topic", "title": "kept" }), 30).await;
        let back = send(&desk, &ana, space, json!({ "kind": "topic", "title": "taken back" }), 30).await;
        assert_eq!(kept["created"]["s"]["sendAt"], "2026-11-23T09:00:30Z");
        desk.clock.advance(29_000);
        desk.settle().await;
        let all = json!({ "accountId": space });
        assert_eq!(desk.one(&ana, "Item/get", all.clone()).await["list"], json!([]));
        let undo = |id: String| json!({ "accountId": ana.person, "update": { id: { "undoStatus": "canceled" } } });
        assert!(desk.one(&ana, "Submission/set", undo(id_of(&back))).await["notUpdated"].is_null());
        desk.clock.advance(1_000);
        desk.settle().await;
        let there = desk.one(&ana, "Item/get", all).await;
        assert_eq!(there["list"].as_array().map(Vec::len), Some(1));
        assert_eq!(there["list"][0]["title"], "kept");
        assert_eq!(there["list"][0]["id"], id_of(&kept));
        let left = desk.one(&ana, "Submission/get", json!({ "accountId": ana.person })).await;
        assert_eq!(left["list"][0]["undoStatus"], "canceled");
        assert_eq!(left["list"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_reply_to_what_was_taken_back_returns_to_drafts_with_the_reason() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let root = id_of(&send(&desk, &ana, space, json!({ "kind": "topic", "title": "root" }), 60).await);
        let post = json!({ "kind": "post", "parentId": root, "text": "reply" });
        let reply = id_of(&send(&desk, &ana, space, post, 10).await);
        desk.clock.advance(15_000);
        desk.settle().await;
        assert_eq!(desk.one(&ana, "Item/get", json!({ "accountId": space })).await["list"], json!([]), "it waits");
        let undo = json!({ "accountId": ana.person, "update": { root: { "undoStatus": "canceled" } } });
        desk.one(&ana, "Submission/set", undo).await;
        desk.clock.advance(60_000);
        desk.settle().await;
        let drafts = desk.one(&ana, "Draft/get", json!({ "accountId": ana.person })).await;
        assert_eq!(drafts["list"][0]["id"], reply, "{drafts}");
        assert_eq!(drafts["list"][0]["reason"], "what this replies to was taken back");
        assert_eq!(drafts["list"][0]["item"]["text"], "reply");
    })
    .await;
}

#[tokio::test]
async fn replies_follow_what_they_reply_to_when_both_wait() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let root = id_of(&send(&desk, &ana, space, json!({ "kind": "topic", "title": "root" }), 60).await);
        send(&desk, &ana, space, json!({ "kind": "post", "parentId": root, "text": "reply" }), 10).await;
        desk.clock.advance(61_000);
        desk.settle().await;
        let all = desk.one(&ana, "Item/get", json!({ "accountId": space })).await;
        let said: Vec<_> = all["list"].as_array().into_iter().flatten().map(|i| i["excerpt"].clone()).collect();
        assert_eq!(said, [json!(""), json!("reply")]);
    })
    .await;
}

#[tokio::test]
async fn rights_are_judged_again_when_it_is_published() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        send(&desk, &bo, space, json!({ "kind": "topic", "title": "too late" }), 30).await;
        let remove = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "none" } } });
        desk.one(&ana, "Member/set", remove).await;
        desk.clock.advance(31_000);
        desk.settle().await;
        assert_eq!(desk.one(&ana, "Item/get", json!({ "accountId": space })).await["list"], json!([]));
        let drafts = desk.one(&bo, "Draft/get", json!({ "accountId": bo.person })).await;
        assert_eq!(drafts["list"][0]["reason"], "you are not in this Space any more", "{drafts}");
        let submissions = desk.one(&bo, "Submission/get", json!({ "accountId": bo.person })).await;
        assert_eq!(submissions["list"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_restart_in_the_window_changes_nothing() {
    on_all_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        send(&desk, &ana, space, json!({ "kind": "topic", "title": "kept" }), 30).await;
        desk.restart().await;
        desk.clock.advance(3_600_000);
        desk.settle().await;
        let all = desk.one(&ana, "Item/get", json!({ "accountId": space })).await;
        assert_eq!(all["list"][0]["title"], "kept");
        assert_eq!(all["list"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

#[tokio::test]
async fn what_could_never_be_published_is_refused_at_send() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let refused = send(&desk, &ana, space, json!({ "kind": "nonsense" }), 30).await;
        assert_eq!(refused["notCreated"]["s"]["properties"], json!(["item/kind"]), "{refused}");
        let foreign = send(&desk, &bo, space, json!({ "kind": "topic", "title": "x" }), 30).await;
        let nowhere = send(&desk, &bo, Id::derived(b's', [8; 16]), json!({ "kind": "topic", "title": "x" }), 30).await;
        assert_eq!(foreign["notCreated"]["s"]["type"], "invalidProperties");
        assert_eq!(nowhere["notCreated"]["s"]["type"], "invalidProperties");
    })
    .await;
}

fn client_id(n: u8) -> String {
    Id::fresh(b'i', jmap::UtcDate::from_ms(0), [n; 10]).to_string()
}

pub(crate) async fn titles(desk: &Direct, by: &Caller, space: Id) -> Vec<String> {
    let all = desk.one(by, "Item/get", json!({ "accountId": space })).await;
    let title = |item: &Value| item["title"].as_str().unwrap_or_default().to_string();
    all["list"].as_array().into_iter().flatten().map(title).collect()
}

#[tokio::test]
async fn what_replies_to_itself_is_refused_and_what_replies_in_a_circle_holds_nobody_up() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let reply = |to: &str| {
            let item = json!({ "kind": "post", "parentId": to, "text": "round" });
            json!({ "spaceId": space, "item": item, "sendIn": 10 })
        };
        let (one, two) = (client_id(1), client_id(2));
        let circle = json!({ client_id(3): reply(&client_id(3)), one.clone(): reply(&two), two.clone(): reply(&one) });
        let made = desk.one(&ana, "Submission/set", json!({ "accountId": ana.person, "create": circle })).await;
        assert_eq!(made["notCreated"][client_id(3)]["properties"], json!(["item/parentId"]), "{made}");
        assert_eq!(made["created"].as_object().map(serde_json::Map::len), Some(2));
        send(&desk, &ana, space, json!({ "kind": "topic", "title": "behind them" }), 20).await;
        desk.clock.advance(30_000);
        desk.settle().await;
        assert_eq!(titles(&desk, &ana, space).await, ["behind them"]);
        let drafts = desk.one(&ana, "Draft/get", json!({ "accountId": ana.person })).await;
        assert_eq!(drafts["list"].as_array().map(Vec::len), Some(2), "{drafts}");
        let left = desk.one(&ana, "Submission/get", json!({ "accountId": ana.person })).await;
        assert_eq!(left["list"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_reply_and_what_it_replies_to_may_be_sent_in_one_call_whatever_their_ids() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        // In the order of ids, the reply comes first.
        let (root, reply) = (client_id(9), client_id(1));
        let item = |item: Value| json!({ "spaceId": space, "item": item, "sendIn": 10 });
        let create = json!({
            root.clone(): item(json!({ "kind": "topic", "title": "root" })),
            reply.clone(): item(json!({ "kind": "post", "parentId": root, "text": "reply" })),
        });
        desk.one(&ana, "Submission/set", json!({ "accountId": ana.person, "create": create })).await;
        let create = json!({
            "b": { "kind": "topic", "title": "at once" },
            "a": { "kind": "post", "parentId": "#b", "text": "reply at once" },
        });
        let direct = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
        assert!(direct["notCreated"].is_null(), "{direct}");
        desk.clock.advance(10_000);
        desk.settle().await;
        let got = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [reply] })).await;
        assert_eq!(got["list"][0]["threadId"], root, "{got}");
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_sent_is_kept_also_where_a_draft_of_that_id_lives() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        let blob = upload(&desk, &bo, bo.person, "the file").await;
        let id = client_id(5);
        let item = |title: &str| json!({ "kind": "topic", "title": title, "blobs": [{ "blobId": blob, "name": "a.txt" }] });
        let sent = json!([
            ["Draft/set", { "accountId": bo.person, "create": { id.clone(): { "item": { "title": "half written" } } } }, "0"],
            ["Submission/set", { "accountId": bo.person, "create": { id.clone(): { "spaceId": space, "item": item("whole"), "sendIn": 30 } } }, "1"],
        ]);
        let sent = desk.ask(&bo, sent).await;
        assert!(sent[1][1]["notCreated"].is_null(), "{sent:?}");
        let remove = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "none" } } });
        desk.one(&ana, "Member/set", remove).await;
        desk.clock.advance(31_000);
        desk.settle().await;
        let drafts = desk.one(&bo, "Draft/get", json!({ "accountId": bo.person })).await;
        assert_eq!(drafts["list"].as_array().map(Vec::len), Some(1), "{drafts}");
        assert_eq!(drafts["list"][0]["item"]["title"], "whole");
        assert_eq!(drafts["list"][0]["reason"], "you are not in this Space any more");
        assert_eq!(drafts["list"][0]["spaceId"], space.to_string());
        desk.clock.advance(3 * jmap::DAY_MS);
        desk.settle().await;
        let kept = desk.engine.open_blob(&bo, bo.person, blob.parse().expect("an id")).await.expect("no fault");
        assert!(kept.is_some(), "the Draft holds its file");
    })
    .await;
}

#[tokio::test]
async fn a_submission_may_name_a_space_and_a_submission_of_the_same_request_by_creation_ids() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let me = ana.person;
        let sub = |space: &str| json!({ "spaceId": space, "item": { "kind": "topic", "title": "t" } });
        let answers = desk
            .ask(
                &ana,
                json!([
                    ["Space/set", { "accountId": me, "create": { "s": { "name": "Release" } } }, "0"],
                    ["Submission/set", { "accountId": me, "create": { "a": sub("#s"), "b": sub("#nobody") } }, "1"],
                    ["Submission/set", { "accountId": me, "update": { "#a": { "undoStatus": "canceled" } } }, "2"],
                    ["Submission/get", { "accountId": me }, "3"],
                    ["Submission/set", { "accountId": me, "create": { "c": sub("#s"), "d": sub("#s") } }, "4"],
                    ["Core/echo", {}, "5"],
                    ["Submission/set", { "accountId": me, "update": { "#c": { "undoStatus": "canceled" } } }, "6"],
                    ["Submission/query", { "accountId": me }, "7"],
                    ["Submission/set", { "accountId": me, "#destroy": { "resultOf": "7", "name": "Submission/query", "path": "/ids" } }, "8"],
                ]),
            )
            .await;
        assert!(answers.iter().all(|answer| answer[0] != "error"), "{answers:#?}");
        assert_eq!(answers[1][1]["notCreated"]["b"]["type"], "invalidProperties");
        assert_eq!(answers[3][1]["list"][0]["undoStatus"], "canceled");
        assert!(answers[6][1]["notUpdated"].is_null(), "{}", answers[6]);
        assert_eq!(answers[8][1]["destroyed"].as_array().map(Vec::len), Some(3), "{}", answers[8]);
        desk.clock.advance(60_000);
        desk.settle().await;
        let spaces = desk.one(&ana, "Membership/get", json!({ "accountId": me })).await;
        let space: Id = spaces["list"][0]["id"].as_str().expect("made").parse().expect("an id");
        assert_eq!(titles(&desk, &ana, space).await, Vec::<String>::new(), "all were taken back");
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_was_said_when_send_was_pressed_and_is_received_when_it_is_published() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let root = json!({ "kind": "topic", "title": "root" });
        let root = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": { "t": root } })).await;
        let root = root["created"]["t"]["id"].clone();
        let sub = |text: &str, more: Value| {
            let mut sub = json!({ "spaceId": space, "item": { "kind": "post", "parentId": root, "text": text } });
            sub.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            sub
        };
        let create = json!({
            "a": sub("now", json!({})),
            "b": sub("offline", json!({ "sendIn": 0, "waited": 7200 })),
            "c": sub("for ages", json!({ "sendIn": 0, "waited": 9_007_199_254_740_991_u64 })),
            "d": sub("before", json!({ "waited": -1 })),
        });
        let made = desk.one(&ana, "Submission/set", json!({ "accountId": ana.person, "create": create })).await;
        assert_eq!(made["notCreated"]["d"]["properties"], json!(["waited"]));
        assert_eq!(made["created"]["b"]["createdAt"], "2026-11-23T07:00:00Z");
        let kept = desk.one(&ana, "Submission/get", json!({ "accountId": ana.person })).await;
        assert!(!kept.to_string().contains("waited"), "{kept}");
        desk.clock.advance(30_000);
        desk.settle().await;
        let all = desk.one(&ana, "Item/get", json!({ "accountId": space })).await;
        let of = |text: &str| {
            let item = all["list"].as_array().into_iter().flatten().find(|item| item["text"] == text);
            item.unwrap_or_else(|| panic!("{all}")).clone()
        };
        assert_eq!(
            (&of("now")["createdAt"], &of("now")["receivedAt"]),
            (&json!("2026-11-23T09:00:00Z"), &json!("2026-11-23T09:00:30Z"))
        );
        assert_eq!(of("offline")["createdAt"], "2026-11-23T07:00:00Z");
        assert_eq!(of("for ages")["createdAt"], "2025-11-22T09:00:00Z");
        let thread = desk.one(&ana, "Thread/get", json!({ "accountId": space })).await;
        assert_eq!(
            thread["list"][0]["lastAt"], "2026-11-23T09:00:30Z",
            "what was written long ago is new when it comes"
        );
    })
    .await;
}

async fn upload(desk: &Direct, by: &Caller, account: Id, content: &str) -> String {
    let mut upload = desk.engine.begin_upload(by, account).await.expect("a member may");
    upload.write(content.as_bytes()).expect("there is room");
    desk.engine.end_upload(by, account, upload, "text/plain").await.expect("a member may").blob_id.to_string()
}
