//! GIF (87a and 89a): our own walk over the blocks, the `gif` crate for the pixels.

mod blocks;
mod decode;
mod input;

pub(crate) use blocks::header;
pub(in crate::imaging) use blocks::{SCREEN_BYTES, control, palette_bytes, skip_sub_blocks};
pub(in crate::imaging::codecs) use decode::GifDecoder;
