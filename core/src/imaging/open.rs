//! The start of each call: what the first bytes and the header of a file say, against the rules.

use super::codecs::header::Header;
use super::codecs::read_header;
use super::inspect::detect;
use crate::error::Result;
use crate::rules::ImageRules;

/// Checks what the first bytes and the header say.
pub(crate) fn open(bytes: &[u8], rules: &ImageRules) -> Result<Header> {
    rules.check_bytes(bytes.len() as u64)?;
    let format = detect(bytes, rules)?;
    rules.check_format(format)?;
    let header = read_header(bytes, format)?;
    let (width, height) = header.displayed();
    rules.check_dimensions(width, height)?;
    Ok(header)
}
