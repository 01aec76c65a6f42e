//! A server that has nothing to do: how soon it is ready, how much memory it has, and what a waiting stream costs.

use anyhow::{Context, ensure};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;

use crate::Run;
use crate::client::{Client, request};
use crate::machine::private_dirty;
use crate::server::{Person, Server};
use crate::table::{Table, Target, median, short};

const SPACES: usize = 1000;
/// Streams that one person may have.
const OF_ONE: usize = 1000;

/// Figure d.
pub(crate) async fn start(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let folder = run.folder.join("start");
    let (server, _) = Server::start(run.program, &folder)?;
    let people = server.people(1)?;
    let mut client = Client::new(server.addr, &people[0].token)?;
    let names = (0..SPACES).map(|i| json!({ "name": format!("Space {i}") }));
    let spaces = client.create("Space/set", &people[0].id, names)?;
    for space in &spaces {
        client.create("Item/set", space, std::iter::once(json!({ "kind": "topic", "title": "First" })))?;
    }
    server.stop()?;
    let mut took = Vec::new();
    for _ in 0..if run.quick { 3 } else { 9 } {
        let (server, ready) = Server::start(run.program, &folder)?;
        took.push(ready.as_secs_f64());
        server.stop()?;
    }
    let most = took.iter().copied().fold(0.0, f64::max);
    let beside = format!("the slowest of {} was {} s", took.len(), short(most));
    table.add("spawn to ready, 1,000 Spaces", median(took), "s", Target::AtMost(0.2), beside);
    let (server, _) = Server::start(run.program, &folder)?;
    let wait = if run.quick { 5 } else { 60 };
    tokio::time::sleep(Duration::from_secs(wait)).await;
    let mib = private_dirty(server.process())? / 1024.0 / 1024.0;
    let mut client = Client::new(server.addr, &people[0].token)?;
    let there =
        client.call("Membership/query", json!({ "accountId": people[0].id, "calculateTotal": true, "limit": 1 }))?;
    ensure!(there["total"] == SPACES, "there are {} Spaces", there["total"]);
    let beside = format!("Private_Dirty {wait} s after the start");
    table.add("memory, 1,000 Spaces, nobody there", mib, "MiB", Target::AtMost(40.0), beside);
    server.stop()
}

/// Figure e.
pub(crate) async fn streams(run: &Run<'_>, table: &mut Table) -> anyhow::Result<()> {
    let count = if run.quick { 2_000 } else { 10_000 };
    let folder = run.folder.join("streams");
    let (server, _) = Server::start(run.program, &folder)?;
    let people = server.people(count / OF_ONE)?;
    let mut client = Client::new(server.addr, &people[0].token)?;
    let space = client.create("Space/set", &people[0].id, std::iter::once(json!({ "name": "All" })))?.remove(0);
    client.create("Member/set", &space, people[1..].iter().map(|one| json!({ "personId": one.id })))?;
    let topic = client.create("Item/set", &space, std::iter::once(json!({ "kind": "topic", "title": "News" })))?;
    let before = private_dirty(server.process())?;
    let mut listening = open(&server, &people).await?;
    ensure!(listening.len() == count, "{} of {count} streams are open", listening.len());
    let kib = (private_dirty(server.process())? - before) / 1024.0 / count as f64;
    table.add(
        "memory of an idle event stream",
        kib,
        "KiB",
        Target::AtMost(25.0),
        format!("{count} streams, before any event"),
    );
    let (mut middles, mut lasts) = (Vec::new(), Vec::new());
    for round in 0..if run.quick { 3 } else { 7 } {
        let post = json!({ "kind": "post", "parentId": topic[0], "text": format!("News {round}") });
        let body = request(json!([["Item/set", { "accountId": space, "create": { "k": post } }, "0"]]));
        let told = listening.into_iter().map(|stream| tokio::spawn(hear(stream)));
        let told: Vec<_> = told.collect();
        // Every listener is in its read before the change is made.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let start = Instant::now();
        let (got, back) = tokio::task::spawn_blocking(move || {
            let got =
                client.api(body.as_bytes()).map(|text| String::from_utf8_lossy(text).contains("\"created\":{\"k\":{"));
            (got, client)
        })
        .await?;
        client = back;
        ensure!(got?, "the change was refused");
        let mut took = Vec::with_capacity(count);
        listening = Vec::with_capacity(count);
        for one in told {
            let (stream, at) = one.await??;
            took.push(at.duration_since(start).as_secs_f64() * 1e3);
            listening.push(stream);
        }
        ensure!(took.len() == count, "{} of {count} heard of it", took.len());
        took.sort_by(f64::total_cmp);
        middles.push(took[count / 2]);
        lasts.push(took[count - 1]);
    }
    let kib = (private_dirty(server.process())? - before) / 1024.0 / count as f64;
    table.add("the same after some events", kib, "KiB", Target::AtMost(25.0), format!("{count} streams"));
    let beside = format!(
        "from sending the change; half of them after {} ms; the listeners share the cores",
        short(median(middles))
    );
    let what = format!("one change to {count} streams: the last");
    table.add(&what, median(lasts), "ms", Target::AtMost(150.0), beside);
    drop(listening);
    server.stop()
}

/// Opens as many streams as each person may have, from several addresses of this machine.
async fn open(server: &Server, people: &[Person]) -> anyhow::Result<Vec<TcpStream>> {
    let at_once = Arc::new(Semaphore::new(64));
    let mut opening = Vec::new();
    for (i, person) in people.iter().enumerate() {
        for _ in 0..OF_ONE {
            let (addr, token, at_once) = (server.addr, person.token.clone(), at_once.clone());
            opening.push(tokio::spawn(async move {
                let _turn = at_once.acquire_owned().await?;
                listen(addr, [127, 0, 0, 2 + (i % 4) as u8], &token).await
            }));
        }
    }
    let mut out = Vec::with_capacity(opening.len());
    for one in opening {
        out.push(one.await??);
    }
    Ok(out)
}

async fn listen(addr: SocketAddr, from: [u8; 4], token: &str) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((from, 0)))?;
    let mut stream = socket.connect(addr).await?;
    let head = format!("GET /jmap/events?types=* HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut buffer = [0; 2048];
    let got = stream.read(&mut buffer).await?;
    let answer = String::from_utf8_lossy(&buffer[..got]);
    ensure!(answer.starts_with("HTTP/1.1 200"), "the stream was refused: {answer}");
    Ok(stream)
}

/// Waits for an event; when it came.
async fn hear(mut stream: TcpStream) -> anyhow::Result<(TcpStream, Instant)> {
    let mut buffer = [0; 2048];
    let got = tokio::time::timeout(Duration::from_secs(30), stream.read(&mut buffer)).await;
    let got = got.context("a stream heard nothing")??;
    let at = Instant::now();
    ensure!(String::from_utf8_lossy(&buffer[..got]).contains("event: state"), "a stream heard something else");
    Ok((stream, at))
}
