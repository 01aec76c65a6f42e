//! What is said again and again: at its time and once, also after a restart, by two nodes and when clocks are set, and owned
//! by the Space, not by whoever set it up.

use jmap::{Id, UtcDate};
use model::{Caller, limits};
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use super::arrivals::{has_hours, joins, until};
use super::decision::goes_to;

/// A topic every Monday at nine in Berlin.
pub(crate) fn weekly(more: Value) -> Value {
    let mut schedule = json!({
        "item": { "kind": "topic", "title": "What is planned this week?", "text": "In a line or two." },
        "recurrenceRule": { "frequency": "weekly" },
        "start": "2026-11-30T09:00:00", "timeZone": "Europe/Berlin",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        schedule[name] = value.clone();
    }
    schedule
}

pub(crate) async fn sets(desk: &Direct, by: &Caller, space: Id, args: Value) -> Value {
    let mut whole = json!({ "accountId": space });
    whole.as_object_mut().expect("an object").extend(args.as_object().cloned().expect("an object"));
    desk.one(by, "Schedule/set", whole).await
}

pub(crate) async fn plans(desk: &Direct, by: &Caller, space: Id, schedule: Value) -> String {
    let done = sets(desk, by, space, json!({ "create": { "k": schedule } })).await;
    done["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{done}")).to_string()
}

pub(crate) async fn changes(desk: &Direct, by: &Caller, space: Id, id: &str, patch: Value) -> Option<String> {
    let done = sets(desk, by, space, json!({ "update": { id: patch } })).await;
    done["notUpdated"][id]["description"].as_str().map(str::to_string)
}

pub(crate) async fn schedule(desk: &Direct, by: &Caller, space: Id, id: &str) -> Value {
    desk.one(by, "Schedule/get", json!({ "accountId": space, "ids": [id] })).await["list"][0].clone()
}

/// What was said in a Space, with the instants that it bears.
async fn said(desk: &Direct, by: &Caller, space: Id) -> Vec<String> {
    let all = desk.one(by, "Item/get", json!({ "accountId": space, "ids": null })).await;
    let mut all = all["list"].as_array().cloned().unwrap_or_else(|| panic!("{all}"));
    all.sort_by_key(|item| item["seq"].as_u64());
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or("?").to_string();
    all.iter().map(|item| format!("{} {}", &text(item, "createdAt")[5..16], text(item, "title"))).collect()
}

const TITLE: &str = "What is planned this week?";

#[tokio::test]
async fn it_is_said_at_its_time_and_reaches_each_in_hours_of_his_own() {
    on_all_stores(async |desk| {
        let (ana, bo, yuki) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Yuki").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &yuki] {
            joins(&desk, space, &ana, who).await;
        }
        has_hours(&desk, &bo, json!({ "zone": "Europe/Berlin" })).await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo" })).await;
        let asks = json!({ "what": "reply", "of": [bo.person, yuki.person] });
        let item = json!({ "kind": "topic", "title": TITLE, "text": "In a line or two.", "expects": asks });
        let by = json!({ "days": 2, "time": "17:00" });
        let id = plans(&desk, &bo, space, weekly(json!({ "item": item, "answerBy": by }))).await;
        let made = schedule(&desk, &yuki, space, &id).await;
        assert_eq!((&made["nextAt"], &made["lastAt"]), (&json!("2026-11-30T08:00:00Z"), &Value::Null));
        assert_eq!((&made["saidBy"], &made["createdBy"]), (&json!(bo.person), &json!(bo.person)));
        let people = [("Ana", &ana), ("Bo", &bo), ("Yuki", &yuki)];
        let timeline = until(&desk, &people, space, "2026-12-08T12:00:00Z").await;
        // Nine in Berlin is five in Tokyo: Yuki's day is over then, and before its date she is reminded. Bo sees it at once.
        assert_eq!(
            timeline,
            [
                format!("11-30T08:00 Bo: {TITLE} (owed)"),
                format!("12-01T00:00 Yuki: {TITLE} (asked)"),
                format!("12-02T00:00 Yuki: {TITLE} (asked)"),
                format!("12-07T08:00 Bo: {TITLE} (owed)"),
                format!("12-08T00:00 Yuki: {TITLE} (asked)"),
            ]
        );
        let made = schedule(&desk, &ana, space, &id).await;
        assert_eq!(
            (&made["nextAt"], &made["lastAt"]),
            (&json!("2026-12-14T08:00:00Z"), &json!("2026-12-07T08:00:00Z"))
        );
        let item = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [made["lastItemId"]] })).await;
        let item = &item["list"][0];
        assert_eq!((&item["createdBy"], &item["scheduleId"]), (&json!(bo.person), &json!(id)));
        assert_eq!((&item["createdAt"], &item["origin"]), (&json!("2026-12-07T08:00:00Z"), &json!("said")));
        assert_eq!(item["expects"]["by"], "2026-12-09T16:00:00Z", "Wednesday at five in Berlin");
        // All that it said is found by it.
        let found = desk.one(&ana, "Item/query", json!({ "accountId": space, "filter": { "scheduleId": id } })).await;
        assert_eq!(found["ids"].as_array().map(Vec::len), Some(2), "{found}");
    })
    .await;
}

