//! The real program, run as a process of its own: started on a folder, ordered about by its command line, and killed.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use store::contract::postgres::Server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// How long the program may take to start or to stop on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program that belongs to this tree: beside the tests, built if it is missing or older than its sources.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows where it is");
        let folder = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps").to_path_buf();
        let lock = OpenOptions::new().create(true).append(true).open(folder.join(".program-for-tests"));
        let lock = lock.expect("the target folder can be written");
        lock.lock().expect("files can be locked");
        let program = folder.join("meanwhile");
        if !is_fresh(&program) {
            build(&folder);
        }
        program
    })
}

/// True if the program is there, and none of the sources that its list names is younger.
fn is_fresh(program: &Path) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let changed = |path: &Path| -> Option<SystemTime> { std::fs::metadata(path).ok()?.modified().ok() };
    let Some(built) = changed(program) else { return false };
    let Ok(list) = std::fs::read_to_string(program.with_extension("d")) else { return false };
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources.trim());
    // A path with a space in it has a backslash before it: no list is worth taking apart by hand for that.
    !sources.contains('\\')
        && sources.split(' ').all(|path| {
            let path = Path::new(path);
            path.starts_with(root) && changed(path).is_some_and(|changed| changed <= built)
        })
}

fn build(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = folder.file_name().and_then(|name| name.to_str()).expect("a profile has a name");
    let profile = if profile == "debug" { "dev" } else { profile };
    let mut command = std::process::Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_TARGET_DIR", folder.parent().expect("below target"));
    command.args(["build", "--quiet", "--package", "meanwhile", "--bin", "meanwhile", "--profile", profile]);
    assert!(command.status().expect("cargo is there").success(), "the program does not build");
}

/// How the program is called: as it is, behind another one, or as another user.
#[derive(Clone, Default)]
pub struct Machine {
    behind: Vec<OsString>,
    user: Option<u32>,
    copy: Option<PathBuf>,
    settings: Vec<(&'static str, String)>,
    /// The databases of the data folders, where the records are not in the folders themselves.
    databases: Option<Arc<parking_lot::Mutex<HashMap<PathBuf, String>>>>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it was asked for.
    pub out: String,
    /// Everything else.
    pub err: String,
}

impl Machine {
    /// Behind these words, which end with where a program's name goes.
    pub fn behind<S: Into<OsString>>(words: impl IntoIterator<Item = S>) -> Machine {
        Machine { behind: words.into_iter().map(Into::into).collect(), ..Machine::default() }
    }

    /// As that user, with a copy of the program in a folder that the user can reach. Only root may.
    pub fn of_user(user: u32, folder: &Path) -> Machine {
        let copy = folder.join("meanwhile");
        std::fs::copy(program(), &copy).expect("the program can be copied");
        Machine { user: Some(user), copy: Some(copy), ..Machine::default() }
    }

    /// With the records in PostgreSQL: for each data folder there is a database of its own.
    pub fn on_postgres() -> Machine {
        Machine { databases: Some(Arc::default()), ..Machine::default() }
    }

    /// One with the records in SQLite, and one with them in PostgreSQL.
    pub fn both() -> [Machine; 2] {
        [Machine::default(), Machine::on_postgres()]
    }

    /// With a variable of the environment.
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Machine {
        self.settings.push((name, value.into()));
        self
    }

