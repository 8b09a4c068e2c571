//! `strip_metadata`: removes from a file what it says of the people, the place and the camera. No pixel is touched.
//!
//! ```text
//! JPEG   SOI APP0 APP1(Exif, GPS, thumbnail) APP1(XMP) APP2(ICC) APP2(MPF) DQT SOF DHT SOS ... EOI second image
//!        SOI APP0 APP1(orientation alone)              APP2(ICC)           DQT SOF DHT SOS ... EOI
//! ```
//!
//! Each format has a list of what is needed to show the picture as before; anything that is not on the list is removed.
//! `rewriter` copies what is kept into the new file, once.

mod gif;
mod jpeg;
mod orientation;
mod png;
mod report;
mod rewriter;
mod webp;

use std::borrow::Cow;

use crate::error::{ErrorKind, Result};
use crate::format::{ImageFormat, polyglot};
use crate::rules::ImageRules;

use super::codecs::jpeg::FileRegions;
use super::codecs::limits::check_memory;
use super::inspect::detect;
use rewriter::MAX_ADDED_BYTES;

pub use report::{MetadataKind, RemovedMetadata};

/// An image without its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrippedImage<'a> {
    /// The file. Borrowed, and the same as before, where there was nothing to remove. It is never more than 64 bytes longer
    /// than before.
    pub bytes: Cow<'a, [u8]>,
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// What was removed: each kind once, in the order of [`MetadataKind`]. Empty where there was nothing to remove.
    pub removed: Vec<RemovedMetadata>,
}

/// Removes all metadata from a JPEG, PNG, WebP or GIF: GPS position, EXIF, maker notes, thumbnails, XMP, IPTC, comments and
/// texts, content credentials, further pictures, films, and whatever follows the end of the picture.
///
/// Every pixel stays as it is, since nothing is decoded or encoded. The colour profile and everything else that
/// decides how the picture is shown stays too: an orientation becomes an EXIF block that holds nothing else. Every file that
/// [`check`](crate::check) accepts by the same rules can be stripped, looks the same afterwards, and has nothing more to be
/// stripped. What comes from strangers is checked first, since only decoding finds damage in the pixels. It also tells where the
/// data of a JPEG ends: what stands between its last block and its end-of-image marker is taken for data, and stays. A JPEG
/// without that marker is decoded once, within the limits of `check`, so that what trails its data goes.
///
/// Two things stay that are not looked into: a colour profile, with the texts it may hold, and what follows the compressed
/// data within the chunk or block of a picture. What stood far from the start of a file may stand at its start afterwards: if it
/// looks like a second type there, such as markup, the file is refused as `check` would refuse it then (`image_polyglot`), unless
/// `allow_polyglots` is on.
///
/// The memory that it takes is that of the new file, if there is one; `max_memory_bytes` must allow for it.
///
/// Errors: `option_invalid` for the rules, `image_too_small`, `image_too_large` (the bytes, the memory, the scans of a JPEG, and
/// the size of one that is decoded),
/// `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_polyglot`, `image_corrupt`, and
/// `cancelled`.
///
/// ```
/// # fn run(photo: &[u8]) -> presize::Result<()> {
/// use presize::{ImageRules, MetadataKind, strip_metadata};
///
/// let stripped = strip_metadata(photo, &ImageRules::default())?;
/// let had_exif = stripped.removed.iter().any(|removed| removed.kind == MetadataKind::Exif);
/// assert!(stripped.bytes.len() <= photo.len() + 64);
/// # Ok(())
/// # }
/// ```
pub fn strip_metadata<'a>(bytes: &'a [u8], rules: &ImageRules) -> Result<StrippedImage<'a>> {
    rules.check_cancelled()?;
    rules.validate()?;
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    check_memory(rules, &[bytes.len() as u64, MAX_ADDED_BYTES as u64])?;
    let file = match format {
        ImageFormat::Jpeg => jpeg::strip(bytes, rules)?,
        ImageFormat::Png => png::strip(bytes)?,
        ImageFormat::Webp => webp::strip(bytes)?,
        ImageFormat::Gif => gif::strip(bytes)?,
        _ => return Err(ErrorKind::ImageFormatUnsupported { detected: format.as_str().to_owned() }.into()),
    };
    let (bytes, removed) = file.finish();
    // Bytes that were far from the start of the file, where no reader looks for a type, may be at its start now.
    if !rules.allow_polyglots
        && !removed.is_empty()
        && let Some(also) = polyglot(&bytes)
    {
        return Err(ErrorKind::ImagePolyglot { detected: format.as_str().to_owned(), also }.into());
    }
    Ok(StrippedImage { bytes, format, removed })
}

/// The work of [`strip_metadata`], in weighted pixels, for the queues of the packages: 0, except for a JPEG without an
/// end-of-image marker, which is decoded. 0 also for a file that cannot be stripped.
#[doc(hidden)]
pub fn strip_work_pixels(bytes: &[u8], rules: &ImageRules) -> u64 {
    let is_jpeg =
        rules.check_bytes(bytes.len() as u64).is_ok() && matches!(detect(bytes, rules), Ok(ImageFormat::Jpeg));
    if is_jpeg { FileRegions::work_pixels(bytes, rules) } else { 0 }
}
