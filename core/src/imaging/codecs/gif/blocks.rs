//! The walk over the blocks of a GIF: what the header says of the picture, and what is missing.

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::work_weights::{GIF_PIXEL, byte_work};

/// The signature and the logical screen descriptor.
pub(in crate::imaging) const SCREEN_BYTES: usize = 13;

pub(super) const TOO_SHORT: &str = "a GIF with too little data for its size";
pub(super) const CUT: &str = "a GIF that ends in the middle of a frame";

/// The place of a frame on the canvas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub is_transparent: bool,
    pub is_interlaced: bool,
}

/// What a walk over the blocks finds. Only the first frame is kept; the others are counted.
pub(super) struct Blocks {
    pub screen_width: u32,
    pub screen_height: u32,
    pub first: Frame,
    pub frames: u64,
    pub frame_pixels: u64,
    /// Whether the data of the first frame, and of any, cannot hold as many pixels.
    pub first_is_too_short: bool,
    pub is_too_short: bool,
    /// Whether the file ends in a frame. Only the terminator of its data may be missing.
    pub ends_early: bool,
}

pub(crate) fn header(bytes: &[u8]) -> Result<Header> {
    let byte_work = byte_work(ImageFormat::Gif, bytes.len());
    Ok(Header { byte_work, ..header_of(&walk(bytes)?) })
}

fn header_of(blocks: &Blocks) -> Header {
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

/// Walks over all blocks in one pass. A cut-off file gives what was found, if that includes a frame.
pub(super) fn walk(bytes: &[u8]) -> Result<Blocks> {
    let screen = bytes.get(6..13).ok_or_else(|| corrupt("a GIF that ends in its header"))?;
    let short = |at: usize| u32::from(u16::from_le_bytes([screen[at], screen[at + 1]]));
    let (screen_width, screen_height) = (short(0), short(2));
    let mut at = 13 + palette_bytes(screen[4]);
    let mut found: Option<Blocks> = None;
    let mut is_transparent = false;
    while let Some(block) = bytes.get(at) {
        match block {
            0x21 => {
                if bytes.get(at + 1) == Some(&0xf9) {
                    let control = control(bytes.get(at + 2..).unwrap_or_default());
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
                let blocks = found.get_or_insert(Blocks {
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
                let data = at + 10 + palette_bytes(descriptor[8]) + 1;
                at = skip_sub_blocks(bytes, data);
                blocks.ends_early = at > bytes.len() + 1;
                let is_too_short = pixels > most_pixels(at.saturating_sub(data) as u64);
                blocks.first_is_too_short |= is_too_short && blocks.frames == 1;
                blocks.is_too_short |= is_too_short;
            }
            0 => at += 1, // padding between blocks, which other decoders skip too
            _ => break,
        }
    }
    let blocks = found.ok_or_else(|| corrupt("a GIF without a frame"))?;
    if blocks.first.width == 0 || blocks.first.height == 0 {
        return Err(corrupt("a GIF whose first frame has no pixels"));
    }
    Ok(blocks)
}

/// The most pixels that LZW data of this length holds.
///
/// A code of `w` bits is below `2^w`. The string of a code is at most one pixel longer than that of the code before it in
/// the table, and the first string of the table is one pixel, so that the string of a code has no more pixels than its
/// number: at most `2^w / w` pixels for each bit. That grows with `w`, which is at most 12: 4096 pixels for 12 bits.
fn most_pixels(data_bytes: u64) -> u64 {
    data_bytes.saturating_mul(8 * 4096) / 12
}

/// The size of a colour table, by the flags of the descriptor before it.
pub(in crate::imaging) fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the chain of sub-blocks that starts here ends; beyond the end of the file if it is cut off, and by just one byte if
/// no more than its terminator is missing.
pub(in crate::imaging) fn skip_sub_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(length) = bytes.get(at) {
        at += 1 + usize::from(*length);
        if *length == 0 {
            return at;
        }
    }
    at + 1
}

/// The four bytes of a graphic control extension (section 23): those of its first sub-block. A longer one is cut, and a shorter
/// one says nothing.
pub(in crate::imaging) fn control(blocks: &[u8]) -> Option<[u8; 4]> {
    let (length, data) = blocks.split_first()?;
    if *length >= 4 { data.first_chunk().copied() } else { None }
}
