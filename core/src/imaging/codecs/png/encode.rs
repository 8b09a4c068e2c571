//! PNG (W3C, third edition): 8 bits a channel, not interlaced; gray stays gray, alpha stays alpha. Rows are filtered and deflated
//! as they are pushed, so that memory grows with the width.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, Info, StreamWriter};

use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{FEWER_ROWS, MORE_ROWS, PlaneEncoder};
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::canvas::Size;

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

/// An encoder of rows of packed pixels.
pub(in crate::imaging::codecs) struct RowEncoder {
    rows: StreamWriter<'static, SharedFile>,
    /// Bytes of pixels that are not pushed yet.
    missing: u64,
    file: Rc<RefCell<File>>,
}

impl RowEncoder {
    pub(in crate::imaging::codecs) fn new(
        layout: Layout,
        size: Size,
        icc: Option<&[u8]>,
        limit: OutputLimit,
    ) -> Result<Self, Failure> {
        let mut info = Info::with_size(size.width, size.height);
        info.bit_depth = BitDepth::Eight;
        info.color_type = match layout {
            Layout::Gray => ColorType::Grayscale,
            Layout::GrayAlpha => ColorType::GrayscaleAlpha,
            Layout::Rgb => ColorType::Rgb,
            Layout::Rgba => ColorType::Rgba,
        };
        info.icc_profile = icc.map(Cow::Borrowed);
        let file = Rc::new(RefCell::new(File { bytes: Vec::new(), limit, refused: None }));
        let rows = open(SharedFile(Rc::clone(&file)), info).map_err(|failure| refused(&file, failure))?;
        let missing = u64::from(size.width) * u64::from(size.height) * layout.channels() as u64;
        Ok(Self { rows, missing, file })
    }
}

fn open(file: SharedFile, info: Info<'_>) -> Result<StreamWriter<'static, SharedFile>, Failure> {
    let mut encoder = Encoder::with_info(file, info)?;
    encoder.set_deflate_compression(DEFLATE_LEVEL);
    encoder.set_filter(Filter::Adaptive);
    Ok(encoder.write_header()?.into_stream_writer_with_size(CHUNK_BYTES)?)
}

impl PlaneEncoder for RowEncoder {
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure> {
        for rows in rows {
            self.missing = self.missing.checked_sub(rows.len() as u64).ok_or(MORE_ROWS)?;
            self.rows.write_all(rows).map_err(|failure| refused(&self.file, failure.into()))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure> {
        let Self { rows, missing, file } = *self;
        if missing > 0 {
            return Err(FEWER_ROWS.into());
        }
        rows.finish().map_err(|failure| refused(&file, failure.into()))?;
        // The library writes the last chunks when it is dropped, where it has no error to return.
        let mut file = file.try_borrow_mut()?;
        file.refused.take().map_or_else(|| Ok(std::mem::take(&mut file.bytes)), |refused| Err(refused.into()))
    }
}

/// Why the file ended. The library makes an error of its own of ours, so ours is kept.
fn refused(file: &RefCell<File>, failure: Failure) -> Failure {
    let refused = file.try_borrow_mut().ok().and_then(|mut file| file.refused.take());
    refused.map_or(failure, Failure::from)
}

/// A file within its limit.
struct File {
    bytes: Vec<u8>,
    limit: OutputLimit,
    refused: Option<crate::Error>,
}

/// The library owns what it writes to, and does not give it back.
struct SharedFile(Rc<RefCell<File>>);

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut file = self.0.try_borrow_mut().map_err(std::io::Error::other)?;
        let File { bytes: written, limit, refused } = &mut *file;
        if let Err(error) = limit.reserve(written, bytes.len()) {
            refused.get_or_insert(error);
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
