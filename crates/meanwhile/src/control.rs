//! The socket by which commands reach the server that runs: one order as a line of JSON, for an import its messages in
//! frames behind it; lines of news come back, and one with the end.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::folder::{SOCKET, socket_path};
use crate::import::{Letter, Post, post};
use crate::orders::{self, News, Order, Tell, Workplace};

/// An order is not longer.
const MAX_ORDER: u64 = 1024 * 1024;
/// The longest text that says where a message lay.
const MAX_PLACE: usize = 16 * 1024;
/// How long a command waits for a server that is starting.
const STARTING: Duration = Duration::from_secs(5);

/// A line from the server.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    News(News),
    Done(Value),
    Failed(String),
}

/// Listens until it is stopped.
pub(crate) fn listen(at: Workplace, stop: CancellationToken, tasks: &TaskTracker) -> anyhow::Result<()> {
    let (path, folder) = socket_path(&at.data)?;
    // Whoever holds the lock owns the name; a socket that lies there is of a process that is gone.
    if let Err(error) = std::fs::remove_file(&path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error).with_context(|| format!("{} can't be replaced", path.display()));
    }
    let listener = UnixListener::bind(&path).with_context(|| format!("can't listen on {SOCKET}"))?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    let accepted = tasks.clone();
    tasks.spawn(async move {
        loop {
            let stream = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = stream else { continue };
            let (at, stop) = (at.clone(), stop.clone());
            accepted.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    served = serve(&at, stream) => if let Err(error) = served {
                        tracing::info!(%error, "a command left before its end");
                    }
                }
            });
        }
        // So that no command knocks in vain; where it stays, the next server replaces it.
        let _ = std::fs::remove_file(&path);
        drop(folder);
    });
    Ok(())
}

async fn serve(at: &Workplace, stream: UnixStream) -> anyhow::Result<()> {
    let me = rustix::process::geteuid().as_raw();
    let peer = stream.peer_cred()?.uid();
    if peer != me && peer != 0 {
        bail!("user {peer} may not order anything");
    }
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = String::new();
    (&mut read).take(MAX_ORDER).read_line(&mut line).await?;
    let (tell, mut told) = mpsc::unbounded_channel();
    let work = async {
        let order: Order =
            serde_json::from_str(&line).context("the order can't be read; is the program of another version?")?;
        let letters = matches!(order, Order::Import { .. }).then(|| {
            let (to, letters) = post();
            tokio::spawn(async move {
                // A sender that goes away in the middle has ended its import there.
                let _ = take_letters(read, to).await;
            });
            letters
        });
        let done = orders::run(at, order, letters, &tell).await;
        drop(tell);
        done
    };
    // When nobody is there to read them, the news end, and work that goes by them stops.
    let news = async move {
        while let Some(news) = told.recv().await {
            send(&mut write, &Line::News(news)).await?;
        }
        anyhow::Ok(write)
    };
    let (done, write) = tokio::join!(work, news);
    let last = match done {
        Ok(value) => Line::Done(value),
        Err(error) => Line::Failed(format!("{error:#}")),
    };
    send(&mut write?, &last).await
}

async fn send(to: &mut (impl AsyncWrite + Unpin), line: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    to.write_all(&text).await?;
    Ok(())
}

async fn take_letters(mut from: impl AsyncRead + Unpin, to: Post) -> anyhow::Result<()> {
    loop {
        let place = take_frame(&mut from, MAX_PLACE).await?;
        if place.is_empty() {
            return Ok(());
        }
        let raw = take_frame(&mut from, mail::DEFAULT_MAX_MESSAGE + 1024).await?;
        let place = String::from_utf8(place)?;
        if !to.send(place, raw).await {
            return Ok(());
        }
    }
}

async fn take_frame(from: &mut (impl AsyncRead + Unpin), most: usize) -> anyhow::Result<Vec<u8>> {
    let length = from.read_u32().await? as usize;
    if length > most {
        bail!("a frame of {length} bytes is larger than {most}");
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Has the server of a folder carry an order out. `letters` are sent behind it.
pub(crate) async fn order(
    data: &Path,
    order: &Order,
    letters: Option<mpsc::Receiver<Letter>>,
    tell: &Tell,
) -> anyhow::Result<Value> {
    let (stream, _folder) = connect(data).await?;
    let (read, mut write) = stream.into_split();
    send(&mut write, order).await?;
    let sending = async {
        let Some(mut letters) = letters else { return anyhow::Ok(()) };
        let mut write = BufWriter::new(write);
        while let Some(letter) = letters.recv().await {
            write.write_u32(letter.place.len() as u32).await?;
            write.write_all(letter.place.as_bytes()).await?;
            write.write_u32(letter.raw.len() as u32).await?;
            write.write_all(&letter.raw).await?;
        }
        write.write_u32(0).await?;
        write.flush().await?;
        Ok(())
    };
    let reading = async {
        let mut lines = BufReader::new(read).lines();
        // A server that is gone ends the lines, in order or not.
        while let Ok(Some(line)) = lines.next_line().await {
            match serde_json::from_str(&line).context("the server's answer can't be read; is it of another version?")? {
                Line::News(news) => {
                    // Nobody may be listening.
                    let _ = tell.send(news);
                }
                Line::Done(value) => return Ok(value),
                Line::Failed(why) => bail!("{why}"),
            }
        }
        bail!("the server stopped before it was done; start it, and give the order again")
    };
    tokio::pin!(sending, reading);
    let mut sent = false;
    loop {
        tokio::select! {
            done = &mut reading => return done,
            // If it fails, the server has stopped listening, and says why.
            _ = &mut sending, if !sent => sent = true,
        }
    }
}

async fn connect(data: &Path) -> anyhow::Result<(UnixStream, File)> {
    let (path, folder) = socket_path(data)?;
    let until = tokio::time::Instant::now() + STARTING;
    loop {
        match UnixStream::connect(&path).await {
            Ok(stream) => return Ok((stream, folder)),
            Err(_) if tokio::time::Instant::now() < until => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) => {
                let what = "another \"meanwhile\" works in this folder and does not listen: a server that is starting or \
                            stopping, or another command; try again when it is done";
                return Err(error).context(what);
            }
        }
    }
}
