//! What of an upload is stored at its final key: the file itself, the file without its metadata, or the picture encoded anew.

use std::borrow::Cow;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::{ImageInfo, OutputFormat, Transform, inspect_head, is_lossless_webp, strip_metadata};
use crate::upload::policy::Originals;

use super::arrival::Arrival;

/// The quality of a JPEG that takes the original's place: what is lost is not seen.
const QUALITY: u8 = 90;

/// A file for the final key.
pub(super) enum Original {
    /// The upload as it is.
    Uploaded,
    /// What was made of it.
    Changed(Vec<u8>),
}

impl Original {
    pub(super) fn bytes<'a>(&'a self, uploaded: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Uploaded => uploaded,
            Self::Changed(changed) => changed,
        }
    }
}

/// The file for the final key. `reencoded` is the picture encoded anew, where [`reencoding`] has asked for it.
///
/// Errors: those of [`strip_metadata`](crate::strip_metadata).
pub(super) fn original(uploaded: &[u8], reencoded: Option<Vec<u8>>, arrival: &Arrival) -> Result<Original> {
    if let Some(changed) = reencoded {
        return Ok(Original::Changed(changed));
    }
    if arrival.policy().originals == Originals::AsIs {
        return Ok(Original::Uploaded);
    }
    Ok(match strip_metadata(uploaded, &arrival.rules)?.bytes {
        Cow::Borrowed(_) => Original::Uploaded,
        Cow::Owned(stripped) => Original::Changed(stripped),
    })
}

/// What encodes the picture anew, upright and without metadata, where the policy wants that. Frames would be lost of an
/// animation, and a lossy WebP would become a lossless one of many times its size: both are stripped instead.
pub(super) fn reencoding(uploaded: &[u8], arrival: &Arrival) -> Option<Transform> {
    if arrival.policy().originals != Originals::Reencoded {
        return None;
    }
    // What cannot be read is refused by the check.
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
