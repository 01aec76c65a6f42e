//! An admin gives the server an export and it comes in: looked through first, then brought in beside all else, stopped and
//! gone on with, by way of the record that every device of hers sees.

#[path = "slack/corpus.rs"]
mod corpus;

use scenarios::process::{Desk, Machine, fresh_id};
use serde_json::{Value, json};
use std::path::Path;
use store::contract::postgres::Server;

/// The record of an import, as soon as it is in one of these states.
async fn until(who: &Desk, url: &str, id: &str, states: &[&str]) -> Value {
    loop {
        let record = import(who, url, id).await;
        if states.iter().any(|state| record["state"] == *state) {
            return record;
        }
        tokio::task::yield_now().await;
    }
}

async fn import(who: &Desk, url: &str, id: &str) -> Value {
    let got = who.one(url, "Import/get", json!({ "accountId": who.person, "ids": [id] })).await.expect("answers");
    got["list"][0].clone()
}

async fn set(who: &Desk, url: &str, args: Value) -> Value {
    let mut args = args;
    args["accountId"] = json!(who.person);
    who.one(url, "Import/set", args).await.expect("answers")
}

async fn given(who: &Desk, url: &str, export: Vec<u8>) -> (String, Value) {
    let blob = who.upload(url, &who.person, export).await.expect("uploads");
    let id = fresh_id(b'm');
    let made = set(who, url, json!({ "create": { &id: { "blobId": blob, "name": "export.zip" } } })).await;
    (id, made)
}

async fn wants(who: &Desk, url: &str, id: &str, wanted: &str) {
    let done = set(who, url, json!({ "update": { id: { "wanted": wanted } } })).await;
    assert!(done["notUpdated"].is_null(), "{done}");
}

/// The export of the tests, with so many messages more on each of twenty days.
fn packed(folder: &Path, more: usize) -> Vec<u8> {
    let (export, zip) = (folder.join("export"), folder.join("export.zip"));
    corpus::write(&export, false);
    for day in 10..30 {
        let many =
            (0..more).map(|n| corpus::said(&format!("14{day}000{n:03}.000001"), "U1", &format!("Number {n} of {day}")));
        corpus::put(&export, &format!("general/2015-06-{day}.json"), &many.collect());
    }
    corpus::pack(&export, &zip);
    std::fs::read(zip).expect("packed")
}

async fn comes_in(machine: Machine) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = machine.serve(&data).await;
    let url = server.url.clone();
    let (ana, bo) = (machine.admin(&data, "Ana").await, machine.person(&data, "Bo").await);

    let (id, made) = given(&ana, &url, packed(folder.path(), 0)).await;
    assert_eq!(made["created"][&id]["state"], "waiting", "{made}");
    let looked = until(&ana, &url, &id, &["previewed", "failed"]).await;
    assert_eq!((&looked["state"], &looked["wanted"]), (&json!("previewed"), &json!("nothing")), "{looked}");
    let preview = &looked["preview"];
    assert_eq!(
        (&preview["messages"], &preview["placeholders"], &preview["spacesInAll"]),
        (&json!(14), &json!(3), &json!(5)),
        "{preview}"
    );
    let spaces = ana.one(&url, "Membership/get", json!({ "accountId": ana.person, "ids": null })).await.expect("it");
    assert_eq!(spaces["list"], json!([]), "a preview writes nothing");

    wants(&ana, &url, &id, "import").await;
    let came = until(&ana, &url, &id, &["imported", "failed"]).await;
    assert_eq!((&came["result"]["threads"], &came["result"]["posts"]), (&json!(8), &json!(6)), "{came}");
    assert_eq!(came["result"]["problems"]["count"], 8, "{came}");
    assert_eq!((&came["progress"], &came["reason"]), (&Value::Null, &Value::Null));
    let spaces = bo.one(&url, "Membership/get", json!({ "accountId": bo.person, "ids": null })).await.expect("it");
    assert_eq!(spaces["list"].as_array().map(Vec::len), Some(4), "it is there for others too: {spaces}");

    // Once more doubles nothing, and taking the record away takes nothing back.
    wants(&ana, &url, &id, "import").await;
    let again = until(&ana, &url, &id, &["imported", "failed"]).await;
    assert_eq!((&again["result"]["already"], &again["result"]["threads"]), (&json!(14), &json!(0)), "{again}");
    let gone = set(&ana, &url, json!({ "destroy": [id] })).await;
    assert_eq!(gone["destroyed"], json!([id]));

    // What is no export says so, and stays where it is.
    let (id, _) = given(&ana, &url, b"no zip at all".to_vec()).await;
    let failed = until(&ana, &url, &id, &["previewed", "failed"]).await;
    assert!(failed["reason"].as_str().is_some_and(|why| why.contains("no whole zip file")), "{failed}");

    // Only admins import.
    let (id, refused) = given(&bo, &url, packed(folder.path(), 0)).await;
    assert_eq!(refused["notCreated"][&id]["type"], "forbidden", "{refused}");
    let blob = ana.upload(&url, &ana.person, b"hers".to_vec()).await.expect("uploads");
    let stolen = json!({ "create": { &id: { "blobId": blob, "name": "x", "wanted": "nothing" } } });
    assert_eq!(set(&bo, &url, stolen).await["notCreated"][&id]["type"], "blobNotFound");
    server.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_an_admin_gives_the_server_is_looked_through_and_comes_in() {
    comes_in(Machine::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_with_the_records_in_postgresql() {
    let database = Server::shared().database();
    comes_in(Machine::default().set("MEANWHILE_DATABASE", database.to_string())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_stopped_gone_on_with_and_survives_the_death_of_its_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let machine = Machine::default();
    let mut server = machine.serve(&data).await;
    let ana = machine.admin(&data, "Ana").await;
    let (id, _) = given(&ana, &server.url, packed(folder.path(), 600)).await;
    until(&ana, &server.url, &id, &["previewed"]).await;

    wants(&ana, &server.url, &id, "import").await;
    until(&ana, &server.url, &id, &["importing"]).await;
    wants(&ana, &server.url, &id, "nothing").await;
    let stopped = until(&ana, &server.url, &id, &["stopped", "imported"]).await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");

    // It is gone on with, and the server dies.
    wants(&ana, &server.url, &id, "import").await;
    until(&ana, &server.url, &id, &["importing"]).await;
    server.kill().await;
    server = machine.serve(&data).await;
    let came = until(&ana, &server.url, &id, &["imported", "failed"]).await;
    let count = |name: &str| came["result"][name].as_u64().expect("a number");
    assert_eq!(count("threads") + count("posts") + count("already"), 14 + 20 * 600, "{came}");
    let list = json!({ "accountId": ana.person, "ids": null });
    let spaces = ana.one(&server.url, "Membership/get", list).await.expect("answers");
    let general = spaces["list"].as_array().expect("a list").iter().find(|space| space["name"] == "general");
    let general = general.expect("it is there")["spaceId"].clone();
    let query = json!({ "accountId": general, "limit": 0, "calculateTotal": true });
    let all = ana.one(&server.url, "Item/query", query).await.expect("answers");
    assert_eq!(all["total"], 9 + 20 * 600, "nothing is lost and nothing doubled");
    server.terminate().await;
}
