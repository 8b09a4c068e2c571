//! The parts of a file that stay.

use crate::error::Result;
use crate::rules::ImageRules;

use super::parts::Parts;

#[allow(clippy::unnecessary_wraps, reason = "not written yet")]
pub(super) fn parts<'a>(bytes: &'a [u8], _rules: &ImageRules) -> Result<Parts<'a>> {
    let mut parts = Parts::of(bytes);
    parts.keep(bytes);
    Ok(parts)
}
