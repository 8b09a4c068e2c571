//! `transform` and `transform_many`: everything that can be refused is refused before a pixel is decoded.

use std::borrow::Cow;

use super::background::{flatten, pad};
use super::color::{Conversion, Profile};
use super::decode::{Decoded, decode};
use super::encode::{EncodedImage, encode, failed};
use super::header::{Header, read_header};
use super::inspect::detect;
use super::job::{Job, source_bytes};
use super::orient::{Orientation, orient};
use super::pixels::Pixels;
use super::request::Transform;
use super::resize::{cut_out, premultiply, resize};
use crate::error::Result;
use crate::rules::ImageRules;

/// Decodes a picture and makes another of it: turned as its EXIF orientation says, scaled, in sRGB, encoded, and without
/// any metadata.
///
/// `rules` bound the input (format, bytes, width, height, pixels) and the memory of the whole call. Of an animation the
/// first frame is taken.
///
/// Errors: `option_invalid`, `encoding_unsupported` (a WebP that is not lossless, for now; a lossless JPEG),
/// `image_format_unknown`, `image_format_not_allowed`, `image_format_unsupported`, `image_too_small`, `image_too_large`,
/// `image_corrupt`.
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
    transform.check()?;
    rules.validate()?;
    let header = open(bytes, rules)?;
    let job = Job::new(&header, transform)?;
    rules.check_memory(job.working_bytes(&header).saturating_add(source_bytes(&header)))?;
    let mut source = Source::decode(bytes, &header, rules)?;
    source.render(&job)
}

/// Makes several pictures of one, which is decoded once. The results are in the order of `transforms`; none for none,
/// but `bytes` are checked even then.
///
/// Errors: those of [`transform`]. An error of one of the transforms carries its 0-based index, one of the input does
/// not; nothing is decoded unless all transforms are valid for the input.
pub fn transform_many(bytes: &[u8], transforms: &[Transform], rules: &ImageRules) -> Result<Vec<EncodedImage>> {
    for (index, transform) in transforms.iter().enumerate() {
        transform.check().map_err(|error| error.at_index(index))?;
    }
    rules.validate()?;
    let header = open(bytes, rules)?;
    let mut jobs = Vec::with_capacity(transforms.len());
    let mut held_bytes = source_bytes(&header);
    for (index, transform) in transforms.iter().enumerate() {
        let at_index = |error: crate::Error| error.at_index(index);
        let job = Job::new(&header, transform).map_err(at_index)?;
        rules.check_memory(job.working_bytes(&header).saturating_add(held_bytes)).map_err(at_index)?;
        held_bytes = held_bytes.saturating_add(job.result_bytes(&header));
        jobs.push((index, job));
    }
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    // Copies come first: scaling premultiplies the source, which a copy must not see.
    jobs.sort_by_key(|(index, job)| (!job.is_copy(), *index));
    let mut source = Source::decode(bytes, &header, rules)?;
    let mut images = Vec::with_capacity(jobs.len());
    for (index, job) in jobs {
        images.push((index, source.render(&job).map_err(|error| error.at_index(index))?));
    }
    images.sort_by_key(|(index, _)| *index);
    Ok(images.into_iter().map(|(_, image)| image).collect())
}

/// Checks what the first bytes and the header say.
fn open(bytes: &[u8], rules: &ImageRules) -> Result<Header> {
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    let header = read_header(bytes, format, rules)?;
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    Ok(header)
}

/// A decoded input, from which jobs are rendered: first those that copy, then those that scale.
struct Source {
    pixels: Pixels,
    icc: Option<Vec<u8>>,
    conversion: Option<Conversion>,
    is_premultiplied: bool,
}

impl Source {
    fn decode(bytes: &[u8], header: &Header, rules: &ImageRules) -> Result<Self> {
        let Decoded { pixels, icc } = decode(bytes, header, rules)?;
        let profile = icc.as_deref().and_then(|icc| Profile::read(icc, pixels.layout));
        let conversion = profile.and_then(|profile| profile.conversion());
        Ok(Self { pixels, icc, conversion, is_premultiplied: false })
    }

    /// Plan -> resize -> orientation -> colours -> background -> bytes.
    fn render(&mut self, job: &Job<'_>) -> Result<EncodedImage> {
        if !job.is_copy() && !self.is_premultiplied {
            premultiply(&mut self.pixels).map_err(|failure| failed(job.format, failure))?;
            self.is_premultiplied = true;
        }
        let mut pixels = self.scale(job)?;
        if job.orientation != Orientation::Normal {
            pixels = Cow::Owned(orient(pixels.into_owned(), job.orientation));
        }
        let kept = self.profile_kept(job);
        if let (Some(conversion), None) = (&self.conversion, kept) {
            conversion.apply(pixels.to_mut());
        }
        let background = job.background();
        if pixels.layout.has_alpha() && !job.format.has_alpha() {
            pixels = Cow::Owned(flatten(pixels.into_owned(), background));
        }
        if let Some(canvas) = job.plan.canvas {
            pixels = Cow::Owned(pad(&pixels, canvas, background));
        }
        encode(&pixels, job.format, job.transform, kept)
    }

    fn scale(&self, job: &Job<'_>) -> Result<Cow<'_, Pixels>> {
        let (part, size) = job.plan.stored(job.picture, job.orientation);
        if job.is_whole() {
            Ok(Cow::Borrowed(&self.pixels))
        } else if job.is_copy() {
            Ok(Cow::Owned(cut_out(&self.pixels, part)))
        } else {
            resize(&self.pixels, part, size).map(Cow::Owned).map_err(|failure| failed(job.format, failure))
        }
    }

    /// The profile that is written instead of being applied: where that is asked for, and true of the result.
    fn profile_kept(&self, job: &Job<'_>) -> Option<&[u8]> {
        if !job.transform.keep_icc {
            return None;
        }
        let profile = self.icc.as_deref().and_then(|icc| Profile::read(icc, self.pixels.layout))?;
        job.can_hold(&profile, job.result_layout(self.pixels.layout)).then(|| profile.bytes())
    }
}
