//! Check-ins: one question that each answers in hours of his own, sealed until its date where that is wished.

use jmap::Id;
use model::{Caller, limits};
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use super::again::{plans, schedule, weekly};
use super::arrivals::{deliveries, has_hours, reply, says, until};
use super::decision::{Room, goes_to, refused, room};

const QUESTION: &str = "What went well this week?";
pub(crate) const FRIDAY: &str = "2026-11-27T16:00:00Z";

pub(crate) fn checkin(more: Value) -> Value {
    let mut item = json!({
        "kind": "checkin", "title": QUESTION, "text": "A line or two.", "everyone": true,
        "expects": { "what": "reply", "by": FRIDAY },
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        match name.as_str() {
            "by" | "of" => item["expects"][name] = value.clone(),
            name => item[name] = value.clone(),
        }
    }
    item
}

pub(crate) fn answer(to: &str, text: &str) -> Value {
    let mut post = reply(to, text);
    post["inAnswerTo"] = json!(to);
    post
}

/// Sends an answer as the app does. The Submission as it is after that.
pub(crate) async fn sends(desk: &Direct, by: &Caller, space: Id, item: Value) -> Value {
    let create = json!({ "accountId": by.person, "create": { "s": { "spaceId": space, "item": item } } });
    let done = desk.one(by, "Submission/set", create).await;
    let id = done["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_string();
    waiting(desk, by, &id).await
}

pub(crate) async fn waiting(desk: &Direct, by: &Caller, id: &str) -> Value {
    desk.one(by, "Submission/get", json!({ "accountId": by.person, "ids": [id] })).await["list"][0].clone()
}

pub(crate) async fn changes(desk: &Direct, by: &Caller, id: &Value, patch: Value) -> Option<String> {
    let id = id.as_str().expect("an id");
    let update = json!({ "accountId": by.person, "update": { id: patch } });
    let done = desk.one(by, "Submission/set", update).await;
    done["notUpdated"][id]["description"].as_str().map(str::to_string)
}

/// The answers that a member sees, in order of their coming.
pub(crate) async fn seen(desk: &Direct, by: &Caller, room: &Room, of: &str) -> Vec<String> {
    let all = desk.one(by, "Item/get", json!({ "accountId": room.space, "ids": null })).await;
    let mut all = all["list"].as_array().cloned().unwrap_or_else(|| panic!("{all}"));
    all.retain(|item| item["inAnswerTo"] == of);
    all.sort_by_key(|item| item["seq"].as_u64());
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or("?").to_string();
    all.iter().map(|item| format!("{} {}", &text(item, "createdAt")[5..16], text(item, "text"))).collect()
}

#[tokio::test]
async fn everybody_is_asked_answers_in_hours_of_his_own_and_it_closes_at_its_date() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({}))).await;
        desk.settle().await;
        let open = room.item(&desk, &id).await;
        let mut all: Vec<Id> = room.people().map(|(_, who)| who.person).into();
        let mut asked: Vec<Id> = serde_json::from_value(open["expects"]["of"].clone()).expect("ids");
        all.sort_unstable();
        asked.sort_unstable();
        assert_eq!((asked, &open["closesAt"], &open["passedOver"]), (all, &json!(FRIDAY), &json!([])));
        assert_eq!((&open["version"], &open["everyone"]), (&json!(1), &json!(true)));
        let timeline = until(&desk, &room.people(), room.space, "2026-11-24T12:00:00Z").await;
        assert_eq!(timeline, [format!("11-24T00:00 Yuki: {QUESTION} (asked)")], "Bo and Cy had it on Monday at once");
        let said = says(&desk, &room.bo, room.space, answer(&id, "The release")).await;
        let open = room.item(&desk, &id).await;
        assert_eq!(open["answers"][room.bo.person.to_string()]["itemId"], json!(said));
        goes_to(&desk, FRIDAY);
        desk.settle().await;
        let closed = room.item(&desk, &id).await;
        assert_eq!(closed["closed"], json!({ "by": room.ana.person, "at": FRIDAY }));
        // One that comes late is an ordinary post, and an answer all the same.
        goes_to(&desk, "2026-11-27T18:00:00Z");
        says(&desk, &room.yuki, room.space, answer(&id, "Sorry, late")).await;
        assert_eq!(seen(&desk, &room.cy, &room, &id).await, ["11-24T12:00 The release", "11-27T18:00 Sorry, late"]);
        assert!(room.item(&desk, &id).await["answers"].get(room.yuki.person.to_string()).is_some());
        let edit = room.patches(&desk, &room.ana, &id, json!({ "expects/by": "2026-12-24T09:00:00Z" })).await;
        let why = "this has closed, and stays as it was; ask again with a new one";
        assert_eq!(edit["notUpdated"][&id]["description"], why);
    })
    .await;
}

