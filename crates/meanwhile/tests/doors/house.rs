//! A server with a workspace, and people to knock at its doors.

use engine::{Engine, LinkKind, Running, TestClock, operator};
use jmap::{Id, UtcDate};
use meanwhile::{App, Patience, Previews, Server, ServerOptions};
use model::{Registry, Role, Scopes};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::{Blobs, SqliteOptions, SqliteStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const JSON: &str = "application/json";

/// A house with Ana, its admin, who has a Space, and Bo, who is not in that Space.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) ana: Person,
    pub(crate) bo: Person,
    /// Ana's Space.
    pub(crate) space: Id,
    server: Option<Server>,
    running: Option<Running>,
    pub(crate) folder: tempfile::TempDir,
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: Id,
    pub(crate) token: String,
    pub(crate) session: String,
}

/// Short, so that tests of impatience do not take long.
pub(crate) fn impatient() -> Patience {
    let short = Duration::from_millis(300);
    Patience { stall: short, whole: short * 4, answer: Duration::from_secs(30), look: short }
}

impl House {
    pub(crate) async fn new() -> House {
        House::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ServerOptions)) -> House {
        House::at(UtcDate::parse("2026-11-23T09:00:00Z").unwrap(), change).await
    }

    /// A house whose clock stands at that instant.
    pub(crate) async fn at(now: UtcDate, change: impl FnOnce(&mut ServerOptions)) -> House {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap();
        let blobs = Blobs::open(&folder.path().join("blobs"), [7; 32]).unwrap();
        let clock = TestClock::at(now);
        let opened = Engine::open(Arc::new(store), Arc::new(blobs), clock.clone(), Registry::standard()).await;
        let engine = opened.unwrap();
        let running = engine.start();
        let ana = Person::new(&engine, "ana", Role::Admin).await;
        let bo = Person::new(&engine, "bo", Role::Member).await;
        let space = engine.add_space("Team", &[ana.id], false).await.unwrap();
        let mut options = ServerOptions::new(engine.clone(), Previews::in_folder(folder.path()));
        // The same whether the web app was built or not.
        options.app = App::plain();
        change(&mut options);
        let server = Server::start(options).await.unwrap();
        let url = server.url().to_string();
        let no_redirects = reqwest::redirect::Policy::none();
        let client = Client::builder().redirect(no_redirects).tls_danger_accept_invalid_certs(true).build().unwrap();
        let (server, running) = (Some(server), Some(running));
        House { engine, url, client, ana, bo, space, clock, server, running, folder }
    }

    pub(crate) async fn stop(&mut self) {
        self.server.take().unwrap().stop().await;
        self.running.take().unwrap().stop().await;
    }

    /// Waits until all that follows from what was written has happened.
    pub(crate) async fn settle(&self) {
        self.engine.settle().await.unwrap();
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// What makes previews of its pictures.
    pub(crate) fn previews(&self) -> Arc<Previews> {
        Previews::in_folder(self.folder.path())
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// One call, its answer and what it is.
    pub(crate) async fn call(&self, who: &Person, method: &str, args: Value) -> (String, Value) {
        let body = request(&[(method, args)]);
        let answer = self.post("/jmap/api").bearer_auth(&who.token).header("content-type", JSON).body(body);
        let answer = body_of(answer.send().await.unwrap()).await;
        let first = &answer["methodResponses"][0];
        (first[0].as_str().unwrap_or_default().to_string(), first[1].clone())
    }

    /// Ana writes something in her Space.
    pub(crate) async fn writes(&self, title: &str) -> Id {
        let args = json!({"accountId": self.space, "create": {"k": {"kind": "topic", "title": title, "text": "x"}}});
        let (_, answer) = self.call(&self.ana, "Item/set", args).await;
        answer["created"]["k"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
    }

    pub(crate) async fn uploads(&self, who: &Person, bytes: &[u8]) -> String {
        let answer = self.post(&format!("/jmap/upload/{}", self.space)).bearer_auth(&who.token).body(bytes.to_vec());
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        body_of(answer).await["blobId"].as_str().unwrap().to_string()
    }

    /// Bytes as they are to a fresh connection; what comes back until it closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.server().addr()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut back = Vec::new();
        // A reset at the end is an end, too.
        let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut back)).await.expect("it closes");
        String::from_utf8_lossy(&back).into_owned()
    }
}

impl Person {
    async fn new(engine: &Engine, name: &str, role: Role) -> Person {
        let email = format!("{name}@example.org");
        let id = engine.add_person(name, Some(&email), role).await.unwrap();
        let scopes = Scopes::READ.and(Scopes::WRITE);
        let scopes = if role == Role::Admin { Scopes::ALL } else { scopes };
        let link = engine.make_link(&operator(), LinkKind::Invitation, id).await.unwrap();
        let password = format!("a long password of {name}");
        let session = engine.redeem(&link, None, None, &password, "test", "127.0.0.1").await.unwrap().secret;
        let token = engine.new_token(&operator(), id, "test", scopes, None).await.unwrap();
        Person { id, token, session }
    }
}

pub(crate) fn request(calls: &[(&str, Value)]) -> String {
    let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    let calls: Vec<Value> =
        calls.iter().enumerate().map(|(n, (method, args))| json!([method, args, n.to_string()])).collect();
    json!({ "using": using, "methodCalls": calls }).to_string()
}

pub(crate) async fn body_of(answer: Response) -> Value {
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

/// A refusal says what happened and why, and never what is inside the machine.
pub(crate) async fn refusal(answer: Response) -> (StatusCode, Value) {
    let status = answer.status();
    assert!(status.is_client_error() || status.is_server_error(), "{status}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let text = answer.text().await.unwrap();
    if text.is_empty() {
        // As HEAD is answered.
        return (status, Value::Null);
    }
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    assert_eq!(body["status"], status.as_u16());
    assert!(body["title"].as_str().is_some_and(|title| title.len() > 3), "{body}");
    assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{body}");
    (status, body)
}
