//! A workspace moves to the other engine and back: every id, link and file stays, however often the copy is killed, and
//! whoever else's place it is stays untouched.

use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::*;

/// The database of a machine.
fn database(machine: &Machine) -> String {
    let set = machine.command(&[]).as_std().get_envs().find_map(|(name, value)| {
        (name == "MEANWHILE_DATABASE").then(|| value.expect("set").to_str().expect("UTF-8").to_string())
    });
    set.expect("it has one")
}

/// Kills a copy at the line of its progress with that number; true if it was not done before.
async fn killed(machine: &Machine, data: &Path, args: &[&str], line: usize) -> bool {
    let mut command = machine.command(args);
    let mut child =
        command.arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut said = Vec::new();
    for _ in 0..line {
        match lines.next_line().await.expect("readable") {
            Some(line) => said.push(line),
            None => {
                let well = child.wait().await.expect("it ends").success();
                assert!(well, "it was not killed, and did not end well: {said:?}");
                return false;
            }
        }
    }
    child.kill().await.expect("it runs");
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_moves_into_a_database_and_back_though_the_copies_are_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, there, back] = ["data", "there", "back"].map(|name| folder.path().join(name));
    let (machine, other) = (Machine::default(), on_postgres());
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let (space, quiet) = (ana.space(&server.url, "Release").await, ana.space(&server.url, "Quiet").await);
    let topic = create_topic(&ana, &server.url, &space).await;
    // Large enough that a kill meets the middle.
    for round in 0..60 {
        let text = format!("{round} {}", "much to say ".repeat(8_000));
        let mut post = json!({ "kind": "post", "parentId": topic, "text": text });
        if round % 10 == 0 {
            let blob = ana.upload(&server.url, &space, format!("file {round}").into_bytes()).await.expect("uploads");
            post["blobs"] = json!([{ "blobId": blob, "name": "file.txt" }]);
        }
        create(&ana, &server.url, &space, post).await;
    }
    let (_, token) = ana.event(&server.url, None, async { _ = create_topic(&ana, &server.url, &space).await }).await;
    let waits = submit(&ana, &server.url, &quiet, 600).await;
    let expected = agrees(&ana, &server.url, &space).await;
    let old_state = state(&ana, &server.url, &space, "Item").await;

    let (address, to) = (database(&other), there.to_str().expect("UTF-8").to_string());
    let into = ["copy", &to, "--to-database", &address];
    let refused = machine.run(&data, &into).await;
    assert!(refused.code == Some(1) && refused.err.contains("stop it first"), "{refused:?}");
    assert_eq!(server.terminate().await.0, Some(0));
    let mut kills = 0;
    for line in 1..8 {
        if !killed(&machine, &data, &into, line).await {
            break;
        }
        kills += 1;
    }
    assert!(kills > 0, "it was never killed");
    let done = machine.order(&data, &into).await;
    assert!(done["rows"].as_u64() > Some(100) && done["files"] == 6 && done["missing"] == 0, "{done}");

    let server = other.serve(&there).await;
    assert_eq!(agrees(&ana, &server.url, &space).await, expected);
    begins_anew(&ana, &server.url, &space, &quiet, &old_state, &token).await;
    let held = ana.one(&server.url, "Submission/get", json!({ "accountId": ana.person, "ids": [waits] })).await;
    assert_eq!(held.expect("it reads")["list"][0]["undoStatus"], "pending");
    let (expected, old_state) =
        (agrees(&ana, &server.url, &space).await, state(&ana, &server.url, &space, "Item").await);
    let (_, token) = ana.event(&server.url, None, async { _ = create_topic(&ana, &server.url, &quiet).await }).await;

    let to = back.to_str().expect("UTF-8").to_string();
    let out = ["copy", &to];
    let refused = other.run(&there, &out).await;
    assert!(refused.code == Some(1) && refused.err.contains("stop it first"), "{refused:?}");
    assert_eq!(server.terminate().await.0, Some(0));
    for line in 1..4 {
        if !killed(&other, &there, &out, line).await {
            break;
        }
        match machine.try_serve(&back).await {
            Err(half) => assert!(half.err.contains("was not finished"), "{half:?}"),
            // Killed before its first row, it is an empty folder, which a server takes, and so begins a place of its own.
            Ok(server) => {
                server.kill().await;
                std::fs::remove_dir_all(&back).expect("it can be emptied");
            }
        }
    }
    other.order(&there, &out).await;
    let server = machine.serve(&back).await;
    assert_eq!(agrees(&ana, &server.url, &space).await, expected);
    begins_anew(&ana, &server.url, &space, &quiet, &old_state, &token).await;
    assert_eq!(machine.order(&back, &["doctor", "--all"]).await["healthy"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_touches_nothing_that_is_somebody_elses_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, full, empty] = ["data", "full", "empty"].map(|name| folder.path().join(name));
    let (machine, taken) = (Machine::default(), on_postgres());
    machine.serve(&data).await.terminate().await;
    taken.serve(&full).await.terminate().await;
    let address = database(&taken);
    let plain = Server::shared().database();
    let rights = "CREATE ROLE powerless LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC";
    Server::shared().execute(&plain, rights).expect("it can be written");
    let powerless = plain.replace("meanwhile@", "powerless@");
    let (full, empty) = (full.to_str().expect("UTF-8"), empty.to_str().expect("UTF-8"));
    let itself = data.to_str().expect("UTF-8");
    let absent = Server::shared().address("absent");
    for (args, words) in [
        (vec!["copy", full], "is not empty: it has"),
        (vec!["copy", itself], "can't be copied into itself"),
        (vec!["copy", empty, "--to-database", &address], "there is a workspace already"),
        (vec!["copy", empty, "--to-database", &absent], "refuses the connection"),
        (vec!["copy", empty, "--to-database", "mysql://ada:hunter2@host/x"], "such as postgres://"),
        (vec!["copy", empty, "--to-database", "postgres://ada:hunter2@127.0.0.1:1/x"], "no answer from PostgreSQL"),
        (vec!["copy", empty, "--to-database", &powerless], "make it the owner"),
    ] {
        let ended = machine.run(&data, &args).await;
        assert!(ended.code == Some(1) && ended.err.contains(words), "{args:?}: {ended:?}");
        assert!(!ended.err.contains("hunter2"), "{ended:?}");
    }
    assert_eq!(taken.serve(Path::new(full)).await.terminate().await.0, Some(0), "it is as it was");
    machine.serve(&data).await.terminate().await;
}

