//! A question that was sent is changed by its author: who hears of it and when, and what becomes of answers.

use jmap::Id;
use model::{Caller, Role};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

use crate::arrivals::{asking, deliveries, has_hours, joins, says, topic, until};

const HOUR: i64 = 3_600_000;

/// What it asks from now on, and whom; the answer of the server.
async fn change(desk: &Direct, by: &Caller, space: Id, id: &str, expects: Value) -> Value {
    let args = json!({ "accountId": space, "update": { id: { "expects": expects } } });
    desk.one(by, "Item/set", args).await
}

fn of(what: &str, people: &[&Caller]) -> Value {
    json!({ "what": what, "of": people.iter().map(|one| one.person).collect::<Vec<Id>>() })
}

async fn item(desk: &Direct, by: &Caller, space: Id, id: &str) -> Value {
    let found = desk.one(by, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
    found["list"][0].clone()
}

/// Why it reaches somebody, and when it has arrived.
async fn state(desk: &Direct, who: &Caller) -> Vec<String> {
    desk.settle().await;
    let all = deliveries(desk, who).await;
    let at = |one: &Value| one["arrivedAt"].as_str().map_or("not yet".to_string(), |at| at[5..16].to_string());
    all.iter().map(|one| format!("{}, {}", one["why"].as_str().unwrap_or("?"), at(one))).collect()
}

#[tokio::test]
async fn who_is_newly_asked_hears_of_it_in_his_next_hour_and_who_is_asked_no_more_finds_it_so() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let (dee, yuki) = (desk.hire("Dee").await, desk.hire("Yuki").await);
        has_hours(&desk, &bo, json!({ "zone": "America/New_York" })).await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo", "arrivals": ["14:00"] })).await;
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy, &dee, &yuki] {
            joins(&desk, space, &ana, who).await;
        }
        let mut question = asking(topic("Which date?"), "reply", &[&bo, &cy]);
        question["mentions"] = json!([dee.person]);
        let id = says(&desk, &ana, space, question).await;
        assert_eq!(state(&desk, &bo).await, ["asked, not yet"], "it waits for his hours");
        let done = json!({ &id: { "doneAt": desk.engine.clock().now() } });
        desk.one(&dee, "Delivery/set", json!({ "accountId": dee.person, "update": done })).await;

        // Before Bo's day begins it is Dee and Yuki who are asked.
        let people = [("Ana", &ana), ("Bo", &bo), ("Cy", &cy), ("Dee", &dee), ("Yuki", &yuki)];
        assert_eq!(until(&desk, &people, space, "2026-11-23T10:00:00Z").await, [] as [&str; 0]);
        let changed = change(&desk, &ana, space, &id, of("reply", &[&dee, &yuki])).await;
        assert!(changed["notUpdated"].is_null(), "{changed}");
        assert_eq!(state(&desk, &dee).await, ["asked, 11-23T10:00"], "she was done with it, and is asked now");
        assert_eq!(state(&desk, &cy).await, ["unasked, 11-23T09:00"], "he had seen it, and finds the word why");
        assert_eq!(state(&desk, &bo).await, ["unasked, not yet"], "what he never saw tells him nothing");
        let timeline = until(&desk, &people, space, "2026-11-24T16:00:00Z").await;
        assert_eq!(timeline, ["11-24T05:00 Yuki: Which date? (asked)"]);
        let now = item(&desk, &dee, space, &id).await;
        let since = "2026-11-23T10:00:00Z";
        let unasked = json!({ bo.person.to_string(): since, cy.person.to_string(): since });
        assert_eq!((&now["unasked"], &now["version"], &now["editedAt"]), (&unasked, &json!(2), &json!(since)));
        let versions = json!({ "accountId": space, "ids": [format!("{id}-1")] });
        let before = desk.one(&dee, "ItemVersion/get", versions).await;
        assert_eq!(before["list"][0]["expects"]["of"], json!([bo.person, cy.person]), "{before}");

        // Bo is asked after all, in his hours; a reaction or another date brings nobody anything.
        change(&desk, &ana, space, &id, of("reply", &[&dee, &yuki, &bo])).await;
        assert_eq!(state(&desk, &bo).await, ["asked, 11-24T16:00"]);
        assert_eq!(item(&desk, &bo, space, &id).await["unasked"], json!({ cy.person.to_string(): since }));
        let mut dated = of("reply", &[&dee, &yuki, &bo]);
        dated["by"] = json!("2026-12-01T17:00:00Z");
        change(&desk, &ana, space, &id, dated).await;
        let nod = json!({ &id: { format!("reactions/+/{}", bo.person): true } });
        desk.one(&bo, "Item/set", json!({ "accountId": space, "update": nod })).await;
        assert_eq!(until(&desk, &people, space, "2026-11-24T17:00:00Z").await, [] as [&str; 0]);

        // Forty days later, on a Sunday, Cy is asked after all: it is news for him all the same, on Monday.
        desk.clock.advance(40 * 24 * HOUR);
        change(&desk, &ana, space, &id, of("reply", &[&dee, &yuki, &bo, &cy])).await;
        assert_eq!(state(&desk, &cy).await, ["asked, not yet"]);
    })
    .await;
}

