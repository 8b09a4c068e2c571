//! The peers, one file each. A table names those that it wants.

pub(crate) mod aws_sigv4;
pub(crate) mod image;
pub(crate) mod presize;
pub(crate) mod rusty_s3;
pub(crate) mod script;
pub(crate) mod sha256;
