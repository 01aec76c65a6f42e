//! A mail relay for stories: takes mail by SMTP, writes down at which hour of the story it came, and says no, goes away or
//! forgets to say yes when a story wants it to.

use engine::{Clock, TestClock};
use jmap::UtcDate;
use meanwhile::{RelayOptions, Secrecy};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What goes wrong with one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The relay says this of whom it is for.
    Says(&'static str),
    /// The relay has it, and goes before it says so.
    ForgetsToSayYes,
    /// The connection ends at once.
    Closes,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// When, by the clock of the story.
    pub at: UtcDate,
    /// For whom.
    pub to: String,
    /// All of it.
    pub raw: String,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    wrong: VecDeque<Wrong>,
    is_down: bool,
    secrets: Vec<String>,
}

/// The relay.
pub struct Sink {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    clock: Arc<TestClock>,
    ca: Option<PathBuf>,
}

impl Taken {
    /// A line before the text, in one piece.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or("").replace("\r\n ", " ").replace("\r\n\t", " ");
        let find = |line: &str| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        head.lines().find_map(find).unwrap_or_default()
    }

    /// The subject, decoded.
    pub fn subject(&self) -> String {
        self.read().subject
    }

    /// The plain text, decoded.
    pub fn text(&self) -> String {
        self.read().text
    }

    fn read(&self) -> mail::Message {
        mail::read_message(self.raw.as_bytes()).expect("a mail")
    }

    /// The first word in it that begins so.
    pub fn word(&self, begin: &str) -> String {
        // Soft breaks of quoted-printable.
        let whole = self.raw.replace("=\r\n", "").replace("=3D", "=");
        let found = whole.split(|c: char| c.is_whitespace() || "<>\"".contains(c)).find(|word| word.starts_with(begin));
        found.unwrap_or_else(|| panic!("{begin} is not in {whole}")).to_owned()
    }
}

impl Sink {
    /// Opens one on this machine, without secrecy.
    pub async fn open(clock: &Arc<TestClock>) -> Sink {
        Sink::listen(clock, None, None).await
    }

    /// Opens one that speaks TLS, from the first byte or when it is asked, with an authority that it writes to that folder.
    pub async fn open_secret(clock: &Arc<TestClock>, folder: &Path, secrecy: Secrecy) -> Sink {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
        let ca = folder.join("relay.pem");
        std::fs::write(&ca, made.cert.pem()).expect("writes");
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("fits");
        Sink::listen(clock, Some((TlsAcceptor::from(Arc::new(config)), secrecy)), Some(ca)).await
    }

    async fn listen(clock: &Arc<TestClock>, tls: Option<(TlsAcceptor, Secrecy)>, ca: Option<PathBuf>) -> Sink {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let sink =
            Sink { addr: listener.local_addr().expect("bound"), state: Arc::default(), clock: clock.clone(), ca };
        let (state, clock) = (sink.state.clone(), clock.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = Talk { state: state.clone(), clock: clock.clone() };
                tokio::spawn(talk.begin(stream, tls.clone()));
            }
        });
        sink
    }

    /// How it is reached.
    pub fn relay(&self) -> RelayOptions {
        RelayOptions {
            host: if self.ca.is_some() { "localhost".into() } else { "127.0.0.1".into() },
            port: self.addr.port(),
            secrecy: Secrecy::None,
            login: None,
            from: "Meanwhile <meanwhile@work.example>".into(),
            ca: self.ca.clone(),
        }
    }

    /// All that it took.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().taken.clone()
    }

    /// What names and passwords it was shown, decoded.
    pub fn secrets(&self) -> Vec<String> {
        self.state.lock().secrets.clone()
    }

    /// Who got mail at which hour, in UTC, and what it is called.
    pub fn timeline(&self) -> Vec<String> {
        let line = |mail: &Taken| format!("{} {}: {}", &mail.at.to_string()[5..16], mail.to, mail.subject());
        self.taken().iter().map(line).collect()
    }

    /// This goes wrong with the next mail.
    pub fn goes_wrong(&self, how: Wrong) {
        self.state.lock().wrong.push_back(how);
    }

    /// From now on nobody answers, or somebody does again.
    pub fn is_down(&self, down: bool) {
        self.state.lock().is_down = down;
    }

    /// The time of the story.
    pub fn now(&self) -> UtcDate {
        self.clock.now()
    }
}

struct Talk {
    state: Arc<Mutex<State>>,
    clock: Arc<TestClock>,
}

impl Talk {
    async fn begin(self, stream: TcpStream, tls: Option<(TlsAcceptor, Secrecy)>) {
        if self.state.lock().is_down {
            return;
        }
        match tls {
            Some((tls, Secrecy::Tls)) => {
                // Who does not trust it goes.
                if let Ok(stream) = tls.accept(stream).await {
                    let _ = self.talk(stream, false, true).await;
                }
            }
            Some((tls, _)) => {
                if let Ok(Some(stream)) = self.talk(stream, true, true).await
                    && let Ok(stream) = tls.accept(stream).await
                {
                    let _ = self.talk(stream, false, false).await;
                }
            }
            None => drop(self.talk(stream, false, true).await),
        }
    }

    /// Speaks until the end; gives the stream back where TLS begins.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        starts_tls: bool,
        greets: bool,
    ) -> std::io::Result<Option<S>> {
        let mut stream = BufReader::new(stream);
        if greets {
            stream.write_all(b"220 relay.example\r\n").await?;
        }
        let (mut to, mut wrong) = (Vec::new(), None);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let command = line.trim().to_string();
            let verb = command.to_ascii_uppercase();
            let answer = match verb.split(' ').next().unwrap_or("") {
                "EHLO" if starts_tls => "250-relay.example\r\n250 STARTTLS",
                "EHLO" => "250-relay.example\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "STARTTLS" => {
                    stream.write_all(b"220 go on\r\n").await?;
                    return Ok(Some(stream.into_inner()));
                }
                "AUTH" => {
                    self.state.lock().secrets.push(command.clone());
                    "235 welcome"
                }
                "MAIL" if starts_tls => "530 TLS first",
                "MAIL" => {
                    to.clear();
                    wrong = self.state.lock().wrong.pop_front();
                    if wrong == Some(Wrong::Closes) {
                        return Ok(None);
                    }
                    "250 ok"
                }
                "RCPT" => match wrong {
                    Some(Wrong::Says(what)) => what,
                    _ => {
                        let address = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                        to.push(address.map_or("?", |(address, _)| address).to_string());
                        "250 ok"
                    }
                },
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let raw = data(&mut stream).await?;
                    let mail = Taken { at: self.clock.now(), to: to.join(","), raw };
                    self.state.lock().taken.push(mail);
                    if wrong == Some(Wrong::ForgetsToSayYes) {
                        return Ok(None);
                    }
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

async fn data<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
