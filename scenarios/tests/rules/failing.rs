//! Publishing while the machine fails for a moment, or is busy with its own.

use jmap::Id;
use scenarios::direct::{Direct, on_all_stores, on_all_stores_bent, on_quick_stores_bent};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::contract::wrapped::{Bend, bent};
use store::{Command, Stop, StoreError, Tick, Tx};

use crate::sending::{id_of, send, titles};

/// A store at which the job runner's writes to one account fail, as long as that lasts.
#[derive(Default)]
struct Moody {
    account: parking_lot::Mutex<Option<Id>>,
    /// So many of them, or all.
    times: parking_lot::Mutex<usize>,
    failed: AtomicUsize,
}

struct Failing(Box<dyn Command>);

impl Command for Failing {
    fn accounts(&self) -> &[Id] {
        self.0.accounts()
    }
    fn run(&mut self, _: &mut dyn Tx) -> Result<(), Stop> {
        Err(Stop::Refused)
    }
    fn done(self: Box<Self>, _: Result<Tick, StoreError>) {
        self.0.done(Err(StoreError::Unavailable("a planted fault".into())));
    }
}

impl Bend for Moody {
    fn command(&self, command: Box<dyn Command>) -> Box<dyn Command> {
        let account = *self.account.lock();
        let job = command.fence().is_some_and(|lease| lease.name == "jobs");
        let mut times = self.times.lock();
        if job && *times > 0 && account.is_some_and(|account| command.accounts() == [account]) {
            *times -= 1;
            self.failed.fetch_add(1, Ordering::Relaxed);
            return Box::new(Failing(command));
        }
        command
    }
}

impl Moody {
    /// As it was before the first fault.
    fn anew(self: &Arc<Moody>) -> Arc<Moody> {
        *self.times.lock() = 0;
        self.failed.store(0, Ordering::Relaxed);
        self.clone()
    }

    fn fails(&self, account: Id, times: usize) {
        *self.account.lock() = Some(account);
        *self.times.lock() = times;
    }
}

async fn on_quick_moody_stores(story: impl AsyncFn(Direct, Arc<Moody>)) {
    let moody = Arc::new(Moody::default());
    on_quick_stores_bent(|store| bent(store, moody.clone()), async |desk| story(desk, moody.anew()).await).await;
}

async fn on_all_moody_stores(story: impl AsyncFn(Direct, Arc<Moody>)) {
    let moody = Arc::new(Moody::default());
    on_all_stores_bent(|store| bent(store, moody.clone()), async |desk| story(desk, moody.anew()).await).await;
}

#[tokio::test]
async fn what_is_sent_in_order_is_published_in_order_also_when_the_first_fails_for_a_moment() {
    on_all_moody_stores(async |desk, moody| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        for title in ["first", "second", "third"] {
            send(&desk, &ana, space, json!({ "kind": "topic", "title": title }), 30).await;
        }
        moody.fails(space, 1);
        desk.clock.advance(30_000);
        desk.settle().await;
        assert_eq!(titles(&desk, &ana, space).await, ["first", "second", "third"]);
        assert_eq!(moody.failed.load(Ordering::Relaxed), 1, "the fault was there");
    })
    .await;
}

#[tokio::test]
async fn a_reply_waits_while_the_publishing_of_its_parent_fails_for_a_moment() {
    on_all_moody_stores(async |desk, moody| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let root = id_of(&send(&desk, &ana, space, json!({ "kind": "topic", "title": "root" }), 10).await);
        send(&desk, &ana, space, json!({ "kind": "post", "parentId": root, "text": "reply" }), 30).await;
        // The parent is marked final, and is not in the Space yet.
        moody.fails(space, 2);
        desk.clock.advance(60_000);
        desk.settle().await;
        let drafts = desk.one(&ana, "Draft/get", json!({ "accountId": ana.person })).await;
        assert_eq!(drafts["list"], json!([]), "{drafts}");
        assert_eq!(titles(&desk, &ana, space).await, ["root", ""]);
    })
    .await;
}

#[tokio::test]
async fn a_thousand_jobs_that_fail_do_not_keep_another_space_waiting() {
    on_quick_moody_stores(async |desk, moody| {
        let (ana, bo) = (desk.hire("Ana").await, desk.hire("Bo").await);
        let (full, other) = (desk.space(&ana, "Full").await, desk.space(&bo, "Other").await);
        let sub =
            |n: usize| json!({ "spaceId": full, "item": { "kind": "topic", "title": format!("{n}") }, "sendIn": 10 });
        for tens in 0..101 {
            let create: serde_json::Map<String, Value> =
                (0..10).map(|n| (format!("k{n}"), sub(tens * 10 + n))).collect();
            let args = json!({ "accountId": ana.person, "create": create });
            assert!(desk.one(&ana, "Submission/set", args).await["notCreated"].is_null());
        }
        send(&desk, &bo, other, json!({ "kind": "topic", "title": "not held up" }), 20).await;
        moody.fails(full, usize::MAX);
        desk.clock.advance(30_000);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while titles(&desk, &bo, other).await.is_empty() {
            assert!(std::time::Instant::now() < until, "held up");
        }
        moody.fails(full, 0);
        desk.settle().await;
        let all = desk.one(&ana, "Item/query", json!({ "accountId": full, "calculateTotal": true })).await;
        assert_eq!(all["total"], 1010);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_is_published_while_the_retention_run_waits_for_a_backup() {
    on_all_stores(async |desk| {
        let ana = desk.hire("Ana").await;
        let space = desk.space(&ana, "Release").await;
        let mut upload = desk.engine.begin_upload(&ana, space).await.expect("a member may");
        upload.write(b"goes").expect("there is room");
        let blob = desk.engine.end_upload(&ana, space, upload, "text/plain").await.expect("a member may").blob_id;
        let file = json!({ "f": { "kind": "file", "blobs": [{ "blobId": blob, "name": "a.txt" }] } });
        let made = desk.one(&ana, "Item/set", json!({ "accountId": space, "create": file })).await;
        let id = made["created"]["f"]["id"].as_str().expect("made").to_string();
        desk.one(&ana, "Item/set", json!({ "accountId": space, "destroy": [id] })).await;
        let later = json!({ "kind": "topic", "title": "sent" });
        send(&desk, &ana, space, later, 40 * 86_400).await;
        let files = || scenarios::process::contents_below(&desk.folder().join("blobs")).len();
        assert_eq!(files(), 1);
        let backup = desk.engine.blobs().hold_still();
        desk.clock.advance(41 * jmap::DAY_MS);
        let until = Instant::now() + Duration::from_secs(30);
        while titles(&desk, &ana, space).await.is_empty() {
            assert!(Instant::now() < until, "the retention run holds it up");
        }
        assert_eq!(files(), 1, "nothing is taken away under a backup");
        drop(backup);
        desk.settle().await;
        assert_eq!(files(), 0);
    })
    .await;
}
