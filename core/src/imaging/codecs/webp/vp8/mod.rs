//! VP8 key frames (RFC 6386): the frame header, and a decoder of modes and tokens that tells whether the entropy-coded data is
//! complete. Pixels come from the `image-webp` crate.
//!
//! ```text
//! header               frame tag, size, partitions, and the fields that the modes and the tokens depend on
//! bool_decoder         the boolean entropy decoder
//! modes                the prediction modes of each macroblock, from the first partition
//! tokens               the DCT tokens of each macroblock, from the token partitions
//! *_probabilities      the tables of the standard
//! check                all modes and all tokens of a frame
//! encode/              the encoder
//! ```

mod bool_decoder;
mod header;
mod mode_probabilities;
mod modes;
mod token_probabilities;
mod tokens;

mod check;

pub(super) mod encode;

pub(super) use check::check;
pub(super) use header::Vp8Header;
