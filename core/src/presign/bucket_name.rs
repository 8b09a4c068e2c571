//! S3's rules for the names of buckets and regions.

use std::net::Ipv4Addr;

use crate::error::{Error, ErrorKind, Result};

/// The error for an argument or an option of a bucket.
pub(super) fn invalid(name: &'static str, reason: &'static str) -> Error {
    ErrorKind::BucketInvalid { name, reason }.into()
}

/// Checks a region of AWS: words in lower case and a number (`ap-northeast-2`, `us-gov-west-1`).
///
/// Error: `bucket_invalid`.
pub(super) fn check_s3_region(region: &str) -> Result<()> {
    let words = region.split('-');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let has_number = region.rsplit('-').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if region.len() > 32 || words.clone().count() < 3 || !words.clone().all(is_word) || !has_number {
        return Err(invalid("region", "one that is not like ap-northeast-2"));
    }
    Ok(())
}

/// Checks the region of any other server: 1 to 64 of `A-Z a-z 0-9 - _`.
///
/// Error: `bucket_invalid`.
pub(super) fn check_region(region: &str) -> Result<()> {
    if region.is_empty() || region.len() > 64 {
        return Err(invalid("region", "one that is not 1 to 64 bytes long"));
    }
    if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(invalid("region", "one with characters other than A-Z a-z 0-9 - _"));
    }
    Ok(())
}

/// The suffixes of buckets that have other hosts and are signed in other ways.
const UNSUPPORTED_SUFFIXES: [&str; 5] = ["--x-s3", "--xa-s3", "--table-s3", "--op-s3", ".mrap"];

/// Checks a name by S3's rules for general purpose buckets.
///
/// Error: `bucket_invalid`.
pub(super) fn check_bucket_name(name: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    let is_edge = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let reason = if !(3..=63).contains(&name.len()) {
        "one that is not 3 to 63 bytes long"
    } else if !name.bytes().all(allowed) {
        "one with characters other than a-z 0-9 - ."
    } else if !is_edge(name.bytes().next()) || !is_edge(name.bytes().last()) {
        "one that does not start and end with a letter or digit"
    } else if name.contains("..") || name.contains(".-") || name.contains("-.") {
        "one with a label between dots that is no host name"
    } else if name.parse::<Ipv4Addr>().is_ok() {
        "one that looks like an IP address"
    } else if name.starts_with("xn--") || name.starts_with("sthree-") {
        "one with a prefix that S3 keeps for itself"
    } else if UNSUPPORTED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        "a directory bucket, table bucket, Outposts bucket or multi-region access point, which are signed in other ways"
    } else {
        return Ok(());
    };
    Err(invalid("bucket", reason))
}
