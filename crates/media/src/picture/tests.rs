//! Pictures of every sort, and files made to do harm.

use super::*;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::{Seek, Write};

const RED: [u8; 3] = [230, 20, 30];
const BLUE: [u8; 3] = [10, 40, 220];
const WORDS: &str = "Rua Augusta 24, Lisbon";

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn preview(bytes: &[u8], width: u32) -> Result<Preview, NoPreview> {
    let place = WIDTHS.iter().position(|known| *known == width).unwrap();
    Ok(Picture::open(file(bytes))?.previews()?[place].clone())
}

fn refusal(bytes: &[u8]) -> NoPreview {
    preview(bytes, 320).map(|preview| preview.media_type).expect_err("refused")
}

fn read(preview: &Preview) -> DynamicImage {
    image::load_from_memory(&preview.bytes).unwrap()
}

/// Red above, blue below.
fn flag(wide: u32, high: u32) -> DynamicImage {
    RgbImage::from_fn(wide, high, |_, y| Rgb(if y < high / 2 { RED } else { BLUE })).into()
}

/// As a camera's: no two pixels are sure to be alike.
fn photo(wide: u32, high: u32) -> DynamicImage {
    let grain = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(97) >> 27;
    RgbImage::from_fn(wide, high, |x, y| Rgb([x, y, x + y].map(|c| ((c / 9 + grain(x, y)) % 256) as u8))).into()
}

fn near(pixel: [u8; 3], wanted: [u8; 3]) -> bool {
    pixel.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) < 12)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A block of EXIF as a telephone writes it: which way up, and words that tell where somebody lives.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend([2, 0]);
    // ImageDescription, ASCII, by reference.
    tiff.extend([0x0e, 0x01, 2, 0]);
    tiff.extend((WORDS.len() as u32 + 1).to_le_bytes());
    tiff.extend(38u32.to_le_bytes());
    // Orientation, SHORT.
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(WORDS.as_bytes());
    tiff.push(0);
    tiff
}

fn jpeg_with(picture: &DynamicImage, exif: Vec<u8>, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif).unwrap();
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).unwrap();
    }
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn every_format_becomes_a_small_picture() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp] {
        let made = preview(&encoded(&flag(900, 600), format), 320).unwrap();
        let picture = read(&made).into_rgb8();
        assert_eq!(picture.dimensions(), (320, 213), "{format:?}");
        assert!(near(picture.get_pixel(160, 20).0, RED) && near(picture.get_pixel(160, 190).0, BLUE), "{format:?}");
        assert_eq!(size(file(&encoded(&flag(900, 600), format))), Some((900, 600)));
    }
}

#[test]
fn what_was_photographed_is_a_jpeg_and_what_was_drawn_stays_clear() {
    let photo = preview(&encoded(&photo(1000, 800), ImageFormat::Png), 640).unwrap();
    assert_eq!(photo.media_type, "image/jpeg");
    let drawn = preview(&encoded(&flag(500, 400), ImageFormat::Png), 640).unwrap();
    assert_eq!(drawn.media_type, "image/webp");
    assert_eq!(read(&drawn).into_rgb8(), flag(500, 400).into_rgb8(), "nothing is lost");
}

#[test]
fn each_width_has_its_own() {
    let made = Picture::open(file(&encoded(&photo(1600, 900), ImageFormat::Jpeg))).unwrap().previews().unwrap();
    let sizes = made.each_ref().map(|preview| (read(preview).width(), read(preview).height()));
    assert_eq!(sizes, [(320, 180), (640, 360), (1280, 720), (1600, 900)]);
}

#[test]
fn nothing_is_made_larger_and_very_long_pictures_are_bounded() {
    let sizes = |wide, high, width| {
        let picture = read(&preview(&encoded(&flag(wide, high), ImageFormat::Png), width).unwrap());
        (picture.width(), picture.height())
    };
    assert_eq!(sizes(10, 7, 2048), (10, 7));
    assert_eq!(sizes(320, 200, 320), (320, 200));
    assert_eq!(sizes(1, 9000, 320), (1, 1280));
    assert_eq!(sizes(9000, 1, 320), (320, 1));
    assert_eq!(sizes(400, 6000, 320), (85, 1280));
}

