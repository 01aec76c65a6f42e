//! Deleted means gone: after the retention time no file of the data folder has a trace of it, and of what lives nothing
//! is missing.

use jmap::{DAY_MS, Id};
use model::Caller;
use scenarios::direct::Direct;
use scenarios::process::{contents_below, files_below, fresh_id};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use store::{SqliteOptions, SqliteStore};

const SPACES: usize = 20;
/// Of each sort, as many that stay as that go.
const TOPICS: usize = 2500;
const EMPTIED: usize = 200;
const DRAFTS: usize = 300;
const FILES: usize = 80;

/// A text that is its own number, over and over: whatever piece of it is left tells which it was.
fn marked(mark: &str, number: usize, times: usize) -> String {
    format!("{mark}{number:05} ").repeat(times)
}

/// The numbers behind a mark, in any file of the folder.
fn found(folder: &Path, mark: &str) -> BTreeSet<String> {
    // A search index puts files in the place of others while it is at rest, too: then all are read once more.
    loop {
        if let Some(numbers) = found_at_once(folder, mark) {
            return numbers;
        }
    }
}

/// `None` if a file went while they were read.
fn found_at_once(folder: &Path, mark: &str) -> Option<BTreeSet<String>> {
    let mut numbers = BTreeSet::new();
    for file in files_below(folder) {
        // Whatever is no text in it becomes a character that no mark has.
        let bytes = match std::fs::read(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            read => read.expect("readable"),
        };
        let text = String::from_utf8_lossy(&bytes);
        for (at, _) in text.match_indices(mark) {
            numbers.insert(text[at + mark.len()..].chars().take(5).collect());
        }
    }
    Some(numbers)
}

/// How many of them are whole; some are cut by the end of a page.
fn whole(numbers: &BTreeSet<String>) -> usize {
    numbers.iter().filter(|number| number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit())).count()
}

/// How many numbers behind a mark any file of the search index has.
fn indexed(folder: &Path, mark: &str) -> usize {
    let words = search::testing::every_word(&folder.join("search")).expect("it can be read");
    // The index takes a mark apart at its dash.
    let (_, end) = mark.split_once('-').expect("marks have one");
    words.iter().filter(|word| word.len() == end.len() + 5 && word.starts_with(end)).count()
}

/// An account, an id, and what is said of it.
type Entry = (Id, String, Value);

/// Creates, changes or destroys many, some at a time, in all their accounts.
async fn set(desk: &Direct, by: &Caller, ty: &str, name: &str, all: &[Entry]) {
    for some in all.chunks(200) {
        let mut calls = BTreeMap::<Id, Vec<&Entry>>::new();
        for entry in some {
            calls.entry(entry.0).or_default().push(entry);
        }
        let calls: Vec<Value> = calls.into_iter().map(|(account, some)| call(account, ty, name, &some)).collect();
        let mut done = 0;
        for answer in desk.ask(by, json!(calls)).await {
            let ids = match name {
                "create" => answer[1]["created"].as_object().map(Map::len),
                "update" => answer[1]["updated"].as_object().map(Map::len),
                _ => answer[1]["destroyed"].as_array().map(Vec::len),
            };
            done += ids.unwrap_or_else(|| panic!("{answer}"));
        }
        assert_eq!(done, some.len(), "{ty} {name}");
    }
}

fn call(account: Id, ty: &str, name: &str, some: &[&Entry]) -> Value {
    let what = match name {
        "destroy" => json!(some.iter().map(|(_, id, _)| id).collect::<Vec<_>>()),
        _ => some.iter().map(|(_, id, value)| (id.clone(), value.clone())).collect::<Map<_, _>>().into(),
    };
    json!([format!("{ty}/set"), { "accountId": account, name: what }, "0"])
}

async fn upload(desk: &Direct, by: &Caller, account: Id, content: String) -> String {
    let mut upload = desk.engine.begin_upload(by, account).await.expect("a member may");
    upload.write(content.as_bytes()).expect("there is room");
    desk.engine.end_upload(by, account, upload, "text/plain").await.expect("a member may").blob_id.to_string()
}

