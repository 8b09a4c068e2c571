//! The RIFF container (RFC 9649, section 2): parses the chunks, and checks every frame of an animation.
//!
//! ```text
//! RIFF size WEBP
//!   VP8X  flags: ICC, animation; canvas 400 x 300
//!   ICCP  colour profile
//!   ANIM  background colour, loop count
//!   ANMF  left 10, top 20, 100 x 80, duration; then ALPH and VP8, or VP8L
//!   ANMF  ...
//! ```
//!
//! The decoders see the chunks of a picture (`ALPH` and `VP8 `, or `VP8L`), never the file, so the container decides on sizes.
//! The canvas of an animation is transparent where the first frame does not cover it, the default of libwebp.

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::codecs::exif;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::work_weights::{byte_work, webp_pixel};
use crate::rules::ImageRules;

use super::picture::Picture;

/// A parsed WebP, without the pixels.
pub(super) struct ParsedWebp<'a> {
    pub width: u32,
    pub height: u32,
    /// The picture, or the first frame.
    pub first: Picture<'a>,
    pub is_animated: bool,
    frames: u64,
    frame_pixels: u64,
    /// The pixels of macroblocks beyond the edges of all frames.
    padding_pixels: u64,
    pub icc: Option<&'a [u8]>,
    exif: Option<&'a [u8]>,
    /// Whether the file is as long as the sizes of the container and of its chunks say.
    pub is_complete: bool,
    /// The chunks of the container.
    body: &'a [u8],
}

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let chunks = parse(bytes)?;
    Ok(Header {
        has_alpha: chunks.has_alpha(),
        is_animated: chunks.frames > 1,
        has_icc_profile: chunks.icc.is_some(),
        has_exif: chunks.exif.is_some(),
        exif_summary: chunks.exif.and_then(exif::summary),
        orientation: chunks.exif.and_then(exif::orientation).unwrap_or_default(),
        frames: chunks.frames,
        frame_pixels: chunks.frame_pixels,
        padding_pixels: chunks.padding_pixels,
        pixel_work: webp_pixel(chunks.first.is_lossless, chunks.first.has_alpha, chunks.is_animated),
        byte_work: byte_work(ImageFormat::Webp, bytes.len()),
        ..Header::still(ImageFormat::Webp, chunks.width, chunks.height)
    })
}

/// Whether the file is a lossless still picture.
pub(crate) fn is_lossless(bytes: &[u8]) -> bool {
    parse(bytes).is_ok_and(|chunks| chunks.first.is_lossless && !chunks.is_animated)
}

/// Whether `VP8X` has the flag of an EXIF chunk (RFC 9649, section 2.7).
pub(crate) fn announces_exif(bytes: &[u8]) -> bool {
    let is_extended = bytes.starts_with(b"RIFF") && bytes.get(8..16) == Some(b"WEBPVP8X");
    is_extended && bytes.get(20).is_some_and(|flags| flags & HAS_EXIF != 0)
}

/// The flags of `VP8X` for a colour profile, an EXIF block, XMP and an animation.
pub(crate) const HAS_ICC: u8 = 0b10_0000;
pub(crate) const HAS_EXIF: u8 = 0b1000;
pub(crate) const HAS_XMP: u8 = 0b100;
pub(crate) const IS_ANIMATED: u8 = 0b10;

impl ParsedWebp<'_> {
    fn has_alpha(&self) -> bool {
        self.first.has_alpha || (self.first.width, self.first.height) != (self.width, self.height)
    }
}

/// Parses the chunks in one pass. Of a file that is cut off, it returns what was found, if that includes the header of a picture.
pub(super) fn parse(bytes: &[u8]) -> Result<ParsedWebp<'_>> {
    let announced = bytes.get(4..8).and_then(<[u8]>::first_chunk).map_or(0, |size| u32::from_le_bytes(*size)) as usize;
    let end = announced.saturating_add(8);
    let body = bytes.get(12..end.min(bytes.len())).ok_or_else(|| corrupt("a WebP that ends in its header"))?;
    let mut canvas = None;
    let mut flags = 0;
    let mut alpha = None;
    let mut found: Option<ParsedWebp<'_>> = None;
    let (mut icc, mut exif) = (None, None);
    let mut is_complete = end <= bytes.len();
    let mut rest = body;
    while !rest.is_empty() {
        let Some(Chunk { fourcc, data, padded, after, is_whole }) = split_chunk(rest) else {
            is_complete = false;
            break;
        };
        is_complete &= is_whole;
        match fourcc {
            b"VP8X" if canvas.is_none() && found.is_none() => {
                canvas = Some(canvas_size(data)?);
                flags = data.first().copied().unwrap_or_default();
            }
            b"ALPH" if found.is_none() => alpha = Some(data),
            b"VP8 " | b"VP8L" if found.is_none() => {
                let picture = Picture::parse(*fourcc, padded, alpha)?;
                let (width, height) = canvas.unwrap_or((picture.width, picture.height));
                if (width, height) != (picture.width, picture.height) {
                    return Err(corrupt("a WebP whose picture and canvas differ in size"));
                }
                found = Some(ParsedWebp::new(width, height, picture, false, body));
            }
            b"ANMF" => {
                let (width, height) =
                    canvas.ok_or_else(|| corrupt("a WebP with frames but without the VP8X header of an animation"))?;
                if found.as_ref().is_none_or(|chunks| chunks.is_animated) {
                    let (left, top, frame_width, frame_height) = frame_rectangle(data)?;
                    if left + frame_width > width || top + frame_height > height {
                        return Err(corrupt("a WebP with a frame that reaches over the edge of its canvas"));
                    }
                    let pixels = u64::from(frame_width) * u64::from(frame_height);
                    if let Some(chunks) = &mut found {
                        chunks.frames += 1;
                        chunks.frame_pixels = chunks.frame_pixels.saturating_add(pixels);
                        chunks.padding_pixels =
                            chunks.padding_pixels.saturating_add(padding_pixels(frame_width, frame_height));
                    } else {
                        found = Some(ParsedWebp::new(width, height, parse_frame(data)?, true, body));
                    }
                }
            }
            // libwebp and browsers ignore chunks whose flag in `VP8X` is not set (RFC 9649, section 2.7.1).
            b"ICCP" if icc.is_none() && is_whole && flags & HAS_ICC != 0 => icc = Some(data),
            b"EXIF" if exif.is_none() && is_whole && flags & HAS_EXIF != 0 => exif = Some(data),
            _ => {}
        }
        rest = after;
    }
    let chunks = found.ok_or_else(|| corrupt("a WebP without a picture"))?;
    // libwebp and browsers refuse these files.
    if chunks.is_animated != (flags & IS_ANIMATED != 0) {
        return Err(corrupt("a WebP whose header and frames disagree on whether it is an animation"));
    }
    Ok(ParsedWebp { icc, exif, is_complete, ..chunks })
}

