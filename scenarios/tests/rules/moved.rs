//! What was moved, and what is done to it afterwards: made again by its old id, moved on, deleted, or there twice.

use jmap::{DAY_MS, Id};
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use crate::moving::{items, join, moves, post, set, thread, whereabouts};

/// So long that the tombstones of today are gone.
async fn forget(desk: &Direct) {
    desk.settle().await;
    desk.clock.advance(92 * DAY_MS);
    desk.settle().await;
}

async fn moved(desk: &Direct, by: &model::Caller, from: Id, item: &str, to: Id) {
    let asked = moves(desk, by, json!({ "spaceId": from, "itemId": item, "toSpaceId": to })).await;
    assert!(asked["notCreated"].is_null() && asked["created"].is_object(), "{asked}");
    desk.settle().await;
}

#[tokio::test]
async fn who_makes_again_what_was_moved_to_where_he_may_not_look_is_told_nothing_of_it() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Board").await);
        join(&desk, &ana, from, &bo).await;
        let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "t" })).await;
        let reply = post(&desk, &bo, from, json!({ "kind": "post", "parentId": root, "text": "mine" })).await;
        moved(&desk, &ana, from, &root, to).await;
        let heart = json!({ "update": { reply.clone(): { format!("reactions/♥/{}", ana.person): true } } });
        assert!(set(&desk, &ana, to, "Item", heart).await["notUpdated"].is_null());
        forget(&desk).await;
        let again = json!({ "create": { reply.clone(): { "kind": "topic", "title": "again" } } });
        let told = set(&desk, &bo, from, "Item", again.clone()).await;
        assert_eq!(told["created"][&reply], json!({ "id": reply }), "{told}");
        let comes_in = json!({ "update": { bo.person.to_string(): { "role": "member" } } });
        assert!(set(&desk, &ana, to, "Member", comes_in).await["notUpdated"].is_null());
        let told = set(&desk, &bo, from, "Item", again).await;
        assert_eq!(told["created"][&reply]["reactions"]["♥"], json!({ ana.person.to_string(): true }), "{told}");
        assert_eq!(items(&desk, &ana, from).await, Vec::<Value>::new(), "and it was made once");
    })
    .await;
}

#[tokio::test]
async fn what_was_moved_deleted_and_made_anew_can_be_moved_again() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        let root = post(&desk, &ana, from, json!({ "kind": "topic", "title": "t" })).await;
        moved(&desk, &ana, from, &root, to).await;
        assert!(set(&desk, &ana, to, "Item", json!({ "destroy": [root] })).await["notDestroyed"].is_null());
        forget(&desk).await;
        let anew = json!({ "create": { root.clone(): { "kind": "topic", "title": "t again" } } });
        let made = set(&desk, &ana, from, "Item", anew).await;
        assert_eq!(made["created"][&root]["origin"], "said", "{made}");
        assert_eq!(whereabouts(&desk, &ana, from, &root).await, json!(from));
        moved(&desk, &ana, from, &root, to).await;
        assert_eq!(whereabouts(&desk, &ana, from, &root).await, json!(to));
        assert_eq!(items(&desk, &ana, to).await[0]["title"], "t again");
        assert_eq!(items(&desk, &ana, from).await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn mail_that_is_there_already_keeps_its_message_id_when_its_double_comes_and_goes() {
    on_quick_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let (from, to) = (desk.space(&ana, "Inbox").await, desk.space(&ana, "Release").await);
        let imports = model::Caller { scopes: model::Scopes::ALL, ..ana };
        let mail = json!({ "kind": "topic", "title": "t", "origin": "imported", "createdAt": "2020-01-01T00:00:00Z", "messageId": "1@example.org" });
        let double = post(&desk, &imports, from, mail.clone()).await;
        let other = post(&desk, &imports, from, json!({ "kind": "topic", "title": "o" })).await;
        post(&desk, &imports, to, mail.clone()).await;
        moved(&desk, &ana, from, &double, to).await;
        moved(&desk, &ana, to, &double, from).await;
        let twice = json!({ "create": { "k": mail } });
        let refused = set(&desk, &imports, to, "Item", twice.clone()).await;
        assert_eq!(refused["notCreated"]["k"]["type"], "alreadyExists", "{refused}");
        // And when it is deleted there.
        moved(&desk, &ana, from, &double, to).await;
        assert!(set(&desk, &ana, to, "Item", json!({ "destroy": [double] })).await["notDestroyed"].is_null());
        let refused = set(&desk, &imports, to, "Item", twice).await;
        assert_eq!(refused["notCreated"]["k"]["type"], "alreadyExists", "{refused}");
        assert_eq!(thread(&desk, &ana, from, &other).await, Value::Null);
    })
    .await;
}
