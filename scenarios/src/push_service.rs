//! The push service of a browser, for stories: takes what is pushed, reads it as the device would, and says who sent it. It
//! knows how to say that a device is gone. The keys of the device are its own; what it does to read is written apart from
//! what the server does to seal.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac;
use aws_lc_rs::signature;
use data_encoding::BASE64URL_NOPAD;
use engine::{Clock, TestClock};
use jmap::UtcDate;
use meanwhile::OutboundOptions;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Something that was shown on the device.
#[derive(Clone, Debug)]
pub struct Shown {
    /// When, by the clock of the story.
    pub at: UtcDate,
    /// What the worker of the app is given.
    pub said: Value,
    /// The lines above it, by name.
    pub headers: HashMap<String, String>,
}

/// A push service, and a device that it knows.
pub struct PushService {
    port: u16,
    private: Arc<PrivateKey>,
    auth: [u8; 16],
    ca: PathBuf,
    shown: Arc<Mutex<Vec<Shown>>>,
    /// Answers that it gives before it takes anything.
    answers: Arc<Mutex<Vec<u16>>>,
}

impl PushService {
    /// Opens one on this machine, with an authority that it writes to that folder.
    pub async fn open(clock: &Arc<TestClock>, folder: &Path) -> PushService {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
        let ca = folder.join("push.pem");
        std::fs::write(&ca, made.cert.pem()).expect("writes");
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("fits");
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let service = PushService {
            port: listener.local_addr().expect("bound").port(),
            private: Arc::new(PrivateKey::generate(&ECDH_P256).expect("a key")),
            auth: [3; 16],
            ca,
            shown: Arc::default(),
            answers: Arc::default(),
        };
        let (shown, answers, clock) = (service.shown.clone(), service.answers.clone(), clock.clone());
        let device = Device { private: service.private.clone(), auth: service.auth };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Who does not trust it goes.
                let Ok(stream) = tls.accept(stream).await else { continue };
                let mut stream = BufReader::new(stream);
                let Some((headers, body)) = request(&mut stream).await else { continue };
                let status = answers.lock().pop().unwrap_or(201);
                if status < 300 {
                    let said = device.reads(&body);
                    shown.lock().push(Shown { at: clock.now(), said, headers });
                }
                let answer = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                // It may have gone.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        service
    }

    /// What a browser gives a page that subscribes.
    pub fn subscription(&self, device: &str) -> Value {
        let public = self.private.compute_public_key().expect("a public key");
        json!({
            "deviceClientId": device,
            "url": format!("https://localhost:{}/push/{device}", self.port),
            "keys": { "p256dh": BASE64URL_NOPAD.encode(public.as_ref()), "auth": BASE64URL_NOPAD.encode(&self.auth) },
        })
    }

    /// With this the server reaches it, though it is on this machine.
    pub fn outbound(&self) -> OutboundOptions {
        OutboundOptions {
            allow: ["127.0.0.1", "::1"].map(|net| net.parse().expect("a net")).into(),
            ca: Some(self.ca.clone()),
        }
    }

    /// All that was shown.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.lock().clone()
    }

    /// At which hour what was shown, in UTC.
    pub fn timeline(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or("?").to_string();
        let line = |shown: &Shown| {
            format!("{} {} | {}", &shown.at.to_string()[5..16], text(&shown.said["title"]), text(&shown.said["body"]))
        };
        self.shown().iter().map(line).collect()
    }

    /// The next one is answered so.
    pub fn answers(&self, status: u16) {
        self.answers.lock().insert(0, status);
    }
}

impl Shown {
    /// For whom who sends says so, and until when; checked against the key that it names.
    pub fn signed(&self) -> Value {
        let line = self.headers["authorization"].strip_prefix("vapid t=").expect("vapid");
        let (token, key) = line.split_once(", k=").expect("a key");
        let (text, mac) = token.rsplit_once('.').expect("three parts");
        let read = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url");
        let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, read(key));
        key.verify(text.as_bytes(), &read(mac)).expect("signed by it");
        serde_json::from_slice(&read(text.split_once('.').expect("two parts").1)).expect("claims")
    }
}

async fn request<S: tokio::io::AsyncRead + Unpin>(
    stream: &mut BufReader<S>,
) -> Option<(HashMap<String, String>, Vec<u8>)> {
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_string());
        }
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some((headers, body))
}

struct Device {
    private: Arc<PrivateKey>,
    auth: [u8; 16],
}

impl Device {
    /// RFC 8291, from the other end.
    fn reads(&self, sealed: &[u8]) -> Value {
        let (salt, rest) = sealed.split_at(16);
        let (theirs, body) = rest[5..].split_at(usize::from(rest[4]));
        let mine = self.private.compute_public_key().expect("a public key");
        let secret = agree(&self.private, UnparsedPublicKey::new(&ECDH_P256, theirs), (), |secret| Ok(secret.to_vec()));
        let shared = extracted(&self.auth, &secret.expect("agreed"));
        let ikm = expanded(&shared, &[b"WebPush: info\0", mine.as_ref(), theirs].concat());
        let prk = extracted(salt, &ikm);
        let key = expanded(&prk, b"Content-Encoding: aes128gcm\0");
        let nonce = expanded(&prk, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).expect("a nonce");
        let mut body = body.to_vec();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut body).expect("it is for this device");
        let (last, text) = plain.split_last().expect("a mark");
        assert_eq!(*last, 2, "one record");
        serde_json::from_slice(text).expect("JSON")
    }
}

/// The first half of HKDF.
fn extracted(salt: &[u8], of: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), of).as_ref().to_vec()
}

/// The second half, of one block.
fn expanded(key: &[u8], info: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &[info, &[1]].concat()).as_ref().to_vec()
}
