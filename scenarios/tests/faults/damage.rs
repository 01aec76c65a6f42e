//! Damage: told by the doctor, met with an error, never served as if nothing were.

use scenarios::process::{Failed, Machine, contents_below, files_below, fresh_id};
use serde_json::json;
use std::path::Path;

use super::{Started, doctor, finding};

const PAGE: u64 = 4096;
const TOPICS: usize = 300;

fn words(number: usize) -> String {
    format!("topic number {number}: {}", "so it was said ".repeat(20))
}

fn flip(file: &Path, from: u64, count: usize) {
    let bytes = std::fs::read(file).expect("readable");
    let from_here = usize::try_from(from).expect("small");
    let flipped: Vec<u8> = bytes[from_here..from_here + count].iter().map(|byte| !byte).collect();
    scenarios::process::damage(file, from, &flipped);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for path in files_below(from) {
        let to = to.join(path.strip_prefix(from).expect("below"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(path, to).expect("readable");
    }
}

#[tokio::test]
async fn a_damaged_database_is_reported_and_never_served_as_if_it_were_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, machine) = (folder.path().join("data"), Machine::default());
    let server = machine.serve(&data).await;
    let started = Started::on(&machine, &data, &server).await;
    let mut create = serde_json::Map::new();
    let mut said = std::collections::BTreeMap::new();
    for number in 0..TOPICS {
        let id = fresh_id(b'i');
        create.insert(id.clone(), json!({ "kind": "topic", "title": "One of many", "text": words(number) }));
        said.insert(id, words(number));
    }
    let args = json!({ "accountId": started.space, "create": create });
    let answer = started.ana.one(&server.url, "Item/set", args).await.expect("it writes");
    assert!(answer["notCreated"].is_null(), "{answer}");
    assert_eq!(server.terminate().await.0, Some(0));

    let pages = std::fs::metadata(data.join("meanwhile.db")).expect("a file").len() / PAGE;
    let (mut served, mut refused) = (0, 0);
    for part in 1..=6 {
        let page = pages * part / 7;
        let broken = folder.path().join(format!("broken-{part}"));
        copy(&data, &broken);
        flip(&broken.join("meanwhile.db"), page * PAGE, 64);
        let (report, well) = doctor(&machine, &broken).await;
        assert!(!well, "page {page} of {pages}: {report}");
        let (how, says) = finding(&report, "database");
        assert_eq!(how, "bad", "{report}");
        assert!(says.contains("damaged") || says.contains("malformed"), "{says}");
        assert!(says.contains("restore a backup") || says.contains("backup"), "it says what to do: {says}");

        let server = match machine.try_serve(&broken).await {
            Ok(server) => server,
            Err(ended) => {
                assert_eq!(ended.code, Some(1), "{ended:?}");
                assert!(ended.err.contains("malformed") || ended.err.contains("damaged"), "{ended:?}");
                refused += 1;
                continue;
            }
        };
        served += 1;
        let mut errors = 0;
        for (id, words) in &said {
            match started.ana.one(&server.url, "Item/get", json!({ "accountId": started.space, "ids": [id] })).await {
                Ok(answer) if answer["list"][0]["id"] == id.as_str() => {
                    assert_eq!(answer["list"][0]["text"], words.as_str(), "another text: page {page} of {pages}");
                }
                Ok(answer) => {
                    assert!(answer["type"] == "serverFail", "{id} is silently missing: {answer}");
                    errors += 1;
                }
                Err(Failed::Refused(500.., _)) => errors += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        println!("page {page} of {pages}: {errors} of {TOPICS} answered with an error");
        server.kill().await;
    }
    println!("{served} served what is whole, {refused} did not start");
}

#[tokio::test]
async fn a_damaged_or_missing_file_is_named_by_the_doctor() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, machine) = (folder.path().join("data"), Machine::default());
    let server = machine.serve(&data).await;
    let started = Started::on(&machine, &data, &server).await;
    let (report, well) = doctor(&machine, &data).await;
    assert!(well, "{report}");
    let files = contents_below(&data.join("blobs"));
    let [file] = &files[..] else { panic!("one file: {files:?}") };
    let name = file.file_name().expect("a name").to_str().expect("hex");
    flip(file, 1000, 8);
    let (report, well) = doctor(&machine, &data).await;
    assert!(!well && finding(&report, "files").1.contains(name), "{report}");
    std::fs::remove_file(file).expect("ours");
    let (report, well) = doctor(&machine, &data).await;
    assert!(!well && finding(&report, "files").1.contains(name), "{report}");
    let gone = started.ana.download(&server.url, &started.space, &started.blob).await;
    assert!(matches!(gone, Err(Failed::Refused(500, _))), "{gone:?}");
    // Uploaded once more, it is whole again for everybody who names it.
    started.ana.upload(&server.url, &started.space, started.content.clone()).await.expect("it takes files");
    started.is_whole(&server.url).await;
    assert!(doctor(&machine, &data).await.1);
}
