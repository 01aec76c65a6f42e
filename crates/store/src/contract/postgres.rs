//! A PostgreSQL server to throw away, for tests: from Debian's programs, in a folder of its own, on a Unix socket alone,
//! never as root. Whoever wants one that is missing a package gets a failing test that names it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::wrapped::keeping;
use crate::postgres::{PostgresOptions, PostgresStore, execute, texts};
use crate::{Store, StoreError};

/// Where Debian has the programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
/// As whom they run if the tests are root's, which they refuse.
const USER: &str = "postgres";
/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The beginning of our folders' names; behind it stands the process that made them.
const FOLDER: &str = "meanwhile-pg-";

/// A server; gone when dropped, or when the process ends.
pub struct Server {
    folder: PathBuf,
    durable: bool,
    /// Settings besides those that all have.
    more: Vec<String>,
    running: Mutex<Option<Child>>,
    databases: AtomicU64,
}

impl Server {
    /// The one of this process, which does not wait for disks.
    pub fn shared() -> &'static Server {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Server::start(false))
    }

    /// Another one, that can be stopped and killed. `durable`: what it has acknowledged is on the disk.
    pub fn start(durable: bool) -> Server {
        Server::begin(durable, |_| Vec::new())
    }

    /// Another one that listens on a port of this machine too; with `tls`, it has a certificate for `localhost`, made by
    /// an authority of its own, whose certificate is the file `ca.pem` in its folder.
    pub fn start_on_port(tls: bool) -> OnPort {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        let server = Server::begin(false, |folder| {
            let mut settings = vec!["listen_addresses=127.0.0.1".into(), format!("port={port}")];
            if tls {
                let made = as_user("sh").current_dir(folder).args(["-ec", CERTIFICATES]).output();
                let made = made.expect("a shell runs");
                assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
                settings.extend(["ssl=on".into(), "ssl_cert_file=server.pem".into(), "ssl_key_file=server.key".into()]);
            }
            settings
        });
        let address = server.database();
        let database = address.rsplit_once('/').map(|(_, name)| name.to_owned()).expect("an address has a name");
        OnPort { authority: server.folder.join("ca.pem"), server, port, database }
    }

    fn begin(durable: bool, prepare: impl FnOnce(&Path) -> Vec<String>) -> Server {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{FOLDER}{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().join(name);
        let template = template().expect("PostgreSQL's initdb runs; is the package postgresql-15 installed?");
        let copied = as_user("cp").arg("-a").arg(&template).arg(&folder).status().expect("cp runs");
        assert!(copied.success(), "{} can't be copied", template.display());
        let more = prepare(&folder);
        let server = Server { folder, durable, more, running: Mutex::new(None), databases: AtomicU64::new(0) };
        server.resume();
        server
    }

    /// Makes an empty database; its address.
    pub fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Relaxed));
        let admin = PostgresOptions::new(self.address("postgres"));
        execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).expect("a database can be made");
        self.address(&name)
    }

    /// An empty store in a database of its own.
    pub fn store(&'static self) -> Arc<dyn Store> {
        open(&self.database())
    }

    /// A database, as two nodes have it open.
    pub fn nodes(address: &str) -> [Arc<dyn Store>; 2] {
        [open(address), open(address)]
    }

    /// Runs statements in a database, as anybody might with `psql`.
    pub fn execute(&self, address: &str, sql: &str) -> Result<(), StoreError> {
        execute(&PostgresOptions::new(address), sql)
    }

    /// The texts that a question in a database is answered with.
    pub fn texts(&self, address: &str, sql: &str) -> Result<Vec<String>, StoreError> {
        texts(&PostgresOptions::new(address), sql)
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&self) {
        if let Some(mut child) = self.running.lock().take() {
            let pid = child.id().to_string();
            let _ = Command::new("kill").args(["-QUIT", &pid]).status();
            let _ = child.wait();
        }
    }

    /// Starts it again after [`Server::kill`], with what is on its disk.
    pub fn resume(&self) {
        let sync = if self.durable { "on" } else { "off" };
        let log = File::create(self.folder.with_extension("log")).expect("a log can be written");
        let settings = [
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", self.folder.display()),
            format!("fsync={sync}"),
            format!("full_page_writes={sync}"),
            "autovacuum=off".into(),
            "max_connections=60".into(),
            "shared_buffers=32MB".into(),
            "wal_level=minimal".into(),
            "max_wal_senders=0".into(),
            "dynamic_shared_memory_type=mmap".into(),
        ];
        let mut command = as_user(&format!("{PROGRAMS}/postgres"));
        command.arg("-D").arg(&self.folder);
        settings.iter().chain(&self.more).for_each(|setting| {
            command.args(["-c", setting]);
        });
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        *self.running.lock() = Some(spawn(command));
        let until = Instant::now() + PATIENCE;
        while let Err(error) = execute(&PostgresOptions::new(self.address("postgres")), "SELECT 1") {
            let log = || fs::read_to_string(self.folder.with_extension("log")).unwrap_or_default();
            assert!(Instant::now() < until, "PostgreSQL does not start: {error}\n{}", log());
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// The address of a database.
    pub fn address(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        let port = self.more.iter().find_map(|setting| setting.strip_prefix("port="));
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        format!("postgres://meanwhile@{folder}{port}/{database}")
    }
}

fn open(address: &str) -> Arc<dyn Store> {
    let store = PostgresStore::open(PostgresOptions::new(address)).expect("the database can be used");
    keeping(Arc::new(store), ())
}

/// A server that listens on a port.
pub struct OnPort {
    /// The server.
    pub server: Server,
    /// Its authority's certificate.
    pub authority: PathBuf,
    port: u16,
    database: String,
}

impl OnPort {
    /// The address of its database by a name of this machine, with what is asked of TLS.
    pub fn address(&self, host: &str, query: &str) -> String {
        format!("postgres://meanwhile@{host}:{}/{}?{query}", self.port, self.database)
    }
}

/// An authority, and a certificate for `localhost` that it made.
const CERTIFICATES: &str = "umask 077
    new='openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
    $new -x509 -days 2 -keyout ca.key -out ca.pem -subj /CN=Authority -addext basicConstraints=critical,CA:TRUE
    $new -keyout server.key -out server.csr -subj /CN=localhost
    printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem";

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(self.folder.with_extension("log"));
    }
}

