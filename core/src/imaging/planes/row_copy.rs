//! `RowCopy`: a result that copies packed pixels of the source without resampling.

use std::ops::Range;

use super::request::{PlaneOutput, PlaneRequest};
use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::orient::UprightRows;

/// Cuts the rows and columns of a crop out of the rows of a picture.
pub(super) struct RowCopy {
    rows: Range<usize>,
    /// The bytes of a row that are copied.
    bytes: Range<usize>,
    pixels: UprightRows,
}

impl RowCopy {
    pub(super) fn new(request: &PlaneRequest<'_>, layout: Layout) -> Self {
        let target = &request.target;
        let (left, top) = (target.crop.left as usize, target.crop.top as usize);
        let (width, height) = (target.size.width, target.size.height);
        let channels = layout.channels();
        Self {
            rows: top..top + height as usize,
            bytes: left * channels..(left + width as usize) * channels,
            pixels: UprightRows::new((width, height), layout, request.job.source.orientation),
        }
    }

    /// The memory of a copy, in bytes.
    pub(super) fn memory_bytes(request: &PlaneRequest<'_>, layout: Layout) -> u64 {
        let size = request.target.size;
        UprightRows::memory_bytes((size.width, size.height), layout, request.job.source.orientation)
    }

    /// Takes row `y` of the source.
    pub(super) fn push(&mut self, y: usize, row: &[u8]) {
        if self.rows.contains(&y) {
            self.pixels.push(row.get(self.bytes.clone()).unwrap_or_default());
        }
    }

    pub(super) fn finish(self) -> Result<PlaneOutput> {
        let pixels = self.pixels.finish().ok_or_else(|| corrupt("it has fewer rows than its header says"))?;
        Ok(PlaneOutput::Pixels(pixels))
    }
}
