//! Downloads (RFC 8620 6.2), and previews of pictures at the same addresses.

use axum::body::Body;
use axum::response::Response;
use engine::OpenBlob;
use http::{HeaderValue, Method, StatusCode, header};
use jmap::Id;
use media::picture::WIDTHS;
use std::sync::atomic::Ordering::Relaxed;

use crate::content::{ending_as, names};
use crate::http::Ask;
use crate::previews::{self, Of, Unmade};
use crate::problem::{Answer, Problem};
use crate::sent::{Sent, describe, send, set};

/// Content never changes under an id.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
/// Previews for which one person may wait at the same time.
const MOST_PREVIEWS: u32 = 64;

pub(super) async fn give(ask: Ask) -> Answer {
    let known = ask.known()?;
    let width = ask.query("width").map(|width| width_of(&width)).transpose()?;
    let (Some(account), Some(blob)) = (ask.id("account"), ask.id("blob")) else { return Err(not_there()) };
    let opened = ask.house.engine.open_blob(&known.caller, account, blob).await?.ok_or_else(not_there)?;
    match width {
        Some(width) => preview(ask, known.caller.person, opened, blob, width).await,
        None => original(ask, opened, blob).await,
    }
}

async fn original(ask: Ask, OpenBlob { file, size, .. }: OpenBlob, blob: Id) -> Answer {
    let media_type = ask.query("type").unwrap_or_default();
    let name = ask.path.get("name").cloned().unwrap_or_default();
    send(ask, Sent { blob, file, size, media_type: &media_type, name: &name, keep: FOR_EVER }).await
}

async fn preview(ask: Ask, person: Id, opened: OpenBlob, blob: Id, width: u32) -> Answer {
    let etag = format!("\"{blob}-{width}-{}\"", previews::MADE_AS);
    let mut response = Response::new(Body::empty());
    if names(ask.head.headers.get(header::IF_NONE_MATCH), &etag) {
        set(response.headers_mut(), header::ETAG, etag);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let too_many = || Problem::too_many(format!("{MOST_PREVIEWS} previews are being made for you; wait for one"), 1);
    let _place = ask.house.place(person, "preview", MOST_PREVIEWS).ok_or_else(too_many)?;
    let of = Of { blob, hash: opened.hash };
    let made = ask.house.previews.get(of, width, opened.file).await.map_err(|unmade| match unmade {
        Unmade::Never(why) => {
            let detail = format!("{why}; leave out \"width\" for the file itself");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "There is no preview of this file", detail)
        }
        Unmade::NotYet => Problem::unavailable("the preview is not made yet, others are before it; ask again"),
    })?;
    let name = ending_as(ask.path.get("name").map_or("", String::as_str), made.media_type);
    describe(response.headers_mut(), &etag, made.media_type, &name, FOR_EVER);
    set(response.headers_mut(), header::CONTENT_LENGTH, made.bytes.len().to_string());
    if ask.head.method != Method::HEAD {
        ask.house.metrics.sent.fetch_add(made.bytes.len() as u64, Relaxed);
        *response.body_mut() = Body::from(made.bytes);
    }
    Ok(response)
}

/// One of the widths there are.
fn width_of(text: &str) -> Result<u32, Problem> {
    let known = text.parse().ok().filter(|width| WIDTHS.contains(width));
    known.ok_or_else(|| {
        let widths = WIDTHS.map(|width| width.to_string()).join(", ");
        Problem::bad_request(format!("\"width\" is one of {widths}; leave it out for the file itself"))
    })
}

/// No account, no blob, and no access look alike.
fn not_there() -> Problem {
    Problem::not_found("no file with this id is open to you in this account; read the record that names it again")
}
