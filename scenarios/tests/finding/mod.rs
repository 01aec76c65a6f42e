//! Stories of searching.

mod files;
mod index;
mod random;
mod rights;
mod words;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_is_found_edited_and_gone() {
    for store in STORES {
        let (office, ana, bo, gil) = team(store).await;
        ana.posts(id('s', 1), item(1), topic("Thursday?", "What is missing for the *release*?")).await;
        let reply = json!({ "kind": "post", "parentId": item(1), "text": "The changelog. Then we release." });
        bo.posts(id('s', 1), item(2), reply).await;
        office.desk.settle().await;

        let answer = search(&bo, json!({ "text": "release" })).await;
        assert_eq!(answer["total"], 2);
        assert_eq!(answer["catchingUp"], Value::Null);
        let hit = answer["hits"].as_array().unwrap().iter().find(|hit| hit["kind"] == "post").unwrap();
        assert_eq!(hit["id"], json!(item(2)));
        assert_eq!(hit["spaceId"], json!(id('s', 1)));
        assert_eq!(hit["threadId"], json!(item(1)));
        assert_eq!(hit["threadTitle"], "Thursday?");
        assert_eq!(hit["createdBy"], json!(bo.id));
        assert_eq!(marked(hit["snippet"].as_str().unwrap(), &hit["marks"]), "The changelog. Then we [release].");
        assert_eq!(by_words(&ana, "thurs*").await, ["[Thursday]?"]);
        assert_eq!(by_words(&gil, "release").await, [""; 0], "a guest of another Space");

        let edit = json!({ "accountId": id('s', 1), "update": { item(2).to_string(): { "text": "All is done." } } });
        bo.one("Item/set", edit).await;
        office.desk.settle().await;
        assert_eq!(by_words(&bo, "changelog").await, [""; 0]);
        assert_eq!(by_words(&bo, "done").await, ["All is [done]."]);
        bo.one("Item/set", json!({ "accountId": id('s', 1), "destroy": [item(2)] })).await;
        office.desk.settle().await;
        assert_eq!(by_words(&bo, "done").await, [""; 0]);
        office.close().await;
    }
}
