//! Who is away has somebody who stands in: what asks the one reaches the other too, each at an hour of his own.

use jmap::Id;
use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

use super::arrivals::{asking, deliveries, has_hours, joins, reply, says, topic, until};

async fn is_away(desk: &Direct, who: &Caller, zone: &str, cover: Option<&Caller>) {
    let off = json!([{ "from": "2026-11-23", "to": "2026-11-27", "coveredBy": cover.map(|one| one.person) }]);
    has_hours(desk, who, json!({ "zone": zone, "timeOff": off })).await;
}

async fn whys(desk: &Direct, who: &Caller) -> Vec<Value> {
    let mut all: Vec<Value> =
        deliveries(desk, who).await.into_iter().map(|one| json!([one["why"], one["covers"]])).collect();
    all.sort_by_key(Value::to_string);
    all
}

pub(crate) async fn team(desk: &Direct, ana: &Caller, others: &[&Caller]) -> Id {
    let space = desk.space(ana, "Release").await;
    for who in others {
        joins(desk, space, ana, who).await;
    }
    space
}

#[tokio::test]
async fn what_asks_who_is_away_reaches_his_deputy_in_hours_of_hers_and_him_when_he_is_back() {
    on_all_stores(async |desk| {
        let (ana, bo, yuki) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Yuki").await);
        let space = team(&desk, &ana, &[&bo, &yuki]).await;
        is_away(&desk, &bo, "Europe/Berlin", Some(&yuki)).await;
        has_hours(&desk, &yuki, json!({ "zone": "America/New_York" })).await;
        let thread = says(&desk, &ana, space, asking(topic("Checkout fails"), "reply", &[&bo])).await;
        // What asks nobody waits for him alone.
        let mut named = reply(&thread, "Bo knows more");
        named["mentions"] = json!([bo.person]);
        says(&desk, &ana, space, named).await;
        let people = [("Bo", &bo), ("Yuki", &yuki)];
        let timeline = until(&desk, &people, space, "2026-12-01T12:00:00Z").await;
        assert_eq!(
            timeline,
            [
                "11-23T14:00 Yuki: Checkout fails (covering)",
                "11-30T08:00 Bo: Checkout fails (asked)",
                "11-30T08:00 Bo: Bo knows more (mention)",
            ]
        );
        assert_eq!(whys(&desk, &yuki).await, [json!(["covering", bo.person])]);
        // A reaction, or an edit, tells her nothing twice; and back is back.
        let edit = json!({ "accountId": space, "update": { thread: { "text": "It still fails." } } });
        desk.one(&ana, "Item/set", edit).await;
        says(&desk, &ana, space, asking(topic("And now?"), "reply", &[&bo])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &yuki).await, [json!(["covering", bo.person])]);
    })
    .await;
}

#[tokio::test]
async fn a_deputy_who_is_away_has_his_own_and_those_who_are_away_for_each_other_reach_nobody() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, di) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo, &cy, &di]).await;
        is_away(&desk, &bo, "UTC", Some(&cy)).await;
        is_away(&desk, &cy, "UTC", Some(&di)).await;
        says(&desk, &ana, space, asking(topic("First"), "reply", &[&bo])).await;
        desk.settle().await;
        assert_eq!((whys(&desk, &cy).await, whys(&desk, &di).await), (vec![], vec![json!(["covering", bo.person])]));
        // In a circle.
        is_away(&desk, &di, "UTC", Some(&bo)).await;
        says(&desk, &ana, space, asking(topic("Second"), "reply", &[&bo, &cy])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &di).await.len(), 1);
        assert_eq!(whys(&desk, &cy).await, [json!(["asked", null])]);
    })
    .await;
}

#[tokio::test]
async fn nobody_stands_in_for_himself() {
    on_all_stores(async |desk| {
        let bo = desk.hire("Bo").await;
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-27", "coveredBy": bo.person }]);
        let update = json!({ bo.person.to_string(): { "rhythm": { "zone": "UTC", "timeOff": off } } });
        let args = json!({ "accountId": desk.engine.workspace(), "update": update });
        let refused = desk.one(&bo, "Person/set", args).await;
        assert_eq!(
            refused["notUpdated"][bo.person.to_string()]["description"],
            "who is away can't stand in for himself; \"coveredBy\" is somebody else, or null"
        );
    })
    .await;
}

