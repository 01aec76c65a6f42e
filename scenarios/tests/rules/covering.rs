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

async fn team(desk: &Direct, ana: &Caller, others: &[&Caller]) -> Id {
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
async fn who_asks_is_asked_too_or_is_elsewhere_does_not_stand_in() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, di) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo, &cy]).await;
        is_away(&desk, &bo, "UTC", Some(&ana)).await;
        says(&desk, &ana, space, asking(topic("By his deputy"), "reply", &[&bo])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &ana).await, [json!(["owed", null])]);
        is_away(&desk, &bo, "UTC", Some(&cy)).await;
        says(&desk, &ana, space, asking(topic("Both"), "reply", &[&bo, &cy])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &cy).await, [json!(["asked", null])]);
        // Di is not in the Space, and hears of nothing.
        is_away(&desk, &bo, "UTC", Some(&di)).await;
        says(&desk, &ana, space, asking(topic("Elsewhere"), "reply", &[&bo])).await;
        desk.settle().await;
        assert_eq!(whys(&desk, &di).await, [] as [Value; 0]);
    })
    .await;
}
