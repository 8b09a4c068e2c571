//! How a frame is encoded.

use crate::imaging::codecs::encoder_options::Effort;

/// The size of the first partition has 19 bits.
pub(super) const MOST_FIRST_PARTITION_BYTES: usize = (1 << 19) - 1;
/// The most segments of a frame.
pub(super) const MOST_SEGMENTS: usize = 4;

/// How a frame is encoded.
#[derive(Debug, Clone, Copy)]
pub(in crate::imaging::codecs::webp) struct Settings {
    /// 1 to 100.
    pub(super) quality: u8,
    /// The number of modes of a block whose exact cost is computed.
    pub(super) candidates: usize,
    /// Whether levels are rounded along a trellis.
    pub(super) has_trellis: bool,
    /// The most segments.
    pub(super) segments: usize,
    /// The most bits that the modes of all macroblocks may take.
    pub(super) most_mode_bits: u64,
    /// Whether each macroblock has the cheapest modes, and no flags.
    pub(super) has_few_modes: bool,
    /// Whether the loop filter is on.
    pub(super) is_filtered: bool,
    /// The sharpness of the loop filter, 0 to 7.
    pub(super) sharpness: u32,
}

impl Settings {
    /// The settings for a quality from 1 to 100.
    pub(in crate::imaging::codecs::webp) fn new(quality: u8, effort: Effort) -> Self {
        Self {
            quality,
            candidates: 3,
            has_trellis: effort == Effort::High,
            segments: MOST_SEGMENTS,
            // Less what the header takes, and a hundredth, since the interval of the encoder is rounded.
            most_mode_bits: 8 * (MOST_FIRST_PARTITION_BYTES as u64 - 2048) / 100 * 99,
            has_few_modes: false,
            is_filtered: true,
            sharpness: 4,
        }
    }
}
