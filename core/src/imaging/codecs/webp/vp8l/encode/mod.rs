//! The encoder of VP8L, the lossless bitstream of WebP (RFC 9649, section 3): pixels -> residuals -> symbols -> prefix codes ->
//! bits.
//!
//! ```text
//! residuals    the subtract-green and predictor transforms
//! symbols      literals, and backward references to the pixel on the left (runs)
//! prefix_code  optimal length-limited prefix codes, and how their code lengths are written
//! bit_writer   bits, least significant first
//! encoder      the whole: counts the symbols of all rows, builds the codes, and goes through all rows again to write
//! ```
//!
//! Residuals are computed twice, so that nothing of a picture is kept except its pixels.

#![allow(clippy::inline_always, reason = "code that runs per pixel, of which the compiler leaves some as calls")]

mod bit_writer;
mod encoder;
mod prefix_code;
mod residuals;
mod symbols;

pub(in crate::imaging) use encoder::{encode, memory_bytes};
