//! A workspace without doors: the engine on any store, with a clock that a test moves.

pub use engine::operator;
use engine::{Engine, Running, TestClock};
use jmap::{Id, Request, UtcDate};
use meanwhile::Previews;
use model::{Caller, Registry, Role, Scopes};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::contract::postgres::Server;
use store::oracle::{Oracle, Unkind};
use store::{Blobs, SqliteOptions, SqliteStore, Store};

/// An open workspace.
pub struct Direct {
    /// The engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// What makes previews of its pictures.
    pub previews: Arc<Previews>,
    running: Option<Running>,
    store: Arc<dyn Store>,
    blobs: Arc<Blobs>,
    folder: PathBuf,
}

impl Direct {
    /// Opens a workspace on this store, on a Monday at nine in UTC, with its files in that folder.
    pub async fn open(store: Arc<dyn Store>, folder: &Path) -> Direct {
        let clock = TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").expect("a date"));
        let blobs = Arc::new(Blobs::open(&folder.join("blobs"), [7; 32]).expect("a folder"));
        let engine =
            Engine::open(store.clone(), blobs.clone(), clock.clone(), Registry::standard()).await.expect("opens");
        let previews = Previews::in_folder(folder);
        let running = Some(meanwhile::start(&engine, folder, &previews).await.expect("starts"));
        Direct { engine, clock, previews, running, store, blobs, folder: folder.to_owned() }
    }

    /// Closes the store too, and opens it again from its files.
    pub async fn reopen(mut self, open: impl FnOnce() -> Arc<dyn Store>) -> Direct {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let Direct { engine, clock, previews, store, blobs, folder, .. } = self;
        drop(engine);
        let closed = Arc::downgrade(&store);
        drop(store);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while closed.strong_count() > 0 {
            assert!(std::time::Instant::now() < until, "somebody still holds the store");
            tokio::task::yield_now().await;
        }
        let store = open();
        let engine =
            Engine::open(store.clone(), blobs.clone(), clock.clone(), Registry::standard()).await.expect("opens again");
        let running = Some(meanwhile::start(&engine, &folder, &previews).await.expect("starts"));
        Direct { engine, clock, previews, running, store, blobs, folder }
    }

    /// Ends the engine and opens it again, on the same store or on another one.
    pub async fn restart(&mut self, store: Option<Arc<dyn Store>>) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.store = store.unwrap_or_else(|| self.store.clone());
        let (store, blobs, clock) = (self.store.clone(), self.blobs.clone(), self.clock.clone());
        self.engine = Engine::open(store, blobs, clock, Registry::standard()).await.expect("opens again");
        self.running = Some(meanwhile::start(&self.engine, &self.folder, &self.previews).await.expect("starts"));
    }

    /// Ends the engine, does something to its files, and opens it again.
    pub async fn restart_after(&mut self, between: impl FnOnce()) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        between();
        self.restart(None).await;
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every reader at the head, no job due.
    pub async fn settle(&self) {
        self.engine.settle().await.expect("settles");
    }

    /// The answers to these calls.
    pub async fn ask(&self, by: &Caller, calls: Value) -> Vec<Value> {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": calls }).to_string();
        let request = Request::read(body.as_bytes(), 256).expect("a request");
        let response = self.engine.call(by, request).await.expect("an answer").to_json();
        let mut value: Value = serde_json::from_str(&response).expect("JSON");
        value["methodResponses"].as_array_mut().expect("a list").drain(..).collect()
    }

    /// The arguments of the answer to one call.
    pub async fn one(&self, by: &Caller, method: &str, args: Value) -> Value {
        self.ask(by, json!([[method, args, "0"]])).await.remove(0)[1].take()
    }

    /// A new person of the workspace.
    pub async fn hire(&self, name: &str) -> Caller {
        self.hire_as(name, Role::Member).await
    }

    /// A new person of the workspace, with that role.
    pub async fn hire_as(&self, name: &str, role: Role) -> Caller {
        let create = json!({ "k": { "name": name, "role": role.word() } });
        let args = json!({ "accountId": self.engine.workspace(), "create": create });
        let answer = self.one(&operator(), "Person/set", args).await;
        let id = answer["created"]["k"]["id"].as_str().and_then(|id| Id::parse(id).ok());
        let person = id.unwrap_or_else(|| panic!("{answer}"));
        Caller { person, role, scopes: Scopes::SESSION }
    }

    /// A new Space of that person.
    pub async fn space(&self, by: &Caller, name: &str) -> Id {
        let args = json!({ "accountId": by.person, "create": { "s": { "name": name } } });
        let answer = self.one(by, "Space/set", args).await;
        let id = answer["created"]["s"]["id"].as_str().and_then(|id| Id::parse(id).ok());
        id.unwrap_or_else(|| panic!("{answer}"))
    }
}

/// Runs a story on the oracle, whose reads miss at random, on SQLite, and on PostgreSQL.
pub async fn on_both_stores(story: impl AsyncFn(Direct)) {
    on_both_stores_bent(|store| store, story).await;
}

/// The same, with faults that the test plants.
pub async fn on_both_stores_bent(bend: impl Fn(Arc<dyn Store>) -> Arc<dyn Store>, story: impl AsyncFn(Direct)) {
    let folder = tempfile::tempdir().expect("a folder");
    story(Direct::open(bend(Arc::new(Oracle::unkind(Unkind::very(11)))), folder.path()).await).await;
    on_sqlite_bent(&bend, &story).await;
    let folder = tempfile::tempdir().expect("a folder");
    story(Direct::open(bend(Server::shared().store()), folder.path()).await).await;
}

/// Runs a story on SQLite alone: with thousands of records, the oracle takes too long.
pub async fn on_sqlite(story: impl AsyncFn(Direct)) {
    on_sqlite_bent(|store| store, story).await;
}

/// The same, with faults that the test plants.
pub async fn on_sqlite_bent(bend: impl Fn(Arc<dyn Store>) -> Arc<dyn Store>, story: impl AsyncFn(Direct)) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(folder.path(), SqliteOptions::default()).expect("opens");
    story(Direct::open(bend(Arc::new(sqlite)), folder.path()).await).await;
}
