//! The JMAP door: what it takes, and how it refuses.

use crate::house::{House, JSON, body_of, impatient, refusal, request};
use model::limits;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_found_and_names_addresses_that_work() {
    let house = House::new().await;
    let found = house.get("/.well-known/jmap").send().await.unwrap();
    assert_eq!(found.status(), StatusCode::TEMPORARY_REDIRECT);
    let at = found.headers()["location"].to_str().unwrap().to_string();
    assert_eq!(at, format!("{}/jmap/session", house.url));
    let session = house.client.get(at).bearer_auth(&house.ana.token).send().await.unwrap();
    assert!(session.headers()["cache-control"].to_str().unwrap().contains("no-store"));
    let session = body_of(session).await;
    assert!(session["accounts"].get(house.space.to_string()).is_some());
    let api = session["apiUrl"].as_str().unwrap();
    let echo =
        house.client.post(api).bearer_auth(&house.ana.token).header("content-type", "application/json; charset=utf-8");
    let answer = echo.body(request(&[("Core/echo", json!({"a": [1, null]}))])).send().await.unwrap();
    assert_eq!(body_of(answer).await["methodResponses"], json!([["Core/echo", {"a": [1, null]}, "0"]]));
    let by_cookie = house.get("/jmap/session").header("cookie", format!("meanwhile={}", house.ana.session));
    assert_eq!(body_of(by_cookie.send().await.unwrap()).await["username"], house.ana.id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_the_client_makes_up_is_used_only_where_no_url_is_set() {
    let house = House::with(|options| options.url = Some("https://work.example.org".into())).await;
    let plain = house.url.replace("https://work.example.org", &format!("http://{}", house.server().addr()));
    let session = house.client.get(format!("{plain}/jmap/session")).bearer_auth(&house.ana.token);
    let session = body_of(session.header("host", "evil.example").send().await.unwrap()).await;
    assert_eq!(session["apiUrl"], "https://work.example.org/jmap/api");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_told_apart() {
    let house = House::new().await;
    let send = |content_type: &'static str, body: String| {
        let asked = house.post("/jmap/api").bearer_auth(&house.ana.token).header("content-type", content_type);
        async { refusal(asked.body(body).send().await.unwrap()).await }
    };
    let good = || request(&[("Core/echo", json!({}))]);
    for wrong in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""] {
        assert_eq!(send(wrong, good()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{wrong}");
    }
    let kind = |refused: (StatusCode, serde_json::Value)| refused.1["type"].as_str().unwrap().to_string();
    assert_eq!(kind(send(JSON, "{".into()).await), "urn:ietf:params:jmap:error:notJSON");
    assert_eq!(kind(send(JSON, "[]".into()).await), "urn:ietf:params:jmap:error:notRequest");
    let strange = json!({"using": ["urn:strange"], "methodCalls": []}).to_string();
    assert_eq!(kind(send(JSON, strange).await), "urn:ietf:params:jmap:error:unknownCapability");
    let many = vec![("Core/echo", json!({})); limits::MAX_CALLS + 1];
    let (status, body) = send(JSON, request(&many)).await;
    assert_eq!((status, &body["limit"]), (StatusCode::BAD_REQUEST, &json!("maxCallsInRequest")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_by_name_and_one_at_it_is_taken() {
    let house = House::new().await;
    let body = |size: usize| {
        let empty = request(&[("Core/echo", json!({"a": ""}))]);
        request(&[("Core/echo", json!({"a": "x".repeat(size - empty.len())}))])
    };
    let send = |body: reqwest::Body| {
        house.post("/jmap/api").bearer_auth(&house.ana.token).header("content-type", JSON).body(body)
    };
    assert_eq!(send(body(limits::MAX_REQUEST).into()).send().await.unwrap().status(), StatusCode::OK);
    let (status, refused) = refusal(send(body(limits::MAX_REQUEST + 1).into()).send().await.unwrap()).await;
    assert_eq!((status, &refused["limit"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("maxSizeRequest")));
    assert_eq!(refused["type"], "urn:ietf:params:jmap:error:limit");
    // Without a length that announces it.
    let pieces = body(limits::MAX_REQUEST + 1).into_bytes();
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = pieces.chunks(1 << 20).map(|piece| Ok(piece.to_vec())).collect();
    let streamed = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    assert_eq!(refusal(send(streamed).send().await.unwrap()).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let announced = format!(
        "POST /jmap/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {JSON}\r\nContent-Length: 18446744073709551615\r\n\r\n",
        house.ana.token
    );
    assert!(house.raw(announced.as_bytes()).await.starts_with("HTTP/1.1 4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_in_the_middle_is_waited_for_and_then_no_more() {
    let house = House::with(|options| options.patience = impatient()).await;
    let head = format!(
        "POST /jmap/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {JSON}\r\nContent-Length: 100\r\n\r\n{{\"us",
        house.ana.token
    );
    let answer = house.raw(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("did not get on"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_keeps_sixteen_requests_under_way_and_no_more() {
    let house = House::new().await;
    // One that comes while a quick one has a place is refused; it comes again, until all sixteen wait.
    let slow = || {
        let asked = house.post("/jmap/api").bearer_auth(&house.ana.token).header("content-type", JSON);
        async move {
            loop {
                let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
                let again = asked.try_clone().expect("it has no body yet");
                let _ = again.body(reqwest::Body::wrap_stream(never)).send().await;
            }
        }
    };
    let waiting: Vec<_> = (0..16).map(|_| tokio::spawn(slow())).collect();
    let quick =
        |token: &str| house.post("/jmap/api").bearer_auth(token).header("content-type", JSON).body(request(&[]));
    let refused = loop {
        let answer = quick(&house.ana.token).send().await.unwrap();
        if answer.status() != StatusCode::OK {
            break refusal(answer).await;
        }
    };
    assert_eq!((refused.0, &refused.1["limit"]), (StatusCode::TOO_MANY_REQUESTS, &json!("maxConcurrentRequests")));
    assert_eq!(quick(&house.bo.token).send().await.unwrap().status(), StatusCode::OK, "others are not held up");
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    for request in waiting {
        let _: Result<(), _> = request.await;
    }
    while quick(&house.ana.token).send().await.unwrap().status() != StatusCode::OK {}
}

#[tokio::test(flavor = "multi_thread")]
async fn header_lines_without_end_are_refused() {
    let house = House::new().await;
    let long = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    assert!(house.raw(long.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let many: String = (0..300).map(|n| format!("x-{n}: y\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    assert!(house.raw(many.as_bytes()).await.starts_with("HTTP/1.1 431"));
}
