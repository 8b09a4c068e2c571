//! VP8L, the lossless bitstream of WebP (RFC 9649, section 3): bits -> prefix codes -> entropy-coded images -> transforms
//! -> rows of ARGB.
//!
//! ```text
//! bit_reader      bits of the stream, least significant first
//! prefix_code     canonical prefix codes: their lengths as the stream has them, and tables to decode with
//! code_groups     five codes for each block of the image, chosen by the entropy image
//! color_cache     the colours used last, by a hash
//! window          the last pixels, from which backward references copy
//! entropy_decoder literals, cache indices and backward references -> pixels
//! transform       what was done to the pixels before they were coded, and how it is undone, row by row
//! decoder         the whole: header, transforms, rows
//! ```
//!
//! A backward reference reaches at most 2^20 pixels, so that is all that is kept of a picture: memory grows with its width
//! and with the number of its blocks, not with its pixels. Each allocation that the stream can ask for is taken from a
//! [`MemoryBudget`](crate::imaging::memory_budget::MemoryBudget) first.

#![allow(clippy::inline_always, reason = "what is done for every pixel: the compiler leaves some of it as calls")]

mod bit_reader;
mod code_groups;
mod color_cache;
mod decoder;
mod entropy_decoder;
mod predictor;
mod prefix_code;
mod transform;
mod window;

pub(in crate::imaging::codecs::webp) use decoder::Decoder;
pub(super) use predictor::{gradient, select};
pub(in crate::imaging::codecs::webp) use window::window_bytes;
