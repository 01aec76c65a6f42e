//! The program itself: commands with and without a server, backup and restore, and the import of real mail.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

struct Serving(Child, Value);

impl Serving {
    fn start(data: &Path) -> Serving {
        let mut child =
            program(data, &["serve", "--listen", "127.0.0.1:0", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Serving(child, serde_json::from_str(&line).unwrap())
    }

    fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended in order.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meanwhile"));
    command.args(args).arg("--data").arg(data).env_clear().stderr(Stdio::piped());
    command
}

fn run(data: &Path, args: &[&str]) -> Output {
    program(data, args).output().unwrap()
}

/// What a command that succeeds writes.
fn says(data: &Path, args: &[&str]) -> String {
    let output = run(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

fn complains(data: &Path, args: &[&str]) -> String {
    let output = run(data, args);
    assert!(!output.status.success(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn json(data: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&says(data, &[args, &["--json"]].concat())).unwrap()
}

#[test]
fn a_workspace_is_set_up_with_and_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(complains(&data, &["person", "list"]).contains("there is no folder"));
    std::fs::create_dir(&data).unwrap();
    assert!(complains(&data, &["person", "list"]).contains("no workspace yet"));
    let serving = Serving::start(&data);
    let first = serving.1["firstLink"].as_str().unwrap();
    assert!(first.contains("/join#"));
    assert!(complains(&data, &["serve", "--listen", "127.0.0.1:0"]).contains(&format!("process {}", serving.0.id())));
    let added = json(&data, &["person", "add", "--email", "ana@example.org", "--name", "Ana", "--admin"]);
    assert!(added["link"].as_str().unwrap().starts_with(serving.1["url"].as_str().unwrap()));
    assert!(complains(&data, &["person", "add", "--email", "ana@example.org", "--name", "Ana"]).contains("email"));
    serving.stop();
    says(&data, &["person", "add", "--email", "bo@example.org", "--name", "Bo", "--guest"]);
    let roles: Vec<_> =
        json(&data, &["person", "list"])["list"].as_array().unwrap().iter().map(|p| p["role"].clone()).collect();
    assert_eq!(roles, ["admin", "guest"]);
    let space = json(&data, &["space", "add", "--name", "Team", "--member", "ana@example.org"]);
    assert_eq!(json(&data, &["space", "list"])["list"][0]["id"], space["spaceId"]);
    assert!(says(&data, &["token", "new", "--person", "ana@example.org"]).starts_with("mw_t_"));
    assert!(complains(&data, &["token", "new", "--person", "cy@example.org"]).contains("no person with the address"));
    assert!(
        complains(&data, &["token", "new", "--person", "ana@example.org", "--scope", "root"]).contains("is no scope")
    );
    assert!(says(&data, &["doctor"]).lines().any(|line| line.starts_with("good") && line.contains("is whole")));
}

/// Seven messages, two of them answers to something that is not there, and a file that is no mail.
fn write_mail(mail: &Path) {
    std::fs::create_dir_all(mail).unwrap();
    let message = |id: &str, re: &str, hour: u32, more: &str| {
        let re = if re.is_empty() { String::new() } else { format!("References: <{re}>\n") };
        format!(
            "From: Ana Reis <ana@example.org>\nDate: Thu, 01 Jan 2026 {hour:02}:00:00 +0000\n\
             Message-ID: <{id}>\n{re}Subject: Re: Plan\n{more}\n"
        )
    };
    let attached = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the file.\n--b\n\
                    Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nhello\n--b--\n";
    std::fs::write(mail.join("1"), message("root@x", "", 1, "\nThe first.")).unwrap();
    std::fs::write(mail.join("2"), message("two@x", "root@x", 2, attached)).unwrap();
    std::fs::write(mail.join("3"), message("lost-1@x", "gone@x", 3, "\nOne.")).unwrap();
    std::fs::write(mail.join("4"), message("lost-2@x", "gone@x", 4, "\nTwo.")).unwrap();
    std::fs::write(mail.join("5"), message("empty@x", "two@x", 5, "")).unwrap();
    let long = format!("\n{}", "Long text. ".repeat(40_000));
    std::fs::write(mail.join("6"), message("long@x", "root@x", 6, &long)).unwrap();
    let other = message("by-bo@x", "root@x", 7, "\nMine.").replace("Ana Reis <ana@example.org>", "bo@example.org");
    std::fs::write(mail.join("7"), other).unwrap();
    std::fs::write(mail.join("not-mail"), [0u8; 64]).unwrap();
}

/// A folder with Ana and her Space.
fn workspace(data: &Path) {
    std::fs::create_dir_all(data).unwrap();
    says(data, &["person", "add", "--email", "ana@example.org", "--name", "Ana", "--admin"]);
    says(data, &["space", "add", "--name", "Team"]);
}

fn counts(summary: &Value) -> [u64; 5] {
    ["people", "threads", "posts", "files", "already"].map(|name| summary[name].as_u64().unwrap())
}

#[test]
fn mail_is_imported_once_by_a_server_or_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let mail = folder.path().join("mail");
    write_mail(&mail);
    let path = mail.to_str().unwrap();
    for with_server in [false, true] {
        let data = folder.path().join(format!("data-{with_server}"));
        workspace(&data);
        let serving = with_server.then(|| Serving::start(&data));
        let import = ["import", "maildir", path, "--space", "Team"];
        let first = json(&data, &import);
        assert_eq!(counts(&first), [1, 2, 5, 2, 0], "{first}");
        assert_eq!(first["problems"]["count"], 0, "{first}");
        let second = json(&data, &[&import[..], &["--as", "ana@example.org"]].concat());
        assert_eq!(counts(&second), [0, 0, 0, 0, 7], "{second}");
        let people = json(&data, &["person", "list"]);
        let bo = people["list"].as_array().unwrap().iter().find(|p| p["email"] == "bo@example.org").unwrap();
        assert_eq!((&bo["placeholder"], &bo["role"]), (&Value::Bool(true), &Value::from("guest")));
        assert!(complains(&data, &["import", "mbox", path, "--space", "Nowhere"]).contains("no Space called"));
        assert!(complains(&data, &[&import[..], &["--as", "bo@example.org"]].concat()).contains("not an admin"));
        if let Some(serving) = serving {
            serving.stop();
        }
    }
}

#[test]
fn an_archive_with_bad_records_tells_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    workspace(&data);
    let archive = folder.path().join("list.mbox");
    let text = "From a@e.org Thu Jan  1 00:00:00 2026\nFrom: a@e.org\nDate: Thu, 01 Jan 2026 01:00:00 +0000\n\
                Subject: One\n\nText\n\nFrom a@e.org Thu Jan  1 00:00:00 2026\n\n\n\n\
                From a@e.org Thu Jan  1 00:00:00 2026\nFrom: a@e.org\nSubject: Two\n\nText\n";
    std::fs::write(&archive, text).unwrap();
    let summary = json(&data, &["import", "mbox", archive.to_str().unwrap(), "--space", "Team"]);
    assert_eq!(counts(&summary), [1, 2, 0, 0, 0], "{summary}");
    let skipped = &summary["problems"]["list"][0];
    assert!(skipped["place"].as_str().unwrap().contains("list.mbox at byte"), "{summary}");
    let nothing = folder.path().join("nothing");
    std::fs::write(&nothing, "no mail").unwrap();
    assert!(
        complains(&data, &["import", "mbox", nothing.to_str().unwrap(), "--space", "Team"]).contains("no mail in it")
    );
}

#[test]
fn several_archives_come_in_at_once_and_one_that_is_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    workspace(&data);
    let message = |n: u32| {
        format!(
            "From: a@e.org\nDate: Thu, 01 Jan 2026 0{n}:00:00 +0000\nMessage-ID: <{n}@e.org>\nSubject: S{n}\n\nText\n"
        )
    };
    let archived = |n: u32| format!("From a@e.org Thu Jan  1 00:00:00 2026\n{}\n", message(n));
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    std::fs::create_dir(path("more")).unwrap();
    for (name, text) in [
        ("one.mbox", archived(1) + &archived(2)),
        ("two.mbox", archived(3)),
        ("more/three", archived(4)),
        ("more/four", message(5)),
        ("none.mbox", message(6) + &message(7)),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let [one, two, more, none] = ["one.mbox", "two.mbox", "more", "none.mbox"].map(path);
    let done = json(&data, &["import", "mbox", &one, &two, &more, &none, "--space", "Team"]);
    assert_eq!(counts(&done), [1, 5, 0, 0, 0], "{done}");
    let skipped = &done["problems"]["list"][0];
    assert!(skipped["place"].as_str().unwrap().ends_with("none.mbox"), "{done}");
    assert!(skipped["why"].as_str().unwrap().contains("no line that begins with \"From \""), "{done}");
    assert!(complains(&data, &["import", "mbox", &none, "--space", "Team"]).contains("it is no mbox archive"));
    assert!(
        complains(&data, &["import", "mbox", &path("nowhere"), "--space", "Team"]).contains("nowhere can't be read")
    );
}

#[test]
fn a_backup_of_a_running_server_brings_all_of_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, back) = (folder.path().join("data"), folder.path().join("copy"), folder.path().join("back"));
    let mail = folder.path().join("mail");
    write_mail(&mail);
    workspace(&data);
    let serving = Serving::start(&data);
    json(&data, &["import", "maildir", mail.to_str().unwrap(), "--space", "Team"]);
    let made = json(&data, &["backup", copy.to_str().unwrap()]);
    assert_eq!((&made["files"], &made["missing"]), (&Value::from(2), &Value::from(0)));
    assert!(complains(&data, &["backup", copy.to_str().unwrap()]).contains("not empty"));
    assert!(complains(&data, &["restore", copy.to_str().unwrap()]).contains("a server works in"));
    serving.stop();
    assert!(complains(&data, &["restore", copy.to_str().unwrap()]).contains("not empty"));
    // What an interrupted restore left is no obstacle.
    std::fs::create_dir_all(back.join("restore.part/blobs")).unwrap();
    std::fs::create_dir_all(back.join("blobs")).unwrap();
    assert!(complains(&back, &["person", "list"]).contains("no workspace yet"));
    assert!(complains(&back, &["person", "add", "--email", "x@y.z", "--name", "X"]).contains("was interrupted"));
    assert_eq!(json(&back, &["restore", copy.to_str().unwrap()])["files"], 2);
    assert_eq!(json(&back, &["person", "list"]), json(&data, &["person", "list"]));
    let healthy = json(&back, &["doctor", "--all"]);
    assert_eq!(healthy["healthy"], true, "{healthy}");
    let again = json(&back, &["import", "maildir", mail.to_str().unwrap(), "--space", "Team"]);
    assert_eq!(counts(&again), [0, 0, 0, 0, 7], "{again}");
    std::fs::remove_file(copy.join("backup.json")).unwrap();
    assert!(
        complains(&folder.path().join("x"), &["restore", copy.to_str().unwrap()]).contains("not a finished backup")
    );
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let sick = |args: &[&str]| {
        let output = run(&data, &[&["doctor", "--all"], args].concat());
        assert!(!output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(sick(&[]).contains("is not there"));
    let mail = folder.path().join("mail");
    write_mail(&mail);
    workspace(&data);
    json(&data, &["import", "maildir", mail.to_str().unwrap(), "--space", "Team"]);
    assert!(run(&data, &["doctor"]).status.success());
    assert!(sick(&["--tls", "/nowhere/c.pem,/nowhere/k.pem"]).contains("/nowhere/c.pem"));
    let mut folders = vec![data.join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => std::fs::write(path, "damaged").unwrap(),
            }
        }
    }
    assert!(sick(&[]).contains("missing or damaged"));
    std::fs::remove_file(data.join("blobs.key")).unwrap();
    assert!(sick(&[]).contains("blobs.key"));
}

#[test]
fn a_setting_that_is_none_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("meanwhile.toml"), "listen = \"127.0.0.1:0\"\nlissen = \"x\"\n").unwrap();
    let said = complains(folder.path(), &["serve"]);
    assert!(said.contains("line 2: \"lissen\" is not a setting") && said.contains("trust_proxy"), "{said}");
}
