//! The variants of an upload, and the pictures that are made of it: one decoding serves the check and all of them.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::imaging::{EncodedImage, ImageInfo, OutputFormat, check_and_transform, result_size, transform_many};

use super::confirmed::Variant;
use super::context::Context;
use super::original::reencoding;

/// The pictures that were made of an upload.
pub(crate) struct Pictures {
    /// The picture encoded again, if that is to replace the upload.
    pub reencoded: Option<Vec<u8>>,
    pub variants: VecDeque<VariantFile>,
}

/// A variant that has to be written.
pub(crate) struct VariantFile {
    pub variant: Variant,
    pub bytes: Arc<Vec<u8>>,
}

/// Checks the whole upload and makes all pictures of it.
///
/// Errors: those of [`check`](crate::check) and [`transform_many`](crate::transform_many), without an index.
pub(crate) fn check_and_render(bytes: &[u8], context: &Context) -> Result<(ImageInfo, Pictures)> {
    let policy = context.policy();
    let widths = &policy.variant_widths;
    let reencoding = reencoding(bytes, context);
    let transforms: Vec<_> = widths.iter().map(|width| policy.variant_transform(*width)).chain(reencoding).collect();
    let declared = Some(context.format.media_type());
    let (info, mut images) =
        check_and_transform(bytes, declared, &transforms, &context.rules).map_err(Error::without_index)?;
    let reencoded = if images.len() > widths.len() { images.pop().map(|image| image.bytes) } else { None };
    Ok((info, Pictures { reencoded, variants: variant_files(images, widths, context) }))
}

/// Makes variants of an object that was confirmed earlier.
///
/// Errors: those of [`transform_many`](crate::transform_many), without an index.
pub(crate) fn render_variants(bytes: &[u8], widths: &[u32], context: &Context) -> Result<VecDeque<VariantFile>> {
    let transforms: Vec<_> = widths.iter().map(|width| context.policy().variant_transform(*width)).collect();
    let images = transform_many(bytes, &transforms, &context.rules).map_err(Error::without_index)?;
    Ok(variant_files(images, widths, context))
}

fn variant_files(images: Vec<EncodedImage>, widths: &[u32], context: &Context) -> VecDeque<VariantFile> {
    let file = |(image, width): (EncodedImage, &u32)| VariantFile {
        variant: variant(*width, image.format, (image.width, image.height), context),
        bytes: image.bytes.into(),
    };
    images.into_iter().zip(widths).map(file).collect()
}

/// The variants that an upload of this size has, without decoding it.
///
/// Errors: those of [`transform`](crate::transform) for the size of a result.
pub(crate) fn expected_variants(info: &ImageInfo, context: &Context) -> Result<Vec<Variant>> {
    let expected = |width: &u32| {
        let transform = context.policy().variant_transform(*width);
        let size = result_size(info.width, info.height, &transform)?;
        Ok(variant(*width, context.policy().variant_format, size, context))
    };
    context.policy().variant_widths.iter().map(expected).collect()
}

/// `policy_width` names the variant. The picture is narrower if the upload is.
fn variant(policy_width: u32, format: OutputFormat, (width, height): (u32, u32), context: &Context) -> Variant {
    let key = variant_key(context.final_key(), policy_width, format);
    Variant { public_url: context.public_url(&key), format: format.image_format(), key, width, height }
}

/// `a/b/c.jpg` -> `a/b/c/320.jpg`. Not `a/b/c.jpg/320.jpg`: servers that keep objects as files cannot have a key that is also
/// the folder of another one.
fn variant_key(key: &str, width: u32, format: OutputFormat) -> String {
    let stem = key.rsplit_once('.').map_or(key, |(stem, _)| stem);
    format!("{stem}/{width}{}", format.extension())
}
