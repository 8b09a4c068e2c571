//! The encoder of VP8 key frames (RFC 6386): planes -> segments -> modes and levels of each macroblock -> tokens -> partitions.
//!
//! ```text
//! planes               the planes of a frame, from rows of planes or of pixels (from_pixels, range, transparency)
//! segments             clusters of macroblocks by activity, and the quantiser of each (quantiser, logarithm)
//! frame                all macroblocks, then the frame (settings, frame_header, bool_writer)
//! macroblock_encoder   one macroblock: whole_luma or subblocks, and chroma
//! predict, transform   predictions; transforms of eight blocks at once, and exact inverse ones
//! rounding, trellis    levels that cost more than they are worth
//! tokens, mode_costs   what is written, and what it costs
//! ```
//!
//! A decision weighs the squared error against the bits: `error + lambda * bits`, with the exact bits for the few modes that seem best
//! by an estimate. All arithmetic is that of integers, so that every machine writes the same bytes.

#![allow(clippy::needless_range_loop, reason = "positions of coefficients index several arrays at once")]
#![allow(clippy::similar_names, clippy::many_single_char_names, reason = "the names of the standard, and x and y")]

mod planes;

mod from_pixels;
mod range;
mod transparency;

mod frame;
mod settings;

mod logarithm;
mod quantiser;
mod segments;

mod macroblock;
mod macroblock_encoder;

mod chroma;
mod subblocks;
mod whole_luma;

mod predict;
mod rounding;
mod transform;
mod trellis;

mod bool_writer;
mod frame_header;
mod mode_costs;
mod token_costs;
mod token_tree;
mod tokens;

#[cfg(test)]
mod tests;

pub(in crate::imaging::codecs::webp) use frame::{encode_frame, frame_memory_bytes};
pub(in crate::imaging::codecs::webp) use planes::Planes;
pub(in crate::imaging::codecs::webp) use settings::Settings;
