//! JMAP core over HTTP (RFC 8620): the session, and requests.

use ::jmap::Request;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use model::limits;
use serde_json::json as value;
use std::sync::atomic::Ordering::Relaxed;

use crate::body;
use crate::http::{Ask, json, text};
use crate::problem::{Answer, Problem};
use crate::reach::known_as;

/// Requests of one person at the same time (`maxConcurrentRequests`).
const AT_ONCE: u32 = 16;

/// How browsers subscribe to pushes (RFC 9749).
const VAPID: &str = "urn:ietf:params:jmap:webpush-vapid";

/// A larger request is read where it holds nobody up.
const LARGE: usize = 256 * 1024;

/// Where the session is (RFC 8620 2.2).
pub(super) async fn well_known(ask: Ask) -> Answer {
    let to = format!("{}/jmap/session", ask.house.url(&ask.head));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let location = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/jmap/session"));
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(super) async fn session(ask: Ask) -> Answer {
    let known = ask.known()?;
    let url = ask.house.url(&ask.head);
    let mut session = ask.house.engine.session(&known.caller, &url).await?;
    if let Some(key) = ask.house.engine.push_key().await? {
        let key = known_as(&key).map_err(|_| Problem::broken(&ask.number))?;
        session["capabilities"][VAPID] = value!({ "applicationServerKey": key });
    }
    let mut response = json(&session);
    let cache = HeaderValue::from_static("no-cache, no-store, must-revalidate");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

pub(super) async fn api(ask: Ask) -> Answer {
    let known = ask.known()?;
    let house = ask.house.clone();
    if body::media_type(&ask.head.headers).as_deref() != Some("application/json") {
        return Err(Problem::wrong_type("application/json"));
    }
    let Some(_place) = house.place(known.caller.person, "request", AT_ONCE) else {
        let detail = format!(
            "{AT_ONCE} requests of yours are under way, which is maxConcurrentRequests; wait for one of them to end"
        );
        return Err(Problem::limit(StatusCode::TOO_MANY_REQUESTS, "maxConcurrentRequests", detail));
    };
    let too_large = || body::too_large("maxSizeRequest", limits::MAX_REQUEST as u64);
    let most = limits::MAX_REQUEST;
    let bytes = body::read_all(ask.body, &ask.head.headers, most, house.patience, too_large).await?;
    house.metrics.received.fetch_add(bytes.len() as u64, Relaxed);
    let request = if bytes.len() > LARGE {
        let read = tokio::task::spawn_blocking(move || Request::read(&bytes, limits::MAX_CALLS)).await;
        read.map_err(|_| Problem::broken(&ask.number))??
    } else {
        Request::read(&bytes, limits::MAX_CALLS)?
    };
    let response = house.engine.call(&known.caller, request).await?;
    let response = response.to_json();
    house.metrics.sent.fetch_add(response.len() as u64, Relaxed);
    Ok(text("application/json", response))
}
