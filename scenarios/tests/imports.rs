//! An admin gives the server an export and it comes in: looked through first, then brought in beside all else, stopped and
//! gone on with, by way of the record that every device of hers sees.

#[path = "slack/corpus.rs"]
mod corpus;

use scenarios::process::{Desk, Machine, fresh_id};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

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
    for machine in Machine::both() {
        comes_in(machine).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_stopped_gone_on_with_and_survives_the_death_of_its_server() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut server = machine.serve(&data).await;
        let ana = machine.admin(&data, "Ana").await;
        let (id, _) = given(&ana, &server.url, packed(folder.path(), 300)).await;
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
        assert_eq!(count("threads") + count("posts") + count("already"), 14 + 20 * 300, "{came}");
        let list = json!({ "accountId": ana.person, "ids": null });
        let spaces = ana.one(&server.url, "Membership/get", list).await.expect("answers");
        let general = spaces["list"].as_array().expect("a list").iter().find(|space| space["name"] == "general");
        let general = general.expect("it is there")["spaceId"].clone();
        let query = json!({ "accountId": general, "limit": 0, "calculateTotal": true });
        let all = ana.one(&server.url, "Item/query", query).await.expect("answers");
        assert_eq!(all["total"], 9 + 20 * 300, "nothing is lost and nothing doubled");
        server.terminate().await;
    }
}

/// A letter with a file of so many bytes, after other letters and before others.
fn letter(to: &mut impl Write, number: u32, bytes: usize) {
    let head = format!(
        "From ana@example.org Mon Nov 23 09:00:00 2026\nFrom: Ana <ana@example.org>\nSubject: Letter {number}\n\
         Message-ID: <{number}@example.org>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nLook.\n\
         --b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=film\n\
         Content-Transfer-Encoding: base64\n\n"
    );
    to.write_all(head.as_bytes()).expect("written");
    // 57 bytes make a line of 76.
    for _ in 0..bytes / 57 {
        to.write_all("AAAA".repeat(19).as_bytes()).expect("written");
        to.write_all(b"\n").expect("written");
    }
    to.write_all(b"--b--\n\n").expect("written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_of_a_hundred_megabytes_comes_in_and_a_larger_one_is_named_and_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, mail) = (folder.path().join("data"), folder.path().join("box"));
    let mut file = BufWriter::new(File::create(&mail).expect("a file"));
    for (number, bytes) in [(1, 570), (2, 75_000_000), (3, 130_000_000), (4, 570)] {
        letter(&mut file, number, bytes);
    }
    file.flush().expect("written");
    drop(file);
    let machine = Machine::default();
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let made = machine.order(&data, &["space", "add", "--name", "Archive", "--member", "ana@example.org"]).await;
    let from = ["import", "mbox", mail.to_str().expect("UTF-8"), "--space", "Archive"];
    let done = machine.order(&data, &from).await;
    assert_eq!(
        (&done["threads"], &done["files"], &done["problems"]["count"]),
        (&json!(3), &json!(3), &json!(1)),
        "{done}"
    );
    let problem = &done["problems"]["list"][0];
    let says = |name: &str, words: &str| problem[name].as_str().is_some_and(|text| text.contains(words));
    assert!(says("place", "box at byte 10131") && says("why", "larger than 167772160 bytes"), "{problem}");
    let got = json!({ "accountId": made["spaceId"], "ids": null, "properties": ["title", "blobs"] });
    let got = ana.one(&server.url, "Item/get", got).await.expect("answers");
    let came = got["list"].as_array().expect("a list").iter();
    let came: Vec<_> = came.map(|item| (item["title"].clone(), item["blobs"][0]["size"].clone())).collect();
    assert_eq!(
        came,
        [("Letter 1", 570), ("Letter 2", 75_000_000 / 57 * 57), ("Letter 4", 570)]
            .map(|(title, size)| (json!(title), json!(size)))
    );
    server.terminate().await;
}
