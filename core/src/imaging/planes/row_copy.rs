//! `RowCopy`: a result that copies packed pixels of the source without resampling.

use std::ops::Range;

use super::pixel_rows::PixelRows;
use super::request::{PlaneOutput, PlaneRequest};
use crate::error::Result;
use crate::imaging::pixels::buffer::Layout;

/// Cuts the rows and columns of a crop out of the rows of a picture.
pub(super) struct RowCopy<'a> {
    rows: Range<usize>,
    /// The bytes of a row that are copied.
    bytes: Range<usize>,
    pixels: PixelRows<'a>,
}

impl<'a> RowCopy<'a> {
    /// `pixels` takes what is copied.
    pub(super) fn new(request: &PlaneRequest<'_>, layout: Layout, pixels: PixelRows<'a>) -> Self {
        let target = &request.target;
        let (left, top) = (target.crop.left as usize, target.crop.top as usize);
        let (width, height) = (target.size.width, target.size.height);
        let channels = layout.channels();
        Self { rows: top..top + height as usize, bytes: left * channels..(left + width as usize) * channels, pixels }
    }

    /// Takes row `y` of the source.
    pub(super) fn push(&mut self, y: usize, row: &[u8]) -> Result<()> {
        let row = row.get(self.bytes.clone()).unwrap_or_default();
        if self.rows.contains(&y) { self.pixels.push(row) } else { Ok(()) }
    }

    pub(super) fn finish(self) -> Result<PlaneOutput> {
        self.pixels.finish()
    }
}
