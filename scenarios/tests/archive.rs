//! The main job on real input: a mail archive comes in, is read and answered by two people over HTTP, one of them after a
//! long silence, with the server killed in between, and nothing is lost.
//!
//! With `MEANWHILE_TEST_MAIL=<folder>` (`make test MAIL=<folder>`) the story is told of that archive too.

#[path = "archive/corpus.rs"]
mod corpus;

use scenarios::process::{Desk, Machine, Process, fresh_id};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A copy of one type of one account that follows `/changes`.
#[derive(Default)]
struct Copy {
    state: String,
    items: BTreeMap<String, Value>,
}

impl Copy {
    async fn catch_up(&mut self, who: &Desk, url: &str, account: &str) {
        if self.state.is_empty() {
            let all = who.one(url, "Item/get", json!({ "accountId": account, "ids": [] })).await.expect("answers");
            // From the very beginning, by changes alone.
            let state = all["state"].as_str().expect("a state");
            let (start, _) = state.rsplit_once('.').expect("a state has parts");
            self.state = format!("{start}.0");
        }
        loop {
            let since = json!({ "accountId": account, "sinceState": self.state, "maxChanges": 50 });
            let changes = who.one(url, "Item/changes", since).await.expect("answers");
            let ids: Vec<Value> = ["created", "updated"]
                .iter()
                .flat_map(|l| changes[*l].as_array().cloned().unwrap_or_default())
                .collect();
            let got = who.one(url, "Item/get", json!({ "accountId": account, "ids": ids })).await.expect("answers");
            for item in got["list"].as_array().into_iter().flatten() {
                self.items.insert(item["id"].as_str().expect("an id").to_string(), item.clone());
            }
            for id in changes["destroyed"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                self.items.remove(id);
            }
            self.state = changes["newState"].as_str().unwrap_or_else(|| panic!("{changes}")).to_string();
            if changes["hasMoreChanges"] == false {
                return;
            }
        }
    }
}

async fn import(machine: &Machine, data: &Path, mail: &Path) -> Value {
    machine.order(data, &["import", "maildir", mail.to_str().expect("UTF-8"), "--space", "Archive"]).await
}

async fn set_up(machine: &Machine, data: &Path) -> (Process, Desk, Desk, String) {
    let server = machine.serve(data).await;
    let (ana, bo) = (machine.person(data, "Ana").await, machine.person(data, "Bo").await);
    let made = machine
        .order(
            data,
            &["space", "add", "--name", "Archive", "--member", "ana@example.org", "--member", "bo@example.org"],
        )
        .await;
    let space = made["spaceId"].as_str().unwrap_or_else(|| panic!("{made}")).to_string();
    (server, ana, bo, space)
}

