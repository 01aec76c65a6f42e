//! What becomes of decisions: what is refused, who ends one early, what takes the place of what, and who finds none.

use model::{Caller, Role};
use scenarios::direct::on_all_stores;
use serde_json::{Value, json};

use super::arrivals::{deliveries, has_hours, joins, says, until};
use super::decision::{between, goes_to, objects, picks, refused, room};

#[tokio::test]
async fn what_cant_be_voted_on_is_refused_with_the_reason() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let by = json!("2026-11-24T12:00:00Z");
        let with = |rule: &str, more: Value| room.decides(rule, more);
        let nobody = json!({ "what": "decision", "of": [], "by": by });
        let one = json!({ "what": "decision", "of": [room.bo.person, room.yuki.person], "by": by, "anyOne": true });
        let reply = json!({ "what": "reply", "of": [room.bo.person], "by": by });
        let said = [
            refused(&desk, &room, with("vote", json!({ "by": "2026-11-23T09:00:00Z" }))).await,
            refused(&desk, &room, with("vote", json!({}))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "workingMinutes": 60 }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "options": between(&["a"]) }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "options": between(&["a", "a"]) }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "options": [{ "id": "a", "title": "Now" }, { "id": "b", "title": " now" }] }))).await,
            refused(&desk, &room, with("consent", json!({ "by": by, "options": between(&["a", "b"]) }))).await,
            refused(&desk, &room, with("vote", json!({ "expects": nobody }))).await,
            refused(&desk, &room, with("vote", json!({ "expects": one }))).await,
            refused(&desk, &room, with("vote", json!({ "expects": reply }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "title": " " }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "closed": { "by": room.ana.person, "at": by } }))).await,
            refused(&desk, &room, with("vote", json!({ "by": by, "outcome": { "how": "agreed", "at": by } }))).await,
        ];
        assert_eq!(
            said,
            [
                "it would have ended at 2026-11-23T09:00:00Z, which is past; give a later end, or close it now",
                "a decision ends: give a date as \"by\" in \"expects\", or \"workingMinutes\"",
                "a decision ends at a date, or after so many minutes of each voter's hours; give one of them",
                "a vote has two options or more; one proposal alone is a \"consent\"",
                "two options have the key \"a\"; each has its own",
                "\"now\" is there twice; each option has a title of its own",
                "a consent has one proposal: its text, or one option; several are a \"vote\"",
                "nobody is asked; name in \"of\" who decides",
                "a decision asks everybody it names; leave \"anyOne\" out",
                "a decision asks for one: \"expects\" has \"decision\" as \"what\", and in \"of\" who decides",
                "a decision has a title; say in a line what is to be decided",
                "a new decision is open; close or withdraw it when it is there",
                "\"outcome\" can't be written at creation by you: the server sets it",
            ]
        );
        let id = room.begins(&desk, "vote", json!({ "by": by })).await;
        let mut said = Vec::new();
        for (who, vote) in [
            (&room.cy, picks("thu")),
            (&room.bo, picks("fri")),
            (&room.bo, json!({ "option": null })),
            (&room.bo, objects(" ")),
            (&room.bo, json!({ "option": "thu", "objects": true, "why": "Both" })),
        ] {
            said.push(room.votes(&desk, who, &id, vote).await.unwrap_or_default());
        }
        let of_bo = json!({ format!("votes/{}", room.bo.person): picks("thu") });
        let done = room.patches(&desk, &room.cy, &id, of_bo).await;
        said.push(done["notUpdated"][&id]["description"].as_str().unwrap_or("?").to_string());
        assert_eq!(room.votes(&desk, &room.bo, &id, picks("thu")).await, None);
        for patch in [
            json!({ "options": between(&["thu", "fri"]) }),
            json!({ "rule": "consent" }),
            json!({ format!("answers/{}", room.bo.person): null }),
        ] {
            let who = if patch.get("rule").is_some() || patch.get("options").is_some() { &room.ana } else { &room.bo };
            let done = room.patches(&desk, who, &id, patch).await;
            said.push(done["notUpdated"][&id]["description"].as_str().unwrap_or("?").to_string());
        }
        assert_eq!(
            said,
            [
                "it does not ask you; say what you think in a reply",
                "there is no such option; \"option\" is the \"id\" of one of them",
                "a vote names an \"option\", or objects with a reason",
                "an objection has a reason: say in \"why\" what would have to be otherwise",
                "an objection chooses nothing; leave out \"option\", or \"objects\"",
                "\"votes\" can't be written here by you: each person sets his own entry, by a path that ends in his id",
                "somebody has voted, so \"Option mon\" stays as it is; options can be added, or withdraw this and begin a new one",
                "somebody has voted by this rule; withdraw it and begin a new one",
                "a decision is answered by a vote; set or take back yours in \"votes\"",
            ]
        );
        let more = room.patches(&desk, &room.ana, &id, json!({ "options": between(&["thu", "mon", "fri"]) })).await;
        assert!(more["notUpdated"].is_null(), "an option more is no harm: {more}");
        // A remark is no vote.
        let remark = json!({ "kind": "post", "parentId": id, "text": "Monday!", "inAnswerTo": id });
        says(&desk, &room.yuki, room.space, remark).await;
        let gave = room.item(&desk, &id).await["answers"].clone();
        assert_eq!(gave.as_object().map(|gave| gave.len()), Some(1), "{gave}");
        assert_eq!(room.votes(&desk, &room.bo, &id, Value::Null).await, None);
        assert_eq!(room.item(&desk, &id).await["answers"], json!({}), "who takes his vote back is asked again");
    })
    .await;
}

