//! WebP without loss (RFC 9649, section 3); an opaque alpha is dropped.

use image_webp::{ColorType, WebPEncoder};

use super::super::pixels::{Layout, Pixels};
use super::{Failure, without_opaque_alpha};

pub(super) fn encode(pixels: &Pixels, icc: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
    let opaque = without_opaque_alpha(pixels);
    let pixels = opaque.as_ref().unwrap_or(pixels);
    let color = match pixels.layout {
        Layout::Gray => ColorType::L8,
        Layout::GrayAlpha => ColorType::La8,
        Layout::Rgb => ColorType::Rgb8,
        Layout::Rgba => ColorType::Rgba8,
    };
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new(&mut bytes);
    if let Some(icc) = icc {
        encoder.set_icc_profile(icc.to_vec());
    }
    encoder.encode(&pixels.data, pixels.width, pixels.height, color)?;
    Ok(bytes)
}
