//! Runs another program on a file that nobody vouches for. It sees the system's programs read-only, its standard input and
//! output, and nothing else: no network, no other process, no file of ours, no environment; and it has bounds of time,
//! memory and output. Where the system can't give all of that, nothing is run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds until it is ended.
    pub seconds: u32,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes of output that are taken; with the next one it is ended.
    pub output: usize,
}

/// What a program said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its standard output.
    pub bytes: Vec<u8>,
    /// There was more of it than may be.
    pub cut: bool,
}

/// Why there is no output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Nothing can be run safely, or the program is not there. Says what to do.
    #[error("{0}")]
    NotHere(String),
    /// It ran, and could do nothing with the file.
    #[error("it ended with {0}")]
    Failed(String),
    /// It took too long.
    #[error("it took longer than {0} seconds")]
    TooLong(u32),
}

/// Where programs are looked for: those of the system, which no variable moves.
const PROGRAMS: &str = "/usr/bin";
/// How much longer than the program is waited for its end.
const GRACE: Duration = Duration::from_secs(5);

/// Runs programs in a sandbox (bubblewrap). Whether this system lets them be shut in is tried when it is first asked.
#[derive(Clone, Debug, Default)]
pub struct Runner {
    cannot: Arc<OnceLock<Option<String>>>,
}

impl Runner {
    /// Why nothing can be run, and what to do; `None`: all is well.
    pub fn cannot(&self) -> Option<&str> {
        self.cannot.get_or_init(tried).as_deref()
    }

    /// Runs a program of the system, with that file as its standard input, to its end.
    ///
    /// # Errors
    /// `NotHere` if it can't be run here (any more); `Failed` if it is the file's fault; `TooLong` may be either's.
    pub fn run(&self, program: &str, args: &[&str], input: File, limits: Limits) -> Result<Output, RunError> {
        if let Some(why) = self.cannot() {
            return Err(RunError::NotHere(why.to_string()));
        }
        if !path(program).exists() {
            return Err(RunError::NotHere(format!("{} is missing; install it", path(program).display())));
        }
        let said = started(program, args, input, limits);
        // What the file did, and what became of the machine since it was tried, look alike from here.
        match &said {
            Err(RunError::Failed(_)) => tried().map_or(said, |why| Err(RunError::NotHere(why))),
            _ => said,
        }
    }
}

/// Runs the least of programs.
fn tried() -> Option<String> {
    if let Some(name) = ["bwrap", "setpriv", "prlimit", "timeout"].iter().find(|name| !path(name).exists()) {
        return Some(format!("{PROGRAMS}/{name} is missing; install bubblewrap, util-linux and coreutils"));
    }
    let limits = Limits { seconds: 5, memory: 256 << 20, output: 1 };
    let nothing = File::open("/dev/null").map_err(|error| RunError::Failed(error.to_string()));
    let error = nothing.and_then(|nothing| started("true", &[], nothing, limits)).err()?;
    Some(format!("bubblewrap can't shut programs in here ({error}); the kernel must allow this user namespaces"))
}

fn started(program: &str, args: &[&str], input: File, limits: Limits) -> Result<Output, RunError> {
    let mut command = shut_in(program, args, limits);
    let child = command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    ended(child.map_err(|error| RunError::NotHere(format!("{PROGRAMS}/bwrap can't be started: {error}")))?, limits)
}

fn path(program: &str) -> PathBuf {
    Path::new(PROGRAMS).join(program)
}

