//! The object key of an original, as a request names it.

use crate::error::Result;
use crate::options::quote;
use crate::presign::key::{MAX_KEY_BYTES, has_control, has_dot_segment};

use super::percent::decode_path;
use super::refusal::malformed;

/// What is expected of a key.
const EXPECTED: &str = "an object key";

/// The key of a path that is decoded already: without the slash at its start, and checked.
///
/// Error: `variant_malformed`.
pub(super) fn original(path: &str) -> Result<&str> {
    check_original(path.strip_prefix('/').unwrap_or(path))
}

/// Checks a decoded key.
///
/// Error: `variant_malformed`.
pub(super) fn check_original(key: &str) -> Result<&str> {
    let reason = if key.is_empty() {
        "none"
    } else if key.len() > MAX_KEY_BYTES {
        "one of more than 1024 bytes"
    } else if has_control(key) {
        "one with a control character"
    } else if has_dot_segment(key) {
        "one with a segment that is . or .."
    } else if key.split('/').any(str::is_empty) {
        "one with an empty segment"
    } else {
        return Ok(key);
    };
    Err(malformed("key", EXPECTED, reason.to_owned()))
}

/// Decodes the path of a URL, once, and checks the key that it names.
///
/// Error: `variant_malformed`.
pub(super) fn original_of_path(path: &str) -> Result<String> {
    let decoded = decode_path(path).ok_or_else(|| malformed("key", EXPECTED, quote(path)))?;
    original(&decoded).map(str::to_owned)
}

/// Whether a key lies below a prefix without slashes at its ends.
pub(super) fn is_below(key: &str, prefix: &str) -> bool {
    key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// Checks the key that a result is stored under: its own part makes it longer than that of the original.
///
/// Error: `variant_malformed`.
pub(super) fn check_stored(key: String) -> Result<String> {
    if key.len() > MAX_KEY_BYTES {
        return Err(malformed("key", EXPECTED, "one that is too long together with the size"));
    }
    Ok(key)
}
