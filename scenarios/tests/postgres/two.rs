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
fn beside(first: &Path) -> PathBuf {
    let second = first.with_file_name("second");
    std::fs::create_dir(&second).expect("a folder can be made");
    std::os::unix::fs::symlink(first.join("blobs"), second.join("blobs")).expect("a link can be made");
    std::fs::copy(first.join("blobs.key"), second.join("blobs.key")).expect("the key is there");
    second
}

fn topic(title: &str) -> Value {
    json!({ "kind": "topic", "title": title, "text": "What do you think?" })
}

async fn posts(who: &Desk, url: &str, space: &str, title: &str) -> String {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_are_one_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("first");
    let machine = Machine::default().set("MEANWHILE_DATABASE", Server::shared().database());
    let one = machine.serve(&data).await;
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
    let killed = Instant::now();
    one.kill().await;
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
    assert!(killed.elapsed() < 2 * LEASE + Duration::from_secs(5), "{:?}", killed.elapsed());
    found.sort_unstable();
    let expected = (0..4).map(|n| format!("Post {n}")).chain((0..5).map(|n| format!("Sent {n}")));
    assert_eq!(found, expected.collect::<Vec<_>>());

    // And the other goes on, also when the first comes back.
    let one = machine.serve(&data).await;
    posts(&ana, &one.url, &space, "Later").await;
    assert!(titles(&ana, &two.url, &space).await.contains(&"Later".to_string()));
    let (code, log) = two.terminate().await;
    assert_eq!(code, Some(0), "{log}");
}
