//! Checks of regions.

use crate::error::{Error, Result};

/// Checks a region of AWS: words in lower case and a number (`ap-northeast-2`, `us-gov-west-1`).
///
/// Error: `bucket_invalid`.
pub(super) fn check_s3_region(region: &str) -> Result<()> {
    let words = region.split('-');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let has_number = region.rsplit('-').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if region.len() > 32 || words.clone().count() < 3 || !words.clone().all(is_word) || !has_number {
        return Err(Error::bucket_invalid("region", "one that is not like ap-northeast-2"));
    }
    Ok(())
}

/// Checks the region of any other server: 1 to 64 of `A-Z a-z 0-9 - _`.
///
/// Error: `bucket_invalid`.
pub(super) fn check_region(region: &str) -> Result<()> {
    if region.is_empty() || region.len() > 64 {
        return Err(Error::bucket_invalid("region", "one that is not 1 to 64 bytes long"));
    }
    if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(Error::bucket_invalid("region", "one with characters other than A-Z a-z 0-9 - _"));
    }
    Ok(())
}
