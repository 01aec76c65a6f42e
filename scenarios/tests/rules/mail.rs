//! What arrives reaches out by mail: once per arrival, in each one's own hours, and not at all where it was seen before.
//! The hours are asserted as a timeline by the relay itself: what is not in it went to nobody.

use engine::TestClock;
use meanwhile::ReachOptions;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores_reaching, operator};
use scenarios::sink::Sink;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

use super::arrivals::{asking, has_hours, joins, reply, says, topic};

/// Ways out with mail alone.
pub(crate) fn by_mail(sink: &Sink) -> ReachOptions {
    ReachOptions {
        url: "https://work.example".into(),
        relay: Some(sink.relay()),
        push: false,
        outbound: Default::default(),
    }
}

pub(crate) async fn mailing(clock: &Arc<TestClock>, _: &Path) -> (ReachOptions, Sink) {
    let sink = Sink::open(clock).await;
    (by_mail(&sink), sink)
}

pub(crate) async fn has_address(desk: &Direct, who: &Caller, email: &str) {
    let workspace = desk.engine.workspace();
    let args = json!({ "accountId": workspace, "update": { who.person.to_string(): { "email": email } } });
    let done = desk.one(&operator(), "Person/set", args).await;
    assert!(done["notUpdated"].is_null(), "{done}");
}

pub(crate) async fn settles_on(desk: &Direct, who: &Caller, settings: Value) {
    let args = json!({ "accountId": who.person, "create": { who.person.to_string(): settings.clone() } });
    let done = desk.one(who, "Settings/set", args).await;
    if !done["notCreated"].is_null() {
        let args = json!({ "accountId": who.person, "update": { who.person.to_string(): settings } });
        let done = desk.one(who, "Settings/set", args).await;
        assert!(done["notUpdated"].is_null(), "{done}");
    }
}

/// Goes on to an instant in steps of some minutes.
pub(crate) async fn goes_to(desk: &Direct, end: &str, minutes: i64) {
    let end = jmap::UtcDate::parse(end).expect("an instant");
    desk.settle().await;
    while desk.engine.clock().now() < end {
        desk.clock.advance(minutes * 60_000);
        desk.settle().await;
    }
}

/// Ana and Bo, who has an address, in a Space.
pub(crate) async fn two(desk: &Direct) -> (Caller, Caller, jmap::Id) {
    let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
    let space = desk.space(&ana, "Release").await;
    joins(desk, space, &ana, &bo).await;
    has_address(desk, &bo, "bo@example.org").await;
    (ana, bo, space)
}

#[tokio::test]
async fn mail_goes_out_in_the_hours_of_each_and_at_no_other() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let (yuki, cy) = (desk.hire("Yuki").await, desk.hire("Cy").await);
        for (who, email) in [(&yuki, "yuki@example.org"), (&cy, "cy@example.org"), (&ana, "ana@example.org")] {
            has_address(&desk, who, email).await;
        }
        for who in [&yuki, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        has_hours(&desk, &bo, json!({ "zone": "America/New_York" })).await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo", "arrivals": ["14:00"] })).await;
        let off = json!({ "zone": "Europe/Berlin", "timeOff": [{ "from": "2026-11-23", "to": "2026-11-25" }] });
        has_hours(&desk, &cy, off).await;
        says(&desk, &ana, space, asking(topic("Checkout fails"), "reply", &[&bo, &yuki, &cy])).await;
        goes_to(&desk, "2026-11-23T20:00:00Z", 30).await;
        // In the evening of all of them but Yuki, whose next arrivals are in the morning.
        says(&desk, &ana, space, asking(topic("And another thing"), "decision", &[&bo, &yuki, &cy])).await;
        goes_to(&desk, "2026-11-27T08:00:00Z", 30).await;
        assert_eq!(
            sink.timeline(),
            [
                "11-23T14:00 bo@example.org: [Release] Checkout fails",
                "11-24T05:00 yuki@example.org: 2 things arrived: Checkout fails, And another thing",
                "11-23T20:30 bo@example.org: [Release] And another thing",
                "11-26T08:00 cy@example.org: 2 things arrived: Checkout fails, And another thing",
            ]
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_read_done_or_answered_meanwhile_comes_by_no_mail() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        has_hours(&desk, &bo, json!({ "zone": "UTC", "arrivals": ["14:00"] })).await;
        let read = says(&desk, &ana, space, asking(topic("Read"), "reply", &[&bo])).await;
        let done = says(&desk, &ana, space, asking(topic("Done"), "reply", &[&bo])).await;
        let answered = says(&desk, &ana, space, asking(topic("Answered"), "reply", &[&bo])).await;
        let closed = says(&desk, &ana, space, asking(topic("Closed"), "reply", &[&bo])).await;
        let gone = says(&desk, &ana, space, asking(topic("Deleted"), "reply", &[&bo])).await;
        says(&desk, &ana, space, asking(topic("Waits"), "reply", &[&bo])).await;
        desk.settle().await;
        let item = desk.one(&bo, "Item/get", json!({ "accountId": space, "ids": [read] })).await;
        let cursor = json!({ "spaceId": space, "threadId": read, "lastSeq": item["list"][0]["seq"] });
        desk.one(&bo, "Cursor/set", json!({ "accountId": bo.person, "create": { read.clone(): cursor } })).await;
        let now = desk.engine.clock().now();
        let update = json!({ "accountId": bo.person, "update": { done: { "doneAt": now } } });
        assert!(desk.one(&bo, "Delivery/set", update).await["notUpdated"].is_null());
        let mut post = reply(&answered, "Yes");
        post["inAnswerTo"] = json!(answered);
        says(&desk, &bo, space, post).await;
        let close = json!({ "accountId": space, "update": { closed: { "closed": { "by": ana.person, "at": now } } }, "destroy": [gone] });
        let closing = desk.one(&ana, "Item/set", close).await;
        assert!(closing["notUpdated"].is_null() && closing["notDestroyed"].is_null(), "{closing}");
        goes_to(&desk, "2026-11-24T18:00:00Z", 30).await;
        assert_eq!(sink.timeline(), ["11-23T14:00 bo@example.org: [Release] Waits"]);
    })
    .await;
}

