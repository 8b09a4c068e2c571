//! The JPEG encoder: bands of planes -> coefficients -> symbols and their counts -> optimal Huffman tables -> bits.
//!
//! For a baseline file it keeps two bytes per symbol until all are counted. For a progressive file it keeps the coefficients,
//! through which every scan goes again.

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
