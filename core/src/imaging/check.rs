//! `check`: the one validator for bytes from any source.

use std::borrow::Cow;

use crate::error::{ErrorKind, Result};
use crate::format::{ImageFormat, polyglot};
use crate::media_type::is_undeclared;
use crate::options::clip;
use crate::rules::ImageRules;

use super::codecs::header::Header;
use super::codecs::{check_every_frame, read_header};
use super::inspect::{ImageInfo, detect, unless_cut_off};
use super::work::Totals;

/// Bytes that have been checked: an accepted format, within the limits, and decoded to the end once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckedImage<'a> {
    /// The bytes, unchanged.
    pub bytes: Cow<'a, [u8]>,
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
    /// Whether the picture is complete. `false` for a progressive JPEG whose last scans are missing, which is shown with less
    /// detail than it had, and for a truncated JPEG if the rules allow it (`allow_truncated`). Only decoding tells, so
    /// [`inspect`](crate::inspect) does not.
    pub is_complete: bool,
    /// Everything the header says.
    pub info: ImageInfo,
}

impl<'a> CheckedImage<'a> {
    fn new(bytes: Cow<'a, [u8]>, (info, is_complete): (ImageInfo, bool)) -> Self {
        Self { bytes, format: info.format, width: info.width, height: info.height, is_complete, info }
    }

    /// Copies the bytes, so that the image owns them.
    pub fn into_owned(self) -> CheckedImage<'static> {
        CheckedImage::new(Cow::Owned(self.bytes.into_owned()), (self.info, self.is_complete))
    }
}

/// Checks that bytes are one complete image that the rules accept. `declared` is the media type that the sender gave,
/// if any; its parameters are ignored. A type that leaves the format open declares nothing: an empty one,
/// `application/octet-stream`, `binary/octet-stream`, `image/*`, `*/*`, `application/unknown`, `unknown/unknown`.
///
/// The order is cheapest first, and the first failure is the answer:
/// 1. the rules themselves, then the number of bytes: `option_invalid`, `image_too_small`, `image_too_large`;
/// 2. what the first bytes are: `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`;
/// 3. what was declared: `image_format_mismatch`;
/// 4. a second type in the same bytes: `image_polyglot`;
/// 5. the header: `image_corrupt`, and width, height and pixels against the limits;
/// 6. the number of frames and their pixels, the work of all of them, then the memory that it takes: `image_too_large`;
/// 7. the pixels: every frame is decoded, and a file that ends early is `image_corrupt`; a JPEG is not, if
///    the rules allow it (`allow_truncated`).
///
/// A call that is stopped is `cancelled`, whatever else is wrong.
///
/// Bytes after the end of an image (further pictures in the file of a phone, padding) are ignored, except in step 4.
pub fn check<'a>(bytes: &'a [u8], declared: Option<&str>, rules: &ImageRules) -> Result<CheckedImage<'a>> {
    let examined = examine(bytes, declared, rules)?;
    Ok(CheckedImage::new(Cow::Borrowed(bytes), examined))
}

/// The same for bytes that the result owns, without copying them.
pub(crate) fn check_owned(bytes: Vec<u8>, declared: Option<&str>, rules: &ImageRules) -> Result<CheckedImage<'static>> {
    let examined = examine(&bytes, declared, rules)?;
    Ok(CheckedImage::new(Cow::Owned(bytes), examined))
}

/// The same for a list: the headers of all files and their totals are checked before a pixel of any is decoded. An error of one
/// file carries its index, an error of the totals none.
pub(crate) fn check_list<'t>(
    files: Vec<Vec<u8>>,
    declared: impl Fn(usize) -> Option<&'t str>,
    rules: &ImageRules,
) -> Result<Vec<CheckedImage<'static>>> {
    let mut headers = Vec::with_capacity(files.len());
    let mut totals = Totals::default();
    for (index, bytes) in files.iter().enumerate() {
        let header = examine_head(bytes, bytes.len() as u64, declared(index), rules)
            .and_then(|header| totals.add(bytes, &header, rules).map(|()| header))
            .map_err(|error| error.at_index(index))?;
        headers.push(header);
    }
    totals.check(rules)?;
    let checked = files.into_iter().zip(headers).enumerate().map(|(index, (bytes, header))| {
        let decoded = check_every_frame(&bytes, &header, rules);
        let is_complete = decoded.map_err(|error| error.at_index(index))?;
        Ok(CheckedImage::new(Cow::Owned(bytes), (ImageInfo::from(&header), is_complete)))
    });
    checked.collect()
}

/// The same for the start of a file of `total_bytes`, without the steps 6 and 7. `None` if the start is too short to tell.
pub(crate) fn check_head(
    head: &[u8],
    total_bytes: u64,
    declared: Option<&str>,
    rules: &ImageRules,
) -> Result<Option<ImageInfo>> {
    unless_cut_off(head, total_bytes, examine_head(head, total_bytes, declared, rules))
}

/// What the header says, and whether the picture is complete.
fn examine(bytes: &[u8], declared: Option<&str>, rules: &ImageRules) -> Result<(ImageInfo, bool)> {
    let header = examine_head(bytes, bytes.len() as u64, declared, rules)?;
    let is_complete = check_every_frame(bytes, &header, rules)?;
    Ok((ImageInfo::from(&header), is_complete))
}

/// The steps 1 to 5 of [`check`].
pub(super) fn examine_head(
    bytes: &[u8],
    total_bytes: u64,
    declared: Option<&str>,
    rules: &ImageRules,
) -> Result<Header> {
    rules.check_cancelled()?;
    rules.validate()?;
    rules.check_bytes(total_bytes)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    if let Some(declared) = declared
        && !rules.allow_type_mismatch
        && !is_undeclared(declared)
    {
        check_declared(declared, format)?;
    }
    if !rules.allow_polyglots
        && let Some(also) = polyglot(bytes)
    {
        return Err(ErrorKind::ImagePolyglot { detected: format.as_str().to_owned(), also }.into());
    }
    let header = read_header(bytes, format)?;
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    Ok(header)
}

/// Checks the declared media type against the detected format.
fn check_declared(declared: &str, detected: ImageFormat) -> Result<()> {
    let admitted = ImageFormat::from_media_type(declared).is_some_and(|format| format.admits(detected));
    if admitted {
        return Ok(());
    }
    Err(ErrorKind::ImageFormatMismatch { declared: clip(declared), detected: detected.media_type().to_owned() }.into())
}
