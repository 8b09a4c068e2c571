//! Pixels out of bytes: the limits, the format's own decoder, and a wall around it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::header::{Header, corrupt};
use super::orient::Orientation;
use super::pixels::Pixels;
use super::{gif, jpeg, png, webp};

/// A decoded picture: the first frame, as stored.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub pixels: Pixels,
    /// How `pixels` must be turned for display.
    pub orientation: Orientation,
    /// The ICC profile that describes `pixels`. `None` is sRGB.
    pub icc: Option<Vec<u8>>,
}

/// Decodes the first frame within all limits of the rules.
///
/// Errors: `image_too_large`, `image_too_small`, `image_corrupt`, `image_format_unsupported`.
pub(crate) fn decode(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<Decoded> {
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    let (pixels, icc) = guarded(|| match header.format {
        ImageFormat::Jpeg => jpeg::decode(bytes, header, rules),
        ImageFormat::Png => png::decode(bytes, header, rules),
        ImageFormat::Gif => gif::decode(bytes, header, rules),
        ImageFormat::Webp => webp::decode(bytes, header, rules),
        other => Err(ErrorKind::ImageFormatUnsupported { detected: other.as_str().to_owned() }.into()),
    })?;
    let expected = header.pixels() * pixels.layout.channels() as u64;
    if (pixels.width, pixels.height) != (header.width, header.height) || pixels.data.len() as u64 != expected {
        return Err(corrupt("its header and its data differ in size"));
    }
    Ok(Decoded { pixels, orientation: header.orientation, icc })
}

/// Decodes the whole file, every frame of an animation included, and keeps nothing.
pub(crate) fn decode_every_frame(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<()> {
    if header.is_animated {
        rules.check_frames(header.frames, header.frame_pixels)?;
    }
    decode(bytes, header, rules)?;
    if !header.is_animated {
        return Ok(());
    }
    guarded(|| match header.format {
        ImageFormat::Png => png::decode_frames(bytes, header, rules),
        ImageFormat::Gif => gif::decode_frames(bytes, header, rules),
        ImageFormat::Webp => webp::decode_frames(bytes, header, rules),
        _ => Ok(()),
    })
}

/// Runs a decoder that others wrote. A panic in it is a damaged file to the caller, not the end of his program.
fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(corrupt("the decoder gave up on it")))
}

/// What decoding takes, checked before any of it is taken.
pub(crate) fn check_memory(rules: &ImageRules, parts: &[u64]) -> Result<()> {
    rules.check_memory(parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))
}

/// `image_too_large` for a colour profile that the rules do not allow.
pub(crate) fn check_icc_bytes(rules: &ImageRules, received: u64) -> Result<()> {
    crate::rules::at_most("icc_bytes", received, rules.max_icc_bytes)
}

/// The profile, if it is one for pixels of this kind; a profile for another colour space cannot describe them.
pub(crate) fn icc_for(space: &[u8; 4], profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    profile.filter(|profile| profile.len() >= 128 && profile.get(16..20) == Some(space.as_slice()))
}
