//! The JPEG encoder: planes band by band -> coefficients -> symbols and their counts -> Huffman tables made for the picture
//! -> bits.
//!
//! A baseline file keeps two bytes for each symbol until all are counted. A progressive one keeps the coefficients, since
//! each of its scans goes through them again.

mod settings;

mod block_row;
mod from_pixels;

mod dct;
mod quantisation;

mod baseline;
mod blocks;

mod progressive;
mod scans;
mod trellis;

mod bit_writer;
mod huffman;
mod markers;

mod encoder;

pub(crate) use encoder::Encoder;
pub(crate) use from_pixels::encode;
#[cfg(test)]
pub(super) use from_pixels::encode_pixels;
pub(crate) use settings::{Settings, memory_bytes};

#[cfg(test)]
mod tests;
