//! The pictures that are made of an upload: it is checked and decoded once for all of them.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::imaging::{EncodedImage, ImageInfo, OutputFormat, check_and_transform, result_size, transform_many};

use super::arrival::Arrival;
use super::confirmed::Variant;
use super::original::reencoding;

/// What was made of an upload.
pub(super) struct Drawn {
    /// The picture encoded anew, where that is to take the upload's place.
    pub original: Option<Vec<u8>>,
    pub variants: VecDeque<VariantFile>,
}

/// A variant that is to be written.
pub(super) struct VariantFile {
    pub variant: Variant,
    pub bytes: Arc<Vec<u8>>,
}

/// Checks the upload whole and makes all pictures of it.
///
/// Errors: those of [`check`](crate::check) and [`transform_many`](crate::transform_many), without an index.
pub(super) fn check_and_draw(bytes: &[u8], arrival: &Arrival) -> Result<(ImageInfo, Drawn)> {
    let policy = arrival.policy();
    let widths = &policy.variant_widths;
    let reencoding = reencoding(bytes, arrival);
    let wanted: Vec<_> = widths.iter().map(|width| policy.variant_transform(*width)).chain(reencoding).collect();
    let declared = Some(arrival.format.media_type());
    let (info, mut images) =
        check_and_transform(bytes, declared, &wanted, &arrival.rules).map_err(Error::without_index)?;
    let original = if images.len() > widths.len() { images.pop().map(|image| image.bytes) } else { None };
    Ok((info, Drawn { original, variants: files(images, widths, arrival) }))
}

/// Makes variants of an object that was confirmed before.
///
/// Errors: those of [`transform_many`](crate::transform_many), without an index.
pub(super) fn draw(bytes: &[u8], widths: &[u32], arrival: &Arrival) -> Result<VecDeque<VariantFile>> {
    let wanted: Vec<_> = widths.iter().map(|width| arrival.policy().variant_transform(*width)).collect();
    let images = transform_many(bytes, &wanted, &arrival.rules).map_err(Error::without_index)?;
    Ok(files(images, widths, arrival))
}

fn files(images: Vec<EncodedImage>, widths: &[u32], arrival: &Arrival) -> VecDeque<VariantFile> {
    let file = |(image, name): (EncodedImage, &u32)| VariantFile {
        variant: describe(*name, image.format, image.width, image.height, arrival),
        bytes: image.bytes.into(),
    };
    images.into_iter().zip(widths).map(file).collect()
}

/// The variants of an upload, without a pixel.
///
/// Errors: those of [`transform`](crate::transform) for the size of a result.
pub(super) fn variants_of(info: &ImageInfo, arrival: &Arrival) -> Result<Vec<Variant>> {
    let variant_of = |name: &u32| {
        let transform = arrival.policy().variant_transform(*name);
        let (width, height) = result_size(info.width, info.height, &transform)?;
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
