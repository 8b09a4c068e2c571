//! Writing VP8L, the lossless bitstream of WebP (RFC 9649, section 3): pixels -> differences -> symbols -> prefix codes -> bits.
//!
//! ```text
//! residuals    green subtracted from red and blue, then what a neighbour lets expect from each channel
//! symbols      each difference as it is, or "the last one again, n times"
//! prefix_code  codes as short as the symbols are frequent, and how a stream lists them
//! bit_writer   bits, the lowest first
//! encoder      the whole: counts the symbols of all rows, makes the codes, and goes over all rows again to write
//! ```
//!
//! Rows are worked out twice, so that nothing of a picture is kept but its pixels.

#![allow(clippy::inline_always, reason = "what is done for every pixel: the compiler leaves some of it as calls")]

mod bit_writer;
mod encoder;
mod prefix_code;
mod residuals;
mod symbols;

pub(in crate::imaging) use encoder::{encode, memory_bytes};
