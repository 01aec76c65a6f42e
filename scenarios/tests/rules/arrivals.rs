//! What is said reaches those whom it concerns, each at an hour of his own. The hours are asserted as a timeline: what is
//! not in it did not reach anybody.

use jmap::{Id, UtcDate};
use model::{Caller, Role, Scopes};
use scenarios::direct::{Direct, on_all_stores, on_quick_stores, operator};
use serde_json::{Value, json};

/// Half an hour.
const STEP: i64 = 1_800_000;

pub(crate) async fn has_hours(desk: &Direct, who: &Caller, rhythm: Value) {
    let workspace = desk.engine.workspace();
    let args = json!({ "accountId": workspace, "update": { who.person.to_string(): { "rhythm": rhythm } } });
    let done = desk.one(&operator(), "Person/set", args).await;
    assert!(done["notUpdated"].is_null(), "{done}");
}

pub(crate) async fn joins(desk: &Direct, space: Id, admin: &Caller, who: &Caller) {
    let args = json!({ "accountId": space, "create": { "m": { "personId": who.person, "role": "member" } } });
    let done = desk.one(admin, "Member/set", args).await;
    assert!(done["notCreated"].is_null(), "{done}");
}

pub(crate) async fn says(desk: &Direct, by: &Caller, space: Id, item: Value) -> String {
    let done = desk.one(by, "Item/set", json!({ "accountId": space, "create": { "k": item } })).await;
    done["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
}

pub(crate) fn topic(title: &str) -> Value {
    json!({ "kind": "topic", "title": title, "text": "What do you think?" })
}

pub(crate) fn reply(to: &str, text: &str) -> Value {
    json!({ "kind": "post", "parentId": to, "text": text })
}

pub(crate) fn asking(item: Value, what: &str, of: &[&Caller]) -> Value {
    let of: Vec<Id> = of.iter().map(|one| one.person).collect();
    let mut item = item;
    item["expects"] = json!({ "what": what, "of": of });
    item
}

pub(crate) async fn deliveries(desk: &Direct, of: &Caller) -> Vec<Value> {
    let answer = desk.one(of, "Delivery/get", json!({ "accountId": of.person, "ids": null })).await;
    answer["list"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

/// Goes on to an instant, and writes down what arrives at whom, in UTC: when, why, what.
pub(crate) async fn until(desk: &Direct, people: &[(&str, &Caller)], space: Id, end: &str) -> Vec<String> {
    let end = UtcDate::parse(end).expect("an instant");
    let mut seen: Vec<Value> = Vec::new();
    for (_, who) in people {
        seen.extend(
            deliveries(desk, who).await.into_iter().map(|one| json!([who.person, one["id"], one["arrivedAt"]])),
        );
    }
    let mut out = Vec::new();
    while desk.engine.clock().now() < end {
        desk.clock.advance(STEP);
        desk.settle().await;
        for (name, who) in people {
            for one in deliveries(desk, who).await.into_iter().filter(|one| !one["arrivedAt"].is_null()) {
                let mark = json!([who.person, one["id"], one["arrivedAt"]]);
                if seen.contains(&mark) {
                    continue;
                }
                seen.push(mark);
                let item = desk.one(who, "Item/get", json!({ "accountId": space, "ids": [one["id"]] })).await;
                let item = &item["list"][0];
                let what = item["title"].as_str().or(item["text"].as_str()).unwrap_or("?").to_string();
                let (at, why) = (one["arrivedAt"].as_str().unwrap_or("?"), one["why"].as_str().unwrap_or("?"));
                out.push(format!("{} {name}: {what} ({why})", &at[5..16]));
            }
        }
    }
    out
}

async fn arrived(desk: &Direct, of: &Caller) -> Vec<String> {
    let all = deliveries(desk, of).await.into_iter().filter(|one| !one["arrivedAt"].is_null());
    all.map(|one| one["why"].as_str().unwrap_or("?").to_string()).collect()
}

#[tokio::test]
async fn each_is_reached_in_the_next_hour_of_his_own_and_nobody_at_night() {
    on_all_stores(async |desk| {
        let (ana, bo, yuki) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Yuki").await);
        has_hours(&desk, &bo, json!({ "zone": "America/New_York" })).await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo", "arrivals": ["14:00"] })).await;
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &yuki] {
            joins(&desk, space, &ana, who).await;
        }
        let thread = says(&desk, &ana, space, asking(topic("Checkout fails"), "reply", &[&bo, &yuki])).await;
        desk.settle().await;
        assert_eq!(arrived(&desk, &ana).await, ["owed"], "she sees at once what she waits for");
        let people = [("Ana", &ana), ("Bo", &bo), ("Yuki", &yuki)];
        let timeline = until(&desk, &people, space, "2026-11-24T16:00:00Z").await;
        assert_eq!(timeline, ["11-23T14:00 Bo: Checkout fails (asked)", "11-24T05:00 Yuki: Checkout fails (asked)"]);
        // Ana's day is over when Bo answers: she hears of it in the morning.
        desk.clock.advance(3 * 3_600_000);
        says(&desk, &bo, space, reply(&thread, "On the second click?")).await;
        let timeline = until(&desk, &people, space, "2026-11-25T12:00:00Z").await;
        assert_eq!(timeline, ["11-25T09:00 Ana: On the second click? (reply)"]);
    })
    .await;
}

#[tokio::test]
async fn who_is_away_is_reached_by_nothing_until_he_is_back() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let off = |to: &str| json!({ "zone": "Europe/Berlin", "timeOff": [{ "from": "2026-11-23", "to": to }] });
        has_hours(&desk, &bo, off("2026-11-27")).await;
        says(&desk, &ana, space, asking(topic("A recording for Bo"), "reply", &[&bo])).await;
        let people = [("Bo", &bo)];
        let timeline = until(&desk, &people, space, "2026-11-25T12:00:00Z").await;
        assert_eq!(timeline, [] as [&str; 0]);
        // He is well again two days earlier than he thought: one row moves.
        has_hours(&desk, &bo, off("2026-11-25")).await;
        let timeline = until(&desk, &people, space, "2026-11-30T12:00:00Z").await;
        assert_eq!(timeline, ["11-26T08:00 Bo: A recording for Bo (asked)"]);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_was_down_when_something_was_due_brings_it_in_the_same_hours_or_the_next_ones() {
    on_quick_stores(async |mut desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        desk.clock.advance(10 * 3_600_000);
        says(&desk, &ana, space, asking(topic("In the evening"), "reply", &[&bo])).await;
        desk.settle().await;
        desk.restart_after(|| {}).await;
        let clock = desk.clock.clone();
        // Down from Monday evening to Tuesday 19:00: his hours went by.
        desk.restart_after(|| clock.advance(24 * 3_600_000)).await;
        desk.settle().await;
        assert_eq!(arrived(&desk, &bo).await, [] as [&str; 0]);
        let timeline = until(&desk, &[("Bo", &bo)], space, "2026-11-25T12:00:00Z").await;
        assert_eq!(timeline, ["11-25T09:00 Bo: In the evening (asked)"]);
    })
    .await;
}

#[tokio::test]
async fn of_several_reasons_one_is_told_and_what_concerns_nobody_reaches_nobody() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let thread = says(&desk, &ana, space, topic("For nobody")).await;
        desk.settle().await;
        assert_eq!((deliveries(&desk, &ana).await, deliveries(&desk, &bo).await), (vec![], vec![]));
        // Bo follows it; what was said before does not reach him for that.
        let follow = json!({ "spaceId": space, "threadId": thread, "followedAt": desk.engine.clock().now() });
        desk.one(&bo, "Follow/set", json!({ "accountId": bo.person, "create": { "f": follow } })).await;
        desk.clock.advance(60_000);
        let post = says(&desk, &ana, space, reply(&thread, "More")).await;
        desk.settle().await;
        assert_eq!(arrived(&desk, &bo).await, ["followed"]);
        // Cy was here once: he is named and asked, and hears of none of it.
        joins(&desk, space, &ana, &cy).await;
        let left = json!({ "accountId": space, "update": { cy.person.to_string(): { "role": "none" } } });
        let done = desk.one(&ana, "Member/set", left).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        let mut both = asking(reply(&post, "Bo, and Cy?"), "reply", &[&bo, &cy]);
        both["mentions"] = json!([bo.person, cy.person]);
        says(&desk, &ana, space, both).await;
        says(&desk, &bo, space, reply(&post, "To Ana")).await;
        desk.settle().await;
        assert_eq!(arrived(&desk, &bo).await, ["followed", "asked"]);
        assert_eq!(arrived(&desk, &ana).await, ["owed", "reply"]);
        assert_eq!(deliveries(&desk, &cy).await, [] as [Value; 0]);
        // An edit that names somebody anew reaches him, and nobody twice.
        let back = json!({ "accountId": space, "update": { cy.person.to_string(): { "role": "member" } } });
        desk.one(&ana, "Member/set", back).await;
        let edit = json!({ "accountId": space, "update": { post: { "mentions": [cy.person] } } });
        let done = desk.one(&ana, "Item/set", edit).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        desk.settle().await;
        assert_eq!(arrived(&desk, &cy).await, ["mention"]);
        assert_eq!(arrived(&desk, &bo).await, ["followed", "asked"]);
    })
    .await;
}