/// Tells the story of one archive. `killed`: the server is killed while the mail comes in.
async fn comes_in_and_is_answered(machine: &Machine, mail: &Path, killed: bool) -> BTreeMap<String, Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (mut server, ana, bo, space) = set_up(machine, &data).await;
    let mut at_bo = Copy::default();
    at_bo.catch_up(&bo, &server.url, &space).await;
    let (_, token) = bo
        .event(&server.url, None, async {
            let draft = json!({ "accountId": bo.person, "create": { "d": { "item": {} } } });
            bo.one(&server.url, "Draft/set", draft).await.expect("answers");
        })
        .await;
    if killed {
        let args = ["import", "maildir", mail.to_str().expect("UTF-8"), "--space", "Archive"];
        let command = machine.command_in(&data, &args).output();
        let under_way = tokio::spawn(command);
        // In the middle: when the first messages are there, and not yet all.
        let mut seen = 0;
        while seen == 0 {
            let some =
                ana.one(&server.url, "Item/query", json!({ "accountId": space, "limit": 5 })).await.expect("answers");
            seen = some["ids"].as_array().map_or(0, Vec::len);
            tokio::task::yield_now().await;
        }
        server.kill().await;
        let ended = under_way.await.expect("joins").expect("the program ran");
        assert!(!ended.status.success(), "an import whose server was killed says so");
        server = machine.serve(&data).await;
    }
    let first = import(machine, &data, mail).await;
    let again = import(machine, &data, mail).await;
    assert_eq!((&again["threads"], &again["posts"], &again["files"]), (&json!(0), &json!(0), &json!(0)), "{again}");

    let mut at_ana = Copy::default();
    at_ana.catch_up(&ana, &server.url, &space).await;
    let imported = at_ana.items.clone();
    let count = first["threads"].as_u64().unwrap_or(0) + first["posts"].as_u64().unwrap_or(0);
    assert!(killed || imported.len() as u64 == count, "{first}");
    for item in imported.values() {
        assert_eq!(item["origin"], "imported");
        let root = &imported[item["threadId"].as_str().expect("an id")];
        assert_eq!(root["kind"], "topic", "{item}");
        assert_eq!(item["kind"] == "topic", item["parentId"].is_null(), "{item}");
    }
    let ids: BTreeSet<&str> = imported.values().filter_map(|item| item["messageId"].as_str()).collect();
    assert_eq!(ids.len(), imported.values().filter(|item| item["messageId"].is_string()).count(), "each mail once");
    let threads = ana.one(&server.url, "Thread/get", json!({ "accountId": space, "ids": [] })).await.expect("answers");
    assert!(threads["type"].is_null(), "{threads}");

    // Ana answers one thread, and the server is killed as soon as it has said yes.
    let (topic, _) = imported.iter().find(|(_, item)| item["kind"] == "topic").expect("there is a topic");
    let (answer, later) = (fresh_id(b'i'), fresh_id(b'i'));
    let post = json!({ "kind": "post", "parentId": topic, "text": "Ten years later: **yes**." });
    let said =
        ana.one(&server.url, "Item/set", json!({ "accountId": space, "create": { answer.clone(): post } })).await;
    assert!(said.expect("answers")["notCreated"].is_null());
    let item = json!({ "kind": "post", "parentId": answer, "text": "And one more thing." });
    let sub = json!({ "accountId": ana.person, "create": { later.clone(): { "spaceId": space, "item": item, "sendIn": 1 } } });
    assert!(ana.one(&server.url, "Submission/set", sub).await.expect("answers")["notCreated"].is_null());
    server.kill().await;
    let server = machine.serve(&data).await;

    // Bo, who has heard nothing since before the import, is told by one event, catches up, and answers.
    let (change, _) = bo.event(&server.url, Some(&token), async {}).await;
    assert!(change["changed"][&space].is_object(), "{change}");
    while !at_bo.items.contains_key(&later) {
        at_bo.catch_up(&bo, &server.url, &space).await;
    }
    let thanks = json!({ "kind": "post", "parentId": later, "text": "Thank you." });
    let said = bo.one(&server.url, "Item/set", json!({ "accountId": space, "create": { "p": thanks } })).await;
    assert!(said.expect("answers")["notCreated"].is_null());
    at_bo.catch_up(&bo, &server.url, &space).await;
    at_ana.catch_up(&ana, &server.url, &space).await;
    assert_eq!(at_ana.items, at_bo.items);
    assert_eq!(at_ana.items.len(), imported.len() + 3);
    let thread =
        ana.one(&server.url, "Thread/get", json!({ "accountId": space, "ids": [topic] })).await.expect("answers");
    let newest = at_ana.items.values().filter(|i| i["origin"] == "said").map(|i| i["seq"].as_u64()).max().flatten();
    assert_eq!(thread["list"][0]["lastSeq"].as_u64(), newest, "nothing imported is new: {thread}");

    let (code, log) = server.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let doctor = machine.run(&data, &["doctor", "--json"]).await;
    assert_eq!(doctor.code, Some(0), "{doctor:?}");
    imported
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_comes_in_and_is_answered_by_two_people() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = corpus::write(folder.path(), 12);
        let items = comes_in_and_is_answered(&machine, folder.path(), false).await;
        assert_eq!(items.len(), written.messages, "{written:?}");
        let by_mail = |id: &str| items.values().find(|item| item["messageId"] == id).unwrap_or_else(|| panic!("{id}"));
        let root = by_mail("t0.0@example.org");
        assert_eq!(root["title"], "Question 0");
        assert_eq!(root["createdAt"], "2009-11-01T07:00:00Z");
        for n in 1..6 {
            let post = by_mail(&format!("t0.{n}@example.org"));
            assert_eq!(post["parentId"], by_mail(&format!("t0.{}@example.org", n - 1))["id"]);
            assert_eq!(post["threadId"], root["id"]);
        }
        assert_eq!(by_mail("ghost.2@x")["kind"], "topic", "the earliest known stands for a missing root");
        assert_eq!(by_mail("ghost.3@x")["threadId"], by_mail("ghost.2@x")["id"]);
        assert_eq!(by_mail("html@x")["title"], "Grüße");
        let html = by_mail("html@x")["text"].as_str().unwrap_or("");
        assert!(html.contains("Hello") && !html.contains("alert") && !html.contains("evil"), "{html}");
        assert!(by_mail("latin@x")["text"].as_str().is_some_and(|text| text.contains("Grüße")));
        let file = &by_mail("t0.3@example.org")["blobs"][0];
        assert_eq!((&file["name"], file["size"].as_u64()), (&json!("list 0.csv"), Some(7)), "{file}");
        let hostile = by_mail("broken@x")["blobs"][0]["name"].as_str().unwrap_or("").to_string();
        assert_eq!(hostile, "passgnp.exe", "no way out of a folder, and no mark that turns it round");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_while_an_archive_comes_in_loses_nothing_and_doubles_nothing() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = corpus::write(folder.path(), 150);
        let items = comes_in_and_is_answered(&machine, folder.path(), true).await;
        assert_eq!(items.len(), written.messages, "{written:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_that_the_tester_names_comes_in_and_is_answered() {
    for machine in Machine::both() {
        let Some(mail) = std::env::var_os("MEANWHILE_TEST_MAIL") else { return };
        let items = comes_in_and_is_answered(&machine, Path::new(&mail), false).await;
        assert!(!items.is_empty());
    }
}
