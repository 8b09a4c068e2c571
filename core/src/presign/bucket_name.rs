//! S3's rules for the names of buckets.

use std::net::Ipv4Addr;

use crate::error::{Error, Result};

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
    Err(Error::bucket_invalid("bucket", reason))
}
