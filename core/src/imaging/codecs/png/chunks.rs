//! The chunk parser of a PNG: everything that the chunks say, and what is wrong with them that matters.
//!
//! A chunk is a length, a type, the data and a CRC. What this pass takes from a file:
//!
//! ```text
//! IHDR 13   800 x 600, bit depth 8, colour type 3                      size; pixels are palette indices
//! PLTE 768  256 entries                                                needed, since the colour type is 3
//! tRNS 2    opacities of the entries 0 and 1                           the pixels have alpha
//! gAMA 4    45455                                                      color_chunks.rs
//! eXIf 60   orientation 6                                              the picture is turned
//! IDAT n    zlib data                                                  n bytes, which must hold 600 rows of 1 + 800 bytes
//! IEND 0
//! ```

use crate::error::Result;

use super::animation::Animation;
use super::color_chunks::{ColorChunks, DeclaredSpace};
use super::crc::crc;
use super::input::Kept;
use crate::imaging::codecs::exif::{self, ExifSummary};
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::orient::Orientation;
use crate::imaging::pixels::srgb_tables::TABLE_BYTES;

/// A parsed PNG: what its chunks say, without the image data.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
pub(in crate::imaging) struct ParsedPng<'a> {
    pub width: u32,
    pub height: u32,
    pub bit_depth: u8,
    pub color_type: u8,
    pub is_interlaced: bool,
    /// The entries of the palette that the indices of the picture can reach.
    pub palette_entries: usize,
    pub has_transparency: bool,
    /// Which ancillary chunks the `png` crate gets to see.
    pub(super) kept: Kept,
    pub(super) colors: ColorChunks<'a>,
    pub exif: Option<&'a [u8]>,
    pub exif_summary: Option<ExifSummary>,
    pub orientation: Orientation,
    /// Whether it is an APNG: it has an `acTL` before the image data, and the animation is consistent.
    pub is_apng: bool,
    pub frames: u64,
    pub frame_pixels: u64,
    /// Bytes of the data of all `IDAT`.
    pub data_bytes: u64,
    /// Whether the `fdAT` of any frame are too short for its rows.
    pub is_too_short: bool,
    /// Whether there is an `IDAT`.
    pub has_data: bool,
    /// Whether the file ends within its animation.
    pub ends_early: bool,
}

