//! Previews of pictures: who gets them, what is in them, and what is refused.

use crate::house::{House, Person, body_of, refusal};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use std::io::Cursor;

const WORDS: &str = "Rua Augusta 24, Lisbon";

/// A photo that lies on its side, with words that are nobody's business.
fn photo() -> Vec<u8> {
    let colours = |x: u32, y: u32| Rgb([(x / 5) as u8, (y / 5) as u8, (x ^ y) as u8]);
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend(WORDS.as_bytes());
    image::ImageEncoder::set_exif_metadata(&mut encoder, exif).unwrap();
    DynamicImage::from(RgbImage::from_fn(1200, 900, colours)).write_with_encoder(encoder).unwrap();
    assert!(has(&bytes, WORDS.as_bytes()));
    bytes
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// A PNG whose header says that it is so large.
fn bomb(wide: u32, high: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(4, 4).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let mut bytes = bytes.into_inner();
    bytes[16..20].copy_from_slice(&wide.to_be_bytes());
    bytes[20..24].copy_from_slice(&high.to_be_bytes());
    let mut crc = !0u32;
    for byte in &bytes[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes.resize(50_000, 0x78);
    bytes
}

fn asks(house: &House, who: &Person, blob: &str, rest: &str) -> RequestBuilder {
    house.get(&format!("/jmap/download/{}/{blob}/{rest}", house.space)).bearer_auth(&who.token)
}

async fn asked(house: &House, blob: &str, rest: &str) -> Response {
    asks(house, &house.ana, blob, rest).send().await.unwrap()
}

async fn made(house: &House) -> u32 {
    let figures = house.get("/metrics").send().await.unwrap().text().await.unwrap();
    let line = figures.lines().find_map(|line| line.strip_prefix("meanwhile_previews_made_total "));
    line.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_given_in_the_width_that_is_asked_for_and_without_what_its_file_says() {
    let house = House::new().await;
    let photo = photo();
    let blob = house.uploads(&house.ana, &photo).await;
    for (width, size) in [(320, (320, 427)), (640, (640, 853)), (1280, (900, 1200)), (2048, (900, 1200))] {
        let answer = asked(&house, &blob, &format!("Beach.HEIC.png?type=image/svg%2Bxml&width={width}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let headers = answer.headers().clone();
        assert_eq!(headers["content-type"], "image/jpeg", "what it is, and not what it calls itself");
        assert_eq!(headers["content-disposition"], "inline; filename=\"Beach.HEIC.jpg\"");
        assert_eq!(headers["cache-control"], "private, max-age=31536000, immutable");
        assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(headers["content-length"].to_str().unwrap(), bytes.len().to_string());
        let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "upright");
        assert!(!has(&bytes, WORDS.as_bytes()) && !has(&bytes, b"Exif"));
    }
    assert_eq!(made(&house).await, 1, "all widths at once");
    let original = asked(&house, &blob, "beach.jpg?type=image/jpeg").await;
    assert!(original.bytes().await.unwrap() == photo, "the file itself stays as it is, to the byte");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_has_it_is_told_so_and_a_part_is_the_whole() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, &photo()).await;
    let get = |rest: &'static str, name: &'static str, value: String| {
        asks(&house, &house.ana, &blob, rest).header(name, value).send()
    };
    let first = asked(&house, &blob, "x?width=320").await;
    let etag = first.headers()["etag"].to_str().unwrap().to_string();
    let length = first.headers()["content-length"].clone();
    let again = get("x?width=320", "if-none-match", etag.clone()).await.unwrap();
    assert_eq!((again.status(), again.headers()["etag"].to_str().unwrap()), (StatusCode::NOT_MODIFIED, etag.as_str()));
    assert_eq!(again.headers()["cache-control"], "private, max-age=31536000, immutable");
    for other in ["x?width=640", "x"] {
        assert_eq!(get(other, "if-none-match", etag.clone()).await.unwrap().status(), StatusCode::OK, "{other}");
    }
    let part = get("x?width=320", "range", "bytes=0-9".into()).await.unwrap();
    assert_eq!((part.status(), &part.headers()["content-length"]), (StatusCode::OK, &length));
    let path = format!("{}/jmap/download/{}/{blob}/x?width=320", house.url, house.space);
    let head = house.client.request(Method::HEAD, path).bearer_auth(&house.ana.token).send().await.unwrap();
    assert_eq!((head.status(), &head.headers()["content-length"]), (StatusCode::OK, &length));
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_have_the_file_may_not_have_its_preview() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, &photo()).await;
    // It is there, and it makes no difference.
    assert_eq!(asked(&house, &blob, "x?width=320").await.status(), StatusCode::OK);
    let nowhere = house.space.with_letter(b'b').to_string();
    for width in ["320", "2048"] {
        let rest = format!("x?width={width}");
        let one = refusal(asks(&house, &house.bo, &blob, &rest).send().await.unwrap()).await;
        let two = refusal(asks(&house, &house.bo, &nowhere, &rest).send().await.unwrap()).await;
        let plain = refusal(asks(&house, &house.bo, &nowhere, "x").send().await.unwrap()).await;
        assert_eq!((&one, &one), (&two, &plain));
        assert_eq!(one.0, StatusCode::NOT_FOUND);
    }
    let etag = asked(&house, &blob, "x?width=320").await.headers()["etag"].clone();
    let known = asks(&house, &house.bo, &blob, "x?width=320").header("if-none-match", etag).send().await.unwrap();
    assert_eq!(refusal(known).await.0, StatusCode::NOT_FOUND);
    let stranger = house.get(&format!("/jmap/download/{}/{blob}/x?width=320", house.space)).send().await.unwrap();
    assert_eq!(refusal(stranger).await.0, StatusCode::UNAUTHORIZED);
    let read_only = format!("/jmap/download/{}/{blob}/x?width=320", house.bo.id);
    let elsewhere = house.get(&read_only).bearer_auth(&house.bo.token).send().await.unwrap();
    assert_eq!(refusal(elsewhere).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_four_widths() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, &photo()).await;
    for width in ["", "0", "319", "321", "-320", "+320x", "1e3", "99999999999999999999", "320,640", "auto"] {
        let (status, body) = refusal(asked(&house, &blob, &format!("x?width={width}")).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{width}");
        assert!(body["detail"].as_str().unwrap().contains("320, 640, 1280, 2048"), "{body}");
    }
    assert_eq!(made(&house).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_or_does_harm_is_refused_and_the_server_goes_on() {
    let house = House::new().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let photo = photo();
    let polyglot = [b"GIF89a/*".as_slice(), b"*/=1;alert(1)//<html><script>alert(1)</script>"].concat();
    for (bytes, why) in [
        (svg.to_vec(), "no picture"),
        (b"%PDF-1.7".to_vec(), "no picture"),
        (Vec::new(), "no picture"),
        (bomb(60_000, 60_000), "too large"),
        (photo[..photo.len() / 2].to_vec(), "can't be read to its end"),
        (photo[..100].to_vec(), "can't be read to its end"),
        (bomb(300, 300), "can't be read to its end"),
        (polyglot, ""),
    ] {
        let blob = house.uploads(&house.ana, &bytes).await;
        for _ in 0..2 {
            let (status, body) = refusal(asked(&house, &blob, "x.png?width=640&type=image/png").await).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
            let detail = body["detail"].as_str().unwrap();
            assert!(detail.contains(why) && detail.contains("leave out \"width\""), "{detail}");
        }
        assert_eq!(asked(&house, &blob, "x").await.bytes().await.unwrap(), bytes, "the file itself is given");
    }
    assert_eq!(made(&house).await, 0);
    assert_eq!(house.get("/readyz").send().await.unwrap().status(), StatusCode::OK);
    // After a picture comes what is none: of that nothing is passed on.
    let mut both = photo.clone();
    both.extend(b"<html><script>alert(1)</script></html>");
    let blob = house.uploads(&house.ana, &both).await;
    let bytes = asked(&house, &blob, "x?width=2048").await.bytes().await.unwrap();
    assert!(!has(&bytes, b"script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_at_the_same_time_waits_for_the_same_work() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, &photo()).await;
    let asked: Vec<_> = (0..30)
        .map(|n| tokio::spawn(asks(&house, &house.ana, &blob, ["x?width=320", "x?width=640"][n % 2]).send()))
        .collect();
    for one in asked {
        assert_eq!(one.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(made(&house).await, 1);
    std::fs::remove_dir_all(house.folder.path().join("previews")).unwrap();
    assert_eq!(asks(&house, &house.ana, &blob, "x?width=320").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(made(&house).await, 2, "the folder may go at any time");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_has_no_preview() {
    let house = House::new().await;
    let blob = house.uploads(&house.ana, &photo()).await;
    let file = json!({ "kind": "file", "title": "Beach", "blobs": [{ "blobId": blob, "name": "beach.jpg", "type": "image/jpeg" }] });
    let (_, answer) =
        house.call(&house.ana, "Item/set", json!({ "accountId": house.space, "create": { "k": file } })).await;
    let id = answer["created"]["k"]["id"].as_str().unwrap().to_string();
    // The upload is over; the Item holds it.
    house.clock.advance(2 * jmap::DAY_MS);
    assert_eq!(asked(&house, &blob, "x?width=320").await.status(), StatusCode::OK);
    let (_, answer) = house.call(&house.ana, "Item/set", json!({ "accountId": house.space, "destroy": [id] })).await;
    assert!(answer["notDestroyed"].is_null(), "{answer}");
    assert_eq!(refusal(asked(&house, &blob, "x?width=320").await).await.0, StatusCode::NOT_FOUND);
    let (_, body) = refusal(asked(&house, &blob, "x?width=320").await).await;
    assert_eq!(body["title"], body_of(asked(&house, &blob, "x").await).await["title"]);
}
