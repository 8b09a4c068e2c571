//! Key prefixes: how keys of a policy begin, and whether two prefixes can have a key in common.

use crate::error::{Error, Result};
use crate::options::quote;
use crate::presign::key::check_key;

/// Prefix, owner and file name together stay within the 1024 bytes of a key.
const MAX_PREFIX_BYTES: usize = 512;

/// What is expected of an `incoming_prefix`.
const DISJOINT: &str = "a start of keys that no confirmed upload has";

/// Checks a prefix: empty, or the start of a key without a slash at either end.
///
/// Error: `option_invalid`, for the option of this name.
pub(super) fn check_prefix(name: &str, prefix: &str) -> Result<()> {
    if prefix.is_empty() {
        return Ok(());
    }
    let has_empty_segment = prefix.split('/').any(str::is_empty);
    if prefix.len() > MAX_PREFIX_BYTES || has_empty_segment || check_key(prefix).is_err() {
        let expected = "the start of a key: at most 512 bytes, no control characters, no empty, . or .. segment";
        return Err(Error::option_invalid(name, expected, &quote(prefix)));
    }
    Ok(())
}

/// Whether a key can have both prefixes, of which one is then the start of the other, segment by segment: `a` and `a/b`
/// overlap, `a` and `ab` do not. An empty prefix overlaps none.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let is_within =
        |key: &str, prefix: &str| key.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !one.is_empty() && !other.is_empty() && (is_within(one, other) || is_within(other, one))
}

/// The error for an incoming prefix that a confirmed key can have too.
pub(super) fn not_disjoint(incoming_prefix: &str) -> Error {
    Error::option_invalid("incoming_prefix", DISJOINT, &quote(incoming_prefix))
}
