//! `transform` and `transform_many`: everything that can be refused is refused before a pixel is decoded.

use super::check::examine_head;
use super::codecs::encode::EncodedImage;
use super::codecs::header::Header;
use super::codecs::limits::check_frames;
use super::codecs::{check_every_frame, check_further_frames};
use super::inspect::ImageInfo;
use super::open::open;
use super::pixels::canvas::Size;
use super::plan::geometry::Plan;
use super::plan::job::{RenderJob, SourceInfo};
use super::planes::DecodeExtent;
use super::render::{IndexedJob, OpenedSource};
use super::transform_options::Transform;
use crate::error::Result;
use crate::rules::ImageRules;

/// Decodes a picture and makes another of it: turned as its EXIF orientation says, scaled, in sRGB, encoded, and without
/// any metadata.
///
/// `rules` bound the input (format, bytes, width, height, pixels) and the memory of the whole call. Of an animation the
/// first frame is taken.
///
/// Errors: `option_invalid`, `encoding_unsupported` (a lossless JPEG, a WebP with a side of more than 16383 pixels),
/// `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_too_small`, `image_too_large`,
/// `image_corrupt`, `cancelled`.
///
/// ```
/// # fn run(photo: &[u8]) -> presize::Result<()> {
/// use presize::{ImageRules, OutputFormat, Transform};
///
/// let thumbnail = Transform::default().width(320).height(240).format(OutputFormat::Jpeg);
/// let image = presize::transform(photo, &thumbnail, &ImageRules::default())?;
/// assert!(image.width <= 320);
/// # Ok(())
/// # }
/// ```
pub fn transform(bytes: &[u8], transform: &Transform, rules: &ImageRules) -> Result<EncodedImage> {
    rules.check_cancelled()?;
    transform.check()?;
    rules.validate()?;
    let header = open(bytes, rules)?;
    let source = SourceInfo::from(&header);
    let job = RenderJob::new(&source, transform, transform.output_format(header.format, header.has_alpha)?)?;
    OpenedSource::new(bytes, &header, rules)?.render_one(job)
}

/// The size of what a transform makes of a picture of this size, as displayed.
pub(crate) fn result_size(width: u32, height: u32, transform: &Transform) -> Result<(u32, u32)> {
    let Size { width, height } = Plan::new(Size { width, height }, transform)?.result();
    Ok((width, height))
}

/// Makes several pictures of one, which is decoded once: a JPEG at the scale that the largest of them needs, so that a
/// smaller one may differ in its finest detail from what [`transform`] makes. The results are in the order of `transforms`; none
/// for none, but `bytes` are checked even then.
///
/// Errors: those of [`transform`]. An error of one of the transforms carries its 0-based index, one of the input does
/// not; nothing is decoded unless all transforms are valid for the input.
pub fn transform_many(bytes: &[u8], transforms: &[Transform], rules: &ImageRules) -> Result<Vec<EncodedImage>> {
    rules.check_cancelled()?;
    for (index, transform) in transforms.iter().enumerate() {
        transform.check().map_err(|error| error.at_index(index))?;
    }
    rules.validate()?;
    render_many(bytes, &open(bytes, rules)?, transforms, rules, DecodeExtent::Needed)
}

/// [`check`](crate::check) and [`transform_many`] in one, with one decoding of what both look at.
///
/// Errors: those of both.
pub(crate) fn check_and_transform(
    bytes: &[u8],
    declared: Option<&str>,
    transforms: &[Transform],
    rules: &ImageRules,
) -> Result<(ImageInfo, Vec<EncodedImage>)> {
    let header = examine_head(bytes, bytes.len() as u64, declared, rules)?;
    if transforms.is_empty() {
        check_every_frame(bytes, &header, rules)?;
        return Ok((ImageInfo::from(&header), Vec::new()));
    }
    for (index, transform) in transforms.iter().enumerate() {
        transform.check().map_err(|error| error.at_index(index))?;
    }
    check_frames(&header, rules)?;
    let images = render_many(bytes, &header, transforms, rules, DecodeExtent::Whole)?;
    check_further_frames(bytes, &header, rules)?;
    Ok((ImageInfo::from(&header), images))
}

/// Decodes the picture, the first one of an animation, and makes the others of it.
fn render_many(
    bytes: &[u8],
    header: &Header,
    transforms: &[Transform],
    rules: &ImageRules,
    extent: DecodeExtent,
) -> Result<Vec<EncodedImage>> {
    let source = SourceInfo::from(header);
    let mut jobs = Vec::with_capacity(transforms.len());
    for (index, transform) in transforms.iter().enumerate() {
        let job = transform
            .output_format(header.format, header.has_alpha)
            .and_then(|format| RenderJob::new(&source, transform, format));
        jobs.push(IndexedJob { index: Some(index), job: job.map_err(|error| error.at_index(index))? });
    }
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    OpenedSource::new(bytes, header, rules)?.render(&jobs, extent)
}
