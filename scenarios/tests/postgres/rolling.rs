//! Two servers behind nginx, by the recipe of the operators' guide, restarted one after the other while people write and
//! listen: no request fails, and nothing is lost.

use super::two::{beside, posts};
use scenarios::process::{Desk, Machine, Process};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use store::contract::postgres::Server;
use tokio::task::JoinHandle;

/// Killed when the value goes.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn recipe(name: &str) -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/operators.md");
    let guide = std::fs::read_to_string(guide).expect("the guide is there");
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let block = guide.split(&begin).nth(1).and_then(|rest| rest.split(&end).next()).expect("the recipe is there");
    block.trim().trim_start_matches("```nginx").trim_end_matches("```").to_string()
}

/// Both recipes together, with this test's ports, in plain http.
async fn nginx(folder: &Path, port: u16, servers: [&str; 2]) -> Nginx {
    let mut site = recipe("nginx") + &recipe("nginx several");
    for (there, here) in [
        ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
        ("proxy_pass http://127.0.0.1:8600;", format!("proxy_pass http://meanwhile;{}", recipe("nginx again"))),
        ("10.0.0.1:8600", servers[0].to_string()),
        ("10.0.0.2:8600", servers[1].to_string()),
    ] {
        assert!(site.contains(there), "the recipe has no {there:?}");
        site = site.replace(there, &here);
    }
    let site: String =
        site.lines().filter(|line| !line.contains("ssl_certificate")).map(|line| format!("{line}\n")).collect();
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {}/{what};\n", folder.display()))
        .concat();
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\naccess_log off;\n{temp}{site}\n}}\n",
        folder.display()
    );
    let config = folder.join("nginx.conf");
    std::fs::write(&config, whole).expect("written");
    let child = Command::new("nginx").arg("-e").arg("stderr").arg("-c").arg(&config).spawn().expect("nginx starts");
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {}
    Nginx(child)
}

fn address(server: &Process) -> &str {
    server.url.trim_start_matches("http://")
}

/// All that was said, page by page.
async fn titles(who: &Desk, url: &str, space: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    loop {
        let page = json!([
            ["Item/query", { "accountId": space, "position": all.len(), "limit": 200 }, "q"],
            ["Item/get", { "accountId": space, "properties": ["title"],
                           "#ids": { "resultOf": "q", "name": "Item/query", "path": "/ids" } }, "g"],
        ]);
        let list = who.ask(url, &page).await.expect("answers").remove(1)[1]["list"].take();
        let list = list.as_array().expect("a list").clone();
        if list.is_empty() {
            return all;
        }
        all.extend(list.iter().map(|item| item["title"].as_str().expect("a title").to_string()));
    }
}

/// Writes without pause until it is told to stop; gives what it wrote. The first request that fails ends the test.
fn writes(
    who: Desk,
    url: String,
    space: String,
    name: u32,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU32>,
) -> JoinHandle<BTreeSet<String>> {
    tokio::spawn(async move {
        let mut said = BTreeSet::new();
        while !stop.load(SeqCst) {
            let title = format!("{name} says {}", said.len());
            posts(&who, &url, &space, &title).await;
            said.insert(title);
            done.fetch_add(1, SeqCst);
        }
        said
    })
}

/// Hears of changes, stream after stream, until it is told to stop; what it has read by then.
fn listens(who: Desk, url: String, space: String, stop: Arc<AtomicBool>) -> JoinHandle<BTreeSet<String>> {
    tokio::spawn(async move {
        let (_, mut token) = who.event(&url, None, async { _ = posts(&who, &url, &space, "It begins").await }).await;
        while !stop.load(SeqCst) {
            let stream = who.http.get(format!("{url}/jmap/events?types=*&closeafter=state&ping=0"));
            let stream = stream.header("last-event-id", &token).bearer_auth(&who.token).send().await;
            let told = stream.and_then(reqwest::Response::error_for_status).expect("a stream opens");
            // One that ends without an event is that of a server that stops.
            let told = told.text().await.expect("a stream ends in an orderly way");
            if let Some(id) = told.lines().find_map(|line| line.strip_prefix("id: ")) {
                token = id.to_string();
            }
        }
        titles(&who, &url, &space).await
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_are_restarted_one_after_the_other_and_no_request_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("first");
    let machine = Machine::default()
        .set("MEANWHILE_DATABASE", Server::shared().database())
        .set("MEANWHILE_TRUST_PROXY", "127.0.0.1")
        .set("MEANWHILE_DRAIN", "1");
    let first = machine.serve(&data).await;
    let second_data = beside(&data);
    let second = machine.serve(&second_data).await;
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let _nginx = nginx(folder.path(), port, [address(&first), address(&second)]).await;
    let url = format!("http://127.0.0.1:{port}");
    let ana = machine.person(&data, "Ana").await;
    let space = ana.space(&url, "Release").await;
    let (stop, done) = (Arc::<AtomicBool>::default(), Arc::<AtomicU32>::default());
    let writers: Vec<_> =
        (0..3).map(|name| writes(ana.clone(), url.clone(), space.clone(), name, stop.clone(), done.clone())).collect();
    let listener = listens(ana.clone(), url.clone(), space.clone(), stop.clone());
    let some_more = async |done: &AtomicU32| {
        let enough = done.load(SeqCst) + 30;
        while done.load(SeqCst) < enough {
            assert!(writers.iter().all(|writer| !writer.is_finished()), "a request failed");
            tokio::task::yield_now().await;
        }
    };
    some_more(&done).await;
    let mut running = [(first, &data), (second, &second_data)].map(Some);
    for _ in 0..2 {
        for place in &mut running {
            let (server, data) = place.take().expect("it runs");
            let listen = address(&server).to_string();
            let (code, log) = server.terminate().await;
            assert_eq!(code, Some(0), "{log}");
            assert!(!log.contains("cut off"), "{log}");
            some_more(&done).await;
            *place = Some((machine.serve_at(data, &listen).await, data));
            some_more(&done).await;
        }
    }
    stop.store(true, SeqCst);
    let mut said = BTreeSet::from(["It begins".to_string()]);
    for writer in writers {
        said.extend(writer.await.expect("no request failed"));
    }
    // One more, for the stream that still waits.
    posts(&ana, &url, &space, "It ends").await;
    let heard = listener.await.expect("every stream was taken up again");
    said.insert("It ends".to_string());
    assert_eq!(heard.difference(&said).count(), 0, "nothing was said that nobody wrote");
    assert_eq!(titles(&ana, &url, &space).await, said);
    let readiness = json!({ "accountId": space, "ids": null });
    assert!(ana.one(&url, "Space/get", readiness).await.is_ok());
}
