//! `RowSink`: the seam between decoders and the renderer.

use crate::error::Result;
use crate::imaging::pixels::buffer::Layout;

/// Takes the rows of a decoded picture, from top to bottom.
pub(crate) trait RowSink {
    /// Before the first row. The profile describes the pixels; `None` is sRGB.
    fn begin(&mut self, layout: Layout, icc: Option<Vec<u8>>) -> Result<()>;

    fn row(&mut self, row: &[u8]) -> Result<()>;

    /// Takes all rows at once, from a decoder that had to keep them (an interlaced PNG).
    fn all(&mut self, layout: Layout, icc: Option<Vec<u8>>, data: Vec<u8>, row_bytes: usize) -> Result<()> {
        self.begin(layout, icc)?;
        data.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(row))
    }
}
