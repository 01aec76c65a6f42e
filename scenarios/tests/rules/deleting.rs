//! Deleting: what hangs below keeps its place, what was said is served to nobody.

use scenarios::direct::on_both_stores;
use serde_json::json;

#[tokio::test]
async fn an_item_with_replies_is_emptied_and_goes_with_the_last_of_them() {
    on_both_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let answer = desk
            .ask(
                &ana,
                json!([
                    ["Item/set", { "accountId": space, "create": { "t": { "kind": "topic", "title": "secret title", "text": "secret text" } } }, "0"],
                    ["Item/set", { "accountId": space, "create": { "p": { "kind": "post", "parentId": "#t", "text": "first" } } }, "1"],
                    ["Item/set", { "accountId": space, "create": { "q": { "kind": "post", "parentId": "#p", "text": "second" } } }, "2"],
                ]),
            )
            .await;
        let id = |call: usize, key: &str| answer[call][1]["created"][key]["id"].as_str().expect("made").to_string();
        let (topic, first, second) = (id(0, "t"), id(1, "p"), id(2, "q"));
        let destroy = |id: &str| json!({ "accountId": space, "destroy": [id] });
        for item in [&topic, &first] {
            assert_eq!(desk.one(&ana, "Item/set", destroy(item)).await["destroyed"], json!([item]));
        }
        let all = desk.one(&ana, "Item/get", json!({ "accountId": space })).await;
        assert_eq!(all["list"].as_array().map(Vec::len), Some(3));
        assert!(!all.to_string().contains("secret") && !all.to_string().contains("first"), "{all}");
        assert_eq!(all["list"][0]["deleted"]["by"], ana.person.to_string());
        let asked = json!({ "accountId": space, "filter": { "itemId": topic } });
        assert_eq!(desk.one(&ana, "ItemVersion/query", asked).await["ids"], json!([]));
        let thread = desk.one(&ana, "Thread/get", json!({ "accountId": space })).await;
        assert_eq!(thread["list"][0]["posts"], 1);
        let again = desk.one(&ana, "Item/set", destroy(&topic)).await;
        assert_eq!(again["notDestroyed"][&topic]["type"], "notFound");
        desk.one(&ana, "Item/set", destroy(&second)).await;
        assert_eq!(desk.one(&ana, "Item/get", json!({ "accountId": space })).await["list"], json!([]));
        assert_eq!(desk.one(&ana, "Thread/get", json!({ "accountId": space })).await["list"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_deletion_recomputes_what_the_thread_says() {
    on_both_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let answer = desk
            .ask(
                &ana,
                json!([
                    ["Item/set", { "accountId": space, "create": { "t": { "kind": "topic", "title": "t" } } }, "0"],
                    ["Item/set", { "accountId": space, "create": { "p": { "kind": "post", "parentId": "#t", "text": "1" } } }, "1"],
                    ["Item/set", { "accountId": space, "create": { "q": { "kind": "post", "parentId": "#t", "text": "2" } } }, "2"],
                    ["Item/set", { "accountId": space, "destroy": ["#q"] }, "3"],
                    ["Thread/get", { "accountId": space }, "4"],
                ]),
            )
            .await;
        let thread = &answer[4][1]["list"][0];
        assert_eq!(thread["lastSeq"], answer[1][1]["created"]["p"]["seq"], "{answer:#?}");
        assert_eq!(thread["posts"], 1);
    })
    .await;
}
