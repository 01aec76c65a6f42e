//! Searches that have a name.

use model::limits;
use scenarios::direct::{Direct, on_all_stores};
use serde_json::{Value, json};

async fn set(desk: &Direct, by: &model::Caller, args: Value) -> Value {
    let mut call = json!({ "accountId": by.person });
    call.as_object_mut().expect("an object").extend(args.as_object().cloned().expect("an object"));
    desk.one(by, "SavedSearch/set", call).await
}

#[tokio::test]
async fn a_saved_search_is_named_renamed_and_deleted_by_its_owner_and_his_devices_follow() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let all = json!({ "accountId": ana.person });
        let before = desk.one(&ana, "SavedSearch/get", all.clone()).await["state"].clone();
        let query = format!("from:{} postcode is:open", ana.person);
        let made = set(&desk, &ana, json!({ "create": { "k": { "name": "Postcodes", "query": query } } })).await;
        let id = made["created"]["k"]["id"].as_str().expect("an id").to_owned();
        let list = desk.one(&ana, "SavedSearch/get", all.clone()).await["list"].clone();
        assert_eq!((&list[0]["name"], &list[0]["query"]), (&json!("Postcodes"), &json!(query)));
        assert!(list[0]["createdAt"].is_string(), "{list}");
        let renamed = set(&desk, &ana, json!({ "update": { &id: { "name": "Open postcodes" } } })).await;
        assert!(renamed["notUpdated"].is_null(), "{renamed}");
        let since = json!({ "accountId": ana.person, "sinceState": before });
        assert_eq!(desk.one(&ana, "SavedSearch/changes", since.clone()).await["created"], json!([id]));
        set(&desk, &ana, json!({ "destroy": [&id] })).await;
        assert_eq!(desk.one(&ana, "SavedSearch/get", all).await["list"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_saved_search_has_a_name_and_looks_for_something() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let refusal = async |search: Value| {
            let answer = set(&desk, &ana, json!({ "create": { "k": search } })).await;
            answer["notCreated"]["k"]["type"].clone()
        };
        let named = |name: &str, query: &str| json!({ "name": name, "query": query });
        assert_eq!(refusal(named("Mine", "is:open")).await, Value::Null);
        assert_eq!(refusal(json!({ "name": "Mine" })).await, "invalidProperties");
        assert_eq!(refusal(json!({ "query": "is:open" })).await, "invalidProperties");
        assert_eq!(refusal(named(" ", "is:open")).await, "invalidProperties");
        assert_eq!(refusal(named("Mine", "  ")).await, "invalidProperties");
        assert_eq!(refusal(named("Mine", "two\nlines")).await, "invalidProperties");
        assert_eq!(refusal(named("Mine", &"x".repeat(limits::MAX_QUERY))).await, Value::Null);
        assert_eq!(refusal(named("Mine", &"x".repeat(limits::MAX_QUERY + 1))).await, "tooLarge");
        assert_eq!(refusal(named(&"x".repeat(limits::MAX_TITLE + 1), "x")).await, "tooLarge");
    })
    .await;
}

#[tokio::test]
async fn nobody_else_writes_into_ones_saved_searches() {
    on_all_stores(async |desk| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let create = json!({ "accountId": ana.person, "create": { "k": { "name": "Mine", "query": "x" } } });
        assert_eq!(desk.one(&bo, "SavedSearch/set", create).await["type"], "accountNotFound");
    })
    .await;
}
