//! What was sent, what was answered, and what a server must therefore hold.

use scenarios::process::Desk;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Dice, World};

/// Something that was sent to a Space.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) space: String,
    /// The text that was acknowledged last.
    pub(crate) sure: Option<String>,
    /// The text of a request that was not answered yet.
    pub(crate) maybe: Option<String>,
    /// Edits that were acknowledged.
    pub(crate) edits: u64,
    /// The place that the server gave it.
    pub(crate) seq: Option<u64>,
    pub(crate) files: Vec<File>,
}

/// An upload that was acknowledged.
#[derive(Clone)]
pub(crate) struct File {
    /// Who uploaded it: until a record names it, nobody else may read it.
    pub(crate) by: String,
    pub(crate) blob: String,
    pub(crate) seed: u64,
    pub(crate) size: usize,
}

impl File {
    pub(crate) fn content(seed: u64, size: usize) -> Vec<u8> {
        let mut dice = Dice(seed);
        (0..size).map(|_| u8::try_from(dice.throw(256)).expect("a byte")).collect()
    }
}

/// How a Submission stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Pending {
    /// Sent, not answered.
    Unknown,
    /// Acknowledged: it arrives.
    Sure,
    /// Taken back, not answered.
    Wavering,
    /// Taken back: it never arrives.
    Canceled,
}

/// A Submission.
pub(crate) struct Submission {
    pub(crate) text: String,
    pub(crate) how: Pending,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) items: BTreeMap<String, Sent>,
    pub(crate) submissions: BTreeMap<String, Submission>,
    /// Uploads that nothing names yet, with the account.
    pub(crate) loose: Vec<(String, File)>,
    checked: BTreeSet<String>,
    repeated: u64,
}

/// Text and place of what a server holds.
struct There {
    items: BTreeMap<String, Value>,
    threads: BTreeMap<String, Value>,
    head: u64,
}

impl Ledger {
    pub(crate) fn repeats(&mut self) {
        self.repeated += 1;
    }

    pub(crate) fn figures(&self) -> String {
        let files: usize = self.items.values().map(|sent| sent.files.len()).sum();
        let edits: u64 = self.items.values().map(|sent| sent.edits).sum();
        let (items, sent) = (self.items.len(), self.submissions.len());
        format!("{items} items, {edits} edits, {files} files, {sent} submissions, {} repeats", self.repeated)
    }

    /// Compares everything that is known with what this server says. `all` reads every file, also those read before.
    pub(crate) async fn check(world: &World, url: &str, desks: &[&Desk], all: bool) {
        let mut waiting = BTreeMap::new();
        for desk in desks {
            let answer = desk.one(url, "Submission/get", json!({ "accountId": desk.person })).await.expect("it runs");
            for record in answer["list"].as_array().expect("a list") {
                waiting.insert(text(&record["id"]), text(&record["undoStatus"]));
            }
            let drafts = desk.one(url, "Draft/get", json!({ "accountId": desk.person })).await.expect("it runs");
            assert_eq!(drafts["list"], json!([]), "nothing comes back");
        }
        // Afterwards, so that what is published in between is found here.
        let mut there = BTreeMap::new();
        for space in [&world.team, &world.log] {
            there.insert(space.clone(), read(desks[0], url, space).await);
        }
        let files = {
            let mut ledger = world.ledger.lock();
            ledger.compare(&there, &waiting);
            ledger.files(all)
        };
        check_that_numbers_have_no_gaps(&there[&world.log]);
        for (account, file) in files {
            let desk = desks.iter().find(|desk| desk.person == file.by).expect("one of them uploaded it");
            let content = desk.download(url, &account, &file.blob).await;
            let content = content.unwrap_or_else(|error| panic!("{} is gone: {error:?}", file.blob));
            assert!(content == File::content(file.seed, file.size), "{} is another file", file.blob);
        }
    }

    fn compare(&self, there: &BTreeMap<String, There>, waiting: &BTreeMap<String, String>) {
        for (id, sent) in &self.items {
            let record = there[&sent.space].items.get(id);
            let Some(record) = record else {
                assert!(sent.sure.is_none(), "{id} was acknowledged and is gone");
                continue;
            };
            let said = record["text"].as_str();
            assert!(said == sent.sure.as_deref() || said == sent.maybe.as_deref(), "{id} has another text");
            assert!(sent.seq.is_none() || sent.seq == record["seq"].as_u64(), "{id} has another place: {record}");
            let blobs: Vec<&str> = list(&record["blobs"]).iter().filter_map(|blob| blob["blobId"].as_str()).collect();
            let names: Vec<&str> = sent.files.iter().map(|file| file.blob.as_str()).collect();
            assert_eq!(blobs, names, "the files of {id}");
            let edits = record["version"].as_u64().expect("a version") - 1;
            let most = sent.edits + u64::from(sent.sure.is_some() && sent.maybe.is_some());
            assert!((sent.edits..=most).contains(&edits), "{id} was edited {edits} times, not {}", sent.edits);
        }
        for (id, submission) in &self.submissions {
            let arrived = there.values().find_map(|there| there.items.get(id));
            let how = waiting.get(id).map(String::as_str);
            match submission.how {
                Pending::Unknown | Pending::Wavering => {}
                Pending::Sure => {
                    assert!(arrived.is_some() || how.is_some_and(|how| how != "canceled"), "{id}: {how:?}")
                }
                Pending::Canceled => assert!(arrived.is_none() && how == Some("canceled"), "{id}: {how:?}"),
            }
            assert!(arrived.is_none_or(|it| it["text"] == submission.text.as_str()), "{id} says something else");
        }
        for there in there.values() {
            there.check(|id| self.items.contains_key(id) || self.submissions.contains_key(id));
        }
    }