/// Parses the chunks in one pass and verifies the CRC of a few. Of a file that is cut off, it returns what was found, if that
/// includes the header.
pub(in crate::imaging) fn parse(bytes: &[u8]) -> Result<ParsedPng<'_>> {
    let mut chunks = ParsedPng::default();
    let mut rest = bytes.get(8..).unwrap_or_default();
    let (chunk_type, data, after) = split_chunk(rest).ok_or_else(|| corrupt("a PNG that ends in its header"))?;
    let (b"IHDR", [w0, w1, w2, w3, h0, h1, h2, h3, depth, color, _, _, interlace]) = (chunk_type, data) else {
        return Err(corrupt("a PNG that does not start with an IHDR chunk"));
    };
    chunks.width = u32::from_be_bytes([*w0, *w1, *w2, *w3]);
    chunks.height = u32::from_be_bytes([*h0, *h1, *h2, *h3]);
    chunks.bit_depth = *depth;
    chunks.color_type = *color;
    chunks.is_interlaced = *interlace != 0;
    if chunks.width == 0 || chunks.height == 0 {
        return Err(corrupt("a PNG whose width or height is 0"));
    }
    if !matches!((color, depth), (0, 1 | 2 | 4 | 8 | 16) | (2 | 4 | 6, 8 | 16) | (3, 1 | 2 | 4 | 8)) {
        return Err(corrupt("a PNG with an invalid combination of colour type and bit depth"));
    }
    rest = after;
    let mut animation = Animation::default();
    let canvas = (chunks.width, chunks.height);
    let mut has_control_before_data = false;
    // Raw bytes of the rows of the current frame, and compressed bytes of its data: none before the first `fdAT`.
    let (mut frame_rows, mut frame_data) = (0_u64, 0_u64);
    let mut is_complete = false;
    while let Some((chunk_type, data, after)) = split_chunk(rest).or_else(|| split_cut_data(rest)) {
        let is_intact = || {
            rest.get(8 + data.len()..).and_then(|rest| rest.first_chunk())
                == Some(&crc(*chunk_type, data).to_be_bytes())
        };
        match chunk_type {
            b"IDAT" => {
                animation.image_data();
                if !chunks.has_data && !has_control_before_data {
                    chunks.add_frame(chunks.width, chunks.height); // a static image that is not a frame
                }
                chunks.has_data = true;
                chunks.data_bytes += data.len() as u64;
            }
            b"PLTE" if !chunks.has_data && chunks.color_type == 3 => {
                if !palette_fits(data) {
                    return Err(corrupt("a PNG with a palette of an invalid length"));
                }
                chunks.palette_entries = (data.len() / 3).min(1 << chunks.bit_depth);
            }
            b"tRNS"
                if !chunks.has_data && !chunks.has_transparency && chunks.transparency_fits(data) && is_intact() =>
            {
                chunks.has_transparency = true;
                chunks.kept.transparency_at = Some(bytes.len() - rest.len());
                if let (0, 1 | 2 | 4, [_, gray]) = (chunks.color_type, chunks.bit_depth, data) {
                    chunks.kept.transparent_gray = Some(gray & ((1 << chunks.bit_depth) - 1));
                }
            }
            b"acTL" if !chunks.has_data => animation.animation_control(data, is_intact()),
            b"eXIf" if !chunks.has_data && chunks.exif.is_none() => {
                chunks.exif = Some(data);
                let orientation = exif::orientation(data).unwrap_or_default();
                let summary = exif::summary(data);
                // The CRC of a block of megabytes is computed only if the block says something.
                if (orientation != Orientation::Normal || summary.is_some()) && is_intact() {
                    (chunks.orientation, chunks.exif_summary) = (orientation, summary);
                }
            }
            b"fcTL" => {
                has_control_before_data = true;
                if let Some((width, height)) = animation.frame_control(data, is_intact(), canvas, chunks.has_data) {
                    chunks.add_frame(width, height);
                    chunks.is_too_short |= frame_rows > most_inflated_bytes(frame_data);
                    frame_rows = if chunks.has_data { chunks.raw_bytes(width, height) } else { 0 };
                    frame_data = 0;
                }
            }
            b"fdAT" => {
                animation.frame_data(data, chunks.has_data);
                frame_data += data.len() as u64;
            }
            b"IEND" => {
                is_complete = true;
                break;
            }
            _ if !chunks.has_data => chunks.colors.take(*chunk_type, data, is_intact),
            _ => {}
        }
        rest = after;
    }
    chunks.is_too_short |= frame_rows > most_inflated_bytes(frame_data);
    chunks.ends_early = animation.is_valid() && !animation.is_complete() && !is_complete;
    chunks.is_apng = animation.is_valid() && (animation.is_complete() || chunks.ends_early);
    chunks.kept.is_animated = chunks.is_apng;
    Ok(chunks)
}

/// Whether a `PLTE` has a valid length (PNG, third edition, section 11.2.2): 1 to 256 entries of three bytes.
pub(in crate::imaging) fn palette_fits(data: &[u8]) -> bool {
    data.len().is_multiple_of(3) && (3..=768).contains(&data.len())
}

pub(super) const TOO_SHORT: &str = "a PNG with too little data for its size";

/// The most bytes that deflate data of this length can become: 1032 per byte. The longest match is 258 bytes and takes at least
/// two bits, one for its length and one for its distance, since no Huffman code is shorter; literals and shorter matches take
/// more bits per byte (RFC 1951, section 3.2.5).
fn most_inflated_bytes(deflated_bytes: u64) -> u64 {
    deflated_bytes.saturating_mul(258 * 8 / 2)
}