#[tokio::test]
async fn a_question_is_changed_by_its_author_alone_and_an_answer_that_was_given_stays_one() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let (gil, stranger) = (desk.hire_as("Gil", Role::Guest).await, desk.hire("Zoe").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        let guest = json!({ "m": { "personId": gil.person, "role": "guest" } });
        desk.one(&ana, "Member/set", json!({ "accountId": space, "create": guest })).await;
        let id = says(&desk, &gil, space, asking(topic("A customer asks"), "acknowledgement", &[&bo, &cy])).await;
        for who in [&ana, &bo, &cy] {
            let refused = change(&desk, who, space, &id, of("reply", &[&bo])).await;
            assert_eq!(refused["notUpdated"][&id]["type"], "forbidden", "{refused}");
        }
        let refused = change(&desk, &stranger, space, &id, of("reply", &[&bo])).await;
        assert_eq!(refused["type"], "accountNotFound");
        let elsewhere = change(&desk, &gil, space, &id, of("reply", &[&stranger])).await;
        assert_eq!(elsewhere["notUpdated"][&id]["type"], "invalidProperties", "{elsewhere}");
        let changed = change(&desk, &gil, space, &id, of("acknowledgement", &[&cy, &bo, &ana])).await;
        assert!(changed["notUpdated"].is_null(), "a guest changes what a guest has asked: {changed}");

        let got_it = json!({ format!("answers/{}", bo.person): { "itemId": null, "at": "2026-11-23T09:00:00Z" } });
        desk.one(&bo, "Item/set", json!({ "accountId": space, "update": { &id: got_it } })).await;
        for other in [of("decision", &[&bo]), Value::Null] {
            let refused = change(&desk, &gil, space, &id, other).await;
            assert_eq!(
                refused["notUpdated"][&id]["description"],
                "somebody has answered it, so what it asks for stays; close it, or ask for something else in a post of its own"
            );
        }
        let changed = change(&desk, &gil, space, &id, of("acknowledgement", &[&cy])).await;
        assert!(changed["notUpdated"].is_null(), "{changed}");
        let now = item(&desk, &cy, space, &id).await;
        let answered: Vec<&String> = now["answers"].as_object().into_iter().flatten().map(|(who, _)| who).collect();
        assert_eq!(answered, [&bo.person.to_string()], "what he said, he said");
        assert_eq!(now["unasked"].as_object().map(|all| all.keys().cloned().collect()), Some(vec![ana.person.to_string()]));
        // Nobody else writes it down.
        let forged = json!({ &id: { "unasked": {} } });
        let refused = desk.one(&gil, "Item/set", json!({ "accountId": space, "update": forged })).await;
        assert_eq!(refused["notUpdated"][&id]["type"], "invalidProperties", "{refused}");
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_again_after_its_date_reaches_those_who_have_not_answered_once_more_in_their_hours() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        has_hours(&desk, &bo, json!({ "zone": "America/New_York" })).await;
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        joins(&desk, space, &ana, &cy).await;
        let mut question = asking(topic("Which date?"), "reply", &[&bo, &cy]);
        question["expects"]["by"] = json!("2026-11-24T12:00:00Z");
        let id = says(&desk, &ana, space, question).await;
        assert_eq!(state(&desk, &cy).await, ["asked, 11-23T09:00"]);
        let people = [("Bo", &bo), ("Cy", &cy)];
        let first = until(&desk, &people, space, "2026-11-24T15:00:00Z").await;
        assert_eq!(first, ["11-23T14:00 Bo: Which date? (asked)"]);
        // Both are done with it, and Cy has answered. The date passes, and closes nothing.
        for who in [&bo, &cy] {
            let done = json!({ &id: { "doneAt": desk.engine.clock().now() } });
            desk.one(who, "Delivery/set", json!({ "accountId": who.person, "update": done })).await;
        }
        let answer = json!({ "kind": "post", "parentId": id, "text": "The 2nd", "inAnswerTo": id });
        says(&desk, &cy, space, answer).await;
        let evening = until(&desk, &people, space, "2026-11-24T23:00:00Z").await;
        assert_eq!(evening, [] as [&str; 0]);
        let mut again = of("reply", &[&bo, &cy]);
        again["by"] = json!("2026-11-27T12:00:00Z");
        let changed = change(&desk, &ana, space, &id, again).await;
        assert!(changed["notUpdated"].is_null(), "{changed}");
        desk.settle().await;
        let of_bo = deliveries(&desk, &bo).await;
        assert_eq!((&of_bo[0]["doneAt"], &of_bo[0]["by"]), (&Value::Null, &json!("2026-11-27T12:00:00Z")));
        let second = until(&desk, &people, space, "2026-11-26T12:00:00Z").await;
        assert_eq!(second, ["11-25T14:00 Bo: Which date? (asked)"], "at night it asks nobody, and Cy has answered");
        // Other words, or a reaction, tell nobody anew.
        let words = json!({ "accountId": space, "update": { &id: { "text": "Please." } } });
        desk.one(&ana, "Item/set", words).await;
        let third = until(&desk, &people, space, "2026-11-27T12:00:00Z").await;
        assert_eq!(third, ["11-26T14:00 Bo: Which date? (asked)"], "one reminder before the date, and nothing else");
    })
    .await;
}
