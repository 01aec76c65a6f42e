//! A disk that a test can fill: a small one of its own in a mount namespace, or a limit on the size of files.

use scenarios::process::{Machine, Process};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Where a server works, and how it runs out of space.
pub(crate) struct Disk {
    machine: Machine,
    /// None: the ordinary disk, on which files may not become larger than a limit.
    own: Option<Own>,
}

/// A file system in memory, seen by those alone who enter its namespace. It goes with the process that holds it.
struct Own {
    holder: Child,
    at: PathBuf,
}

impl Disk {
    /// A disk of some MiB of its own. None where this user may make no namespaces.
    pub(crate) async fn own(at: &Path, mebibytes: u32) -> Option<Disk> {
        let user: &[&str] = if is_root() { &[] } else { &["--user", "--map-root-user"] };
        let mount = format!(r#"mount -t tmpfs -o size={mebibytes}m,mode=700 tmpfs "$1" && echo mounted && exec cat"#);
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private"]).args(user).args(["sh", "-c", &mount, "sh"]).arg(at);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut holder = command.spawn().ok()?;
        let mut said = BufReader::new(holder.stdout.take()?).lines();
        if said.next_line().await.ok()?.as_deref() != Some("mounted") {
            return None;
        }
        let target = holder.id()?.to_string();
        let enter: &[&str] = if is_root() { &[] } else { &["--user", "--preserve-credentials"] };
        let words = [&["nsenter", "--target", target.as_str(), "--mount"], enter, &["--"]].concat();
        Some(Disk { machine: Machine::behind(words), own: Some(Own { holder, at: at.into() }) })
    }

    /// The ordinary disk. Without a signal for what is too large, so that the program hears of it from the write.
    pub(crate) fn limited() -> Disk {
        Disk { machine: Machine::behind(["sh", "-c", r#"trap "" XFSZ; exec "$@""#, "sh"]), own: None }
    }

    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Leaves no room.
    pub(crate) async fn fill(&self, server: &Process) {
        let Some(ballast) = self.ballast() else { return limit(server, "65536").await };
        let mut ballast = std::fs::File::create(ballast).expect("the disk is there");
        for size in [1 << 20, 4096, 1] {
            let piece = vec![b'x'; size];
            while ballast.write_all(&piece).is_ok() {}
        }
    }

    /// Gives the room back.
    pub(crate) async fn free(&self, server: Option<&Process>) {
        match (self.ballast(), server) {
            (Some(ballast), _) => std::fs::remove_file(ballast).expect("it was filled"),
            (None, Some(server)) => limit(server, "unlimited").await,
            // The limit went with the process.
            (None, None) => {}
        }
    }

    /// Makes the whole disk read-only, or writable again. Nobody may work on it.
    pub(crate) async fn may_be_written(&self, may: bool) {
        let Own { holder, at } = self.own.as_ref().expect("only a disk of its own can be");
        let (target, how) =
            (holder.id().expect("it runs").to_string(), if may { "remount,bind,rw" } else { "remount,bind,ro" });
        let mut command = Command::new("nsenter");
        command.args(["--target", &target, "--mount"]);
        if !is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.args(["mount", "-o", how]).arg(at);
        assert!(command.status().await.expect("nsenter is there").success(), "{how}");
    }

    /// What takes the room on a disk of its own.
    fn ballast(&self) -> Option<PathBuf> {
        self.own.as_ref().map(|own| self.seen(&own.at.join("ballast")))
    }

    /// How the test itself reaches a file there.
    pub(crate) fn seen(&self, path: &Path) -> PathBuf {
        let Some(own) = &self.own else { return path.into() };
        let root = PathBuf::from(format!("/proc/{}/root", own.holder.id().expect("it runs")));
        root.join(path.strip_prefix("/").expect("an absolute path"))
    }
}

async fn limit(server: &Process, bytes: &str) {
    let (process, limit) = (server.id().to_string(), format!("--fsize={bytes}:unlimited"));
    let done = Command::new("prlimit").args(["--pid", &process, &limit]).status().await;
    assert!(done.expect("prlimit is there").success());
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
