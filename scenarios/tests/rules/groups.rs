//! Groups: who makes and changes them, and for whom they stand where they are named.

use jmap::Id;
use model::{Caller, Role};
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Map, Value, json};

use crate::sending::{id_of, send};

async fn make(desk: &Direct, by: &Caller, group: Value) -> Value {
    desk.one(by, "Group/set", json!({ "accountId": desk.engine.workspace(), "create": { "g": group } })).await
}

async fn change(desk: &Direct, by: &Caller, group: &str, patch: Value) -> Value {
    desk.one(by, "Group/set", json!({ "accountId": desk.engine.workspace(), "update": { group: patch } })).await
}

/// A group of these persons; gives its id.
async fn group(desk: &Direct, by: &Caller, handle: &str, persons: &[Id]) -> String {
    let persons: Map<String, Value> = persons.iter().map(|id| (id.to_string(), json!(true))).collect();
    let made = make(desk, by, json!({ "handle": handle, "name": handle, "persons": persons })).await;
    made["created"]["g"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_string()
}

async fn lets_in(desk: &Direct, by: &Caller, space: Id, who: &[Id], role: &str) {
    for some in who.chunks(500) {
        let create: Map<String, Value> =
            some.iter().map(|id| (id.to_string(), json!({ "personId": id, "role": role }))).collect();
        let answer = desk.one(by, "Member/set", json!({ "accountId": space, "create": create })).await;
        assert_eq!(answer["created"].as_object().map(Map::len), Some(some.len()), "{answer}");
    }
}

async fn post(desk: &Direct, by: &Caller, space: Id, item: Value) -> Value {
    desk.one(by, "Item/set", json!({ "accountId": space, "create": { "k": item } })).await
}

async fn item(desk: &Direct, by: &Caller, space: Id, id: &Value) -> Value {
    desk.one(by, "Item/get", json!({ "accountId": space, "ids": [id] })).await["list"][0].take()
}

#[tokio::test]
async fn a_handle_belongs_to_one_group_until_that_is_archived() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let admin = desk.hire_as("Maja", Role::Admin).await;
        let support = group(&desk, &ana, "support", &[ana.person, bo.person]).await;
        let taken = make(&desk, &bo, json!({ "handle": "support", "name": "Also" })).await;
        assert_eq!(taken["notCreated"]["g"]["type"], "alreadyExists", "{taken}");
        assert_eq!(taken["notCreated"]["g"]["properties"], json!(["handle"]));
        // What looks like another's handle, or like everybody, is none.
        for handle in ["Support", " support", "supp ort", "suppоrt", "@support", "s", "", "-support", "everyone", "all"]
        {
            let refused = make(&desk, &bo, json!({ "handle": handle, "name": "x" })).await;
            assert_eq!(refused["notCreated"]["g"]["properties"], json!(["handle"]), "{handle:?}: {refused}");
        }
        // Who made it, and admins, change it.
        let refused = change(&desk, &bo, &support, json!({ "handle": "help" })).await;
        assert_eq!(refused["notUpdated"][&support]["type"], "forbidden", "{refused}");
        for (by, handle) in [(&admin, "help"), (&ana, "support")] {
            let done = change(&desk, by, &support, json!({ "handle": handle })).await;
            assert!(done["notUpdated"].is_null(), "{done}");
        }
        let gone =
            desk.one(&ana, "Group/set", json!({ "accountId": desk.engine.workspace(), "destroy": [support] })).await;
        assert_eq!(gone["notDestroyed"][&support]["type"], "forbidden", "{gone}");
        // Archiving frees the handle, and coming back asks for it again.
        let archived = change(&desk, &ana, &support, json!({ "archivedAt": "2026-11-23T09:00:00Z" })).await;
        assert!(archived["notUpdated"].is_null(), "{archived}");
        let other = group(&desk, &bo, "support", &[]).await;
        let back = change(&desk, &ana, &support, json!({ "archivedAt": null })).await;
        assert_eq!(back["notUpdated"][&support]["type"], "alreadyExists", "{back}");
        change(&desk, &bo, &other, json!({ "handle": "other" })).await;
        let back = change(&desk, &ana, &support, json!({ "archivedAt": null })).await;
        assert!(back["notUpdated"].is_null(), "{back}");
    })
    .await;
}

