//! The JPEG encoder: planes band by band -> coefficients -> symbols and their counts -> Huffman tables made for the picture
//! -> bits.
//!
//! A baseline file keeps two bytes for each symbol until all are counted. A progressive one keeps the coefficients, since
//! each of its scans goes through them again.

mod settings;

mod bands;
mod from_pixels;
mod row_encoder;

mod encoder;

mod block_row;
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

use encoder::Encoder;

pub(in crate::imaging::codecs) use row_encoder::RowEncoder;
pub(in crate::imaging::codecs) use settings::{Settings, growing_bytes, memory_bytes};

#[cfg(test)]
pub(super) mod tests;
