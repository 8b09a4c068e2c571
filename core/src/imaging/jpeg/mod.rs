//! JPEG (ITU-T T.81), in reading order: markers -> frame and scans with their tables -> bits -> coefficients -> samples of
//! each component -> rows of pixels.
//!
//! Every file is decoded row by row of MCUs, so that memory grows with its width alone; one with several scans has a decoder
//! for each of them, and they advance together. A large scan goes through `lanes`, which read it at several places at once.

#![allow(clippy::inline_always, reason = "measured: calls for every bit or coefficient are what decoding takes")]

mod markers;

mod frame;
mod layout;
mod progression;
mod scans;
mod work;

mod bits;
mod huffman;

mod baseline;
mod coder;
mod coefficients;
mod members;
mod multi_scan;
mod progressive;

mod lanes;

mod cosines;
mod idct;
mod inverse;
mod planes;

mod color;
mod rgb;
mod rows;
mod upsample;

mod decode;
mod decoder;

#[cfg(fuzzing)]
mod fuzzing;

pub(super) mod encode;

pub(super) use color::Color;
pub(crate) use decode::{check, decode_rows};
pub(super) use decoder::Decoder;
#[cfg(fuzzing)]
pub use fuzzing::decode_every_way;
pub(super) use layout::{Layout, Piece};
pub(crate) use markers::header;
pub(super) use markers::{ADOBE_BYTES, JFIF_BYTES};
pub(super) use rgb::ycbcr_to_rgb;
pub(super) use upsample::is_smooth;
pub(crate) use work::work_pixels;
