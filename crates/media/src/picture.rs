//! Previews of pictures: what somebody uploaded is decoded, turned upright, made smaller, and written anew with nothing
//! but its pixels. What a file calls itself counts for nothing; its first bytes choose the decoder. It knows neither
//! accounts nor a cache, and waits for nothing: whoever calls it has a thread for it, and room for `memory()`.

mod jpeg;
mod write;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use std::fs::File;
use std::io::{Cursor, Read};

/// The widths there are, in pixels.
pub const WIDTHS: [u32; 4] = [320, 640, 1280, 2048];
/// A preview is at most this many times as high as its width allows.
const HEIGHT: u32 = 4;
/// Bytes of a file that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Pixels that are decoded: 8192 by 6144, which is what a large camera gives.
const MOST_PIXELS: u64 = 8192 * 6144;
/// Pixels in all scans of a JPEG together: each scan goes over the whole picture once more.
const MOST_WORK: u64 = 1 << 30;
/// Bytes of memory that one picture may take.
pub const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// Bytes of a colour profile that is read.
const MOST_PROFILE: usize = 1024 * 1024;

/// Why there is no preview. None of it changes with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPreview {
    /// Its first bytes are those of none of the formats.
    #[error("the file is no picture of a kind that is read here: JPEG, PNG, GIF, WebP or BMP")]
    NotAPicture,
    /// It has more bytes or pixels, or would take more memory or work, than it may.
    #[error("the picture is too large for a preview: at most 64 MiB and 50 million pixels are read")]
    TooLarge,
    /// It breaks off, is not what its first bytes say, or is of a sort that is not read.
    #[error("the picture can't be read to its end: it is damaged, or of an unusual sort")]
    Damaged,
}

/// A picture of our own making.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub media_type: &'static str,
}

/// A picture whose first bytes were read, and which may be decoded.
pub struct Picture {
    bytes: Vec<u8>,
    format: ImageFormat,
    /// As it is stored.
    size: (u32, u32),
    orientation: Orientation,
    memory: u64,
}

/// Width and height of a picture as people see it, if it is one.
pub fn size(file: File) -> Option<(u32, u32)> {
    let picture = Picture::open(file).ok()?;
    Some(picture.upright())
}

impl Picture {
    /// Reads what a file says of itself.
    ///
    /// # Errors
    /// Why there can be no preview.
    pub fn open(file: File) -> Result<Picture, NoPreview> {
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|_| NoPreview::Damaged)?;
        let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp];
        let format = image::guess_format(&bytes).ok().filter(|format| known.contains(format));
        let format = format.ok_or(NoPreview::NotAPicture)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(NoPreview::TooLarge);
        }
        let scans = match format {
            ImageFormat::Jpeg => Some(jpeg::scans(&bytes).ok_or(NoPreview::Damaged)?),
            _ => None,
        };
        let (size, memory, orientation) = {
            let mut decoder = decoder(&bytes, format)?;
            let size = decoder.dimensions();
            let pixels = u64::from(size.0) * u64::from(size.1);
            let each = u64::from(decoder.color_type().bytes_per_pixel());
            if pixels == 0 {
                return Err(NoPreview::Damaged);
            }
            // Beside the pixels: the coefficients of a JPEG whose scans are put together, the planes of a WebP.
            let beside = match (&scans, format) {
                (Some(scans), _) if scans.progressive => 8,
                (_, ImageFormat::WebP) => 6,
                _ => 1,
            };
            let memory = pixels.saturating_mul(each + beside).saturating_add(2 * bytes.len() as u64);
            let work = pixels.saturating_mul(scans.map_or(1, |scans| scans.count));
            if pixels > MOST_PIXELS || memory > MOST_MEMORY || work > MOST_WORK {
                return Err(NoPreview::TooLarge);
            }
            // What can't be told stays as it is.
            (size, memory, decoder.orientation().unwrap_or(Orientation::NoTransforms))
        };
        Ok(Picture { bytes, format, size, orientation, memory })
    }

    /// Bytes of memory that its previews take while they are made.
    pub fn memory(&self) -> u64 {
        self.memory
    }

    /// Its previews, one for each of the widths. Each is at most so wide; a picture that is smaller keeps its size. Of what
    /// moves it is the first frame.
    ///
    /// # Errors
    /// Why there are none.
    pub fn previews(&self) -> Result<[Preview; WIDTHS.len()], NoPreview> {
        let mut decoder = decoder(&self.bytes, self.format)?;
        let profile = decoder.icc_profile().ok().flatten();
        let whole = DynamicImage::from_decoder(decoder).map_err(|_| NoPreview::Damaged)?;
        let sizes = WIDTHS.map(|width| fitting(self.upright(), width));
        let largest = scaled(whole, turned(self.orientation, sizes[WIDTHS.len() - 1]))?;
        let mut largest = eight_bits(largest);
        if let Some(profile) = profile {
            to_srgb(&mut largest, &profile);
        }
        largest.apply_orientation(self.orientation);
        // What was kept without loss is often a drawing or a screen, which stays clear and small that way.
        let exact = matches!(self.format, ImageFormat::Png | ImageFormat::Gif | ImageFormat::Bmp);
        let write = |picture: &DynamicImage| write::preview(picture, exact).ok_or(NoPreview::Damaged);
        let at_most = write(&largest)?;
        let mut made = WIDTHS.map(|_| at_most.clone());
        for (made, size) in made.iter_mut().zip(sizes) {
            if size != (largest.width(), largest.height()) {
                *made = write(&scaled_from(&largest, size)?)?;
            }
        }
        Ok(made)
    }

    /// The size as people see it.
    fn upright(&self) -> (u32, u32) {
        turned(self.orientation, self.size)
    }
}