#[tokio::test]
async fn an_undo_ends_at_the_closing_of_what_it_answers() {
    on_quick_stores(async |desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "by": "2026-11-23T09:00:10Z" }))).await;
        let sent = sends(&desk, &room.bo, room.space, answer(&id, "Just in time")).await;
        assert_eq!((&sent["sendAt"], &sent["sealedBy"]), (&json!("2026-11-23T09:00:10Z"), &Value::Null));
        let late = sends(&desk, &room.cy, room.space, reply(&id, "A remark")).await;
        assert_eq!(late["sendAt"], "2026-11-23T09:00:30Z");
    })
    .await;
}

#[tokio::test]
async fn who_is_away_until_after_the_date_is_not_asked_and_nobody_stands_in() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let off = json!([{ "from": "2026-11-23", "to": "2026-11-27", "coveredBy": room.cy.person }]);
        has_hours(&desk, &room.bo, json!({ "zone": "Europe/Berlin", "timeOff": off })).await;
        let of = json!([room.bo.person, room.yuki.person]);
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "everyone": false, "of": of }))).await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["passedOver"], json!([room.bo.person]));
        let timeline = until(&desk, &room.people(), room.space, "2026-12-01T12:00:00Z").await;
        assert_eq!(
            timeline,
            // The second is the reminder.
            [format!("11-24T00:00 Yuki: {QUESTION} (asked)"), format!("11-27T00:00 Yuki: {QUESTION} (asked)"),],
            "Bo hears nothing of it, also when he is back"
        );
        // A date behind his days off asks him too.
        let of = json!([room.bo.person]);
        let more = json!({ "everyone": false, "of": of, "by": "2026-12-01T16:00:00Z" });
        let off = json!([{ "from": "2026-12-01", "to": "2026-12-02" }]);
        has_hours(&desk, &room.bo, json!({ "zone": "Europe/Berlin", "timeOff": off })).await;
        let id = says(&desk, &room.ana, room.space, checkin(more)).await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["passedOver"], json!([room.bo.person]));
        room.patches(&desk, &room.ana, &id, json!({ "expects/by": "2026-12-04T16:00:00Z" })).await;
        desk.settle().await;
        assert_eq!(room.item(&desk, &id).await["passedOver"], json!([]));
        let timeline = until(&desk, &room.people(), room.space, "2026-12-04T12:00:00Z").await;
        // The second is the reminder.
        let at = |day: &str| format!("12-{day}T08:00 Bo: {QUESTION} (asked)");
        assert_eq!(timeline, [at("03"), at("04")]);
    })
    .await;
}

