//! Of several who are asked one is enough: whoever says "I take it" has it, and the first answer ends it for all.

use model::Caller;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

use super::arrivals::{asking, deliveries, has_hours, reply, says, topic, until};
use super::covering::team;

/// A question of which one answer is enough.
fn any_one(title: &str, of: &[&Caller]) -> Value {
    let mut item = asking(topic(title), "reply", of);
    item["expects"]["anyOne"] = json!(true);
    item
}

/// Says, or takes back, "I take it" for somebody; gives why it is refused.
async fn takes(desk: &Direct, by: &Caller, item: &str, who: &Caller, on: bool, space: jmap::Id) -> Option<String> {
    let at = on.then_some("1999-01-01T00:00:00Z");
    let update = json!({ item: { format!("takenBy/{}", who.person): at } });
    let done = desk.one(by, "Item/set", json!({ "accountId": space, "update": update })).await;
    done["notUpdated"][item]["description"].as_str().map(String::from)
}

async fn item(desk: &Direct, by: &Caller, space: jmap::Id, id: &str) -> Value {
    desk.one(by, "Item/get", json!({ "accountId": space, "ids": [id] })).await["list"][0].clone()
}

#[tokio::test]
async fn who_takes_it_is_written_down_by_the_servers_clock_and_may_give_it_back() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = team(&desk, &ana, &[&bo, &cy]).await;
        let asked = says(&desk, &ana, space, any_one("Who looks at the logs?", &[&bo, &cy])).await;
        assert_eq!(takes(&desk, &bo, &asked, &bo, true, space).await, None);
        let before = item(&desk, &ana, space, &asked).await;
        assert_eq!(before["takenBy"], json!({ bo.person.to_string(): "2026-11-23T09:00:00Z" }));
        assert_eq!((&before["version"], &before["editedAt"]), (&json!(1), &Value::Null), "it is no edit");
        // Two who were offline may both have taken it; each gives back his own.
        assert_eq!(takes(&desk, &cy, &asked, &cy, true, space).await, None);
        assert_eq!(takes(&desk, &bo, &asked, &bo, false, space).await, None);
        let after = item(&desk, &ana, space, &asked).await;
        assert_eq!(after["takenBy"], json!({ cy.person.to_string(): "2026-11-23T09:00:00Z" }));
    })
    .await;
}

#[tokio::test]
async fn it_is_not_taken_by_who_is_not_asked_nor_where_all_are_or_where_it_has_ended() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, di) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo, &cy, &di]).await;
        let mut said = Vec::new();
        let asked = says(&desk, &ana, space, any_one("One of you?", &[&bo, &cy])).await;
        said.push(takes(&desk, &di, &asked, &di, true, space).await);
        said.push(takes(&desk, &bo, &asked, &cy, true, space).await);
        let mut answer = reply(&asked, "I have looked.");
        answer["inAnswerTo"] = json!(asked);
        says(&desk, &cy, space, answer).await;
        said.push(takes(&desk, &bo, &asked, &bo, true, space).await);
        let all = says(&desk, &ana, space, asking(topic("All of you?"), "reply", &[&bo, &cy])).await;
        said.push(takes(&desk, &bo, &all, &bo, true, space).await);
        let closed = says(&desk, &ana, space, any_one("Never mind", &[&bo, &cy])).await;
        let close = json!({ closed.clone(): { "closed": { "by": ana.person, "at": "2026-11-23T09:00:00Z" } } });
        desk.one(&ana, "Item/set", json!({ "accountId": space, "update": close })).await;
        said.push(takes(&desk, &bo, &closed, &bo, true, space).await);
        let said: Vec<&str> = said.iter().map(|why| why.as_deref().unwrap_or("taken")).collect();
        assert_eq!(
            said,
            [
                "it does not ask you",
                "\"takenBy\" can't be written here by you: each person sets his own entry, by a path that ends in his id",
                "somebody has answered it, and one answer is enough",
                "one takes what asks several and needs one answer (\"anyOne\"); this asks everybody it names: answer it",
                "it is closed: no answer is needed any more",
            ]
        );
        let stranger = desk.hire("Eve").await;
        let refused = takes_as_stranger(&desk, &stranger, &asked, space).await;
        assert_eq!(refused, "accountNotFound");
    })
    .await;
}

async fn takes_as_stranger(desk: &Direct, who: &Caller, item: &str, space: jmap::Id) -> String {
    let update = json!({ item: { format!("takenBy/{}", who.person): "2026-11-23T09:00:00Z" } });
    let done = desk.one(who, "Item/set", json!({ "accountId": space, "update": update })).await;
    done["type"].as_str().unwrap_or("done").to_string()
}

#[tokio::test]
async fn where_one_of_them_is_there_nobody_stands_in_for_the_others() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, di) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo, &cy, &di]).await;
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-24", "coveredBy": di.person }]);
        has_hours(&desk, &bo, json!({ "zone": "UTC", "timeOff": off })).await;
        says(&desk, &ana, space, any_one("Cy is there", &[&bo, &cy])).await;
        desk.settle().await;
        assert_eq!(deliveries(&desk, &di).await, [] as [Value; 0]);
        has_hours(&desk, &cy, json!({ "zone": "UTC", "timeOff": off })).await;
        says(&desk, &ana, space, any_one("Nobody is", &[&bo, &cy])).await;
        desk.settle().await;
        // At once, since she is there: the first one too, now that Cy is away as well.
        assert_eq!(deliveries(&desk, &di).await.len(), 2);
        let people = [("Bo", &bo), ("Cy", &cy), ("Di", &di)];
        let mut timeline = until(&desk, &people, space, "2026-11-26T12:00:00Z").await;
        timeline.sort();
        assert_eq!(
            timeline,
            [
                "11-25T09:00 Bo: Cy is there (asked)",
                "11-25T09:00 Bo: Nobody is (asked)",
                "11-25T09:00 Cy: Nobody is (asked)",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn who_takes_it_and_goes_away_is_covered_though_others_are_there() {
    on_all_stores(async |desk| {
        let (ana, bo, cy, di) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await, desk.hire("Di").await);
        let space = team(&desk, &ana, &[&bo, &cy, &di]).await;
        let asked = says(&desk, &ana, space, any_one("Who looks at the logs?", &[&bo, &cy])).await;
        assert_eq!(takes(&desk, &bo, &asked, &bo, true, space).await, None);
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-24", "coveredBy": di.person }]);
        has_hours(&desk, &bo, json!({ "zone": "UTC", "timeOff": off })).await;
        desk.settle().await;
        let told = deliveries(&desk, &di).await;
        let told: Vec<Value> = told.iter().map(|one| json!([one["id"], one["why"], one["covers"]])).collect();
        assert_eq!(told, [json!([asked, "covering", bo.person])]);
    })
    .await;
}
