//! A database that is away, slow or full of others: the server says so, loses nothing, and goes on when it is back.

use reqwest::StatusCode;
use scenarios::process::{Failed, Machine, fresh_id};
use serde_json::json;
use std::sync::Arc;
use store::contract::postgres::Server;

/// What is answered without a token.
async fn page(url: &str, path: &str) -> (StatusCode, String) {
    let answer = reqwest::get(format!("{url}{path}")).await.expect("the server answers");
    (answer.status(), answer.text().await.expect("text"))
}

async fn until_ready(url: &str) {
    while page(url, "/readyz").await.0 != StatusCode::OK {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_its_database_is_away_a_server_says_so_and_it_goes_on_when_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Server::start(true);
    let machine = Machine::default().set("MEANWHILE_DATABASE", database.database());
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    let says =
        |id: &str, title: &str| json!({ "accountId": space, "create": { id: { "kind": "topic", "title": title } } });
    let (before, meanwhile) = (fresh_id(b'i'), fresh_id(b'i'));
    ana.one(&server.url, "Item/set", says(&before, "Before")).await.expect("the server runs");

    database.kill();
    assert_eq!(page(&server.url, "/healthz").await.0, StatusCode::OK, "it lives");
    let (status, why) = page(&server.url, "/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && why.contains("the database does not answer"), "{why}");
    assert_eq!(page(&server.url, "/").await.0, StatusCode::OK, "the app starts, and reads what the device has");
    // Whoever has a token keeps it: nobody is signed out by a database that is away.
    let session = ana.http.get(format!("{}/jmap/session", server.url)).bearer_auth(&ana.token).send();
    let session = session.await.expect("the server answers");
    assert_eq!(session.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(session.headers().contains_key("retry-after"), "{session:?}");
    let refused = ana.one(&server.url, "Item/set", says(&meanwhile, "Meanwhile")).await;
    let said = match &refused {
        Err(Failed::Refused(503, problem)) => problem["detail"].as_str().unwrap_or_default().to_string(),
        Ok(answer) => answer["description"].as_str().unwrap_or_default().to_string(),
        Err(_) => String::new(),
    };
    assert!(said.contains("epeat this"), "it says what to do: {refused:?}");

    database.resume();
    until_ready(&server.url).await;
    let made = ana.one(&server.url, "Item/set", says(&meanwhile, "Meanwhile")).await.expect("the server runs");
    assert!(made["created"][&meanwhile].is_object(), "{made}");
    let got = ana.one(&server.url, "Item/get", json!({ "accountId": space, "ids": null })).await.expect("it runs");
    let titles: Vec<_> = got["list"].as_array().expect("a list").iter().map(|item| item["title"].clone()).collect();
    assert_eq!(titles, ["Before", "Meanwhile"]);
    assert_eq!(server.terminate().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_makes_a_server_that_is_not_ready_and_a_write_that_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Arc::new(Server::start(false));
    let address = database.database();
    let machine = Machine::default().set("MEANWHILE_DATABASE", &address);
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    let (other, at) = (database.clone(), address.clone());
    let held = std::thread::spawn(move || {
        // Until somebody ends it.
        let _ = other.execute(&at, "LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)");
    });
    while page(&server.url, "/readyz").await.0 == StatusCode::OK {}
    let (id, url, to) = (fresh_id(b'i'), server.url.clone(), ana.clone());
    let says = json!({ "accountId": space, "create": { &id: { "kind": "topic", "title": "Slow" } } });
    let writing = tokio::spawn(async move { to.one(&url, "Item/set", says).await });
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    database.execute(&address, end).expect("it answers others");
    held.join().expect("it has ended");
    let made = writing.await.expect("joins").expect("the server runs");
    assert!(made["created"][&id].is_object(), "{made}");
    until_ready(&server.url).await;
    assert_eq!(server.terminate().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_takes_no_more_connections_is_named_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Arc::new(Server::start(false));
    let address = database.database();
    let crowd: Vec<_> = (0..80)
        .map(|_| {
            let (other, at) = (database.clone(), address.clone());
            std::thread::spawn(move || other.execute(&at, "SELECT pg_sleep(600)"))
        })
        .collect();
    let machine = Machine::default().set("MEANWHILE_DATABASE", &address);
    // Those that found no place have ended.
    while crowd.iter().filter(|one| one.is_finished()).count() < 20 {
        tokio::task::yield_now().await;
    }
    let refused = machine.try_serve(&folder.path().join("data")).await.err().expect("it does not start");
    assert!(refused.code == Some(1) && refused.err.contains("too many connections"), "{refused:?}");
    database.kill();
    for one in crowd {
        let ended = one.join().expect("it has ended");
        assert!(ended.is_err());
    }
}
