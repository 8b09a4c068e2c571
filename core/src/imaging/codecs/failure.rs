//! The errors of decoders and encoders.

use super::output_format::OutputFormat;
use crate::error::{Error, ErrorKind};
use crate::format::ImageFormat;

/// The error for a damaged file.
pub(crate) fn corrupt(reason: impl Into<String>) -> Error {
    ErrorKind::ImageCorrupt { reason: reason.into() }.into()
}

/// The error for a variant of a format that this build cannot decode: "jpeg with ...".
pub(crate) fn unsupported(format: ImageFormat, what: &str) -> Error {
    ErrorKind::ImageFormatUnsupported { detected: format!("{format} with {what}") }.into()
}

/// Why an encoder gives up: an error of its library, or ours for a result beyond its limit.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The error of an encoder: ours as it is, that of its library as `encoding_failed`.
pub(crate) fn failed(format: OutputFormat, failure: Failure) -> Error {
    match failure.downcast::<Error>() {
        Ok(error) => *error,
        Err(failure) => {
            Error::from(ErrorKind::EncodingFailed { format: format.as_str().to_owned() }).with_source(failure)
        }
    }
}
