//! The file for the final key: the upload itself, the upload without its metadata, or its picture encoded again.

use std::borrow::Cow;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::{ImageInfo, OutputFormat, Transform, inspect_head, is_lossless_webp, strip_metadata};
use crate::upload::policy::Originals;

use super::context::Context;

/// The quality at which an original is encoded again as JPEG: high enough that no loss is visible.
const QUALITY: u8 = 90;

/// A file for the final key.
pub(crate) enum Original {
    /// The upload as it is.
    Unchanged,
    /// Another file in its place.
    Rewritten(Vec<u8>),
}

impl Original {
    pub(crate) fn bytes<'a>(&'a self, uploaded: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Unchanged => uploaded,
            Self::Rewritten(bytes) => bytes,
        }
    }
}

/// The file for the final key. `reencoded` is the result of the transform that [`reencoding`] has given.
///
/// Errors: those of [`strip_metadata`](crate::strip_metadata).
pub(crate) fn original(uploaded: &[u8], reencoded: Option<Vec<u8>>, context: &Context) -> Result<Original> {
    if let Some(bytes) = reencoded {
        return Ok(Original::Rewritten(bytes));
    }
    if context.policy().originals == Originals::AsIs {
        return Ok(Original::Unchanged);
    }
    Ok(match strip_metadata(uploaded, &context.rules)?.bytes {
        Cow::Borrowed(_) => Original::Unchanged,
        Cow::Owned(stripped) => Original::Rewritten(stripped),
    })
}

/// The transform that encodes the picture again, upright and without metadata, if the policy asks for it. `None` for an
/// animation, which would lose its frames, and for a lossy WebP, which would become a lossless one of many times its size:
/// both are stripped instead.
pub(crate) fn reencoding(uploaded: &[u8], context: &Context) -> Option<Transform> {
    if context.policy().originals != Originals::Reencoded {
        return None;
    }
    // The check refuses a file whose header cannot be read.
    let info = inspect_head(uploaded, uploaded.len() as u64).ok().flatten()?;
    let transform = Transform::default().quality(QUALITY);
    match info {
        ImageInfo { is_animated: true, .. } => None,
        ImageInfo { format: ImageFormat::Jpeg, .. } => Some(transform.format(OutputFormat::Jpeg)),
        ImageInfo { format: ImageFormat::Png, .. } => Some(transform.format(OutputFormat::Png)),
        ImageInfo { format: ImageFormat::Webp, .. } if is_lossless_webp(uploaded) => {
            Some(transform.format(OutputFormat::Webp).lossless(true))
        }
        _ => None,
    }
}
