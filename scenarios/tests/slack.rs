//! A team moves in from Slack: its export is previewed, comes in with a server and without one, comes in again and
//! changes nothing, and is read over HTTP by those who may.
//!
//! With `MEANWHILE_TEST_SLACK=<zip or folder>` (`make test SLACK=<zip>`) that export comes in too.

#[path = "slack/corpus.rs"]
mod corpus;

use scenarios::process::{Desk, Machine};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// All Items of a Space, by the first words of each.
async fn items(who: &Desk, url: &str, space: &str) -> BTreeMap<String, Value> {
    let query = json!([
        ["Item/query", { "accountId": space, "limit": 500 }, "q"],
        ["Item/get", { "accountId": space, "#ids": { "resultOf": "q", "name": "Item/query", "path": "/ids" } }, "g"],
    ]);
    let mut answers = who.ask(url, &query).await.expect("answers");
    let list = answers.remove(1)[1]["list"].take();
    let list = list.as_array().cloned().unwrap_or_default();
    list.into_iter().map(|item| (item["excerpt"].as_str().unwrap_or("").chars().take(12).collect(), item)).collect()
}

/// The Spaces of a person, by name, or by the number of their persons.
async fn spaces(who: &Desk, url: &str) -> BTreeMap<String, Value> {
    let got = who.one(url, "Membership/get", json!({ "accountId": who.person, "ids": null })).await.expect("answers");
    let list = got["list"].as_array().cloned().unwrap_or_default();
    let name = |one: &Value| match one["name"].as_str().filter(|name| !name.is_empty()) {
        Some(name) => name.to_string(),
        None => format!("{} persons", one["persons"].as_array().map_or(0, Vec::len)),
    };
    list.into_iter().map(|one| (name(&one), one)).collect()
}

fn numbers(done: &Value) -> [u64; 6] {
    ["spaces", "people", "threads", "posts", "files", "already"].map(|name| done[name].as_u64().unwrap_or(u64::MAX))
}

fn why(done: &Value) -> Vec<String> {
    let list = done["problems"]["list"].as_array().cloned().unwrap_or_default();
    let text = |one: &Value| format!("{}: {}", one["place"].as_str().unwrap_or(""), one["why"].as_str().unwrap_or(""));
    list.iter().map(text).collect()
}

