//! Reads the body of a request with patience that ends: so many bytes, so long without a byte, so long in all.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

use crate::problem::Problem;

/// How long a client may take, and how long a stream is believed.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Without a byte in either direction.
    pub stall: Duration,
    /// For a whole body that is kept in memory.
    pub whole: Duration,
    /// For the answer, from the whole body on.
    pub answer: Duration,
    /// How long a stream may last after its person was let out.
    pub look: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            stall: Duration::from_secs(30),
            whole: Duration::from_secs(300),
            answer: Duration::from_secs(120),
            look: Duration::from_secs(20),
        }
    }
}

/// More than this of a body that is refused is not waited for, so that the sender hears the refusal.
const DRAINED: usize = 32 * 1024 * 1024;
const DRAINED_FOR: Duration = Duration::from_secs(5);

/// The next piece of a body; `None` at its end.
pub(crate) async fn next_piece(body: &mut Body, patience: Patience) -> Result<Option<Bytes>, Problem> {
    loop {
        let frame =
            timeout(patience.stall, body.frame()).await.map_err(|_| Problem::too_slow(patience.stall.as_secs()))?;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => {
                return Err(Problem::bad_request("the body ended before its end; send the request again"));
            }
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// A whole body of at most `most` bytes; `too_large` says which limit that is.
pub(crate) async fn read_all(
    mut body: Body,
    headers: &HeaderMap,
    most: usize,
    patience: Patience,
    too_large: impl Fn() -> Problem,
) -> Result<Bytes, Problem> {
    let announced = length(headers);
    if announced.is_some_and(|length| length > most as u64) {
        drain(&mut body, headers).await;
        return Err(too_large());
    }
    let until = Instant::now() + patience.whole;
    let mut whole = BytesMut::with_capacity(announced.unwrap_or(0).min(64 * 1024) as usize);
    loop {
        let piece = timeout_at(until, next_piece(&mut body, patience))
            .await
            .map_err(|_| Problem::too_slow(patience.whole.as_secs()))??;
        let Some(piece) = piece else { return Ok(whole.freeze()) };
        if whole.len() + piece.len() > most {
            drain(&mut body, headers).await;
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
    }
}

/// Takes in what is still on its way, within bounds: a connection that is closed on unread bytes loses the answer.
pub(crate) async fn drain(body: &mut Body, headers: &HeaderMap) {
    let waits_for_us = headers.contains_key(header::EXPECT);
    if waits_for_us || length(headers).is_some_and(|length| length > DRAINED as u64) {
        return;
    }
    let mut left = DRAINED;
    let drained = async {
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    // Whatever comes later is cut off with the connection.
    let _ = timeout(DRAINED_FOR, drained).await;
}

/// The refusal of a body over a limit of the capability.
pub(crate) fn too_large(limit: &'static str, most: u64) -> Problem {
    let detail = format!("the body is larger than {limit}, which is {most} bytes; send less at a time");
    Problem::limit(StatusCode::PAYLOAD_TOO_LARGE, limit, detail)
}

/// `Content-Length`.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The media type without parameters, in lower case; `None` where the header is missing or no text.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
}
