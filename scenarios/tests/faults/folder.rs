//! The folder: whose it is, who works in it, and by which version it was written.

use scenarios::process::{Failed, Machine};
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use super::disk::is_root;
use super::{Started, doctor, finding, refused};

/// "nobody": for root the permission bits say nothing.
const NOBODY: u32 = 65534;

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_is_told_in_plain_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let machine = if is_root() {
        mode(folder.path(), 0o755);
        Machine::of_user(NOBODY, folder.path())
    } else {
        Machine::default()
    };
    let home = folder.path().join("home");
    std::fs::create_dir(&home).expect("a folder");
    if is_root() {
        chown(&home, Some(NOBODY), Some(NOBODY)).expect("root may");
    }
    mode(&home, 0o500);
    let data = home.join("data");
    let said = refused(&machine, &data).await;
    assert!(said.contains("home/data can't be made: Permission denied"), "{said}");
    mode(&home, 0o700);

    let server = machine.serve(&data).await;
    let started = Started::on(&machine, &data, &server).await;
    // While it runs: no room for files in the making, but what is open stays open.
    let incoming = data.join("blobs/incoming");
    mode(&incoming, 0o500);
    let upload = started.ana.upload(&server.url, &started.space, vec![b'x'; 100_000]).await;
    let Err(Failed::Refused(503, problem)) = upload else { panic!("{upload:?}") };
    assert!(problem["detail"].as_str().is_some_and(|says| says.contains("later")), "it says what to do: {problem}");
    started.is_whole(&server.url).await;
    mode(&incoming, 0o700);
    started.can_write(&server.url).await;
    assert_eq!(server.terminate().await.0, Some(0));

    mode(&data, 0o500);
    for file in std::fs::read_dir(&data).expect("readable").flatten().filter(|file| file.path().is_file()) {
        mode(&file.path(), 0o400);
    }
    let said = refused(&machine, &data).await;
    assert!(said.contains("lock can't be opened; is the folder yours?"), "{said}");
    let (report, well) = doctor(&machine, &data).await;
    assert!(!well);
    let (how, says) = finding(&report, "folder");
    assert!(how == "bad" && says.contains("give it to the user who runs the server"), "{report}");
    mode(&data, 0o700);
    mode(&data.join("lock"), 0o600);
    let said = refused(&machine, &data).await;
    assert!(said.contains("meanwhile.db") && said.contains("owner and mode"), "{said}");
    for file in std::fs::read_dir(&data).expect("readable").flatten().filter(|file| file.path().is_file()) {
        mode(&file.path(), 0o600);
    }
    let server = machine.serve(&data).await;
    started.is_whole(&server.url).await;
    started.can_write(&server.url).await;
}

#[tokio::test]
async fn a_second_server_on_a_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, machine) = (folder.path().join("data"), Machine::default());
    let server = machine.serve(&data).await;
    let started = Started::on(&machine, &data, &server).await;
    let said = refused(&machine, &data).await;
    assert!(said.contains(&format!("process {}", server.id())), "{said}");
    assert!(said.contains("stop it first, or take another folder with --data"), "{said}");
    started.is_whole(&server.url).await;
    started.can_write(&server.url).await;
    let here = server.url.strip_prefix("http://").expect("plain");
    let elsewhere = folder.path().join("elsewhere");
    let ended = machine.run(&elsewhere, &["serve", "--listen", here]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("another program listens there"), "{ended:?}");
    // What a kill leaves behind, a lock with a number in it, keeps nobody out.
    server.kill().await;
    let server = machine.serve(&data).await;
    started.is_whole(&server.url).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_or_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, machine) = (folder.path().join("data"), Machine::default());
    let server = machine.serve(&data).await;
    let started = Started::on(&machine, &data, &server).await;
    assert_eq!(server.terminate().await.0, Some(0));
    let file = data.join("meanwhile.db");
    let good = std::fs::read(&file).expect("readable");
    let set = |pragma: &str| {
        let conn = rusqlite::Connection::open(&file).expect("a database");
        conn.execute_batch(&format!("PRAGMA {pragma}")).expect("writable");
    };
    for (pragma, words) in
        [("user_version = 99", "newer version"), ("application_id = 7", "not a database of Meanwhile")]
    {
        set(pragma);
        let before = std::fs::read(&file).expect("readable");
        let said = refused(&machine, &data).await;
        assert!(said.contains(words), "{said}");
        let (report, well) = doctor(&machine, &data).await;
        assert!(!well && finding(&report, "database").1.contains(words), "{report}");
        assert!(std::fs::read(&file).expect("readable") == before, "it was touched");
        std::fs::write(&file, &good).expect("writable");
    }
    let server = machine.serve(&data).await;
    started.is_whole(&server.url).await;
}