#[tokio::test]
async fn a_space_of_more_than_can_be_asked_is_asked_without_a_row_for_each() {
    on_quick_stores(async |desk| {
        let room = room(&desk).await;
        let mut all = Vec::new();
        for n in 0..limits::MAX_OF {
            all.push(desk.hire(&format!("Person {n}")).await);
        }
        let join = |who: &Caller| json!({ "personId": who.person, "role": "member" });
        let create: Value = all
            .iter()
            .enumerate()
            .map(|(n, who)| (format!("m{n}"), join(who)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let done = desk.one(&room.ana, "Member/set", json!({ "accountId": room.space, "create": create })).await;
        assert!(done["notCreated"].is_null(), "{done}");
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        desk.settle().await;
        let open = room.item(&desk, &id).await;
        assert_eq!((&open["expects"]["of"], &open["closesAt"]), (&Value::Null, &json!(FRIDAY)));
        assert_eq!(deliveries(&desk, &room.bo).await, [] as [Value; 0]);
        // Whoever finds it answers, and the answers appear together.
        for who in [&room.bo, &all[7]] {
            sends(&desk, who, room.space, answer(&id, "The release")).await;
        }
        goes_to(&desk, FRIDAY);
        desk.settle().await;
        assert_eq!(seen(&desk, &room.cy, &room, &id).await, ["11-27T16:00 The release", "11-27T16:00 The release"]);
    })
    .await;
}

#[tokio::test]
async fn a_round_is_asked_every_week_and_each_one_closes_before_the_next() {
    on_all_stores(async |mut desk| {
        let room = room(&desk).await;
        let item = json!({ "kind": "checkin", "title": QUESTION, "everyone": true, "sealed": true, "expects": { "what": "reply" } });
        let by = json!({ "days": 4, "time": "17:00" });
        let plan = plans(&desk, &room.bo, room.space, weekly(json!({ "item": item, "answerBy": by }))).await;
        let timeline = until(&desk, &room.people(), room.space, "2026-12-01T12:00:00Z").await;
        assert_eq!(
            timeline,
            [
                format!("11-30T08:00 Bo: {QUESTION} (owed)"),
                format!("11-30T09:00 Ana: {QUESTION} (asked)"),
                format!("11-30T09:00 Cy: {QUESTION} (asked)"),
                format!("12-01T00:00 Yuki: {QUESTION} (asked)"),
            ]
        );
        let last = async |desk: &Direct| {
            let plan = schedule(desk, &room.ana, room.space, &plan).await;
            plan["lastItemId"].as_str().unwrap_or("?").to_string()
        };
        let first = last(&desk).await;
        sends(&desk, &room.yuki, room.space, answer(&first, "The release")).await;
        sends(&desk, &room.bo, room.space, answer(&first, "The holidays")).await;
        // The server is down when it closes, and comes back at the very next round.
        desk.stop().await;
        goes_to(&desk, "2026-12-07T08:00:00Z");
        desk.restart().await;
        desk.settle().await;
        let second = last(&desk).await;
        assert_ne!(first, second);
        assert_eq!(room.item(&desk, &first).await["closed"]["at"], "2026-12-04T16:00:00Z");
        assert_eq!(seen(&desk, &room.ana, &room, &first).await.len(), 2);
        assert_eq!(room.item(&desk, &second).await["closesAt"], "2026-12-11T16:00:00Z");
        let all = desk.one(&room.cy, "Item/query", json!({ "accountId": room.space, "filter": { "scheduleId": plan } })).await;
        assert_eq!(all["ids"].as_array().map(Vec::len), Some(2), "all rounds are found by what says them");
    })
    .await;
}

#[tokio::test]
async fn a_check_in_that_could_not_be_answered_is_refused() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let mut why = Vec::new();
        for more in [
            json!({ "title": " " }),
            json!({ "by": "2026-11-20T09:00:00Z" }),
            json!({ "by": null }),
            json!({ "of": [room.bo.person] }),
            json!({ "everyone": false }),
            json!({ "expects": { "what": "decision", "by": FRIDAY } }),
            json!({ "expects": { "what": "reply", "by": FRIDAY, "anyOne": true } }),
            json!({ "closesAt": FRIDAY }),
            json!({ "passedOver": [room.bo.person] }),
        ] {
            why.push(refused(&desk, &room, checkin(more)).await);
        }
        assert_eq!(
            why,
            [
                "a check-in has a question as its title",
                "it would have closed at 2026-11-20T09:00:00Z, which is past; give a later date, or close it now",
                "a check-in closes: give a date as \"by\" in \"expects\"",
                "it asks everyone, so \"of\" is left empty; or name some, and leave \"everyone\" out",
                "nobody is asked; name in \"of\" who is, or say \"everyone\"",
                "a check-in asks for a reply: \"expects\" has \"reply\" as \"what\", and \"by\" until when",
                "a check-in asks everybody it names; leave \"anyOne\" out",
                "\"closesAt\" can't be written at creation by you: the server sets it",
                "\"passedOver\" can't be written at creation by you: the server sets it",
            ]
        );
    })
    .await;
}
