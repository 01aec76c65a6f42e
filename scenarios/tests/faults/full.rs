//! No room: writing is refused by name, reading goes on, and when there is room again so does writing.

use scenarios::process::{Failed, fresh_id};
use serde_json::{Value, json};
use std::path::Path;

use super::disk::Disk;
use super::{Started, doctor, finding, refused};

/// What the server says to a topic too large for what is left: `None` if it was created.
async fn refusal(started: &Started, url: &str, id: &str) -> Option<Value> {
    let item = json!({ "kind": "topic", "title": "Large", "text": "large ".repeat(30_000) });
    let calls = json!([["Item/set", { "accountId": started.space, "create": { id: item } }, "0"]]);
    let mut answers = started.ana.ask(url, &calls).await.expect("a server without room answers");
    let answer = answers.remove(0);
    if answer[1]["created"][id].is_object() { None } else { Some(answer) }
}

/// Runs out of room and gets it back, with the server running.
async fn fills_up(disk: &Disk, data: &Path) -> Started {
    let machine = disk.machine();
    let server = machine.serve(data).await;
    let started = Started::on(machine, data, &server).await;
    disk.fill(&server).await;

    let (mut written, mut last) = (Vec::new(), None);
    for _ in 0..200 {
        let id = fresh_id(b'i');
        last = refusal(&started, &server.url, &id).await.map(|answer| (id.clone(), answer));
        if last.is_some() {
            break;
        }
        written.push(id);
    }
    let (unwritten, answer) = last.expect("some time there is no room");
    assert_eq!((&answer[0], &answer[1]["type"]), (&json!("error"), &json!("serverUnavailable")), "{answer}");
    let said = answer[1]["description"].as_str().expect("words");
    assert!(said.contains("again") || said.contains("later"), "it says what to do: {said}");

    let upload = started.ana.upload(&server.url, &started.space, vec![b'x'; 1 << 20]).await;
    let Err(Failed::Refused(507, problem)) = upload else { panic!("{upload:?}") };
    assert_eq!(problem["title"], "The server's disk is full", "{problem}");

    started.is_whole(&server.url).await;
    for path in ["healthz", "readyz"] {
        let answer = started.ana.http.get(format!("{}/{path}", server.url)).send().await.expect("it answers");
        assert!(answer.status().is_success(), "reading goes on, so /{path} is well: {answer:?}");
    }

    disk.free(Some(&server)).await;
    assert_eq!(refusal(&started, &server.url, &unwritten).await, None, "the same request again, with the same id");
    written.push(unwritten);
    started.can_write(&server.url).await;
    started.is_whole(&server.url).await;
    let incoming = scenarios::process::files_below(&disk.seen(&data.join("blobs"))).into_iter();
    assert_eq!(incoming.filter(|path| path.to_string_lossy().contains("incoming")).count(), 0, "left lying about");

    server.kill().await;
    let server = machine.serve(data).await;
    started.is_whole(&server.url).await;
    let there = started.ana.one(&server.url, "Item/get", json!({ "accountId": started.space, "ids": written })).await;
    let there = there.expect("it reads");
    assert_eq!(there["notFound"], json!([]), "all that was acknowledged");
    assert_eq!(server.terminate().await.0, Some(0));
    started
}

#[tokio::test]
async fn a_full_disk_refuses_writes_by_name_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mount = folder.path().join("disk");
    std::fs::create_dir(&mount).expect("a folder");
    let Some(disk) = Disk::own(&mount, 24).await else {
        println!("This user can mount nothing, not even in a namespace of his own: a limit stands for the disk.");
        fills_up(&Disk::limited(), &folder.path().join("data")).await;
        return;
    };
    let (data, machine) = (mount.join("data"), disk.machine());
    let started = fills_up(&disk, &data).await;

    let server = machine.serve(&data).await;
    disk.fill(&server).await;
    let (report, well) = doctor(machine, &data).await;
    assert!(!well && finding(&report, "disk").0 == "bad", "{report}");
    assert_eq!(finding(&report, "database").0, "good", "{report}");
    // Killed with no room left, and started with no room left: it reads, or says what it lacks.
    server.kill().await;
    match machine.try_serve(&data).await {
        Ok(server) => started.is_whole(&server.url).await,
        Err(ended) => {
            assert_eq!(ended.code, Some(1), "{ended:?}");
            assert!(ended.err.contains("the disk is full: free some space"), "{ended:?}");
        }
    }
    disk.free(None).await;
    let server = machine.serve(&data).await;
    started.is_whole(&server.url).await;
    started.can_write(&server.url).await;
    assert_eq!(server.terminate().await.0, Some(0));

    disk.may_be_written(false).await;
    let said = refused(machine, &data).await;
    assert!(said.contains("Read-only file system") && said.contains("data/lock"), "{said}");
    let (report, _) = doctor(machine, &data).await;
    assert_eq!(finding(&report, "folder").0, "bad", "{report}");
    disk.may_be_written(true).await;
    let server = machine.serve(&data).await;
    started.is_whole(&server.url).await;
    started.can_write(&server.url).await;
}

#[tokio::test]
async fn a_limit_on_the_size_of_files_is_met_like_a_full_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    fills_up(&Disk::limited(), &folder.path().join("data")).await;
}
