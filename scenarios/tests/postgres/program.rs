//! The program on a PostgreSQL database: it serves, it stops and goes on, and its doctor says what is wrong.

use scenarios::process::{Machine, fresh_id};
use serde_json::{Value, json};
use store::contract::postgres::Server;

fn machine(address: &str) -> Machine {
    Machine::default().set("MEANWHILE_DATABASE", address)
}

/// What the doctor says of the database.
async fn doctor(machine: &Machine, data: &std::path::Path) -> (Option<i32>, Vec<Value>) {
    let said = machine.run(data, &["doctor", "--json"]).await;
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let list = report["findings"].as_array().expect("a list").clone();
    (said.code, list.into_iter().filter(|found| found["what"] == "database").collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_in_a_database_is_served_and_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let machine = machine(&Server::shared().database());
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    let blob = ana.upload(&server.url, &space, b"a file".to_vec()).await.expect("uploads");
    let item = fresh_id(b'i');
    let file = json!({ "blobId": blob, "name": "a.bin", "type": "application/octet-stream" });
    let topic = json!({ "kind": "topic", "title": "Checkout fails", "text": "On the second click.", "blobs": [file] });
    let open = async {
        let create = json!({ "accountId": space, "create": { &item: topic } });
        let made = ana.one(&server.url, "Item/set", create).await.expect("the server runs");
        assert!(made["created"][&item].is_object(), "{made}");
    };
    let (mut event, mut next) = ana.event(&server.url, None, open).await;
    // What came before may be told first.
    while event["changed"][&space].is_null() {
        (event, next) = ana.event(&server.url, Some(&next), async {}).await;
    }
    assert_eq!(doctor(&machine, &data).await.0, Some(0), "while it runs");
    let (code, log) = server.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!data.join("meanwhile.db").exists(), "the records are in the database alone");

    assert_eq!(doctor(&machine, &data).await.0, Some(0), "while it does not");
    let server = machine.serve(&data).await;
    let found = ana.one(&server.url, "Item/get", json!({ "accountId": space, "ids": [item] })).await.expect("it runs");
    assert_eq!(found["list"][0]["title"], "Checkout fails");
    assert_eq!(ana.download(&server.url, &space, &blob).await.expect("it is there"), b"a file");
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_names_a_database_that_is_away_or_of_another_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(false);
    let address = server.database();
    let machine = machine(&address);
    machine.serve(&data).await.terminate().await;

    server.execute(&address, "INSERT INTO migrations VALUES (77, 'later', '', '9.9')").expect("it can be written");
    let (code, found) = doctor(&machine, &data).await;
    let says = found[0]["says"].as_str().expect("a text");
    assert!(code == Some(1) && says.contains("newer version of Meanwhile"), "{found:?}");
    server.execute(&address, "DELETE FROM migrations WHERE step = 77").expect("it can be written");

    let other = server.database();
    server.execute(&other, "CREATE TABLE bookmarks (url TEXT)").expect("it can be written");
    let (code, found) = doctor(&self::machine(&other), &data).await;
    let says = found[0]["says"].as_str().expect("a text");
    assert!(code == Some(1) && says.contains("another program's"), "{found:?}");

    server.kill();
    let (code, found) = doctor(&machine, &data).await;
    let says = found[0]["says"].as_str().expect("a text");
    assert!(code == Some(1) && says.contains("can't be used") && says.contains("no answer"), "{found:?}");
    let refused = machine.try_serve(&data).await.err().expect("it does not start");
    assert!(refused.err.contains("no answer from PostgreSQL"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_with_records_of_its_own_is_not_used_with_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    Machine::default().serve(&data).await.terminate().await;
    let machine = machine(&Server::shared().database());
    let refused = machine.try_serve(&data).await.err().expect("it does not start");
    assert!(refused.err.contains("take another folder"), "{refused:?}");
    let backup = machine.run(&data, &["backup", "copy"]).await;
    assert!(backup.code == Some(1) && backup.err.contains("take another folder"), "{backup:?}");
}
