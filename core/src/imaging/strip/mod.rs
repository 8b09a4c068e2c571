//! `strip_metadata`: the same picture without what it says of its owner. No pixel is touched.
//!
//! ```text
//! JPEG   SOI APP0 APP1(Exif, GPS, thumbnail) APP1(XMP) APP2(ICC) APP2(MPF) DQT SOF DHT SOS ... EOI second image
//!        SOI APP0 APP1(orientation alone)              APP2(ICC)           DQT SOF DHT SOS ... EOI
//! ```
//!
//! What stays is a list of what is needed to show the picture as before: a part that is not known goes. Each format says
//! which parts of a file stay (`parts`), and they are put together once.

mod gif;
mod jpeg;
mod orientation;
mod parts;
mod png;
mod report;
mod webp;

use std::borrow::Cow;

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

use super::inspect::detect;

pub use report::{MetadataKind, RemovedMetadata};

/// An image without its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrippedImage<'a> {
    /// The file; borrowed, and the same as before, where there was nothing to remove.
    pub bytes: Cow<'a, [u8]>,
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// What was removed, each kind once, in the order of [`MetadataKind`]. Empty where the file had nothing to remove.
    pub removed: Vec<RemovedMetadata>,
}

/// Removes everything from a JPEG, PNG, WebP or GIF that is not needed to show it.
pub fn strip_metadata<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<StrippedImage<'a>> {
    rules.check_cancelled()?;
    rules.validate()?;
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    let parts = match format {
        ImageFormat::Jpeg => jpeg::parts(bytes)?,
        ImageFormat::Png => png::parts(bytes)?,
        ImageFormat::Webp => webp::parts(bytes)?,
        ImageFormat::Gif => gif::parts(bytes)?,
        _ => return Err(ErrorKind::ImageFormatUnsupported { detected: format.as_str().to_owned() }.into()),
    };
    let (joined, removed) = parts.join();
    Ok(StrippedImage { bytes: joined, format, removed })
}