    /// The program with these arguments, ready to be started, with no settings but these.
    pub fn command(&self, args: &[&str]) -> Command {
        let program = self.copy.as_deref().unwrap_or_else(|| program());
        let mut command = match self.behind.split_first() {
            None => Command::new(program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command.args(args).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// The same, for that data folder.
    pub fn command_in(&self, data: &Path, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command.arg("--data").arg(data);
        if let Some(databases) = &self.databases {
            let mut databases = databases.lock();
            let of = databases.entry(data.to_owned()).or_insert_with(|| Server::shared().database());
            command.env("MEANWHILE_DATABASE", of);
        }
        command
    }

    /// Runs the program in that folder to its end.
    pub async fn run(&self, data: &Path, args: &[&str]) -> Outcome {
        let mut command = self.command_in(data, args);
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        let ended = ended.expect("a command ends").expect("the program can be started");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Outcome { code: ended.status.code(), out: text(ended.stdout), err: text(ended.stderr) }
    }

    /// Runs what must succeed, and gives what it says as JSON.
    pub async fn order(&self, data: &Path, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let ended = self.run(data, &args).await;
        assert_eq!(ended.code, Some(0), "{args:?}: {ended:?}");
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{args:?}: {error}: {ended:?}"))
    }

    /// Makes a person, an admin, and a token with which he or she may read and write.
    pub async fn person(&self, data: &Path, name: &str) -> Desk {
        let email = format!("{}@example.org", name.to_lowercase());
        let added = self.order(data, &["person", "add", "--admin", "--email", &email, "--name", name]).await;
        let made = self.order(data, &["token", "new", "--person", &email]).await;
        let text = |value: &Value| value.as_str().expect("a text").to_string();
        Desk { person: text(&added["personId"]), token: text(&made["token"]), http: reqwest::Client::new() }
    }

    /// The same, with a token that may do what only admins may.
    pub async fn admin(&self, data: &Path, name: &str) -> Desk {
        let desk = self.person(data, name).await;
        let scopes = ["token", "new", "--person", &desk.person, "--scope", "read,write,admin"];
        let made = self.order(data, &scopes).await;
        Desk { token: made["token"].as_str().expect("a token").to_string(), ..desk }
    }

    /// Starts the server on that folder and a free port, and waits until it is ready.
    pub async fn serve(&self, data: &Path) -> Process {
        self.serve_at(data, "127.0.0.1:0").await
    }

    /// The same, at that address.
    pub async fn serve_at(&self, data: &Path, listen: &str) -> Process {
        self.start(data, listen).await.unwrap_or_else(|ended| panic!("the server did not start: {ended:?}"))
    }

    /// The same on a free port, where it may as well refuse.
    pub async fn try_serve(&self, data: &Path) -> Result<Process, Outcome> {
        self.start(data, "127.0.0.1:0").await
    }

    async fn start(&self, data: &Path, listen: &str) -> Result<Process, Outcome> {
        let mut command = self.command_in(data, &["serve", "--json", "--listen", listen]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let log = Arc::<parking_lot::Mutex<String>>::default();
        let (mut errors, kept) = (child.stderr.take().expect("piped"), log.clone());
        let reading = tokio::spawn(async move {
            let mut piece = vec![0; 8192];
            while let Ok(read @ 1..) = errors.read(&mut piece).await {
                kept.lock().push_str(&String::from_utf8_lossy(&piece[..read]));
            }
        });
        let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first =
            tokio::time::timeout(PATIENCE, said.next_line()).await.expect("the server starts").expect("readable");
        let Some(first) = first else {
            let ended =
                tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").expect("it can be waited for");
            let _ = reading.await;
            let err = log.lock().clone();
            return Err(Outcome { code: ended.code(), out: String::new(), err });
        };
        let said: Value = serde_json::from_str(&first).expect("it says in JSON where it is");
        let url = said["url"].as_str().expect("a url").to_string();
        let process = Process { url, said, child, log, reading };
        process.until_ready().await;
        Ok(process)
    }
}

/// A server that runs. It is killed when the value goes.
pub struct Process {
    /// How it is reached.
    pub url: String,
    /// What it said when it had started.
    pub said: Value,
    child: Child,
    log: Arc<parking_lot::Mutex<String>>,
    reading: JoinHandle<()>,
}

impl Process {
    /// What it wrote to the log so far.
    pub fn log(&self) -> String {
        self.log.lock().clone()
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// True until it has ended.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked for").is_none()
    }

    async fn until_ready(&self) {
        let http = reqwest::Client::new();
        let asked = async {
            while !http.get(format!("{}/readyz", self.url)).send().await.is_ok_and(|a| a.status().is_success()) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("never ready: {}", self.log()));
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }

    /// Asks it to stop, and gives its exit code and its log.
    pub async fn terminate(mut self) -> (Option<i32>, String) {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw).expect("a process has a number");
        kill_process(id, Signal::TERM).expect("it runs");
        let ended =
            tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it stops").expect("it can be waited for");
        let _ = self.reading.await;
        (ended.code(), self.log.lock().clone())
    }
}

/// Why a request has no answer.
#[derive(Debug)]
pub enum Failed {
    /// No server was there: it was not done.
    Away,
    /// The connection broke: whether it was done is unknown.
    Cut(String),
    /// The server said no, with a status and problem details.
    Refused(u16, Value),
}

/// A person with a token, wherever the server is at the moment.
#[derive(Clone)]
pub struct Desk {
    /// Whose it is.
    pub person: String,
    /// The token.
    pub token: String,
    /// For requests of other kinds.
    pub http: reqwest::Client,
}

impl Desk {
    /// The answers to these calls.
    pub async fn ask(&self, url: &str, calls: &Value) -> Result<Vec<Value>, Failed> {
        let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
        let body = json!({ "using": using, "methodCalls": calls });
        let mut answer = read(self.http.post(format!("{url}/jmap/api")).bearer_auth(&self.token).json(&body)).await?;
        match answer["methodResponses"].take() {
            Value::Array(answers) => Ok(answers),
            other => panic!("no answers: {other}"),
        }
    }

    /// The arguments of the answer to one call, of whatever name.
    pub async fn one(&self, url: &str, method: &str, args: Value) -> Result<Value, Failed> {
        Ok(self.ask(url, &json!([[method, args, "0"]])).await?.remove(0)[1].take())
    }

    /// Uploads a file; its blobId.
    pub async fn upload(&self, url: &str, account: &str, content: Vec<u8>) -> Result<String, Failed> {
        let to = self.http.post(format!("{url}/jmap/upload/{account}")).bearer_auth(&self.token);
        let answer = read(to.header("content-type", "application/octet-stream").body(content)).await?;
        Ok(answer["blobId"].as_str().expect("an upload has an id").to_string())
    }

    /// Downloads a file.
    pub async fn download(&self, url: &str, account: &str, blob: &str) -> Result<Vec<u8>, Failed> {
        let from = self.http.get(format!("{url}/jmap/download/{account}/{blob}/file")).bearer_auth(&self.token);
        let answer = from.send().await.map_err(cut)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(cut)?;
        if !status.is_success() {
            return Err(Failed::Refused(status.as_u16(), serde_json::from_slice(&body).unwrap_or_default()));
        }
        Ok(body.to_vec())
    }

    /// A new Space of this person.
    pub async fn space(&self, url: &str, name: &str) -> String {
        let args = json!({ "accountId": self.person, "create": { "s": { "name": name } } });
        let answer = self.one(url, "Space/set", args).await.expect("the server runs");
        answer["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_string()
    }

    /// The first event of a stream that ends after it, and its token. `open` is done when the stream is.
    pub async fn event(&self, url: &str, last: Option<&str>, open: impl Future<Output = ()>) -> (Value, String) {
        let mut stream = self.http.get(format!("{url}/jmap/events?types=*&closeafter=state&ping=0"));
        if let Some(last) = last {
            stream = stream.header("last-event-id", last);
        }
        let answer = stream.bearer_auth(&self.token).send().await.expect("the stream opens");
        open.await;
        let text = tokio::time::timeout(PATIENCE, answer.text()).await.expect("an event comes").expect("text");
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).expect("an event has it");
        (serde_json::from_str(field("data: ")).expect("JSON"), field("id: ").to_string())
    }
}

fn cut(error: reqwest::Error) -> Failed {
    if error.is_connect() { Failed::Away } else { Failed::Cut(error.to_string()) }
}

async fn read(request: reqwest::RequestBuilder) -> Result<Value, Failed> {
    let answer = request.send().await.map_err(cut)?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(cut)?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    if status.is_success() { Ok(body) } else { Err(Failed::Refused(status.as_u16(), body)) }
}

/// A fresh id of that letter, as clients make them.
pub fn fresh_id(letter: u8) -> String {
    let mut random = [0; 10];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    jmap::Id::fresh(letter, jmap::UtcDate::parse("2026-11-22T00:00:00Z").expect("a date"), random).to_string()
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// The contents in a folder of files, without what is only locked.
pub fn contents_below(blobs: &Path) -> Vec<PathBuf> {
    files_below(blobs).into_iter().filter(|file| !file.starts_with(blobs.join("locks"))).collect()
}

/// Changes bytes in the middle of a file, in place.
pub fn damage(file: &Path, at: u64, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    let file: File = OpenOptions::new().write(true).open(file).expect("a file");
    file.write_all_at(bytes, at).expect("writable");
}
