//! Certificates ordered by ACME, from a real authority for tests (pebble) that looks at this server as any other would.

use crate::house::House;
use engine::{Clock, SystemClock};
use meanwhile::{Acme, OutboundOptions, TlsMode};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::{Certificate, Client, StatusCode};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::process::{Child, Command};

const HOST: &str = "work.example.org";
const DAY: i64 = 24 * 60 * 60 * 1000;

/// An authority, and the names that it looks up: all lead to this machine.
struct Pebble {
    directory: SocketAddr,
    manage: SocketAddr,
    dns: SocketAddr,
    /// Where it looks for what it validates.
    looks_at: SocketAddr,
    folder: tempfile::TempDir,
}

async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

impl Pebble {
    async fn prepared() -> Pebble {
        let dns = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let pebble = Pebble { directory: free().await, manage: free().await, dns, looks_at: free().await, folder };
        let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        std::fs::write(pebble.file("root.pem"), root.self_signed(&root_key).unwrap().pem()).unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_string()]).unwrap();
        let own = params.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
        std::fs::write(pebble.file("cert.pem"), own.pem()).unwrap();
        std::fs::write(pebble.file("key.pem"), key.serialize_pem()).unwrap();
        let config = serde_json::json!({ "pebble": {
            "listenAddress": pebble.directory, "managementListenAddress": pebble.manage,
            "certificate": pebble.file("cert.pem"), "privateKey": pebble.file("key.pem"),
            "httpPort": 1, "tlsPort": pebble.looks_at.port(),
        } });
        std::fs::write(pebble.file("config.json"), config.to_string()).unwrap();
        pebble
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn runs(&self) -> Vec<Child> {
        let dns = self.dns.to_string();
        let manage = free().await.to_string();
        let rest = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", &manage];
        let mut names = Command::new("pebble-challtestsrv");
        names.args(["-dns01", &dns, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]).args(rest);
        let mut pebble = Command::new("pebble");
        pebble.arg("-config").arg(self.file("config.json")).args(["-dnsserver", &dns, "-strict"]);
        pebble.env("PEBBLE_VA_NOSLEEP", "1");
        let running = vec![ready(names, "Starting management server").await, ready(pebble, "ACME directory").await];
        // It says so just before it listens.
        while TcpStream::connect(self.directory).await.is_err() {}
        running
    }

    fn named(&self) -> TlsMode {
        let directory = format!("https://{}/dir", self.directory);
        TlsMode::Auto(Acme { directory, host: HOST.to_string(), contact: Some("ana@example.org".to_string()) })
    }

    async fn house(&self, keys: &Path) -> House {
        let allow = vec!["127.0.0.1".parse().unwrap()];
        House::at(SystemClock.now(), |options| {
            options.tls = Some(self.named());
            options.keys = keys.to_path_buf();
            options.url = Some(format!("https://{HOST}"));
            options.listen = self.looks_at;
            options.outbound = OutboundOptions { allow, ca: Some(self.file("root.pem")) };
        })
        .await
    }

    /// A browser that believes this authority.
    async fn browser(&self) -> Client {
        let own = Certificate::from_pem(&std::fs::read(self.file("root.pem")).unwrap()).unwrap();
        let ask = Client::builder().tls_certs_only([own]).build().unwrap();
        let root = ask.get(format!("https://{}/roots/0", self.manage)).send().await.unwrap().bytes().await.unwrap();
        let root = Certificate::from_pem(&root).unwrap();
        Client::builder().tls_certs_only([root]).resolve(HOST, self.looks_at).build().unwrap()
    }
}

/// Starts a program and waits for a word of its own.
async fn ready(mut command: Command, word: &str) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended before {word:?}"));
        if line.contains(word) {
            break;
        }
    }
    // What it says later has to go somewhere.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_ordered_shown_kept_and_ordered_anew_before_it_ends() {
    let pebble = Pebble::prepared().await;
    let keys = tempfile::tempdir().unwrap();
    let _running = pebble.runs().await;
    let mut house = pebble.house(keys.path()).await;
    let first = house.server().certificate(&[]).await.unwrap();
    let browser = pebble.browser().await;
    let answer = browser.get(format!("https://{HOST}:{}/healthz", pebble.looks_at.port())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    house.stop().await;
    let kept: Vec<_> = std::fs::read_dir(keys.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(kept.len(), 2, "the account, and the certificate with its key: {kept:?}");

    let again = pebble.house(keys.path()).await;
    assert_eq!(again.server().certificate(&[]).await.unwrap(), first, "the one that was kept is shown");
    // Those of the test authority are good for five years.
    again.clock.advance(4 * 365 * DAY);
    assert_ne!(again.server().certificate(&first).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_away_is_asked_again_later_and_the_server_runs_meanwhile() {
    let pebble = Pebble::prepared().await;
    let keys = tempfile::tempdir().unwrap();
    let house = pebble.house(keys.path()).await;
    let plain = format!("http://{}/", pebble.looks_at);
    assert_eq!(house.client.get(&plain).send().await.unwrap().status(), StatusCode::PERMANENT_REDIRECT);
    let _running = pebble.runs().await;
    // Whenever the first attempt has failed, the next one is due two minutes later.
    let later = async {
        loop {
            house.client.get(&plain).send().await.unwrap();
            house.clock.advance(60_000);
        }
    };
    tokio::select! {
        certificate = house.server().certificate(&[]) => assert!(certificate.is_some()),
        () = later => {}
    }
}
