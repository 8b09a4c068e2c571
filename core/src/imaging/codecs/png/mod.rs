//! PNG (W3C, third edition) and APNG: a chunk parser of our own, and the `png` crate for the pixels.
//!
//! ```text
//! chunks       all chunks, parsed in one pass: size, palette, colours, animation, EXIF, and what is wrong with them
//! input        the same chunks again as the `png` crate reads them, without those that pixels do not need
//! samples      16-bit samples to 8 bits
//! color_chunks the colour space that the chunks declare
//! animation    the sequence of fcTL and fdAT
//! damage       errors of the crate in plain words
//! ```

mod animation;
mod chunks;
mod color_chunks;
mod crc;
mod damage;
mod input;
mod samples;

mod decode;
pub(super) mod encode;

pub(in crate::imaging) use chunks::{ParsedPng, palette_fits, parse, split_chunk};
pub(in crate::imaging) use color_chunks::color_chunk_bytes;
pub(in crate::imaging) use crc::crc;
pub(in crate::imaging::codecs) use decode::PngDecoder;
pub(crate) use decode::{ends_before_data, header};
