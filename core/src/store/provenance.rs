//! The metadata that objects written by presize carry, and what it tells of them.
//!
//! ```text
//! x-amz-meta-presize-confirmed       the file that a confirmation has accepted: an original
//! x-amz-meta-presize-variant-of      a variant that a confirmation made of it
//! x-amz-meta-presize-resized-from    a result of `EventResizer`
//! x-amz-meta-presize-result-of       a result of `GatewayResizer`
//! ```
//!
//! The names are listed in one place so that everything that resizes recognises all results, whichever part of presize wrote
//! them. The values belong to the parts that write them.

use http::HeaderMap;

/// Names of metadata, without the prefix that the header has.
pub(crate) const CONFIRMED_METADATA: &str = "presize-confirmed";
pub(crate) const VARIANT_METADATA: &str = "presize-variant-of";
pub(crate) const RESIZED_METADATA: &str = "presize-resized-from";
pub(crate) const RESULT_METADATA: &str = "presize-result-of";

const HEADER_PREFIX: &str = "x-amz-meta-";

/// The name of the header that carries this metadata.
pub(crate) fn metadata_header(name: &str) -> String {
    [HEADER_PREFIX, name].concat()
}

/// Whether an answer's headers have this metadata, whatever its value.
pub(crate) fn has_metadata(headers: &HeaderMap, name: &str) -> bool {
    headers.contains_key(metadata_header(name))
}

/// Whether presize made this picture of another one. It is no proof: whoever may write to the bucket can write metadata.
pub(crate) fn is_made_by_presize(headers: &HeaderMap) -> bool {
    [VARIANT_METADATA, RESIZED_METADATA, RESULT_METADATA].iter().any(|name| has_metadata(headers, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    #[test]
    fn results_are_told_from_originals() {
        let has = |name: &'static str| {
            let headers = [(HeaderName::from_static(name), "1".parse().unwrap())].into_iter().collect();
            is_made_by_presize(&headers)
        };
        for name in ["x-amz-meta-presize-variant-of", "x-amz-meta-presize-resized-from", "x-amz-meta-presize-result-of"]
        {
            assert!(has(name), "{name}");
        }
        for name in ["x-amz-meta-presize-confirmed", "x-amz-meta-presize-result", "presize-result-of", "etag"] {
            assert!(!has(name), "{name}");
        }
    }
}