/// Everything that is deleted.
#[derive(Default)]
struct Doomed {
    items: Vec<Entry>,
    drafts: Vec<Entry>,
}

/// Half of it goes, half stays, one beside the other in the same pages.
async fn write(desk: &Direct, ana: &Caller, spaces: &[Id], marks: [&str; 2]) -> Doomed {
    let (mut doomed, mut number) = (Doomed::default(), 0);
    let mut next = move || {
        number += 1;
        // Both halves in each Space, and each Space between the others.
        (spaces[number / 2 % spaces.len()], fresh_id(b'i'), marks[number % 2], number)
    };
    let (mut topics, mut edits) = (Vec::new(), Vec::new());
    for _ in 0..TOPICS * 2 {
        let (space, id, mark, number) = next();
        let title = marked(mark, number, 2);
        topics.push((space, id.clone(), json!({ "kind": "topic", "title": title, "text": marked(mark, number, 60) })));
        if number % 5 < 2 {
            edits.push((space, id.clone(), json!({ "text": marked(mark, number, 70) })));
        }
        if mark == marks[0] {
            doomed.items.push((space, id, Value::Null));
        }
    }
    set(desk, ana, "Item", "create", &topics).await;
    set(desk, ana, "Item", "update", &edits).await;

    let (mut roots, mut replies) = (Vec::new(), Vec::new());
    for _ in 0..EMPTIED * 2 {
        let (space, id, mark, number) = next();
        roots.push((
            space,
            id.clone(),
            json!({ "kind": "topic", "title": "Answered", "text": marked(mark, number, 60) }),
        ));
        replies.push((space, fresh_id(b'i'), json!({ "kind": "post", "parentId": id, "text": "an answer" })));
        if mark == marks[0] {
            doomed.items.push((space, id, Value::Null));
        }
    }
    set(desk, ana, "Item", "create", &roots).await;
    set(desk, ana, "Item", "create", &replies).await;

    let mut drafts = Vec::new();
    for _ in 0..DRAFTS * 2 {
        let (space, id, mark, number) = next();
        let item = json!({ "kind": "topic", "title": "A draft", "text": marked(mark, number, 60) });
        drafts.push((ana.person, id.clone(), json!({ "spaceId": space, "item": item })));
        if mark == marks[0] {
            doomed.drafts.push((ana.person, id, Value::Null));
        }
    }
    set(desk, ana, "Draft", "create", &drafts).await;

    let mut files = Vec::new();
    for _ in 0..FILES * 2 {
        let (space, id, mark, number) = next();
        let blob = upload(desk, ana, space, marked(mark, number, 3000)).await;
        let blobs = json!([{ "blobId": blob, "name": format!("{mark}{number:05}.txt") }]);
        files.push((space, id.clone(), json!({ "kind": "file", "title": "A file", "blobs": blobs })));
        if mark == marks[0] {
            doomed.items.push((space, id, Value::Null));
        }
    }
    set(desk, ana, "Item", "create", &files).await;
    // An upload that nobody ever named goes too.
    for _ in 0..2 {
        let (space, _, mark, number) = next();
        if mark == marks[0] {
            upload(desk, ana, space, marked(mark, number, 3000)).await;
        }
    }
    doomed
}

/// A workspace in which half of everything was deleted, and the retention time is over.
struct Aged {
    folder: tempfile::TempDir,
    desk: Direct,
    ana: Caller,
    /// The first of its Spaces.
    space: Id,
    /// The state before the deletions.
    before: Value,
    /// How many Items were deleted in that Space.
    gone: usize,
    /// What is looked for: the mark of what was deleted, and of what was not.
    marks: [String; 2],
}

/// How many of each half there are.
const ALL: usize = TOPICS + EMPTIED + DRAFTS + FILES;