#[tokio::test]
async fn a_muted_thread_is_heard_of_only_by_whom_it_names_or_asks() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let thread = says(&desk, &bo, space, topic("Bo's own")).await;
        let muted = json!({ "spaceId": space, "threadId": thread, "muted": { "at": desk.engine.clock().now() } });
        desk.one(&bo, "Follow/set", json!({ "accountId": bo.person, "create": { "f": muted } })).await;
        says(&desk, &ana, space, reply(&thread, "A remark")).await;
        desk.settle().await;
        assert_eq!(deliveries(&desk, &bo).await, [] as [Value; 0]);
        let mut named = reply(&thread, "Bo?");
        named["mentions"] = json!([bo.person]);
        says(&desk, &ana, space, named).await;
        desk.settle().await;
        assert_eq!(arrived(&desk, &bo).await, ["mention"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_snoozed_comes_back_at_its_instant_and_what_is_done_stays_done() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let item = says(&desk, &ana, space, asking(topic("Later"), "reply", &[&bo])).await;
        desk.settle().await;
        let set = async |by: &Caller, patch: Value| {
            desk.one(by, "Delivery/set", json!({ "accountId": bo.person, "update": { item.clone(): patch } })).await
        };
        let done = set(&bo, json!({ "snoozedUntil": "2026-11-23T21:00:00Z" })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        let timeline = until(&desk, &[("Bo", &bo)], space, "2026-11-24T00:00:00Z").await;
        assert_eq!(timeline, ["11-23T21:00 Bo: Later (asked)"]);
        let list = deliveries(&desk, &bo).await;
        assert_eq!((&list[0]["snoozedUntil"], &list[0]["pending"]), (&Value::Null, &Value::Null));
        // Taken back before it is time: nothing comes.
        set(&bo, json!({ "snoozedUntil": "2026-11-24T10:00:00Z" })).await;
        let done = set(&bo, json!({ "snoozedUntil": null, "doneAt": desk.engine.clock().now() })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        assert_eq!(until(&desk, &[("Bo", &bo)], space, "2026-11-24T12:00:00Z").await, [] as [&str; 0]);
        // It is Bo's alone, and what the server says of it is not his to say.
        assert_eq!(set(&ana, json!({ "doneAt": null })).await["type"], "accountNotFound");
        let refused = set(&bo, json!({ "arrivedAt": null })).await;
        assert_eq!(refused["notUpdated"][&item]["type"], "invalidProperties", "{refused}");
        let args = json!({ "accountId": bo.person, "create": { "k": { "spaceId": space } }, "destroy": [item] });
        let refused = desk.one(&bo, "Delivery/set", args).await;
        assert_eq!(refused["notCreated"]["k"]["type"], "forbidden", "{refused}");
        assert_eq!(refused["notDestroyed"][&item]["type"], "forbidden", "{refused}");
    })
    .await;
}

#[tokio::test]
async fn hours_that_cant_be_are_refused_with_the_reason() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let rhythm = json!({ "zone": "Europe/Atlantis" });
        let update = json!({ ana.person.to_string(): { "rhythm": rhythm } });
        let args = json!({ "accountId": desk.engine.workspace(), "update": update });
        let refused = desk.one(&ana, "Person/set", args).await;
        let error = &refused["notUpdated"][ana.person.to_string()];
        assert_eq!(error["properties"], json!(["rhythm"]));
        assert_eq!(error["description"], "there is no zone \"Europe/Atlantis\"; use a name such as Europe/Lisbon");
        // An admin's token for reading and writing is told what it lacks.
        let bo = desk.hire("Bo").await;
        let token = Caller { role: Role::Admin, scopes: Scopes::READ.and(Scopes::WRITE), ..ana };
        let update = json!({ bo.person.to_string(): { "rhythm": { "zone": "UTC" } } });
        let args = json!({ "accountId": desk.engine.workspace(), "update": update });
        let refused = desk.one(&token, "Person/set", args).await;
        assert_eq!(
            refused["notUpdated"][bo.person.to_string()]["description"],
            "\"rhythm\" can't be written here by you: its author or a person with the role \"admin\" (in the workspace by a token with the scope \"admin\") sets it"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_moved_takes_along_what_has_reached_somebody_and_reaches_nobody_anew() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (space, other) = (desk.space(&ana, "Release").await, desk.space(&ana, "Shop").await);
        for home in [space, other] {
            joins(&desk, home, &ana, &bo).await;
        }
        let thread = says(&desk, &ana, space, asking(topic("Which date?"), "reply", &[&bo])).await;
        let post = says(&desk, &bo, space, reply(&thread, "Which year?")).await;
        desk.settle().await;
        set_done(&desk, &ana, &post).await;
        let moving = json!({ "spaceId": space, "itemId": thread, "toSpaceId": other });
        let args = json!({ "accountId": ana.person, "create": { "m": moving } });
        let done = desk.one(&ana, "Move/set", args).await;
        assert!(done["notCreated"].is_null(), "{done}");
        desk.settle().await;
        for (who, id) in [(&bo, &thread), (&ana, &post)] {
            let all = deliveries(&desk, who).await;
            let one = all.iter().find(|one| one["id"] == **id).unwrap_or_else(|| panic!("{all:?}"));
            assert_eq!((&one["spaceId"], &one["threadId"]), (&json!(other), &json!(thread)));
        }
        assert_eq!(arrived(&desk, &bo).await, ["asked"]);
        let all = deliveries(&desk, &ana).await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.iter().any(|one| one["id"] == *post && !one["doneAt"].is_null()), "what was done stays done");
    })
    .await;
}

