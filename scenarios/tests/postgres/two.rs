//! Two servers on one database: each hears of what the other writes, what has to be done is done once, and a server that
//! is killed leaves nothing undone.

use scenarios::process::{Desk, Machine, fresh_id};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::contract::postgres::Server;

/// The length of a lease.
const LEASE: Duration = Duration::from_secs(15);

/// A data folder for a second server: its own lock and socket, the files and their key of the first.
pub(super) fn beside(first: &Path) -> PathBuf {
    let second = first.with_file_name("second");
    std::fs::create_dir(&second).expect("a folder can be made");
    std::os::unix::fs::symlink(first.join("blobs"), second.join("blobs")).expect("a link can be made");
    std::fs::copy(first.join("blobs.key"), second.join("blobs.key")).expect("the key is there");
    second
}

fn topic(title: &str) -> Value {
    json!({ "kind": "topic", "title": title, "text": "What do you think?" })
}

pub(super) async fn posts(who: &Desk, url: &str, space: &str, title: &str) -> String {
    let item = fresh_id(b'i');
    let create = json!({ "accountId": space, "create": { &item: topic(title) } });
    let made = who.one(url, "Item/set", create).await.expect("the server runs");
    assert!(made["created"][&item].is_object(), "{made}");
    item
}

async fn titles(who: &Desk, url: &str, space: &str) -> Vec<String> {
    let found = who.one(url, "Item/get", json!({ "accountId": space, "ids": null })).await.expect("the server runs");
    let list = found["list"].as_array().expect("a list");
    list.iter().map(|item| item["title"].as_str().expect("a title").to_string()).collect()
}

/// Asks until so many are found.
async fn finds(who: &Desk, url: &str, text: &str, total: u64) {
    let args = json!({ "accountId": who.person, "filter": { "text": text } });
    while who.one(url, "Search/query", args.clone()).await.expect("the server runs")["total"] != total {}
}

