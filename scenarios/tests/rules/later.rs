//! Send later: what leaves at an instant that its author has given, and what he may still change of it.

use engine::Clock;
use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

use crate::sending::{id_of, titles};

async fn send_at(desk: &Direct, by: &Caller, space: Id, title: &str, more: Value) -> Value {
    let mut sub = json!({ "spaceId": space, "item": { "kind": "topic", "title": title } });
    sub.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    desk.one(by, "Submission/set", json!({ "accountId": by.person, "create": { "s": sub } })).await
}

async fn change(desk: &Direct, by: &Caller, id: &str, patch: Value) -> Value {
    desk.one(by, "Submission/set", json!({ "accountId": by.person, "update": { id: patch } })).await
}

/// Lets the time pass, minute by minute, and tells in which minute each thread has appeared that was not `seen`.
async fn timeline(desk: &Direct, by: &Caller, space: Id, minutes: i64, seen: &mut Vec<String>) -> Vec<String> {
    let mut told = Vec::new();
    for minute in 0..=minutes {
        desk.clock.advance(if minute == 0 { 0 } else { 60_000 });
        desk.settle().await;
        let now = titles(desk, by, space).await;
        let fresh = now.iter().filter(|title| !seen.contains(title));
        told.extend(fresh.map(|title| format!("{} {title}", &desk.clock.now().to_string()[11..16])));
        *seen = now;
    }
    told
}

#[tokio::test]
async fn what_is_sent_later_appears_at_its_minute_and_bears_that_time() {
    on_all_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let late = send_at(&desk, &ana, space, "at ten past", json!({ "sendAt": "2026-11-23T09:10:00Z" })).await;
        let early = send_at(&desk, &ana, space, "at five past", json!({ "sendAt": "2026-11-23T09:05:00Z" })).await;
        let over = send_at(&desk, &ana, space, "of yesterday", json!({ "sendAt": "2026-11-22T09:00:00Z" })).await;
        assert_eq!(early["created"]["s"]["createdAt"], "2026-11-23T09:05:00Z");
        assert_eq!(over["created"]["s"]["sendAt"], "2026-11-23T09:00:00Z", "what is over leaves at once");
        let mut seen = Vec::new();
        let told = timeline(&desk, &ana, space, 7, &mut seen).await;
        assert_eq!(told, ["09:00 of yesterday", "09:05 at five past"]);
        desk.restart().await;
        assert_eq!(timeline(&desk, &ana, space, 20, &mut seen).await, ["09:10 at ten past"]);
        let got = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id_of(&late)] })).await;
        assert_eq!(got["list"][0]["createdAt"], "2026-11-23T09:10:00Z");
        assert_eq!(got["list"][0]["receivedAt"], "2026-11-23T09:10:00Z");
    })
    .await;
}

#[tokio::test]
async fn its_time_can_be_changed_in_both_directions_until_it_has_left() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let mut ids = Vec::new();
        for title in ["put off", "called forward", "sent now", "taken back"] {
            let made = send_at(&desk, &ana, space, title, json!({ "sendAt": "2026-11-23T09:10:00Z" })).await;
            ids.push(id_of(&made));
        }
        let [off, forward, now, back] = &ids[..] else { panic!("four") };
        for (id, patch) in [
            (off, json!({ "sendAt": "2026-11-23T09:20:00Z" })),
            (forward, json!({ "sendAt": "2026-11-23T09:04:00Z" })),
            (now, json!({ "sendAt": "2026-11-23T08:00:00Z" })),
            (back, json!({ "sendAt": "2026-11-23T09:15:00Z" })),
            (back, json!({ "undoStatus": "canceled" })),
        ] {
            let said = change(&desk, &ana, id, patch).await;
            assert!(said["notUpdated"].is_null(), "{said}");
        }
        let told = timeline(&desk, &ana, space, 30, &mut Vec::new()).await;
        assert_eq!(told, ["09:00 sent now", "09:04 called forward", "09:20 put off"]);
        let got = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [off] })).await;
        assert_eq!(got["list"][0]["createdAt"], "2026-11-23T09:20:00Z");
        let again = change(&desk, &ana, back, json!({ "sendAt": "2026-11-24T09:00:00Z" })).await;
        assert_eq!(again["notUpdated"][back]["description"], "it was taken back; send a new one", "{again}");
    })
    .await;
}

#[tokio::test]
async fn times_that_cannot_be_are_refused_by_name() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let refused = async |more: Value| {
            let said = send_at(&desk, &ana, space, "x", more).await;
            said["notCreated"]["s"]["description"].as_str().unwrap_or_else(|| panic!("{said}")).to_string()
        };
        assert_eq!(
            refused(json!({ "sendAt": "2028-01-01T00:00:00Z" })).await,
            "2028-01-01T00:00:00Z is too far ahead; the last that can be given is 2027-11-24T09:00:00Z"
        );
        let both = refused(json!({ "sendAt": "2026-11-23T10:00:00Z", "sendIn": 5 })).await;
        assert_eq!(both, "it is given by itself, or by sendIn and waited; give one of them");
        for wrong in [json!("Monday"), json!(5), json!("2026-02-30T09:00:00Z")] {
            refused(json!({ "sendAt": wrong })).await;
        }
        let mine = send_at(&desk, &ana, space, "mine", json!({ "sendAt": "2026-11-23T10:00:00Z" })).await;
        let update =
            json!({ "accountId": ana.person, "update": { id_of(&mine): { "sendAt": "2026-11-23T09:30:00Z" } } });
        let foreign = desk.ask(&bo, json!([["Submission/set", update, "0"]])).await;
        assert_eq!(foreign[0][1]["type"], "accountNotFound");
    })
    .await;
}
