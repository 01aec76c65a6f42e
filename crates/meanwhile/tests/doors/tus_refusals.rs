//! Uploads that can be resumed, and what is refused there: headers that lie, bytes that are others, persons whose they are
//! not.

use crate::house::{House, Person, refusal};
use crate::tus::{BYTES, said};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_lie_or_make_no_sense_are_refused_and_change_nothing() {
    let house = House::new().await;
    let create = |name: &'static str, value: &str| {
        let asked = house.tus(&house.ana, Method::POST, "/upload");
        asked.header(name, value)
    };
    let too_many = "9".repeat(400);
    for wrong in ["-1", "+1", "1e3", "0x10", "1.5", " ", "", "18446744073709551616", "9007199254740993", &too_many] {
        let answer = create("upload-length", wrong).send().await.unwrap();
        assert_eq!(refusal(answer).await.0, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    let large = create("upload-length", "4294967297").send().await.unwrap();
    let (status, body) = refusal(large).await;
    assert_eq!((status, &body["limit"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("maxSizeUpload")));
    for (name, value) in [("upload-defer-length", "0"), ("upload-defer-length", "2"), ("x-none", "x")] {
        assert_eq!(refusal(create(name, value).send().await.unwrap()).await.0, StatusCode::BAD_REQUEST, "{name}");
    }
    let both = create("upload-length", "5").header("upload-defer-length", "1").send().await.unwrap();
    assert_eq!(refusal(both).await.0, StatusCode::BAD_REQUEST);
    let long = format!("x {}", "A".repeat(4096));
    for metadata in ["filename !!!", "filename a b c", "filetype /w==", long.as_str()] {
        let answer = create("upload-length", "5").header("upload-metadata", metadata).send().await.unwrap();
        assert_eq!(refusal(answer).await.0, StatusCode::BAD_REQUEST, "{metadata}");
    }
    let at = house.opens(10).await;
    for wrong in ["-1", "a", "", "18446744073709551616"] {
        let asked = house.tus(&house.ana, Method::PATCH, &at).header("content-type", BYTES);
        let answer = asked.header("upload-offset", wrong).body("12345").send().await.unwrap();
        assert_eq!(refusal(answer).await.0, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    for wrong in [1, 9, 10, 11, 1 << 40] {
        let answer = house.patches(&at, wrong, b"12345").await;
        assert_eq!(said(&answer, "upload-offset"), "0");
        assert_eq!(refusal(answer).await.0, StatusCode::CONFLICT, "{wrong}");
    }
    let no_type = house.tus(&house.ana, Method::PATCH, &at).header("upload-offset", 0).body("12345");
    assert_eq!(refusal(no_type.send().await.unwrap()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let old = house.client.patch(format!("{}{at}", house.url)).bearer_auth(&house.ana.token);
    let old = old.header("tus-resumable", "0.2.2").header("content-type", BYTES).header("upload-offset", 0);
    let old = old.body("12345").send().await.unwrap();
    assert_eq!((old.status(), said(&old, "tus-version").as_str()), (StatusCode::PRECONDITION_FAILED, "1.0.0"));
    let beyond = house.patches(&at, 0, b"more than ten bytes").await;
    assert_eq!(refusal(beyond).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.offset(&at).await, 0);
    house.patches(&at, 0, b"0123456789").await;
    assert_eq!(house.reads(&said(&house.head(&at).await, "upload-blob-id")).await, b"0123456789");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_length_that_goes_beyond_is_refused() {
    let house = House::new().await;
    let at = house.opens(4).await;
    let bytes = futures_util::stream::iter([Ok::<_, std::io::Error>("far too much".as_bytes())]);
    let asked = house.tus(&house.ana, Method::PATCH, &at).header("content-type", BYTES).header("upload-offset", 0);
    let answer = asked.body(reqwest::Body::wrap_stream(bytes)).send().await.unwrap();
    assert_eq!(refusal(answer).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.offset(&at).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_what_their_checksum_says_are_not_taken() {
    let house = House::new().await;
    let at = house.opens(11).await;
    // Of "hello".
    let sha1 = "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=";
    let sha256 = "sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    let with = |checksum: &str, offset, bytes: &'static [u8]| {
        house.patch(&at, offset, bytes).header("upload-checksum", checksum)
    };
    let wrong = with(sha1, 0, b"hullo").send().await.unwrap();
    assert_eq!(refusal(wrong).await.0.as_u16(), 460);
    assert_eq!(house.offset(&at).await, 0);
    for garbled in ["sha1", "md5 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha1 qvTG", "sha256 !!", "sha1 "] {
        let answer = with(garbled, 0, b"hello").send().await.unwrap();
        assert_eq!(refusal(answer).await.0, StatusCode::BAD_REQUEST, "{garbled}");
    }
    assert_eq!(said(&with(sha256, 0, b"hello").send().await.unwrap(), "upload-offset"), "5");
    let wrong = with(sha256, 5, b"hellO").send().await.unwrap();
    assert_eq!(refusal(wrong).await.0.as_u16(), 460);
    assert_eq!(said(&with(sha1, 5, b"hello").send().await.unwrap(), "upload-offset"), "10");
    let last = house.patches(&at, 10, b"!").await;
    assert_eq!(
        house.reads(&said(&last, "upload-blob-id")).await,
        b"hellohello!",
        "hashed anew after what was taken back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_upload_is_as_little_there_as_none() {
    let house = House::new().await;
    let at = house.opens(10).await;
    house.patches(&at, 0, b"01234").await;
    let none = format!("/upload/{}", house.space.with_letter(b'u'));
    let mut answers = Vec::new();
    for path in [&at, &none, &"/upload/none".to_string()] {
        for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
            let asked = house.tus(&house.bo, method.clone(), path).header("content-type", BYTES);
            let answer = asked.header("upload-offset", 5).send().await.unwrap();
            let headers = format!("{:?}", answer.headers().keys().collect::<Vec<_>>());
            answers.push((method, headers, refusal(answer).await));
        }
    }
    for (there, others) in answers[..3].iter().zip(answers[3..6].iter().zip(&answers[6..])) {
        assert_eq!((there, there), others);
        assert_eq!(there.2.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(house.offset(&at).await, 5);
    let into = house.tus(&house.bo, Method::POST, "/upload").header("upload-length", 5);
    let into = into.header("upload-metadata", house.metadata()).send().await.unwrap();
    assert_eq!(refusal(into).await.0, StatusCode::NOT_FOUND, "not to a Space that is not open to Bo");
    let own = house.tus(&house.bo, Method::POST, "/upload").header("upload-length", 5).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::CREATED, "but to the own account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_write_may_not_upload() {
    let house = House::new().await;
    let at = house.opens(10).await;
    let scopes = model::Scopes::READ;
    let token = house.engine.new_token(&engine::operator(), house.ana.id, "r", scopes, None).await.unwrap();
    let reader = Person { token, ..house.ana.clone() };
    let create = house.tus(&reader, Method::POST, "/upload").header("upload-length", 5);
    assert_eq!(refusal(create.send().await.unwrap()).await.0, StatusCode::FORBIDDEN);
    for method in [Method::HEAD, Method::PATCH, Method::DELETE] {
        let asked = house.tus(&reader, method, &at).header("content-type", BYTES).header("upload-offset", 0);
        assert_eq!(refusal(asked.send().await.unwrap()).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(house.offset(&at).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_can_only_post_says_what_is_meant() {
    let house = House::new().await;
    let at = house.opens(5).await;
    let post = |method: &str| house.tus(&house.ana, Method::POST, &at).header("x-http-method-override", method);
    let patch = post("PATCH").header("content-type", BYTES).header("upload-offset", 0).body("012").send();
    assert_eq!(said(&patch.await.unwrap(), "upload-offset"), "3");
    assert_eq!(said(&post("HEAD").send().await.unwrap(), "upload-offset"), "3");
    for wrong in ["GET", "patch", "PUT", ""] {
        assert_eq!(refusal(post(wrong).send().await.unwrap()).await.0, StatusCode::METHOD_NOT_ALLOWED, "{wrong}");
    }
    assert_eq!(post("DELETE").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    // It is no way round the proof that the own page asks.
    let at = house.opens(5).await;
    let cookie = house.post(&at).header("cookie", format!("meanwhile={}", house.ana.session));
    let foreign = cookie.header("sec-fetch-site", "cross-site").header("x-http-method-override", "DELETE");
    let foreign = foreign.header("tus-resumable", "1.0.0").send().await.unwrap();
    assert_eq!(refusal(foreign).await.0, StatusCode::FORBIDDEN);
    assert_eq!(house.offset(&at).await, 0);
}
