//! What is urgent: whom it reaches outside hours, whom it does not, and who may say so.

use jmap::Id;
use model::{Caller, Role};
use scenarios::direct::{Direct, on_all_stores, on_all_stores_reaching};
use serde_json::{Value, json};

use super::arrivals::{asking, deliveries, has_hours, joins, reply, says, topic, until};
use super::mail::{goes_to, has_address, mailing, two};

/// Why it was refused.
async fn refused(desk: &Direct, by: &Caller, space: Id, item: Value) -> String {
    let done = desk.one(by, "Item/set", json!({ "accountId": space, "create": { "k": item } })).await;
    done["notCreated"]["k"]["description"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
}

fn urgent(mut item: Value, why: &str) -> Value {
    item["urgent"] = json!(why);
    item
}

#[tokio::test]
async fn it_reaches_at_night_who_lets_it_and_everybody_else_in_hours() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let (di, ed) = (desk.hire("Di").await, desk.hire("Ed").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy, &di, &ed] {
            joins(&desk, space, &ana, who).await;
        }
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-24", "coveredBy": ed.person }]);
        has_hours(&desk, &bo, json!({ "zone": "UTC", "urgent": true })).await;
        has_hours(&desk, &cy, json!({ "zone": "UTC" })).await;
        has_hours(&desk, &di, json!({ "zone": "UTC", "urgent": true, "timeOff": off })).await;
        has_hours(&desk, &ed, json!({ "zone": "UTC", "urgent": true })).await;
        let people = [("Ana", &ana), ("Bo", &bo), ("Cy", &cy), ("Di", &di), ("Ed", &ed)];
        assert_eq!(until(&desk, &people, space, "2026-11-23T22:00:00Z").await, [] as [&str; 0]);
        let asks = asking(topic("The shop is down"), "reply", &[&bo, &cy, &di]);
        let asked = says(&desk, &ana, space, urgent(asks, "Nobody can pay")).await;
        // What follows in its thread is not urgent by itself, and whoever is only replied to is not woken.
        says(&desk, &bo, space, reply(&asked, "I look at it")).await;
        desk.settle().await;
        let mut whys = Vec::new();
        for (name, who) in people {
            for one in deliveries(&desk, who).await {
                whys.push(format!(
                    "{name}: {}, {}",
                    one["why"].as_str().unwrap_or("?"),
                    one["arrivedAt"].as_str().unwrap_or("not yet")
                ));
            }
        }
        whys.sort();
        assert_eq!(
            whys,
            [
                "Ana: owed, 2026-11-23T22:00:00Z",
                "Ana: reply, not yet",
                "Bo: asked, 2026-11-23T22:00:00Z",
                "Cy: asked, not yet",
                "Di: asked, not yet",
                "Ed: covering, 2026-11-23T22:00:00Z",
            ]
        );
        let mut timeline = until(&desk, &people, space, "2026-11-25T12:00:00Z").await;
        timeline.sort();
        assert_eq!(
            timeline,
            [
                "11-24T09:00 Ana: I look at it (reply)",
                "11-24T09:00 Cy: The shop is down (asked)",
                "11-25T09:00 Di: The shop is down (asked)",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_call_something_urgent_is_the_spaces_to_say_and_each_refusal_says_why() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let gil = desk.hire_as("Gil", Role::Guest).await;
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let guest = json!({ "accountId": space, "create": { "m": { "personId": gil.person, "role": "guest" } } });
        desk.one(&ana, "Member/set", guest).await;
        let down = |of: &Caller| urgent(asking(topic("Down"), "reply", &[of]), "Nobody can pay");
        let mut said = vec![
            refused(&desk, &gil, space, down(&ana)).await,
            refused(&desk, &bo, space, urgent(topic("To nobody"), "Nobody can pay")).await,
            refused(&desk, &bo, space, urgent(asking(topic("No reason"), "reply", &[&ana]), "  ")).await,
        ];
        let may = async |who: &str| {
            let update = json!({ space.to_string(): { "whoMayInterrupt": who } });
            let done = desk.one(&ana, "Space/set", json!({ "accountId": space, "update": update })).await;
            assert!(done["notUpdated"].is_null(), "{done}");
        };
        let own = says(&desk, &bo, space, down(&ana)).await;
        may("admins").await;
        said.push(refused(&desk, &bo, space, down(&ana)).await);
        says(&desk, &ana, space, down(&bo)).await;
        may("nobody").await;
        said.push(refused(&desk, &ana, space, down(&bo)).await);
        // It is said once, when it is said.
        let later = json!({ "accountId": space, "update": { own.clone(): { "urgent": "After all" } } });
        let done = desk.one(&bo, "Item/set", later).await;
        said.push(done["notUpdated"][&own]["description"].as_str().unwrap_or("?").to_string());
        assert_eq!(
            said,
            [
                "guests call nothing urgent; leave \"urgent\" out",
                "what is urgent asks or names somebody, whom it reaches at once; ask or name whoever has to know",
                "say in a line why it can't wait; everybody in the Space reads it",
                "only admins of this Space call something urgent; leave \"urgent\" out, or ask one of them",
                "nothing is urgent in this Space, so its admins have said; leave \"urgent\" out",
                "\"urgent\" is fixed at creation",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_urgent_any_more_when_it_leaves_goes_back_to_its_author() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let item = urgent(asking(topic("Down"), "reply", &[&ana]), "Nobody can pay");
        let sub = json!({ "spaceId": space, "item": item, "sendIn": 30 });
        let done = desk.one(&bo, "Submission/set", json!({ "accountId": bo.person, "create": { "s": sub } })).await;
        assert!(done["notCreated"].is_null(), "{done}");
        let update = json!({ space.to_string(): { "whoMayInterrupt": "nobody" } });
        desk.one(&ana, "Space/set", json!({ "accountId": space, "update": update })).await;
        desk.clock.advance(30_000);
        desk.settle().await;
        assert_eq!(deliveries(&desk, &ana).await, [] as [Value; 0]);
        let drafts = desk.one(&bo, "Draft/get", json!({ "accountId": bo.person, "ids": null })).await;
        assert_eq!(drafts["list"][0]["item"]["title"], "Down");
    })
    .await;
}

#[tokio::test]
async fn it_goes_out_by_mail_at_night_and_so_does_what_was_wanted_back_at_that_hour() {
    on_all_stores_reaching(mailing, async |desk, sink| {
        let (ana, bo, space) = two(&desk).await;
        let cy = desk.hire("Cy").await;
        joins(&desk, space, &ana, &cy).await;
        has_address(&desk, &cy, "cy@example.org").await;
        has_hours(&desk, &bo, json!({ "zone": "UTC", "urgent": true })).await;
        has_hours(&desk, &cy, json!({ "zone": "UTC" })).await;
        let later = says(&desk, &ana, space, asking(topic("For the evening"), "reply", &[&cy])).await;
        goes_to(&desk, "2026-11-23T10:00:00Z", 10).await;
        let wish = json!({ later: { "snoozedUntil": "2026-11-23T21:00:00Z" } });
        desk.one(&cy, "Delivery/set", json!({ "accountId": cy.person, "update": wish })).await;
        goes_to(&desk, "2026-11-23T22:00:00Z", 10).await;
        let down = asking(topic("The shop is down"), "reply", &[&bo, &cy]);
        says(&desk, &ana, space, urgent(down, "Nobody can pay")).await;
        goes_to(&desk, "2026-11-24T10:00:00Z", 10).await;
        assert_eq!(
            sink.timeline(),
            [
                "11-23T09:10 cy@example.org: [Release] For the evening",
                "11-23T21:00 cy@example.org: [Release] For the evening",
                "11-23T22:00 bo@example.org: [Release] The shop is down",
                "11-24T09:00 cy@example.org: [Release] The shop is down",
            ]
        );
    })
    .await;
}
