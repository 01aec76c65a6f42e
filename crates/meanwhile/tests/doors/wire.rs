//! The wire: TLS, methods, health, figures, and addresses of ill will.

use crate::house::{House, body_of, refusal};
use meanwhile::{TlsFiles, TlsMode};
use reqwest::StatusCode;

fn fixture(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_spoken_with_a_certificate_that_can_be_renewed() {
    let tls = TlsFiles { cert: fixture("test-cert.pem"), key: fixture("test-key.pem") };
    let house = House::with(|options| options.tls = Some(TlsMode::Files(tls))).await;
    assert!(house.url.starts_with("https://"));
    let answer = house.get("/jmap/session").bearer_auth(&house.ana.token).send().await.unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(body_of(answer).await["apiUrl"].as_str().unwrap().starts_with("https://"));
    house.server().reload_tls().unwrap();
    assert_eq!(house.get("/healthz").send().await.unwrap().status(), StatusCode::OK);
    let swapped = TlsFiles { cert: fixture("test-key.pem"), key: fixture("test-cert.pem") };
    let mut options = meanwhile::ServerOptions::new(house.engine.clone(), house.previews());
    options.tls = Some(TlsMode::Files(swapped));
    let refused = meanwhile::Server::start(options).await.err().unwrap().to_string();
    assert!(refused.contains("test-key.pem"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_method_is_told_the_right_ones() {
    let house = House::new().await;
    let answer = house.get("/auth/tokens/revoke").send().await.unwrap();
    assert_eq!(answer.headers()["allow"], "POST");
    assert_eq!(refusal(answer).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let path = format!("{}/jmap/download/a/b/c", house.url);
    let answer = house.client.put(path).bearer_auth(&house.ana.token).send().await.unwrap();
    assert_eq!(answer.headers()["allow"], "GET");
    let both = house.client.delete(format!("{}/auth/tokens", house.url)).send().await.unwrap();
    assert_eq!(both.headers()["allow"], "GET, POST");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_ill_will_lead_nowhere() {
    let house = House::new().await;
    for path in [
        "/../etc/passwd",
        "/%2e%2e/x",
        "//jmap/session",
        "/jmap/session/",
        "/JMAP/session",
        "/jmap/%73ession/x",
        "/assets/../plain.css",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = house.raw(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    for nonsense in
        ["GET\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n"]
    {
        let answer = house.raw(nonsense.as_bytes()).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4"),
            "{nonsense:?}: {answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_open_to_this_machine_and_to_admins_and_name_nobody() {
    let house = House::new().await;
    house.writes("one").await;
    house.engine.settle().await.unwrap();
    let figures = house.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(figures.contains("meanwhile_requests_total{door=\"jmap\",status=\"2xx\"} 1"), "{figures}");
    assert!(figures.contains("meanwhile_reader_behind_changes{reader=\"copies\"} 0"), "{figures}");
    assert!(figures.contains("meanwhile_commits_total") && figures.contains("meanwhile_private_dirty_bytes"));
    for name in ["ana", "bo@", &house.space.to_string(), "127.0.0.1"] {
        assert!(!figures.contains(name), "{name}");
    }
    // A proxy on this machine that nobody named passes strangers on.
    let outside = || house.get("/metrics").header("x-forwarded-for", "203.0.113.5");
    assert_eq!(refusal(outside().send().await.unwrap()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(outside().bearer_auth(&house.bo.token).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(outside().bearer_auth(&house.ana.token).send().await.unwrap().status(), StatusCode::OK);
}
