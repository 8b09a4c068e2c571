//! WebP without loss (RFC 9649): a container with one `VP8L` chunk, and a profile before it if there is one.

use super::vp8l::encode as vp8l;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{FEWER_ROWS, MORE_ROWS, PlaneEncoder};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;

pub(in crate::imaging::codecs) use super::vp8l::encode::memory_bytes;

/// The flags of `VP8X`.
const HAS_PROFILE: u8 = 0b10_0000;
const HAS_ALPHA: u8 = 0b1_0000;

/// An encoder that keeps the rows of packed pixels until all are there, as they are: which predictor suits the picture, and
/// how frequent its symbols are, must be known before the first pixel is written, and rows can be worked out of nothing smaller
/// twice.
pub(in crate::imaging::codecs) struct RowEncoder {
    /// The file as far as the data of its last chunk.
    file: Vec<u8>,
    /// Those that were pushed so far.
    pixels: Pixels,
    limit: OutputLimit,
}

impl RowEncoder {
    pub(in crate::imaging::codecs) fn new(
        layout: Layout,
        size: Size,
        icc: Option<&[u8]>,
        limit: OutputLimit,
    ) -> Result<Self, Failure> {
        let Size { width, height } = size;
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        if let Some(icc) = icc {
            limit.reserve(&mut file, icc.len() + 64)?;
            let flags = HAS_PROFILE | if layout.has_alpha() { HAS_ALPHA } else { 0 };
            let [w0, w1, w2, _] = (width - 1).to_le_bytes();
            let [h0, h1, h2, _] = (height - 1).to_le_bytes();
            write_chunk(&mut file, *b"VP8X", &[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2])?;
            write_chunk(&mut file, *b"ICCP", icc)?;
        }
        file.extend(b"VP8L\0\0\0\0");
        Ok(Self { file, pixels: Pixels { width, height, layout, data: Vec::new() }, limit })
    }

    /// How many bytes all pixels have.
    fn pixel_bytes(&self) -> usize {
        self.pixels.width as usize * self.pixels.height as usize * self.pixels.layout.channels()
    }
}

impl PlaneEncoder for RowEncoder {
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure> {
        let pixel_bytes = self.pixel_bytes();
        let data = &mut self.pixels.data;
        for rows in rows {
            if data.len() + rows.len() > pixel_bytes {
                return Err(MORE_ROWS.into());
            }
            data.reserve_exact(pixel_bytes - data.len());
            data.extend_from_slice(rows);
        }
        Ok(())
    }

    fn push_whole(&mut self, pixels: Vec<u8>) -> Result<(), Failure> {
        if self.pixels.data.is_empty() && pixels.len() == self.pixel_bytes() {
            self.pixels.data = pixels;
            return Ok(());
        }
        self.push(&[&pixels])
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure> {
        if self.pixels.data.len() != self.pixel_bytes() {
            return Err(FEWER_ROWS.into());
        }
        let Self { mut file, pixels, limit } = *self;
        let start = file.len();
        vp8l::encode(&pixels, limit, &mut file)?;
        drop(pixels);
        let length = file.len() - start;
        put_size(&mut file, start - 4, length)?;
        pad(&mut file);
        let length = file.len() - 8;
        put_size(&mut file, 4, length)?;
        Ok(file)
    }
}

fn write_chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Result<(), Failure> {
    file.extend(kind);
    file.extend(u32::try_from(data.len())?.to_le_bytes());
    file.extend_from_slice(data);
    pad(file);
    Ok(())
}

/// Chunks have an even number of bytes, which their size does not count.
fn pad(file: &mut Vec<u8>) {
    file.extend((file.len() % 2 == 1).then_some(0));
}

fn put_size(file: &mut [u8], at: usize, size: usize) -> Result<(), Failure> {
    let size = u32::try_from(size)?.to_le_bytes();
    file.get_mut(at..at + 4).ok_or("a chunk without a size")?.copy_from_slice(&size);
    Ok(())
}
