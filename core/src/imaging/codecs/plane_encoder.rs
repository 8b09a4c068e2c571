//! `PlaneEncoder`: the seam between the pipeline and the encoders. Rows of planes go in from top to bottom, a file comes out.
//!
//! ```text
//! 4000 x 3000, JPEG 4:2:0 from YCbCr    encodes 16 rows of Y, 8 of Cb and 8 of Cr together
//! 4000 x 3000, JPEG 4:2:0 from RGB      makes these planes of 16 rows of pixels
//! 4000 x 3000, PNG from RGBA            encodes row by row
//! 4000 x 3000, WebP from RGBA           encodes in `finish`, when it has all rows
//! ```

use super::encoder_options::ChromaSubsampling;
use super::failure::Failure;
use crate::imaging::pixels::buffer::Layout;

/// The planes that an encoder takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaneFormat {
    /// Planes of Y, Cb and Cr as JFIF defines them. The planes of chroma have the size of luma, divided by the subsampling and
    /// rounded up.
    YCbCr(ChromaSubsampling),
    /// One plane of packed pixels, alpha straight. A single plane of gray is `Packed(Layout::Gray)`.
    Packed(Layout),
}

/// An encoder that takes a picture row by row.
pub(crate) trait PlaneEncoder {
    /// Takes the next rows of each plane, one slice per plane, tightly packed: any number of full rows, or none. Rows that an
    /// encoder cannot encode yet, since they do not fill an MCU row in every plane, are copied. The division of rows among pushes
    /// never changes the file.
    ///
    /// Errors: `image_too_large` for a file that exceeds its limit; more rows than the picture has.
    fn push(&mut self, rows: &[&[u8]]) -> Result<(), Failure>;

    /// Takes all rows of packed pixels at once. An encoder that needs all rows before it writes the first one keeps them without
    /// a copy.
    fn push_whole(&mut self, pixels: Vec<u8>) -> Result<(), Failure> {
        self.push(&[&pixels])
    }

    /// Returns the file, after all rows are pushed.
    ///
    /// Errors: `image_too_large` for a file that exceeds its limit; fewer rows than the picture has.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failure>;
}

/// The errors of a caller that pushes other rows than those of the picture.
pub(super) const MORE_ROWS: &str = "more rows than the picture has";
pub(super) const FEWER_ROWS: &str = "fewer rows than the picture has";
