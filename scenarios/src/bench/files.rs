//! Files: a range of a large one beside nginx, and an upload beside dd, each with the same client.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Run;
use crate::client::Client;
use crate::server::Server;
use crate::table::{Table, Target, median, short};

const MB: u64 = 1_000_000;

/// Figure f.
pub(crate) fn run(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let (rounds, file, upload) = if run.quick { (1, 99 * MB, 128 << 20) } else { (5, 499 * MB, 512 << 20) };
    let folder = run.folder.join("files");
    let (server, _) = Server::start(run.program, &folder)?;
    let person = server.people(1)?.remove(0);
    let mut client = Client::new(server.addr, &person.token)?;
    let space = client.create("Space/set", &person.id, std::iter::once(json!({ "name": "Files" })))?.remove(0);
    let (mut ours, mut dds) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        dds.push(dd(run.folder, upload)?);
        ours.push(put(&mut client, &space, upload, round)?.0);
    }
    let (mine, dd) = (median(ours), median(dds));
    let beside = format!("{} against {} MB/s, {} MiB", short(mine), short(dd), upload >> 20);
    table.add("upload: of dd conv=fdatasync", mine / dd, "", Target::AtLeast(0.8), beside);
    let (_, blob) = put(&mut client, &space, file, 99)?;
    let www = run.folder.join("www");
    std::fs::create_dir_all(&www)?;
    fill(&www.join("file"), file)?;
    let nginx = Nginx::start(&www)?;
    let path = format!("GET /jmap/download/{space}/{blob}/file");
    let mut pairs = Vec::new();
    for round in 0..=rounds {
        let mine = get(server.addr, &person.token, &path, file)?;
        let beside = get(nginx.addr, "none", "GET /file", file)?;
        // The first round warms both.
        if round > 0 {
            pairs.push((mine, beside));
        }
    }
    let mine = median(pairs.iter().map(|pair| pair.0).collect());
    let other = median(pairs.iter().map(|pair| pair.1).collect());
    let beside = format!("{} against {} MB/s, {} MB", short(mine), short(other), file / MB);
    table.add("range download: of nginx", mine / other, "", Target::AtLeast(0.35), beside);
    drop(nginx);
    server.stop()
}

/// Megabytes per second of dd, which syncs at the end.
fn dd(folder: &Path, bytes: u64) -> anyhow::Result<f64> {
    let to = folder.join("dd");
    let start = Instant::now();
    let done = Command::new("dd")
        .args(["if=/dev/zero", "bs=1M", "conv=fdatasync", &format!("count={}", bytes >> 20)])
        .arg(format!("of={}", to.display()))
        .stderr(Stdio::null())
        .status()?;
    let rate = bytes as f64 / MB as f64 / start.elapsed().as_secs_f64();
    ensure!(done.success() && std::fs::metadata(&to)?.len() == bytes, "dd did not write it");
    std::fs::remove_file(to)?;
    Ok(rate)
}

/// Uploads something that nobody has uploaded yet: megabytes per second, and the id.
fn put(client: &mut Client, account: &str, bytes: u64, mark: u8) -> anyhow::Result<(f64, String)> {
    let mut piece = vec![mark; 1 << 20];
    let start = Instant::now();
    client.send(&format!("POST /jmap/upload/{account}"), &format!("Content-Length: {bytes}\r\n"), b"")?;
    let mut left = bytes;
    while left > 0 {
        piece[..8].copy_from_slice(&left.to_be_bytes());
        let now = left.min(piece.len() as u64);
        client.stream().write_all(&piece[..now as usize])?;
        left -= now;
    }
    let (status, text) = client.answer()?;
    let rate = bytes as f64 / MB as f64 / start.elapsed().as_secs_f64();
    let answer: Value = serde_json::from_slice(text)?;
    ensure!(status == 201 && answer["size"] == bytes, "the upload was answered {status}: {answer}");
    Ok((rate, answer["blobId"].as_str().context("no blobId")?.to_string()))
}

/// Megabytes per second of a range that is nearly all of a file.
fn get(addr: SocketAddr, token: &str, first: &str, size: u64) -> anyhow::Result<f64> {
    let mut client = Client::new(addr, token)?;
    let mut piece = vec![0; 1 << 20];
    let start = Instant::now();
    client.send(first, "Range: bytes=1000-\r\n", b"")?;
    let (status, length) = client.head()?;
    ensure!(status == 206 && length == size - 1000, "{first} was answered {status}, {length} bytes");
    ensure!(client.skip(length, &mut piece)? == length, "more came than was asked for");
    Ok(length as f64 / MB as f64 / start.elapsed().as_secs_f64())
}

fn fill(path: &Path, bytes: u64) -> anyhow::Result<()> {
    let mut file = std::fs::File::create(path)?;
    std::io::copy(&mut std::io::Read::take(std::io::repeat(7), bytes), &mut file)?;
    Ok(file.sync_all()?)
}

/// nginx on a folder, as it comes, with sendfile.
struct Nginx {
    child: Child,
    addr: SocketAddr,
}

impl Nginx {
    fn start(www: &Path) -> anyhow::Result<Nginx> {
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].map(PathBuf::from);
        let program = program.into_iter().find(|path| path.exists()).context("nginx is not installed")?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let here = www.display();
        let conf = format!(
            "daemon off; master_process off; pid {here}/pid; error_log {here}/error.log;
             events {{ worker_connections 64; }}
             http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {here}/b; proxy_temp_path {here}/p;
                     fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
                     server {{ listen 127.0.0.1:{port}; root {here}; }} }}"
        );
        let path = www.join("nginx.conf");
        std::fs::write(&path, conf)?;
        let child = Command::new(program).arg("-c").arg(&path).stderr(Stdio::null()).spawn()?;
        let nginx = Nginx { child, addr: SocketAddr::from(([127, 0, 0, 1], port)) };
        let start = Instant::now();
        while std::net::TcpStream::connect(nginx.addr).is_err() {
            ensure!(start.elapsed().as_secs() < 10, "nginx does not listen");
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It holds nothing that matters.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