#[tokio::test]
async fn it_is_said_once_also_when_the_server_ends_at_that_very_moment() {
    on_all_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let id = plans(&desk, &ana, space, weekly(json!({}))).await;
        desk.settle().await;
        goes_to(&desk, "2026-11-30T08:00:00Z");
        desk.restart().await;
        desk.settle().await;
        desk.restart().await;
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("11-30T08:00 {TITLE}")]);
        // Three weeks without a server: of what was missed the newest alone is said, and bears its own time.
        desk.stop().await;
        goes_to(&desk, "2026-12-23T11:00:00Z");
        desk.restart().await;
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("11-30T08:00 {TITLE}"), format!("12-21T08:00 {TITLE}")]);
        let made = schedule(&desk, &ana, space, &id).await;
        assert_eq!(
            (&made["nextAt"], &made["lastAt"]),
            (&json!("2026-12-28T08:00:00Z"), &json!("2026-12-21T08:00:00Z"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_has_nothing_said_twice_and_one_set_forward_nothing_lost() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let daily = weekly(json!({ "recurrenceRule": { "frequency": "daily" } }));
        plans(&desk, &ana, space, daily).await;
        for instant in [
            "2026-11-30T07:59:59Z",
            "2026-11-30T08:00:00Z",
            // Back by an hour, and over the same moment once more.
            "2026-11-30T07:00:00Z",
            "2026-11-30T08:00:00Z",
            "2026-11-30T09:00:00Z",
            // The whole night at once.
            "2026-12-01T10:00:00Z",
            "2026-12-01T07:00:00Z",
            "2026-12-02T08:00:00Z",
        ] {
            desk.clock.set(UtcDate::parse(instant).expect("an instant"));
            desk.settle().await;
        }
        assert_eq!(
            said(&desk, &ana, space).await,
            [format!("11-30T08:00 {TITLE}"), format!("12-01T08:00 {TITLE}"), format!("12-02T08:00 {TITLE}")]
        );
    })
    .await;
}

