//! # presize
//!
//! The image-upload path of a web back end as one small dependency: *presign* + *resize*.
#![forbid(unsafe_code)]

pub mod error;
pub mod format;
pub mod options;
pub mod presign;
pub mod rules;
pub mod upload;

pub use error::{Error, ErrorKind, Result};
pub use format::ImageFormat;
pub use presign::{Bucket, Credentials, Operation, PresignBuilder, PresignedRequest, Presigner, SignOptions, UrlStyle};
pub use rules::ImageRules;
pub use upload::{UploadPolicy, UploadRequest, UploadTicket, Uploads};
