//! The headers that an object is served with. A client can send more of them than its ticket signs, and the store keeps them.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};

use crate::error::Result;

use super::context::Context;
use crate::store::single_value;

/// Headers that a client can have an object served with, and that no confirmation writes.
const CLIENT_HEADERS: [&str; 4] =
    ["content-disposition", "content-language", "expires", "x-amz-website-redirect-location"];

/// Whether an object is served with a header that no confirmation writes.
pub(crate) fn has_client_headers(headers: &HeaderMap) -> bool {
    CLIENT_HEADERS.iter().any(|name| headers.contains_key(*name))
}

/// Whether an object is served with the type of its key, the policy's `cache_control`, and nothing else.
///
/// Error: `store_response_invalid`.
pub(crate) fn has_policy_headers(headers: &HeaderMap, context: &Context) -> Result<bool> {
    let has_type = single_value(headers, &CONTENT_TYPE)? == Some(context.format.media_type());
    let has_cache_control = single_value(headers, &CACHE_CONTROL)? == context.policy().cache_control.as_deref();
    let is_metadata = |name: &HeaderName| name.as_str().starts_with("x-amz-meta-");
    Ok(has_type && has_cache_control && !has_client_headers(headers) && !headers.keys().any(is_metadata))
}