#[tokio::test]
async fn what_arrives_within_minutes_is_one_mail_and_what_is_seen_by_then_is_none() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        settles_on(&desk, &bo, json!({ "mail": "everything" })).await;
        let first = says(&desk, &ana, space, asking(topic("First"), "acknowledgement", &[&bo])).await;
        goes_to(&desk, "2026-11-23T09:02:00Z", 1).await;
        let mut named = reply(&first, "Bo, and this");
        named["mentions"] = json!([bo.person]);
        says(&desk, &ana, space, named).await;
        goes_to(&desk, "2026-11-23T09:10:00Z", 1).await;
        assert_eq!(sink.timeline(), ["11-23T09:05 bo@example.org: [Release] First"]);
        let mail = sink.taken().remove(0);
        assert!(
            mail.text().contains("Ana asks for a \"Got it\"") && mail.text().contains("Ana names you"),
            "{}",
            mail.text()
        );
        // The last minutes of the day: at once, since later is too late.
        goes_to(&desk, "2026-11-23T16:57:00Z", 1).await;
        says(&desk, &ana, space, asking(topic("Last"), "reply", &[&bo])).await;
        goes_to(&desk, "2026-11-23T16:58:00Z", 1).await;
        assert_eq!(sink.timeline()[1..], ["11-23T16:57 bo@example.org: [Release] Last"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_leaves_before_the_time_to_undo_is_over() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let send = async |title: &str, seconds: u32| {
            let item = asking(topic(title), "reply", &[&bo]);
            let create = json!({ "k": { "spaceId": space, "sendIn": seconds, "item": item } });
            let done = desk.one(&ana, "Submission/set", json!({ "accountId": ana.person, "create": create })).await;
            done["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
        };
        let undone = send("A slip", 300).await;
        send("Meant so", 300).await;
        goes_to(&desk, "2026-11-23T09:04:00Z", 1).await;
        let cancel = json!({ "accountId": ana.person, "update": { undone: { "undoStatus": "canceled" } } });
        assert!(desk.one(&ana, "Submission/set", cancel).await["notUpdated"].is_null());
        assert_eq!(sink.timeline(), [] as [&str; 0]);
        goes_to(&desk, "2026-11-23T09:15:00Z", 1).await;
        goes_to(&desk, "2026-11-24T17:00:00Z", 30).await;
        // Sent at five past, and told together with what else would have come.
        assert_eq!(sink.timeline(), ["11-23T09:10 bo@example.org: [Release] Meant so"]);
    })
    .await;
}

#[tokio::test]
async fn each_gets_what_he_has_asked_for_and_imports_ring_nowhere() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let (all, none) = (desk.hire("All").await, desk.hire("None").await);
        for (who, name) in [(&all, "all"), (&none, "none")] {
            joins(&desk, space, &ana, who).await;
            has_address(&desk, who, &format!("{name}@example.org")).await;
        }
        settles_on(&desk, &all, json!({ "mail": "everything", "language": "de" })).await;
        settles_on(&desk, &none, json!({ "mail": "nothing" })).await;
        let mut named = topic("Only named");
        named["mentions"] = json!([bo.person, all.person, none.person]);
        says(&desk, &ana, space, named).await;
        let mut old = asking(topic("Years ago"), "reply", &[&bo, &all, &none]);
        old["origin"] = json!("imported");
        old["createdAt"] = json!("2019-01-01T00:00:00Z");
        let importer = Caller { scopes: model::Scopes::ALL, ..operator() };
        says(&desk, &importer, space, old).await;
        goes_to(&desk, "2026-11-23T10:00:00Z", 5).await;
        assert_eq!(sink.timeline(), ["11-23T09:05 all@example.org: [Release] Only named"]);
        assert!(sink.taken()[0].text().contains("Hallo All"), "{}", sink.taken()[0].text());
        says(&desk, &ana, space, asking(topic("Asked"), "reply", &[&bo, &all, &none])).await;
        goes_to(&desk, "2026-11-23T11:00:00Z", 5).await;
        let mut there = sink.timeline().split_off(1);
        there.sort();
        assert_eq!(
            there,
            ["11-23T10:05 all@example.org: [Release] Asked", "11-23T10:05 bo@example.org: [Release] Asked"]
        );
    })
    .await;
}
