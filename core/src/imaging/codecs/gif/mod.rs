//! GIF (87a and 89a): a block parser of our own, and the `gif` crate for LZW.
//!
//! ```text
//! blocks   all blocks, parsed in one pass: logical screen, first frame, number of frames, and what is missing
//! input    the same blocks again as the `gif` crate reads them, without those that pixels do not need
//! damage   errors of the crate in plain words
//! ```

mod blocks;
mod damage;
mod decode;
mod input;

pub(crate) use blocks::header;
pub(in crate::imaging) use blocks::{SCREEN_BYTES, color_table_bytes, graphic_control, skip_sub_blocks};
pub(in crate::imaging::codecs) use decode::GifDecoder;
