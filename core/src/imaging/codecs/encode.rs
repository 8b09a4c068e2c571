//! Encoding: pixels -> bytes. The same pixels and options give the same bytes.

use super::encoder_options::EncoderOptions;
use super::failure::failed;
use super::jpeg::encode as jpeg;
use super::output_format::OutputFormat;
use super::output_limit::{OutputLimit, expected_result_bytes};
use super::png::encode as png;
use super::webp::encode as webp;
use crate::error::Result;
use crate::imaging::pixels::alpha::without_opaque_alpha;
use crate::imaging::pixels::buffer::{Layout, Pixels};

/// An encoded picture.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodedImage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: OutputFormat,
    /// The width, in pixels.
    pub width: u32,
    /// The height, in pixels.
    pub height: u32,
}

impl std::fmt::Debug for EncodedImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, format, width, height } = self;
        write!(f, "EncodedImage {{ {format}, {width}x{height}, {} bytes }}", bytes.len())
    }
}

/// Opens the encoder of a format for planes of this size, with an ICC profile if one is to be kept.
///
/// Pixels with alpha keep it, even where all of it is opaque: that can only be known of a picture that is there as a whole, where
/// `without_opaque_alpha` comes first. A JPEG takes no alpha.
pub(crate) fn encoder(
    planes: PlaneFormat,
    size: Size,
    format: OutputFormat,
    options: EncoderOptions,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Box<dyn PlaneEncoder>, Failure> {
    todo!()
}

/// Encodes pixels, with an ICC profile if one is to be kept. Pixels with alpha have been flattened for JPEG.
pub(crate) fn encode(
    pixels: Pixels,
    format: OutputFormat,
    options: EncoderOptions,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<EncodedImage> {
    let pixels = without_opaque_alpha(pixels);
    let bytes = match format {
        OutputFormat::Jpeg => jpeg::encode(&pixels, options, icc, limit),
        OutputFormat::Png => png::encode(&pixels, icc, limit),
        OutputFormat::Webp => webp::encode(&pixels, icc, limit),
    };
    let bytes = bytes.map_err(|failure| failed(format, failure))?;
    Ok(EncodedImage { bytes, format, width: pixels.width, height: pixels.height })
}

/// The most memory of encoding, in bytes, without the pixels and with the expected size of the result.
pub(crate) fn encoder_bytes(
    width: u32,
    height: u32,
    layout: Layout,
    format: OutputFormat,
    options: EncoderOptions,
) -> u64 {
    let expected = expected_result_bytes(width, height, layout);
    match format {
        OutputFormat::Jpeg => jpeg::memory_bytes(&jpeg::Settings::new(width, height, layout, options)),
        OutputFormat::Png => png::memory_bytes(width, layout) + 2 * expected,
        OutputFormat::Webp => webp::memory_bytes(width) + 2 * expected,
    }
}
