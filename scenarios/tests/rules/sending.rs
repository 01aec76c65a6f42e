//! Submissions: undo, send later, and what may not be sent.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_both_stores};
use serde_json::{Value, json};

async fn send(desk: &Direct, by: &Caller, space: Id, item: Value, seconds: i64) -> Value {
    let sub = json!({ "spaceId": space, "item": item, "sendIn": seconds });
    desk.one(by, "Submission/set", json!({ "accountId": by.person, "create": { "s": sub } })).await
}

fn id_of(answer: &Value) -> String {
    answer["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
}

#[tokio::test]
async fn what_is_sent_can_be_taken_back_until_it_is_published() {
    on_both_stores(async |desk| {
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
    on_both_stores(async |desk| {
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
    on_both_stores(async |desk| {
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
    on_both_stores(async |desk| {
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
    on_both_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        send(&desk, &ana, space, json!({ "kind": "topic", "title": "kept" }), 30).await;
        desk.restart(None).await;
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
    on_both_stores(async |desk| {
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
