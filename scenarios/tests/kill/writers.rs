//! People who write without a pause, note what they sent and what was answered, and send again what was not.

use scenarios::process::{Desk, fresh_id};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use super::ledger::{File, Pending, Sent, Submission, text};
use super::{Dice, Question, World};

/// Submissions that one person takes back, at most: they stay in his account.
const TAKEN_BACK: u32 = 100;

/// Writes until the story ends.
pub(crate) async fn write(world: Arc<World>, desk: Desk, number: usize, dice: Dice) {
    let mut writer =
        Writer { world, desk, number, dice, said: 0, topics: Vec::new(), items: Vec::new(), taken_back: 0 };
    writer.topic(false).await;
    while !writer.world.ending.load(SeqCst) {
        match writer.dice.throw(12) {
            0 => writer.topic(false).await,
            1 | 2 => writer.topic(true).await,
            3 | 4 => writer.post(Vec::new()).await,
            5 => writer.post_with_files().await,
            6 => writer.upload().await,
            7 => writer.send(false).await,
            8 if writer.taken_back < TAKEN_BACK => writer.send(true).await,
            9 | 10 => writer.edit().await,
            _ => writer.repeat().await,
        }
    }
}

struct Writer {
    world: Arc<World>,
    desk: Desk,
    number: usize,
    dice: Dice,
    said: u32,
    topics: Vec<String>,
    /// Own Items by id, with the create that made them.
    items: Vec<(String, Value)>,
    taken_back: u32,
}

impl Writer {
    /// Something nobody else says, now and then a long one.
    fn words(&mut self) -> String {
        self.said += 1;
        let more = if self.dice.throw(10) == 0 { self.dice.throw(20_000) } else { self.dice.throw(200) };
        format!("{} says {}. {}", self.number, self.said, "more ".repeat(usize::try_from(more).expect("small") / 5))
    }

    async fn topic(&mut self, in_log: bool) {
        let words = self.words();
        let space = if in_log { self.world.log.clone() } else { self.world.team.clone() };
        let id = self.create(&space, json!({ "kind": "topic", "title": "A topic", "text": words }), Vec::new()).await;
        if !in_log {
            self.topics.push(id);
        }
    }

    async fn post(&mut self, files: Vec<File>) {
        let words = self.words();
        let below = self.dice.throw(self.topics.len() as u64);
        let parent = self.topics[usize::try_from(below).expect("small")].clone();
        let blobs: Vec<Value> = files.iter().map(|file| json!({ "blobId": file.blob, "name": "file" })).collect();
        let post = json!({ "kind": "post", "parentId": parent, "text": words, "blobs": blobs });
        self.create(&self.world.team.clone(), post, files).await;
    }

    async fn post_with_files(&mut self) {
        let mut files = Vec::new();
        for _ in 0..=self.dice.throw(2) {
            files.push(self.new_file().await);
        }
        self.post(files).await;
    }

    async fn upload(&mut self) {
        let file = self.new_file().await;
        self.world.ledger.lock().loose.push((self.world.team.clone(), file));
    }

    async fn new_file(&mut self) -> File {
        let (seed, size) =
            (self.dice.throw(u64::MAX) | 1, usize::try_from(self.dice.throw(60_000)).expect("small") + 1);
        let content = File::content(seed, size);
        let upload = Question::Upload(&self.world.team, &content);
        let (_gate, blob) = self.world.until_answered(&self.desk, upload).await;
        File { by: self.desk.person.clone(), blob: text(&blob), seed, size }
    }

    /// Creates an Item under an id of its own.
    async fn create(&mut self, space: &str, item: Value, files: Vec<File>) -> String {
        let id = fresh_id(b'i');
        let words = text(&item["text"]);
        let sent = Sent { space: space.into(), sure: None, maybe: Some(words), edits: 0, seq: None, files };
        self.world.ledger.lock().items.insert(id.clone(), sent);
        let calls = json!([["Item/set", { "accountId": space, "create": { id.clone(): item } }, "0"]]);
        let (_gate, answers) = self.world.ask(&self.desk, &calls).await;
        let created = &answers[0][1]["created"][&id];
        assert_eq!(created["id"], id.as_str(), "{answers:?}");
        let mut ledger = self.world.ledger.lock();
        let sent = ledger.items.get_mut(&id).expect("written down before");
        sent.sure = sent.maybe.take();
        sent.seq = created["seq"].as_u64();
        drop(ledger);
        self.items.push((id.clone(), calls));
        id
    }