/// Starts the server from a thread that stays, since the server is told to end with the thread that started it.
fn spawn(mut command: Command) -> Child {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let _ = tell.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    told.recv().expect("the thread answers").expect("PostgreSQL's programs are there")
}

/// A program as a user that is not root, and that ends with us.
fn as_user(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=QUIT");
    if fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
        command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"]);
        command.env("HOME", "/nonexistent");
    }
    command.arg(program).current_dir("/");
    command
}

/// A cluster as `initdb` makes it; made once, and copied for each server.
fn template() -> io::Result<PathBuf> {
    let temp = std::env::temp_dir();
    let me = fs::metadata("/proc/self").map(|me| std::os::unix::fs::MetadataExt::uid(&me))?;
    let made = temp.join(format!("{FOLDER}template-{me}"));
    let lock = File::create(made.with_extension("lock"))?;
    lock.lock()?;
    sweep(&temp);
    if made.join("PG_VERSION").is_file() {
        return Ok(made);
    }
    let part = made.with_extension("part");
    let _ = fs::remove_dir_all(&part);
    let mut initdb = as_user(&format!("{PROGRAMS}/initdb"));
    initdb.arg("-D").arg(&part).args(["--no-sync", "-A", "trust", "-U", "meanwhile", "-E", "UTF8", "--locale=C"]);
    let made_it = initdb.stdout(Stdio::null()).status()?;
    if !made_it.success() {
        return Err(io::Error::other(format!("initdb ended with {made_it}")));
    }
    fs::rename(&part, &made)?;
    Ok(made)
}

/// Takes away the folders of processes that are gone.
fn sweep(temp: &Path) {
    for entry in fs::read_dir(temp).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(FOLDER)?.split_once('-'));
        if let Some(process) = process.and_then(|(process, _)| process.parse::<u32>().ok())
            && !Path::new("/proc").join(process.to_string()).exists()
        {
            let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
        }
    }
}
