//! The JPEG decoder, in reading order: markers -> frame and scans with their tables -> bits -> coefficients -> samples of each
//! component -> rows of pixels.
//!
//! Every file is decoded MCU row by MCU row, so that memory grows with its width alone. A file of several scans has an entropy
//! decoder per scan, and all of them advance together (see `multi_scan`). A large scan is decoded at several positions at once
//! (see `speculative`).

mod markers;

mod file_regions;
mod frame;
mod progression;
mod segments;
mod work;

mod bit_reader;
mod huffman;

mod baseline;
mod baseline_component;
mod coefficients;
mod entropy_decoder;
mod multi_scan;
mod progressive;

mod speculative;

mod cosines;
mod idct;
mod inverse_transform;
mod planes;

mod color_space;
mod packed_rows;
mod upsample;
mod ycbcr;

mod check;
mod decoder;
mod plane_decoder;

#[cfg(fuzzing)]
mod fuzzing;

pub(in crate::imaging) use decoder::Decoder;
pub(in crate::imaging) use file_regions::{FileRegions, Region};
#[cfg(fuzzing)]
pub use fuzzing::decode_every_way;
#[cfg(test)]
pub(super) use huffman::{DhtTable, HuffmanTable};
pub(crate) use markers::header;
pub(in crate::imaging) use markers::{ADOBE_BYTES, JFIF_BYTES};
pub(in crate::imaging) use upsample::is_smooth;
pub(crate) use work::work_pixels;
pub(in crate::imaging) use ycbcr::ycbcr_to_rgb;
