//! A client that others wrote, for other servers, works with this one.

use scenarios::process::Machine;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

#[tokio::test]
async fn an_independent_jmap_client_works_with_the_real_server() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("jam");
    if !folder.join("node_modules/jmap-jam").exists() {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]).current_dir(&folder);
        let done = npm.output().await.expect("npm is needed, with Node 20 or newer; \"make test\" installs them");
        assert!(done.status.success(), "npm ci: {}", String::from_utf8_lossy(&done.stderr));
    }
    let home = tempfile::tempdir().expect("a folder");
    let (data, machine) = (home.path().join("data"), Machine::default());
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let mut node = Command::new("node");
    node.arg("client.mjs").current_dir(&folder).env("URL", &server.url).env("TOKEN", &ana.token);
    let ended = node.stdin(Stdio::null()).kill_on_drop(true).output().await.expect("Node 20 or newer is needed");
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{out}\n{err}");
    assert_eq!(out.trim(), "jmap-jam is content");
}
