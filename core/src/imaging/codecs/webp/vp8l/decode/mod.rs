//! VP8L, the lossless bitstream of WebP (RFC 9649, section 3): bits -> prefix codes -> entropy-coded images -> inverse transforms
//! -> rows of ARGB.
//!
//! ```text
//! bit_reader      the bits, least significant first
//! prefix_code     canonical prefix codes: their code lengths as coded, and lookup tables
//! code_groups     prefix code groups of five codes each; the entropy image chooses one per block of pixels
//! color_cache     recently used colours, by a hash
//! window          the last pixels, which backward references copy from
//! entropy_decoder literals, colour cache codes and backward references -> pixels
//! transform       the inverse transforms, row by row (predictor: the largest of the four)
//! decoder         the whole: header, transforms, rows
//! ```
//!
//! A backward reference reaches back by at most 2^20 pixels, so no more of a picture is kept: memory grows with its width and
//! with the number of its blocks, not with its area. Each allocation whose size the bitstream decides is taken from a
//! [`MemoryBudget`](crate::imaging::codecs::memory_budget::MemoryBudget) first.

#![allow(clippy::inline_always, reason = "code that runs per pixel, of which the compiler leaves some as calls")]

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
