//! A backup is one moment of a workspace in use. What is restored from it begins anew, and says nothing twice.

use scenarios::process::{Desk, Machine, Process, files_below, fresh_id};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use store::contract::postgres::Server;

#[path = "backup/copies.rs"]
mod copies;

/// What was acknowledged: the text of each Item, and its file.
type Written = Arc<parking_lot::Mutex<BTreeMap<String, (String, Option<(String, Vec<u8>)>)>>>;

async fn create(desk: &Desk, url: &str, space: &str, item: Value) -> String {
    let id = fresh_id(b'i');
    let args = json!({ "accountId": space, "create": { id.clone(): item } });
    let answer = desk.one(url, "Item/set", args).await.expect("it writes");
    assert!(answer["created"][&id].is_object(), "{answer}");
    id
}

/// A topic, and replies to it with and without files, until the end.
async fn write(desk: Desk, url: String, space: String, number: u32, written: Written, end: Arc<AtomicBool>) {
    let topic = json!({ "kind": "topic", "title": "A thread", "text": "" });
    let topic = create(&desk, &url, &space, topic).await;
    written.lock().insert(topic.clone(), (String::new(), None));
    for round in 0.. {
        if end.load(SeqCst) {
            return;
        }
        let text = format!("{number} says {round}. {}", "more and more ".repeat(500));
        let mut post = json!({ "kind": "post", "parentId": topic, "text": text });
        let mut file = None;
        if round % 3 == 0 {
            let content = format!("file {round} of {number} ").repeat(3000).into_bytes();
            let blob = desk.upload(&url, &space, content.clone()).await.expect("it takes files");
            post["blobs"] = json!([{ "blobId": blob, "name": "file.txt" }]);
            file = Some((blob, content));
        }
        let id = create(&desk, &url, &space, post).await;
        written.lock().insert(id, (text, file));
    }
}

/// The records of that type, all of them.
async fn all(desk: &Desk, url: &str, space: &str, ty: &str) -> Vec<Value> {
    let mut found = Vec::new();
    loop {
        let page =
            json!({ "accountId": space, "sort": [{ "property": "seq" }], "position": found.len(), "limit": 300 });
        let ids = json!({ "resultOf": "0", "name": format!("{ty}/query"), "path": "/ids" });
        let get = json!({ "accountId": space, "#ids": ids });
        let calls = json!([[format!("{ty}/query"), page, "0"], [format!("{ty}/get"), get, "1"]]);
        let answers = desk.ask(url, &calls).await.expect("it reads");
        let list = answers[1][1]["list"].as_array().unwrap_or_else(|| panic!("{answers:?}"));
        found.extend(list.iter().cloned());
        if list.len() < 300 {
            return found;
        }
    }
}

/// Threads say what hangs below them, and every file that is named can be read.
async fn agrees(desk: &Desk, url: &str, space: &str) -> BTreeMap<String, Value> {
    let items = all(desk, url, space, "Item").await;
    let mut below = BTreeMap::<String, (u64, u64)>::new();
    for item in items.iter().filter(|item| item["threadId"] != item["id"]) {
        let (posts, last) = below.entry(item["threadId"].as_str().expect("an id").into()).or_default();
        (*posts, *last) = (*posts + 1, item["seq"].as_u64().expect("a place").max(*last));
    }
    let threads = all(desk, url, space, "Thread").await;
    let said = threads.iter().map(|thread| {
        let number = |name: &str| thread[name].as_u64().expect("a number");
        (thread["id"].as_str().expect("an id").to_string(), (number("posts"), number("lastSeq")))
    });
    assert_eq!(said.collect::<BTreeMap<_, _>>(), below);
    for blob in items.iter().flat_map(|item| item["blobs"].as_array().expect("a list")) {
        let content = desk.download(url, space, blob["blobId"].as_str().expect("an id")).await.expect("it is there");
        assert_eq!(Some(content.len() as u64), blob["size"].as_u64(), "{blob}");
    }
    items.into_iter().map(|item| (item["id"].as_str().expect("an id").to_string(), item)).collect()
}