    /// The files of acknowledged records, and uploads; those read before only if all are asked for.
    fn files(&mut self, all: bool) -> Vec<(String, File)> {
        let named = self.items.values().filter(|sent| sent.sure.is_some());
        let named = named.flat_map(|sent| sent.files.iter().map(|file| (sent.space.clone(), file.clone())));
        let mut files: Vec<(String, File)> = named.chain(self.loose.iter().cloned()).collect();
        files.retain(|(_, file)| self.checked.insert(file.blob.clone()) || all);
        files
    }

    /// At the end no request is without an answer.
    pub(crate) fn check_that_all_arrived(&self) {
        assert!(self.items.values().all(|sent| sent.sure.is_some() && sent.maybe.is_none()));
        let open = |pending| matches!(pending, Pending::Unknown | Pending::Wavering);
        assert!(!self.submissions.values().any(|submission| open(submission.how)));
        assert!(self.items.values().any(|sent| sent.edits > 0) && self.repeated > 0);
        assert!(self.items.values().any(|sent| !sent.files.is_empty()));
        for how in [Pending::Sure, Pending::Canceled] {
            assert!(self.submissions.values().any(|submission| submission.how == how), "the story has both");
        }
    }
}

impl There {
    /// Nothing unknown, no place twice, and threads that agree with what hangs below them.
    fn check(&self, known: impl Fn(&str) -> bool) {
        let (mut places, mut below) = (BTreeSet::new(), BTreeMap::<String, (u64, u64)>::new());
        for (id, record) in &self.items {
            assert!(known(id), "nobody sent {id}: {record}");
            let seq = record["seq"].as_u64().expect("a place");
            assert!(places.insert(seq), "{id} is at the place of another: {seq}");
            assert!(seq <= self.head, "{id} is above the head");
            let root = text(&record["threadId"]);
            if root != *id {
                let (posts, last) = below.entry(root).or_default();
                (*posts, *last) = (*posts + 1, seq.max(*last));
            }
        }
        for (root, (posts, last)) in &below {
            let thread = self.threads.get(root).unwrap_or_else(|| panic!("{root} has replies and no Thread"));
            assert_eq!((thread["posts"].as_u64(), thread["lastSeq"].as_u64()), (Some(*posts), Some(*last)), "{root}");
        }
        assert_eq!(self.threads.len(), below.len(), "every Thread has replies");
    }
}

/// In this Space every topic took one number, and nothing else took any since the first of them.
fn check_that_numbers_have_no_gaps(there: &There) {
    let mut places: Vec<u64> = there.items.values().filter_map(|record| record["seq"].as_u64()).collect();
    places.sort_unstable();
    let Some(first) = places.first().copied() else { return };
    let wanted: Vec<u64> = (first..=there.head).collect();
    assert_eq!(places, wanted, "numbers without a record");
}

/// All Items and Threads of a Space, read in as many requests as it takes while nothing changes in between.
async fn read(desk: &Desk, url: &str, space: &str) -> There {
    loop {
        let (items, before) = read_items(desk, url, space).await;
        let mut threads = BTreeMap::new();
        let ids: Vec<&String> = items.keys().collect();
        for some in ids.chunks(900) {
            let answer =
                desk.one(url, "Thread/get", json!({ "accountId": space, "ids": some })).await.expect("it runs");
            threads.extend(list(&answer["list"]).iter().map(|thread| (text(&thread["id"]), thread.clone())));
        }
        let after = desk.one(url, "Thread/get", json!({ "accountId": space, "ids": [] })).await.expect("it runs");
        if after["state"] == before {
            let head = text(&before).rsplit('.').next().and_then(|head| head.parse().ok()).expect("a head");
            return There { items, threads, head };
        }
    }
}

/// All Items of a Space, and the state before the first was read.
pub(crate) async fn read_items(desk: &Desk, url: &str, space: &str) -> (BTreeMap<String, Value>, Value) {
    let (mut items, mut state) = (BTreeMap::new(), None);
    loop {
        let position = items.len();
        let page = json!({ "accountId": space, "sort": [{ "property": "seq" }], "position": position, "limit": 400 });
        let ids = json!({ "resultOf": "0", "name": "Item/query", "path": "/ids" });
        let calls = json!([["Item/query", page, "0"], ["Item/get", { "accountId": space, "#ids": ids }, "1"]]);
        let answers = desk.ask(url, &calls).await.expect("it runs");
        let found = list(&answers[1][1]["list"]);
        state.get_or_insert(answers[1][1]["state"].clone());
        for record in found {
            assert!(items.insert(text(&record["id"]), record.clone()).is_none(), "twice in a list: {record}");
        }
        if found.len() < 400 {
            return (items, state.expect("a state"));
        }
    }
}

/// Waits until nothing is pending in anybody's own account.
pub(crate) async fn until_all_is_published(url: &str, desks: &[&Desk]) {
    let waited = async {
        for desk in desks {
            loop {
                let left = desk.one(url, "Submission/get", json!({ "accountId": desk.person })).await.expect("it runs");
                if list(&left["list"]).iter().all(|submission| submission["undoStatus"] == "canceled") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waited).await.expect("everything is published in the end");
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_string()
}
