//! `work_pixels`: what checking or decoding a file costs, from its headers alone.
//!
//! The unit is a weighted pixel: about the CPU time that a pixel of a baseline JPEG with 4:2:0 sampling takes. Other
//! formats and kinds have a weight for each of their pixels, and an animation has the sum over its frames.

use crate::error::Result;
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::header::{Header, read_header};
use super::inspect::detect;
use super::jpeg;

/// What checking or decoding a file costs, in weighted pixels: one is about the CPU time of a pixel of a baseline JPEG
/// with 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts.
///
/// Only headers are read, no pixel is decoded. Of `rules`, `formats` and `max_bytes` hold; the size of the picture and its
/// work are not judged. A file that is cut off after its header counts as far as it goes.
///
/// Errors: `option_invalid`, `image_too_small` for no bytes at all, `image_too_large`, `image_format_unknown`,
/// `image_format_not_allowed`, `image_format_unsupported`, `image_corrupt`, `cancelled`.
///
/// ```
/// # fn run(photo: &[u8]) -> presize::Result<()> {
/// use presize::{ImageRules, work_pixels};
///
/// let work = work_pixels(photo, &ImageRules::default())?;
/// println!("as much work as a photo of {} megapixels", work / 1_000_000);
/// # Ok(())
/// # }
/// ```
pub fn work_pixels(bytes: &[u8], rules: &ImageRules) -> Result<u64> {
    rules.check_cancelled()?;
    rules.validate()?;
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    Ok(work_of(bytes, &read_header(bytes, format, rules)?))
}

/// The work of a file whose header is read.
pub(crate) fn work_of(bytes: &[u8], header: &Header) -> u64 {
    match header.format {
        // Its scans come after the header.
        ImageFormat::Jpeg => jpeg::work_pixels(bytes),
        _ => header.work_pixels,
    }
}

/// Weights, in tenths of a weighted pixel.
const TENTHS: u64 = 10;

/// A block of a baseline JPEG: 64 samples, of which a pixel with 4:2:0 sampling has one and a half.
const JPEG_BLOCK: u64 = 64 * TENTHS * 2 / 3;
/// A block that a scan of a progressive JPEG visits.
const JPEG_VISIT: u64 = JPEG_BLOCK / 4;
/// A pixel of a GIF frame.
const GIF_PIXEL: u64 = 5;
/// A pixel of a lossy WebP.
const WEBP_LOSSY_PIXEL: u64 = 30;
/// A pixel of a lossless WebP, and of the alpha plane of a lossy one.
const WEBP_LOSSLESS_PIXEL: u64 = 30;

/// The work of a JPEG with so many blocks, of which the scans visit some several times.
pub(super) fn jpeg_work(blocks: u64, visits: u64, is_progressive: bool) -> u64 {
    let visits = if is_progressive { visits.saturating_mul(JPEG_VISIT) } else { 0 };
    blocks.saturating_mul(JPEG_BLOCK).saturating_add(visits) / TENTHS
}

/// The work of a PNG whose frames have so many pixels.
pub(super) fn png_work(pixels: u64, bits_per_pixel: u64, is_interlaced: bool) -> u64 {
    let weight = 2 + bits_per_pixel * if is_interlaced { 2 } else { 1 } / 4;
    pixels.saturating_mul(weight) / TENTHS
}

/// The work of a GIF whose frames have so many pixels.
pub(super) fn gif_work(pixels: u64) -> u64 {
    pixels.saturating_mul(GIF_PIXEL) / TENTHS
}

/// The work of a WebP whose frames have so many pixels. Frames of an animation may each be of another kind, so that they
/// count as the dearest.
pub(super) fn webp_work(pixels: u64, is_lossless: bool, has_alpha: bool, is_animated: bool) -> u64 {
    let weight = match (is_lossless, has_alpha) {
        _ if is_animated => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (true, _) => WEBP_LOSSLESS_PIXEL,
        (false, true) => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (false, false) => WEBP_LOSSY_PIXEL,
    };
    pixels.saturating_mul(weight) / TENTHS
}
