//! Checks of owners: the users that upload.

use crate::error::{ErrorKind, Result};

pub(super) const MAX_OWNER_BYTES: usize = 128;

/// Checks an owner, which becomes a segment of the key: only characters that are safe in URLs, logs and file systems. They
/// suffice for e-mail addresses, UUIDs, `region:uuid` and `provider|id`.
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
