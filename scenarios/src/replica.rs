//! A client's copy of all its accounts, kept by `/changes` and `/get` alone, one small step at a time, so that a test can
//! let anything happen between two steps.

use jmap::Id;
use model::Caller;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::direct::Direct;

const PERSONAL: &[&str] = &["Membership", "Submission", "Draft", "Cursor", "Follow", "Move"];
const SPACE: &[&str] = &["Space", "Member", "Item", "Thread"];

/// Records of one type of one account, and the state they belong to.
#[derive(Clone, Default, Debug, PartialEq)]
struct Table {
    state: Option<String>,
    records: BTreeMap<String, Value>,
}

/// A step that is still to be done.
enum Step {
    Changes(Id, &'static str),
    Get(Id, &'static str, Vec<String>),
}

/// One person's copy on one device.
pub struct Replica {
    /// Whose it is.
    pub by: Caller,
    tables: BTreeMap<(Id, &'static str), Table>,
    todo: VecDeque<Step>,
    page: u64,
}

/// Account, type, id and the record.
pub type Picture = BTreeMap<(String, &'static str, String), Value>;

impl Replica {
    /// An empty copy that reads pages of that size.
    pub fn new(by: Caller, page: u64) -> Replica {
        Replica { by, tables: BTreeMap::new(), todo: VecDeque::new(), page }
    }

    /// Forgets everything, as a browser does that was cleared.
    pub fn clear(&mut self) {
        self.tables.clear();
        self.todo.clear();
    }

    /// Begins to catch up with every account it knows.
    pub fn begin(&mut self) {
        if self.todo.is_empty() {
            self.todo.extend(PERSONAL.iter().map(|ty| Step::Changes(self.by.person, ty)));
            for space in self.spaces() {
                self.todo.extend(SPACE.iter().map(|ty| Step::Changes(space, ty)));
            }
        }
    }

    /// Does one call. False when there is nothing to do.
    pub async fn step(&mut self, desk: &Direct) -> bool {
        match self.todo.pop_front() {
            None => return false,
            Some(Step::Changes(account, ty)) => self.changes(desk, account, ty).await,
            Some(Step::Get(account, ty, ids)) => self.get(desk, account, ty, ids).await,
        }
        true
    }

    /// Catches up until nothing is left to read; joins and leaves found on the way are followed.
    pub async fn catch_up(&mut self, desk: &Direct) {
        while self.step(desk).await {}
        loop {
            let before = self.spaces();
            self.begin();
            while self.step(desk).await {}
            if self.spaces() == before {
                return;
            }
        }
    }

    /// What it holds.
    pub fn picture(&self) -> Picture {
        let mut out = Picture::new();
        for ((account, ty), table) in &self.tables {
            for (id, record) in &table.records {
                out.insert((account.to_string(), ty, id.clone()), record.clone());
            }
        }
        out
    }

    fn spaces(&self) -> BTreeSet<Id> {
        let table = self.tables.get(&(self.by.person, "Membership"));
        let ids = table.into_iter().flat_map(|table| table.records.keys());
        ids.filter_map(|id| Id::parse(id).ok()).collect()
    }

    async fn changes(&mut self, desk: &Direct, account: Id, ty: &'static str) {
        let since = self.tables.entry((account, ty)).or_default().state.clone();
        let Some(since) = since else { return self.read_all(desk, account, ty).await };
        let args = json!({ "accountId": account, "sinceState": since, "maxChanges": self.page });
        let answer = desk.one(&self.by, &format!("{ty}/changes"), args).await;
        match answer["type"].as_str() {
            Some("accountNotFound") => return self.lose(account),
            Some("cannotCalculateChanges") => return self.read_all(desk, account, ty).await,
            Some(other) => panic!("{ty}/changes: {other}: {answer}"),
            None => {}
        }
        let list = |name: &str| -> Vec<String> {
            answer[name].as_array().into_iter().flatten().filter_map(|id| id.as_str().map(str::to_string)).collect()
        };
        let table = self.tables.entry((account, ty)).or_default();
        for id in list("destroyed") {
            table.records.remove(&id);
        }
        table.state = answer["newState"].as_str().map(str::to_string);
        let mut wanted = list("created");
        wanted.extend(list("updated"));
        // The next page may be asked for before the records of this one are fetched: both orders must end equal.
        if answer["hasMoreChanges"] == true {
            self.todo.push_front(Step::Changes(account, ty));
        }
        if !wanted.is_empty() {
            self.todo.push_front(Step::Get(account, ty, wanted));
        }
    }

    async fn get(&mut self, desk: &Direct, account: Id, ty: &'static str, ids: Vec<String>) {
        let answer = desk.one(&self.by, &format!("{ty}/get"), json!({ "accountId": account, "ids": ids })).await;
        if answer["type"] == "accountNotFound" {
            return self.lose(account);
        }
        let table = self.tables.entry((account, ty)).or_default();
        for record in answer["list"].as_array().into_iter().flatten() {
            let id = record["id"].as_str().expect("a record has an id");
            table.records.insert(id.to_string(), record.clone());
        }
        for id in answer["notFound"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            table.records.remove(id);
        }
    }

    async fn read_all(&mut self, desk: &Direct, account: Id, ty: &'static str) {
        // Some clients always read from the beginning by pages of changes, the others where it is too much at once.
        let ids = if self.page % 2 == 1 { json!([]) } else { Value::Null };
        let answer = desk.one(&self.by, &format!("{ty}/get"), json!({ "accountId": account, "ids": ids })).await;
        match answer["type"].as_str() {
            Some("accountNotFound") => return self.lose(account),
            Some("requestTooLarge") => return self.begin_from_nothing(desk, account, ty).await,
            Some(other) => panic!("{ty}/get: {other}: {answer}"),
            None if ids.is_array() => return self.begin_from_nothing(desk, account, ty).await,
            None => {}
        }
        let records = answer["list"].as_array().cloned().unwrap_or_default();
        let table = Table {
            state: answer["state"].as_str().map(str::to_string),
            records: records.into_iter().map(|r| (r["id"].as_str().unwrap_or_default().to_string(), r)).collect(),
        };
        self.tables.insert((account, ty), table);
    }

    /// The state before everything: `<lineage>.<join>.0`.
    async fn begin_from_nothing(&mut self, desk: &Direct, account: Id, ty: &'static str) {
        let answer = desk.one(&self.by, &format!("{ty}/get"), json!({ "accountId": account, "ids": [] })).await;
        let Some(state) = answer["state"].as_str() else { return self.lose(account) };
        let (start, _) = state.rsplit_once('.').expect("a state has parts");
        self.tables.insert((account, ty), Table { state: Some(format!("{start}.0")), records: BTreeMap::new() });
        self.todo.push_front(Step::Changes(account, ty));
    }

    /// The account is closed to him now: what he holds of it goes. Membership will say so too, sooner or later.
    fn lose(&mut self, account: Id) {
        assert_ne!(account, self.by.person, "one's own account is always open");
        self.tables.retain(|(of, _), _| *of != account);
        self.todo.retain(|step| match step {
            Step::Changes(of, _) | Step::Get(of, ..) => *of != account,
        });
    }
}

/// What a fresh reader sees of everything that is open to him now.
pub async fn fresh(desk: &Direct, by: Caller) -> Picture {
    let mut replica = Replica::new(by, 1000);
    replica.catch_up(desk).await;
    replica.picture()
}
