//! A replica that follows by pages of `/changes` alone, across all kills.

use scenarios::process::Desk;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::World;
use super::ledger::{list, read_items, text};

/// Small, so that kills fall between two of them.
const PAGE: u64 = 7;

const OF_A_SPACE: &[&str] = &["Space", "Member", "Item", "Thread"];
const ONES_OWN: &[&str] = &["Membership", "Submission", "Draft"];

/// Records by id, and the state they belong to.
#[derive(Default)]
struct Table {
    state: Option<String>,
    records: BTreeMap<String, Value>,
}

/// One person's copy.
pub(crate) struct Follower {
    desk: Desk,
    tables: BTreeMap<(String, &'static str), Table>,
}

impl Follower {
    pub(crate) fn new(world: &World, desk: Desk) -> Follower {
        let spaces =
            [&world.team, &world.log].into_iter().flat_map(|space| OF_A_SPACE.iter().map(move |ty| (space, *ty)));
        let own = ONES_OWN.iter().map(|ty| (&desk.person, *ty));
        let tables = spaces.chain(own).map(|(account, ty)| ((account.clone(), ty), Table::default())).collect();
        Follower { desk, tables }
    }

    /// Reads what is new, until there is nothing more.
    pub(crate) async fn catch_up(&mut self, world: &World) {
        for ((account, ty), table) in &mut self.tables {
            table.follow(world, &self.desk, account, ty).await;
        }
    }

    /// Everything here equals what somebody finds who has just come.
    pub(crate) async fn check_against_a_fresh_reader(&self, world: &World, url: &str) {
        for ((account, ty), table) in &self.tables {
            let args = json!({ "accountId": account });
            let fresh: BTreeMap<String, Value> = if matches!(*ty, "Item" | "Thread") {
                let (items, _) = read_items(&self.desk, url, account).await;
                if *ty == "Item" { items } else { self.threads(url, account, items.keys()).await }
            } else {
                let answer = self.desk.one(url, &format!("{ty}/get"), args).await.expect("it runs");
                list(&answer["list"]).iter().map(|record| (text(&record["id"]), record.clone())).collect()
            };
            for (id, record) in &fresh {
                assert_eq!(table.records.get(id), Some(record), "{ty} {id}");
            }
            assert_eq!(table.records.len(), fresh.len(), "{ty}: the replica has more than there is");
            assert!(*ty != "Item" || *account != world.team || fresh.len() > 50, "too little was written");
        }
    }

    async fn threads(&self, url: &str, space: &str, ids: impl Iterator<Item = &String>) -> BTreeMap<String, Value> {
        let (ids, mut threads): (Vec<&String>, _) = (ids.collect(), BTreeMap::new());
        for some in ids.chunks(900) {
            let args = json!({ "accountId": space, "ids": some });
            let answer = self.desk.one(url, "Thread/get", args).await.expect("it runs");
            threads.extend(list(&answer["list"]).iter().map(|record| (text(&record["id"]), record.clone())));
        }
        threads
    }
}

impl Table {
    async fn follow(&mut self, world: &World, desk: &Desk, account: &str, ty: &str) {
        let Some(state) = &self.state else {
            let all = json!([[format!("{ty}/get"), { "accountId": account }, "0"]]);
            let (_gate, answers) = world.ask(desk, &all).await;
            self.state = Some(text(&answers[0][1]["state"]));
            self.take(&answers[0][1]);
            return;
        };
        let mut since = state.clone();
        loop {
            let args = json!({ "accountId": account, "sinceState": since, "maxChanges": PAGE });
            let (gate, answers) = world.ask(desk, &json!([[format!("{ty}/changes"), args, "0"]])).await;
            drop(gate);
            let page = &answers[0][1];
            for id in list(&page["destroyed"]) {
                self.records.remove(&text(id));
            }
            let wanted: Vec<&Value> = ["created", "updated"].iter().flat_map(|name| list(&page[*name])).collect();
            if !wanted.is_empty() {
                let get = json!([[format!("{ty}/get"), { "accountId": account, "ids": wanted }, "0"]]);
                let (_gate, answers) = world.ask(desk, &get).await;
                self.take(&answers[0][1]);
            }
            since = text(&page["newState"]);
            // Kept when the page is: a device that is switched off here goes on here.
            self.state = Some(since.clone());
            if page["hasMoreChanges"] == false {
                return;
            }
        }
    }

    fn take(&mut self, answer: &Value) {
        for record in list(&answer["list"]) {
            self.records.insert(text(&record["id"]), record.clone());
        }
        for id in answer["notFound"].as_array().into_iter().flatten() {
            self.records.remove(&text(id));
        }
    }
}
