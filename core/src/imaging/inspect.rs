//! `inspect`: what an image says of itself in its header.

use crate::error::{ErrorKind, Result};
use crate::format::{ImageFormat, Sniffed, sniff};
use crate::rules::ImageRules;

use super::header::{Header, read_header};
use super::orient::Orientation;
use super::{png, webp};

/// What the header of an image says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
pub struct ImageInfo {
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
    /// How the stored picture is turned for display. Width and height have this applied.
    pub orientation: Orientation,
    /// Whether the picture may have transparent pixels. Of an animation, the first frame.
    pub has_alpha: bool,
    /// Whether there is more than one frame.
    pub is_animated: bool,
    /// Whether a colour profile is embedded.
    pub has_icc_profile: bool,
    /// Whether an EXIF block is embedded. It may hold a GPS position.
    pub has_exif: bool,
}

impl From<&Header> for ImageInfo {
    fn from(header: &Header) -> Self {
        let (width, height) = header.displayed();
        Self {
            format: header.format,
            width,
            height,
            orientation: header.orientation,
            has_alpha: header.has_alpha,
            is_animated: header.is_animated,
            has_icc_profile: header.has_icc_profile,
            has_exif: header.has_exif,
        }
    }
}

/// Reads the header of an image. Allocates no pixels, so it tells the size of a picture that [`check`](crate::check)
/// would refuse; a file that is cut off after its header is not noticed.
///
/// Errors: `image_format_unknown`, `image_format_not_allowed` (markup and other types that are no images here),
/// `image_format_unsupported` (HEIC, HEIF, AVIF), `image_corrupt`, `image_too_small` for no bytes at all.
pub fn inspect(bytes: &[u8]) -> Result<ImageInfo> {
    Ok(ImageInfo::from(&inspect_header(bytes)?))
}

/// The same for the start of a file of `total_bytes`; `None` where it does not reach far enough to tell.
pub(crate) fn inspect_head(head: &[u8], total_bytes: u64) -> Result<Option<ImageInfo>> {
    unless_cut_off(head, total_bytes, inspect_header(head))
}

fn inspect_header(bytes: &[u8]) -> Result<Header> {
    let rules = ImageRules::default();
    if bytes.is_empty() {
        rules.check_bytes(0)?;
    }
    let format = detect(bytes, &rules)?;
    read_header(bytes, format, &rules)
}

/// What the start of a file says, unless what matters comes after it: all of the header, the metadata of a PNG, which stands
/// anywhere before its picture, or the orientation of a WebP, whose EXIF block is the last of its chunks.
pub(super) fn unless_cut_off(head: &[u8], total_bytes: u64, header: Result<Header>) -> Result<Option<ImageInfo>> {
    let is_cut_off = (head.len() as u64) < total_bytes;
    match header {
        Ok(header) if is_cut_off && !header.has_exif && webp::announces_exif(head) => Ok(None),
        Ok(header) if is_cut_off && header.format == ImageFormat::Png && png::ends_before_data(head) => Ok(None),
        Ok(header) => Ok(Some(ImageInfo::from(&header))),
        Err(error) if is_cut_off && matches!(error.kind(), ErrorKind::ImageCorrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The image format of the bytes, or the error that names what they are instead.
pub(crate) fn detect(bytes: &[u8], rules: &ImageRules) -> Result<ImageFormat> {
    match sniff(bytes) {
        Sniffed::Image(format) => Ok(format),
        Sniffed::Other(name) => Err(rules.format_not_allowed(name).into()),
        Sniffed::Unknown => Err(ErrorKind::ImageFormatUnknown {}.into()),
    }
}
