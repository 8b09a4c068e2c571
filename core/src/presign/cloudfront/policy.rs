//! `Policy`: a resource with its expiry, and optionally its start and the addresses it is served to. Its bytes are signed.
//!
//! ```text
//! canned   {"Statement":[{"Resource":"https://cdn.example.com/a.jpg","Condition":{"DateLessThan":{"AWS:EpochTime":1700000900}}}]}
//! custom   {"Statement":[{"Resource":"https://cdn.example.com/albums/7/*","Condition":{"DateLessThan":{"AWS:EpochTime":1700000900},
//!          "IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":1700000000}}}]}
//! ```
//!
//! The order of the members is botocore's. For canned policies it is prescribed, since CloudFront writes them again from the
//! request to verify the signature; for custom ones any order is valid.
//!
//! Policies and signatures travel in base64 with `+`, `=` and `/` replaced by `-`, `_` and `~`, which a query takes unescaped:
//!
//! ```text
//! bytes  fb ff fe ff   base64  +//+/w==   CloudFront  -~~-~w__
//! ```

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::options::CloudFrontOptions;
use super::resource::{check_resource, check_url, has_wildcard};
use crate::error::{Error, ErrorKind, Result};
use crate::presign::timestamp::{Timestamp, since_epoch};

const MIN_EXPIRY_SECONDS: u64 = 1;
/// 3650 days.
const MAX_EXPIRY_SECONDS: u64 = 315_360_000;

/// A policy, with what the URL or the cookies repeat of it.
#[derive(Clone)]
pub(super) struct Policy {
    /// The JSON.
    pub(super) text: String,
    /// Whether CloudFront can write the policy again from the request, so that only the expiry travels.
    pub(super) is_canned: bool,
    pub(super) expires_at_seconds: u64,
    pub(super) lifetime: Lifetime,
}

/// How long a policy holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) expires_in: Duration,
    pub(super) expires_at: SystemTime,
}

impl Policy {
    /// The policy for one URL.
    pub(super) fn for_url(url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<Self> {
        options.validate()?;
        check_url(url)?;
        let is_canned = options.starts_at.is_none() && options.ip_range.is_none() && options.resource.is_none();
        let resource = match &options.resource {
            Some(resource) => {
                check_resource(resource)?;
                resource
            }
            None if has_wildcard(url) => {
                return Err(invalid("resource", "none beside a URL whose * or ? would be a wildcard"));
            }
            None => url,
        };
        Self::write(resource, is_canned, options, now)
    }

    /// The policy for cookies: for one URL, or for a pattern that many URLs fit.
    pub(super) fn for_cookies(url: &str, options: &CloudFrontOptions, now: SystemTime) -> Result<Self> {
        if !url.contains('*') {
            return Self::for_url(url, options, now);
        }
        options.validate()?;
        if options.resource.is_some() {
            return Err(invalid("resource", "a second one beside the URL with *"));
        }
        check_resource(url)?;
        Self::write(url, false, options, now)
    }

    fn write(resource: &str, is_canned: bool, options: &CloudFrontOptions, now: SystemTime) -> Result<Self> {
        let time = Timestamp::from_system_time(now)?;
        let expires_in = options.expires_in;
        if !(MIN_EXPIRY_SECONDS..=MAX_EXPIRY_SECONDS).contains(&expires_in) {
            return Err(ErrorKind::ExpiryOutOfRange {
                received_seconds: expires_in,
                min_seconds: MIN_EXPIRY_SECONDS,
                max_seconds: MAX_EXPIRY_SECONDS,
            }
            .into());
        }
        let expires_at = time.after(expires_in)?;
        let expires_at_seconds = since_epoch(expires_at)?.as_secs();
        // Nothing has to be escaped in JSON: `resource` admits neither quotes nor backslashes.
        let mut text = String::with_capacity(resource.len() + 192);
        let _ = write!(
            text,
            r#"{{"Statement":[{{"Resource":"{resource}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires_at_seconds}}}"#
        );
        if let Some(range) = &options.ip_range {
            let (address, prefix) = parse_ip_range(range)?;
            let _ = write!(text, r#","IpAddress":{{"AWS:SourceIp":"{address}/{prefix}"}}"#);
        }
        if let Some(starts_at) = options.starts_at {
            if starts_at >= expires_at_seconds {
                return Err(invalid("starts_at", "one that is not before the expiry"));
            }
            let _ = write!(text, r#","DateGreaterThan":{{"AWS:EpochTime":{starts_at}}}"#);
        }
        text.push_str("}}]}");
        let expires_in = Duration::from_secs(expires_in);
        Ok(Self { text, is_canned, expires_at_seconds, lifetime: Lifetime { expires_in, expires_at } })
    }
}

/// CloudFront's variant of base64: `-`, `_` and `~` for `+`, `=` and `/`.
pub(super) fn query_base64(bytes: &[u8]) -> String {
    let mut text = STANDARD.encode(bytes);
    if text.contains(['+', '=', '/']) {
        text = text.replace('+', "-").replace('=', "_").replace('/', "~");
    }
    text
}

/// Parses an IPv4 address, or a range in the notation of RFC 4632 that is written with its first address.
fn parse_ip_range(range: &str) -> Result<(Ipv4Addr, u32)> {
    let refuse = |reason| Err(invalid("ip_range", reason));
    let (address, prefix) = range.split_once('/').unwrap_or((range, "32"));
    if address.contains(':') {
        return refuse("an IPv6 address, which CloudFront does not take there");
    }
    let Ok(address) = address.parse::<Ipv4Addr>() else {
        return refuse("one that is no IPv4 address");
    };
    let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
    let prefix = match prefix.parse::<u32>() {
        Ok(prefix) if is_number && prefix <= 32 => prefix,
        _ => return refuse("a prefix that is no number from 0 to 32"),
    };
    let host_bits = u32::MAX.checked_shr(prefix).unwrap_or(0);
    if address.to_bits() & host_bits != 0 {
        return refuse("a range whose address is not its first");
    }
    Ok((address, prefix))
}

fn invalid(name: &'static str, reason: &'static str) -> Error {
    ErrorKind::CloudFrontPolicyInvalid { name, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_ipv4_and_start_at_their_first_address() {
        for (range, expected) in [
            ("192.0.2.7", "192.0.2.7/32"),
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("128.0.0.0/1", "128.0.0.0/1"),
            ("255.255.255.255/32", "255.255.255.255/32"),
        ] {
            let (address, prefix) = parse_ip_range(range).unwrap();
            assert_eq!(format!("{address}/{prefix}"), expected);
        }
        for range in [
            "",
            "/",
            "192.0.2.0/",
            "/24",
            "192.0.2.0/33",
            "192.0.2.0/+4",
            "192.0.2.0/08",
            "192.0.2.1/24",
            "192.0.2",
            "192.0.2.01",
            "1.2.3.4/8",
            "2001:db8::/32",
            "::1",
            "1.2.3.4/32/1",
            "1.2.3.4,1.2.3.5",
            " 1.2.3.4",
            "10.0.0.0/8\"",
        ] {
            assert_eq!(parse_ip_range(range).unwrap_err().code(), "cloudfront_policy_invalid", "{range}");
        }
    }

    #[test]
    fn base64_has_only_characters_of_a_query() {
        assert_eq!(query_base64(&[0xfb, 0xff, 0xfe, 0xff]), "-~~-~w__");
    }
}
