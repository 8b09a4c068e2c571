//! The parts of a file that stay.

use crate::error::Result;

use super::parts::Parts;

#[allow(clippy::unnecessary_wraps, reason = "not written yet")]
pub(super) fn parts(bytes: &[u8]) -> Result<Parts<'_>> {
    let mut parts = Parts::of(bytes);
    parts.keep(bytes);
    Ok(parts)
}
