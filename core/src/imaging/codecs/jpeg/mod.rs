//! JPEG (ITU-T T.81): a decoder that gives planes or pixels at eight scales, and an encoder that takes planes.

#![allow(clippy::inline_always, reason = "measured: calls for every bit or coefficient are what decoding takes")]

pub(in crate::imaging) mod decode;
pub(in crate::imaging) mod encode;
mod zigzag;

#[cfg(fuzzing)]
pub use decode::decode_every_way;
pub(in crate::imaging) use decode::{ADOBE_BYTES, Decoder, FileLayout, JFIF_BYTES, Piece, is_smooth, ycbcr_to_rgb};