    async fn edit(&mut self) {
        let words = self.words();
        let (id, _) = self.items[usize::try_from(self.dice.throw(self.items.len() as u64)).expect("small")].clone();
        let space = {
            let mut ledger = self.world.ledger.lock();
            let sent = ledger.items.get_mut(&id).expect("one's own");
            sent.maybe = Some(words.clone());
            sent.space.clone()
        };
        if space == self.world.log {
            // There only creates take numbers.
            self.world.ledger.lock().items.get_mut(&id).expect("one's own").maybe = None;
            return;
        }
        let calls = json!([["Item/set", { "accountId": space, "update": { id.clone(): { "text": words } } }, "0"]]);
        let (_gate, answers) = self.world.ask(&self.desk, &calls).await;
        assert!(answers[0][1]["updated"].as_object().is_some_and(|all| all.contains_key(&id)), "{answers:?}");
        let mut ledger = self.world.ledger.lock();
        let sent = ledger.items.get_mut(&id).expect("one's own");
        sent.sure = sent.maybe.take();
        sent.edits += 1;
    }

    /// Sends an old request once more, as a client does that never heard the answer. Nothing comes of it.
    async fn repeat(&mut self) {
        let at = usize::try_from(self.dice.throw(self.items.len() as u64)).expect("small");
        let (id, calls) = self.items[at].clone();
        let (_gate, answers) = self.world.ask(&self.desk, &calls).await;
        assert_eq!(answers[0][1]["created"][&id]["id"], id.as_str(), "{answers:?}");
        self.world.ledger.lock().repeats();
    }

    /// Sends with undo; perhaps thinks better of it.
    async fn send(&mut self, take_back: bool) {
        let (words, id, me) = (self.words(), fresh_id(b'i'), self.desk.person.clone());
        let in_log = self.dice.throw(3) == 0;
        let space = if in_log { &self.world.log } else { &self.world.team };
        let item = if in_log || self.dice.throw(2) == 0 {
            json!({ "kind": "topic", "title": "Sent with undo", "text": words })
        } else {
            json!({ "kind": "post", "parentId": self.topics[0], "text": words })
        };
        let seconds = if take_back { 2 } else { self.dice.throw(3) };
        let submission = Submission { text: words, how: Pending::Unknown };
        self.world.ledger.lock().submissions.insert(id.clone(), submission);
        let sub = json!({ "spaceId": space, "item": item, "sendIn": seconds });
        let calls = json!([["Submission/set", { "accountId": me, "create": { id.clone(): sub } }, "0"]]);
        let (gate, answers) = self.world.ask(&self.desk, &calls).await;
        assert_eq!(answers[0][1]["created"][&id]["id"], id.as_str(), "{answers:?}");
        self.stands(&id, Pending::Sure);
        drop(gate);
        if take_back {
            self.taken_back += 1;
            self.take_back(&id).await;
        }
    }

    async fn take_back(&mut self, id: &str) {
        self.stands(id, Pending::Wavering);
        let me = &self.desk.person;
        let patch = json!({ "accountId": me, "update": { id: { "undoStatus": "canceled" } } });
        let look = json!({ "accountId": me, "ids": [id] });
        let calls = json!([["Submission/set", patch, "0"], ["Submission/get", look, "1"]]);
        let (_gate, answers) = self.world.ask(&self.desk, &calls).await;
        let status = answers[1][1]["list"][0]["undoStatus"].as_str();
        let refused = answers[0][1]["notUpdated"][id]["type"].as_str();
        match (status, refused) {
            // At once, or by a request before whose answer was lost.
            (Some("canceled"), _) => self.stands(id, Pending::Canceled),
            // Published, while this came too late.
            (Some("final") | None, Some("cannotUnsend" | "notFound")) => self.stands(id, Pending::Sure),
            _ => panic!("neither taken back nor too late: {answers:?}"),
        }
    }

    fn stands(&self, id: &str, how: Pending) {
        self.world.ledger.lock().submissions.get_mut(id).expect("sent").how = how;
    }
}
