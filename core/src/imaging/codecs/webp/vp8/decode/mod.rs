//! The decoder of VP8 key frames.
//!
//! ```text
//! header               frame tag, size, partitions, and the fields that the modes and the tokens depend on
//! bool_decoder         the boolean entropy decoder
//! modes                the prediction modes of each macroblock, from the first partition
//! tokens               the DCT tokens of each macroblock, from the token partitions
//! check                all modes and all tokens of a frame
//! ```

mod bool_decoder;
mod header;
mod modes;
mod tokens;

mod check;

pub(in crate::imaging::codecs::webp) use check::check;
pub(in crate::imaging::codecs::webp) use header::Vp8Header;