/// A target that has no room left says so, and with room again the same copy goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_into_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, small] = ["data", "small"].map(|name| folder.path().join(name));
    let (other, machine) = (on_postgres(), Machine::default());
    let server = other.serve(&data).await;
    let ana = other.person(&data, "Ana").await;
    let space = ana.space(&server.url, "Release").await;
    for _ in 0..30 {
        let text = "much to say ".repeat(10_000);
        create(&ana, &server.url, &space, json!({ "kind": "topic", "title": "Long", "text": text })).await;
    }
    let expected = agrees(&ana, &server.url, &space).await;
    assert_eq!(server.terminate().await.0, Some(0));
    // Whoever writes more than a million bytes into one file is refused, and not killed: the shell ignores the signal.
    let words = ["sh", "-c", "trap '' XFSZ; ulimit -f 2000; exec \"$@\"", "sh"];
    let limited = Machine::behind(words).set("MEANWHILE_DATABASE", database(&other));
    let to = small.to_str().expect("UTF-8");
    let ended = limited.run(&data, &["copy", to]).await;
    assert!(ended.code == Some(1) && !ended.err.contains("panicked"), "{ended:?}");
    assert!(ended.err.contains("disk") || ended.err.contains("can't be written"), "{ended:?}");
    let half = machine.try_serve(&small).await.err().expect("half a copy is not served");
    assert!(half.err.contains("was not finished"), "{half:?}");
    other.order(&data, &["copy", to]).await;
    let server = machine.serve(&small).await;
    assert_eq!(agrees(&ana, &server.url, &space).await, expected);
}
