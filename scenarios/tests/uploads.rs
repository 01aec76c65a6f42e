//! Large files at the real program: what was acknowledged survives a kill, what comes needs no memory, and nothing of it
//! is lost on the way.

use futures_util::stream;
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode};
use scenarios::process::{Desk, Machine};
use serde_json::json;

const PIECE: usize = 256 * 1024;

fn tus(who: &Desk, url: &str, method: Method, path: &str) -> RequestBuilder {
    who.http.request(method, format!("{url}{path}")).bearer_auth(&who.token).header("tus-resumable", "1.0.0")
}

fn patch(who: &Desk, url: &str, at: &str, offset: u64) -> RequestBuilder {
    let asked = tus(who, url, Method::PATCH, at).header("content-type", "application/offset+octet-stream");
    asked.header("upload-offset", offset)
}

fn number(answer: &Response, name: &str) -> u64 {
    answer.headers()[name].to_str().expect("text").parse().expect("a number")
}

async fn opens(who: &Desk, url: &str, length: u64) -> String {
    let answer = tus(who, url, Method::POST, "/upload").header("upload-length", length).send().await.expect("it runs");
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.headers()["location"].to_str().expect("text").to_string()
}

/// What stands at a place of the file.
fn content(from: u64, length: usize) -> Vec<u8> {
    (from..from + length as u64).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_of_an_upload_survives_kills() {
    for machine in Machine::both() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut server = machine.serve(&data).await;
        let ana = machine.person(&data, "Ana").await;
        let length = 12 * 1024 * 1024;
        let at = opens(&ana, &server.url, length).await;
        let mut acknowledged = 0;
        let mut kills = 0;
        let blob = loop {
            let head = tus(&ana, &server.url, Method::HEAD, &at).send().await.expect("it runs");
            assert_eq!(head.status(), StatusCode::OK);
            let offset = number(&head, "upload-offset");
            assert!(offset >= acknowledged, "{offset} of {acknowledged}, which were acknowledged");
            let next = (length - offset).min(1_500_000) as usize;
            let sent = patch(&ana, &server.url, &at, offset).body(content(offset, next)).send().await.expect("it runs");
            assert_eq!(sent.status(), StatusCode::NO_CONTENT);
            acknowledged = number(&sent, "upload-offset");
            assert_eq!(acknowledged, offset + next as u64);
            if let Some(blob) = sent.headers().get("upload-blob-id") {
                break blob.to_str().expect("text").to_string();
            }
            // Of the next ones only a part comes, and then the server is killed.
            let next = (length - acknowledged).min(1_500_000) as usize;
            let half = stream::iter([Ok(content(acknowledged, next / 2))]);
            let never = stream::pending::<Result<Vec<u8>, std::io::Error>>();
            let (told, heard) = tokio::sync::oneshot::channel();
            let mut told = Some(told);
            let body = futures_util::StreamExt::chain(half, never);
            let body = futures_util::StreamExt::inspect(body, move |_| {
                let _ = told.take().map(|told| told.send(()));
            });
            let asked = patch(&ana, &server.url, &at, acknowledged).body(Body::wrap_stream(body));
            let cut = tokio::spawn(asked.send());
            heard.await.expect("it began");
            server.kill().await;
            assert!(cut.await.expect("no panic").is_err(), "cut off");
            kills += 1;
            server = machine.serve(&data).await;
        };
        assert!(kills >= 5, "{kills}");
        // Killed once more: what was finished stays so.
        server.kill().await;
        let server = machine.serve(&data).await;
        let head = tus(&ana, &server.url, Method::HEAD, &at).send().await.expect("it runs");
        assert_eq!(head.headers()["upload-blob-id"], blob.as_str());
        let got = ana.download(&server.url, &ana.person, &blob).await.expect("it is there");
        assert!(got == content(0, length as usize), "byte for byte");
        assert_eq!(server.terminate().await.0, Some(0));
    }
}

/// Kilobytes of memory that are the process's own.
fn memory(process: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("it runs");
    let line = text.lines().find_map(|line| line.strip_prefix("Private_Dirty:")).expect("a figure");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_any_size_comes_in_and_goes_out_in_the_same_memory() {
    let length: u64 = if std::env::var_os("MEANWHILE_SOAK").is_some() { 4 << 30 } else { 160 << 20 };
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let machine = Machine::default();
    let server = machine.serve(&data).await;
    let ana = machine.person(&data, "Ana").await;
    let at = opens(&ana, &server.url, length).await;
    // What runs beside the requests has done its work first, and has the memory that it needs.
    let space = ana.space(&server.url, "Films").await;
    let said = json!({ "accountId": space, "create": { "t": { "kind": "topic", "title": "A long film" } } });
    ana.one(&server.url, "Item/set", said).await.expect("it runs");
    let film = json!({ "accountId": ana.person, "filter": { "text": "film" } });
    while ana.one(&server.url, "Search/query", film.clone()).await.expect("it runs")["total"] != 1 {}
    let (pieces, process) = (length / PIECE as u64, server.id());
    let before = memory(process);
    let peak = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let seen = peak.clone();
    let body = stream::iter((0..pieces).map(move |piece| {
        if piece % 16 == 0 {
            seen.fetch_max(memory(process), std::sync::atomic::Ordering::SeqCst);
        }
        let mut bytes = vec![0; PIECE];
        bytes[..8].copy_from_slice(&piece.to_be_bytes());
        Ok::<_, std::io::Error>(bytes)
    }));
    let sent = patch(&ana, &server.url, &at, 0).header("content-length", length).body(Body::wrap_stream(body));
    let sent = sent.send().await.expect("it runs");
    assert_eq!((sent.status(), number(&sent, "upload-offset")), (StatusCode::NO_CONTENT, length));
    let blob = sent.headers()["upload-blob-id"].to_str().expect("text").to_string();
    let from = format!("{}/jmap/download/{}/{blob}/file", server.url, ana.person);
    let mut got = ana.http.get(from).bearer_auth(&ana.token).send().await.expect("it runs");
    let mut read = 0;
    while let Some(bytes) = got.chunk().await.expect("readable") {
        read += bytes.len() as u64;
        if read % (4 << 20) < bytes.len() as u64 {
            peak.fetch_max(memory(process), std::sync::atomic::Ordering::SeqCst);
        }
    }
    let peak = peak.load(std::sync::atomic::Ordering::SeqCst);
    println!("{} MiB: {before} kB before, {peak} kB at most", length >> 20);
    assert_eq!(read, length);
    assert!(peak < before + 24 * 1024, "{before} kB before, {peak} kB at most");
    assert_eq!(server.terminate().await.0, Some(0));
}
