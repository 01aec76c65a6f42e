//! Decisions: who may say what, when they end by whose hours, and what stays of them.

use jmap::{Id, UtcDate};
use model::Caller;
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use super::arrivals::{deliveries, has_hours, joins, says, until};

pub(crate) struct Room {
    pub(crate) space: Id,
    pub(crate) ana: Caller,
    pub(crate) bo: Caller,
    pub(crate) yuki: Caller,
    pub(crate) cy: Caller,
}

/// Ana, Bo in Berlin and Yuki in Tokyo, with Cy, who is never asked.
pub(crate) async fn room(desk: &Direct) -> Room {
    let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
    let (yuki, cy) = (desk.hire("Yuki").await, desk.hire("Cy").await);
    let space = desk.space(&ana, "Release").await;
    for who in [&bo, &yuki, &cy] {
        joins(desk, space, &ana, who).await;
    }
    has_hours(desk, &bo, json!({ "zone": "Europe/Berlin" })).await;
    has_hours(desk, &yuki, json!({ "zone": "Asia/Tokyo" })).await;
    Room { space, ana, bo, yuki, cy }
}

pub(crate) fn between(options: &[&str]) -> Value {
    options.iter().map(|key| json!({ "id": key, "title": format!("Option {key}") })).collect()
}

impl Room {
    pub(crate) fn decides(&self, rule: &str, more: Value) -> Value {
        let mut item = json!({
            "kind": "decision", "title": "When do we release?", "text": "Both work.", "rule": rule,
            "expects": { "what": "decision", "of": [self.bo.person, self.yuki.person] },
        });
        if rule == "vote" {
            item["options"] = between(&["thu", "mon"]);
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            match name.as_str() {
                "by" => item["expects"]["by"] = value.clone(),
                name => item[name] = value.clone(),
            }
        }
        item
    }

    pub(crate) async fn begins(&self, desk: &Direct, rule: &str, more: Value) -> String {
        says(desk, &self.ana, self.space, self.decides(rule, more)).await
    }

    pub(crate) async fn patches(&self, desk: &Direct, by: &Caller, id: &str, patch: Value) -> Value {
        desk.one(by, "Item/set", json!({ "accountId": self.space, "update": { id: patch } })).await
    }

    /// Votes; why it was refused, if it was.
    pub(crate) async fn votes(&self, desk: &Direct, by: &Caller, id: &str, vote: Value) -> Option<String> {
        let done = self.patches(desk, by, id, json!({ format!("votes/{}", by.person): vote })).await;
        done["notUpdated"][id]["description"].as_str().map(str::to_string)
    }

    pub(crate) async fn item(&self, desk: &Direct, id: &str) -> Value {
        let found = desk.one(&self.ana, "Item/get", json!({ "accountId": self.space, "ids": [id] })).await;
        found["list"][0].clone()
    }