#[tokio::test]
async fn it_stays_with_the_space_when_whoever_said_it_goes() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        let id = plans(&desk, &bo, space, weekly(json!({}))).await;
        desk.settle().await;
        let take = |who: &Caller| json!({ "saidBy": who.person });
        let taken = "somebody says it already; it is taken over when that person can't any more, or by an admin";
        assert_eq!(changes(&desk, &cy, space, &id, take(&cy)).await.as_deref(), Some(taken));
        let gone = json!({ "accountId": space, "update": { bo.person.to_string(): { "role": "none" } } });
        assert!(desk.one(&ana, "Member/set", gone).await["notUpdated"].is_null());
        desk.settle().await;
        // The others see it before its time.
        let left = schedule(&desk, &cy, space, &id).await;
        assert_eq!(left["paused"]["why"], "Bo said this, and is not in this Space any more");
        assert_eq!((&left["paused"]["by"], &left["nextAt"]), (&Value::Null, &Value::Null));
        goes_to(&desk, "2026-11-30T12:00:00Z");
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [] as [String; 0]);
        let other = "nobody speaks for somebody else: \"saidBy\" is you, or is left as it is";
        assert_eq!(changes(&desk, &cy, space, &id, take(&ana)).await.as_deref(), Some(other));
        assert_eq!(changes(&desk, &cy, space, &id, take(&cy)).await, None);
        let taken = schedule(&desk, &ana, space, &id).await;
        assert_eq!((&taken["paused"], &taken["nextAt"]), (&Value::Null, &json!("2026-12-07T08:00:00Z")));
        goes_to(&desk, "2026-12-07T08:00:00Z");
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("12-07T08:00 {TITLE}")]);
        let item = schedule(&desk, &ana, space, &id).await["lastItemId"].clone();
        let item = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [item] })).await;
        assert_eq!(item["list"][0]["createdBy"], json!(cy.person));
        // Now it is Cy's to change, and an admin's.
        assert_eq!(changes(&desk, &cy, space, &id, json!({ "item/title": "And this week?" })).await, None);
        assert_eq!(changes(&desk, &ana, space, &id, take(&ana)).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_said_pauses_with_the_reason_and_goes_on_when_somebody_wants() {
    on_quick_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let id = plans(&desk, &ana, space, weekly(json!({}))).await;
        let archived =
            json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": "2026-11-24T09:00:00Z" } } });
        assert!(desk.one(&ana, "Space/set", archived).await["notUpdated"].is_null());
        goes_to(&desk, "2026-11-30T08:00:00Z");
        desk.settle().await;
        let stands = schedule(&desk, &ana, space, &id).await;
        assert_eq!(
            stands["paused"]["why"],
            "this Space is archived: it is only read; an admin of it can open it again"
        );
        let open = json!({ "accountId": space, "update": { space.to_string(): { "archivedAt": null } } });
        assert!(desk.one(&ana, "Space/set", open).await["notUpdated"].is_null());
        assert_eq!(changes(&desk, &ana, space, &id, json!({ "paused": null })).await, None);
        goes_to(&desk, "2026-12-07T08:00:00Z");
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("12-07T08:00 {TITLE}")]);
    })
    .await;
}

#[tokio::test]
async fn it_is_paused_skipped_changed_and_ended_by_who_says_it_and_by_admins() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &cy] {
            joins(&desk, space, &ana, who).await;
        }
        let id = plans(&desk, &bo, space, weekly(json!({}))).await;
        let next = async || schedule(&desk, &cy, space, &id).await["nextAt"].clone();
        let pause = |who: &Caller| json!({ "paused": { "by": who.person, "at": "2026-11-23T00:00:00Z", "why": "Holidays" } });
        let no = "\"paused\" can't be written here by you: its author or a person with the role \"admin\" (in the workspace by a token with the scope \"admin\") sets it";
        assert_eq!(changes(&desk, &cy, space, &id, pause(&cy)).await.as_deref(), Some(no));
        assert_eq!(
            changes(&desk, &ana, space, &id, pause(&bo)).await.as_deref(),
            Some("\"by\" in \"paused\" is the one who pauses it: you")
        );
        assert_eq!(changes(&desk, &ana, space, &id, pause(&ana)).await, None);
        let paused = schedule(&desk, &cy, space, &id).await;
        assert_eq!(paused["paused"], json!({ "by": ana.person, "at": "2026-11-23T09:00:00Z", "why": "Holidays" }));
        assert_eq!(next().await, Value::Null);
        assert_eq!(changes(&desk, &bo, space, &id, json!({ "paused": null })).await, None);
        assert_eq!(next().await, "2026-11-30T08:00:00Z");
        // The next one is skipped, and comes again when that is taken back.
        assert_eq!(changes(&desk, &bo, space, &id, json!({ "excluded/2026-11-30T09:00:00": true })).await, None);
        assert_eq!(next().await, "2026-12-07T08:00:00Z");
        let never = "it does not come at 2026-12-01T09:00:00, so that is not skipped; give one of its own times";
        let skip = json!({ "excluded/2026-12-01T09:00:00": true });
        assert_eq!(changes(&desk, &bo, space, &id, skip).await.as_deref(), Some(never));
        goes_to(&desk, "2026-12-07T08:00:00Z");
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("12-07T08:00 {TITLE}")]);
        assert_eq!(schedule(&desk, &cy, space, &id).await["excluded"], json!({}), "what is past is taken out");
        // From now on it comes on two days.
        let days = json!({ "frequency": "weekly", "byDay": [{ "day": "mo" }, { "day": "th" }] });
        let patch = json!({ "recurrenceRule": days, "item/title": "And now?" });
        assert_eq!(changes(&desk, &bo, space, &id, patch).await, None);
        assert_eq!(next().await, "2026-12-10T08:00:00Z");
        let end = async |who: &Caller| sets(&desk, who, space, json!({ "destroy": [id] })).await;
        assert_eq!(end(&cy).await["notDestroyed"][&id]["type"], "forbidden");
        assert_eq!(end(&ana).await["destroyed"], json!([id]));
        goes_to(&desk, "2026-12-20T08:00:00Z");
        desk.settle().await;
        assert_eq!(said(&desk, &ana, space).await, [format!("12-07T08:00 {TITLE}")], "what was said stays");
    })
    .await;
}

