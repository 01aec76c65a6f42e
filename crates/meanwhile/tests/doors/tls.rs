//! Certificates that the server makes or orders itself, and plain http at the port of https.

use crate::house::{House, refusal};
use engine::{Clock, SystemClock};
use meanwhile::{Server, ServerOptions, TlsMode};
use reqwest::{Certificate, Client, StatusCode};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The other end of a connection looks at its own clock, so the server's stands at the same instant.
async fn local(keys: &Path) -> House {
    House::at(SystemClock.now(), |options| {
        options.tls = Some(TlsMode::Local);
        options.keys = keys.to_path_buf();
    })
    .await
}

fn plain(house: &House, path: &str) -> String {
    format!("http://{}{path}", house.server().addr())
}

fn trusting(pem: &[u8]) -> Client {
    Client::builder().tls_certs_only([Certificate::from_pem(pem).unwrap()]).build().unwrap()
}

/// As a device comes by it: in plain http, before it trusts anything.
async fn authority(house: &House) -> Vec<u8> {
    let answer = house.client.get(plain(house, "/trust/authority.crt")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/x-x509-ca-cert");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_trusts_the_authority_of_the_server_opens_it_without_a_warning() {
    let keys = tempfile::tempdir().unwrap();
    let mut house = local(keys.path()).await;
    let port = house.server().addr().port();
    let stranger = Client::new().get(format!("https://localhost:{port}/healthz")).send().await;
    assert!(stranger.is_err(), "nobody trusts it unasked");
    let pem = authority(&house).await;
    for host in ["localhost", "127.0.0.1"] {
        let answer = trusting(&pem).get(format!("https://{host}:{port}/healthz")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{host}");
    }
    let page = house.get("/trust").send().await.unwrap();
    assert_eq!(
        page.headers()["content-security-policy"].to_str().unwrap().split(';').next(),
        Some("default-src 'none'")
    );
    let page = page.text().await.unwrap();
    assert!(page.contains(house.server().fingerprint().unwrap()) && page.contains("/trust/authority.crt"), "{page}");
    for file in ["authority.key", "authority.pem"] {
        assert_eq!(std::fs::metadata(keys.path().join(file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    house.stop().await;
    let again = local(keys.path()).await;
    assert_eq!(authority(&again).await, pem, "devices are not told again after a restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_issues_itself_a_new_certificate_long_before_the_old_one_ends() {
    let keys = tempfile::tempdir().unwrap();
    let house = local(keys.path()).await;
    let pem = authority(&house).await;
    let first = house.server().certificate(&[]).await.unwrap();
    house.clock.advance(31 * 24 * 60 * 60 * 1000);
    let second = house.server().certificate(&first).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(authority(&house).await, pem, "and it is the same authority");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_for_another_url_is_refused_with_what_to_do() {
    let keys = tempfile::tempdir().unwrap();
    let house = local(keys.path()).await;
    let start = async |url: &str| {
        let mut options = ServerOptions::new(house.engine.clone(), house.previews());
        options.tls = Some(TlsMode::Local);
        options.keys = keys.path().to_path_buf();
        options.url = Some(url.to_string());
        Server::start(options).await
    };
    let refused = start("https://work.example.org").await.err().unwrap().to_string();
    assert!(refused.contains("work.example.org") && refused.contains("authority.key"), "{refused}");
    for host in ["nas.local", "10.1.2.3:8600", "wiki.home.arpa", "[fd00::7]"] {
        start(&format!("https://{host}")).await.unwrap_or_else(|error| panic!("{host}: {error}")).stop().await;
    }
    std::fs::remove_file(keys.path().join("authority.key")).unwrap();
    let refused = start("https://nas.local").await.err().unwrap();
    assert!(format!("{refused:#}").contains("copy it from a backup"), "{refused:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_at_the_port_of_https_leads_to_https_and_reveals_nothing() {
    let keys = tempfile::tempdir().unwrap();
    let house = local(keys.path()).await;
    let answer = house.client.get(plain(&house, "/s/sabc/t/iabc?x=1")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT);
    let to = format!("https://{}/s/sabc/t/iabc?x=1", house.server().addr());
    assert_eq!(answer.headers()["location"], to.as_str());
    let token = &house.ana.token;
    let read = house.client.get(plain(&house, "/jmap/session")).bearer_auth(token).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::PERMANENT_REDIRECT, "not even to whom it belongs");
    let written = house.client.post(plain(&house, "/auth/sign-in")).body("{}").send().await.unwrap();
    assert_eq!(written.status(), StatusCode::UPGRADE_REQUIRED);
    let request = "GET / HTTP/1.1\r\nHost: evil@host\r\nConnection: close\r\n\r\n";
    let answer = house.raw(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_has_no_authority_to_trust() {
    let house = House::new().await;
    for path in ["/trust", "/trust/authority.crt"] {
        assert_eq!(refusal(house.get(path).send().await.unwrap()).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(house.get("/trust/authority.key").send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
