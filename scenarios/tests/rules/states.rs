//! States, `/changes`, and what makes an old state worthless.

use scenarios::direct::on_all_stores;
use serde_json::json;

#[tokio::test]
async fn changes_name_what_is_new_edited_and_gone() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let topic = |title: &str| json!({ "kind": "topic", "title": title });
        let create = json!({ "accountId": space, "create": { "a": topic("a"), "b": topic("b") } });
        let made = desk.one(&ana, "Item/set", create).await;
        let id = |key: &str| made["created"][key]["id"].as_str().expect("made").to_string();
        let then = json!({ "accountId": space, "create": { "c": topic("c") }, "update": { id("a"): { "title": "A" } }, "destroy": [id("b")] });
        let more = desk.one(&ana, "Item/set", then).await;
        let since = json!({ "accountId": space, "sinceState": made["newState"] });
        let changes = desk.one(&ana, "Item/changes", since).await;
        assert_eq!(changes["created"], json!([more["created"]["c"]["id"]]));
        assert_eq!(changes["updated"], json!([id("a")]));
        assert_eq!(changes["destroyed"], json!([id("b")]));
        assert_eq!(changes["newState"], more["newState"]);
        let stale = json!({ "accountId": space, "ifInState": made["newState"], "create": { "d": topic("d") } });
        assert_eq!(desk.one(&ana, "Item/set", stale).await["type"], "stateMismatch");
    })
    .await;
}

#[tokio::test]
async fn states_that_are_not_ours_or_lie_ahead_are_refused() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let state =
            desk.one(&ana, "Item/get", json!({ "accountId": space })).await["state"].as_str().unwrap_or("").to_string();
        let (lineage, rest) = state.split_once('.').expect("three parts");
        let ahead = format!("{lineage}.0.999999");
        for bad in ["", "0", "x.y.z", "1.0.1", &ahead, &format!("{state}~9-1"), &format!("1{lineage}.{rest}")] {
            let answer = desk.one(&ana, "Item/changes", json!({ "accountId": space, "sinceState": bad })).await;
            assert_eq!(answer["type"], "cannotCalculateChanges", "{bad:?}: {answer}");
        }
        let missing = desk.one(&ana, "Item/changes", json!({ "accountId": space })).await;
        assert_eq!(missing["type"], "invalidArguments");
        let none =
            desk.one(&ana, "Item/changes", json!({ "accountId": space, "sinceState": state, "maxChanges": 0 })).await;
        assert_eq!(none["type"], "invalidArguments");
        let never = desk.one(&ana, "Item/queryChanges", json!({ "accountId": space })).await;
        assert_eq!(never["type"], "cannotCalculateChanges");
    })
    .await;
}

#[tokio::test]
async fn whoever_left_and_joined_again_starts_anew() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        let state = desk.one(&bo, "Item/get", json!({ "accountId": space })).await["state"].clone();
        let role = |role: &str| json!({ "accountId": space, "update": { bo.person.to_string(): { "role": role } } });
        desk.one(&bo, "Member/set", role("none")).await;
        desk.one(&ana, "Member/set", role("member")).await;
        let changes = desk.one(&bo, "Item/changes", json!({ "accountId": space, "sinceState": state })).await;
        assert_eq!(changes["type"], "cannotCalculateChanges", "{changes}");
        let anew = desk.one(&bo, "Item/get", json!({ "accountId": space })).await["state"].clone();
        let changes = desk.one(&bo, "Item/changes", json!({ "accountId": space, "sinceState": anew })).await;
        assert_eq!(changes["hasMoreChanges"], false);
    })
    .await;
}

#[tokio::test]
async fn everybody_reads_the_same_records() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let space = desk.space(&ana, "Release").await;
        let add = json!({ "accountId": space, "create": { "m": { "personId": bo.person } } });
        desk.one(&ana, "Member/set", add).await;
        let topic = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "t", "text": "x" } } });
        let made = desk.one(&ana, "Item/set", topic).await;
        let id = made["created"]["t"]["id"].as_str().expect("made").to_string();
        let thumb = json!({ format!("reactions/👍/{}", bo.person): true });
        desk.one(&bo, "Item/set", json!({ "accountId": space, "update": { id: thumb } })).await;
        for ty in ["Item", "Space", "Member", "Thread"] {
            let method = format!("{ty}/get");
            let a = desk.one(&ana, &method, json!({ "accountId": space })).await;
            let b = desk.one(&bo, &method, json!({ "accountId": space })).await;
            assert_eq!(a["list"].to_string(), b["list"].to_string());
        }
    })
    .await;
}