/// The whole line: a root of its own with the system's programs in it, nothing to write to, namespaces of its own, nobody's
/// user; in it an end after some seconds, bounds, and then the program.
fn shut_in(program: &str, args: &[&str], limits: Limits) -> Command {
    // A server that may listen at port 443 without being root has a right which bubblewrap refuses to be started with.
    let mut command = Command::new(path("setpriv"));
    command.env_clear();
    command.args(["--ambient-caps=-all", "--inh-caps=-all", "--"]).arg(path("bwrap"));
    command.args(["--unshare-user", "--unshare-all", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534"]);
    command.args(["--die-with-parent", "--new-session", "--clearenv", "--ro-bind", "/usr", "/usr"]);
    for folder in ["bin", "lib", "lib32", "lib64"] {
        // Where the system keeps them below /usr; a system that does not is not supported.
        if Path::new("/").join(folder).exists() {
            command.args(["--symlink", &format!("usr/{folder}"), &format!("/{folder}")]);
        }
    }
    for shared in ["/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives"] {
        command.args(["--ro-bind-try", shared, shared]);
    }
    command.args(["--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--"]);
    command.arg(path("timeout")).args(["--signal=KILL", &limits.seconds.to_string()]);
    command.arg(path("prlimit"));
    command.args([format!("--as={}", limits.memory), format!("--cpu={}", limits.seconds)]);
    command.args(["--fsize=0", "--core=0", "--nofile=64", "--"]);
    command.arg(path(program)).args(args);
    command
}

/// Reads what it says, and ends it if it says too much or takes too long.
fn ended(mut child: Child, limits: Limits) -> Result<Output, RunError> {
    let broken = |error: std::io::Error| RunError::Failed(error.to_string());
    let Some(said) = child.stdout.take() else { return Err(RunError::Failed("no output".into())) };
    let (tell, told) = sync_channel(1);
    let most = limits.output as u64 + 1;
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = said.take(most).read_to_end(&mut bytes);
        // Whoever waits has ended it otherwise.
        let _ = tell.send(read.map(|_| bytes));
    });
    let patience = Duration::from_secs(u64::from(limits.seconds)) + GRACE;
    let read = told.recv_timeout(patience);
    let cut = matches!(&read, Ok(Ok(bytes)) if bytes.len() > limits.output);
    if cut || read.is_err() {
        // Its namespace ends with it, and whatever it started.
        child.kill().map_err(broken)?;
    }
    let status = child.wait().map_err(broken)?;
    // It has ended with the pipe.
    let _ = reading.join();
    let mut bytes = match read {
        Ok(read) => read.map_err(broken)?,
        Err(RecvTimeoutError::Timeout) => return Err(RunError::TooLong(limits.seconds)),
        Err(RecvTimeoutError::Disconnected) => return Err(RunError::Failed("no output".into())),
    };
    match status.code() {
        _ if cut => {
            bytes.truncate(limits.output);
            Ok(Output { bytes, cut })
        }
        Some(0) => Ok(Output { bytes, cut }),
        // So `timeout` says that it had to.
        Some(137) => Err(RunError::TooLong(limits.seconds)),
        _ => Err(RunError::Failed(status.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    const LIMITS: Limits = Limits { seconds: 20, memory: 512 << 20, output: 1 << 20 };

    fn run(limits: Limits, script: &str) -> Result<String, RunError> {
        let runner = Runner::default();
        assert_eq!(runner.cannot(), None);
        let nothing = File::open("/dev/null").unwrap();
        let out = runner.run("bash", &["-c", script], nothing, limits)?;
        Ok(format!("{}{}", String::from_utf8_lossy(&out.bytes), if out.cut { "…" } else { "" }))
    }

    #[test]
    fn a_program_reads_the_file_and_its_output_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("in"), "what it is about").unwrap();
        let input = File::open(folder.path().join("in")).unwrap();
        let out = Runner::default().run("wc", &["-c"], input, LIMITS).unwrap();
        assert_eq!(out, Output { bytes: b"16\n".to_vec(), cut: false });
    }

    #[test]
    fn a_server_that_may_listen_at_port_443_runs_programs_too() {
        let command = shut_in("echo", &["heard"], LIMITS);
        let mut server = Command::new(path("setpriv"));
        // Only root can give the right away; whoever else runs this may not have it either.
        if rustix::process::geteuid().is_root() {
            let right = "+net_bind_service";
            server.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
            server.args([format!("--inh-caps={right}"), format!("--ambient-caps={right}")]);
        }
        let said = server.arg("--").arg(command.get_program()).args(command.get_args()).output().unwrap();
        assert_eq!((String::from_utf8_lossy(&said.stderr), &said.stdout[..]), ("".into(), &b"heard\n"[..]));
    }

    #[test]
    fn it_reaches_no_network_where_without_the_sandbox_it_would() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let script = format!("exec 3<>/dev/tcp/127.0.0.1/{} && echo reached", listener.local_addr().unwrap().port());
        let control = Command::new("/usr/bin/bash").args(["-c", &script]).output().unwrap();
        assert_eq!(control.stdout, b"reached\n");
        assert!(matches!(run(LIMITS, &script), Err(RunError::Failed(_))));
    }

    #[test]
    fn it_writes_nothing_and_sees_no_file_of_ours() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("secret");
        std::fs::write(&ours, "secret").unwrap();
        let script = format!(
            "for f in /x /tmp/x /dev/x /usr/x /usr/bin/x {0}; do (echo x >$f) 2>/dev/null && echo wrote $f; done; \
             for f in {0} /etc/passwd /proc/1/environ /root /home; do test -e $f && echo saw $f; done; echo done",
            ours.display()
        );
        assert_eq!(run(LIMITS, &script).as_deref(), Ok("done\n"));
        assert_eq!(std::fs::read_to_string(&ours).unwrap(), "secret");
    }

    #[test]
    fn it_has_no_environment_and_is_nobody() {
        let nothing = || File::open("/dev/null").unwrap();
        // Where it is, which is nowhere, is all that it is told.
        assert_eq!(Runner::default().run("env", &[], nothing(), LIMITS).unwrap().bytes, b"PWD=/\n");
        assert_eq!(run(LIMITS, "echo $EUID").as_deref(), Ok("65534\n"));
    }

    #[test]
    fn what_hangs_is_ended() {
        let limits = Limits { seconds: 1, ..LIMITS };
        assert_eq!(run(limits, "read -t 1000 <>/dev/full; sleep 1000"), Err(RunError::TooLong(1)));
        assert_eq!(run(limits, "exec >&- 2>&-; sleep 1000"), Err(RunError::TooLong(1)));
        assert_eq!(run(limits, "(trap '' TERM HUP INT; sleep 1000) & wait"), Err(RunError::TooLong(1)));
        assert!(run(limits, "while :; do :; done").is_err());
    }

    #[test]
    fn what_never_ends_its_output_is_cut() {
        let limits = Limits { output: 10, ..LIMITS };
        assert_eq!(run(limits, "while :; do echo abcd; done").as_deref(), Ok("abcd\nabcd\n…"));
        assert_eq!(run(limits, "printf 1234567890").as_deref(), Ok("1234567890"));
    }

    #[test]
    fn what_takes_all_memory_gets_none() {
        assert!(matches!(run(LIMITS, "exec tail /dev/zero"), Err(RunError::Failed(_))));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let nothing = File::open("/dev/null").unwrap();
        let missing = Runner::default().run("no-such-program", &[], nothing, LIMITS);
        assert_eq!(missing, Err(RunError::NotHere("/usr/bin/no-such-program is missing; install it".into())));
        let cannot = Runner { cannot: Arc::new(OnceLock::from(Some("why".to_string()))) };
        let refused = cannot.run("true", &[], File::open("/dev/null").unwrap(), LIMITS);
        assert_eq!(refused, Err(RunError::NotHere("why".into())));
    }
}
