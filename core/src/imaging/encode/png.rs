//! PNG (W3C, third edition): 8 bits a channel, not interlaced; gray stays gray, an opaque alpha is dropped.

use std::borrow::Cow;

use png::{BitDepth, ColorType, Compression, Encoder, Filter, Info};

use super::super::pixels::{Layout, Pixels};
use super::{Failure, without_opaque_alpha};

pub(super) fn encode(pixels: &Pixels, icc: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
    let opaque = without_opaque_alpha(pixels);
    let pixels = opaque.as_ref().unwrap_or(pixels);
    let mut info = Info::with_size(pixels.width, pixels.height);
    info.bit_depth = BitDepth::Eight;
    info.color_type = match pixels.layout {
        Layout::Gray => ColorType::Grayscale,
        Layout::GrayAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
    };
    info.icc_profile = icc.map(Cow::Borrowed);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::with_info(&mut bytes, info)?;
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.data)?;
    writer.finish()?;
    Ok(bytes)
}
