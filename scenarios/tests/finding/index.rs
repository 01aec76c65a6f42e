//! The index can be stopped, lost, damaged and of another time: it comes to what the records say.

use super::*;
use model::Caller;
use parking_lot::{Condvar, Mutex};
use scenarios::direct::{Direct, on_all_stores, on_quick_stores_bent};
use scenarios::process::{Desk, Machine, Process, damage, files_below, fresh_id};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::contract::wrapped::{Bend, bent};
use store::{Read, Store};

async fn found(desk: &Direct, who: &Caller, text: &str) -> Vec<String> {
    let args = json!({ "accountId": who.person, "filter": { "text": text }, "limit": 100 });
    let answer = desk.one(who, "Search/query", args).await;
    assert_eq!(answer["catchingUp"], Value::Null, "{answer}");
    let hits = answer["hits"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let mut titles: Vec<String> = hits.iter().map(|hit| hit["title"].as_str().expect("a text").to_string()).collect();
    titles.sort_unstable();
    titles
}

async fn post(desk: &Direct, who: &Caller, space: Id, title: &str) {
    let create = json!({ "accountId": space, "create": { "k": topic(title, "common words") } });
    assert!(desk.one(who, "Item/set", create).await["notCreated"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_lost_damaged_or_stopped_comes_back() {
    on_all_stores(async |mut desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let words = desk.folder().join("search/words");
        post(&desk, &ana, space, "one").await;
        desk.settle().await;
        assert_eq!(found(&desk, &ana, "common").await, ["one"]);

        // It goes on where it was.
        desk.restart().await;
        post(&desk, &ana, space, "two").await;
        desk.settle().await;
        assert_eq!(found(&desk, &ana, "common").await, ["one", "two"]);

        // Deleted while it runs: the next commit fails, and all is made anew.
        std::fs::remove_dir_all(&words).expect("it is there");
        post(&desk, &ana, space, "three").await;
        desk.settle().await;
        assert_eq!(found(&desk, &ana, "common").await, ["one", "three", "two"]);

        // Damaged in each of its files, one after the other, while it is stopped.
        let files = files_below(&words).len();
        assert!(files > 3, "{files}");
        for number in 0..files.min(12) {
            let bent = |path: &Path| {
                let mut files = files_below(path);
                files.sort_unstable();
                if let Some(file) = files.get(number).filter(|file| file.metadata().is_ok_and(|meta| meta.len() > 8)) {
                    damage(file, file.metadata().expect("a file").len() / 2, b"\xff\0\xffbent");
                }
            };
            desk.restart_after(|| bent(&words)).await;
            desk.settle().await;
            assert_eq!(found(&desk, &ana, "common").await, ["one", "three", "two"], "file {number}");
        }

        // Gone with everything beside it.
        desk.restart_after(|| std::fs::remove_dir_all(words.parent().expect("a folder")).expect("it is there")).await;
        desk.settle().await;
        assert_eq!(found(&desk, &ana, "common").await, ["one", "three", "two"]);
    })
    .await;
}

/// Lets a store's reads through one by one, as somebody gives leave, or all of them.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<Option<u32>>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let (leaves, given) = &*self.0;
        let mut leaves = leaves.lock();
        given.wait_while(&mut leaves, |leaves| *leaves == Some(0));
        *leaves = leaves.map(|left| left - 1);
    }

    /// `None`: it is open.
    fn set(&self, leaves: Option<u32>) {
        *self.0.0.lock() = leaves;
        self.0.1.notify_all();
    }

    /// Does something, with one read after the other.
    async fn one_by_one<T>(&self, work: impl Future<Output = T>) -> T {
        let leaves = async {
            loop {
                self.set(Some(1));
                while *self.0.0.lock() != Some(0) {
                    tokio::task::yield_now().await;
                }
            }
        };
        tokio::select! { biased; done = work => done, never = leaves => never }
    }
}

impl Bend for Gate {
    fn read(&self, _inner: &Arc<dyn Store>, read: Read) -> Read {
        let gate = self.clone();
        Box::new(move |at| {
            gate.pass();
            read(at);
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_index_is_made_anew_a_search_says_how_far_it_is() {
    let gate = Gate::default();
    let bend = |store| bent(store, Arc::new(gate.clone()));
    on_quick_stores_bent(bend, async |mut desk| {
        let ana = desk.hire("Ana").await;
        for n in 0..40 {
            let space = desk.space(&ana, &format!("Space {n}")).await;
            let create: serde_json::Map<String, Value> =
                (0..50).map(|n| (format!("k{n}"), topic(&format!("{n}"), "bowsprit"))).collect();
            let made = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": create })).await;
            assert!(made["notCreated"].is_null(), "{made}");
        }
        desk.settle().await;
        let folders: Vec<_> = desk.nodes().map(|node| node.folder().join("search")).collect();
        let gone = || folders.iter().for_each(|folder| std::fs::remove_dir_all(folder).expect("it is there"));
        gate.one_by_one(desk.restart_after(gone)).await;
        let args = json!({ "accountId": ana.person, "filter": { "text": "bowsprit" } });
        let mut said = Vec::new();
        loop {
            let answer = gate.one_by_one(desk.one(&ana, "Search/query", args.clone())).await;
            if answer["catchingUp"].is_null() {
                break;
            }
            assert_eq!(answer["catchingUp"]["total"], 1000, "{answer}");
            said.push(answer["catchingUp"]["done"].as_u64().expect("a number"));
        }
        assert!(said.iter().any(|done| (1..1000).contains(done)), "{said:?}");
        // Each node makes an index of its own.
        if desk.nodes().count() == 1 {
            assert!(said.is_sorted(), "{said:?}");
        }
        gate.set(None);
        desk.settle().await;
        let answer = desk.one(&ana, "Search/query", args).await;
        assert_eq!((&answer["catchingUp"], answer["total"].as_u64()), (&Value::Null, Some(1000)), "{answer}");
    })
    .await;
}

/// Asks until all is found; the server makes the index meanwhile.
async fn in_the_end(ana: &Desk, server: &Process, text: &str, total: u64) {
    let args = json!({ "accountId": ana.person, "filter": { "text": text } });
    let asked = async {
        loop {
            let answer = ana.one(&server.url, "Search/query", args.clone()).await.expect("the server runs");
            if answer["total"] == total && answer["catchingUp"].is_null() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap_or_else(|_| panic!("{text}: {}", server.log()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_finds_everything_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let machine = Machine::default();
    let mut server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    for round in 1..=4_u64 {
        let create: serde_json::Map<String, Value> =
            (0..100).map(|n| (fresh_id(b'i'), topic(&format!("Round {round} {n}"), "bowsprit"))).collect();
        let made = ana.one(&server.url, "Item/set", json!({ "accountId": space, "create": create })).await;
        assert!(made.expect("the server runs")["notCreated"].is_null());
        if round % 2 == 0 {
            in_the_end(&ana, &server, "bowsprit", round * 100).await;
        }
        server.kill().await;
        if round == 3 {
            std::fs::remove_dir_all(data.join("search")).expect("it is there");
        }
        server = machine.serve(&data).await;
    }
    in_the_end(&ana, &server, "bowsprit", 400).await;
    let report = machine.order(&data, &["doctor"]).await;
    let about = |what: &str| report["findings"].as_array().unwrap().iter().find(|f| f["what"] == what).cloned();
    assert_eq!(about("search").unwrap()["how"], "good");
    assert_eq!(about("pdf").unwrap()["how"], "good", "{report}");
    assert_eq!(about("readers").unwrap()["how"], "good", "{report}");
    let figures = ana.http.get(format!("{}/metrics", server.url)).send().await.unwrap().text().await.unwrap();
    assert!(figures.contains("meanwhile_reader_behind_changes{reader=\"search\"} 0"), "{figures}");
    assert_eq!(server.terminate().await.0, Some(0));
}