#[tokio::test]
async fn a_group_holds_persons_who_are_there_and_no_group_and_not_ten_thousand() {
    on_all_stores(async |desk| {
        let (ana, gil) = (desk.hire("Ana").await, desk.hire_as("Gil", Role::Guest).await);
        let support = group(&desk, &ana, "support", &[ana.person, gil.person]).await;
        let nobody = Id::derived(b'p', [9; 16]);
        for (who, is) in
            [(support.as_str(), true), (&nobody.to_string(), true), ("Ana", true), (&ana.person.to_string(), false)]
        {
            let refused = change(&desk, &ana, &support, json!({ format!("persons/{who}"): is })).await;
            assert_eq!(refused["notUpdated"][&support]["properties"], json!(["persons"]), "{who}: {refused}");
        }
        let many: Map<String, Value> = (0..10_000_u32)
            .map(|n| {
                let mut hash = [0; 16];
                hash[..4].copy_from_slice(&n.to_be_bytes());
                (Id::derived(b'p', hash).to_string(), json!(true))
            })
            .collect();
        let refused = make(&desk, &ana, json!({ "handle": "all-of-us", "name": "x", "persons": many })).await;
        assert_eq!(refused["notCreated"]["g"]["type"], "tooLarge", "{refused}");
        // Two who add somebody at once both have their way.
        let (bo, maja) = (desk.hire("Bo").await, desk.hire("Maja").await);
        for person in [bo.person, maja.person] {
            let done = change(&desk, &ana, &support, json!({ format!("persons/{person}"): true })).await;
            assert!(done["notUpdated"].is_null(), "{done}");
        }
        change(&desk, &ana, &support, json!({ format!("persons/{}", bo.person): null })).await;
        let args = json!({ "accountId": desk.engine.workspace(), "ids": [support] });
        let there = desk.one(&ana, "Group/get", args.clone()).await;
        assert_eq!(there["list"][0]["persons"].as_object().map(Map::len), Some(3), "{there}");
        // A guest reads no groups and makes none.
        assert_eq!(desk.one(&gil, "Group/get", args).await["type"], "accountNotFound");
        assert_eq!(make(&desk, &gil, json!({ "handle": "mine", "name": "x" })).await["type"], "accountNotFound");
    })
    .await;
}

#[tokio::test]
async fn a_group_stands_for_those_in_the_space_when_it_is_sent_and_for_nobody_later() {
    on_all_stores(async |desk| {
        let admin = desk.hire_as("Maja", Role::Admin).await;
        let (ana, bo, kofi, yuki) =
            (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Kofi").await, desk.hire("Yuki").await);
        let space = desk.space(&ana, "Release").await;
        lets_in(&desk, &ana, space, &[bo.person, kofi.person], "member").await;
        // Yuki is elsewhere, Kofi was deactivated.
        let support = group(&desk, &ana, "support", &[bo.person, kofi.person, yuki.person]).await;
        let out = json!({ "accountId": desk.engine.workspace(), "update": { kofi.person.to_string(): { "deactivatedAt": "2026-11-23T09:00:00Z" } } });
        assert!(desk.one(&admin, "Person/set", out).await["notUpdated"].is_null());
        let text = format!("[@support](mw:{support}), who can look?");
        let asks = json!({ "what": "reply", "of": [support, ana.person] });
        let topic = json!({ "kind": "topic", "title": "t", "text": text, "mentions": [support], "expects": asks });
        let sent = id_of(&send(&desk, &ana, space, topic, 30).await);
        // Whoever is in it when it leaves is named.
        let done = change(&desk, &ana, &support, json!({ format!("persons/{}", ana.person): true })).await;
        assert!(done["notUpdated"].is_null(), "{done}");
        desk.clock.advance(30_000);
        desk.settle().await;
        let there = item(&desk, &bo, space, &json!(sent)).await;
        let mut both = [ana.person, bo.person];
        both.sort_unstable();
        assert_eq!(there["groups"], json!({ support.clone(): both }), "{there}");
        assert_eq!(there["mentions"], json!([support]));
        assert_eq!(there["expects"]["of"], json!([support, ana.person]));
        let record = model::Record {
            id: sent.parse().expect("an id"),
            kind: 1,
            thread: None,
            created_seq: 1,
            seq: 1,
            version: 1,
            origin: jmap::Origin::Said,
            props: there.as_object().cloned().expect("an object"),
        };
        for place in ["mentions", "expects/of"] {
            assert_eq!(model::items::persons_in(&record, place), both.into(), "{place}");
        }
        // An edit names nobody anew; a group that is taken out goes.
        lets_in(&desk, &ana, space, &[yuki.person], "member").await;
        let update = |patch: Value| json!({ "accountId": space, "update": { sent.clone(): patch } });
        desk.one(&ana, "Item/set", update(json!({ "text": "who could look?" }))).await;
        assert_eq!(item(&desk, &bo, space, &json!(sent)).await["groups"], json!({ support.clone(): both }));
        desk.one(&ana, "Item/set", update(json!({ "mentions": [], "expects": null }))).await;
        assert_eq!(item(&desk, &bo, space, &json!(sent)).await["groups"], json!({}));
        // The server alone says for whom.
        let forged = json!({ "kind": "topic", "title": "t", "groups": { support.clone(): [yuki.person] } });
        assert_eq!(post(&desk, &ana, space, forged).await["notCreated"]["k"]["properties"], json!(["groups"]));
    })
    .await;
}

#[tokio::test]
async fn more_than_two_hundred_are_not_named_at_once_and_what_was_written_goes_back_to_drafts() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Everybody").await;
        let create: Map<String, Value> =
            (0..200).map(|n| (format!("p{n}"), json!({ "name": format!("Person {n}") }))).collect();
        let args = json!({ "accountId": desk.engine.workspace(), "create": create });
        let hired = desk.one(&scenarios::direct::operator(), "Person/set", args).await;
        let ids = hired["created"].as_object().into_iter().flatten();
        let crowd: Vec<Id> = ids.filter_map(|(_, made)| made["id"].as_str()?.parse().ok()).collect();
        assert_eq!(crowd.len(), 200, "{hired}");
        lets_in(&desk, &ana, space, &crowd, "member").await;
        let all = group(&desk, &ana, "crowd", &crowd).await;
        let topic = |more: Value| json!({ "kind": "topic", "title": "t", "text": "hello", "mentions": more });
        let done = post(&desk, &ana, space, topic(json!([all]))).await;
        assert!(done["notCreated"].is_null(), "two hundred are named: {done}");
        let (some, others) =
            (group(&desk, &ana, "some", &crowd[..150]).await, group(&desk, &ana, "others", &crowd[50..]).await);
        let mut asks = topic(json!([some]));
        asks["expects"] = json!({ "what": "reply", "of": [others] });
        let done = post(&desk, &ana, space, asks).await;
        let stands = item(&desk, &ana, space, &done["created"]["k"]["id"]).await["groups"].clone();
        for group in [&some, &others] {
            assert_eq!(stands[group].as_array().map(Vec::len), Some(150), "each place has room for so many: {done}");
        }
        let id = id_of(&send(&desk, &ana, space, topic(json!([all, ana.person])), 0).await);
        desk.clock.advance(1_000);
        desk.settle().await;
        let drafts = desk.one(&ana, "Draft/get", json!({ "accountId": ana.person })).await;
        assert_eq!(drafts["list"][0]["id"], id, "{drafts}");
        assert_eq!(drafts["list"][0]["reason"], "\"mentions\" has 201; maxPersonsAsked is 200");
        assert_eq!(drafts["list"][0]["item"]["text"], "hello");
    })
    .await;
}

