//! The errors of decoders and encoders.

use super::output_format::OutputFormat;
use crate::error::{Error, ErrorKind};
use crate::format::ImageFormat;

/// `image_corrupt`. The reason names the image as its user knows it: "a JPEG whose data ends early".
pub(crate) fn corrupt(reason: impl Into<String>) -> Error {
    ErrorKind::ImageCorrupt { reason: reason.into() }.into()
}

/// `image_format_unsupported` for a variant of a format that this build cannot decode: "jpeg with ...".
pub(crate) fn unsupported(format: ImageFormat, what: &str) -> Error {
    ErrorKind::ImageFormatUnsupported { detected: format!("{format} with {what}") }.into()
}

/// Why an encoder fails: an error of its library, or ours for a result that exceeds its limit.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The error of a failed encoder: ours unchanged, that of its library as `encoding_failed`.
pub(crate) fn failed(format: OutputFormat, failure: Failure) -> Error {
    match failure.downcast::<Error>() {
        Ok(error) => *error,
        Err(failure) => {
            Error::from(ErrorKind::EncodingFailed { format: format.as_str().to_owned() }).with_source(failure)
        }
    }
}
