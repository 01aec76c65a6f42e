//! Reminders: what asks somebody until a date comes up once more, once, at an hour of his own before that date, in the app
//! and by the ways on which he is reached; and to nobody who has answered, was freed of it, is away, or chose otherwise.

use model::Caller;
use scenarios::direct::{Direct, on_all_stores_reaching};
use serde_json::{Value, json};

use super::arrivals::{asking, deliveries, has_hours, joins, reply, says, topic, until};
use super::mail::{goes_to, has_address, mailing, two};

fn by(title: &str, of: &[&Caller], date: &str) -> Value {
    let mut item = asking(topic(title), "reply", of);
    item["expects"]["by"] = json!(date);
    item
}

async fn reminded(desk: &Direct, of: &Caller) -> Vec<String> {
    let all = deliveries(desk, of).await.into_iter().filter(|one| !one["remindedAt"].is_null());
    all.map(|one| one["remindedAt"].as_str().unwrap_or("?")[5..16].to_string()).collect()
}

#[tokio::test]
async fn one_reminder_comes_at_the_first_hour_of_the_last_day_that_leaves_time() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let (yuki, cy) = (desk.hire("Yuki").await, desk.hire("Cy").await);
        for who in [&yuki, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        has_address(&desk, &yuki, "yuki@example.org").await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo", "arrivals": ["10:00", "15:00"] })).await;
        // Away before the date: reminded on the last day before that.
        let off = json!({ "zone": "UTC", "timeOff": [{ "from": "2026-11-26", "to": "2026-11-27" }] });
        has_hours(&desk, &cy, off).await;
        says(&desk, &ana, space, by("Ship it?", &[&bo, &yuki, &cy], "2026-11-27T17:00:00Z")).await;
        goes_to(&desk, "2026-11-23T09:30:00Z", 5).await;
        let people = [("Ana", &ana), ("Bo", &bo), ("Yuki", &yuki), ("Cy", &cy)];
        let timeline = until(&desk, &people, space, "2026-12-01T12:00:00Z").await;
        assert_eq!(
            timeline,
            [
                "11-24T01:00 Yuki: Ship it? (asked)",
                "11-25T09:00 Cy: Ship it? (asked)",
                "11-27T01:00 Yuki: Ship it? (asked)",
                "11-27T09:00 Bo: Ship it? (asked)",
            ]
        );
        assert_eq!(
            sink.timeline(),
            [
                "11-23T09:05 bo@example.org: [Release] Ship it?",
                "11-24T01:00 yuki@example.org: [Release] Ship it?",
                "11-27T01:00 yuki@example.org: [Release] Ship it?",
                "11-27T09:00 bo@example.org: [Release] Ship it?",
            ]
        );
        let told = sink.taken().pop().expect("a mail").text();
        assert!(told.contains("Reminder: Ana asks for a reply by Fri 27 Nov, 17:00"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_waits_for_him_no_more() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let cy = desk.hire("Cy").await;
        joins(&desk, space, &ana, &cy).await;
        let date = "2026-11-25T17:00:00Z";
        let answered = says(&desk, &ana, space, by("Answered", &[&bo], date)).await;
        let withdrawn = says(&desk, &ana, space, by("Withdrawn", &[&bo], date)).await;
        let closed = says(&desk, &ana, space, by("Closed", &[&bo], date)).await;
        let done = says(&desk, &ana, space, by("Done", &[&bo], date)).await;
        let later = says(&desk, &ana, space, by("Later, by himself", &[&bo], date)).await;
        let mut any = by("One is enough", &[&bo, &cy], date);
        any["expects"]["anyOne"] = json!(true);
        let taken = says(&desk, &ana, space, any).await;
        says(&desk, &ana, space, asking(topic("Without a date"), "reply", &[&bo])).await;
        // Too near for a reminder: it would come on the day on which he hears of it.
        says(&desk, &ana, space, by("Today", &[&bo], "2026-11-23T17:00:00Z")).await;
        desk.settle().await;
        let now = desk.engine.clock().now();
        let mut post = reply(&answered, "Yes");
        post["inAnswerTo"] = json!(answered);
        says(&desk, &bo, space, post).await;
        let update = json!({ withdrawn: { "expects": null }, closed: { "closed": { "by": ana.person, "at": now } } });
        let set = desk.one(&ana, "Item/set", json!({ "accountId": space, "update": update })).await;
        assert!(set["notUpdated"].is_null(), "{set}");
        let take = json!({ taken: { format!("takenBy/{}", cy.person): now } });
        let set = desk.one(&cy, "Item/set", json!({ "accountId": space, "update": take })).await;
        assert!(set["notUpdated"].is_null(), "{set}");
        let own = json!({ done: { "doneAt": now }, later: { "snoozedUntil": "2026-11-26T10:00:00Z" } });
        let set = desk.one(&bo, "Delivery/set", json!({ "accountId": bo.person, "update": own })).await;
        assert!(set["notUpdated"].is_null(), "{set}");
        goes_to(&desk, "2026-11-25T18:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, [] as [&str; 0]);
        assert_eq!(reminded(&desk, &cy).await, ["11-25T09:00"], "who takes it is reminded");
        assert_eq!(sink.taken().len(), 1, "{:?}", sink.timeline());
    })
    .await;
}

#[tokio::test]
async fn a_date_that_moves_is_no_way_to_chase_and_a_question_asked_anew_is_a_new_one() {
    on_all_stores_reaching(mailing, async |desk, _sink| {
        let (ana, bo, space) = two(&desk).await;
        let item = says(&desk, &ana, space, by("Ship it?", &[&bo], "2026-11-24T17:00:00Z")).await;
        let moves = async |date: &str| {
            let update = json!({ item.clone(): { "expects/by": date } });
            let set = desk.one(&ana, "Item/set", json!({ "accountId": space, "update": update })).await;
            assert!(set["notUpdated"].is_null(), "{set}");
            desk.settle().await;
        };
        goes_to(&desk, "2026-11-23T12:00:00Z", 30).await;
        // Put off before anything came: one reminder, before the later date.
        moves("2026-11-25T17:00:00Z").await;
        goes_to(&desk, "2026-11-25T10:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, ["11-25T09:00"]);
        moves("2026-11-26T17:00:00Z").await;
        goes_to(&desk, "2026-11-26T16:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, ["11-25T09:00"], "once is enough");
        // Its date passes, and Ana asks again.
        goes_to(&desk, "2026-11-26T18:00:00Z", 30).await;
        moves("2026-12-01T17:00:00Z").await;
        goes_to(&desk, "2026-11-30T18:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, [] as [&str; 0]);
        goes_to(&desk, "2026-12-02T18:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, ["12-01T09:00"]);
    })
    .await;
}

#[tokio::test]
async fn hours_that_change_move_the_reminder_and_a_server_that_was_down_reminds_nobody_at_night() {
    on_all_stores_reaching(mailing, async |mut desk, _sink| {
        let (ana, bo, space) = two(&desk).await;
        says(&desk, &ana, space, by("Ship it?", &[&bo], "2026-11-26T17:00:00Z")).await;
        says(&desk, &ana, space, by("And this?", &[&bo], "2026-11-27T17:00:00Z")).await;
        goes_to(&desk, "2026-11-24T10:00:00Z", 30).await;
        has_hours(&desk, &bo, json!({ "zone": "UTC", "timeOff": [{ "from": "2026-11-26", "to": "2026-11-26" }] }))
            .await;
        goes_to(&desk, "2026-11-25T18:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, ["11-25T09:00"], "the last of his days before the date");
        // Down all of Friday: in the evening it is too late.
        let clock = desk.clock.clone();
        desk.restart_after(|| clock.set(jmap::UtcDate::parse("2026-11-27T20:00:00Z").expect("an instant"))).await;
        goes_to(&desk, "2026-11-30T12:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, ["11-25T09:00"]);
    })
    .await;
}

#[tokio::test]
async fn who_has_times_of_arrivals_is_reminded_at_the_next_of_them_when_the_server_was_down() {
    on_all_stores_reaching(mailing, async |mut desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        has_hours(&desk, &bo, json!({ "zone": "UTC", "arrivals": ["10:00", "15:00"] })).await;
        goes_to(&desk, "2026-11-23T10:00:00Z", 30).await;
        says(&desk, &ana, space, by("Ship it?", &[&bo], "2026-11-27T17:00:00Z")).await;
        goes_to(&desk, "2026-11-26T18:00:00Z", 30).await;
        assert_eq!(reminded(&desk, &bo).await, [] as [&str; 0]);
        // Down from Thursday evening until a moment before nine, and no clock strikes at the very instant.
        let clock = desk.clock.clone();
        desk.restart_after(|| clock.set(jmap::UtcDate::parse("2026-11-27T08:57:13Z").expect("an instant"))).await;
        goes_to(&desk, "2026-11-27T16:00:00Z", 7).await;
        assert_eq!(reminded(&desk, &bo).await, ["11-27T10:00"]);
        assert_eq!(sink.timeline().len(), 2, "{:?}", sink.timeline());
    })
    .await;
}