#[tokio::test]
async fn its_author_or_an_admin_ends_it_early_or_withdraws_it() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let by = json!({ "by": "2026-11-27T12:00:00Z" });
        let (first, second) =
            (room.begins(&desk, "vote", by.clone()).await, room.begins(&desk, "consent", by.clone()).await);
        desk.settle().await;
        room.votes(&desk, &room.bo, &first, picks("thu")).await;
        let act = |name: &str, who: &Caller| json!({ name: { "by": who.person, "at": "2026-11-23T09:00:00Z" } });
        for name in ["closed", "withdrawn"] {
            let done = room.patches(&desk, &room.bo, &first, act(name, &room.bo)).await;
            assert_eq!(done["notUpdated"][&first]["type"], "forbidden", "{done}");
        }
        goes_to(&desk, "2026-11-23T10:00:00Z");
        room.patches(&desk, &room.ana, &first, act("closed", &room.ana)).await;
        room.patches(&desk, &room.ana, &second, act("withdrawn", &room.ana)).await;
        let at = "2026-11-23T10:00:00Z";
        let me = room.ana.person;
        let one = room.item(&desk, &first).await;
        assert_eq!(one["outcome"], json!({ "how": "chosen", "option": "thu", "at": at, "by": me }));
        assert_eq!((&one["closesAt"], &one["closed"]), (&json!(at), &json!({ "by": me, "at": at })));
        let two = room.item(&desk, &second).await;
        assert_eq!(two["outcome"], json!({ "how": "withdrawn", "option": null, "at": at, "by": me }));
        let again = room.patches(&desk, &room.ana, &second, json!({ "closed": null })).await;
        assert_eq!(
            again["notUpdated"][&second]["description"],
            "this has ended, and stays as it was; a new decision can supersede it"
        );
        // Ana, who did it, hears nothing; Yuki, whom neither had reached, finds how they ended.
        desk.settle().await;
        let told: Vec<Value> =
            deliveries(&desk, &room.bo).await.iter().map(|one| json!([one["why"], one["arrivedAt"]])).collect();
        assert_eq!(told, [json!(["decision", at]), json!(["decision", at])]);
        let timeline = until(&desk, &room.people(), room.space, "2026-11-28T00:00:00Z").await;
        assert_eq!(
            timeline,
            ["11-24T00:00 Yuki: When do we release? (decision)", "11-24T00:00 Yuki: When do we release? (decision)",]
        );
    })
    .await;
}

