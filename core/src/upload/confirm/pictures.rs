//! Step 4, first half: the pictures that are made of the upload. The variants are written first; the original without
//! metadata, where the policy wants that, is the last: its presence means that all of it was confirmed.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::imaging::{EncodedImage, ImageInfo, OutputFormat, Transform, check_and_transform, result_size};
use crate::upload::policy::Originals;

use super::arrival::{Arrival, sign};
use super::confirmed::Variant;
use super::exchange::{StoreAnswer, StoreRequest};
use super::promote::{Checked, Promote};
use super::refusal::refused;
use super::step::Step;
use super::stored::etag;

/// The quality of a JPEG that takes the original's place: what is lost is not seen.
const ORIGINAL_QUALITY: u8 = 90;

/// A picture that is to be written.
pub(super) struct File {
    /// `None` for the original, which has the final key.
    variant: Option<Variant>,
    format: OutputFormat,
    width: u32,
    height: u32,
    bytes: Arc<[u8]>,
}

/// PUT of one picture after the other.
pub(super) struct Write {
    checked: Checked,
    file: File,
    rest: VecDeque<File>,
}

impl Write {
    /// The step, or the next one where there is nothing to write.
    pub(super) fn step(checked: Checked, mut files: VecDeque<File>, arrival: &Arrival) -> Step {
        match files.pop_front() {
            Some(file) => Step::Write(Self { checked, file, rest: files }),
            None => Promote::step(checked, arrival),
        }
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let file = &self.file;
        let key = file.variant.as_ref().map_or(arrival.final_key(), |variant| &variant.key);
        let mut request = arrival.presigner.put(key);
        if file.variant.is_none() {
            for (name, value) in arrival.metadata() {
                request = request.metadata(&name, &value);
            }
        }
        if let Some(cache_control) = &arrival.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        request = request.content_type(file.format.media_type()).content_length(file.bytes.len() as u64);
        Ok(StoreRequest { body: Arc::clone(&file.bytes), ..sign(request, now)? })
    }

    pub(super) fn answered(mut self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        if answer.status != 200 {
            return Err(refused(arrival, "put", answer));
        }
        let File { variant, width, height, bytes, .. } = self.file;
        let Some(variant) = variant else {
            let checked = Checked { info: ImageInfo { width, height, ..self.checked.info }, ..self.checked };
            return Ok(checked.promoted(arrival, etag(&answer.headers)?, bytes.len() as u64));
        };
        arrival.written.push(variant.key.clone());
        self.checked.variants.push(variant);
        Ok(Self::step(self.checked, self.rest, arrival))
    }
}

/// Checks the upload whole and makes all pictures of it, in the order in which they are written: it is decoded once.
///
/// Errors: those of [`check`](crate::check) and [`transform_many`](crate::transform_many), without an index.
pub(super) fn check_and_draw(bytes: &[u8], arrival: &Arrival) -> Result<(ImageInfo, VecDeque<File>)> {
    let mut wanted: Vec<_> = arrival.policy().variant_widths.iter().map(|width| variant(*width, arrival)).collect();
    if arrival.policy().originals == Originals::Reencoded {
        wanted.push(original(arrival.format));
    }
    let declared = Some(arrival.format.media_type());
    let (info, images) = check_and_transform(bytes, declared, &wanted, &arrival.rules).map_err(Error::without_index)?;
    let mut widths = arrival.policy().variant_widths.iter();
    let file = |EncodedImage { bytes, format, width, height }| {
        let variant = widths.next().map(|name| describe(*name, format, width, height, arrival));
        File { variant, format, width, height, bytes: bytes.into() }
    };
    Ok((info, images.into_iter().map(file).collect()))
}

/// The variants that a confirmed upload has: as [`check_and_draw`] makes them, without a pixel.
pub(super) fn variants_of(info: &ImageInfo, arrival: &Arrival) -> Result<Vec<Variant>> {
    let variant_of = |name: &u32| {
        let (width, height) = result_size(info.width, info.height, &variant(*name, arrival))?;
        Ok(describe(*name, arrival.policy().variant_format, width, height, arrival))
    };
    arrival.policy().variant_widths.iter().map(variant_of).collect()
}

fn describe(name: u32, format: OutputFormat, width: u32, height: u32, arrival: &Arrival) -> Variant {
    let key = variant_key(arrival.final_key(), name, format);
    Variant { public_url: arrival.public_url(&key), format: format.image_format(), key, width, height }
}

/// `a/b/c.jpg` -> `a/b/c/320.jpg`. Not below the key itself: servers that keep objects as files have no key that is also
/// the start of others.
fn variant_key(key: &str, width: u32, format: OutputFormat) -> String {
    let stem = key.rsplit_once('.').map_or(key, |(stem, _)| stem);
    format!("{stem}/{width}{}", format.extension())
}

fn variant(width: u32, arrival: &Arrival) -> Transform {
    arrival.policy().variant_transform(width)
}

/// The picture as it is, upright and without metadata.
fn original(format: ImageFormat) -> Transform {
    encoded(Transform::default().quality(ORIGINAL_QUALITY), output(format))
}

/// WebP is written without loss.
fn encoded(transform: Transform, format: OutputFormat) -> Transform {
    transform.format(format).lossless(format == OutputFormat::Webp)
}

/// The policy has only formats here that can be written.
fn output(format: ImageFormat) -> OutputFormat {
    match format {
        ImageFormat::Png | ImageFormat::Gif => OutputFormat::Png,
        ImageFormat::Webp => OutputFormat::Webp,
        _ => OutputFormat::Jpeg,
    }
}