    pub(crate) fn people(&self) -> [(&'static str, &Caller); 4] {
        [("Ana", &self.ana), ("Bo", &self.bo), ("Yuki", &self.yuki), ("Cy", &self.cy)]
    }
}

pub(crate) fn picks(option: &str) -> Value {
    json!({ "option": option })
}

pub(crate) fn objects(why: &str) -> Value {
    json!({ "objects": true, "why": why })
}

pub(crate) async fn refused(desk: &Direct, room: &Room, item: Value) -> String {
    let done = desk.one(&room.ana, "Item/set", json!({ "accountId": room.space, "create": { "k": item } })).await;
    done["notCreated"]["k"]["description"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
}

pub(crate) fn goes_to(desk: &Direct, to: &str) {
    let now = desk.engine.clock().now();
    desk.clock.advance(UtcDate::parse(to).expect("an instant").ms() - now.ms());
}

#[tokio::test]
async fn a_vote_ends_at_its_date_and_each_hears_what_came_of_it_in_hours_of_his_own() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let id = room.begins(&desk, "vote", json!({ "by": "2026-11-24T20:00:00Z" })).await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-24T20:00:00Z");
        assert_eq!(room.votes(&desk, &room.bo, &id, picks("thu")).await, None);
        // He may think again.
        assert_eq!(
            room.votes(&desk, &room.bo, &id, json!({ "option": "mon", "why": "The shop is quiet" })).await,
            None
        );
        let open = room.item(&desk, &id).await;
        let bo = room.bo.person.to_string();
        let at = "2026-11-23T09:00:00Z";
        assert_eq!(
            open["votes"],
            json!({ &bo: { "option": "mon", "objects": false, "why": "The shop is quiet", "for": null, "at": at } })
        );
        assert_eq!(open["answers"], json!({ &bo: { "itemId": null, "at": at } }), "the question is closed for him");
        assert_eq!((&open["outcome"], &open["version"]), (&Value::Null, &json!(1)), "a vote is no edit");
        // The end is at 21:00 in Berlin and 5:00 in Tokyo: nobody hears of it then.
        let timeline = until(&desk, &room.people(), room.space, "2026-11-25T12:00:00Z").await;
        assert_eq!(
            timeline,
            [
                "11-24T00:00 Yuki: When do we release? (asked)",
                "11-25T00:00 Yuki: When do we release? (decision)",
                "11-25T08:00 Bo: When do we release? (decision)",
                "11-25T09:00 Ana: When do we release? (decision)",
            ]
        );
        let ended = room.item(&desk, &id).await;
        let end = "2026-11-24T20:00:00Z";
        assert_eq!(ended["outcome"], json!({ "how": "chosen", "option": "mon", "at": end, "by": null }));
        assert_eq!(ended["closed"], json!({ "by": room.ana.person, "at": end }));
        assert_eq!(deliveries(&desk, &room.cy).await, [] as [Value; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_vote_from_the_closing_instant_on_is_refused_also_while_the_job_is_late() {
    on_quick_stores(async |mut desk| {
        let room = room(&desk).await;
        let id = room.begins(&desk, "consent", json!({ "by": "2026-11-24T12:00:00Z" })).await;
        desk.settle().await;
        // Nobody runs jobs, and the doors are still there.
        desk.stop().await;
        goes_to(&desk, "2026-11-24T11:59:59Z");
        assert_eq!(room.votes(&desk, &room.yuki, &id, json!({ "objects": false })).await, None);
        goes_to(&desk, "2026-11-24T12:00:00Z");
        let late = "this has ended, and takes no vote since; say what you think in a reply";
        assert_eq!(room.votes(&desk, &room.bo, &id, objects("Not yet")).await.as_deref(), Some(late));
        assert_eq!(
            room.votes(&desk, &room.yuki, &id, Value::Null).await.as_deref(),
            Some(late),
            "nor is one taken back"
        );
        let edit = room.patches(&desk, &room.ana, &id, json!({ "title": "Another question" })).await;
        assert_eq!(
            edit["notUpdated"][&id]["description"],
            "this has ended, and stays as it was; a new decision can supersede it"
        );
        assert_eq!(room.item(&desk, &id).await["outcome"], Value::Null, "the job has not been there");
        // It comes a day late, after a restart, and closes at the instant that was said.
        goes_to(&desk, "2026-11-25T13:00:00Z");
        desk.restart().await;
        desk.settle().await;
        let ended = room.item(&desk, &id).await;
        assert_eq!(
            ended["outcome"],
            json!({ "how": "agreed", "option": null, "at": "2026-11-24T12:00:00Z", "by": null })
        );
        let before = ended.clone();
        desk.restart().await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await, before, "it is closed once");
    })
    .await;
}

#[tokio::test]
async fn the_clock_counts_each_voters_own_hours_and_stands_still_on_days_off() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        // Eight hours of each: Yuki has had them on Tuesday at 8:00 in UTC, and Bo, who had begun his Monday, at 9:00.
        let id = room.begins(&desk, "consent", json!({ "workingMinutes": 480 })).await;
        desk.settle().await;
        let closes = async || room.item(&desk, &id).await["closesAt"].clone();
        assert_eq!(closes().await, "2026-11-24T09:00:00Z");
        // In the middle of it Yuki falls ill, and is back on Thursday.
        let timeline = until(&desk, &room.people(), room.space, "2026-11-24T04:00:00Z").await;
        assert_eq!(timeline, ["11-24T00:00 Yuki: When do we release? (asked)"]);
        let off = json!([{ "from": "2026-11-25", "to": "2026-11-25" }]);
        has_hours(&desk, &room.yuki, json!({ "zone": "Asia/Tokyo", "timeOff": off })).await;
        desk.settle().await;
        assert_eq!(closes().await, "2026-11-24T09:00:00Z", "she has had hers by then");
        let off = json!([{ "from": "2026-11-24", "to": "2026-11-25" }]);
        has_hours(&desk, &room.yuki, json!({ "zone": "Asia/Tokyo", "timeOff": off })).await;
        desk.settle().await;
        assert_eq!(closes().await, "2026-11-26T08:00:00Z", "Thursday in Tokyo, from nine to five");
        let timeline = until(&desk, &room.people(), room.space, "2026-11-26T12:00:00Z").await;
        assert_eq!(
            timeline,
            ["11-26T08:00 Bo: When do we release? (decision)", "11-26T09:00 Ana: When do we release? (decision)",]
        );
        let ended = room.item(&desk, &id).await;
        assert_eq!(ended["outcome"]["how"], "agreed");
        assert_eq!(ended["outcome"]["at"], "2026-11-26T08:00:00Z");
        // Yuki's Thursday is over at 8:00 in UTC: she hears of it on Friday.
        let timeline = until(&desk, &room.people(), room.space, "2026-11-27T12:00:00Z").await;
        assert_eq!(timeline, ["11-27T00:00 Yuki: When do we release? (decision)"]);
        // What is over is not opened again by anybody's hours.
        has_hours(
            &desk,
            &room.yuki,
            json!({ "zone": "Asia/Tokyo", "timeOff": [{ "from": "2026-11-24", "to": "2026-12-24" }] }),
        )
        .await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-26T08:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn who_is_asked_later_has_hours_of_his_own_and_who_is_asked_no_more_holds_nothing_up() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let id = room.begins(&desk, "consent", json!({ "workingMinutes": 480 })).await;
        goes_to(&desk, "2026-11-24T07:00:00Z");
        let all = json!([room.bo.person, room.yuki.person, room.cy.person]);
        room.patches(&desk, &room.ana, &id, json!({ "expects/of": all })).await;
        // Cy works from nine to five in UTC, and is asked on Tuesday.
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-24T17:00:00Z");
        let done = room.patches(&desk, &room.ana, &id, json!({ "expects/of": [room.bo.person] })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-24T09:00:00Z");
        has_hours(&desk, &room.cy, json!({ "zone": "UTC", "timeOff": [{ "from": "2026-11-24", "to": "2026-11-27" }] }))
            .await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-24T09:00:00Z", "his hours are nobody's matter");
        // Longer for all, by its author.
        room.patches(&desk, &room.ana, &id, json!({ "workingMinutes": 960 })).await;
        assert_eq!(room.item(&desk, &id).await["closesAt"], "2026-11-25T09:00:00Z");
        let past = room.patches(&desk, &room.ana, &id, json!({ "workingMinutes": 30 })).await;
        assert_eq!(
            past["notUpdated"][&id]["description"],
            "it would have ended at 2026-11-23T09:30:00Z, which is past; give a later end, or close it now"
        );
    })
    .await;
}

#[tokio::test]
async fn an_objection_is_seen_at_once_and_what_it_objects_to_is_not_agreed() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let id = room.begins(&desk, "consent", json!({ "by": "2026-11-24T12:00:00Z" })).await;
        assert_eq!(room.votes(&desk, &room.bo, &id, objects("The shop is not ready")).await, None);
        let open = room.item(&desk, &id).await;
        assert_eq!(open["votes"][room.bo.person.to_string()]["why"], "The shop is not ready");
        assert_eq!(open["outcome"], Value::Null, "others are still heard");
        assert_eq!(room.votes(&desk, &room.yuki, &id, json!({ "objects": false })).await, None);
        // What somebody has objected to stays what it is.
        let edit = room.patches(&desk, &room.ana, &id, json!({ "text": "Something else" })).await;
        assert_eq!(
            edit["notUpdated"][&id]["description"],
            "somebody has said what he thinks of this proposal, so it stays; withdraw it and propose another"
        );
        goes_to(&desk, "2026-11-24T12:00:00Z");
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["outcome"]["how"], "objected");
    })
    .await;
}

