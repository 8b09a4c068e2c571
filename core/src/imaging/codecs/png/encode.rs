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

/// The bytes of pixels that are deflated before the length of the file is looked at again.
const PUSHED_BYTES: usize = 64 * 1024;

/// What the compressor takes, in bytes: its window and tables, a chunk (420 KB together), and two rows with their filtered forms.
pub(in crate::imaging::codecs) fn memory_bytes(width: u32, layout: Layout) -> u64 {
    5 * u64::from(width) * layout.channels() as u64 + 432 * 1024
}

/// An encoder of rows of packed pixels.
pub(in crate::imaging::codecs) struct RowEncoder {
    rows: StreamWriter<'static, SharedFile>,
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
        let pixel_bytes = u64::from(size.width) * u64::from(size.height) * layout.channels() as u64;
        let file = File { bytes: Vec::new(), pixel_bytes, missing_bytes: pixel_bytes, limit, refused: None };
        let file = Rc::new(RefCell::new(file));
        let rows = open(SharedFile(Rc::clone(&file)), info).map_err(|failure| refused(&file, failure))?;
        Ok(Self { rows, file })
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
        // In small pieces: the length of the file so far, compared with the pixels so far, tells how long it becomes.
        for rows in rows.iter().flat_map(|rows| rows.chunks(PUSHED_BYTES)) {
            if self.file.try_borrow()?.missing_bytes < rows.len() as u64 {
                return Err(MORE_ROWS.into());
            }
            self.rows.write_all(rows).map_err(|failure| refused(&self.file, failure.into()))?;
            self.file.try_borrow_mut()?.missing_bytes -= rows.len() as u64;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure> {
        let Self { rows, file } = *self;
        if file.try_borrow()?.missing_bytes > 0 {
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
    /// Of all pixels.
    pixel_bytes: u64,
    /// Of pixels that are not deflated yet.
    missing_bytes: u64,
    limit: OutputLimit,
    refused: Option<crate::Error>,
}

impl File {
    fn append(&mut self, bytes: &[u8]) -> crate::error::Result<()> {
        let pushed_bytes = self.pixel_bytes - self.missing_bytes;
        // The first rows of a photograph tell little: they are often sky. Later ones are taken for the whole, and an eighth more.
        let expected_bytes = if pushed_bytes < self.pixel_bytes / 8 {
            0
        } else {
            let written_bytes = (self.bytes.len() + bytes.len()) as u128;
            let whole_bytes = written_bytes * u128::from(self.pixel_bytes) / u128::from(pushed_bytes.max(1));
            u64::try_from(whole_bytes + whole_bytes / 8).unwrap_or(u64::MAX)
        };
        self.limit.reserve_for(&mut self.bytes, bytes.len(), expected_bytes)?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// The library owns what it writes to, and does not give it back.
struct SharedFile(Rc<RefCell<File>>);

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut file = self.0.try_borrow_mut().map_err(std::io::Error::other)?;
        if let Err(error) = file.append(bytes) {
            file.refused.get_or_insert(error);
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
