//! Uploads and downloads: ranges, names and types of ill will.

use crate::house::{House, body_of, impatient, refusal};
use meanwhile::ROUTES;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_comes_back_to_those_who_may_have_it() {
    let house = House::new().await;
    let bytes: Vec<u8> = (0..700_000u32).map(|n| (n % 251) as u8).collect();
    let asked = house.post(&format!("/jmap/upload/{}", house.space)).bearer_auth(&house.ana.token);
    let answer = asked.header("content-type", "image/png").body(bytes.clone()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let uploaded = body_of(answer).await;
    assert_eq!((&uploaded["size"], &uploaded["type"]), (&json!(700_000), &json!("image/png")));
    let path = format!("/jmap/download/{}/{}/a.png?type=image/png", house.space, uploaded["blobId"].as_str().unwrap());
    let got = house.get(&path).bearer_auth(&house.ana.token).send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.headers()["cache-control"], "private, max-age=31536000, immutable");
    assert_eq!(got.headers()["content-security-policy"], "sandbox; default-src 'none'");
    let etag = got.headers()["etag"].clone();
    assert!(got.bytes().await.unwrap() == bytes);
    let again = house.get(&path).bearer_auth(&house.ana.token).header("if-none-match", etag).send().await.unwrap();
    assert_eq!((again.status(), again.bytes().await.unwrap().len()), (StatusCode::NOT_MODIFIED, 0));
    let head = house.client.request(Method::HEAD, format!("{}{path}", house.url)).bearer_auth(&house.ana.token);
    let head = head.send().await.unwrap();
    assert_eq!((head.status(), head.headers()["content-length"].to_str().unwrap()), (StatusCode::OK, "700000"));
    let bo = house.get(&path).bearer_auth(&house.bo.token).send().await.unwrap();
    assert_eq!(refusal(bo).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_answered_as_their_rfc_says() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, b"0123456789").await;
    let path = format!("/jmap/download/{}/{blob}/x", house.space);
    let get = |lines: Vec<(&'static str, String)>| {
        let mut asked = house.get(&path).bearer_auth(&house.ana.token);
        for (name, value) in lines {
            asked = asked.header(name, value);
        }
        async {
            let answer = asked.send().await.unwrap();
            let range = answer.headers().get("content-range").map(|range| range.to_str().unwrap().to_string());
            (answer.status().as_u16(), range.unwrap_or_default(), answer.text().await.unwrap())
        }
    };
    let part = |range: &str, text: &str| (206, range.to_string(), text.to_string());
    let whole = || (200, String::new(), "0123456789".to_string());
    let range = |range: &str| vec![("range", range.to_string())];
    assert_eq!(get(range("bytes=2-4")).await, part("bytes 2-4/10", "234"));
    assert_eq!(get(range("bytes=8-99")).await, part("bytes 8-9/10", "89"));
    assert_eq!(get(range("bytes=-3")).await, part("bytes 7-9/10", "789"));
    assert_eq!(get(range("bytes=0-18446744073709551616")).await, part("bytes 0-9/10", "0123456789"));
    for odd in ["bytes=0-1,5-6", "bytes=5-2", "bytes=", "bytes=x-y", "lines=1-2", "bytes=-"] {
        assert_eq!(get(range(odd)).await, whole(), "{odd}");
    }
    for beyond in ["bytes=10-", "bytes=99999999999999999999-", "bytes=-0"] {
        let (status, range, text) = get(range(beyond)).await;
        assert_eq!((status, range.as_str()), (416, "bytes */10"), "{beyond}");
        assert!(text.contains("10 bytes"), "{text}");
    }
    let with = |tag: String| vec![("range", "bytes=2-4".to_string()), ("if-range", tag)];
    assert_eq!(get(with(format!("\"{blob}\""))).await, part("bytes 2-4/10", "234"));
    assert_eq!(get(with("\"other\"".into())).await, whole());
    assert_eq!(get(with(format!("W/\"{blob}\""))).await, whole(), "a weak tag proves nothing");
    let empty = house.uploads(&house.ana, b"").await;
    let empty = house.get(&format!("/jmap/download/{}/{empty}/x", house.space)).bearer_auth(&house.ana.token);
    let answer = empty.header("range", "bytes=0-").send().await.unwrap();
    assert_eq!(refusal(answer).await.0, StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_and_no_type_makes_a_browser_run_an_upload() {
    let house = House::new().await;
    let asked = house.post(&format!("/jmap/upload/{}", house.space)).bearer_auth(&house.ana.token);
    let asked = asked.header("content-type", "text/html").body("<script>alert(1)</script>");
    let blob = body_of(asked.send().await.unwrap()).await["blobId"].as_str().unwrap().to_string();
    let get =
        |rest: &str| house.get(&format!("/jmap/download/{}/{blob}/{rest}", house.space)).bearer_auth(&house.ana.token);
    for asked in [
        "x.html",
        "x.html?type=text/html",
        "x.svg?type=image/svg%2Bxml",
        "x?type=text/html%0d%0aX-Evil:%201",
        "x?type=",
    ] {
        let answer = get(asked).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/octet-stream", "{asked}");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"), "{asked}");
        assert!(answer.headers().get("x-evil").is_none());
    }
    let hostile = [
        "a%22;filename=b.exe",
        "a%0d%0aSet-Cookie:x=y",
        "%E2%80%AEgpj.exe",
        "..%2F..%2Fetc%2Fpasswd",
        "%00",
        "%FF%FE",
        "con.txt",
    ];
    for name in hostile {
        let answer = get(name).send().await.unwrap();
        if name == "%FF%FE" {
            assert_eq!(refusal(answer).await.0, StatusCode::NOT_FOUND, "no text at all is no address");
            continue;
        }
        assert_eq!(answer.status(), StatusCode::OK, "{name}");
        let line = answer.headers()["content-disposition"].to_str().unwrap();
        assert_eq!(line.matches('"').count(), 2, "{line}");
        assert!(!line.contains("..") && !line.contains("%E2%80%AE") && !line.contains('\n'), "{line}");
        assert!(answer.headers().get("set-cookie").is_none());
    }
    let text = get("notes.txt?type=text/plain").send().await.unwrap();
    assert_eq!(text.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(text.headers()["content-disposition"], "inline; filename=\"notes.txt\"");
    assert!(ROUTES.iter().any(|route| route.path.contains("{name}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stops_or_lies_leaves_nothing() {
    let house = House::with(|options| options.patience = impatient()).await;
    let head = |length: &str| {
        let (space, token) = (house.space, &house.ana.token);
        format!("POST /jmap/upload/{space} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{length}\r\n\r\nabc")
    };
    let stops = house.raw(head("Content-Length: 100").as_bytes()).await;
    assert!(stops.starts_with("HTTP/1.1 408"), "{stops}");
    let large = house.raw(head("Content-Length: 4294967297").as_bytes()).await;
    assert!(large.starts_with("HTTP/1.1 413") && large.contains("maxSizeUpload"), "{large}");
    let both = house.raw(head("Content-Length: 3\r\nTransfer-Encoding: chunked").as_bytes()).await;
    assert!(!both.starts_with("HTTP/1.1 201"), "{both}");
}
