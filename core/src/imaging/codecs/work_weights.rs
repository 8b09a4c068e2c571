//! What a pixel, a block and a byte of each format cost, in hundredths of a weighted pixel.
//!
//! They were found by `cargo xtask bench work`, which makes the slowest files of each kind that are known and reads the CPU
//! time of a thread (x86-64, release build): with them a weighted pixel of a large picture is 0.3 to 4 ns in `check`, and up
//! to 9 ns in a transform, which keeps all pixels of what is no JPEG.
//!
//! | what | ns, check | weight |
//! | --- | ---: | ---: |
//! | a block of a baseline JPEG: without coefficients, with all | 20, 360 | 21 |
//! | a block that a scan of a progressive JPEG visits | 5 | 2 |
//! | a byte of a JPEG, eight codes of a bit each | 8 | 2 |
//! | a pixel of a PNG: for itself, for each bit, for Adam7 | 1, 0.06, 0.1 | 0.4, 0.02, 0.4 |
//! | a byte of a PNG, whose deflate blocks may each have tables of their own | 75 | 6 |
//! | a pixel of a GIF | 1.3 (5 in a transform) | 1 |
//! | a pixel of a lossy WebP | 5 | 1.2 |
//! | a pixel of a lossless WebP, or of an alpha plane | 11 | 2.4 |
//!
//! The bytes of a file can cost much only where there are few pixels for them, so that they count less than they can cost:
//! ten megabytes are at most 0.9 s whatever they are.

use crate::format::ImageFormat;

/// A block of a JPEG: 64 samples, of which a pixel with 4:2:0 sampling has one and a half.
const JPEG_BLOCK: u64 = 2_100;
/// A visit of a block by a scan of a progressive JPEG.
const JPEG_VISIT: u64 = 200;
/// A byte of a JPEG.
const JPEG_BYTE: u64 = 200;
/// A pixel of a PNG, one of its bits, and what interlacing adds.
const PNG_PIXEL: u64 = 40;
const PNG_BIT: u64 = 2;
const PNG_ADAM7: u64 = 40;
/// The conversion of a pixel of a PNG whose colours are declared without a profile.
pub(super) const PNG_CONVERSION: u64 = 100;
/// A pixel of a GIF.
pub(super) const GIF_PIXEL: u64 = 100;
/// A pixel of a WebP. An alpha plane is a lossless picture of its own.
const WEBP_LOSSY_PIXEL: u64 = 120;
const WEBP_LOSSLESS_PIXEL: u64 = 240;

/// The work of a JPEG with this many blocks, and visits of blocks by its scans.
pub(super) fn jpeg_work(blocks: u64, visits: u64, is_progressive: bool, bytes: u64) -> u64 {
    let visits = if is_progressive { visits.saturating_mul(JPEG_VISIT) } else { 0 };
    let blocks = blocks.saturating_mul(JPEG_BLOCK).saturating_add(visits);
    blocks.saturating_add(bytes.saturating_mul(JPEG_BYTE)) / 100
}

/// A pixel of a PNG, by its bits.
pub(super) fn png_pixel(bits_per_pixel: u64, is_interlaced: bool) -> u64 {
    PNG_PIXEL + PNG_BIT * bits_per_pixel + if is_interlaced { PNG_ADAM7 } else { 0 }
}

/// A pixel of a WebP. Frames of an animation may each be of another kind, so that they count as the dearest.
pub(super) fn webp_pixel(is_lossless: bool, has_alpha: bool, is_animated: bool) -> u64 {
    match (is_lossless, has_alpha) {
        _ if is_animated => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (true, _) => WEBP_LOSSLESS_PIXEL,
        (false, true) => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (false, false) => WEBP_LOSSY_PIXEL,
    }
}

/// What the bytes of a PNG, a GIF or a WebP cost, in weighted pixels, in addition to its pixels.
pub(super) fn byte_work(format: ImageFormat, bytes: usize) -> u64 {
    bytes as u64 * if format == ImageFormat::Png { 6 } else { 2 }
}
