//! PNG (W3C, third edition) and APNG: our own walk over the chunks, the `png` crate for the pixels.

mod animation;
mod checksum;
mod chunks;
mod color;
mod input;
mod samples;

mod decode;
pub(super) mod encode;

pub(in crate::imaging) use checksum::checksum;
pub(in crate::imaging) use chunks::{Chunks, palette_fits, split_chunk, walk};
pub(in crate::imaging) use color::color_chunk_bytes;
pub(in crate::imaging::codecs) use decode::PngDecoder;
pub(crate) use decode::{ends_before_data, header};
