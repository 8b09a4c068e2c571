//! The error for a request that has no answer.

use crate::error::{Error, ErrorKind};
use crate::options::clip;
use crate::presign::without_query;

/// The error for a request that the caller's HTTP client could not send, or that has no answer, for this reason. URLs in the
/// reason lose their queries.
pub(crate) fn unanswered(reason: &str) -> Error {
    ErrorKind::StoreUnavailable { reason: clip(&without_queries(reason)) }.into()
}

/// Messages of HTTP clients hold URLs, and ours are secrets.
fn without_queries(reason: &str) -> String {
    let word =
        |word| if str::contains(word, "X-Amz-") || str::contains(word, "://") { without_query(word) } else { word };
    reason.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
