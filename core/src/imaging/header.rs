//! STAND-IN for the real header reader, which another branch brings.

use super::orient::Orientation;
use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

#[allow(dead_code)]
pub(crate) struct Header {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub has_alpha: bool,
}

pub(crate) fn read_header(bytes: &[u8], format: ImageFormat, rules: &ImageRules) -> Result<Header> {
    let decoded = super::decode::decode_any(bytes, format)
        .ok_or_else(|| ErrorKind::ImageCorrupt { reason: "stand-in".to_owned() })?;
    let _ = rules;
    Ok(Header {
        format,
        width: decoded.pixels.width,
        height: decoded.pixels.height,
        orientation: decoded.orientation,
        has_alpha: decoded.pixels.layout.has_alpha(),
    })
}
