//! Uploads that can be resumed, as tus 1.0 has them: what must work, and what comes of ill will and of bad luck.

use crate::house::{House, Person, body_of, impatient, refusal};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const BYTES: &str = "application/offset+octet-stream";

impl House {
    pub(crate) fn tus(&self, who: &Person, method: Method, path: &str) -> RequestBuilder {
        let asked = self.client.request(method, format!("{}{path}", self.url));
        asked.bearer_auth(&who.token).header("tus-resumable", "1.0.0")
    }

    /// A new upload of Ana's to her Space.
    pub(crate) async fn opens(&self, length: u64) -> String {
        let asked = self.tus(&self.ana, Method::POST, "/upload").header("upload-length", length);
        let answer = asked.header("upload-metadata", self.metadata()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
        said(&answer, "location")
    }

    pub(crate) fn metadata(&self) -> String {
        let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let space = encode(&self.space.to_string());
        format!("accountId {space},filename {},filetype {}", encode("Grüße.png"), encode("image/png"))
    }

    pub(crate) fn patch(&self, at: &str, offset: u64, bytes: &[u8]) -> RequestBuilder {
        let asked = self.tus(&self.ana, Method::PATCH, at).header("content-type", BYTES);
        asked.header("upload-offset", offset).body(bytes.to_vec())
    }

    pub(crate) async fn patches(&self, at: &str, offset: u64, bytes: &[u8]) -> Response {
        self.patch(at, offset, bytes).send().await.unwrap()
    }

    pub(crate) async fn head(&self, at: &str) -> Response {
        self.tus(&self.ana, Method::HEAD, at).send().await.unwrap()
    }

    pub(crate) async fn offset(&self, at: &str) -> u64 {
        let head = self.head(at).await;
        assert_eq!(head.status(), StatusCode::OK);
        said(&head, "upload-offset").parse().unwrap()
    }

    pub(crate) async fn reads(&self, blob: &str) -> Vec<u8> {
        let got = self.get(&format!("/jmap/download/{}/{blob}/x", self.space)).bearer_auth(&self.ana.token);
        let got = got.send().await.unwrap();
        assert_eq!(got.status(), StatusCode::OK);
        got.bytes().await.unwrap().to_vec()
    }

    /// Waits until the only upload is being written.
    pub(crate) async fn has_begun(&self) {
        while self.incoming() == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Files that wait to become whole.
    pub(crate) fn incoming(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("blobs/incoming")).unwrap().count()
    }
}

pub(crate) fn said(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_string()).unwrap_or_default()
}

