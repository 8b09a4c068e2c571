//! WebP without loss (RFC 9649): a container with one `VP8L` chunk, and a profile before it if there is one.

use super::super::vp8l::encode as vp8l;
use super::file::WebpFile;
use crate::imaging::codecs::failure::Failure;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{FEWER_ROWS, MORE_ROWS, PlaneEncoder};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;

pub(in crate::imaging::codecs) use super::super::vp8l::encode::memory_bytes;

/// An encoder that keeps the rows of packed pixels until all are there, as they are: which predictor suits the picture, and
/// how frequent its symbols are, must be known before the first pixel is written, and rows can be worked out of nothing smaller
/// twice.
pub(in crate::imaging::codecs) struct RowEncoder {
    /// The file as far as the data of its last chunk.
    file: WebpFile,
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
        let mut file = WebpFile::begin(size, icc, (layout.has_alpha(), false), limit)?;
        file.begin_chunk(*b"VP8L");
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
        vp8l::encode(&pixels, limit, file.bytes())?;
        drop(pixels);
        file.end_chunk()?;
        file.finish()
    }
}
