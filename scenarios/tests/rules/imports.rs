//! What an import may set that nobody else may, and many Items in one transaction.

use engine::{Brought, operator};
use jmap::Id;
use model::Scopes;
use scenarios::direct::on_all_stores;
use serde_json::{Map, Value, json};

fn props(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

#[tokio::test]
async fn what_others_did_comes_along_only_with_the_mark_of_an_import() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let importing = model::Caller { scopes: Scopes::ALL, ..ana };
        let space = desk.space(&ana, "Old times").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        for (by, origin, property, value, may) in [
            (&importing, Some("imported"), "reactions", json!({ "👍": { bo.person.to_string(): true } }), true),
            (&importing, Some("restored"), "editedAt", json!("2020-01-01T00:00:00Z"), true),
            (&importing, Some("restored"), "closed", json!({ "by": bo.person, "at": "2020-01-01T00:00:00Z" }), true),
            (&importing, None, "editedAt", json!("2020-01-01T00:00:00Z"), false),
            (&importing, None, "closed", json!({ "by": bo.person, "at": "2020-01-01T00:00:00Z" }), false),
            (&importing, Some("moved"), "editedAt", json!("2020-01-01T00:00:00Z"), false),
            (&importing, Some("imported"), "seq", json!(7), false),
            (&ana, None, "reactions", json!({ "👍": { bo.person.to_string(): true } }), false),
            (&ana, Some("imported"), "editedAt", json!("2020-01-01T00:00:00Z"), false),
        ] {
            let mut topic = json!({ "kind": "topic", "title": "t", property: value.clone() });
            if let Some(origin) = origin {
                topic["origin"] = json!(origin);
            }
            let answer = desk.one(by, "Item/set", json!({ "accountId": space, "create": { "t": topic } })).await;
            assert_eq!(answer["notCreated"].is_null(), may, "{property} {origin:?}: {answer}");
            if may {
                let id = &answer["created"]["t"]["id"];
                let got = desk.one(&bo, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
                assert_eq!((&got["list"][0][property], &got["list"][0]["origin"]), (&value, &json!(origin)), "{got}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn many_items_come_in_one_transaction_each_judged_by_itself() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Old times").await;
        let id = |n: u8| Id::derived(b'i', [n; 16]);
        let topic = |by: Id| json!({ "kind": "topic", "title": "t", "origin": "imported", "createdBy": by });
        let reply = |to: Id| json!({ "kind": "post", "parentId": to, "text": "x", "origin": "imported", "createdBy": ana.person });
        let some = || {
            vec![
                (id(1), props(topic(ana.person))),
                (id(2), props(reply(id(1)))),
                (id(3), props(reply(id(9)))),
                (id(4), props(topic(bo.person))),
                (id(2), props(reply(id(1)))),
            ]
        };
        let how = |brought: Vec<Brought>| {
            let word = |one: Brought| match one {
                Brought::New => "new".to_string(),
                Brought::There => "there".to_string(),
                Brought::Refused(error) => error.properties.join(","),
            };
            brought.into_iter().map(word).collect::<Vec<_>>()
        };
        let first = desk.engine.bring_items(&operator(), space, some()).await.expect("done");
        assert_eq!(how(first), ["new", "new", "parentId", "createdBy", "there"], "Bo is not named in the Space");
        let again = desk.engine.bring_items(&operator(), space, some()).await.expect("done");
        assert_eq!(how(again), ["there", "there", "parentId", "createdBy", "there"]);
        let thread = desk.one(&ana, "Thread/get", json!({ "accountId": space, "ids": [id(1)] })).await;
        assert_eq!((&thread["list"][0]["posts"], &thread["list"][0]["lastSeq"]), (&json!(1), &json!(0)), "nothing is unread");
        // What was deleted does not come back, and a stranger to the Space brings nothing.
        desk.one(&ana, "Item/set", json!({ "accountId": space, "destroy": [id(2)] })).await;
        let gone = desk.engine.bring_items(&operator(), space, vec![(id(2), props(reply(id(1))))]).await.expect("done");
        assert_eq!(how(gone), ["there"]);
        let stranger = model::Caller { scopes: Scopes::ALL, ..bo };
        let refused = desk.engine.bring_items(&stranger, space, some()).await.expect_err("refused");
        assert_eq!(refused.kind, "accountNotFound");
        assert!(desk.engine.known_items(&stranger, space, vec![id(1)]).await.expect("answers").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_import_names_somebody_in_a_conversation_and_lets_nobody_in() {
    on_all_stores(async |desk| {
        let (ana, bo, cy) = (desk.hire("Ana").await, desk.hire("Bo").await, desk.hire("Cy").await);
        let start = json!({ "accountId": ana.person, "create": { "d": { "kind": "direct", "persons": [ana.person, bo.person] } } });
        let started = desk.one(&ana, "Space/set", start).await;
        let direct = started["created"]["d"]["id"].clone();
        let name = |role: &str| json!({ "accountId": direct, "create": { "m": { "personId": cy.person, "role": role } } });
        let importing = model::Caller { scopes: Scopes::ALL, ..ana };
        for (by, role, may) in [(&ana, "none", false), (&importing, "member", false), (&importing, "none", true)] {
            let answer = desk.one(by, "Member/set", name(role)).await;
            assert_eq!(answer["notCreated"].is_null(), may, "{role}: {answer}");
        }
        let asked = desk.one(&cy, "Item/query", json!({ "accountId": direct })).await;
        assert_eq!(asked["type"], "accountNotFound");
    })
    .await;
}
