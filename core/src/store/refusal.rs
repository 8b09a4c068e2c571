//! What a store's refusal means: whose fault it is, and what the operator should check.
//!
//! ```text
//! GET -> 403 <Code>AccessDenied</Code>               store_refused: what the credentials permit
//! GET -> 403 AccessDenied, Date 20 minutes ahead     store_refused: the clock
//! HEAD -> 301 x-amz-bucket-region: eu-west-1         store_refused: the region
//! GET -> 404 <Code>NoSuchBucket</Code>               bucket_not_found
//! GET -> 400 <Code>ExpiredToken</Code>               credentials_expired
//! PUT -> 503 <Code>SlowDown</Code>                   store_unavailable
//! ```
//!
//! The codes are those of <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The message next to a code is
//! not repeated: stores put signatures and access keys into it.

use std::time::SystemTime;

use http::header::DATE;

use crate::error::{Error, ErrorKind};
use crate::presign::Bucket;
use crate::presign::timestamp::parse_http_date;

use super::answer::StoreAnswer;
use super::xml::{element, error_document};

/// The shortest difference between the clocks that is reported, in seconds. A round trip takes less.
const MIN_CLOCK_DIFFERENCE: u64 = 60;
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// The error for an answer that a step does not expect. `asked_at` is the time as of which the request was signed.
pub(crate) fn refusal(
    bucket: &Bucket,
    asked_at: Option<SystemTime>,
    operation: &'static str,
    answer: &StoreAnswer,
) -> Error {
    let code = answer.error_code().unwrap_or_default();
    let status = answer.status;
    match (code, status) {
        ("NoSuchBucket", _) => ErrorKind::BucketNotFound { bucket: bucket.name().to_owned() },
        ("ExpiredToken" | "TokenRefreshRequired", _) => ErrorKind::CredentialsExpired {},
        ("SlowDown" | "ServiceUnavailable" | "TooManyRequests" | "ThrottlingException", _) | (_, 429 | 503) => {
            let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
            ErrorKind::StoreUnavailable { reason: format!("the store answered {operation} with {status}{code}") }
        }
        _ => ErrorKind::StoreRefused {
            operation,
            status: status.into(),
            code: code.to_owned(),
            hint: hint(bucket, asked_at, operation, code, answer),
        },
    }
    .into()
}

/// Whether the bucket is missing. Then a 404 says nothing about the object.
pub(crate) fn is_without_bucket(answer: &StoreAnswer) -> bool {
    answer.error_code() == Some("NoSuchBucket")
}

/// Whether the answer names the region of the bucket: then its status is explained, even without a body.
pub(crate) fn names_region(answer: &StoreAnswer) -> bool {
    answer.headers.contains_key(BUCKET_REGION)
}

/// What the operator should check; empty if the answer does not tell.
fn hint(bucket: &Bucket, asked_at: Option<SystemTime>, operation: &str, code: &str, answer: &StoreAnswer) -> String {
    let region = bucket.region();
    if let Some(actual) = bucket_region(answer).filter(|actual| *actual != region) {
        return format!(
            "the bucket is in the region {actual}, and requests are signed for {region}: look at the region"
        );
    }
    let clock = clock_difference(asked_at, answer);
    match (code, answer.status) {
        (
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "AuthorizationQueryParametersError"
            | "IncorrectEndpoint"
            | "EndpointNotFound",
            _,
        )
        | (_, 301 | 302 | 307 | 308) => "look at the region and the endpoint of the bucket".to_owned(),
        ("RequestTimeTooSkewed" | "RequestExpired", _) => match clock {
            Some(difference) => format!("{difference}: look at the clock"),
            None => "look at the clock".to_owned(),
        },
        ("InvalidAccessKeyId", _) => "the store does not know the access key id: look at the credentials".to_owned(),
        ("InvalidToken", _) => "the session token is not valid: look at the credentials".to_owned(),
        (_, 400 | 401 | 403) if clock.is_some() => {
            format!("{}: look at the clock, then at the credentials", clock.unwrap_or_default())
        }
        ("SignatureDoesNotMatch", _) => {
            "look at the secret access key, and at proxies that change the host or the path".to_owned()
        }
        (_, 401 | 403) => {
            let also = if answer.headers.contains_key(DATE) { "" } else { "; and at the clock" };
            format!("look at the credentials, which need {}{also}", permissions(operation))
        }
        _ => String::new(),
    }
}

/// The permissions that an operation needs.
fn permissions(operation: &str) -> &'static str {
    match operation {
        "copy-object" => "s3:GetObject below the incoming prefix and s3:PutObject below the final one",
        "put" => "s3:PutObject",
        "delete" => "s3:DeleteObject",
        _ => "s3:GetObject, and s3:ListBucket, without which S3 answers 403 for an object that is missing",
    }
}

/// The region of the bucket, from a header or from the error document.
fn bucket_region(answer: &StoreAnswer) -> Option<&str> {
    let header = answer.headers.get(BUCKET_REGION).and_then(|value| value.to_str().ok());
    let document = || error_document(&answer.body).and_then(|text| element(text, "Region"));
    let is_region = |text: &&str| {
        (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    header.or_else(document).filter(is_region)
}

/// How far the clock that has signed the request is from the store's, in words; `None` for less than a minute.
fn clock_difference(asked_at: Option<SystemTime>, answer: &StoreAnswer) -> Option<String> {
    // The `date` header has whole seconds, so both times are truncated to them.
    let seconds_of = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs());
    let store = seconds_of(parse_http_date(answer.headers.get(DATE)?.to_str().ok()?)?)?;
    let here = seconds_of(asked_at?)?;
    let direction = if store > here { "behind" } else { "ahead of" };
    let seconds = store.abs_diff(here);
    let (number, unit) = match seconds {
        0..MIN_CLOCK_DIFFERENCE => return None,
        MIN_CLOCK_DIFFERENCE..120 => (seconds, "seconds"),
        120..7200 => (seconds / 60, "minutes"),
        7200..172_800 => (seconds / 3600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    Some(format!("the clock here is {number} {unit} {direction} that of the store"))
}