#[test]
fn pictures_stand_upright_and_say_nothing_but_pixels() {
    // Where red is, seen from the middle, after each of the eight ways to hold a camera.
    let expected = [(0, -1), (0, -1), (0, 1), (0, 1), (-1, 0), (1, 0), (1, 0), (-1, 0)];
    for (orientation, (x, y)) in (1u8..).zip(expected) {
        let original = jpeg_with(&flag(600, 400), exif(orientation), None);
        assert!(has(&original, WORDS) && has(&original, "Exif"));
        let made = preview(&original, 320).unwrap();
        assert!(!has(&made.bytes, WORDS) && !has(&made.bytes, "Exif"), "{orientation}");
        let lies = orientation > 4;
        let picture = read(&made).into_rgb8();
        assert_eq!(picture.dimensions(), if lies { (320, 480) } else { (320, 213) }, "{orientation}");
        assert_eq!(size(file(&original)), Some(if lies { (400, 600) } else { (600, 400) }));
        let at = |dx: i32, dy: i32| {
            let (wide, high) = (picture.width() as i32, picture.height() as i32);
            picture.get_pixel((wide / 2 + dx * wide / 4) as u32, (high / 2 + dy * high / 4) as u32).0
        };
        assert!(near(at(x, y), RED) && near(at(-x, -y), BLUE), "{orientation}: {:?} {:?}", at(x, y), at(-x, -y));
    }
    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.set_exif_metadata(exif(6)).unwrap();
    flag(600, 400).write_with_encoder(encoder).unwrap();
    let made = preview(&png, 640).unwrap();
    assert!(has(&png, WORDS) && !has(&made.bytes, WORDS));
    assert_eq!((read(&made).width(), read(&made).height()), (400, 600));
}

#[test]
fn what_stands_after_a_picture_or_beside_it_is_gone() {
    let mut jpeg = encoded(&flag(600, 400), ImageFormat::Jpeg);
    // A comment, right after the beginning.
    let comment = [&[0xFF, 0xFE, 0, WORDS.len() as u8 + 2], WORDS.as_bytes()].concat();
    jpeg.splice(2..2, comment);
    jpeg.extend(b"<html><script>alert(1)</script></html>PK\x03\x04 and a second file");
    let made = preview(&jpeg, 320).unwrap();
    assert!(!has(&made.bytes, WORDS) && !has(&made.bytes, "script") && !has(&made.bytes, "PK\x03\x04"));
}

#[test]
fn one_can_see_through_what_one_could_see_through() {
    let glass = RgbaImage::from_fn(800, 800, |x, _| Rgba(if x < 400 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }));
    let made = preview(&encoded(&glass.into(), ImageFormat::Png), 320).unwrap();
    assert_eq!(made.media_type, "image/webp");
    let picture = read(&made).into_rgba8();
    assert_eq!(picture.get_pixel(40, 160).0, [255, 0, 0, 255]);
    assert_eq!(picture.get_pixel(280, 160).0[3], 0);
    // Where the two meet, the green that nobody sees does not shine through.
    assert!(picture.enumerate_pixels().all(|(_, _, pixel)| pixel.0[3] < 20 || pixel.0[1] < 20));
    let solid = RgbaImage::from_pixel(800, 800, Rgba([9, 9, 9, 255]));
    let made = preview(&encoded(&solid.into(), ImageFormat::Png), 320).unwrap();
    assert!(!read(&made).color().has_alpha());
}

#[test]
fn greys_and_sixteen_bits_are_read() {
    for picture in [
        DynamicImage::ImageLuma8(flag(700, 500).into_luma8()),
        DynamicImage::ImageLumaA8(flag(700, 500).into_luma_alpha8()),
        DynamicImage::ImageRgb16(flag(700, 500).into_rgb16()),
        DynamicImage::ImageRgba16(flag(700, 500).into_rgba16()),
    ] {
        let made = read(&preview(&encoded(&picture, ImageFormat::Png), 320).unwrap());
        assert_eq!((made.width(), made.height()), (320, 229), "{:?}", picture.color());
    }
}

#[test]
fn colours_of_a_wide_screen_become_those_of_everybody() {
    let picture: DynamicImage = RgbImage::from_pixel(100, 100, Rgb([200, 60, 60])).into();
    let wide = ColorProfile::new_display_p3().encode().unwrap();
    let made = read(&preview(&jpeg_with(&picture, exif(1), Some(wide)), 320).unwrap()).into_rgb8();
    let [red, green, _] = made.get_pixel(50, 50).0;
    assert!(red > 210 && green < 50, "a red of Display P3 is a stronger one in sRGB: {red} {green}");
    for nonsense in [b"no profile at all".to_vec(), vec![0xFF; 4000], vec![0; 128]] {
        let made = read(&preview(&jpeg_with(&picture, exif(1), Some(nonsense)), 320).unwrap()).into_rgb8();
        assert!(near(made.get_pixel(50, 50).0, [200, 60, 60]));
    }
}

#[test]
fn of_what_moves_the_first_frame_is_shown() {
    use image::codecs::gif::GifEncoder;
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for colour in [RED, BLUE] {
        let frame = DynamicImage::from(RgbImage::from_pixel(400, 300, Rgb(colour))).into_rgba8();
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let made = read(&preview(&bytes, 320).unwrap()).into_rgb8();
    assert_eq!(made.dimensions(), (320, 240));
    assert!(made.pixels().all(|pixel| near(pixel.0, RED)));
}

/// A chunk of a PNG.
fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = !0u32;
    for byte in kind.iter().chain(content) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(content.len() as u32).to_be_bytes()[..], kind, content, &(!crc).to_be_bytes()].concat()
}

