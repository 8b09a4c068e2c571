//! The decoder of VP8 key frames.
//!
//! ```text
//! header               frame tag, size, partitions, and the other fields
//! bool_decoder         the boolean entropy decoder
//! modes                the prediction modes of each macroblock, from the first partition
//! tokens               the DCT tokens of each macroblock, from the token partitions, as coefficients
//! lines                rows of pixels as vectors
//! macroblock           prediction and residuals: pixels
//! subblocks            the prediction of subblocks
//! residuals            from coefficients to residuals
//! filter_strength      thresholds of the loop filter
//! loop_filter          smooths the edges of macroblocks and of subblocks
//! decoder              all of it, a row of macroblocks at a time
//! plane_rows           rows of planes
//! rgb_rows             rows of pixels
//! ```

mod bool_decoder;
mod decoder;
mod filter_strength;
mod header;
mod lines;
mod loop_filter;
mod macroblock;
mod modes;
mod plane_rows;
mod residuals;
mod rgb_rows;
mod subblocks;
mod tokens;

#[cfg(fuzzing)]
mod fuzzing;
#[cfg(test)]
mod tests;

pub(in crate::imaging::codecs::webp) use decoder::{Decoder, check};
#[cfg(fuzzing)]
pub use fuzzing::decode_lossy_planes;
pub(in crate::imaging::codecs::webp) use header::Vp8Header;
pub(in crate::imaging::codecs::webp) use rgb_rows::RgbRows;
