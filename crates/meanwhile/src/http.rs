//! What happens to every request, whichever door it knocks at: who asks and from where, whether another site made the
//! browser ask, how long it may take, what a panic becomes, and the headers that go on every answer.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use engine::{Authenticated, Engine};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use model::{Caller, limits};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::auth::{self, Shown};
use crate::body::{self, Patience};
use crate::config::Settings;
use crate::crowd::Crowd;
use crate::doors::{Route, Who};
use crate::metrics::Metrics;
use crate::net::{self, Net};
use crate::previews::Previews;
use crate::problem::{Answer, Problem};

/// What all doors share.
pub(crate) struct House {
    pub(crate) engine: Engine,
    /// The web app, or what stands in for it.
    pub(crate) app: App,
    /// As configured; `None`: as each request says.
    pub(crate) url: Option<String>,
    pub(crate) secure: bool,
    /// The server's own authority, which devices have to trust.
    pub(crate) authority: Option<Trusted>,
    pub(crate) trust_proxy: Vec<Net>,
    pub(crate) metrics_from: Vec<Net>,
    pub(crate) patience: Patience,
    pub(crate) metrics: Metrics,
    /// Says at `/readyz` that the server leaves; it serves on, and asks clients to connect anew next time.
    pub(crate) leaving: CancellationToken,
    pub(crate) previews: Arc<Previews>,
    pub(crate) stopping: CancellationToken,
    /// What the checks of the server look at; `None`: they are not to be had here.
    pub(crate) settings: Option<Settings>,
    /// One looks at a time.
    pub(crate) looking: tokio::sync::Mutex<()>,
    /// Strangers who read.
    pub(crate) crowd: Crowd,
    busy: Mutex<HashMap<(jmap::Id, &'static str), u32>>,
}

/// An authority, as a device is told of it.
#[derive(Clone)]
pub(crate) struct Trusted {
    /// The certificate.
    pub(crate) pem: String,
    /// SHA-256 of it, to be compared by eye.
    pub(crate) fingerprint: String,
}

/// Somebody who is known.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) caller: Caller,
    pub(crate) who: Authenticated,
    /// What was shown, for signing out with it.
    pub(crate) secret: String,
    pub(crate) by_cookie: bool,
}

/// One request at a door.
pub(crate) struct Ask {
    pub(crate) house: Arc<House>,
    pub(crate) head: Parts,
    pub(crate) body: Body,
    pub(crate) path: HashMap<String, String>,
    pub(crate) client: IpAddr,
    /// Who asks; always there behind a route for persons.
    pub(crate) known: Option<Known>,
    pub(crate) number: String,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Keeps a place among those a person may have at once.
pub(crate) struct Place(Arc<House>, (jmap::Id, &'static str));

impl Drop for Place {
    fn drop(&mut self) {
        let mut busy = self.0.busy.lock();
        if let Some(count) = busy.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.1);
            }
        }
    }
}

impl House {
    pub(crate) fn new(
        engine: Engine,
        previews: Arc<Previews>,
        app: App,
        url: Option<String>,
        secure: bool,
        patience: Patience,
    ) -> House {
        House {
            engine,
            app,
            url,
            secure,
            authority: None,
            trust_proxy: Vec::new(),
            metrics_from: Vec::new(),
            patience,
            metrics: Metrics::default(),
            leaving: CancellationToken::new(),
            previews,
            stopping: CancellationToken::new(),
            settings: None,
            looking: tokio::sync::Mutex::default(),
            crowd: Crowd::default(),
            busy: Mutex::default(),
        }
    }

    /// A place for one thing more that this person does at the same time, if fewer than `most` are under way.
    pub(crate) fn place(self: &Arc<House>, person: jmap::Id, what: &'static str, most: u32) -> Option<Place> {
        let mut busy = self.busy.lock();
        let count = busy.entry((person, what)).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place(self.clone(), (person, what)))
    }

    /// A place to upload something.
    pub(crate) fn place_to_upload(self: &Arc<House>, person: jmap::Id) -> Result<Place, Problem> {
        let most = limits::MAX_CONCURRENT_UPLOAD;
        self.place(person, "upload", most).ok_or_else(|| {
            let detail =
                format!("{most} uploads of yours are under way, which is maxConcurrentUpload; wait for one to end");
            Problem::limit(StatusCode::TOO_MANY_REQUESTS, "maxConcurrentUpload", detail)
        })
    }

    /// How the server is reached: as configured, or as the request says.
    pub(crate) fn url(&self, head: &Parts) -> String {
        if let Some(url) = &self.url {
            return url.clone();
        }
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", House::host(head).unwrap_or("localhost"))
    }

    /// The host that the request names, if it can be one.
    pub(crate) fn host(head: &Parts) -> Option<&str> {
        let host = head.uri.authority().map(http::uri::Authority::as_str);
        let host = host.or_else(|| head.headers.get(header::HOST)?.to_str().ok());
        let good = |host: &&str| host.parse::<http::uri::Authority>().is_ok_and(|a| !a.as_str().contains('@'));
        host.filter(good)
    }
}

impl Ask {
    /// Who asks, at a route that only persons reach.
    pub(crate) fn known(&self) -> Result<Known, Problem> {
        self.known.clone().ok_or_else(Problem::who_are_you)
    }