async fn age() -> Aged {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens");
    let desk = Direct::open(Arc::new(sqlite), folder.path()).await;
    let ana = desk.hire("Ana").await;
    let mut spaces = Vec::new();
    for number in 1..=SPACES {
        spaces.push(desk.space(&ana, &format!("Space {number}")).await);
    }
    let space = spaces[0];
    let marks = ["goes-7f3a".to_string(), "stays-c19e".to_string()];
    let [goes, stays] = &marks;
    let doomed = write(&desk, &ana, &spaces, [goes, stays]).await;
    desk.settle().await;
    assert_eq!(whole(&found(folder.path(), stays)), ALL);
    assert_eq!(whole(&found(folder.path(), goes)), ALL + 1, "the search finds what is there");
    assert_eq!(contents_below(&folder.path().join("blobs")).len(), FILES * 2 + 1);
    // What is a Draft is in no index.
    assert_eq!(indexed(folder.path(), stays), ALL - DRAFTS);
    assert_eq!(indexed(folder.path(), goes), ALL - DRAFTS);
    let before = desk.one(&ana, "Item/get", json!({ "accountId": space, "ids": [] })).await["state"].take();

    let gone = doomed.items.iter().filter(|(account, ..)| *account == space).count();
    set(&desk, &ana, "Item", "destroy", &doomed.items).await;
    set(&desk, &ana, "Draft", "destroy", &doomed.drafts).await;
    desk.settle().await;
    assert!(indexed(folder.path(), goes) > ALL / 2, "until its segments are rewritten, an index keeps deleted words");
    for days in [1, 28] {
        desk.clock.advance(days * DAY_MS);
        desk.settle().await;
    }
    assert!(whole(&found(folder.path(), goes)) > ALL / 2, "until the retention time it can be brought back");
    desk.clock.advance(2 * DAY_MS);
    desk.settle().await;
    assert_eq!(whole(&found(folder.path(), stays)), ALL, "what lives is all there");
    assert_eq!(contents_below(&folder.path().join("blobs")).len(), FILES);
    assert_eq!(indexed(folder.path(), goes), 0, "no segment of the index has a word of it");
    assert_eq!(indexed(folder.path(), stays), ALL - DRAFTS);
    assert_eq!(search::testing::kept_texts(&folder.path().join("search")).expect("there"), FILES);
    assert_eq!(desk.engine.store().check(), Ok(vec![]));
    Aged { folder, desk, ana, space, before, gone, marks }
}

#[tokio::test]
async fn what_was_deleted_is_in_no_file_after_the_retention_time() {
    let aged = age().await;
    let left = found(aged.folder.path(), &aged.marks[0]);
    assert!(left.is_empty(), "{} of {} are left: {:?}", left.len(), ALL + 1, left.iter().take(10).collect::<Vec<_>>());
    tombstones_stay_longer_and_then_raise_the_floor(&aged).await;
}

/// Replicas hear of what was destroyed for 90 days; after that they read anew.
async fn tombstones_stay_longer_and_then_raise_the_floor(aged: &Aged) {
    let Aged { desk, ana, space, .. } = aged;
    let changes = async |since: &Value| {
        let since = json!({ "accountId": space, "sinceState": since, "maxChanges": 1000 });
        desk.one(ana, "Item/changes", since).await
    };
    let (mut heard, mut page) = (0, changes(&aged.before).await);
    loop {
        heard += page["destroyed"].as_array().unwrap_or_else(|| panic!("{page}")).len();
        if page["hasMoreChanges"] == false {
            break;
        }
        page = changes(&page["newState"]).await;
    }
    assert_eq!(heard, aged.gone - EMPTIED / SPACES, "the emptied ones are still there");
    desk.clock.advance(61 * DAY_MS);
    desk.settle().await;
    let answer = changes(&aged.before).await;
    assert_eq!(answer["type"], "cannotCalculateChanges", "{answer}");
    let now = desk.one(ana, "Item/get", json!({ "accountId": space, "ids": [] })).await["state"].take();
    assert_eq!(changes(&now).await["newState"], now);
    assert_eq!(whole(&found(aged.folder.path(), &aged.marks[1])), ALL);
}
