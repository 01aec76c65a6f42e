//! Nobody is watched, and nobody is told of what he may not see: the same questions get byte-equal answers in two worlds
//! that differ only in what the one who asks may not know.

use model::Role;
use reqwest::Method;
use scenarios::office::{Office, Person, id, masked};
use serde_json::{Value, json};
use std::sync::Arc;
use store::oracle::Oracle;
use store::{SqliteOptions, SqliteStore, Store};
use tempfile::TempDir;

type Make = fn(&TempDir) -> Arc<dyn Store>;

const STORES: [Make; 2] = [
    |_| Arc::new(Oracle::new()),
    |folder| Arc::new(SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens")),
];

/// The methods of every type that clients see, from the registry, so that none is forgotten.
fn methods() -> Vec<String> {
    let registry = model::Registry::standard();
    let types = registry.types().iter().map(|ty| ty.name).chain(["ItemVersion"]);
    types.flat_map(|ty| ["get", "changes", "query", "set", "queryChanges"].map(|verb| format!("{ty}/{verb}"))).collect()
}

/// Everything that somebody can ask about these accounts and ids, with the raw answers.
async fn asks_everything(
    office: &Office,
    who: &Person,
    accounts: &[jmap::Id],
    ids: &[String],
    state: &str,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for account in accounts {
        for method in methods() {
            let verb = method.split('/').nth(1).unwrap_or("");
            let all: Vec<Value> = match verb {
                "get" => vec![json!({ "ids": ids }), json!({ "ids": null })],
                "changes" => vec![json!({ "sinceState": state })],
                "query" => vec![
                    json!({}),
                    json!({ "filter": { "threadId": ids[0] } }),
                    json!({ "filter": { "parentId": ids[0] } }),
                    json!({ "filter": { "itemId": ids[0] } }),
                ],
                "set" => ids
                    .iter()
                    .map(|id| json!({ "update": { id: { "title": "x" } }, "destroy": [format!("{id}x")] }))
                    .chain(ids.iter().map(|id| json!({ "destroy": [id] })))
                    .collect(),
                _ => vec![json!({})],
            };
            for mut args in all {
                args["accountId"] = json!(account);
                if verb == "set" {
                    office.desk.settle().await;
                }
                let text = who.asks_text(json!([[method, args.clone(), "0"]])).await;
                out.push((masked(&format!("{method} {args}")), masked(&text)));
            }
        }
        for blob in ids {
            for (method, path) in [
                (Method::GET, format!("/jmap/download/{account}/{blob}/x")),
                (Method::HEAD, format!("/jmap/download/{account}/{blob}/x")),
            ] {
                let answer = who.knocks(method, &path, None).await;
                let head = format!("{} {:?}", answer.status(), answer.headers().get("content-type"));
                out.push((path, format!("{head} {}", answer.text().await.unwrap_or_default())));
            }
        }
        let copy = json!({ "accountId": who.id, "fromAccountId": account, "blobIds": ids });
        out.push((format!("copy from {account}"), who.asks_text(json!([["Blob/copy", copy, "0"]])).await));
    }
    // What refers to the hidden from an account of one's own.
    for hidden in ids {
        for item in [
            json!({ "kind": "post", "parentId": hidden, "text": "x" }),
            json!({ "kind": "topic", "title": "x", "inAnswerTo": hidden }),
            json!({ "kind": "topic", "title": "x", "mentions": [hidden] }),
            json!({ "kind": "topic", "title": "x", "blobs": [{ "blobId": hidden, "name": "x" }] }),
            json!({ "kind": "topic", "title": "x", "expects": { "what": "reply", "of": [hidden] } }),
        ] {
            let text =
                who.asks_text(json!([["Item/set", { "accountId": accounts[0], "create": { "k": item } }, "0"]])).await;
            out.push((format!("{item}"), masked(&text)));
        }
        // A create that would become what is hidden.
        let topic = json!({ "kind": "topic", "title": "mine" });
        for (method, account, create) in [
            ("Space/set", who.id, json!({ "name": "mine" })),
            ("Space/set", who.id, json!({ "kind": "direct", "persons": [who.id] })),
            ("Item/set", accounts[0], topic.clone()),
            ("Member/set", accounts[0], json!({ "personId": hidden })),
            ("Draft/set", who.id, json!({ "item": { "title": "mine" } })),
            ("Submission/set", who.id, json!({ "spaceId": accounts[0], "item": topic, "sendIn": 3600 })),
            ("Cursor/set", who.id, json!({ "spaceId": accounts[0], "threadId": hidden, "lastSeq": 1 })),
        ] {
            office.desk.settle().await;
            let args = json!({ "accountId": account, "create": { hidden: create } });
            let text = who.asks_text(json!([[method, args, "0"]])).await;
            out.push((masked(&format!("{method} {hidden}")), masked(&text)));
        }
        // What the readers copy after a write is there before the next question, in both worlds.
        office.desk.settle().await;
        let direct = json!({ "kind": "direct", "persons": [who.id, hidden] });
        let args = json!({ "accountId": who.id, "create": { "k": direct } });
        out.push((format!("direct {hidden}"), masked(&who.asks_text(json!([["Space/set", args, "0"]])).await)));
        office.desk.settle().await;
        let member = json!({ "accountId": accounts[0], "create": { "k": { "personId": hidden, "role": "guest" } } });
        out.push((format!("member {hidden}"), masked(&who.asks_text(json!([["Member/set", member, "0"]])).await)));
    }
    for account in accounts {
        office.desk.settle().await;
        let args = json!({ "accountId": who.id, "create": { account.to_string(): { "name": "mine" } } });
        out.push((format!("space {account}"), masked(&who.asks_text(json!([["Space/set", args, "0"]])).await)));
    }
    office.desk.settle().await;
    let session = who.knocks(Method::GET, "/jmap/session", None).await.text().await.expect("text");
    out.push(("session".into(), masked(&session).replace(&host(&session), "HOST")));
    out
}

fn host(session: &str) -> String {
    let value: Value = serde_json::from_str(session).expect("JSON");
    value["apiUrl"].as_str().expect("a url").trim_end_matches("/jmap/api").to_string()
}

/// A Space that a guest is in, and, in one of the worlds, a Space, people and files that he is not to know of.
async fn world(store: Make, with_secrets: bool) -> (Office, Person) {
    let office = Office::open(store).await;
    let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
    let gil = office.hire(id('p', 2), "Gil", Role::Guest).await;
    ana.makes_space(id('s', 1), "Customer").await;
    ana.lets_in(id('s', 1), &gil, "guest").await;
    ana.posts(id('s', 1), id('i', 1), json!({ "kind": "topic", "title": "Welcome" })).await;
    if with_secrets {
        let bo = office.hire(id('p', 3), "Bo", Role::Member).await;
        ana.makes_space(id('s', 2), "Prices").await;
        ana.lets_in(id('s', 2), &bo, "member").await;
        ana.posts(id('s', 2), id('i', 2), json!({ "kind": "topic", "title": "What they pay" })).await;
        bo.posts(id('s', 2), id('i', 3), json!({ "kind": "post", "parentId": id('i', 2), "text": "Too little" })).await;
        let direct =
            json!({ "accountId": ana.id, "create": { "d": { "kind": "direct", "persons": [ana.id, bo.id] } } });
        assert!(ana.one("Space/set", direct).await["notCreated"].is_null());
        bo.uploads(id('s', 2), "secret").await;
    }
    office.desk.settle().await;
    (office, gil)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_gets_the_same_answers_whether_there_are_secrets_or_not() {
    for store in STORES {
        let mut answers = Vec::new();
        for with_secrets in [true, false] {
            let (office, gil) = world(store, with_secrets).await;
            let workspace = office.desk.engine.workspace();
            let direct = model::space::direct_id(workspace, &[id('p', 1), id('p', 3)]);
            let accounts = [id('s', 1), gil.id, id('s', 2), id('p', 1), id('p', 3), direct, workspace];
            let ids = [id('i', 2), id('i', 3), id('p', 3), id('s', 2), id('b', 1)].map(|id| id.to_string());
            let state = gil.one("Item/get", json!({ "accountId": id('s', 1) })).await["state"].clone();
            let all = asks_everything(&office, &gil, &accounts, &ids, state.as_str().expect("a state")).await;
            // The workspace and what follows from it have fresh ids in each world.
            let hide = |text: &str| text.replace(&workspace.to_string(), "W").replace(&direct.to_string(), "D");
            answers.push(all.into_iter().map(|(q, a)| (hide(&q), hide(&a))).collect::<Vec<_>>());
            office.close().await;
        }
        assert_eq!(answers[0].len(), answers[1].len());
        for (with, without) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(with, without);
        }
        assert!(answers[0].len() > 300, "{}", answers[0].len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_comparison_of_worlds_can_fail() {
    let mut seen = Vec::new();
    for with_secrets in [true, false] {
        let (office, _) = world(STORES[0], with_secrets).await;
        let ana = office.lets_in(id('p', 1)).await;
        seen.push(masked(&ana.asks_text(json!([["Item/get", { "accountId": id('s', 2) }, "0"]])).await));
        office.close().await;
    }
    assert_ne!(seen[0], seen[1]);
}

/// What Bo does when he reads: looks, streams, downloads, and keeps his place.
async fn reads(bo: &Person, blob: &str) {
    for account in [id('s', 1), bo.id] {
        for method in ["Item/get", "Thread/get", "Member/get", "Cursor/get", "Membership/get"] {
            bo.one(method, json!({ "accountId": account })).await;
        }
    }
    for (thread, seq) in [(id('i', 1), 5), (id('i', 1), 9)] {
        let cursor = json!({ "spaceId": id('s', 1), "threadId": thread, "lastSeq": seq });
        bo.one("Cursor/set", json!({ "accountId": bo.id, "create": { "c": cursor } })).await;
        bo.one("Cursor/set", json!({ "accountId": bo.id, "update": { thread.to_string(): { "lastSeq": seq } } })).await;
    }
    bo.one("Draft/set", json!({ "accountId": bo.id, "create": { "d": { "item": { "text": "I think" } } } })).await;
    bo.knocks(Method::GET, &format!("/jmap/download/{}/{blob}/x", id('s', 1)), None)
        .await
        .bytes()
        .await
        .expect("bytes");
    bo.knocks(Method::GET, "/jmap/session", None).await.bytes().await.expect("bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_somebody_reads_shows_nowhere_to_admins_either() {
    for store in STORES {
        let mut answers: Vec<Vec<(String, String)>> = Vec::new();
        for bo_reads in [true, false] {
            let office = Office::open(store).await;
            let ana = office.hire(id('p', 1), "Ana", Role::Admin).await;
            let bo = office.hire(id('p', 2), "Bo", Role::Member).await;
            ana.makes_space(id('s', 1), "Release").await;
            ana.lets_in(id('s', 1), &bo, "member").await;
            let blob = ana.uploads(id('s', 1), "a file").await;
            let file = json!([{ "blobId": blob, "name": "a.txt" }]);
            ana.posts(id('s', 1), id('i', 1), json!({ "kind": "topic", "title": "t", "blobs": file })).await;
            office.desk.settle().await;
            if bo_reads {
                reads(&bo, &blob).await;
            }
            ana.posts(id('s', 1), id('i', 2), json!({ "kind": "post", "parentId": id('i', 1), "text": "p" })).await;
            if bo_reads {
                reads(&bo, &blob).await;
            }
            office.later(1000).await;
            let workspace = office.desk.engine.workspace();
            let accounts = [id('s', 1), ana.id, bo.id, workspace];
            let ids = [id('i', 1), id('i', 2), bo.id, id('s', 1)].map(|id| id.to_string());
            let state = ana.one("Item/get", json!({ "accountId": id('s', 1) })).await["state"].clone();
            let all = asks_everything(&office, &ana, &accounts, &ids, state.as_str().expect("a state")).await;
            let hide = |text: &str| text.replace(&workspace.to_string(), "W").replace(&blob, "BLOB");
            // Ids that the server makes for what the questions create are fresh each time.
            let fresh = |text: &str| mask_ids(&hide(text), &accounts, &ids);
            answers.push(all.into_iter().map(|(q, a)| (hide(&q), fresh(&a))).collect());
            office.close().await;
        }
        for (with, without) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(with, without);
        }
    }
}

/// Ids that are none of these become `ID`.
fn mask_ids(text: &str, accounts: &[jmap::Id], ids: &[String]) -> String {
    let known = |part: &str| ids.iter().any(|id| id == part) || accounts.iter().any(|id| id.to_string() == part);
    let mask = |part: &str| match jmap::Id::parse(part) {
        Ok(_) if !known(part) => "ID".to_string(),
        _ => part.to_string(),
    };
    text.split('"').map(mask).collect::<Vec<_>>().join("\"")
}
