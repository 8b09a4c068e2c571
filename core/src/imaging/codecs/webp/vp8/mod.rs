//! VP8 key frames (RFC 6386): the header, and a pass over the whole entropy-coded data that tells whether all of it is there.
//! Pixels come from the `image-webp` crate.

mod bool_decoder;
mod header;
mod mode_probabilities;
mod modes;
mod token_probabilities;
mod tokens;

mod check;

pub(super) use check::check;
pub(super) use header::Vp8Header;
