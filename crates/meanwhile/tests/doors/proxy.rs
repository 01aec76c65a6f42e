//! Behind nginx, set up by the very recipe of the operators' guide.

use crate::house::House;
use reqwest::StatusCode;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use tokio::net::{TcpListener, TcpStream};

struct Nginx {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn recipe() -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/operators.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let block = guide.split("<!-- nginx -->").nth(1).unwrap().split("<!-- /nginx -->").next().unwrap();
    block.trim().trim_start_matches("```nginx").trim_end_matches("```").to_string()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The recipe with this test's ports and certificate, each put in place of what stands there.
async fn nginx(port: u16, server: std::net::SocketAddr) -> Nginx {
    let folder = tempfile::tempdir().unwrap();
    let mut site = recipe();
    for (there, here) in [
        ("listen 443 ssl;".to_string(), format!("listen 127.0.0.1:{port} ssl;")),
        ("/etc/ssl/work.example.org.pem".to_string(), fixture("test-cert.pem").display().to_string()),
        ("/etc/ssl/work.example.org.key".to_string(), fixture("test-key.pem").display().to_string()),
        ("http://127.0.0.1:8600".to_string(), format!("http://{server}")),
    ] {
        assert!(site.contains(&there), "the recipe has no {there:?}");
        site = site.replace(&there, &here);
    }
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {}/{what};\n", folder.path().display()))
        .concat();
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temp}{site}\n}}\n",
        folder.path().display()
    );
    let config = folder.path().join("nginx.conf");
    std::fs::write(&config, whole).unwrap();
    let child = Command::new("nginx").arg("-e").arg("stderr").arg("-c").arg(&config).spawn().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {}
    Nginx { child, _folder: folder }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_for_nginx_passes_on_hosts_addresses_files_and_news() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("https://localhost:{port}");
    let mut house = House::with(|options| {
        options.url = Some(url.clone());
        options.trust_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let _nginx = nginx(port, house.server().addr()).await;
    house.url = url.clone();

    let page = house.get("/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_string();
    assert!(policy.contains(&format!("localhost:{port}/assets/")), "{policy}");

    let right = json!({ "email": "ana@example.org", "password": "a long password of ana" }).to_string();
    let ask =
        house.post("/auth/sign-in").header("content-type", "application/json").header("x-forwarded-for", "203.0.113.7");
    let answer = ask.header("sec-fetch-site", "same-origin").body(right).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_string();
    assert!(cookie.contains("Secure"), "{cookie}");
    let figures = |from: &'static str| house.get("/metrics").header("x-forwarded-for", from).send();
    assert_eq!(
        figures("203.0.113.7").await.unwrap().status(),
        StatusCode::FORBIDDEN,
        "it is the address behind the proxy"
    );
    assert_eq!(house.get("/metrics").send().await.unwrap().status(), StatusCode::OK);

    let bytes: Vec<u8> = (0..30 * 1024 * 1024u32).map(|n| n as u8).collect();
    let blob = house.uploads(&house.ana, &bytes).await;
    let path = format!("/jmap/download/{}/{blob}/x.bin", house.space);
    let asked = house.get(&path).bearer_auth(&house.ana.token).header("range", "bytes=1000-1009");
    let part = asked.send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.unwrap()[..], bytes[1000..1010]);

    house.engine.settle().await.unwrap();
    let news = house.get("/jmap/events?types=*&closeafter=no&ping=0").bearer_auth(&house.ana.token);
    let mut news = news.send().await.unwrap();
    house.writes("Behind a proxy").await;
    let mut told = Vec::new();
    while !String::from_utf8_lossy(&told).contains(&house.space.to_string()) {
        told.extend(news.chunk().await.unwrap().expect("what is new is told when it happens"));
    }
}
