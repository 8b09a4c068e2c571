//! JPEG (ITU-T T.81): a decoder of planes or pixels at eight scales, and an encoder of planes.

#![allow(
    clippy::inline_always,
    reason = "measured: the compiler leaves calls per bit or coefficient, which cost more than their work"
)]

pub(in crate::imaging) mod decode;
pub(in crate::imaging) mod encode;
mod zigzag;

#[cfg(fuzzing)]
pub use decode::decode_every_way;
pub(in crate::imaging) use decode::{ADOBE_BYTES, Decoder, FileRegions, JFIF_BYTES, Region, is_smooth, ycbcr_to_rgb};
