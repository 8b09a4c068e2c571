//! The key of an upload: `{prefix}/{owner}/{unix milliseconds}-{16 hexadecimal digits}{extension}`.
//!
//! The time makes keys of one owner sort by age, the random number makes them impossible to guess, and the extension
//! is that of the checked type: nothing of the file's own name enters.

use std::fmt::Write as _;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::presign::timestamp::since_epoch;

const MAX_OWNER_BYTES: usize = 128;

/// Writes the key.
///
/// Error: `signing_failed` for a clock before 1970.
pub(super) fn object_key(
    prefix: &str,
    owner: &str,
    format: ImageFormat,
    nonce: [u8; 8],
    now: SystemTime,
) -> Result<String> {
    let milliseconds = since_epoch(now)?.as_millis();
    let mut key = String::with_capacity(prefix.len() + owner.len() + 48);
    if !prefix.is_empty() {
        key.push_str(prefix);
        key.push('/');
    }
    let random = u64::from_be_bytes(nonce);
    let _ = write!(key, "{owner}/{milliseconds}-{random:016x}{}", format.extension());
    Ok(key)
}

/// Checks an owner: one segment of a key, in characters that need no care in URLs, logs and file systems, among them
/// those of e-mail addresses, UUIDs, `region:uuid` and `provider|id`.
///
/// Error: `upload_owner_invalid`.
pub(super) fn check_owner(owner: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~@+=:|".contains(&byte);
    let reason = if owner.is_empty() {
        "an empty one"
    } else if owner.len() > MAX_OWNER_BYTES {
        "one of more than 128 bytes"
    } else if owner == "." || owner == ".." {
        "one that is . or .."
    } else if !owner.bytes().all(allowed) {
        "one with characters other than A-Z a-z 0-9 - _ . ~ @ + = : |"
    } else {
        return Ok(());
    };
    Err(ErrorKind::UploadOwnerInvalid { reason }.into())
}