#[tokio::test]
async fn who_says_for_another_that_he_is_out_stands_there_and_nobody_else_does() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire_as("Ana", model::Role::Admin).await, desk.hire("Bo").await);
        let says = async |by: &Caller, who: &Caller| {
            let off = json!([{ "from": "2026-11-23", "to": "2026-11-23", "saidBy": who.person }]);
            let update = json!({ bo.person.to_string(): { "rhythm": { "zone": "UTC", "timeOff": off } } });
            let args = json!({ "accountId": desk.engine.workspace(), "update": update });
            desk.one(by, "Person/set", args).await["notUpdated"][bo.person.to_string()]["description"].clone()
        };
        assert_eq!(says(&bo, &ana).await, "\"saidBy\" of days off is whoever says so: you, or null");
        assert_eq!(says(&ana, &ana).await, Value::Null);
        // What stands there may stay.
        assert_eq!(says(&bo, &ana).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn who_asks_or_is_asked_too_does_not_stand_in() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = team(&desk, &ana, &[&bo, &cy]).await;
        is_away(&desk, &bo, "UTC", Some(&ana)).await;
        says(&desk, &ana, space, asking(topic("By his deputy"), "reply", &[&bo])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &ana).await, [json!(["owed", null])]);
        is_away(&desk, &bo, "UTC", Some(&cy)).await;
        says(&desk, &ana, space, asking(topic("Both"), "reply", &[&bo, &cy])).await;
        desk.settle().await;
        // That one has a deputy now too.
        assert_eq!(whys(&desk, &cy).await, [json!(["asked", null]), json!(["covering", bo.person])]);
    })
    .await;
}

#[tokio::test]
async fn a_deputy_who_is_not_in_the_space_is_told_that_it_asks_and_until_when_and_nothing_else() {
    on_all_stores(async |desk| {
        let (ana, bo, di) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo]).await;
        is_away(&desk, &bo, "UTC", Some(&di)).await;
        let mut question = asking(topic("The secret plan"), "reply", &[&bo]);
        question["expects"]["by"] = json!("2026-11-27T12:00:00Z");
        let id = says(&desk, &ana, space, question).await;
        desk.settle().await;
        let told = deliveries(&desk, &di).await;
        assert_eq!(
            told,
            [json!({
                "id": id,
                "spaceId": di.person,
                "threadId": id,
                "why": "covering",
                "covers": bo.person,
                "by": "2026-11-27T12:00:00Z",
                "createdAt": "2026-11-23T09:00:00Z",
                "arrivedAt": "2026-11-23T09:00:00Z",
                "pending": null,
            })]
        );
        let asks = json!({ "accountId": space, "ids": [id] });
        assert_eq!(desk.one(&di, "Item/get", asks).await["type"], "accountNotFound");
    })
    .await;
}

#[tokio::test]
async fn what_asks_somebody_already_reaches_his_deputy_once_his_days_off_begin() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, yuki) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Yuki").await);
        let space = team(&desk, &ana, &[&bo, &cy, &yuki]).await;
        has_hours(&desk, &yuki, json!({ "zone": "America/New_York" })).await;
        for title in ["Still open", "Answered", "No longer needed"] {
            says(&desk, &ana, space, asking(topic(title), "reply", &[&bo])).await;
        }
        desk.settle().await;
        let asked = deliveries(&desk, &bo).await;
        assert_eq!(asked.len(), 3);
        let items = desk
            .one(
                &ana,
                "Item/get",
                json!({ "accountId": space, "ids": asked.iter().map(|one| &one["id"]).collect::<Vec<_>>() }),
            )
            .await;
        let id = |title: &str| {
            let items = items["list"].as_array().expect("items");
            let found = items.iter().find(|one| one["title"] == title).expect(title);
            found["id"].as_str().expect("an id").to_string()
        };
        let (answered, closed) = (id("Answered"), id("No longer needed"));
        says(
            &desk,
            &bo,
            space,
            json!({ "kind": "post", "parentId": answered, "text": "Yes.", "inAnswerTo": answered }),
        )
        .await;
        let close = json!({ closed: { "closed": { "by": ana.person, "at": "2026-11-23T09:00:00Z" } } });
        desk.one(&ana, "Item/set", json!({ "accountId": space, "update": close })).await;
        // He plans his days off on Monday, for Wednesday and Thursday.
        let off = json!([{ "from": "2026-11-25", "to": "2026-11-26", "coveredBy": yuki.person }]);
        has_hours(&desk, &bo, json!({ "zone": "UTC", "timeOff": off })).await;
        let people = [("Cy", &cy), ("Yuki", &yuki)];
        let timeline = until(&desk, &people, space, "2026-11-25T20:00:00Z").await;
        assert_eq!(timeline, ["11-25T14:00 Yuki: Still open (covering)"], "in her hours, once they have begun");
        // Another deputy, named while he is away, hears of it at once; and she is not told twice.
        let off = json!([{ "from": "2026-11-25", "to": "2026-11-27", "coveredBy": cy.person }]);
        has_hours(&desk, &bo, json!({ "zone": "UTC", "timeOff": off })).await;
        let timeline = until(&desk, &people, space, "2026-11-27T20:00:00Z").await;
        assert_eq!(timeline, ["11-26T09:00 Cy: Still open (covering)"]);
    })
    .await;
}
