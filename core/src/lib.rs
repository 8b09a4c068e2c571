//! # presize
//!
//! The image-upload path of a web back end as one small dependency: *presign* + *resize*.
#![forbid(unsafe_code)]

pub mod error;
pub mod format;
mod imaging;
pub mod options;
pub mod rules;

pub use error::{Error, ErrorKind, Result};
pub use format::ImageFormat;
pub use imaging::{
    ChromaSubsampling, Color, EncodedImage, Fit, Orientation, OutputFormat, Position, Transform, transform,
    transform_many,
};
pub use rules::ImageRules;
