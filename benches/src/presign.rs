//! Signing one URL: a GET of a key, and a PUT whose type and length are signed.

use std::time::{Duration, SystemTime};

use crate::contest::Contest;
use crate::peers::{aws_sigv4, presize, rusty_s3, sha256};

pub(crate) const HOST: &str = "photos.s3.eu-central-1.amazonaws.com";
pub(crate) const BUCKET: &str = "photos";
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const KEY: &str = "uploads/user-42/1767225600000-9f86d081884c7d65.jpg";
pub(crate) const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const EXPIRES_IN: Duration = Duration::from_mins(5);
pub(crate) const CONTENT_TYPE: &str = "image/jpeg";
pub(crate) const CONTENT_LENGTH: u64 = 3_481_220;

/// 2026-01-01T00:00:00Z
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

pub(crate) fn contests() -> Result<Vec<Contest>, String> {
    let signed = [
        ("GET", presize::presign_get()?, aws_sigv4::get()?, rusty_s3::get()?),
        ("PUT", presize::presign_put()?, aws_sigv4::put()?, rusty_s3::put()?),
    ];
    // Who is measured must be right: three signers, one signature.
    for (method, ours, aws, rusty) in &signed {
        let (ours, aws, rusty) = (signature(ours), signature(aws), signature(rusty));
        if ours.is_empty() || ours != aws || ours != rusty {
            return Err(format!("the signatures of a {method} differ: {ours}, {aws}, {rusty}"));
        }
    }
    let get = Contest::new("Presign a GET")
        .peer("presize", || presize::presign_get().map(drop))
        .peer("aws-sigv4 1.6, as it comes", || aws_sigv4::get().map(drop))
        .peer("rusty-s3 0.11", || rusty_s3::get().map(drop))
        .peer("floor: the SHA-256 blocks alone", sha256::blocks(330));
    let put = Contest::new("Presign a PUT with content type and length")
        .peer("presize", || presize::presign_put().map(drop))
        .peer("aws-sigv4 1.6, as it comes", || aws_sigv4::put().map(drop))
        .peer("rusty-s3 0.11", || rusty_s3::put().map(drop))
        .peer("floor: the SHA-256 blocks alone", sha256::blocks(430));
    Ok(vec![get, put])
}

fn signature(url: &str) -> &str {
    url.split(['?', '&']).find_map(|pair| pair.strip_prefix("X-Amz-Signature=")).unwrap_or_default()
}
