//! The requests that every signer signs: one bucket, one key, one time, one set of headers.

use std::time::{Duration, SystemTime};

pub(crate) const HOST: &str = "photos.s3.eu-central-1.amazonaws.com";
pub(crate) const BUCKET: &str = "photos";
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const KEY: &str = "uploads/user-42/1767225600000-9f86d081884c7d65.jpg";
pub(crate) const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const EXPIRES_IN: Duration = Duration::from_mins(5);
pub(crate) const CONTENT_TYPE: &str = "image/jpeg";
pub(crate) const CONTENT_LENGTH: u64 = 3_481_220;
pub(crate) const METADATA: [(&str, &str); 2] = [("user", "42"), ("kind", "avatar")];

/// 2026-01-01T00:00:00Z
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}
