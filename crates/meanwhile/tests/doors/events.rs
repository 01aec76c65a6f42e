//! The event stream.

use crate::house::{House, impatient, refusal};
use futures_util::StreamExt;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// The events of a stream, as they come.
struct Stream {
    bytes: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>>>>,
    text: String,
}

impl Stream {
    fn of(answer: Response) -> Stream {
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Stream { bytes: Box::pin(answer.bytes_stream()), text: String::new() }
    }

    /// Name, id and data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                if event.starts_with(':') {
                    self.text = rest.to_string();
                    continue;
                }
                let field = |name: &str| {
                    let value = event.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                    value.unwrap_or_default().to_string()
                };
                let found = (field("event"), field("id"), serde_json::from_str(&field("data")).unwrap_or_default());
                self.text = rest.to_string();
                return Some(found);
            }
            let piece =
                tokio::time::timeout(Duration::from_secs(20), self.bytes.next()).await.expect("an event, or the end");
            self.text += std::str::from_utf8(&piece?.ok()?).unwrap();
        }
    }
}

async fn open(house: &House, query: &str, last: Option<&str>) -> Stream {
    let asked = house.get(&format!("/jmap/events?{query}")).bearer_auth(&house.ana.token);
    let asked = if let Some(last) = last { asked.header("last-event-id", last) } else { asked };
    Stream::of(asked.send().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_and_after_a_pause_only_what_is_newer() {
    let house = House::new().await;
    house.engine.settle().await.unwrap();
    let mut stream = open(&house, "types=*&closeafter=no&ping=0", None).await;
    house.writes("one").await;
    let (name, token, change) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), &change["@type"]), ("state", &json!("StateChange")));
    assert!(change["changed"][house.space.to_string()]["Item"].is_string(), "{change}");
    drop(stream);
    house.writes("two").await;
    let mut again = open(&house, "types=Item&closeafter=state&ping=0", Some(&token)).await;
    let (_, newer, change) = again.next().await.unwrap();
    let accounts: Vec<_> = change["changed"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(accounts, [house.space.to_string()]);
    assert_eq!(change["changed"][house.space.to_string()].as_object().unwrap().len(), 1, "only Item was asked for");
    assert_ne!(newer, token);
    assert!(again.next().await.is_none(), "closeafter=state");
    let mut by_query = open(&house, &format!("types=*&closeafter=state&ping=0&last-event-id={token}"), None).await;
    assert!(by_query.next().await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_says_something_at_once_since_firefox_opens_none_before() {
    let house = House::new().await;
    house.engine.settle().await.unwrap();
    let mut stream = open(&house, "types=*&closeafter=no&ping=900", None).await;
    let first = tokio::time::timeout(Duration::from_secs(20), stream.bytes.next()).await.expect("before any change");
    assert_eq!(first.unwrap().unwrap(), ": open\n\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_says_nothing_to_its_reader() {
    let house = House::new().await;
    let mut lengths = std::collections::BTreeSet::new();
    for title in ["one", "two"] {
        let mut stream = open(&house, "types=*&closeafter=state&ping=0", None).await;
        house.writes(title).await;
        lengths.insert(stream.next().await.unwrap().1.len());
    }
    assert_eq!(lengths.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_refused() {
    let house = House::new().await;
    for wrong in ["closeafter=later", "ping=soon", "ping=-1"] {
        let asked = house.get(&format!("/jmap/events?types=*&{wrong}")).bearer_auth(&house.ana.token);
        assert_eq!(refusal(asked.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_token_is_revoked() {
    let house = House::with(|options| options.patience = impatient()).await;
    let mut stream = open(&house, "types=*&closeafter=no&ping=0", None).await;
    let ana = house.engine.authenticate(&house.ana.token).await.unwrap().unwrap().caller;
    let token = house.engine.tokens(&ana).await.unwrap().remove(0).id;
    house.engine.revoke_token(&ana, token).await.unwrap();
    while stream.next().await.is_some() {}
    let again = house.get("/jmap/events").bearer_auth(&house.ana.token).send().await.unwrap();
    assert_eq!(refusal(again).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams_and_is_quick() {
    let mut house = House::new().await;
    let mut stream = open(&house, "types=*&closeafter=no&ping=300", None).await;
    let begun = std::time::Instant::now();
    house.stop().await;
    while stream.next().await.is_some() {}
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