/// The passes of Adam7 (section 8.2): first column, first row, and the step across and down.
const ADAM7_PASSES: [[u64; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

impl ParsedPng<'_> {
    /// The bytes of all scanlines of a frame, each with its filter type byte.
    fn raw_bytes(&self, width: u32, height: u32) -> u64 {
        let row_bytes = |width: u64| 1 + (width * self.bits_per_pixel()).div_ceil(8);
        let (width, height) = (u64::from(width), u64::from(height));
        if !self.is_interlaced {
            return row_bytes(width).saturating_mul(height);
        }
        let passes = ADAM7_PASSES.iter().map(|[left, top, across, down]| {
            let width = width.saturating_sub(*left).div_ceil(*across);
            let height = height.saturating_sub(*top).div_ceil(*down);
            if width == 0 { 0 } else { row_bytes(width).saturating_mul(height) }
        });
        passes.fold(0, u64::saturating_add)
    }

    /// Whether a `tRNS` has a valid length for this picture (PNG, third edition, section 11.3.1.1): one colour, or opacities of
    /// entries of the palette before it.
    fn transparency_fits(&self, data: &[u8]) -> bool {
        match self.color_type {
            0 => data.len() == 2,
            2 => data.len() == 6,
            3 => (1..=self.palette_entries).contains(&data.len()),
            _ => false,
        }
    }

    /// Checks what the chunks tell of the file.
    ///
    /// Error: `image_corrupt`.
    pub(super) fn check(&self) -> Result<()> {
        if !self.has_data {
            return Err(corrupt("a PNG without image data"));
        }
        if self.ends_early {
            return Err(corrupt("a PNG whose animation ends early"));
        }
        if self.color_type == 3 && self.palette_entries == 0 {
            return Err(corrupt("a PNG that needs a palette and has none"));
        }
        if self.first_is_too_short() { Err(corrupt(TOO_SHORT)) } else { Ok(()) }
    }

    fn first_is_too_short(&self) -> bool {
        self.raw_bytes(self.width, self.height) > most_inflated_bytes(self.data_bytes)
    }

    fn add_frame(&mut self, width: u32, height: u32) {
        let pixels = u64::from(width) * u64::from(height);
        self.frames += 1;
        self.frame_pixels = self.frame_pixels.saturating_add(pixels);
    }

    pub(super) fn bits_per_pixel(&self) -> u64 {
        let channels = match self.color_type {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * u64::from(self.bit_depth)
    }

    /// Bits per sample after expansion.
    pub(super) fn sample_bits(&self) -> u8 {
        if self.bit_depth == 16 { 16 } else { 8 }
    }

    /// The layout of the pixels after expansion.
    pub(super) fn layout(&self) -> Layout {
        match (self.color_type, self.has_transparency) {
            (0, false) => Layout::Gray,
            (0, true) | (4, _) => Layout::GrayAlpha,
            (2 | 3, false) => Layout::Rgb,
            _ => Layout::Rgba,
        }
    }

    /// The memory of all pixels of an interlaced picture, whose first row may be complete only after the last pass, in bytes.
    pub(super) fn kept_bytes(&self) -> u64 {
        let pixels = u64::from(self.width).saturating_mul(self.height.into());
        if self.is_interlaced { pixels.saturating_mul(self.layout().channels() as u64) } else { 0 }
    }

    /// The memory of the `png` crate, in bytes: two scanlines, the window of deflate and buffers; and of our conversions: a row of
    /// 16-bit samples, and tables where colours are declared.
    pub(super) fn codec_bytes(&self) -> u64 {
        let row_bytes = u64::from(self.width) * 8;
        // A profile that cannot be used leaves what other chunks say.
        let may_be_converted =
            self.colors.are_converted() || matches!(self.colors.without_profile(), DeclaredSpace::Colorimetry(_));
        let table_bytes = if may_be_converted { TABLE_BYTES } else { 0 };
        row_bytes.saturating_mul(4).saturating_add(440 * 1024 + table_bytes)
    }
}

/// Splits off the first chunk: its type, its data, and the bytes after its CRC. `None` if the bytes end before that.
pub(in crate::imaging) fn split_chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (chunk_type, rest) = rest.split_first_chunk::<4>()?;
    let (data, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let (_crc, rest) = rest.split_at_checked(4)?;
    Some((chunk_type, data, rest))
}

/// Splits off an `IDAT` that is cut off, with the data that is present.
fn split_cut_data(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (_length, rest) = bytes.split_first_chunk::<4>()?;
    let (chunk_type, data) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*bytes.first_chunk()?) as usize;
    (chunk_type == b"IDAT").then_some((chunk_type, data.get(..length).unwrap_or(data), &[]))
}