#[tokio::test]
async fn its_date_is_counted_in_hours_of_those_whom_it_asks_and_one_that_nobody_could_keep_is_passed_over() {
    on_all_stores(async |mut desk| {
        let (ana, bo, yuki) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Yuki").await);
        let space = desk.space(&ana, "Release").await;
        for who in [&bo, &yuki] {
            joins(&desk, space, &ana, who).await;
        }
        has_hours(&desk, &bo, json!({ "zone": "Europe/Berlin" })).await;
        has_hours(&desk, &yuki, json!({ "zone": "Asia/Tokyo" })).await;
        let asks = json!({ "what": "reply", "of": [bo.person, yuki.person] });
        let item = json!({ "kind": "topic", "title": TITLE, "expects": asks });
        let hours = weekly(json!({ "item": item, "answerBy": { "workingMinutes": 480 } }));
        let id = plans(&desk, &ana, space, hours).await;
        goes_to(&desk, "2026-11-30T08:00:00Z");
        desk.settle().await;
        let by = async || {
            let last = schedule(&desk, &ana, space, &id).await["lastItemId"].clone();
            let item = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [last] })).await;
            item["list"][0]["expects"]["by"].clone()
        };
        assert_eq!(by().await, "2026-12-01T08:00:00Z", "Yuki has had her Tuesday by then");
        // With a day to answer, and the server down until after it, there is nothing to ask any more.
        assert_eq!(changes(&desk, &ana, space, &id, json!({ "answerBy": { "days": 1 } })).await, None);
        desk.stop().await;
        goes_to(&desk, "2026-12-09T12:00:00Z");
        desk.restart().await;
        desk.settle().await;
        let stands = schedule(&desk, &ana, space, &id).await;
        assert_eq!(
            (&stands["lastAt"], &stands["nextAt"]),
            (&json!("2026-11-30T08:00:00Z"), &json!("2026-12-14T08:00:00Z"))
        );
    })
    .await;
}

