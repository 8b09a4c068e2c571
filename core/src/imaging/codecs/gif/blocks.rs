//! The block parser of a GIF: the logical screen, the frames, and what is missing of them.
//!
//! ```text
//! 47 49 46 38 39 61                    GIF89a
//! 0a 00 08 00  f7  00 00               logical screen 10 x 8; flags: a global colour table of 2 << 7 entries; background, aspect
//! ...                                  768 bytes of the colour table
//! 21 f9  04 01 00 00 03  00            graphic control extension: one sub-block of 4 bytes (index 3 is transparent), terminator
//! 2c  00 00 00 00 0a 00 08 00  00      image descriptor: left, top, width, height; flags: no local colour table, not interlaced
//! 08                                   LZW minimum code size
//! 1a ... 05 ...  00                    LZW data in sub-blocks of 26 and 5 bytes, terminator
//! 3b                                   trailer
//! ```

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::work_weights::{GIF_PIXEL, byte_work};

/// Bytes of the signature and the logical screen descriptor.
pub(in crate::imaging) const SCREEN_BYTES: usize = 13;

pub(super) const TOO_SHORT: &str = "a GIF with too little data for its size";
pub(super) const CUT: &str = "a GIF that ends in the middle of a frame";

/// A frame: its rectangle on the logical screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    /// Whether it has a transparent index.
    pub is_transparent: bool,
    pub is_interlaced: bool,
}

/// A parsed GIF. Only the first frame is kept; the others are counted.
pub(super) struct ParsedGif {
    pub screen_width: u32,
    pub screen_height: u32,
    pub first: Frame,
    pub frames: u64,
    pub frame_pixels: u64,
    /// Whether the LZW data of the first frame, and of any frame, is too short for its pixels.
    pub first_is_too_short: bool,
    pub is_too_short: bool,
    /// Whether the file ends within a frame. The terminator of its last sub-block may be missing.
    pub ends_early: bool,
}

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let byte_work = byte_work(ImageFormat::Gif, bytes.len());
    Ok(Header { byte_work, ..header_of(&parse(bytes)?) })
}

fn header_of(blocks: &ParsedGif) -> Header {
    let first = blocks.first;
    let width = blocks.screen_width.max(first.left + first.width);
    let height = blocks.screen_height.max(first.top + first.height);
    let covers = first.width == width && first.height == height;
    Header {
        has_alpha: first.is_transparent || !covers,
        is_animated: blocks.frames > 1,
        frames: blocks.frames,
        frame_pixels: blocks.frame_pixels,
        pixel_work: GIF_PIXEL,
        ..Header::still(ImageFormat::Gif, width, height)
    }
}

/// Parses all blocks in one pass. Of a file that is cut off, it returns what was found, if that includes a frame.
pub(super) fn parse(bytes: &[u8]) -> Result<ParsedGif> {
    let screen = bytes.get(6..13).ok_or_else(|| corrupt("a GIF that ends in its header"))?;
    let short = |at: usize| u32::from(u16::from_le_bytes([screen[at], screen[at + 1]]));
    let (screen_width, screen_height) = (short(0), short(2));
    let mut at = 13 + color_table_bytes(screen[4]);
    let mut found: Option<ParsedGif> = None;
    let mut is_transparent = false;
    while let Some(block) = bytes.get(at) {
        match block {
            0x21 => {
                if bytes.get(at + 1) == Some(&0xf9) {
                    let control = graphic_control(bytes.get(at + 2..).unwrap_or_default());
                    is_transparent = control.map_or(is_transparent, |[flags, ..]| flags & 1 == 1);
                }
                at = skip_sub_blocks(bytes, at + 2);
            }
            0x2c => {
                let Some(descriptor) = bytes.get(at + 1..at + 10) else {
                    if let Some(blocks) = &mut found {
                        blocks.ends_early = true;
                    }
                    break;
                };
                let short = |at: usize| u32::from(u16::from_le_bytes([descriptor[at], descriptor[at + 1]]));
                let is_interlaced = descriptor[8] & 0x40 != 0;
                let (left, top, width, height) = (short(0), short(2), short(4), short(6));
                let frame = Frame { left, top, width, height, is_transparent, is_interlaced };
                is_transparent = false;
                let pixels = u64::from(frame.width) * u64::from(frame.height);
                let blocks = found.get_or_insert(ParsedGif {
                    screen_width,
                    screen_height,
                    first: frame,
                    frames: 0,
                    frame_pixels: 0,
                    first_is_too_short: false,
                    is_too_short: false,
                    ends_early: false,
                });
                blocks.frames += 1;
                blocks.frame_pixels = blocks.frame_pixels.saturating_add(pixels);
                let data = at + 10 + color_table_bytes(descriptor[8]) + 1;
                at = skip_sub_blocks(bytes, data);
                blocks.ends_early = at > bytes.len() + 1;
                let is_too_short = pixels > most_pixels(at.saturating_sub(data) as u64);
                blocks.first_is_too_short |= is_too_short && blocks.frames == 1;
                blocks.is_too_short |= is_too_short;
            }
            0 => at += 1, // padding between blocks, which other decoders skip as well
            _ => break,
        }
    }
    let blocks = found.ok_or_else(|| corrupt("a GIF without a frame"))?;
    if blocks.first.width == 0 || blocks.first.height == 0 {
        return Err(corrupt("a GIF whose first frame has no pixels"));
    }
    Ok(blocks)
}

/// The most pixels that LZW data of this length can hold: 4096 per code of 12 bits.
///
/// A code stands for a string of pixels. A new code is the string of the code before plus one pixel, and the first codes are one
/// pixel each, so no string is longer than the number of its code. A code of `w` bits is below `2^w`: at most `2^w / w` pixels
/// per bit, which is largest for the longest codes, those of 12 bits.
///
/// ```text
/// pixels 1 1 1 1 1 1, minimum code size 2: clear (4), 1, 6, 7, end (5)
/// code 1 -> 1     code 6 = 1 1 -> 1 1     code 7 = 1 1 1 -> 1 1 1
/// ```
fn most_pixels(data_bytes: u64) -> u64 {
    data_bytes.saturating_mul(8 * 4096) / 12
}

/// The size in bytes of the colour table after a descriptor with these flags.
pub(in crate::imaging) fn color_table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The offset after the terminator of the sub-blocks that start at `at`. If the file is cut off, the offset lies beyond its end:
/// by one byte if only the terminator is missing.
pub(in crate::imaging) fn skip_sub_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(length) = bytes.get(at) {
        at += 1 + usize::from(*length);
        if *length == 0 {
            return at;
        }
    }
    at + 1
}

/// The four bytes of a graphic control extension (section 23), from its sub-blocks. A longer first sub-block is cut to four
/// bytes; `None` for a shorter one.
pub(in crate::imaging) fn graphic_control(blocks: &[u8]) -> Option<[u8; 4]> {
    let (length, data) = blocks.split_first()?;
    if *length >= 4 { data.first_chunk().copied() } else { None }
}
