//! Step 2: what has arrived, by its headers alone. What is wrong here is not even fetched.

use std::time::SystemTime;

use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::media_type::is_undeclared;
use crate::options::clip;

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::explain::Explain;
use super::fetch::Fetch;
use super::refusal::{names_region, refused};
use super::step::Step;
use super::stored::{Stored, only};
use super::verify::Verify;

/// HEAD of the incoming key.
pub(super) struct Look;

impl Look {
    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        arrival.head(arrival.key(), now)
    }

    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn answered(self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        match answer.status {
            200 => {}
            404 => return Ok(arrival.unless_confirmed_or_explained(ErrorKind::UploadNotFound {})),
            // Or it is gone, as in `Fetched::Hidden`.
            403 => return Ok(arrival.unless_confirmed_or_explained(refused(arrival, "head", answer))),
            400 if !names_region(answer) => {
                return Ok(Step::Explain(Explain { error: refused(arrival, "head", answer) }));
            }
            _ => return Err(refused(arrival, "head", answer)),
        }
        let stored = Stored::read(&answer.headers)?;
        let media_type = only(&answer.headers, &CONTENT_TYPE)?.unwrap_or_default().to_owned();
        let encoding = only(&answer.headers, &CONTENT_ENCODING)?.unwrap_or_default();
        arrival.received_bytes = Some(stored.bytes);
        arrival.received_etag = Some(stored.etag.clone());
        arrival.is_plain = is_plain(arrival, &answer.headers)?;
        check_size(arrival, stored.bytes)?;
        check_type(arrival, &media_type, encoding)?;
        let fetch = if arrival.needs_whole_file() { Fetch::whole(stored) } else { Fetch::head(stored) };
        Ok(Step::Verify(Verify(fetch)))
    }
}

/// Whether an object is stored with the type of its key and the policy's `cache_control` alone. A client can send more
/// headers than are signed; elsewhere than in place they are left behind with the incoming object.
///
/// Error: `store_response_invalid`.
fn is_plain(arrival: &Arrival, headers: &HeaderMap) -> Result<bool> {
    let is_typed = only(headers, &CONTENT_TYPE)? == Some(arrival.format.media_type());
    let is_cached_as_asked = only(headers, &CACHE_CONTROL)? == arrival.policy().cache_control.as_deref();
    let is_metadata = |name: &HeaderName| name.as_str().starts_with("x-amz-meta-");
    Ok(is_typed && is_cached_as_asked && !has_headers_of_client(headers) && !headers.keys().any(is_metadata))
}

/// Whether an object is served with a header that no confirmation writes.
pub(super) fn has_headers_of_client(headers: &HeaderMap) -> bool {
    OF_CLIENTS.iter().any(|name| headers.contains_key(*name))
}

/// What else an object is served with, where its client has said so.
const OF_CLIENTS: [&str; 4] = ["content-disposition", "content-language", "expires", "x-amz-website-redirect-location"];

/// Errors: `upload_too_large`, `upload_too_small`, `upload_size_mismatch`, `image_too_large`.
fn check_size(arrival: &Arrival, size_bytes: u64) -> Result<()> {
    let (min_bytes, max_bytes) = (arrival.policy().min_bytes, arrival.policy().max_bytes);
    if size_bytes > max_bytes {
        return Err(ErrorKind::UploadTooLarge { size_bytes, max_bytes }.into());
    }
    if size_bytes < min_bytes {
        return Err(ErrorKind::UploadTooSmall { size_bytes, min_bytes }.into());
    }
    if let Some(promised_bytes) = arrival.request.size_bytes
        && promised_bytes != size_bytes
    {
        return Err(ErrorKind::UploadSizeMismatch { promised_bytes, received_bytes: size_bytes }.into());
    }
    arrival.rules.check_bytes(size_bytes)
}

/// A type that leaves the format open is no mismatch: the bytes are held against the key's format in step 3.
///
/// Error: `image_format_mismatch`.
fn check_type(arrival: &Arrival, media_type: &str, encoding: &str) -> Result<()> {
    let mismatch = |declared: &str, detected: &str| {
        Err(ErrorKind::ImageFormatMismatch { declared: clip(declared), detected: clip(detected) }.into())
    };
    let is_ours =
        |declared: &str| is_undeclared(declared) || ImageFormat::from_media_type(declared) == Some(arrival.format);
    if !is_ours(media_type) {
        return mismatch(arrival.format.media_type(), media_type);
    }
    if let Some(promised) = arrival.request.content_type.as_deref().filter(|promised| !is_ours(promised)) {
        return mismatch(promised, media_type);
    }
    // Clients unpack such a file before anybody sees it: what is checked would not be what is stored.
    if !["", "identity", "aws-chunked"].iter().any(|plain| encoding.eq_ignore_ascii_case(plain)) {
        return mismatch(arrival.format.media_type(), &format!("{media_type} in {encoding}"));
    }
    Ok(())
}