fn some(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n % 251) as u8).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_pieces_becomes_a_file_of_the_account() {
    let house = House::new().await;
    let bytes = some(700_001);
    let at = house.opens(bytes.len() as u64).await;
    let first = house.patches(&at, 0, &bytes[..300_000]).await;
    assert_eq!((first.status(), said(&first, "upload-offset").as_str()), (StatusCode::NO_CONTENT, "300000"));
    assert_eq!((said(&first, "upload-blob-id"), said(&first, "tus-resumable")), (String::new(), "1.0.0".into()));
    let head = house.head(&at).await;
    assert_eq!((said(&head, "upload-offset"), said(&head, "upload-length")), ("300000".into(), "700001".into()));
    assert_eq!((said(&head, "cache-control"), said(&head, "upload-metadata")), ("no-store".into(), house.metadata()));
    assert_eq!(said(&head, "upload-expires"), "Mon, 30 Nov 2026 09:00:00 GMT");
    let last = house.patches(&at, 300_000, &bytes[300_000..]).await;
    let blob = said(&last, "upload-blob-id");
    assert_eq!((last.status(), said(&last, "upload-offset").as_str()), (StatusCode::NO_CONTENT, "700001"));
    assert!(house.reads(&blob).await == bytes);
    assert_eq!(house.incoming(), 0, "nothing is left in between");
    // Whoever did not hear it may ask again, and it stays the one.
    assert_eq!(said(&house.head(&at).await, "upload-blob-id"), blob);
    let again = house.patches(&at, 700_001, b"").await;
    assert_eq!(refusal(again).await.0, StatusCode::CONFLICT);
    let item = json!({ "kind": "topic", "title": "x", "blobs": [{ "blobId": blob, "name": "a.png" }] });
    let args = json!({ "accountId": house.space, "create": { "k": item } });
    let (_, made) = house.call(&house.ana, "Item/set", args).await;
    assert!(made["created"]["k"].is_object(), "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_said_to_everybody() {
    let house = House::new().await;
    let answer = house.client.request(Method::OPTIONS, format!("{}/upload", house.url)).send().await.unwrap();
    assert_eq!((answer.status(), said(&answer, "tus-version").as_str()), (StatusCode::NO_CONTENT, "1.0.0"));
    assert_eq!(said(&answer, "tus-max-size"), "4294967296");
    assert!(said(&answer, "tus-checksum-algorithm").split(',').any(|name| name == "sha1"));
    for extension in
        ["creation", "creation-with-upload", "creation-defer-length", "termination", "expiration", "checksum"]
    {
        assert!(said(&answer, "tus-extension").split(',').any(|name| name == extension), "{extension}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_may_bring_bytes_at_once_be_empty_or_say_its_length_last() {
    let house = House::new().await;
    let create = || house.tus(&house.ana, Method::POST, "/upload").header("upload-metadata", house.metadata());
    let whole = create().header("upload-length", 5).header("content-type", BYTES).body("whole").send().await.unwrap();
    assert_eq!(whole.status(), StatusCode::CREATED);
    assert_eq!(house.reads(&said(&whole, "upload-blob-id")).await, b"whole");
    let half = create().header("upload-length", 9).header("content-type", BYTES).body("whole").send().await.unwrap();
    assert_eq!((said(&half, "upload-offset"), said(&half, "upload-blob-id")), ("5".into(), String::new()));
    let half = house.patches(&said(&half, "location"), 5, b" now").await;
    assert_eq!(house.reads(&said(&half, "upload-blob-id")).await, b"whole now");
    let empty = create().header("upload-length", 0).send().await.unwrap();
    assert_eq!(house.reads(&said(&empty, "upload-blob-id")).await, b"");
    let later = said(&create().header("upload-defer-length", 1).send().await.unwrap(), "location");
    assert_eq!(said(&house.head(&later).await, "upload-defer-length"), "1");
    house.patches(&later, 0, b"some").await;
    let short = house.patch(&later, 4, b"").header("upload-length", 3).send().await.unwrap();
    assert_eq!(refusal(short).await.0, StatusCode::BAD_REQUEST, "less than is there");
    let said_now = house.patch(&later, 4, b" mor").header("upload-length", 9).send().await.unwrap();
    assert_eq!(said(&said_now, "upload-offset"), "8");
    let other = house.patch(&later, 8, b"e").header("upload-length", 10).send().await.unwrap();
    assert!(refusal(other).await.1["detail"].as_str().unwrap().contains("is 9"), "it is said once");
    let last = house.patches(&later, 8, b"e").await;
    assert_eq!(house.reads(&said(&last, "upload-blob-id")).await, b"some more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_gone() {
    let house = House::new().await;
    let at = house.opens(10).await;
    house.patches(&at, 0, b"01234").await;
    assert_eq!(house.incoming(), 1);
    let gone = house.tus(&house.ana, Method::DELETE, &at).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(house.incoming(), 0);
    assert_eq!(house.head(&at).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(refusal(house.patches(&at, 5, b"56789").await).await.0, StatusCode::NOT_FOUND);
    let again = house.tus(&house.ana, Method::DELETE, &at).send().await.unwrap();
    assert_eq!(refusal(again).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_goes_on_with_is_collected() {
    let house = House::new().await;
    let (stays, goes) = (house.opens(10).await, house.opens(10).await);
    house.patches(&stays, 0, b"01234").await;
    house.patches(&goes, 0, b"01234").await;
    house.clock.advance(6 * jmap::DAY_MS);
    house.engine.settle().await.unwrap();
    let more = house.patches(&stays, 5, b"5").await;
    assert_eq!(said(&more, "upload-expires"), "Sun, 06 Dec 2026 09:00:00 GMT", "a week from the last bytes");
    house.clock.advance(jmap::DAY_MS);
    house.engine.settle().await.unwrap();
    assert_eq!(house.head(&goes).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(refusal(house.patches(&goes, 5, b"5").await).await.0, StatusCode::NOT_FOUND);
    assert_eq!(house.incoming(), 1, "its bytes went with it, at that hour");
    assert_eq!(house.offset(&stays).await, 6);
    // A file without its upload, as a kill between the two leaves it, goes with the daily run.
    std::fs::write(house.folder.path().join("blobs/incoming/p1.u1"), b"left").unwrap();
    house.clock.advance(jmap::DAY_MS);
    house.engine.settle().await.unwrap();
    assert_eq!(house.incoming(), 1);
    house.patches(&stays, 6, b"6789").await;
    assert_eq!(house.reads(&said(&house.head(&stays).await, "upload-blob-id")).await, b"0123456789");
}

#[tokio::test(flavor = "multi_thread")]
async fn open_uploads_are_bounded_and_finished_ones_do_not_count() {
    let house = House::new().await;
    let mut open = Vec::new();
    for _ in 0..model::limits::MAX_OPEN_UPLOADS {
        open.push(house.opens(1).await);
    }
    let more = || house.tus(&house.ana, Method::POST, "/upload").header("upload-length", 1).send();
    let (status, body) = refusal(more().await.unwrap()).await;
    assert_eq!((status, &body["limit"]), (StatusCode::TOO_MANY_REQUESTS, &json!("maxOpenUploads")));
    house.patches(&open[0], 0, b"x").await;
    assert_eq!(more().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(refusal(more().await.unwrap()).await.0, StatusCode::TOO_MANY_REQUESTS);
    house.tus(&house.ana, Method::DELETE, &open[1]).send().await.unwrap();
    assert_eq!(more().await.unwrap().status(), StatusCode::CREATED);
}

/// A PATCH of which only some bytes come.
async fn half(house: &House, at: &str, offset: u64, says: u64, more: &str, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(house.server().addr()).await.unwrap();
    let head = format!(
        "PATCH {at} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nContent-Type: {BYTES}\r\n\
         Upload-Offset: {offset}\r\nContent-Length: {says}\r\n{more}\r\n",
        house.ana.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_is_kept_as_far_as_it_came() {
    let house = House::with(|options| options.patience = impatient()).await;
    let bytes = some(1_000_000);
    let at = house.opens(1_000_000).await;
    // Too slow: it is said, and what came stays.
    let mut slow = half(&house, &at, 0, 1_000_000, "", &bytes[..600_000]).await;
    let mut said_back = Vec::new();
    let _ = slow.read_to_end(&mut said_back).await;
    assert!(String::from_utf8_lossy(&said_back).starts_with("HTTP/1.1 408"));
    assert_eq!(house.offset(&at).await, 600_000);
    // Gone in the middle.
    drop(half(&house, &at, 600_000, 400_000, "", &bytes[600_000..700_000]).await);
    let offset = loop {
        // Until the server has noticed.
        let offset = house.offset(&at).await;
        if offset != 600_000 {
            break offset;
        }
        tokio::task::yield_now().await;
    };
    assert!(offset > 600_000 && offset <= 700_000, "{offset}");
    // With a checksum nobody can say whether what came is right.
    let checksum = "Upload-Checksum: sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=\r\n";
    let mut slow = half(&house, &at, offset, 1000, checksum, &[0; 500]).await;
    said_back.clear();
    let _ = slow.read_to_end(&mut said_back).await;
    assert!(String::from_utf8_lossy(&said_back).starts_with("HTTP/1.1 408"));
    assert_eq!(house.offset(&at).await, offset);
    let last = house.patches(&at, offset, &bytes[offset as usize..]).await;
    assert!(house.reads(&said(&last, "upload-blob-id")).await == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_write_at_once_one_is_told_to_wait() {
    let house = House::new().await;
    let at = house.opens(10).await;
    let mut first = half(&house, &at, 0, 10, "", b"01234").await;
    house.has_begun().await;
    let busy = house.patches(&at, 0, b"").await;
    assert_eq!(said(&busy, "retry-after"), "1");
    assert_eq!(refusal(busy).await.0, StatusCode::LOCKED);
    first.write_all(b"56789").await.unwrap();
    let mut said_back = vec![0; 12];
    first.read_exact(&mut said_back).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&said_back), "HTTP/1.1 204");
    assert_eq!(house.reads(&said(&house.head(&at).await, "upload-blob-id")).await, b"0123456789");
    // Given up by one while another one writes it.
    let at = house.opens(10).await;
    let mut first = half(&house, &at, 0, 10, "", b"01234").await;
    house.has_begun().await;
    house.tus(&house.ana, Method::DELETE, &at).send().await.unwrap();
    first.write_all(b"56789").await.unwrap();
    first.read_exact(&mut said_back).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&said_back), "HTTP/1.1 404");
    assert_eq!(house.incoming(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_last_pieces_at_once_make_one_file() {
    let house = House::new().await;
    for _ in 0..5 {
        let at = house.opens(10).await;
        house.patches(&at, 0, b"012345").await;
        let all = futures_util::future::join_all((0..6).map(|_| house.patches(&at, 6, b"6789"))).await;
        let blobs: std::collections::BTreeSet<String> =
            all.iter().map(|answer| said(answer, "upload-blob-id")).filter(|blob| !blob.is_empty()).collect();
        let blob = said(&house.head(&at).await, "upload-blob-id");
        assert_eq!(blobs, std::collections::BTreeSet::from([blob.clone()]));
        assert_eq!(house.reads(&blob).await, b"0123456789");
    }
    let answer = house.post(&format!("/jmap/upload/{}", house.space)).bearer_auth(&house.ana.token).body("x");
    assert!(body_of(answer.send().await.unwrap()).await["blobId"].is_string());
}
