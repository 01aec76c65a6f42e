//! The event stream (RFC 8620 7.3): server-sent events, as long as the person is there and the server runs.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use engine::{Authenticated, Event};
use futures_util::stream::{self, Stream, StreamExt};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::time::{Instant, sleep_until};

use crate::http::{Ask, House, Place};
use crate::metrics::Counted;
use crate::problem::{Answer, Problem};

/// Bounds of `ping`, in seconds.
const PINGS: std::ops::RangeInclusive<u64> = 15..=900;
/// Where no ping was asked for, a comment shows after this time whether the other end is still there.
const STILL_THERE: Duration = Duration::from_secs(300);
/// Streams of one person at the same time.
const AT_ONCE: u32 = 1000;

/// The first line, a comment: Firefox tells nobody that a stream has opened before something has come.
const OPEN: &[u8] = b": open\n\n";

/// A stream and not a future, so that an event under way is not lost when something else comes first.
type Events = Pin<Box<dyn Stream<Item = Result<Event, StoreError>> + Send>>;

/// What a stream needs between two events; small, since thousands of them wait.
struct Open {
    house: Arc<House>,
    who: Authenticated,
    events: Events,
    types: Option<BTreeSet<String>>,
    close_after_state: bool,
    ended: bool,
    ping: u64,
    next_ping: Instant,
    next_look: Instant,
    _place: Place,
    _counted: Counted,
}

pub(super) async fn stream(ask: Ask) -> Answer {
    let known = ask.known()?;
    let types = ask.query("types").filter(|types| types != "*" && !types.is_empty());
    let types = types.map(|types| types.split(',').map(str::to_string).collect());
    let close_after_state = match ask.query("closeafter").as_deref() {
        None | Some("no") => false,
        Some("state") => true,
        Some(other) => {
            let detail = format!("\"closeafter\" is \"state\" or \"no\" (RFC 8620 7.3), not {other:?}");
            return Err(Problem::bad_request(detail));
        }
    };
    let ping = match ask.query("ping").as_deref().map(str::parse::<u64>) {
        None | Some(Ok(0)) => 0,
        Some(Ok(seconds)) => seconds.clamp(*PINGS.start(), *PINGS.end()),
        Some(Err(_)) => return Err(Problem::bad_request("\"ping\" is a number of seconds; 0 sends none")),
    };
    let last = ask.head.headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_string);
    let last = last.or_else(|| ask.query("last-event-id")).filter(|id| !id.is_empty());
    let house = ask.house;
    let Some(place) = house.place(known.caller.person, "stream", AT_ONCE) else {
        let detail = format!("{AT_ONCE} event streams of yours are open; close one of them");
        return Err(Problem::too_many(detail, 60));
    };
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that gather answers before they pass them on would hold back every event.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    if ask.head.method == Method::HEAD {
        return Ok(response);
    }
    let subscription = house.engine.subscribe(&known.caller, last.as_deref()).await?;
    let now = Instant::now();
    let open = Open {
        events: Box::pin(stream::unfold(subscription, |mut subscription| async {
            Some((subscription.next().await.transpose()?, subscription))
        })),
        types,
        close_after_state,
        ended: false,
        ping,
        next_ping: now + ping_interval(ping),
        next_look: now + house.patience.look,
        _place: place,
        _counted: Counted::new(&house, |metrics| &metrics.streams),
        who: known.who,
        house,
    };
    let begins = stream::once(std::future::ready(Ok::<_, Infallible>(Bytes::from_static(OPEN))));
    *response.body_mut() = Body::from_stream(begins.chain(stream::unfold(Box::new(open), next)));
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}

fn ping_interval(ping: u64) -> Duration {
    if ping == 0 { STILL_THERE } else { Duration::from_secs(ping) }
}

/// The next piece of the stream; its end when the person is out, the server stops, or the database fails.
async fn next(mut open: Box<Open>) -> Option<(Result<Bytes, Infallible>, Box<Open>)> {
    if open.ended {
        return None;
    }
    let house = open.house.clone();
    loop {
        tokio::select! {
            biased;
            () = house.stopping.cancelled() => return None,
            () = sleep_until(open.next_look) => {
                if !still_there(&house, open.who).await {
                    return None;
                }
                open.next_look = Instant::now() + house.patience.look;
            }
            event = open.events.next() => {
                // The client asks again with the last token, and is told then what it missed.
                let event = event?.inspect_err(|fault| tracing::error!(%fault, "an event stream ends")).ok()?;
                let Some(text) = state_event(event, open.types.as_ref()) else { continue };
                open.ended = open.close_after_state;
                return Some((Ok(text), open));
            }
            () = sleep_until(open.next_ping) => {
                open.next_ping = Instant::now() + ping_interval(open.ping);
                let text = match open.ping {
                    0 => ": still here\n\n".to_string(),
                    seconds => format!("event: ping\ndata: {{\"interval\":{seconds}}}\n\n"),
                };
                return Some((Ok(Bytes::from(text)), open));
            }
        }
    }
}

/// The session or token may have ended, or the person gone. A fault of the database is no reason to go.
async fn still_there(house: &House, who: Authenticated) -> bool {
    house.engine.is_active(&who).await.unwrap_or(true)
}

/// As text, with only the types that were asked for; `None` if nothing is left.
fn state_event(event: Event, types: Option<&BTreeSet<String>>) -> Option<Bytes> {
    let mut change = event.change;
    if let Some(types) = types
        && let Some(Value::Object(accounts)) = change.get_mut("changed")
    {
        accounts.retain(|_, states| {
            let Value::Object(states) = states else { return false };
            states.retain(|name, _| types.contains(name));
            !states.is_empty()
        });
        if accounts.is_empty() {
            return None;
        }
    }
    Some(Bytes::from(format!("event: state\nid: {}\ndata: {change}\n\n", event.token)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_types_that_were_asked_for_are_told() {
        let event = || Event {
            token: "t".into(),
            change: json!({"@type": "StateChange", "changed": {"a": {"Item": "1", "Space": "1"}, "b": {"Person": "2"}}}),
        };
        let of = |types: &[&str]| {
            let types = types.iter().map(ToString::to_string).collect();
            state_event(event(), Some(&types)).map(|text| String::from_utf8(text.to_vec()).unwrap())
        };
        let told = of(&["Item"]).unwrap();
        assert_eq!(
            told,
            "event: state\nid: t\ndata: {\"@type\":\"StateChange\",\"changed\":{\"a\":{\"Item\":\"1\"}}}\n\n"
        );
        assert_eq!(of(&["Draft"]), None);
        assert!(state_event(event(), None).is_some());
    }
}
