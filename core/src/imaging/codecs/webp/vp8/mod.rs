//! VP8 key frames (RFC 6386).
//!
//! ```text
//! *_probabilities      the tables of the standard for modes and tokens
//! quantiser            the factors of coefficients
//! transform            from coefficients to residuals
//! predict              from neighbours to a prediction
//! decode/              from a bitstream to planes
//! encode/              from planes to a bitstream
//! ```

#![allow(
    clippy::inline_always,
    reason = "a kernel is compiled for the processor only where it is inlined, and calls per bool cost more than their work"
)]

mod mode_probabilities;
mod predict;
mod quantiser;
mod token_probabilities;
mod transform;

pub(super) mod decode;
pub(super) mod encode;

#[cfg(fuzzing)]
pub use decode::decode_lossy_planes;
