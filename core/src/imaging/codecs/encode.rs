//! Encoding: pixels -> bytes. The same pixels and options give the same bytes.

mod jpeg;

pub(in crate::imaging) use self::jpeg::settings as jpeg_settings;
use super::jpeg::encode::memory_bytes;
use super::output_limit::{OutputLimit, expected_bytes};
use super::png::encode as png;
use super::webp::encode as webp;
use crate::error::{Error, ErrorKind, Result};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::composite::narrow;
use crate::imaging::transform_options::{OutputFormat, Transform};

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

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Encodes pixels, with an ICC profile if one is to be kept. Pixels with alpha have been flattened for JPEG.
pub(crate) fn encode(
    pixels: Pixels,
    format: OutputFormat,
    transform: &Transform,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<EncodedImage> {
    let pixels = without_opaque_alpha(pixels);
    let bytes = match format {
        OutputFormat::Jpeg => jpeg::encode(&pixels, transform, icc, limit),
        OutputFormat::Png => png::encode(&pixels, icc, limit),
        OutputFormat::Webp => webp::encode(&pixels, icc, limit),
    };
    let bytes = bytes.map_err(|failure| failed(format, failure))?;
    Ok(EncodedImage { bytes, format, width: pixels.width, height: pixels.height })
}

/// The most memory that encoding takes beside the pixels, in bytes, with what is expected of the result.
pub(crate) fn encoder_bytes(
    width: u32,
    height: u32,
    layout: Layout,
    format: OutputFormat,
    transform: &Transform,
) -> u64 {
    let expected = expected_result_bytes(width, height, layout);
    match format {
        OutputFormat::Jpeg => memory_bytes(&jpeg::settings(width, height, layout, transform)),
        OutputFormat::Png => png::memory_bytes(width, layout) + 2 * expected,
        OutputFormat::Webp => webp::memory_bytes(width) + 2 * expected,
    }
}

/// What is expected of a result, in bytes.
pub(crate) fn expected_result_bytes(width: u32, height: u32, layout: Layout) -> u64 {
    expected_bytes(u64::from(width) * u64::from(height) * layout.channels() as u64)
}

/// A failure of a library on pixels that it should take, or what our own limit says.
pub(crate) fn failed(format: OutputFormat, failure: Failure) -> Error {
    match failure.downcast::<Error>() {
        Ok(error) => *error,
        Err(failure) => {
            Error::from(ErrorKind::EncodingFailed { format: format.as_str().to_owned() }).with_source(failure)
        }
    }
}

/// The pixels without their alpha, in the same memory, if all of it is opaque.
fn without_opaque_alpha(pixels: Pixels) -> Pixels {
    let Pixels { width, height, layout, mut data } = pixels;
    let layout = match layout {
        Layout::GrayAlpha if data.as_chunks::<2>().0.iter().all(|[_, alpha]| *alpha == 255) => {
            narrow::<2, 1>(&mut data, |[gray, _]| [gray]);
            Layout::Gray
        }
        Layout::Rgba if data.as_chunks::<4>().0.iter().all(|[_, _, _, alpha]| *alpha == 255) => {
            narrow::<4, 3>(&mut data, |[r, g, b, _]| [r, g, b]);
            Layout::Rgb
        }
        layout => layout,
    };
    Pixels { width, height, layout, data }
}