#[tokio::test]
async fn a_guest_knows_a_group_by_its_name_where_it_was_named_and_nowhere_else() {
    on_all_stores(async |desk| {
        let (ana, gil) = (desk.hire("Ana").await, desk.hire_as("Gil", Role::Guest).await);
        let (here, elsewhere) = (desk.space(&ana, "Customer").await, desk.space(&ana, "Inside").await);
        lets_in(&desk, &ana, here, &[gil.person], "guest").await;
        let support = group(&desk, &ana, "support", &[ana.person]).await;
        let topic = |id: &str| json!({ "kind": "topic", "title": "t", "mentions": [id] });
        assert!(post(&desk, &ana, elsewhere, topic(&support)).await["notCreated"].is_null());
        let unknown = Id::derived(b'g', [7; 16]).to_string();
        let hide = |answer: Value, id: &str| answer["notCreated"]["k"].to_string().replace(id, "G");
        let not_named_here = hide(post(&desk, &gil, here, topic(&support)).await, &support);
        assert_eq!(not_named_here, hide(post(&desk, &gil, here, topic(&unknown)).await, &unknown));
        assert!(post(&desk, &ana, here, topic(&support)).await["notCreated"].is_null());
        let known = async || {
            let members = desk.one(&gil, "Member/get", json!({ "accountId": here, "ids": [support] })).await;
            members["list"][0].clone()
        };
        assert_eq!((&known().await["name"], &known().await["role"]), (&json!("support"), &json!("none")));
        assert!(post(&desk, &gil, here, topic(&support)).await["notCreated"].is_null(), "now he may name it too");
        change(&desk, &ana, &support, json!({ "handle": "help" })).await;
        desk.settle().await;
        assert_eq!(known().await["name"], "help", "a text shows what it is called today");
        change(&desk, &ana, &support, json!({ "archivedAt": "2026-11-23T09:00:00Z" })).await;
        desk.settle().await;
        assert_eq!(known().await["leftAt"], "2026-11-23T09:00:00Z");
        let refused = post(&desk, &ana, here, topic(&support)).await;
        assert_eq!(refused["notCreated"]["k"]["properties"], json!(["mentions"]), "{refused}");
        // Nobody makes a member of it.
        let risen = json!({ "accountId": here, "update": { support.clone(): { "role": "admin" } } });
        assert_eq!(desk.one(&ana, "Member/set", risen).await["notUpdated"][&support]["properties"], json!(["id"]));
    })
    .await;
}
