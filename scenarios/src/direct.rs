//! A workspace without doors: the engine on any store, with a clock that a test moves.

pub use engine::operator;
use engine::{Courier, Engine, Running, TestClock};
use jmap::{Id, Request, UtcDate};
use meanwhile::{Previews, ReachOptions};
use model::{Caller, Registry, Role, Scopes};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use store::contract::postgres::Server;
use store::oracle::{Oracle, Unkind};
use store::{Blobs, SqliteOptions, SqliteStore, Store, Tick};

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
    courier: Option<Arc<dyn Courier>>,
    /// A second node of the same workspace: every other request is its.
    other: Option<Box<Direct>>,
    asked: AtomicUsize,
}

impl Direct {
    /// Opens a workspace on this store, on a Monday at nine in UTC, with its files in that folder.
    pub async fn open(store: Arc<dyn Store>, folder: &Path) -> Direct {
        Direct::open_by(vec![store], folder).await
    }

    /// Opens a workspace with as many nodes as have its database open. They take the requests in turn.
    pub async fn open_by(stores: Stores, folder: &Path) -> Direct {
        Direct::open_at(stores, monday(), folder, None).await
    }

    /// The same, at the time of that clock, by whose ways people are reached outside.
    pub async fn open_at(
        stores: Stores,
        clock: Arc<TestClock>,
        folder: &Path,
        courier: Option<Arc<dyn Courier>>,
    ) -> Direct {
        let blobs = Arc::new(Blobs::open(&folder.join("blobs"), [7; 32]).expect("a folder"));
        let mut stores = stores.into_iter();
        let store = stores.next().expect("a workspace has a node");
        let mut first = Direct::node(store, blobs.clone(), clock.clone(), folder, courier.clone()).await;
        if let Some(store) = stores.next() {
            first.other = Some(Box::new(Direct::node(store, blobs, clock, &folder.join("other"), courier).await));
        }
        first
    }

    async fn node(
        store: Arc<dyn Store>,
        blobs: Arc<Blobs>,
        clock: Arc<TestClock>,
        folder: &Path,
        courier: Option<Arc<dyn Courier>>,
    ) -> Direct {
        let engine =
            Engine::open(store.clone(), blobs.clone(), clock.clone(), Registry::standard()).await.expect("opens");
        let previews = Previews::in_folder(folder);
        if let Some(courier) = &courier {
            engine.reach_with(courier.clone());
        }
        let running = Some(meanwhile::start(&engine, folder, &previews).await.expect("starts"));
        let (folder, other, asked) = (folder.to_owned(), None, AtomicUsize::new(0));
        Direct { engine, clock, previews, running, store, blobs, folder, courier, other, asked }
    }

    /// Closes the database too, and opens it again.
    pub async fn reopen(mut self, open: impl FnOnce() -> Stores) -> Direct {
        self.stop().await;
        let closed: Vec<_> = self.nodes().map(|node| Arc::downgrade(&node.store)).collect();
        let (clock, folder, courier) = (self.clock.clone(), self.folder.clone(), self.courier.clone());
        drop(self);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while closed.iter().any(|store| store.strong_count() > 0) {
            assert!(std::time::Instant::now() < until, "somebody still holds the store");
            tokio::task::yield_now().await;
        }
        Direct::open_at(open(), clock, &folder, courier).await
    }

    /// Ends the engine, of all nodes, and opens it again on the same store.
    pub async fn restart(&mut self) {
        self.restart_after(|| {}).await;
    }

    /// Ends the engine, does something to its files, and opens it again.
    pub async fn restart_after(&mut self, between: impl FnOnce()) {
        self.stop().await;
        between();
        self.begin().await;
        if let Some(other) = &mut self.other {
            other.begin().await;
        }
    }

    /// The accounts that have changed since `since`, and the token for next time.
    pub async fn touched(&self, since: Tick) -> (Tick, Vec<Id>) {
        let (told, heard) = tokio::sync::oneshot::channel();
        self.store.read(Box::new(move |at| {
            let _ = told.send(at.and_then(|at| at.look(since, u32::MAX - 1)));
        }));
        let (now, all) = heard.await.expect("an open store").expect("a look");
        (now, all.into_iter().map(|(_, account, _)| account).collect())
    }

    /// Ends the engine, of all nodes, and leaves its files as they are.
    pub async fn stop(&mut self) {
        let other = self.other.as_mut().and_then(|other| other.running.take());
        for running in [self.running.take(), other].into_iter().flatten() {
            running.stop().await;
        }
    }

