//! A small HTTP/1.1 client that waits in its thread: it should cost little, since it shares the cores with the server.

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// One connection that is kept, as one person.
pub(crate) struct Client {
    stream: TcpStream,
    lines: String,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects; every request shows this token.
    pub(crate) fn new(addr: SocketAddr, token: &str) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        let lines = format!("Host: {addr}\r\nAuthorization: Bearer {token}\r\n");
        Ok(Client { stream, lines, buffer: Vec::new() })
    }

    /// Sends the lines of a request.
    pub(crate) fn send(&mut self, first: &str, more: &str, body: &[u8]) -> anyhow::Result<()> {
        let mut out = format!("{first} HTTP/1.1\r\n{}{more}\r\n", self.lines).into_bytes();
        out.extend_from_slice(body);
        Ok(self.stream.write_all(&out)?)
    }

    /// The connection itself, for bodies that are not kept in memory.
    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Status and length of an answer's body; what was read of it stays in the buffer.
    pub(crate) fn head(&mut self) -> anyhow::Result<(u16, u64)> {
        self.buffer.clear();
        let mut piece = [0; 16 * 1024];
        let end = loop {
            let got = self.stream.read(&mut piece)?;
            ensure!(got > 0, "the connection ended");
            self.buffer.extend_from_slice(&piece[..got]);
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        self.buffer.drain(..end);
        Ok((status, length.unwrap_or(0)))
    }

    /// Status and body of an answer.
    pub(crate) fn answer(&mut self) -> anyhow::Result<(u16, &[u8])> {
        let (status, length) = self.head()?;
        let (have, length) = (self.buffer.len(), length as usize);
        self.buffer.resize(length, 0);
        if have < length {
            self.stream.read_exact(&mut self.buffer[have..])?;
        }
        Ok((status, &self.buffer))
    }

    /// Reads a body and throws it away; its length comes back.
    pub(crate) fn skip(&mut self, length: u64, piece: &mut [u8]) -> anyhow::Result<u64> {
        let mut have = self.buffer.len() as u64;
        while have < length {
            let got = self.stream.read(piece)?;
            ensure!(got > 0, "the connection ended after {have} of {length} bytes");
            have += got as u64;
        }
        Ok(have)
    }

    /// Sends a body to the API; the answer's text.
    pub(crate) fn api(&mut self, body: &[u8]) -> anyhow::Result<&[u8]> {
        let more = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        self.send("POST /jmap/api", &more, body)?;
        let (status, text) = self.answer()?;
        if status != 200 {
            bail!("the API answered {status}: {}", String::from_utf8_lossy(text));
        }
        Ok(text)
    }

    /// One call; the arguments of its answer.
    pub(crate) fn call(&mut self, method: &str, args: Value) -> anyhow::Result<Value> {
        let mut answer: Value = serde_json::from_slice(self.api(request(json!([[method, args, "0"]])).as_bytes())?)?;
        let answer = answer["methodResponses"][0].take();
        ensure!(answer[0] == method, "{method} was answered by {answer}");
        let refused = &answer[1]["notCreated"];
        ensure!(refused.is_null(), "{method} refused {refused}");
        Ok(answer[1].clone())
    }

    /// Creates records; their ids, by creation id.
    pub(crate) fn create(
        &mut self,
        method: &str,
        account: &str,
        all: impl Iterator<Item = Value>,
    ) -> anyhow::Result<Vec<String>> {
        let create: serde_json::Map<String, Value> =
            all.enumerate().map(|(i, args)| (format!("k{i:04}"), args)).collect();
        let count = create.len();
        let answer = self.call(method, json!({ "accountId": account, "create": create }))?;
        let created = answer["created"].as_object().context("nothing was created")?;
        ensure!(created.len() == count, "{} of {count} were created", created.len());
        created.values().map(|one| Ok(one["id"].as_str().context("an id")?.to_string())).collect()
    }
}

/// The body of a request with these calls.
pub(crate) fn request(calls: Value) -> String {
    let using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    json!({ "using": using, "methodCalls": calls }).to_string()
}