#[tokio::test]
async fn who_stands_in_for_a_voter_may_object_for_him_until_he_speaks_himself() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-24", "coveredBy": room.cy.person }]);
        has_hours(&desk, &room.bo, json!({ "zone": "Europe/Berlin", "timeOff": off })).await;
        let id = room.begins(&desk, "consent", json!({ "by": "2026-11-26T12:00:00Z" })).await;
        desk.settle().await;
        let why = deliveries(&desk, &room.cy).await;
        assert_eq!(why[0]["why"], "covering");
        let mut said = Vec::new();
        let mut for_bo = objects("Bo would want tests first");
        for vote in [
            for_bo.clone(),
            json!({ "objects": false, "for": room.bo.person }),
            json!({ "objects": true, "why": "So", "for": room.yuki.person }),
        ] {
            said.push(room.votes(&desk, &room.cy, &id, vote).await.unwrap_or_default());
        }
        for_bo["for"] = json!(room.bo.person);
        said.push(room.votes(&desk, &room.yuki, &id, for_bo.clone()).await.unwrap_or_default());
        assert_eq!(
            said,
            [
                "it does not ask you; say what you think in a reply",
                "who stands in for somebody can object for him, and not choose",
                "you do not stand in for this person now; on the days off it says who does",
                "it asks you yourself: vote in your own name, without \"for\"",
            ]
        );
        assert_eq!(room.votes(&desk, &room.cy, &id, for_bo.clone()).await, None);
        let open = room.item(&desk, &id).await;
        assert_eq!(open["votes"][room.cy.person.to_string()]["for"], json!(room.bo.person));
        assert_eq!(open["answers"], json!({}), "the question is still Bo's");
        // He is back, and agrees.
        goes_to(&desk, "2026-11-25T09:00:00Z");
        assert_eq!(room.votes(&desk, &room.bo, &id, json!({ "objects": false })).await, None);
        goes_to(&desk, "2026-11-26T12:00:00Z");
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["outcome"]["how"], "agreed");
    })
    .await;
}
