//! Following and muting: one's own business, and what a reader of the log finds of it.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

/// Who follows a thread, as a reader of the log finds it: the person's account, and the Follow in it.
async fn followers(desk: &Direct, space: Id, thread: &str) -> Vec<(Id, Id)> {
    let (to, from) = tokio::sync::oneshot::channel();
    let prefix = format!("{space}/{thread}/");
    desk.engine.store().read(Box::new(move |at| {
        let keys = at.and_then(|at| at.keys("follow", &prefix, "", 1000));
        let _ = to.send(keys.map(|keys| keys.into_iter().map(|(_, key)| (key.account, key.id)).collect()));
    }));
    from.await.expect("an answer").expect("no fault")
}

async fn set(desk: &Direct, by: &Caller, args: Value) -> Value {
    let mut args = args;
    args["accountId"] = json!(by.person);
    desk.one(by, "Follow/set", args).await
}

#[tokio::test]
async fn who_follows_a_thread_is_one_range_and_whoever_follows_a_space_writes_nothing_there() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let thread = Id::fresh(b'i', desk.engine.clock().now(), [3; 10]);
        let (text, at) = (thread.to_string(), "2026-11-23T09:00:00Z");
        let follow = json!({ "spaceId": space, "threadId": thread, "followedAt": at });
        for by in [&ana, &bo] {
            let made = set(&desk, by, json!({ "create": { "f": follow } })).await;
            assert_eq!(made["created"]["f"]["id"], thread.with_letter(b'f').to_string(), "{made}");
            // Two devices that were offline: the same record, once.
            let again = set(&desk, by, json!({ "create": { "f": follow } })).await;
            assert!(again["notCreated"].is_null(), "{again}");
        }
        let whole = json!({ "spaceId": space, "followedAt": at });
        let made = set(&desk, &bo, json!({ "create": { "f": whole } })).await;
        assert_eq!(made["created"]["f"]["id"], space.with_letter(b'f').to_string(), "{made}");
        let mut both = vec![(ana.person, thread.with_letter(b'f')), (bo.person, thread.with_letter(b'f'))];
        both.sort_unstable();
        let mut found = followers(&desk, space, &text).await;
        found.sort_unstable();
        assert_eq!(found, both);
        assert_eq!(followers(&desk, space, "").await.len(), 0, "none for the Space");
        // Muting is not the end of following.
        let muted = json!({ "at": at, "until": "2026-11-24T09:00:00Z" });
        let id = thread.with_letter(b'f').to_string();
        let done = set(&desk, &ana, json!({ "update": { id.clone(): { "muted": muted } } })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        assert_eq!(followers(&desk, space, &text).await.len(), 2);
        set(&desk, &ana, json!({ "update": { id.clone(): { "followedAt": null } } })).await;
        assert_eq!(followers(&desk, space, &text).await, [(bo.person, thread.with_letter(b'f'))]);
        set(&desk, &bo, json!({ "destroy": [id] })).await;
        assert_eq!(followers(&desk, space, &text).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_follow_that_says_nothing_sensible_is_refused_and_nobody_writes_anothers() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let at = "2026-11-23T09:00:00Z";
        let other = Id::fresh(b'f', desk.engine.clock().now(), [4; 10]).to_string();
        for (key, follow, property) in [
            ("f", json!({ "followedAt": at }), "spaceId"),
            ("f", json!({ "spaceId": "everywhere" }), "spaceId"),
            ("f", json!({ "spaceId": space, "threadId": space }), "threadId"),
            ("f", json!({ "spaceId": space, "followedAt": true }), "followedAt"),
            ("f", json!({ "spaceId": space, "muted": { "until": at } }), "muted"),
            ("f", json!({ "spaceId": space, "muted": { "at": at, "until": at } }), "muted"),
            (&other, json!({ "spaceId": space, "followedAt": at }), "id"),
        ] {
            let refused = set(&desk, &ana, json!({ "create": { key: follow.clone() } })).await;
            assert_eq!(refused["notCreated"][key]["properties"], json!([property]), "{follow}: {refused}");
        }
        let follow = json!({ "accountId": ana.person, "create": { "f": { "spaceId": space, "followedAt": at } } });
        assert_eq!(desk.one(&bo, "Follow/set", follow).await["type"], "accountNotFound");
        // What somebody wants to hear of says nothing of whether it is there.
        let nowhere = Id::fresh(b's', desk.engine.clock().now(), [5; 10]);
        for space in [space, nowhere] {
            let made = set(&desk, &bo, json!({ "create": { "f": { "spaceId": space, "followedAt": at } } })).await;
            assert!(made["notCreated"].is_null(), "{made}");
        }
    })
    .await;
}