    async fn begin(&mut self) {
        let (store, blobs, clock) = (self.store.clone(), self.blobs.clone(), self.clock.clone());
        self.engine = Engine::open(store, blobs, clock, Registry::standard()).await.expect("opens again");
        if let Some(courier) = &self.courier {
            self.engine.reach_with(courier.clone());
        }
        self.running = Some(meanwhile::start(&self.engine, &self.folder, &self.previews).await.expect("starts"));
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every reader at the head, no job due, on all nodes.
    pub async fn settle(&self) {
        loop {
            let mut heads = Vec::new();
            for node in self.nodes() {
                heads.push(node.engine.settle().await.expect("settles"));
            }
            // What one node writes, the other has to follow.
            if heads.iter().all(|head| *head == heads[0]) {
                return;
            }
        }
    }

    /// All nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &Direct> {
        std::iter::once(self).chain(self.other.as_deref())
    }

    /// The engine whose turn it is.
    fn next(&self) -> &Engine {
        let turn = self.asked.fetch_add(1, Relaxed);
        self.other.as_ref().filter(|_| turn % 2 == 1).map_or(&self.engine, |other| &other.engine)
    }

    /// The answers to these calls.
    pub async fn ask(&self, by: &Caller, calls: Value) -> Vec<Value> {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": calls }).to_string();
        let request = Request::read(body.as_bytes(), 256).expect("a request");
        let response = self.next().call(by, request).await.expect("an answer").to_json();
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

/// A database, as one node or two have it open.
pub type Stores = Vec<Arc<dyn Store>>;

/// Makes a new database, in that folder if it is kept in files.
pub type Make = fn(&Path) -> Stores;

/// The oracle.
pub fn oracle(_folder: &Path) -> Stores {
    vec![Arc::new(Oracle::new())]
}

/// The oracle, whose reads miss at random.
fn unkind(_folder: &Path) -> Stores {
    vec![Arc::new(Oracle::unkind(Unkind::very(11)))]
}

/// SQLite.
pub fn sqlite(folder: &Path) -> Stores {
    vec![Arc::new(SqliteStore::open(folder, SqliteOptions::default()).expect("opens"))]
}

/// PostgreSQL, open by two nodes.
pub fn postgres(_folder: &Path) -> Stores {
    Server::nodes(&Server::shared().database()).into()
}

/// Runs a story on the unkind oracle, on SQLite, and on PostgreSQL by two nodes.
pub async fn on_all_stores(story: impl AsyncFn(Direct)) {
    on_these(&[unkind, sqlite, postgres], &|store| store, &story).await;
}

/// The same, with faults that the test plants.
pub async fn on_all_stores_bent(bend: impl Fn(Arc<dyn Store>) -> Arc<dyn Store>, story: impl AsyncFn(Direct)) {
    on_these(&[unkind, sqlite, postgres], &bend, &story).await;
}

/// Runs a story on all but the oracle, which takes too long with thousands of records.
pub async fn on_quick_stores(story: impl AsyncFn(Direct)) {
    on_these(&[sqlite, postgres], &|store| store, &story).await;
}

/// The same, with faults that the test plants.
pub async fn on_quick_stores_bent(bend: impl Fn(Arc<dyn Store>) -> Arc<dyn Store>, story: impl AsyncFn(Direct)) {
    on_these(&[sqlite, postgres], &bend, &story).await;
}

/// Runs a story on the same stores as [`on_all_stores`], with what reaches people outside made for each.
pub async fn on_all_stores_reaching<T>(
    reach: impl AsyncFn(&Arc<TestClock>, &Path) -> (ReachOptions, T),
    story: impl AsyncFn(Direct, T),
) {
    for make in [unkind, sqlite, postgres] {
        let (folder, clock) = (tempfile::tempdir().expect("a folder"), monday());
        let (options, there) = reach(&clock, folder.path()).await;
        let courier = meanwhile::courier(&options).expect("ways out");
        story(Direct::open_at(make(folder.path()), clock, folder.path(), courier).await, there).await;
    }
}

/// A clock at which stories begin: a Monday at nine, in UTC.
pub fn monday() -> Arc<TestClock> {
    TestClock::at(UtcDate::parse("2026-11-23T09:00:00Z").expect("a date"))
}

async fn on_these(makes: &[Make], bend: &impl Fn(Arc<dyn Store>) -> Arc<dyn Store>, story: &impl AsyncFn(Direct)) {
    for make in makes {
        let folder = tempfile::tempdir().expect("a folder");
        let stores = make(folder.path()).into_iter().map(bend).collect();
        story(Direct::open_by(stores, folder.path()).await).await;
    }
}
