//! The real server as a process of its own.

use anyhow::{Context, ensure};
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;

const DATABASE: &str = "MEANWHILE_DATABASE";

/// A running server; it is told to stop when the value goes.
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    program: PathBuf,
    database: Option<String>,
    /// Where it listens.
    pub(crate) addr: SocketAddr,
}

/// Builds the program in release mode, unless it is fresh.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "--package", "meanwhile"]).status()?;
    ensure!(built.success(), "the server could not be built");
    let program = std::env::current_exe()?.with_file_name("meanwhile");
    ensure!(program.exists(), "{} is not there; run this as \"make bench\"", program.display());
    Ok(program)
}

impl Server {
    /// Starts it on a free port and asks until it is ready; how long that took comes back.
    pub(crate) fn start(program: &Path, data: &Path) -> anyhow::Result<(Server, Duration)> {
        Server::start_on(program, data, None)
    }

    /// The same with its records in a database.
    pub(crate) fn start_on(program: &Path, data: &Path, database: Option<&str>) -> anyhow::Result<(Server, Duration)> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        let log = File::create(data.with_extension("log"))?;
        let begun = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--data"])
            .arg(data)
            .args(["--listen", &addr.to_string()])
            .envs(database.map(|address| (DATABASE, address)))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let (data_folder, database) = (data.to_path_buf(), database.map(str::to_string));
        let mut server = Server { child, data: data_folder, program: program.to_path_buf(), database, addr };
        loop {
            if let Some(ended) = server.child.try_wait()? {
                let log = std::fs::read_to_string(data.with_extension("log")).unwrap_or_default();
                anyhow::bail!("the server ended at once, {ended}: {log}");
            }
            ensure!(begun.elapsed() < Duration::from_secs(60), "the server is not ready after a minute");
            if server.is_ready() {
                return Ok((server, begun.elapsed()));
            }
            // A refused connection costs little; this is still asked a few thousand times a second at most.
            std::thread::park_timeout(Duration::from_micros(300));
        }
    }

    fn is_ready(&self) -> bool {
        let asked = Client::new(self.addr, "none").and_then(|mut client| {
            client.send("GET /readyz", "", b"")?;
            Ok(client.answer()?.0)
        });
        asked.is_ok_and(|status| status == 200)
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Runs a command of the program on the same folder; what it printed comes back.
    pub(crate) fn command(&self, args: &[&str]) -> anyhow::Result<String> {
        let database = self.database.iter().map(|address| (DATABASE, address));
        let out = Command::new(&self.program).args(args).arg("--data").arg(&self.data).envs(database).output()?;
        let text = String::from_utf8(out.stdout)?;
        ensure!(out.status.success(), "{args:?} failed: {text}{}", String::from_utf8_lossy(&out.stderr));
        Ok(text.trim().to_string())
    }

    /// An admin and as many members, each with a token: his id is the name of his account.
    pub(crate) fn people(&self, count: usize) -> anyhow::Result<Vec<Person>> {
        let mut out = Vec::with_capacity(count);
        for i in 0..count {
            let (email, name) = (format!("p{i}@example.org"), format!("Person {i}"));
            let mut add = vec!["person", "add", "--email", &email, "--name", &name];
            if i == 0 {
                add.push("--admin");
            }
            self.command(&add)?;
            let scopes = if i == 0 { "read,write,admin,import" } else { "read,write" };
            let token = self.command(&["token", "new", "--person", &email, "--scope", scopes])?;
            let mut client = Client::new(self.addr, &token)?;
            client.send("GET /jmap/session", "", b"")?;
            let session: serde_json::Value = serde_json::from_slice(client.answer()?.1)?;
            let id = session["username"].as_str().context("no name in the session")?.to_string();
            out.push(Person { id, token });
        }
        Ok(out)
    }

    /// Stops it and waits for its end.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        self.tell_to_stop();
        let ended = self.child.wait()?;
        ensure!(ended.success(), "the server ended badly: {ended}");
        Ok(())
    }

    fn tell_to_stop(&self) {
        if let Some(process) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // If it has gone already, all the better.
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.tell_to_stop();
            let _ = self.child.wait();
        }
    }
}

/// Somebody with a token.
pub(crate) struct Person {
    /// His id and that of his account.
    pub(crate) id: String,
    /// Reads and writes.
    pub(crate) token: String,
}
