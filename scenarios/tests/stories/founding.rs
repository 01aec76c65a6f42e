//! The story that Meanwhile was made for, and keeps for ever.

use jmap::Id;
use model::Role;
use scenarios::office::{Office, Person, id};
use serde_json::{Value, json};

/// A quarter of an hour, in ms.
const STEP: i64 = 900_000;

async fn has_hours(office: &Office, who: &Person, rhythm: Value) {
    let args =
        json!({ "accountId": office.desk.engine.workspace(), "update": { who.id.to_string(): { "rhythm": rhythm } } });
    let done = office.desk.one(&engine::operator(), "Person/set", args).await;
    assert!(done["notUpdated"].is_null(), "{done}");
}

/// What has arrived at somebody: when, why, and what it says.
async fn arrived(who: &Person, name: &str, space: Id) -> Vec<String> {
    let reached = who.one("Delivery/get", json!({ "accountId": who.id, "ids": null })).await;
    let mut out = Vec::new();
    for one in reached["list"].as_array().into_iter().flatten().filter(|one| !one["arrivedAt"].is_null()) {
        let item = who.one("Item/get", json!({ "accountId": space, "ids": [one["id"]] })).await["list"][0].take();
        let what = item["title"].as_str().or(item["text"].as_str()).unwrap_or("?").to_string();
        let (at, why) = (one["arrivedAt"].as_str().unwrap_or("?"), one["why"].as_str().unwrap_or("?"));
        out.push(format!("{} {name}: {what} ({why})", &at[5..16]));
    }
    out
}

/// Lets the time pass, and writes down what arrives at either of them, when it does.
async fn passes(office: &Office, people: &[(&str, &Person)], space: Id, until: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for (name, who) in people {
        seen.extend(arrived(who, name, space).await);
    }
    let mut told = Vec::new();
    while office.now().to_string().as_str() < until {
        office.later(STEP).await;
        for (name, who) in people {
            let fresh: Vec<_> =
                arrived(who, name, space).await.into_iter().filter(|line| !seen.contains(line)).collect();
            seen.extend(fresh.clone());
            told.extend(fresh);
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bug_report_to_somebody_who_is_out_sick_reaches_him_in_the_hour_he_is_back_and_nobody_waits() {
    let office = Office::open(crate::new_stores).await;
    let ana = office.hire(id('p', 1), "Ana", Role::Member).await;
    let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
    let space = id('s', 1);
    ana.makes_space(space, "Release").await;
    ana.lets_in(space, &bo, "member").await;
    // Monday: Bo is ill until Wednesday.
    has_hours(&office, &ana, json!({ "zone": "Europe/Lisbon" })).await;
    let ill = json!([{ "from": "2026-11-23", "to": "2026-11-25", "note": "Flu" }]);
    has_hours(&office, &bo, json!({ "zone": "Europe/Berlin", "timeOff": ill })).await;

    // She sends it, takes it back, and sends it after all, with a picture.
    let picture = ana.uploads(ana.id, "what she saw").await;
    let report = |sends: Id| {
        let item = json!({
            "kind": "topic", "title": "Checkout fails", "text": "On the second click. See the picture.",
            "blobs": [{ "blobId": picture, "name": "second click.txt", "type": "text/plain", "size": 12 }],
            "expects": { "what": "reply", "of": [bo.id], "by": "2026-11-27T16:00:00Z" },
        });
        json!({ "accountId": ana.id, "create": { sends.to_string(): { "spaceId": space, "item": item, "sendIn": 30 } } })
    };
    let (taken_back, sent) = (id('i', 1), id('i', 2));
    for one in [taken_back, sent] {
        let done = ana.one("Submission/set", report(one)).await;
        assert!(done["notCreated"].is_null(), "{done}");
    }
    let undo = json!({ "accountId": ana.id, "update": { taken_back.to_string(): { "undoStatus": "canceled" } } });
    ana.one("Submission/set", undo).await;

    // On Thursday morning it is there, and until then nothing was.
    office.later(30_000).await;
    assert_eq!(arrived(&ana, "Ana", space).await, ["11-23T09:00 Ana: Checkout fails (owed)"]);
    let people = [("Ana", &ana), ("Bo", &bo)];
    let told = passes(&office, &people, space, "2026-11-26T08:30").await;
    assert_eq!(told, ["11-26T08:00 Bo: Checkout fails (asked)"]);

    // He answers before her day begins; she has it when it does.
    let answer =
        json!({ "kind": "post", "parentId": sent, "inAnswerTo": sent, "text": "Found it: the cart is empty by then." });
    bo.posts(space, id('i', 3), answer).await;
    let told = passes(&office, &people, space, "2026-11-30T12:00").await;
    assert_eq!(told, ["11-26T09:00 Ana: Found it: the cart is empty by then. (reply)"]);
    let asked = ana.one("Item/get", json!({ "accountId": space, "ids": [sent] })).await;
    assert_eq!(asked["list"][0]["answers"][bo.id.to_string()]["itemId"], json!(id('i', 3)));
    office.close().await;
}