#[tokio::test]
async fn what_can_not_come_again_is_refused_and_says_why() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        joins(&desk, space, &ana, &bo).await;
        let asks = |more: Value| {
            let mut item = json!({ "kind": "topic", "title": TITLE, "expects": { "what": "reply", "of": [bo.person] } });
            for (name, value) in more.as_object().into_iter().flatten() {
                item["expects"][name] = value.clone();
            }
            item
        };
        let mut why = Vec::new();
        for schedule in [
            json!({ "start": "2026-11-20T09:00:00" }),
            json!({ "timeZone": "Berlin" }),
            json!({ "recurrenceRule": { "frequency": "weekly", "until": "2026-11-01T09:00:00" } }),
            json!({ "recurrenceRule": { "frequency": "daily", "interval": 7, "byDay": [{ "day": "tu" }] } }),
            json!({ "item": { "kind": "topic", "title": " " } }),
            json!({ "item": { "kind": "post", "text": "Hello", "parentId": "iaaaaaaaaabyabaaaaaaaaaaaaa" } }),
            json!({ "item": { "kind": "topic", "title": "x", "text": "x".repeat(limits::MAX_TEXT + 1) } }),
            json!({ "item": asks(json!({ "by": "2026-12-24T09:00:00Z" })) }),
            json!({ "item": asks(json!({})), "answerBy": { "days": 2, "workingMinutes": 480 } }),
            json!({ "item": asks(json!({})), "answerBy": { "days": 0, "time": "08:00" } }),
            json!({ "item": asks(json!({})), "answerBy": { "days": 1, "time": "5 pm" } }),
            json!({ "item": { "kind": "checkin", "title": "x", "everyone": true, "expects": { "what": "reply" } }, "answerBy": { "workingMinutes": 60 } }),
            json!({ "item": { "kind": "checkin", "title": "x", "everyone": true, "expects": { "what": "reply" } } }),
            json!({ "answerBy": { "days": 1 } }),
            json!({ "item": asks(json!({ "of": ["paaaaaaaaabyabaaaaaaaaaaaaa"] })) }),
            json!({ "saidBy": bo.person }),
            json!({ "excluded": { "2026-12-01T09:00:00": true } }),
        ] {
            let done = sets(&desk, &ana, space, json!({ "create": { "k": weekly(schedule) } })).await;
            let refused = &done["notCreated"]["k"];
            let text = refused["description"].as_str().unwrap_or_else(|| panic!("{done}"));
            why.push(format!("{}: {text}", refused["properties"][0].as_str().unwrap_or("?")));
        }
        assert_eq!(
            why,
            [
                "start: it would begin at 2026-11-20T08:00:00Z, which is past; give a later beginning",
                "timeZone: there is no zone \"Berlin\"; use a name such as Europe/Lisbon",
                "recurrenceRule: by this rule it never comes; look at its days and its end, or destroy the Schedule to end it",
                "recurrenceRule: by this rule it never comes; look at its days and its end, or destroy the Schedule to end it",
                "item/title: a topic has a title; say in a line what it is about",
                "item/parentId: what is said again and again opens a thread of its own each time; leave this out",
                "item/text: \"text\" has 262145; maxSizeText in bytes is 262144",
                "item/expects: a date comes once; say in \"answerBy\" how long it asks each time",
                "answerBy: it has \"days\", with a \"time\" if you like, or \"workingMinutes\"; give one of them",
                "answerBy: what is said at 2026-11-30T08:00:00Z would ask until 2026-11-30T07:00:00Z, which is before it; give more time",
                "answerBy: \"time\" is a time of day, written as 17:00",
                "answerBy: it asks everyone, whose hours are looked up only then; give \"days\"",
                "item/expects: a check-in closes: give a date as \"by\" in \"expects\"",
                "answerBy: the Item asks nothing; leave \"answerBy\" out, or say in \"expects\" what it asks",
                "item/expects/of: there is no Member paaaaaaaaabyabaaaaaaaaaaaaa here",
                "saidBy: nobody speaks for somebody else: \"saidBy\" is you, or is left as it is",
                "excluded: it does not come at 2026-12-01T09:00:00, so that is not skipped; give one of its own times",
            ]
        );
        assert_eq!(said(&desk, &ana, space).await, [] as [String; 0], "what was only tried is not there");
    })
    .await;
}

#[tokio::test]
async fn a_space_holds_so_many_and_strangers_none() {
    on_quick_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let mut ids = Vec::new();
        for _ in 0..limits::MAX_SCHEDULES {
            ids.push(plans(&desk, &ana, space, weekly(json!({}))).await);
        }
        let more = sets(&desk, &ana, space, json!({ "create": { "k": weekly(json!({})) } })).await;
        let why = more["notCreated"]["k"]["description"].as_str().unwrap_or_else(|| panic!("{more}"));
        assert!(why.contains("maxSchedules is 50"), "{why}");
        assert_eq!(sets(&desk, &ana, space, json!({ "destroy": [ids[0]] })).await["destroyed"], json!([ids[0]]));
        plans(&desk, &ana, space, weekly(json!({}))).await;
        for call in [
            json!(["Schedule/set", { "accountId": space, "create": { "k": weekly(json!({})) } }, "0"]),
            json!(["Schedule/get", { "accountId": space, "ids": null }, "0"]),
        ] {
            assert_eq!(desk.ask(&bo, json!([call])).await[0][1]["type"], "accountNotFound");
        }
    })
    .await;
}
