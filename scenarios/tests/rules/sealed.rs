//! Answers that are sealed until their check-in closes: their author's alone, and nothing that others read or hear differs by
//! them.

use model::Caller;
use scenarios::direct::{Direct, on_all_stores, on_quick_stores};
use serde_json::{Value, json};

use super::arrivals::{deliveries, joins, reply, says};
use super::checkin::{FRIDAY, answer, changes, checkin, seen, sends, waiting};
use super::decision::{Room, goes_to, room};
use super::events::silent;

#[tokio::test]
async fn a_sealed_answer_is_its_authors_alone_until_the_check_in_closes() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        desk.settle().await;
        let direct = json!({ "accountId": room.space, "create": { "k": answer(&id, "Seen by all") } });
        let done = desk.one(&room.bo, "Item/set", direct).await;
        assert_eq!(
            done["notCreated"]["k"]["description"],
            format!("answers to this are sealed until {FRIDAY}; send yours as a Submission, which waits until then")
        );
        // A remark is none, and is seen at once.
        says(&desk, &room.bo, room.space, reply(&id, "Do you mean the shop too?")).await;
        let sent = sends(&desk, &room.bo, room.space, answer(&id, "The relaese")).await;
        assert_eq!(
            (&sent["sealedBy"], &sent["sendAt"], &sent["undoStatus"]),
            (&json!(id), &json!(FRIDAY), &json!("pending"))
        );
        goes_to(&desk, "2026-11-25T09:00:00Z");
        desk.settle().await;
        assert_eq!(changes(&desk, &room.bo, &sent["id"], json!({ "item/text": "The release" })).await, None);
        let mut why = Vec::new();
        for patch in [json!({ "item/inAnswerTo": null }), json!({ "sendAt": "2026-11-25T10:00:00Z" })] {
            why.push(changes(&desk, &room.bo, &sent["id"], patch).await.unwrap_or_default());
        }
        assert_eq!(
            why,
            [
                "of an answer that is sealed the words and files can change, and \"inAnswerTo\" can't",
                "this is sealed: it is published when what it answers closes; take it back, or leave it",
            ]
        );
        // Yuki takes hers back, and Cy thinks again.
        let back = sends(&desk, &room.yuki, room.space, answer(&id, "Nothing")).await;
        assert_eq!(changes(&desk, &room.yuki, &back["id"], json!({ "undoStatus": "canceled" })).await, None);
        goes_to(&desk, "2026-11-27T15:59:59Z");
        desk.settle().await;
        assert_eq!(seen(&desk, &room.ana, &room, &id).await, [] as [String; 0]);
        goes_to(&desk, FRIDAY);
        desk.settle().await;
        // It is still one of Ana's hours.
        let reached = deliveries(&desk, &room.ana).await;
        let reached = reached.iter().find(|one| one["id"] == sent["id"]).unwrap_or_else(|| panic!("{reached:?}"));
        assert_eq!((&reached["why"], &reached["arrivedAt"]), (&json!("reply"), &json!(FRIDAY)));
        assert_eq!(seen(&desk, &room.cy, &room, &id).await, ["11-27T16:00 The release"]);
        let closed = room.item(&desk, &id).await;
        assert_eq!(closed["answers"][room.bo.person.to_string()]["itemId"], sent["id"]);
        assert_eq!(waiting(&desk, &room.bo, sent["id"].as_str().expect("an id")).await, Value::Null);
    })
    .await;
}

/// All that somebody reads, but for the lineage of states.
async fn reads_all(desk: &Direct, who: &Caller, room: &Room) -> String {
    let mut calls = Vec::new();
    for ty in ["Item", "Thread", "Member", "Space", "Schedule"] {
        calls.push(json!([format!("{ty}/get"), { "accountId": room.space, "ids": null }, ty]));
    }
    for ty in ["Delivery", "Submission", "Draft", "Membership"] {
        calls.push(json!([format!("{ty}/get"), { "accountId": who.person, "ids": null }, ty]));
    }
    calls.push(json!(["Person/get", { "accountId": desk.engine.workspace(), "ids": null }, "people"]));
    calls.push(json!(["Item/query", { "accountId": room.space, "filter": null }, "all"]));
    let mut answers = desk.ask(who, Value::Array(calls)).await;
    let state = |text: &str| text.split_once('.').map(|(_, rest)| rest.to_string());
    for answer in &mut answers {
        for name in ["state", "queryState"] {
            if let Some(rest) = answer[1][name].as_str().and_then(state) {
                answer[1][name] = json!(rest);
            }
        }
    }
    Value::Array(answers).to_string()
}

