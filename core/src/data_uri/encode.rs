//! `encode_data_uri`.

use base64::Engine as _;

use crate::format::ImageFormat;
use crate::imaging::{CheckedImage, EncodedImage};

use super::base64::engine;

/// Writes bytes as a data URI: `data:image/webp;base64,...`.
pub fn encode_data_uri(bytes: &[u8], format: ImageFormat) -> String {
    let mut uri = String::with_capacity(32 + bytes.len().div_ceil(3) * 4);
    uri.push_str("data:");
    uri.push_str(format.media_type());
    uri.push_str(";base64,");
    engine().encode_string(bytes, &mut uri);
    uri
}

impl CheckedImage<'_> {
    /// The image as a data URI, its bytes unchanged.
    pub fn to_data_uri(&self) -> String {
        encode_data_uri(&self.bytes, self.format)
    }
}

impl EncodedImage {
    /// The image as a data URI.
    pub fn to_data_uri(&self) -> String {
        encode_data_uri(&self.bytes, self.format.image_format())
    }
}
