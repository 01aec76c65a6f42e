//! A team moves from Slack into a file, and from there into a database: the two exports are the same.

use scenarios::process::{Machine, files_below};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use store::contract::postgres::Server;

#[path = "../slack/corpus.rs"]
mod corpus;

/// All files of an export but the one that bears its date.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(folder).expect("below").display().to_string();
    let all = files_below(folder).into_iter().map(|path| (name(&path), std::fs::read(&path).expect("readable")));
    all.filter(|(name, _)| name != "export.json").collect()
}

fn counts(done: &Value) -> [u64; 4] {
    ["threads", "posts", "files", "already"].map(|name| done[name].as_u64().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_from_slack_goes_from_a_file_into_a_database_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).to_str().expect("UTF-8").to_string();
    corpus::write(&at("slack"), true);
    corpus::pack(&at("slack"), &at("slack.zip"));
    let file = Machine::default();
    file.serve(&at("file")).await.terminate().await;
    let came = file.order(&at("file"), &["import", "slack", &text("slack.zip"), "--yes"]).await;
    // Nobody is there to be the admin of a channel that nobody is in.
    assert_eq!(counts(&came), [7, 7, 2, 0], "{came}");
    file.order(&at("file"), &["export", &text("first")]).await;

    let database = Machine::default().set("MEANWHILE_DATABASE", Server::shared().database());
    let server = database.serve(&at("database")).await;
    let moved = database.order(&at("database"), &["import", "meanwhile", &text("first")]).await;
    assert_eq!((counts(&moved), &moved["problems"]["count"]), ([7, 7, 2, 0], &json!(0)), "{moved}");
    database.order(&at("database"), &["export", &text("second")]).await;
    assert_eq!(contents(&at("second")), contents(&at("first")));
    let again = database.order(&at("database"), &["import", "meanwhile", &text("first")]).await;
    assert_eq!(counts(&again), [0, 0, 0, 14], "{again}");
    // From Slack it can come into a database too.
    let straight = database.order(&at("database"), &["import", "slack", &text("slack"), "--yes"]).await;
    assert_eq!(counts(&straight)[3], 0, "of another workspace, other ids: {straight}");
    let twice = database.order(&at("database"), &["import", "slack", &text("slack"), "--yes"]).await;
    assert_eq!(counts(&twice)[..3], [0, 0, 0], "{twice}");
    assert_eq!(server.terminate().await.0, Some(0));
}
