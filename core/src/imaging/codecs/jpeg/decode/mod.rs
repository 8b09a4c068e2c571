//! The JPEG decoder, in reading order: markers -> frame and scans with their tables -> bits -> coefficients -> samples of
//! each component -> rows of pixels.
//!
//! Every file is decoded row by row of MCUs, so that memory grows with its width alone; one with several scans has a decoder
//! for each of them, and they advance together. A large scan is decoded
//! at several places at once (see `speculative`).

mod markers;

mod frame;
mod layout;
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
mod pixel_rows;
mod upsample;
mod ycbcr;

mod check;
mod decoder;
mod plane_decoder;

#[cfg(fuzzing)]
mod fuzzing;

pub(in crate::imaging) use decoder::Decoder;
#[cfg(fuzzing)]
pub use fuzzing::decode_every_way;
#[cfg(test)]
pub(super) use huffman::{DhtTable, HuffmanTable};
pub(in crate::imaging) use layout::{FileLayout, Piece};
pub(crate) use markers::header;
pub(in crate::imaging) use markers::{ADOBE_BYTES, JFIF_BYTES};
pub(in crate::imaging) use upsample::is_smooth;
pub(crate) use work::work_pixels;
pub(in crate::imaging) use ycbcr::ycbcr_to_rgb;