impl<'a> ParsedWebp<'a> {
    fn new(width: u32, height: u32, first: Picture<'a>, is_animated: bool, body: &'a [u8]) -> Self {
        let frame_pixels = u64::from(first.width) * u64::from(first.height);
        Self {
            width,
            height,
            first,
            is_animated,
            frames: 1,
            frame_pixels,
            // For a still picture it is negligible.
            padding_pixels: if is_animated { padding_pixels(first.width, first.height) } else { 0 },
            icc: None,
            exif: None,
            is_complete: false,
            body,
        }
    }
}

/// The pixels of the macroblocks of a frame beyond its edges.
fn padding_pixels(width: u32, height: u32) -> u64 {
    let area = |width: u32, height: u32| u64::from(width) * u64::from(height);
    area(width.next_multiple_of(16), height.next_multiple_of(16)) - area(width, height)
}

/// A chunk of the container.
pub(crate) struct Chunk<'a> {
    pub fourcc: &'a [u8; 4],
    /// The data, up to the end of the file.
    pub data: &'a [u8],
    /// The data with the padding to an even length, which libwebp passes to the decoders of pictures too.
    padded: &'a [u8],
    /// The bytes after the data and its padding.
    pub after: &'a [u8],
    /// Whether the data is complete.
    pub is_whole: bool,
}

/// Splits off the first chunk. The padding of the last chunk may be missing, as libwebp allows.
pub(crate) fn split_chunk(bytes: &[u8]) -> Option<Chunk<'_>> {
    let (fourcc, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let data = rest.get(..length).unwrap_or(rest);
    let (padded, after) = rest.split_at_checked(length.saturating_add(length & 1)).unwrap_or((rest, &[]));
    Some(Chunk { fourcc, data, padded, after, is_whole: data.len() == length })
}

/// A little-endian number.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

/// The size of the canvas, from `VP8X`.
fn canvas_size(data: &[u8]) -> Result<(u32, u32)> {
    let size = data.get(4..10).ok_or_else(|| corrupt("a WebP that ends in its VP8X header"))?;
    Ok((little_endian(&size[..3]) + 1, little_endian(&size[3..]) + 1))
}

/// Left, top, width and height of a frame.
fn frame_rectangle(data: &[u8]) -> Result<(u32, u32, u32, u32)> {
    let rectangle = data.get(..12).ok_or_else(|| corrupt("a WebP that ends in the header of a frame"))?;
    Ok((
        2 * little_endian(&rectangle[..3]),
        2 * little_endian(&rectangle[3..6]),
        little_endian(&rectangle[6..9]) + 1,
        little_endian(&rectangle[9..12]) + 1,
    ))
}

/// Parses a frame from its `ANMF` chunk.
fn parse_frame(chunk: &[u8]) -> Result<Picture<'_>> {
    let (left, top, width, height) = frame_rectangle(chunk)?;
    let mut rest = chunk.get(16..).unwrap_or_default();
    let mut alpha = None;
    while let Some(Chunk { fourcc, data, padded, after, .. }) = split_chunk(rest) {
        match fourcc {
            b"ALPH" => alpha = Some(data),
            b"VP8 " | b"VP8L" => {
                let picture = Picture::parse(*fourcc, padded, alpha)?;
                if (picture.width, picture.height) != (width, height) {
                    return Err(corrupt("a WebP whose frame header and picture differ in size"));
                }
                return Ok(picture.at(left, top));
            }
            _ => {}
        }
        rest = after;
    }
    Err(corrupt("a WebP with a frame that has no picture"))
}

/// Decodes the frames of an animation from number `first` on, one at a time, and keeps nothing.
///
/// Errors: `image_corrupt`, `image_too_large`, `cancelled`.
pub(super) fn check_animation(chunks: &ParsedWebp<'_>, first: usize, rules: &ImageRules) -> Result<()> {
    let mut frames = 0;
    let mut rest = chunks.body;
    while let Some(Chunk { fourcc, data, after, .. }) = split_chunk(rest) {
        if fourcc == b"ANMF" {
            rules.check_cancelled()?;
            if frames >= first {
                parse_frame(data)?.check(rules)?;
            }
            frames += 1;
        }
        rest = after;
    }
    Ok(())
}
