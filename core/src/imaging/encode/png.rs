//! PNG (W3C, third edition): 8 bits a channel, not interlaced; gray stays gray, an opaque alpha is dropped.

use std::borrow::Cow;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, Info};

use super::super::pixels::{Layout, Pixels};
use super::{Failure, without_opaque_alpha};

/// Of a photo of 1920 x 1440 level 3 makes a file 3 % larger than level 6 in a third of the time; level 2 one 8 % larger
/// in a fifth, and what the library calls "fast" one 48 % larger in a twelfth. Filters other than the adaptive one save
/// little time, or cost size.
const DEFLATE_LEVEL: DeflateCompression = DeflateCompression::Level(3);

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
    encoder.set_deflate_compression(DEFLATE_LEVEL);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.data)?;
    writer.finish()?;
    Ok(bytes)
}
