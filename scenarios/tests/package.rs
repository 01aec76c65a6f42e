//! The Debian package and the container file: made of this very program, looked into, and started from where it unpacks.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

use scenarios::process;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&stderr));
    said
}

#[test]
fn the_debian_package_unpacks_to_a_program_that_runs_by_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let mut package = Command::new(root().join("scripts/package"));
    package.arg("--program").arg(process::program()).arg("--to").arg(folder.path());
    run(&mut package);
    let deb = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let told = run(Command::new("dpkg-deb").arg("--field").arg(&deb));
    assert!(told.contains("Package: meanwhile") && told.contains("Depends: libc6"), "{told}");
    let there = folder.path().join("there");
    run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(&there));
    for file in [
        "lib/systemd/system/meanwhile.service",
        "usr/lib/sysusers.d/meanwhile.conf",
        "usr/share/doc/meanwhile/operators.md",
    ] {
        assert!(there.join(file).is_file(), "{file}");
    }
    let program = there.join("usr/bin/meanwhile");
    let unit = std::fs::read_to_string(there.join("lib/systemd/system/meanwhile.service")).unwrap();
    assert!(unit.contains("ExecStart=/usr/bin/meanwhile serve --config /etc/meanwhile/meanwhile.toml"), "{unit}");
    // The settings are read, and are all known; only the data folder is this test's own.
    let settings = there.join("etc/meanwhile/meanwhile.toml");
    let mut server = Command::new(&program)
        .args(["serve", "--json", "--listen", "127.0.0.1:0", "--config"])
        .arg(&settings)
        .arg("--data")
        .arg(folder.path().join("data"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert!(said["firstLink"].as_str().unwrap().contains("/join#"), "{said}");
}

#[test]
fn the_container_file_takes_what_is_there_and_the_tools_of_this_version() {
    let file = std::fs::read_to_string(root().join("Dockerfile")).unwrap();
    for line in file.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{line}: there is no {source}");
        }
    }
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let rust = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    assert!(file.contains(&format!("FROM rust:{rust}-")), "the container builds with Rust {rust}");
    let compose = std::fs::read_to_string(root().join("compose.yaml")).unwrap();
    for variable in compose.split("MEANWHILE_").skip(1).filter_map(|rest| rest.split([':', '}', '-']).next()) {
        let flag = variable.to_lowercase().replace('_', "-");
        let help = run(Command::new(process::program()).arg("serve").arg("--help"));
        assert!(help.contains(&format!("--{flag}")), "compose.yaml sets {variable}, which is no setting");
    }
}