#[tokio::test]
async fn nothing_that_others_read_differs_by_whether_somebody_has_answered_a_sealed_check_in() {
    on_quick_stores(async |desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        desk.settle().await;
        let others = [&room.ana, &room.yuki, &room.cy];
        let (mut before, mut streams) = (Vec::new(), Vec::new());
        for who in others {
            before.push(reads_all(&desk, who, &room).await);
            streams.push(desk.engine.subscribe(who, None).await.expect("a stream"));
        }
        let sent = sends(&desk, &room.bo, room.space, answer(&id, "Sealed words")).await;
        desk.settle().await;
        changes(&desk, &room.bo, &sent["id"], json!({ "item/text": "Other sealed words" })).await;
        desk.settle().await;
        for (who, before) in others.into_iter().zip(before) {
            assert_eq!(reads_all(&desk, who, &room).await, before);
            let found = desk.one(who, "Item/get", json!({ "accountId": room.space, "ids": [sent["id"]] })).await;
            assert_eq!(found["notFound"], json!([sent["id"]]));
            let own = json!({ "accountId": room.bo.person, "ids": null });
            assert_eq!(desk.ask(who, json!([["Submission/get", own, "0"]])).await[0][1]["type"], "accountNotFound");
        }
        for stream in &mut streams {
            assert!(silent(stream).await, "nor is anything told to who listens");
        }
        // The control: what is not sealed is seen.
        says(&desk, &room.bo, room.space, reply(&id, "A remark")).await;
        assert_ne!(reads_all(&desk, &room.ana, &room).await.matches("A remark").count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_seal_holds_when_the_date_moves_and_opens_when_it_closes_early_also_after_a_restart() {
    on_all_stores(async |mut desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        let sent = sends(&desk, &room.bo, room.space, answer(&id, "The release")).await;
        let later = "2026-11-30T16:00:00Z";
        assert!(room.patches(&desk, &room.ana, &id, json!({ "expects/by": later })).await["notUpdated"].is_null());
        // No reader of the log has run, and the old instant comes.
        desk.stop().await;
        goes_to(&desk, FRIDAY);
        desk.restart().await;
        desk.settle().await;
        assert_eq!(seen(&desk, &room.bo, &room, &id).await, [] as [String; 0]);
        assert_eq!(waiting(&desk, &room.bo, sent["id"].as_str().expect("an id")).await["sendAt"], later);
        goes_to(&desk, "2026-11-30T09:00:00Z");
        desk.settle().await;
        let close = json!({ "closed": { "by": room.ana.person, "at": "2026-11-30T09:00:00Z" } });
        assert!(room.patches(&desk, &room.ana, &id, close).await["notUpdated"].is_null());
        desk.settle().await;
        assert_eq!(seen(&desk, &room.cy, &room, &id).await, ["11-30T09:00 The release"]);
        let closed = room.item(&desk, &id).await;
        assert_eq!(
            (&closed["closesAt"], &closed["closed"]["at"]),
            (&json!("2026-11-30T09:00:00Z"), &json!("2026-11-30T09:00:00Z"))
        );
        goes_to(&desk, "2026-12-02T09:00:00Z");
        desk.restart().await;
        desk.settle().await;
        assert_eq!(seen(&desk, &room.cy, &room, &id).await.len(), 1, "once");
        assert_eq!(room.item(&desk, &id).await, closed);
    })
    .await;
}

#[tokio::test]
async fn an_answer_whose_check_in_was_deleted_goes_back_to_its_author() {
    on_quick_stores(async |desk| {
        let room = room(&desk).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        sends(&desk, &room.bo, room.space, answer(&id, "The release")).await;
        let gone = desk.one(&room.ana, "Item/set", json!({ "accountId": room.space, "destroy": [id] })).await;
        assert_eq!(gone["destroyed"], json!([id]));
        desk.settle().await;
        let drafts = desk.one(&room.bo, "Draft/get", json!({ "accountId": room.bo.person, "ids": null })).await;
        assert_eq!(drafts["list"][0]["item"]["text"], "The release");
        let why = drafts["list"][0]["reason"].as_str().unwrap_or_else(|| panic!("{drafts}"));
        assert!(why.starts_with("there is no Item"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn a_check_in_that_is_moved_takes_its_sealed_answers_along_sealed() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let other = desk.space(&room.ana, "Shop").await;
        joins(&desk, other, &room.ana, &room.bo).await;
        let id = says(&desk, &room.ana, room.space, checkin(json!({ "sealed": true }))).await;
        let (his, hers) = (answer(&id, "The release"), answer(&id, "Nothing"));
        let his = sends(&desk, &room.bo, room.space, his).await;
        sends(&desk, &room.yuki, room.space, hers).await;
        let moving = json!({ "spaceId": room.space, "itemId": id, "toSpaceId": other });
        let done =
            desk.one(&room.ana, "Move/set", json!({ "accountId": room.ana.person, "create": { "m": moving } })).await;
        assert!(done["notCreated"].is_null(), "{done}");
        desk.settle().await;
        goes_to(&desk, "2026-11-27T15:59:59Z");
        desk.settle().await;
        assert_eq!(waiting(&desk, &room.bo, his["id"].as_str().expect("an id")).await["undoStatus"], "pending");
        goes_to(&desk, FRIDAY);
        desk.settle().await;
        let there = desk.one(&room.ana, "Item/get", json!({ "accountId": other, "ids": [id, his["id"]] })).await;
        assert_eq!(there["list"][0]["closed"]["at"], FRIDAY);
        assert_eq!(there["list"][1]["text"], "The release");
        // Yuki is not in that Space: her words are her own again, and the reason is said.
        let drafts = desk.one(&room.yuki, "Draft/get", json!({ "accountId": room.yuki.person, "ids": null })).await;
        assert_eq!(drafts["list"][0]["item"]["text"], "Nothing");
        assert!(drafts["list"][0]["reason"].is_string(), "{drafts}");
    })
    .await;
}