/// Waits until there is something.
async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(4 * LEASE, found).await.unwrap_or_else(|_| panic!("never: {what}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_are_one_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("first");
    let database = Server::shared().database();
    let machine = Machine::default().set("MEANWHILE_DATABASE", &database);
    let asks = |sql: &str| Server::shared().texts(&database, sql).expect("the database answers");
    let one = machine.serve(&data).await;
    // As long as it is alone, it takes all there are.
    let its_name =
        until("a server takes leases", || asks("SELECT DISTINCT holder FROM leases WHERE holder IS NOT NULL").pop())
            .await;
    let two = machine.serve(&beside(&data)).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&one.url, "Release").await;

    // Streams cross, both ways, and the token of one server is read by the other.
    let mut token = None;
    for turn in 0..4 {
        let (here, there) = if turn % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let begin = Instant::now();
        let open = async {
            posts(&ana, &here.url, &space, &format!("Post {turn}")).await;
        };
        let (mut event, mut next) = ana.event(&there.url, token.as_deref(), open).await;
        // What was told before may be told again.
        while event["changed"][&space].is_null() {
            (event, next) = ana.event(&there.url, Some(&next), async {}).await;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
        token = Some(next);
    }
    // A file that came in at one is served by the other.
    let blob = ana.upload(&one.url, &space, b"a file".to_vec()).await.expect("uploads");
    assert_eq!(ana.download(&two.url, &space, &blob).await.expect("it is there"), b"a file");

    // What waits is published, once, though the server that took it in is killed.
    let sent: Vec<String> = (0..5).map(|_| fresh_id(b'i')).collect();
    for (number, id) in sent.iter().enumerate() {
        let item = topic(&format!("Sent {number}"));
        let sub = json!({ "spaceId": space, "item": item, "sendIn": 3 });
        let args = json!({ "accountId": ana.person, "create": { id: sub } });
        let made = ana.one(&one.url, "Submission/set", args).await.expect("the server runs");
        assert!(made["created"][id].is_object(), "{made}");
    }
    // By the database's clock, as leases are.
    let now = || asks("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text").remove(0);
    let at = |text: String| text.parse::<u64>().expect("milliseconds");
    let its = format!("SELECT name || ' ' || fence FROM leases WHERE holder = '{its_name}' ORDER BY name");
    let held = asks(&its);
    assert!(held.len() >= 4, "readers and jobs: {held:?}");
    let killed = at(now());
    one.kill().await;
    until("the other server takes over", || asks(&its).is_empty().then_some(())).await;
    let took = Duration::from_millis(at(now()) - killed);
    assert!(took < 2 * LEASE, "{took:?}");
    for lease in held {
        let (name, fence) = lease.split_once(' ').expect("a name and a number");
        let newer = asks(&format!("SELECT name FROM leases WHERE name = '{name}' AND fence > {fence}"));
        assert_eq!(newer, [name], "the new holder fences the old one off");
    }
    let all = async {
        loop {
            let titles = titles(&ana, &two.url, &space).await;
            if titles.iter().filter(|title| title.starts_with("Sent")).count() >= 5 {
                return titles;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let mut found = tokio::time::timeout(4 * LEASE, all).await.expect("the other server takes over");
    found.sort_unstable();
    let expected = (0..4).map(|n| format!("Post {n}")).chain((0..5).map(|n| format!("Sent {n}")));
    assert_eq!(found, expected.collect::<Vec<_>>());

    // And the other goes on, also when the first comes back.
    let one = machine.serve(&data).await;
    posts(&ana, &one.url, &space, "Later").await;
    assert!(titles(&ana, &two.url, &space).await.contains(&"Later".to_string()));
    // Each has an index of its own, in which all is found, whoever took it in.
    for (url, data) in [(&one.url, &data), (&two.url, &data.with_file_name("second"))] {
        for (text, total) in [("later", 1), ("post", 4), ("sent", 5)] {
            tokio::time::timeout(LEASE, finds(&ana, url, text, total))
                .await
                .unwrap_or_else(|_| panic!("{url}: {text}"));
        }
        assert!(data.join("search/words/meta.json").exists());
    }
    let (code, log) = two.terminate().await;
    assert_eq!(code, Some(0), "{log}");
}

/// What goes on at one server when the other is gone; it is finished once, though both are asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_began_at_one_server_goes_on_at_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("first");
    let machine = Machine::default().set("MEANWHILE_DATABASE", Server::shared().database());
    let one = machine.serve(&data).await;
    let two = machine.serve(&beside(&data)).await;
    let ana = machine.person(&data, "Ana").await;
    let tus = |method: reqwest::Method, url: String| {
        ana.http.request(method, url).bearer_auth(&ana.token).header("tus-resumable", "1.0.0")
    };
    let patch = |url: &str, at: &str, offset: usize, bytes: &'static [u8]| {
        let asked = tus(reqwest::Method::PATCH, format!("{url}{at}")).header("upload-offset", offset);
        asked.header("content-type", "application/offset+octet-stream").body(bytes)
    };
    let said = |answer: &reqwest::Response, name: &str| {
        answer.headers().get(name).map(|value| value.to_str().expect("text").to_string()).unwrap_or_default()
    };
    let opened = tus(reqwest::Method::POST, format!("{}/upload", one.url)).header("upload-length", 16);
    let at = said(&opened.send().await.expect("it runs"), "location");
    let first = patch(&one.url, &at, 0, b"first, ").send().await.expect("it runs");
    assert_eq!(said(&first, "upload-offset"), "7");
    let second = patch(&two.url, &at, 7, b"second").send().await.expect("it runs");
    assert_eq!(said(&second, "upload-offset"), "13");
    // A server that starts does not take for left over what another one may go on with.
    one.kill().await;
    let one = machine.serve(&data).await;
    let last = [patch(&one.url, &at, 13, b", 3"), patch(&two.url, &at, 13, b", 3")].map(|asked| asked.send());
    let last = futures_util::future::join_all(last).await;
    let blobs: std::collections::BTreeSet<String> =
        last.into_iter().map(|answer| said(&answer.expect("it runs"), "upload-blob-id")).collect();
    let head = tus(reqwest::Method::HEAD, format!("{}{at}", two.url)).send().await.expect("it runs");
    let blob = said(&head, "upload-blob-id");
    assert!(blob.starts_with('b') && blobs.iter().all(|one| one.is_empty() || *one == blob), "{blobs:?}");
    for url in [&one.url, &two.url] {
        let read = ana.download(url, &ana.person, &blob).await.expect("it is there");
        assert_eq!(String::from_utf8_lossy(&read), "first, second, 3");
    }
}