async fn set_done(desk: &Direct, who: &Caller, id: &str) {
    let patch = json!({ id: { "doneAt": desk.engine.clock().now() } });
    let done = desk.one(who, "Delivery/set", json!({ "accountId": who.person, "update": patch })).await;
    assert!(done["notUpdated"].is_null(), "{done}");
}

#[tokio::test]
async fn what_is_older_than_thirty_days_reaches_nobody_however_late_the_reader_comes_to_it() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        let role = async |of: &Caller, role: &str| {
            let update = json!({ "accountId": space, "update": { of.person.to_string(): { "role": role } } });
            desk.one(&ana, "Member/set", update).await;
        };
        // Neither is here when it is said.
        role(&bo, "none").await;
        role(&cy, "none").await;
        let mut named = topic("Long ago");
        named["mentions"] = json!([bo.person, cy.person]);
        let item = says(&desk, &ana, space, named).await;
        desk.settle().await;
        let touches = async |emoji: &str| {
            let path = format!("reactions/{emoji}/{}", ana.person);
            let done =
                desk.one(&ana, "Item/set", json!({ "accountId": space, "update": { &item: { path: true } } })).await;
            assert!(done["notUpdated"].is_null(), "{done}");
            desk.settle().await;
        };
        role(&bo, "member").await;
        touches("a").await;
        assert_eq!(arrived(&desk, &bo).await, ["mention"], "the reader comes to it again");
        role(&cy, "member").await;
        desk.clock.advance(31 * jmap::DAY_MS);
        touches("b").await;
        assert_eq!(deliveries(&desk, &cy).await, [] as [Value; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_was_to_come_back_while_the_server_was_down_comes_back_in_hours_and_not_at_night() {
    on_quick_stores(async |mut desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let asked = says(&desk, &ana, space, asking(topic("Again at four"), "reply", &[&bo])).await;
        desk.settle().await;
        let later = json!({ asked: { "snoozedUntil": "2026-11-23T16:00:00Z" } });
        desk.one(&bo, "Delivery/set", json!({ "accountId": bo.person, "update": later })).await;
        // Down from nine in the morning to eleven at night.
        let clock = desk.clock.clone();
        desk.restart_after(|| clock.advance(14 * 3_600_000)).await;
        desk.settle().await;
        let timeline = until(&desk, &[("Bo", &bo)], space, "2026-11-24T12:00:00Z").await;
        assert_eq!(timeline, ["11-24T09:00 Bo: Again at four (asked)"]);
        assert_eq!(deliveries(&desk, &bo).await[0]["snoozedUntil"], Value::Null);
    })
    .await;
}
