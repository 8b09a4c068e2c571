//! Encoding: pixels -> bytes. The same pixels and options give the same bytes.

mod jpeg;
mod png;
mod webp;

pub(super) use self::jpeg::settings as jpeg_settings;
use super::jpeg::encode::memory_bytes;
use super::pixels::{Layout, Pixels};
use super::request::{OutputFormat, Transform};
use crate::error::{Error, ErrorKind, Result};

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
    pixels: &Pixels,
    format: OutputFormat,
    transform: &Transform,
    icc: Option<&[u8]>,
) -> Result<EncodedImage> {
    let bytes = match format {
        OutputFormat::Jpeg => jpeg::encode(pixels, transform, icc),
        OutputFormat::Png => png::encode(pixels, icc),
        OutputFormat::Webp => webp::encode(pixels, icc),
    };
    let bytes = bytes.map_err(|failure| failed(format, failure))?;
    Ok(EncodedImage { bytes, format, width: pixels.width, height: pixels.height })
}

/// The most memory that encoding takes beside the pixels, in bytes.
pub(crate) fn encoder_bytes(
    width: u32,
    height: u32,
    layout: Layout,
    format: OutputFormat,
    transform: &Transform,
) -> u64 {
    match format {
        OutputFormat::Jpeg => memory_bytes(&jpeg::settings(width, height, layout, transform)),
        // The result, and the pixels again where an opaque alpha is dropped.
        OutputFormat::Png | OutputFormat::Webp => 2 * u64::from(width) * u64::from(height) * layout.channels() as u64,
    }
}

/// A failure of a library on pixels that it should take.
pub(crate) fn failed(format: OutputFormat, failure: Failure) -> Error {
    Error::from(ErrorKind::EncodingFailed { format: format.as_str().to_owned() }).with_source(failure)
}

/// The pixels without their alpha, if all of it is opaque.
fn without_opaque_alpha(pixels: &Pixels) -> Option<Pixels> {
    let (layout, data) = match pixels.layout {
        Layout::GrayAlpha => {
            let (pairs, _) = pixels.data.as_chunks::<2>();
            if pairs.iter().any(|[_, alpha]| *alpha < 255) {
                return None;
            }
            (Layout::Gray, pairs.iter().map(|[gray, _]| *gray).collect())
        }
        Layout::Rgba => {
            let (quads, _) = pixels.data.as_chunks::<4>();
            if quads.iter().any(|[_, _, _, alpha]| *alpha < 255) {
                return None;
            }
            (Layout::Rgb, quads.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect())
        }
        Layout::Gray | Layout::Rgb => return None,
    };
    Some(Pixels { width: pixels.width, height: pixels.height, layout, data })
}
