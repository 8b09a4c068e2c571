//! The JPEG encoder: bands of planes -> coefficients -> symbols and their counts -> optimal Huffman tables -> bits.
//!
//! For a baseline file it keeps two bytes per symbol until all are counted. For a progressive file it keeps the coefficients,
//! through which every scan goes again.

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

mod progressive_scans;
mod scan_script;
mod trellis;

mod bit_writer;
mod huffman;
mod markers;

use encoder::Encoder;

pub(in crate::imaging::codecs) use row_encoder::RowEncoder;
pub(in crate::imaging::codecs) use settings::{Settings, growing_bytes, memory_bytes};

#[cfg(test)]
pub(super) mod tests;
