//! How a preview is written: JPEG for what one can't see through, else WebP without loss; with nothing but the pixels.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;

use super::Preview;

/// Of a hundred; below, edges of letters begin to blur.
const QUALITY: u8 = 82;

/// `exact`: it is kept without loss where that makes it no larger.
pub(super) fn preview(picture: &DynamicImage, exact: bool) -> Option<Preview> {
    if picture.color().has_alpha() {
        return webp(picture);
    }
    let jpeg = jpeg(picture)?;
    let exact = if exact { webp(picture) } else { None };
    Some(exact.filter(|exact| exact.bytes.len() <= jpeg.bytes.len()).unwrap_or(jpeg))
}

fn jpeg(picture: &DynamicImage) -> Option<Preview> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).ok()?;
    Some(Preview { bytes, media_type: "image/jpeg" })
}

fn webp(picture: &DynamicImage) -> Option<Preview> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).ok()?;
    Some(Preview { bytes, media_type: "image/webp" })
}