    /// A query parameter, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.head.uri.query()?;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then(|| percent_decode(value))
        })
    }

    /// An id in the path. What is none is as little there as one that is not known.
    pub(crate) fn id(&self, name: &str) -> Option<jmap::Id> {
        self.path.get(name).and_then(|text| jmap::Id::parse(text).ok())
    }

    /// The JSON body of a small request.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<T, Problem> {
        const MOST: usize = 64 * 1024;
        if body::media_type(&self.head.headers).as_deref() != Some("application/json") {
            return Err(Problem::wrong_type("application/json"));
        }
        let patience = self.house.patience;
        let too_large = || body::too_large("the limit for this address", MOST as u64);
        let bytes = body::read_all(self.body, &self.head.headers, MOST, patience, too_large).await?;
        self.house.metrics.received.fetch_add(bytes.len() as u64, Relaxed);
        serde_json::from_slice(&bytes)
            .map_err(|error| Problem::bad_request(format!("the body is not what this address takes: {error}")))
    }
}

/// An answer in JSON.
pub(crate) fn json(value: &Value) -> Response {
    text("application/json", value.to_string())
}

/// An answer of a small text.
pub(crate) fn text(media_type: &'static str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Answers a request at a door.
pub(crate) async fn answer(
    house: Arc<House>,
    route: &'static Route,
    path: HashMap<String, String>,
    request: Request,
) -> Response {
    let number = format!("{:08x}", crate::random::<4>().iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte)));
    let metrics = house.clone();
    let begun = tokio::time::Instant::now();
    let answered = AssertUnwindSafe(ask(house, route, path, request, number.clone())).catch_unwind().await;
    let answer = answered.unwrap_or_else(|_| {
        // What it panicked with was told by the panic hook.
        tracing::error!(number, door = route.door, path = route.path, "a request panicked");
        Err(Problem::broken(&number))
    });
    if let Err(problem) = &answer
        && problem.status().is_server_error()
    {
        tracing::warn!(number, door = route.door, path = route.path, ?problem, "a request failed");
    }
    let response = finish(&metrics, answer, &number);
    metrics.metrics.answered(route.door, response.status());
    let took = begun.elapsed().as_millis() as u64;
    // The route and not the address: addresses hold ids and names.
    tracing::debug!(number, method = %route.method, path = route.path, status = response.status().as_u16(), took, "answered");
    response
}

/// An answer where no door is.
pub(crate) fn nowhere(house: &House, problem: Problem) -> Response {
    house.metrics.answered("none", problem.status());
    finish(house, Err(problem), "none")
}

async fn ask(
    house: Arc<House>,
    route: &'static Route,
    path: HashMap<String, String>,
    request: Request,
    number: String,
) -> Answer {
    let (head, mut body) = request.into_parts();
    let peer = head.extensions.get::<Peer>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    let client = net::client_address(peer, &head.headers, &house.trust_proxy);
    let known = match enter(&house, route, &head).await {
        Ok(known) => known,
        Err(problem) => {
            body::drain(&mut body, &head.headers).await;
            return Err(problem);
        }
    };
    let patience = house.patience;
    let run = (route.run)(Ask { house, head, body, path, client, known, number });
    if route.long {
        return run.await;
    }
    tokio::time::timeout(patience.whole + patience.answer, run).await.unwrap_or_else(|_| {
        Err(Problem::unavailable("it took too long; whether it was done is unknown, so repeat it with the same ids"))
    })
}

/// Lets in whom the route lets in.
async fn enter(house: &House, route: &Route, head: &Parts) -> Result<Option<Known>, Problem> {
    let url = house.url(head);
    let shown = auth::shown(&head.headers, auth::cookie_name(house.secure));
    let (secret, by_cookie) = match shown {
        Shown::Bearer(secret) => (secret, false),
        Shown::Cookie(secret) => (secret, true),
        Shown::Nothing | Shown::Unreadable => {
            return match route.who {
                Who::Person => Err(Problem::who_are_you()),
                Who::Anyone => {
                    auth::same_site(&head.method, &head.headers, &url, false)?;
                    Ok(None)
                }
            };
        }
    };
    auth::same_site(&head.method, &head.headers, &url, by_cookie)?;
    let who = house.engine.authenticate(secret).await?;
    let known = who.map(|who| Known { caller: who.caller, who, secret: secret.to_string(), by_cookie });
    match (route.who, known) {
        (Who::Person, None) => Err(Problem::who_are_you()),
        (_, known) => Ok(known),
    }
}

fn finish(house: &House, answer: Answer, number: &str) -> Response {
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(headers, header::CACHE_CONTROL, "no-store");
    if house.secure {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(number) = HeaderValue::from_str(number) {
        headers.insert(HeaderName::from_static("x-request-id"), number);
    }
    response
}

/// Sets a header that the door has not set itself.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// Decodes `%41` and `+`; what is not UTF-8 becomes replacement characters.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|two| bytes[at] == b'%' && two.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        out.push(byte.unwrap_or(if bytes[at] == b'+' { b' ' } else { bytes[at] }));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::percent_decode;

    #[test]
    fn query_values_are_decoded() {
        assert_eq!(percent_decode("a%2Fb+c%C3%A9"), "a/b cé");
        assert_eq!(percent_decode("%"), "%");
        assert_eq!(percent_decode("%4"), "%4");
        assert_eq!(percent_decode("%zz%ff"), "%zz\u{fffd}");
        assert_eq!(percent_decode("%+1"), "% 1");
    }
}
