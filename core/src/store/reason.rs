//! Why a request has no answer, in the words of an HTTP client.

use crate::options::clip;
use crate::presign::without_query;

/// A reason for an error and a log: short, and without the queries of URLs, since those of ours are secrets.
pub(crate) fn without_queries(reason: &str) -> String {
    let word =
        |word| if str::contains(word, "X-Amz-") || str::contains(word, "://") { without_query(word) } else { word };
    clip(&reason.split(' ').map(word).collect::<Vec<_>>().join(" "))
}