async fn state(desk: &Desk, url: &str, account: &str, ty: &str) -> Value {
    let answer = desk.one(url, &format!("{ty}/get"), json!({ "accountId": account, "ids": [] })).await;
    answer.expect("it reads")["state"].take()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_people_write_is_whole_and_begins_anew_when_restored() {
    is_backed_up_and_restored(&Machine::default(), &Machine::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_database_is_restored_into_a_folder() {
    is_backed_up_and_restored(&on_postgres(), &Machine::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_folder_is_restored_into_a_database() {
    is_backed_up_and_restored(&Machine::default(), &on_postgres()).await;
}

/// A machine with an empty database of its own.
fn on_postgres() -> Machine {
    Machine::default().set("MEANWHILE_DATABASE", Server::shared().database())
}

async fn is_backed_up_and_restored(machine: &Machine, other: &Machine) {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, copy, anew) = (folder.path().join("data"), folder.path().join("copy"), folder.path().join("anew"));
    let server = machine.serve(&data).await;
    let url = server.url.clone();
    let ana = machine.person(&data, "Ana").await;
    let (space, quiet) = (ana.space(&url, "Busy").await, ana.space(&url, "Quiet").await);
    let (_, token) = ana.event(&url, None, async { _ = create_topic(&ana, &url, &space).await }).await;
    // Long enough that the backup has it on a slow machine too.
    let waits = submit(&ana, &url, &quiet, HELD).await;

    let (written, end) = (Written::default(), Arc::new(AtomicBool::new(false)));
    let mut writers = Vec::new();
    for number in 0..4 {
        let (desk, url, space) = (ana.clone(), url.clone(), space.clone());
        writers.push(tokio::spawn(write(desk, url, space, number, written.clone(), end.clone())));
    }
    while written.lock().len() < 60 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = written.lock().clone();
    let old_state = state(&ana, &url, &space, "Item").await;
    let done = machine.order(&data, &["backup", copy.to_str().expect("UTF-8")]).await;
    let after = written.lock().clone();
    assert!(after.len() > before.len(), "people went on");
    assert_eq!(done["missing"], 0, "{done}");
    end.store(true, SeqCst);
    for writer in writers {
        writer.await.expect("a writer does not panic");
    }
    let lived_on = agrees(&ana, &url, &space).await;
    assert_eq!(server.terminate().await.0, Some(0));

    other.order(&anew, &["restore", copy.to_str().expect("UTF-8")]).await;
    let (report, restored) = (other.order(&anew, &["doctor", "--all"]).await, other.serve(&anew).await);
    assert_eq!(report["healthy"], true, "{report}");
    let url = restored.url.clone();
    // Tokens are in the backup, so Ana's still lets her in.
    let there = agrees(&ana, &url, &space).await;
    for (id, (text, file)) in &before {
        let item = there.get(id).unwrap_or_else(|| panic!("{id} was acknowledged before, and is not in the backup"));
        assert_eq!(item, &lived_on[id], "the same record, under the same id");
        assert_eq!(item["text"], text.as_str());
        if let Some((blob, content)) = file {
            assert!(ana.download(&url, &space, blob).await.expect("it is there") == *content, "{blob}");
        }
    }
    assert!(there.keys().all(|id| lived_on.contains_key(id)) && there.len() <= lived_on.len());

    begins_anew(&ana, &url, &space, &quiet, &old_state, &token).await;
    holds_what_was_due(other, &anew, &ana, &restored, &quiet, &waits).await;
}

async fn create_topic(desk: &Desk, url: &str, space: &str) -> String {
    create(desk, url, space, json!({ "kind": "topic", "title": "Something new", "text": "" })).await
}

/// Seconds after which what a backup has is due.
const HELD: u32 = 8;

async fn submit(desk: &Desk, url: &str, space: &str, seconds: u32) -> String {
    let item = json!({ "kind": "topic", "title": "Sent with undo", "text": "" });
    let sub = json!({ "spaceId": space, "item": item, "sendIn": seconds });
    let args = json!({ "accountId": desk.person, "create": { "u": sub } });
    let answer = desk.one(url, "Submission/set", args).await.expect("it writes");
    answer["created"]["u"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
}

/// A client does not believe that it has seen what is now gone.
async fn begins_anew(ana: &Desk, url: &str, space: &str, quiet: &str, old_state: &Value, token: &str) {
    let since = |state: &Value| json!({ "accountId": space, "sinceState": state });
    let answer = ana.one(url, "Item/changes", since(old_state)).await.expect("it answers");
    assert_eq!(answer["type"], "cannotCalculateChanges", "{answer}");
    let now = state(ana, url, space, "Item").await;
    let answer = ana.one(url, "Item/changes", since(&now)).await.expect("it answers");
    assert_eq!(answer["oldState"], now, "{answer}");
    // The token is older than much of what the backup holds. Were it believed, that would be told at once.
    let (event, fresh) = ana.event(url, Some(token), async { _ = create_topic(ana, url, quiet).await }).await;
    let told: Vec<&String> = event["changed"].as_object().expect("accounts").keys().collect();
    assert_eq!(told, [quiet], "only what happened since it asked");
    create_topic(ana, url, space).await;
    let (event, _) = ana.event(url, Some(&fresh), async {}).await;
    assert!(event["changed"][space].is_object(), "a token of the new lineage is believed: {event}");
}

/// Nothing that was due goes out by itself, until somebody says so.
async fn holds_what_was_due(machine: &Machine, data: &Path, ana: &Desk, server: &Process, space: &str, waits: &str) {
    let url = &server.url;
    let items = json!({ "accountId": space, "ids": [waits] });
    let submissions = json!({ "accountId": ana.person, "ids": [waits] });
    // What is sent after it, in the same Space, goes its way; so by then the held one has had its chance.
    let new = submit(ana, url, space, HELD + 1).await;
    until_published(ana, url, space, &new).await;
    let held = ana.one(url, "Submission/get", submissions.clone()).await.expect("it reads");
    assert_eq!(held["list"][0]["undoStatus"], "pending", "{held}");
    let there = ana.one(url, "Item/get", items.clone()).await.expect("it reads");
    assert_eq!(there["notFound"], json!([waits]), "it went out by itself");
    machine.order(data, &["release"]).await;
    until_published(ana, url, space, waits).await;
    // Once.
    machine.order(data, &["release"]).await;
    let late = submit(ana, url, space, 0).await;
    until_published(ana, url, space, &late).await;
    let left = ana.one(url, "Submission/get", submissions).await.expect("it reads");
    assert_eq!(left["notFound"], json!([waits]), "{left}");
    let titles = all(ana, url, space, "Item").await;
    let sent = titles.iter().filter(|item| item["title"] == "Sent with undo").count();
    assert_eq!(sent, 3, "{titles:?}");
}

async fn until_published(desk: &Desk, url: &str, space: &str, id: &str) {
    let published = async {
        loop {
            let there = desk.one(url, "Item/get", json!({ "accountId": space, "ids": [id] })).await.expect("it reads");
            if there["list"][0]["id"] == id {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), published).await.unwrap_or_else(|_| panic!("{id} never came"));
}

#[tokio::test]
async fn an_interrupted_backup_is_no_backup_and_can_be_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, copy, anew) = (folder.path().join("data"), folder.path().join("copy"), folder.path().join("anew"));
    let machine = Machine::default();
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    for _ in 0..20 {
        let text = "much to say ".repeat(10_000);
        create(&ana, &server.url, &space, json!({ "kind": "topic", "title": "Long", "text": text })).await;
    }
    let there = agrees(&ana, &server.url, &space).await;
    assert_eq!(server.terminate().await.0, Some(0));

    // Whoever writes more than a million bytes into one file is killed by the system: in the middle of the copy.
    let interrupted = Machine::behind(["prlimit", "--fsize=1000000", "--core=0", "--"]);
    let to = copy.to_str().expect("UTF-8");
    for _ in 0..2 {
        let ended = interrupted.run(&data, &["backup", to]).await;
        assert_eq!(ended.code, None, "it was not interrupted: {ended:?}");
        assert!(!files_below(&copy).is_empty(), "it had begun");
        let ended = machine.run(&anew, &["restore", to]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains("is not a finished backup"), "{ended:?}");
    }
    machine.order(&data, &["backup", to]).await;
    assert!(files_below(&copy).iter().all(|file| !file.display().to_string().contains("part")), "left lying about");
    let ended = interrupted.run(&anew, &["restore", to]).await;
    assert_eq!(ended.code, None, "it was not interrupted: {ended:?}");
    let ended = machine.run(&anew, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(ended.code == Some(1) && ended.err.contains("was interrupted"), "{ended:?}");
    machine.order(&anew, &["restore", to]).await;
    let server = machine.serve(&anew).await;
    assert_eq!(agrees(&ana, &server.url, &space).await, there);
}

#[tokio::test]
async fn backup_and_restore_touch_no_folder_that_has_something_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let machine = Machine::default();
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    let topic = create_topic(&ana, &server.url, &space).await;
    let to = copy.to_str().expect("UTF-8").to_string();
    machine.order(&data, &["backup", &to]).await;

    let full = folder.path().join("full");
    std::fs::create_dir(&full).expect("a folder");
    std::fs::write(full.join("letter.txt"), "mine").expect("writable");
    // A server that works in its folder writes its log and its search index also while nobody asks it for anything.
    let picture = |folder: &Path| -> Vec<(PathBuf, u64)> {
        let quiet = files_below(folder)
            .into_iter()
            .filter(|file| !file.to_string_lossy().ends_with("-wal") && !file.starts_with(folder.join("search")));
        quiet.map(|file| (file.clone(), std::fs::metadata(&file).expect("there").len())).collect()
    };
    for target in [&full, &copy, &data] {
        let before = picture(target);
        let ended = machine.run(&data, &["backup", target.to_str().expect("UTF-8")]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains("is not empty; name an empty or a new one"), "{ended:?}");
        assert_eq!(before, picture(target), "{}", target.display());
    }
    for (target, words) in [(&full, "it has letter.txt"), (&data, "a server works in"), (&copy, "is not empty")] {
        let ended = machine.run(target, &["restore", &to]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains(words) && ended.err.contains("restore into an empty folder"), "{ended:?}");
    }
    assert_eq!(std::fs::read_to_string(full.join("letter.txt")).expect("there"), "mine");
    assert!(agrees(&ana, &server.url, &space).await.contains_key(&topic));
}