async fn import(machine: &Machine, data: &Path, from: &Path) -> Value {
    machine.order(data, &["import", "slack", from.to_str().expect("UTF-8"), "--yes"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_moves_in_from_slack_and_finds_its_threads() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, export, packed) =
            (folder.path().join("data"), folder.path().join("export"), folder.path().join("export.zip"));
        corpus::write(&export, false);
        corpus::pack(&export, &packed);
        let server = machine.serve(&data).await;
        let (ana, bo) = (machine.person(&data, "Ana").await, machine.person(&data, "Bo").await);
        let url = &server.url;

        // First it is only looked at.
        let path = packed.to_str().expect("UTF-8");
        let preview = machine.order(&data, &["import", "slack", path, "--preview"]).await;
        assert_eq!((&preview["known"], &preview["placeholders"]), (&json!(2), &json!(3)), "{preview}");
        assert_eq!(
            (&preview["messages"], &preview["files"], &preview["filesMissing"]),
            (&json!(14), &json!(1), &json!(1)),
            "{preview}"
        );
        assert_eq!(preview["leftOut"], json!({ "joins and leaves": 1 }), "{preview}");
        assert!(spaces(&ana, url).await.is_empty(), "a preview writes nothing");
        let unasked = machine.run(&data, &["import", "slack", path]).await;
        assert!(unasked.code != Some(0) && unasked.err.contains("--yes"), "{unasked:?}");
        assert!(unasked.out.contains("general (open, 3 members, 9 messages)"), "{unasked:?}");

        let done = import(&machine, &data, &packed).await;
        assert_eq!(numbers(&done), [5, 3, 8, 6, 2, 0], "{done}");
        let problems = why(&done);
        for part in [
            "users.json, record 5: a user without an id",
            "users.json: U3 and U4 have the one address cy@old.example",
            "strange: no list of the export has this channel",
            "general/2016-05-03.json, record 2: its time (ts) is \"yesterday\"",
            "general/2016-05-03.json, record 3: its text is a list",
            "general/2016-05-03.json, record 5: it is no object",
            "general/2016-05-05.json: it can't be read to its end",
            "#nobody: nobody who was in it could read it here",
        ] {
            assert!(problems.iter().any(|problem| problem.starts_with(part)), "{part}: {problems:#?}");
        }
        assert_eq!(problems.len(), 8, "{problems:#?}");

        // Who was in what is in it here.
        let (of_ana, of_bo) = (spaces(&ana, url).await, spaces(&bo, url).await);
        assert_eq!(of_ana.keys().collect::<Vec<_>>(), ["2 persons", "3 persons", "general", "old"]);
        assert_eq!(of_bo.keys().collect::<Vec<_>>(), ["2 persons", "3 persons", "general", "secret"]);
        let general = of_ana["general"]["spaceId"].as_str().expect("an id");
        let record = ana.one(url, "Space/get", json!({ "accountId": general, "ids": null })).await.expect("answers");
        assert_eq!(
            (&record["list"][0]["purpose"], &record["list"][0]["whoMayJoin"]),
            (&json!("All of us & more"), &json!("members"))
        );
        let old = of_ana["old"]["spaceId"].as_str().expect("an id");
        let record = ana.one(url, "Space/get", json!({ "accountId": old, "ids": null })).await.expect("answers");
        assert!(record["list"][0]["archivedAt"].is_string(), "{record}");

        // What was said outside of threads is a thread for the day.
        let said = items(&ana, url, general).await;
        let (hello, morning) = (&said["Good morning"], &said["Morning!"]);
        assert_eq!(
            (&hello["kind"], &hello["title"], &hello["origin"]),
            (&json!("topic"), &json!("2 May 2016"), &json!("imported"))
        );
        assert_eq!((&hello["createdAt"], &hello["createdBy"]), (&json!("2016-05-02T09:00:00Z"), &json!(ana.person)));
        assert_eq!(hello["mentions"], json!([bo.person]));
        let text = format!("Good morning & hello [@Bo](mw:{}), see [#general](/s/{general}) and #secret", bo.person);
        assert_eq!(hello["text"], text);
        assert_eq!((&morning["parentId"], &morning["text"]), (&hello["id"], &json!("**Morning**!")));
        let build = said
            .values()
            .find(|item| item["text"].as_str().is_some_and(|text| text.contains("Build 7")))
            .expect("of a program");
        assert_eq!(
            (&build["text"], &build["threadId"]),
            (&json!("> [Build 7](http://ci.example/7)\n> failed"), &hello["id"])
        );

        // A thread is a thread.
        let name = &said["How do we na"];
        assert_eq!((&name["kind"], &name["title"]), (&json!("topic"), &json!("How do we name it?")));
        assert_eq!(
            (&name["text"], &name["editedAt"]),
            (&json!("How do we *name* it?\n> Anything but that."), &json!("2016-05-02T11:01:40Z"))
        );
        let thumb = name["reactions"]["👍🏽"].as_object().expect("given");
        assert!(thumb.len() == 2 && thumb[&bo.person] == true, "{name}");
        assert_eq!(name["reactions"][":party_parrot:"], json!({ bo.person.clone(): true }));
        let here = &said["Here: (The f"];
        assert_eq!(here["threadId"], name["id"]);
        assert_eq!(here["text"], "Here:\n\n*(The file ../../lost.pdf, 34 kB was not in the export.)*");
        assert_eq!((&here["blobs"][0]["name"], here["blobs"].as_array().map(Vec::len)), (&json!("plan.txt"), Some(1)));
        let blob = here["blobs"][0]["blobId"].as_str().expect("an id");
        assert_eq!(ana.download(url, general, blob).await.expect("there"), b"the plan\n");
        assert_eq!(
            said["Like this"]["text"],
            format!("Like [this](/s/{general}/i/{})", hello["id"].as_str().expect("an id"))
        );

        // Replies whose beginning is lost stay together.
        let (yes, too) = (&said["Yes to that."], &said["Me too."]);
        assert_eq!((&yes["kind"], &too["parentId"]), (&json!("topic"), &yes["id"]));
        let long = &said["A long story"];
        assert_eq!(long["title"], "A long story.", "alone on its day");
        assert_eq!(
            (&long["blobs"][0]["name"], long["blobs"][0]["size"].as_u64() > Some(200_000)),
            (&json!("rest-of-message.txt"), true)
        );

        // A conversation is the one that they would start.
        let direct = of_ana["2 persons"]["spaceId"].as_str().expect("an id");
        let start = json!({ "accountId": ana.person, "create": { "d": { "kind": "direct", "persons": [ana.person, bo.person] } } });
        let started = ana.one(url, "Space/set", start).await.expect("answers");
        assert_eq!(started["created"]["d"]["id"], direct, "{started}");
        assert_eq!(items(&bo, url, direct).await["👍"]["createdBy"], bo.person);
        // And what is private stays so, also to an admin.
        let secret = of_bo["secret"]["spaceId"].as_str().expect("an id");
        let refused = ana.one(url, "Item/query", json!({ "accountId": secret })).await.expect("answers");
        assert_eq!(refused["type"], "accountNotFound");
        assert_eq!(items(&bo, url, secret).await["Between us."]["title"], "Between us.");

        // The same again changes nothing; a later export adds what is new.
        let before = (items(&ana, url, general).await, items(&bo, url, secret).await);
        let again = import(&machine, &data, &packed).await;
        assert_eq!(numbers(&again), [0, 0, 0, 0, 0, 14], "{again}");
        assert_eq!((items(&ana, url, general).await, items(&bo, url, secret).await), before);
        assert_eq!(server.terminate().await.0, Some(0));
        corpus::write(&export, true);
        let more = import(&machine, &data, &export).await;
        assert_eq!(numbers(&more), [0, 0, 0, 1, 0, 14], "{more}");
        let server = machine.serve(&data).await;
        assert_eq!(items(&ana, &server.url, general).await["Late, but he"]["threadId"], name["id"]);
        let doctor = machine.run(&data, &["doctor", "--json"]).await;
        assert_eq!(doctor.code, Some(0), "{doctor:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_export_is_refused_in_words_and_nothing_is_written() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let server = machine.serve(&data).await;
        machine.person(&data, "Ana").await;
        let export = folder.path().join("export");
        corpus::write(&export, false);
        let whole = folder.path().join("whole.zip");
        corpus::pack(&export, &whole);
        let bytes = std::fs::read(&whole).expect("readable");
        let cut = folder.path().join("cut.zip");
        std::fs::write(&cut, &bytes[..bytes.len() - 100]).expect("written");
        let other = folder.path().join("other");
        corpus::put(&other, "pictures/1.json", &json!([]));
        let nothing = folder.path().join("nothing");
        for (path, says) in [(&cut, "no whole zip"), (&other, "it is no Slack export"), (&nothing, "can't be read")] {
            let refused = machine.run(&data, &["import", "slack", path.to_str().expect("UTF-8"), "--yes"]).await;
            assert!(refused.code != Some(0) && refused.err.contains(says), "{refused:?}");
        }
        let people = machine.order(&data, &["person", "list"]).await;
        assert_eq!(people["list"].as_array().map(Vec::len), Some(1), "{people}");
        drop(server);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_goes_on_where_it_was() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, export) = (folder.path().join("data"), folder.path().join("export"));
        corpus::write(&export, false);
        for day in 10..30 {
            let many = (0..200)
                .map(|n| corpus::said(&format!("14{day}000{n:03}.000001"), "U1", &format!("Number {n} of {day}")));
            corpus::put(&export, &format!("general/2015-06-{day}.json"), &many.collect());
        }
        let server = machine.serve(&data).await;
        let ana = machine.person(&data, "Ana").await;
        let path = export.to_str().expect("UTF-8").to_string();
        let command = machine.command_in(&data, &["import", "slack", &path, "--yes"]).output();
        let under_way = tokio::spawn(command);
        // In the middle: when the first messages are there, and not yet all.
        let general = loop {
            if let Some(general) = spaces(&ana, &server.url).await.get("general") {
                let general = general["spaceId"].as_str().expect("an id").to_string();
                if !items(&ana, &server.url, &general).await.is_empty() {
                    break general;
                }
            }
            tokio::task::yield_now().await;
        };
        server.kill().await;
        let ended = under_way.await.expect("joins").expect("the program ran");
        assert!(!ended.status.success(), "an import whose server was killed says so");
        let first = import(&machine, &data, &export).await;
        assert_eq!(first["already"].as_u64().map(|already| already > 0), Some(true), "{first}");
        let again = import(&machine, &data, &export).await;
        assert_eq!(numbers(&again), [0, 0, 0, 0, 0, 4014], "{again}");
        let there = machine.order(&data, &["space", "list"]).await;
        let archived = |space: &Value| space["archivedAt"].is_string().then(|| space["name"].clone());
        let archived: Vec<_> = there["list"].as_array().into_iter().flatten().filter_map(archived).collect();
        assert_eq!(archived, ["old"], "{there}");
        let server = machine.serve(&data).await;
        let query = json!({ "accountId": general, "limit": 0, "calculateTotal": true });
        let all = ana.one(&server.url, "Item/query", query).await.expect("answers");
        assert_eq!(all["total"], 4009, "{all}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_export_that_the_tester_names_comes_in_once() {
    for machine in Machine::both() {
        let Some(export) = std::env::var_os("MEANWHILE_TEST_SLACK") else { return };
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let server = machine.serve(&data).await;
        let ana = machine.person(&data, "Ana").await;
        let first = import(&machine, &data, Path::new(&export)).await;
        let [made, _, threads, posts, ..] = numbers(&first);
        assert!(made > 0 && threads > 0, "{first}");
        let again = import(&machine, &data, Path::new(&export)).await;
        assert_eq!(
            numbers(&again),
            [0, 0, 0, 0, 0, threads + posts + first["already"].as_u64().unwrap_or(0)],
            "{again}"
        );
        for space in spaces(&ana, &server.url).await.values() {
            let all = items(&ana, &server.url, space["spaceId"].as_str().expect("an id")).await;
            assert!(all.values().all(|item| item["origin"] == "imported"));
        }
    }
}