/// The size of a preview.
fn fitting((wide, high): (u32, u32), width: u32) -> (u32, u32) {
    let most = (width, width * HEIGHT);
    let by = (f64::from(most.0) / f64::from(wide)).min(f64::from(most.1) / f64::from(high));
    if by >= 1.0 {
        return (wide, high);
    }
    let scaled = |side: u32, most: u32| ((f64::from(side) * by).round() as u32).clamp(1, most);
    (scaled(wide, most.0), scaled(high, most.1))
}

fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, NoPreview> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => NoPreview::TooLarge,
        _ => NoPreview::Damaged,
    })
}

/// A size before or after it was turned.
fn turned(orientation: Orientation, (wide, high): (u32, u32)) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (high, wide)
        }
        _ => (wide, high),
    }
}

fn scaled(picture: DynamicImage, size: (u32, u32)) -> Result<DynamicImage, NoPreview> {
    if (picture.width(), picture.height()) == size { Ok(picture) } else { scaled_from(&picture, size) }
}

fn scaled_from(picture: &DynamicImage, (wide, high): (u32, u32)) -> Result<DynamicImage, NoPreview> {
    let mut made = DynamicImage::new(wide, high, picture.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(picture, &mut made, &options).map_err(|_| NoPreview::Damaged)?;
    Ok(made)
}

/// Three bytes a pixel, or four where something can be seen through.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        let with_alpha = picture.into_rgba8();
        if with_alpha.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
            return DynamicImage::ImageRgba8(with_alpha);
        }
        return DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(with_alpha).into_rgb8());
    }
    DynamicImage::ImageRgb8(picture.into_rgb8())
}

/// Colours of a camera or a screen become those that everybody means where nothing is said. A profile that makes no sense
/// is left out.
fn to_srgb(picture: &mut DynamicImage, profile: &[u8]) {
    let (layout, pixels): (Layout, &mut [u8]) = match picture {
        DynamicImage::ImageRgb8(rgb) => (Layout::Rgb, rgb),
        DynamicImage::ImageRgba8(rgba) => (Layout::Rgba, rgba),
        _ => return,
    };
    if profile.len() > MOST_PROFILE {
        return;
    }
    let Ok(of) = ColorProfile::new_from_slice(profile) else { return };
    if of.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = of.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()) else { return };
    let mut made = vec![0; pixels.len()];
    if transform.transform(pixels, &mut made).is_ok() {
        pixels.copy_from_slice(&made);
    }
}

#[cfg(test)]
mod tests;
