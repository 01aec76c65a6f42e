//! A creation id that is a well-formed id of ours becomes the record's id.

use jmap::{Id, UtcDate};
use scenarios::direct::on_all_stores;
use serde_json::json;

fn mine(n: u8) -> Id {
    Id::fresh(b'i', UtcDate::from_ms(0), [n; 10])
}

#[tokio::test]
async fn a_repeated_create_by_the_same_author_changes_nothing_and_others_are_refused() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        let id = mine(1).to_string();
        let create =
            |title: &str| json!({ "accountId": space, "create": { id.clone(): { "kind": "topic", "title": title } } });
        let first = desk.one(&ana, "Item/set", create("first")).await;
        assert_eq!(first["created"][&id]["id"], id.as_str());
        let again = desk.one(&ana, "Item/set", create("second")).await;
        assert_eq!(again["created"][&id]["title"], "first", "{again}");
        assert_eq!(again["oldState"], again["newState"]);
        let other = desk.one(&bo, "Item/set", create("third")).await;
        assert_eq!(other["notCreated"][&id]["type"], "alreadyExists");
        assert_eq!(other["notCreated"][&id]["existingId"], id.as_str());
        desk.one(&ana, "Item/set", json!({ "accountId": space, "destroy": [id] })).await;
        let late = desk.one(&ana, "Item/set", create("late")).await;
        assert_eq!(late["created"][&id]["id"], id.as_str(), "a tombstone is known too: {late}");
        let gone = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await;
        assert_eq!(gone["notFound"], json!([id]), "and nothing is revived");
    })
    .await;
}

#[tokio::test]
async fn a_creation_id_of_another_type_is_refused_and_any_other_name_gets_a_fresh_id() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let topic = json!({ "kind": "topic", "title": "t" });
        let wrong = Id::derived(b's', [3; 16]).to_string();
        let create = json!({ wrong.clone(): topic, "k1": topic, "": topic, "ä/~": topic });
        let answer = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
        assert_eq!(answer["notCreated"][&wrong]["type"], "invalidProperties");
        for key in ["k1", "", "ä/~"] {
            assert!(answer["created"][key]["id"].as_str().is_some_and(|id| Id::parse(id).is_ok()), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_creation_id_stands_for_its_record_in_the_rest_of_the_request() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let answer = desk
            .ask(
                &ana,
                json!([
                    ["Item/set", { "accountId": space, "create": { "t": { "kind": "topic", "title": "#t" } } }, "0"],
                    ["Item/set", { "accountId": space, "create": { "p": { "kind": "post", "parentId": "#t", "text": "yes" } } }, "1"],
                    ["Item/set", { "accountId": space, "update": { "#p": { "text": "no" } }, "create": { "q": { "kind": "post", "parentId": "#nobody", "text": "?" } } }, "2"],
                    ["Item/get", { "accountId": space, "#ids": { "resultOf": "1", "name": "Item/set", "path": "/created/p/id" } }, "3"],
                    ["Item/get", { "accountId": space, "ids": ["#t", "#p"], "properties": ["title", "text"] }, "4"],
                ]),
            )
            .await;
        assert_eq!(answer[2][1]["notCreated"]["q"]["type"], "invalidProperties");
        assert_eq!(answer[3][1]["type"], "invalidArguments", "ids takes a list: {}", answer[3]);
        assert_eq!(answer[4][1]["list"][0]["title"], "#t", "text is text");
        assert_eq!(answer[4][1]["list"][1]["text"], "no");
    })
    .await;
}
