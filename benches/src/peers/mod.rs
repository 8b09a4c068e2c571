//! The peers, one file each. A table names those that it wants.

#[cfg(feature = "aws-sdk")]
pub(crate) mod aws_sdk_s3;
pub(crate) mod aws_sigv4;
pub(crate) mod presize;
pub(crate) mod presize_images;
pub(crate) mod rusty_s3;
pub(crate) mod script;
pub(crate) mod sha256;
