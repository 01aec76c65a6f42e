//! What the machine does to a server: a full disk, rights that are gone, a folder in use, files of another version,
//! damage. Each is told in plain words, and nothing that was acknowledged is lost.

#[path = "faults/damage.rs"]
mod damage;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/folder.rs"]
mod folder;
#[path = "faults/full.rs"]
mod full;

use scenarios::process::{Desk, Failed, Machine, Process, fresh_id};
use serde_json::{Value, json};
use std::path::Path;

/// A workspace with a topic and a file, both acknowledged.
pub(crate) struct Started {
    ana: Desk,
    space: String,
    topic: String,
    blob: String,
    content: Vec<u8>,
}

impl Started {
    async fn on(machine: &Machine, data: &Path, server: &Process) -> Started {
        let ana = machine.person(data, "Ana").await;
        let space = ana.space(&server.url, "Release").await;
        let content = b"what a file holds ".repeat(5000);
        let blob = ana.upload(&server.url, &space, content.clone()).await.expect("there is room");
        let topic = fresh_id(b'i');
        let files = json!([{ "blobId": blob, "name": "file.txt" }]);
        let item = json!({ "kind": "topic", "title": "Before", "text": "said before", "blobs": files });
        let started = Started { ana, space, topic: topic.clone(), blob, content };
        let answer = started.create(&server.url, &topic, item).await.expect("there is room");
        assert!(answer["created"][&topic].is_object(), "{answer}");
        started
    }

    async fn create(&self, url: &str, id: &str, item: Value) -> Result<Value, Failed> {
        self.ana.one(url, "Item/set", json!({ "accountId": self.space, "create": { id: item } })).await
    }

    /// What was acknowledged can be read, whole.
    async fn is_whole(&self, url: &str) {
        let args = json!({ "accountId": self.space, "ids": [self.topic] });
        let answer = self.ana.one(url, "Item/get", args).await.expect("it reads");
        assert_eq!(answer["list"][0]["text"], "said before", "{answer}");
        let content = self.ana.download(url, &self.space, &self.blob).await.expect("it reads");
        assert!(content == self.content, "the file is another");
    }

    /// Something new can be written.
    async fn can_write(&self, url: &str) {
        let id = fresh_id(b'i');
        let item = json!({ "kind": "topic", "title": "After", "text": "said after" });
        let answer = self.create(url, &id, item).await.expect("it writes");
        assert!(answer["created"][&id].is_object(), "{answer}");
        self.ana.upload(url, &self.space, b"small".to_vec()).await.expect("it takes files");
    }
}

/// How one thing is, as `meanwhile doctor` says, with its sentences.
pub(crate) fn finding(report: &Value, what: &str) -> (String, String) {
    let all = report["findings"].as_array().expect("findings").iter().filter(|finding| finding["what"] == what);
    let text = |value: &Value| value.as_str().expect("a text").to_string();
    let (mut how, mut says) = ("good".to_string(), String::new());
    for finding in all {
        if finding["how"] != "good" {
            how = text(&finding["how"]);
        }
        says.push_str(&text(&finding["says"]));
        says.push('\n');
    }
    assert!(!says.is_empty(), "nothing about {what}: {report}");
    (how, says)
}

/// The doctor's report, and whether it ended with success.
pub(crate) async fn doctor(machine: &Machine, data: &Path) -> (Value, bool) {
    let ended = machine.run(data, &["doctor", "--all", "--json"]).await;
    let report: Value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let success = ended.code == Some(0);
    assert_eq!(report["healthy"], success, "{ended:?}");
    (report, success)
}

/// A start that must fail: what it says.
pub(crate) async fn refused(machine: &Machine, data: &Path) -> String {
    let ended = machine.run(data, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(!ended.err.contains("panicked") && ended.out.is_empty(), "{ended:?}");
    ended.err
}
