//! The limits of the rules that decoders check: frames, work, ICC profile, memory.

use super::header::Header;
use crate::error::Result;
use crate::format::ImageFormat;
use crate::rules::{ImageRules, at_most};

/// Checks the number of frames of an animation, and the work of all frames. The work of a JPEG is checked when its scans are
/// parsed.
pub(crate) fn check_frames(header: &Header, rules: &ImageRules) -> Result<()> {
    if header.is_animated {
        rules.check_frames(header.frames, header.frame_pixels)?;
    }
    if header.format == ImageFormat::Jpeg { Ok(()) } else { rules.check_work(header.work_pixels()) }
}

/// Checks the size of a picture, and the work of decoding it, or the first frame.
pub(crate) fn check_picture(header: &Header, rules: &ImageRules) -> Result<()> {
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    if header.format == ImageFormat::Jpeg { Ok(()) } else { rules.check_work(header.still_work_pixels()) }
}

/// Checks the memory of decoding, the sum of `parts`, before anything is allocated.
pub(crate) fn check_memory(rules: &ImageRules, parts: &[u64]) -> Result<()> {
    rules.check_memory(parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))
}

/// `image_too_large` for an ICC profile larger than the rules allow.
pub(crate) fn check_icc_bytes(rules: &ImageRules, received: u64) -> Result<()> {
    at_most("icc_bytes", received, rules.max_icc_bytes)
}

/// The most memory of decoding a picture to rows, as far as its header tells, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecodingMemory {
    /// Before the first row.
    pub start_bytes: u64,
    /// While rows are pushed into the sink, without what is made of them.
    pub rows_bytes: u64,
    /// Whether all pixels are among these, and are handed over to the sink at the end.
    pub keeps_pixels: bool,
    /// Whether the data may ask for more than its header tells.
    pub grows: bool,
}

impl DecodingMemory {
    /// The same from beginning to end.
    pub(crate) fn of(bytes: u64) -> Self {
        Self { start_bytes: bytes, rows_bytes: bytes, keeps_pixels: false, grows: false }
    }
}
