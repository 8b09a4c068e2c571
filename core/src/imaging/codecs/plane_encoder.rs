//! `PlaneEncoder`: the seam between the pipeline and the encoders. Rows of planes go in from top to bottom, a file comes out.
//!
//! ```text
//! 4000 x 3000, JPEG 4:2:0 from YCbCr    band: 16 rows of Y, 8 of Cb, 8 of Cr
//! 4000 x 3000, JPEG 4:2:0 from RGB      band: 16 rows of pixels, which become the same three planes
//! 4000 x 3000, PNG from RGBA            band: 1 row of pixels
//! ```

use super::encoder_options::ChromaSubsampling;
use super::failure::Failure;
use crate::imaging::pixels::buffer::Layout;

/// The planes that an encoder takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaneFormat {
    /// Y, Cb and Cr as JFIF has them, a plane each. The planes of chroma have the size of luma, divided by the subsampling and
    /// rounded up.
    YCbCr(ChromaSubsampling),
    /// One plane of interleaved pixels, alpha straight. A plane of gray alone is `Packed(Layout::Gray)`.
    Packed(Layout),
}

/// An encoder that takes a picture row by row.
pub(crate) trait PlaneEncoder {
    /// The rows of a plane that are encoded together: a push of whole bands is not copied.
    fn band_rows(&self, plane: usize) -> usize;

    /// Takes the next rows of each plane, one slice per plane, tightly packed. Any number of whole rows is allowed, and planes
    /// may be ahead of each other: rows that do not fill a band in every plane wait in the encoder. How rows are divided among
    /// pushes never changes the file.
    ///
    /// Error: `image_too_large` for a file beyond its limit.
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure>;

    /// Takes all rows of packed pixels at once. An encoder that needs all of them before it can write the first one keeps these
    /// instead of a copy.
    fn push_whole(&mut self, pixels: Vec<u8>) -> Result<(), Failure> {
        self.push(&[&pixels])
    }

    /// Returns the file. All rows must have been pushed.
    ///
    /// Error: `image_too_large` for a file beyond its limit.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure>;
}
