//! A workspace that is open for stories: the real server on a free port, a clock that the story moves, and people who
//! come in with a token, by HTTP alone.

use engine::{Courier, TestClock};
use jmap::{Id, UtcDate};
use meanwhile::{Server, ServerOptions};
use model::{Role, Scopes};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tempfile::TempDir;

use crate::direct::{Direct, Make, monday};

/// The capabilities that requests name.
pub const USING: [&str; 2] = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];

/// An open workspace.
pub struct Office {
    /// Engine, store and clock.
    pub desk: Direct,
    /// Its folder.
    pub folder: TempDir,
    servers: Vec<Server>,
    doors: Doors,
}

/// Where the nodes of a workspace are reached. What people ask goes to each of them in turn.
#[derive(Clone)]
struct Doors {
    urls: Arc<[String]>,
    asked: Arc<AtomicUsize>,
}

impl Doors {
    fn next(&self) -> &str {
        &self.urls[self.asked.fetch_add(1, Relaxed) % self.urls.len()]
    }
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Person {
    /// The id of the Person and of the personal account.
    pub id: Id,
    /// The token.
    pub token: String,
    doors: Doors,
    http: Client,
}

impl Office {
    /// Opens on a Monday at nine in UTC, with a server for each node.
    pub async fn open(make: Make) -> Office {
        Office::open_reaching(make, monday(), None).await
    }

    /// The same, at the time of that clock, by whose ways people are reached outside.
    pub async fn open_reaching(make: Make, clock: Arc<TestClock>, courier: Option<Arc<dyn Courier>>) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Direct::open_at(make(folder.path()), clock, folder.path(), courier).await;
        let mut servers = Vec::new();
        for node in desk.nodes() {
            let options = ServerOptions::new(node.engine.clone(), node.previews.clone());
            servers.push(Server::start(options).await.expect("starts"));
        }
        let urls = servers.iter().map(|server| server.url().to_string()).collect();
        Office { desk, folder, servers, doors: Doors { urls, asked: Arc::default() } }
    }

    /// Where it is reached: at each of its nodes in turn.
    pub fn url(&self) -> &str {
        self.doors.next()
    }

    /// Somebody new, with that id, who comes in with a token.
    pub async fn hire(&self, id: Id, name: &str, role: Role) -> Person {
        let args = json!({ "accountId": self.desk.engine.workspace(), "create": { id.to_string(): { "name": name, "role": role.word() } } });
        let answer = self.desk.one(&engine::operator(), "Person/set", args).await;
        assert!(answer["notCreated"].is_null(), "{answer}");
        self.lets_in(id).await
    }

    /// A person of the workspace, with a new token for everything that person may do.
    pub async fn lets_in(&self, id: Id) -> Person {
        let role = self
            .desk
            .one(&engine::operator(), "Person/get", json!({ "accountId": self.desk.engine.workspace(), "ids": [id] }))
            .await;
        let scopes = if role["list"][0]["role"] == "admin" { Scopes::SESSION } else { Scopes::READ.and(Scopes::WRITE) };
        let token = self.desk.engine.new_token(&engine::operator(), id, "story", scopes, None).await.expect("a token");
        Person { id, token, doors: self.doors.clone(), http: client() }
    }

    /// Goes on by so many milliseconds, and waits until all that follows has happened.
    pub async fn later(&self, ms: i64) {
        self.desk.clock.advance(ms);
        self.desk.settle().await;
    }

    /// The time on the office's clock.
    pub fn now(&self) -> UtcDate {
        self.desk.engine.clock().now()
    }

    /// Closes the doors.
    pub async fn close(self) {
        self.leaves_folder().await;
    }

    /// Closes the doors, and leaves the folder as the program would find it.
    pub async fn leaves_folder(mut self) -> TempDir {
        for server in std::mem::take(&mut self.servers) {
            server.stop().await;
        }
        self.desk.stop().await;
        let key = [7; 32].iter().fold(String::new(), |hex, byte: &u8| format!("{hex}{byte:02x}"));
        std::fs::write(self.folder.path().join("blobs.key"), key).expect("writes");
        self.folder
    }
}

impl Person {
    /// Any request, with the token.
    pub async fn knocks(&self, method: Method, path: &str, body: Option<String>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.doors.next())).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        request.send().await.expect("an answer")
    }

    /// The text of the answers to these calls.
    pub async fn asks_text(&self, calls: Value) -> String {
        let body = json!({ "using": USING, "methodCalls": calls }).to_string();
        self.knocks(Method::POST, "/jmap/api", Some(body)).await.text().await.expect("text")
    }

    /// The answers to these calls.
    pub async fn asks(&self, calls: Value) -> Vec<Value> {
        let text = self.asks_text(calls).await;
        let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        let answers = value["methodResponses"].as_array_mut().unwrap_or_else(|| panic!("{text}"));
        std::mem::take(answers)
    }

    /// The arguments of the answer to one call.
    pub async fn one(&self, method: &str, args: Value) -> Value {
        self.asks(json!([[method, args, "0"]])).await.remove(0)[1].take()
    }

    /// Makes a Space with that id.
    pub async fn makes_space(&self, id: Id, name: &str) {
        let args = json!({ "accountId": self.id, "create": { id.to_string(): { "name": name } } });
        let answer = self.one("Space/set", args).await;
        assert!(answer["notCreated"].is_null(), "{answer}");
    }

    /// Lets somebody into a Space.
    pub async fn lets_in(&self, space: Id, who: &Person, role: &str) {
        let args = json!({ "accountId": space, "create": { "m": { "personId": who.id, "role": role } } });
        let answer = self.one("Member/set", args).await;
        assert!(answer["notCreated"].is_null(), "{answer}");
    }

    /// Creates an Item with that id.
    pub async fn posts(&self, space: Id, id: Id, item: Value) {
        let answer = self.one("Item/set", json!({ "accountId": space, "create": { id.to_string(): item } })).await;
        assert!(answer["notCreated"].is_null(), "{answer}");
    }

    /// Uploads a file; gives its blobId.
    pub async fn uploads(&self, account: Id, content: &str) -> String {
        let url = format!("{}/jmap/upload/{account}", self.doors.next());
        let request = self.http.post(url).bearer_auth(&self.token).header("content-type", "text/plain");
        let answer: Value =
            request.body(content.to_string()).send().await.expect("an answer").json().await.expect("JSON");
        answer["blobId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
    }
}

/// A client that holds no connection open while the story's clock jumps.
fn client() -> Client {
    Client::builder().pool_max_idle_per_host(0).build().expect("a client")
}

/// An id that is the same in every run.
pub fn id(letter: char, n: u8) -> Id {
    Id::fresh(letter as u8, UtcDate::from_ms(0), [n; 10])
}

/// An answer without what must differ between two runs: the lineage of states.
pub fn masked(text: &str) -> String {
    text.split('"')
        .map(|part| match part.parse::<jmap::State>() {
            Ok(state) => jmap::State { lineage: 0, ..state }.to_string(),
            Err(_) => part.to_string(),
        })
        .collect::<Vec<_>>()
        .join("\"")
}