#[tokio::test]
async fn a_new_decision_takes_the_place_of_an_old_one_once_it_is_agreed() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let by = |at: &str| json!({ "by": format!("2026-11-{at}:00Z") });
        let old = room.begins(&desk, "consent", by("24T12:00")).await;
        let over = |old: &str, at: &str| json!({ "by": format!("2026-11-{at}:00Z"), "supersedes": old });
        let still_open = refused(&desk, &room, room.decides("consent", over(&old, "26T12:00"))).await;
        assert_eq!(still_open, "that decision is still open; withdraw it, or wait for its end");
        goes_to(&desk, "2026-11-24T13:00:00Z");
        desk.settle().await;
        let topic = says(&desk, &room.ana, room.space, json!({ "kind": "topic", "title": "Talk", "text": "?" })).await;
        let no_decision = refused(&desk, &room, room.decides("consent", over(&topic, "26T12:00"))).await;
        assert_eq!(no_decision, "only a decision is superseded; link to other things in the text");
        let (objected, new) = (
            room.begins(&desk, "consent", over(&old, "25T12:00")).await,
            room.begins(&desk, "consent", over(&old, "26T12:00")).await,
        );
        room.votes(&desk, &room.bo, &objected, objects("No")).await;
        goes_to(&desk, "2026-11-25T12:00:00Z");
        desk.settle().await;
        assert_eq!(room.item(&desk, &old).await["supersededBy"], Value::Null, "what is not agreed replaces nothing");
        goes_to(&desk, "2026-11-26T12:00:00Z");
        desk.settle().await;
        assert_eq!(room.item(&desk, &old).await["supersededBy"], json!(new));
        let twice = refused(&desk, &room, room.decides("consent", over(&old, "28T12:00"))).await;
        assert_eq!(twice, "that decision was superseded already; supersede the one that took its place");
        let gone = desk.one(&room.ana, "Item/set", json!({ "accountId": room.space, "destroy": [new] })).await;
        assert!(gone["notDestroyed"].is_null(), "{gone}");
        assert_eq!(room.item(&desk, &old).await["supersededBy"], Value::Null, "it stands again");
    })
    .await;
}

#[tokio::test]
async fn one_that_is_moved_or_deleted_while_it_is_open_ends_where_it_is_or_not_at_all() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let other = desk.space(&room.ana, "Shop").await;
        for who in [&room.bo, &room.yuki] {
            joins(&desk, other, &room.ana, who).await;
        }
        let moved = room.begins(&desk, "consent", json!({ "workingMinutes": 480 })).await;
        let gone = room.begins(&desk, "consent", json!({ "workingMinutes": 480 })).await;
        desk.settle().await;
        let moving = json!({ "spaceId": room.space, "itemId": moved, "toSpaceId": other });
        let done =
            desk.one(&room.ana, "Move/set", json!({ "accountId": room.ana.person, "create": { "m": moving } })).await;
        assert!(done["notCreated"].is_null(), "{done}");
        desk.one(&room.ana, "Item/set", json!({ "accountId": room.space, "destroy": [gone] })).await;
        desk.settle().await;
        let there = async || {
            let found = desk.one(&room.ana, "Item/get", json!({ "accountId": other, "ids": [moved] })).await;
            found["list"][0].clone()
        };
        // Hours that change move its end there too.
        let off = json!([{ "from": "2026-11-24", "to": "2026-11-24" }]);
        has_hours(&desk, &room.bo, json!({ "zone": "Europe/Berlin", "timeOff": off })).await;
        desk.settle().await;
        assert_eq!(there().await["closesAt"], "2026-11-25T09:00:00Z");
        goes_to(&desk, "2026-11-25T09:00:00Z");
        desk.settle().await;
        let ended = there().await;
        assert_eq!(
            ended["outcome"],
            json!({ "how": "agreed", "option": null, "at": "2026-11-25T09:00:00Z", "by": null })
        );
        let bo = deliveries(&desk, &room.bo).await;
        let told = bo.iter().find(|one| one["id"] == json!(moved)).expect("it had reached him");
        assert_eq!((&told["why"], &told["spaceId"]), (&json!("decision"), &json!(other)));
    })
    .await;
}

#[tokio::test]
async fn who_is_not_in_the_space_finds_no_decision_to_vote_on() {
    on_all_stores(async |desk| {
        let room = room(&desk).await;
        let (guest, stranger) = (desk.hire_as("Gil", Role::Guest).await, desk.hire("Di").await);
        let elsewhere = desk.space(&room.ana, "Customers").await;
        let args = json!({ "accountId": elsewhere, "create": { "m": { "personId": guest.person, "role": "guest" } } });
        desk.one(&room.ana, "Member/set", args).await;
        let id = room.begins(&desk, "vote", json!({ "by": "2026-11-24T12:00:00Z" })).await;
        for who in [&guest, &stranger] {
            for known in [id.as_str(), "iaaaaaaaaaapabaaaaaaaaaaaaa"] {
                let patch = json!({ format!("votes/{}", who.person): picks("thu") });
                let done = room.patches(&desk, who, known, patch).await;
                assert_eq!(done, json!({ "type": "accountNotFound", "description": done["description"] }));
            }
        }
        assert_eq!(room.item(&desk, &id).await["votes"], json!({}));
    })
    .await;
}
