//! A server that is killed while it moves a long thread, or a part of one into another thread.

use scenarios::process::{Desk, Machine, Process};
use serde_json::{Map, Value, json};
use std::path::Path;
use store::contract::postgres::Server;

const REPLIES: usize = 600;

async fn asked(who: &Desk, url: &str, method: &str, args: Value) -> Value {
    who.one(url, method, args).await.expect("the server runs")
}

/// How far the log of a Space is.
async fn head(who: &Desk, url: &str, space: &str) -> u64 {
    let got = asked(who, url, "Item/get", json!({ "accountId": space, "ids": [] })).await;
    let state = got["state"].as_str().expect("a state");
    state.rsplit('.').next().and_then(|seq| seq.parse().ok()).unwrap_or_else(|| panic!("{state}"))
}

async fn thread(who: &Desk, url: &str, space: &str, topic: &str) -> Vec<String> {
    let create = json!({ "t": { "kind": "topic", "title": topic } });
    let made = asked(who, url, "Item/set", json!({ "accountId": space, "create": create })).await;
    let mut ids = vec![made["created"]["t"]["id"].as_str().expect("an id").to_string()];
    for some in [vec![0], (1..REPLIES).collect()] {
        let reply =
            |n: &usize| json!({ "kind": "post", "parentId": ids[ids.len().min(2) - 1], "text": format!("{n:05}") });
        let create: Map<String, Value> = some.iter().map(|n| (format!("p{n:05}"), reply(n))).collect();
        let made = asked(who, url, "Item/set", json!({ "accountId": space, "create": create })).await;
        let id = |n: &usize| made["created"][format!("p{n:05}")]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
        let made: Vec<String> = some.iter().map(|n| id(n).to_string()).collect();
        ids.extend(made);
    }
    ids
}

/// The texts of these Items, as far as they are in the Space.
async fn texts(who: &Desk, url: &str, space: &str, ids: &[String]) -> Vec<String> {
    let mut texts = Vec::new();
    for some in ids.chunks(500) {
        let got = asked(who, url, "Item/get", json!({ "accountId": space, "ids": some, "properties": ["text"] })).await;
        let list = got["list"].as_array().expect("a list");
        texts.extend(list.iter().map(|item| item["text"].as_str().unwrap_or_default().to_string()));
    }
    texts
}

async fn count(who: &Desk, url: &str, space: &str) -> u64 {
    let all = asked(who, url, "Item/query", json!({ "accountId": space, "calculateTotal": true })).await;
    all["total"].as_u64().unwrap_or_else(|| panic!("{all}"))
}

/// Kills the server once the log of the Space is beyond `seq`, if the move is still under way then.
async fn killed_beyond(
    seq: u64,
    (who, space): (&Desk, &str),
    (machine, data): (&Machine, &Path),
    server: Process,
) -> (Process, bool) {
    while head(who, &server.url, space).await <= seq {
        if done(who, &server.url).await {
            return (server, false);
        }
    }
    let under_way = !done(who, &server.url).await;
    server.kill().await;
    (machine.serve(data).await, under_way)
}

async fn done(who: &Desk, url: &str) -> bool {
    let moves = asked(who, url, "Move/get", json!({ "accountId": who.person })).await;
    moves["list"].as_array().is_some_and(|list| !list.is_empty() && list.iter().all(|one| one["doneAt"].is_string()))
}

async fn moved_and_killed(machine: Machine, part: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let (from, to) = (ana.space(&server.url, "Inbox").await, ana.space(&server.url, "Release").await);
    let ids = thread(&ana, &server.url, &from, "long").await;
    let create = json!({ "t": { "kind": "topic", "title": "there" } });
    let made = asked(&ana, &server.url, "Item/set", json!({ "accountId": to, "create": create })).await;
    let into = &made["created"]["t"]["id"];
    // The replies of a part all hang below the first one.
    let (top, into) = if part { (1, into.clone()) } else { (0, Value::Null) };
    let ask = json!({ "spaceId": from, "itemId": ids[top], "toSpaceId": to, "toThreadId": into });
    let (before, here) = (head(&ana, &server.url, &from).await, head(&ana, &server.url, &to).await);
    let begun = asked(&ana, &server.url, "Move/set", json!({ "accountId": ana.person, "create": { "m": ask } })).await;
    assert!(begun["created"]["m"].is_object(), "{begun}");
    let mut kills = 0;
    for (space, seq) in [(&to, here + 60), (&to, here + 400), (&from, before + 60), (&from, before + 400)] {
        let (next, under_way) = killed_beyond(seq, (&ana, space), (&machine, &data), server).await;
        server = next;
        kills += u32::from(under_way);
    }
    while !done(&ana, &server.url).await {}
    let numbers: Vec<String> = (0..REPLIES).map(|n| format!("{n:05}")).collect();
    assert!(texts(&ana, &server.url, &to, &ids[1..]).await == numbers, "all of it is there, as it was");
    assert_eq!(texts(&ana, &server.url, &from, &ids[top..]).await, Vec::<String>::new());
    let all = REPLIES as u64;
    let counts = (count(&ana, &server.url, &from).await, count(&ana, &server.url, &to).await);
    assert_eq!(counts, if part { (1, all + 1) } else { (0, all + 2) });
    let root = if part { &into } else { &json!(ids[0]) };
    let told = asked(&ana, &server.url, "Thread/get", json!({ "accountId": to, "ids": [root] })).await;
    assert_eq!((&told["list"][0]["posts"], &told["list"][0]["movedAt"]), (&json!(all), &Value::Null), "{told}");
    let (code, log) = server.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let report = machine.order(&data, &["doctor", "--all"]).await;
    assert_eq!(report["healthy"], true, "{report}");
    assert!(kills > 0, "no kill hit the move");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_goes_on_after_each_kill_and_nothing_is_lost_or_there_twice() {
    moved_and_killed(Machine::default(), false).await;
    moved_and_killed(Machine::default().set("MEANWHILE_DATABASE", Server::shared().database()), true).await;
}
