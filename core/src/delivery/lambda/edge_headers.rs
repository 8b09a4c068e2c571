//! Which headers of the origin's response an answer keeps, and which it must not set.

/// Headers that CloudFront lets no function set; with one of them the viewer gets a 502. `content-length` is counted by
/// CloudFront.
const NOT_SETTABLE: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-accel-buffering",
    "x-accel-charset",
    "x-accel-limit-rate",
    "x-accel-redirect",
    "x-amzn-auth",
    "x-amzn-cf-billing",
    "x-amzn-cf-id",
    "x-amzn-cf-xff",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-cache",
    "x-forwarded-proto",
    "x-real-ip",
];
const NOT_SETTABLE_PREFIXES: &[&str] = &["x-amz-cf-", "x-edge-"];

/// Headers that say something of the original's bytes, and nothing of the variant's. `content-disposition` names a file of the
/// original's format; `accept-ranges` promises parts of what is made anew every time; `set-cookie` must not get into a cache
/// that the new `cache-control` opens.
const STALE: &[&str] = &[
    "accept-ranges",
    "age",
    "cache-control",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "digest",
    "expires",
    "pragma",
    "repr-digest",
    "set-cookie",
    "x-amz-mp-parts-count",
];
const STALE_PREFIXES: &[&str] = &["x-amz-checksum-", "x-amz-meta-"];

/// What CloudFront revalidates with: kept with a variant of the object, but an error is not that object.
const VALIDATORS: &[&str] = &["etag", "last-modified"];

/// Headers that say how long a response may be cached.
const CACHING: &[&str] = &["age", "cache-control", "expires", "pragma"];

/// Whether an answer may set a header.
pub(super) fn is_settable(name: &str) -> bool {
    !is_among(name, NOT_SETTABLE, NOT_SETTABLE_PREFIXES)
}

/// Whether a header of the origin's response stays in an answer of this status. `transfer-encoding` and `via` always do:
/// CloudFront answers 502 where they are changed or left out.
pub(super) fn is_kept(name: &str, status: u16) -> bool {
    !is_among(name, STALE, STALE_PREFIXES) && (status == 200 || !is_among(name, VALIDATORS, &[]))
}

/// Whether a header says how long a response may be cached.
pub(super) fn is_of_caching(name: &str) -> bool {
    is_among(name, CACHING, &[])
}

fn is_among(name: &str, names: &[&str], prefixes: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    names.contains(&name.as_str()) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_any_case() {
        for name in ["Content-Type", "x-amz-checksum-sha256", "X-Amz-Meta-A", "set-cookie", "Content-MD5"] {
            assert!(!is_kept(name, 200), "{name}");
        }
        for name in ["via", "Transfer-Encoding", "x-amz-version-id", "date", "content-security-policy"] {
            assert!(is_kept(name, 200) && is_kept(name, 403), "{name}");
        }
        assert!(is_kept("ETag", 200) && !is_kept("ETag", 403) && !is_kept("last-modified", 500));
        for name in ["Via", "X-Amz-Cf-Id", "x-edge-location", "content-length", "Connection"] {
            assert!(!is_settable(name), "{name}");
        }
        for name in ["content-type", "cache-control", "vary", "etag", "location", "x-amz-meta-a", "server"] {
            assert!(is_settable(name), "{name}");
        }
    }
}
