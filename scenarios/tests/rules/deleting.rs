//! Deleting: what hangs below keeps its place, what was said is served to nobody.

use scenarios::direct::on_all_stores;
use serde_json::json;

#[tokio::test]
async fn an_item_with_replies_is_emptied_and_goes_with_the_last_of_them() {
    on_all_stores(async |desk| {
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
    on_all_stores(async |desk| {
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

#[tokio::test]
async fn nothing_is_written_to_what_was_emptied_and_all_of_it_ends_with_the_retention_time() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let bo = desk.hire("Bo").await;
        let space = desk.space(&ana, "Release").await;
        desk.one(&ana, "Member/set", json!({ "accountId": space, "create": { "m": { "personId": bo.person } } })).await;
        let mut upload = desk.engine.begin_upload(&ana, space).await.expect("a member may");
        upload.write(b"a file").expect("there is room");
        let blob = desk.engine.end_upload(&ana, space, upload, "text/plain").await.expect("a member may").blob_id;
        let files = json!([{ "blobId": blob, "name": "a.txt" }]);
        let made = desk
            .ask(
                &ana,
                json!([
                    ["Item/set", { "accountId": space, "create": { "t": { "kind": "topic", "title": "t", "text": "one", "blobs": files } } }, "0"],
                    ["Item/set", { "accountId": space, "update": { "#t": { "text": "two" } }, "create": { "p": { "kind": "post", "parentId": "#t", "text": "reply" } } }, "1"],
                    ["Item/set", { "accountId": space, "destroy": ["#t"] }, "2"],
                ]),
            )
            .await;
        let id = made[0][1]["created"]["t"]["id"].as_str().expect("made").to_string();
        assert_eq!(made[2][1]["destroyed"], json!(["#t"]), "{made:#?}");
        let emptied = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await["list"].take();
        for (by, patch) in [
            (&ana, json!({ "text": "written again" })),
            (&ana, json!({ "title": "written again" })),
            (&ana, json!({ "blobs": files })),
            (&ana, json!({ "mentions": [bo.person] })),
            (&ana, json!({ "closed": { "by": ana.person, "at": "2026-11-23T09:00:00Z" } })),
            (&bo, json!({ format!("reactions/👍/{}", bo.person): true })),
        ] {
            let update = json!({ "accountId": space, "update": { id.clone(): patch } });
            let answer = desk.one(by, "Item/set", update).await;
            assert_eq!(answer["notUpdated"][&id]["type"], "forbidden", "{patch}: {answer}");
        }
        let now = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [id] })).await["list"].take();
        assert_eq!(now, emptied);
        let (tell, told) = std::sync::mpsc::channel();
        let left = || {
            let tell = tell.clone();
            let item: jmap::Id = id.parse().expect("an id");
            desk.engine.store().read(Box::new(move |at| {
                let at = at.expect("readable");
                let n = at.head(space).expect("readable").expect("there").n;
                let versions = at.versions(n, model::items::ITEM.number, item, true).expect("readable").len();
                let blobs = at.blob_hashes().expect("readable").len();
                let _ = tell.send((versions, blobs));
            }));
            told.recv().expect("read")
        };
        assert_eq!(left(), (2, 1), "until then it can be brought back");
        for _ in 0..32 {
            desk.clock.advance(jmap::DAY_MS);
            desk.settle().await;
        }
        assert_eq!(left(), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn how_long_the_deleted_is_kept_is_for_the_admins_of_the_workspace_to_say() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let workspace = desk.engine.workspace();
        let days =
            |n: u64| json!({ "accountId": workspace, "update": { workspace.to_string(): { "retentionDays": n } } });
        let refused = desk.one(&ana, "Workspace/set", days(2)).await;
        assert_eq!(refused["notUpdated"][workspace.to_string()]["type"], "forbidden", "{refused}");
        let set = desk.one(&scenarios::direct::operator(), "Workspace/set", days(2)).await;
        assert!(set["notUpdated"].is_null() && set["type"].is_null(), "{set}");
        let space = desk.space(&ana, "Release").await;
        let made = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "t" } } });
        let id = desk.one(&ana, "Item/set", made).await["created"]["t"]["id"].as_str().expect("made").to_string();
        desk.one(&ana, "Item/set", json!({ "accountId": space, "destroy": [id] })).await;
        let purge = async || {
            let args = json!({ "accountId": space, "destroy": [format!("{id}-1")] });
            desk.one(&ana, "ItemVersion/set", args).await["destroyed"].as_array().map(Vec::len)
        };
        desk.clock.advance(jmap::DAY_MS);
        desk.settle().await;
        let (tell, told) = std::sync::mpsc::channel();
        let versions = || {
            let (tell, item) = (tell.clone(), id.parse::<jmap::Id>().expect("an id"));
            desk.engine.store().read(Box::new(move |at| {
                let at = at.expect("readable");
                let n = at.head(space).expect("readable").expect("there").n;
                let _ = tell.send(at.versions(n, model::items::ITEM.number, item, true).expect("readable").len());
            }));
            told.recv().expect("read")
        };
        assert_eq!(versions(), 1);
        desk.clock.advance(2 * jmap::DAY_MS);
        desk.settle().await;
        assert_eq!(versions(), 0, "after two days, not after thirty");
        assert_eq!(purge().await, Some(0));
    })
    .await;
}
