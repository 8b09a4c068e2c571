//! PNG (W3C, third edition) and APNG: our own walk over the chunks, the `png` crate for the pixels.

mod animation;
mod checksum;
mod chunks;
mod color;
mod input;
mod samples;

mod decode;
pub(super) mod encode;

#[cfg(test)]
pub(in crate::imaging) use checksum::checksum;
pub(crate) use decode::{check, decode_rows, decoding_memory, ends_before_data, header};
