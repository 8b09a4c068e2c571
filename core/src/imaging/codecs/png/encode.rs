//! PNG (W3C, third edition): 8 bits a channel, not interlaced; gray stays gray, an opaque alpha is dropped.

use std::borrow::Cow;
use std::io::Write;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, Info};

use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::{Layout, Pixels};

/// Of a photo of 1920 x 1440 level 3 makes a file 3 % larger than level 6 in a third of the time; level 2 one 8 % larger
/// in a fifth, and what the library calls "fast" one 48 % larger in a twelfth. Filters other than the adaptive one save
/// little time, or cost size.
const DEFLATE_LEVEL: DeflateCompression = DeflateCompression::Level(3);

/// The bytes of an `IDAT`.
const CHUNK_BYTES: usize = 64 * 1024;

/// What the compressor takes, in bytes: its window and tables, a chunk, and two rows with their five filtered forms.
pub(in crate::imaging::codecs) fn memory_bytes(width: u32, layout: Layout) -> u64 {
    8 * u64::from(width) * layout.channels() as u64 + 2 * CHUNK_BYTES as u64 + 512 * 1024
}

pub(in crate::imaging::codecs) fn encode(
    pixels: &Pixels,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Vec<u8>, Failure> {
    let mut info = Info::with_size(pixels.width, pixels.height);
    info.bit_depth = BitDepth::Eight;
    info.color_type = match pixels.layout {
        Layout::Gray => ColorType::Grayscale,
        Layout::GrayAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba => ColorType::Rgba,
    };
    info.icc_profile = icc.map(Cow::Borrowed);
    let mut output = Output { bytes: Vec::new(), limit, refused: None };
    let written = write(&mut output, info, pixels);
    match (output.refused, written) {
        (Some(refused), _) => Err(refused.into()),
        (None, Err(failure)) => Err(failure),
        (None, Ok(())) => Ok(output.bytes),
    }
}

fn write(output: &mut Output, info: Info<'_>, pixels: &Pixels) -> Result<(), Failure> {
    let mut encoder = Encoder::with_info(output, info)?;
    encoder.set_deflate_compression(DEFLATE_LEVEL);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer_with_size(CHUNK_BYTES)?;
    rows.write_all(&pixels.data)?;
    rows.finish()?;
    writer.finish()?;
    Ok(())
}

/// A file within its limit. The library makes an error of its own of ours, so ours is kept.
struct Output {
    bytes: Vec<u8>,
    limit: OutputLimit,
    refused: Option<crate::Error>,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Err(refused) = self.limit.reserve(&mut self.bytes, bytes.len()) {
            self.refused.get_or_insert(refused);
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
