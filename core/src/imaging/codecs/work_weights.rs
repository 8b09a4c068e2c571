//! The work of a pixel, a block and a byte of each format, in hundredths of a weighted pixel.
//!
//! The weights were found with `cargo xtask bench work`, which generates the slowest known files of each kind and measures the
//! CPU time of a thread (x86-64, release build). With them a weighted pixel of a large picture takes 0.3 to 4 ns in `check`, and
//! up to 9 ns in a transform.
//!
//! | unit of work | ns in check | weight |
//! | --- | ---: | ---: |
//! | a block of a baseline JPEG: without coefficients, with all | 20, 360 | 21 |
//! | a block that a scan of a progressive JPEG visits | 5 | 2 |
//! | a byte of a JPEG, as eight codes of one bit | 8 | 2 |
//! | a pixel of a PNG: itself, per bit, for Adam7 | 1, 0.06, 0.1 | 0.4, 0.02, 0.4 |
//! | a byte of a PNG, as deflate blocks that each have Huffman tables | 75 | 6 |
//! | a pixel of a GIF | 1.3 (5 in a transform) | 1 |
//! | a pixel of a lossy WebP | 5 | 1.2 |
//! | a pixel of a lossless WebP, or of an alpha plane | 11 | 2.4 |
//!
//! Bytes are expensive only in files with few pixels, so they weigh less than their worst case: ten megabytes take at most 0.9 s.

use crate::format::ImageFormat;

/// A block of a JPEG: 64 samples, where a pixel of 4:2:0 has one and a half.
const JPEG_BLOCK: u64 = 2_100;
/// A visit of a block by a scan of a progressive JPEG.
const JPEG_VISIT: u64 = 200;
/// A byte of a JPEG.
const JPEG_BYTE: u64 = 200;
/// A pixel of a PNG, a bit of it, and the addition for Adam7.
const PNG_PIXEL: u64 = 40;
const PNG_BIT: u64 = 2;
const PNG_ADAM7: u64 = 40;
/// The conversion to sRGB of a pixel of a PNG whose colours are declared without a profile.
pub(super) const PNG_CONVERSION: u64 = 100;
/// A pixel of a GIF.
pub(super) const GIF_PIXEL: u64 = 100;
/// A pixel of a WebP. An alpha plane is a lossless picture of its own.
const WEBP_LOSSY_PIXEL: u64 = 120;
const WEBP_LOSSLESS_PIXEL: u64 = 240;

/// The work of a JPEG with this many blocks, and visits of them by its scans.
pub(super) fn jpeg_work(blocks: u64, visits: u64, is_progressive: bool, bytes: u64) -> u64 {
    let visits = if is_progressive { visits.saturating_mul(JPEG_VISIT) } else { 0 };
    let blocks = blocks.saturating_mul(JPEG_BLOCK).saturating_add(visits);
    blocks.saturating_add(bytes.saturating_mul(JPEG_BYTE)) / 100
}

/// The work of a pixel of a PNG.
pub(super) fn png_pixel(bits_per_pixel: u64, is_interlaced: bool) -> u64 {
    PNG_PIXEL + PNG_BIT * bits_per_pixel + if is_interlaced { PNG_ADAM7 } else { 0 }
}

/// The work of a pixel of a WebP. Each frame of an animation may be lossy or lossless, so all count as the most expensive kind.
pub(super) fn webp_pixel(is_lossless: bool, has_alpha: bool, is_animated: bool) -> u64 {
    match (is_lossless, has_alpha) {
        _ if is_animated => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (true, _) => WEBP_LOSSLESS_PIXEL,
        (false, true) => WEBP_LOSSY_PIXEL + WEBP_LOSSLESS_PIXEL,
        (false, false) => WEBP_LOSSY_PIXEL,
    }
}

/// The work of the bytes of a PNG, GIF or WebP, in weighted pixels.
pub(super) fn byte_work(format: ImageFormat, bytes: usize) -> u64 {
    bytes as u64 * if format == ImageFormat::Png { 6 } else { 2 }
}