fn png_header(wide: u32, high: u32) -> Vec<u8> {
    let header = [&wide.to_be_bytes()[..], &high.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header)].concat()
}

#[test]
fn bombs_are_refused_before_they_are_decoded() {
    let bomb = [png_header(60_000, 60_000), chunk(b"IDAT", &[0x78; 50_000]), chunk(b"IEND", &[])].concat();
    assert_eq!(refusal(&bomb), NoPreview::TooLarge);
    let wide = [png_header(u32::MAX / 2, 1), chunk(b"IDAT", &[0x78; 50]), chunk(b"IEND", &[])].concat();
    assert!([NoPreview::TooLarge, NoPreview::Damaged].contains(&refusal(&wide)));
    // A first frame that is larger than the picture it stands in.
    let mut gif = b"GIF89a\x0a\0\x0a\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    gif.extend(b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0\x3b");
    assert!([NoPreview::TooLarge, NoPreview::Damaged].contains(&refusal(&gif)));
    let mut bmp = encoded(&flag(20, 20), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0]);
    assert_eq!(refusal(&bmp), NoPreview::TooLarge);
    let mut webp = Vec::new();
    WebPEncoder::new_lossless(&mut webp).encode(&[7; 3 * 64], 8, 8, ExtendedColorType::Rgb8).unwrap();
    let at = webp.windows(4).position(|window| window == b"VP8L").unwrap() + 9;
    webp[at..at + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0x0f]);
    assert!([NoPreview::TooLarge, NoPreview::Damaged].contains(&refusal(&webp)));
    let mut jpeg = encoded(&flag(20, 20), ImageFormat::Jpeg);
    let at = jpeg.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap() + 5;
    jpeg[at..at + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(refusal(&jpeg), NoPreview::TooLarge);
}

#[test]
fn a_jpeg_that_is_gone_over_again_and_again_is_refused() {
    let mut jpeg = encoded(&flag(20, 20), ImageFormat::Jpeg);
    let at = jpeg.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap() + 5;
    jpeg[at..at + 4].copy_from_slice(&[0x0f, 0xa0, 0x0f, 0xa0]);
    let scan = jpeg.windows(2).position(|window| window == [0xFF, 0xDA]).unwrap();
    let end = jpeg.len() - 2;
    let head = jpeg[scan..scan + 14].to_vec();
    for _ in 0..90 {
        jpeg.splice(end..end, head.clone());
    }
    assert_eq!(jpeg::scans(&jpeg), Some(jpeg::Scans { progressive: false, count: 91 }));
    assert_eq!(refusal(&jpeg), NoPreview::TooLarge);
}

#[test]
fn the_largest_that_is_taken_fits_into_its_memory() {
    for (wide, high, taken) in [(8192, 6144, true), (8192, 6145, false), (50_331_648, 1, true)] {
        // Nothing of the pixels is there: the header decides.
        let png = [png_header(wide, high), chunk(b"IDAT", &[]), chunk(b"IEND", &[])].concat();
        match Picture::open(file(&png)) {
            Ok(picture) => assert!(taken && picture.memory() <= MOST_MEMORY, "{wide} {high}"),
            Err(why) => assert!(!taken && why == NoPreview::TooLarge, "{wide} {high}: {why}"),
        }
    }
}

#[test]
fn what_breaks_off_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp] {
        let whole = encoded(&photo(400, 300), format);
        for length in [whole.len() / 50, whole.len() / 2, whole.len() - 40] {
            assert_eq!(refusal(&whole[..length]), NoPreview::Damaged, "{format:?}, {length} of {}", whole.len());
        }
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>"#;
    let tiff = b"II*\0\x08\0\0\0\0\0\0\0";
    for bytes in [&b""[..], b"x", b"%PDF-1.7", svg, tiff, b"<html><img></html>", b"\0\0\x01\0\x01\0\x10\x10", &[0; 900]]
    {
        assert_eq!(refusal(bytes), NoPreview::NotAPicture, "{bytes:?}");
    }
    for head in [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"BM"] {
        let svg = [head, svg].concat();
        assert_ne!(refusal(&svg), NoPreview::NotAPicture, "{head:?}");
    }
}

/// Whatever happens to its bytes, a picture is shown or refused, and the thread goes on.
#[test]
fn no_damage_does_more_than_spoil_a_picture() {
    let mut seed = 7u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp] {
        let whole = encoded(&photo(60, 40), format);
        for _ in 0..150 {
            let mut bytes = whole.clone();
            for _ in 0..=random(6) {
                // Headers more often than the rest.
                let most = if random(2) == 0 { 120.min(bytes.len()) } else { bytes.len() };
                let at = random(most);
                bytes[at] = random(256) as u8;
            }
            if let Ok(made) = preview(&bytes, 320) {
                assert!(made.bytes.len() < 10_000_000);
            }
        }
    }
}
