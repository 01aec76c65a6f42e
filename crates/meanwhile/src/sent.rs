//! A file of somebody's on its way out: whole, or the part that was asked for (RFC 9110 14), so that no browser runs it
//! as a page of ours. It knows nobody's rights: whoever calls has looked.

use axum::body::Body;
use axum::response::Response;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::atomic::Ordering::Relaxed;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::content::{OCTETS, disposition, names, served_type};
use crate::http::Ask;
use crate::problem::{Answer, Problem};
use crate::range::{Asked, asked};

/// Read at a time.
const CHUNK: usize = 64 * 1024;

/// What is sent, and as what.
pub(crate) struct Sent<'a> {
    pub(crate) blob: jmap::Id,
    pub(crate) file: File,
    pub(crate) size: u64,
    pub(crate) media_type: &'a str,
    pub(crate) name: &'a str,
    /// How long others may keep it.
    pub(crate) keep: &'static str,
}

/// The answer with the file, or with the part of it that was asked for.
pub(crate) async fn send(ask: Ask, sent: Sent<'_>) -> Answer {
    let Sent { blob, file, size, media_type, name, keep } = sent;
    let etag = format!("\"{blob}\"");
    let mut response = Response::new(Body::empty());
    describe(response.headers_mut(), &etag, served_type(media_type), name, keep);
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let headers = &ask.head.headers;
    if names(headers.get(header::IF_NONE_MATCH), &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    // RFC 9110 14.2: a range is for GET alone, and counts only if the client has the same content.
    let current = headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let range = headers.get(header::RANGE).filter(|_| current && ask.head.method == Method::GET);
    let range = range.and_then(|range| range.to_str().ok()).map_or(Asked::Whole, |range| asked(range, size));
    let (first, length) = match range {
        Asked::Whole => (0, size),
        Asked::Part(first, last) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(response.headers_mut(), header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}"));
            (first, last - first + 1)
        }
        Asked::Beyond => {
            let detail = format!("the file has {size} bytes; ask for a range within them");
            let beyond = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "The range is beyond the file's end", detail);
            let whole = HeaderValue::try_from(format!("bytes */{size}")).expect("digits are ASCII");
            return Err(beyond.with(header::CONTENT_RANGE, whole));
        }
    };
    set(response.headers_mut(), header::CONTENT_LENGTH, length.to_string());
    if ask.head.method == Method::HEAD {
        return Ok(response);
    }
    *response.body_mut() = content(ask, file, first, length).await?;
    Ok(response)
}

async fn content(ask: Ask, mut file: File, first: u64, length: u64) -> Result<Body, Problem> {
    let moved = tokio::task::spawn_blocking(move || file.seek(SeekFrom::Start(first)).map(|_| file)).await;
    let Ok(Ok(file)) = moved else { return Err(Problem::broken(&ask.number)) };
    let house = ask.house;
    let file = tokio::fs::File::from_std(file).take(length);
    let pieces = ReaderStream::with_capacity(file, CHUNK.min(length as usize + 1));
    Ok(Body::from_stream(pieces.inspect(move |piece| {
        let bytes = piece.as_ref().map_or(0, bytes::Bytes::len);
        house.metrics.sent.fetch_add(bytes as u64, Relaxed);
    })))
}

/// What it is, what it is called, and that no browser runs it.
pub(crate) fn describe(headers: &mut HeaderMap, etag: &str, media_type: &'static str, name: &str, keep: &'static str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition(media_type != OCTETS, name, media_type));
    set(headers, header::ETAG, etag.to_string());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
}

/// Sets a header of ids, digits and dates.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: String) {
    headers.insert(name, HeaderValue::try_from(value).expect("ids, digits and dates are ASCII"));
}
