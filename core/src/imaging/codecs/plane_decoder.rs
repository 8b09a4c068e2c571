//! `PlaneDecoder` and `PlaneSink`: the seam between the decoders and the pipeline.
//!
//! A decoder says which planes it gives and pushes their rows into a sink, from the top down. It pushes, and is not pulled,
//! because a decoder is a loop: over MCU rows, over the rows of a stream, over the tiles of a grid. Written as a loop it keeps
//! its state in local variables; three of our four decoders have callbacks or borrowed readers inside, which a method that
//! returns after each band would have to store and resume. The planes need not advance together: chroma may come later than
//! the luma that it belongs to.

use super::limits::DecodingMemory;
use crate::error::Result;
use crate::imaging::pixels::buffer::Layout;

/// What the samples of the planes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleFormat {
    /// One plane of gray.
    Gray,
    /// Planes of Y, Cb and Cr as JFIF defines them.
    YCbCr,
    /// Planes of red, green and blue.
    Rgb,
    /// One plane of packed pixels: the channels of a pixel side by side, alpha straight. Nothing needs to split them, or to put
    /// them together again, where pixels are only copied.
    Packed(Layout),
}

impl SampleFormat {
    /// The layout of the pixels that are made of the samples.
    pub(crate) const fn layout(self) -> Layout {
        match self {
            Self::Gray => Layout::Gray,
            Self::YCbCr | Self::Rgb => Layout::Rgb,
            Self::Packed(layout) => layout,
        }
    }

    /// Whether there is one plane of packed pixels.
    pub(crate) const fn is_packed(self) -> bool {
        matches!(self, Self::Packed(_))
    }
}

/// The size of a plane at the scale that its decoder is set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlaneSize {
    /// Samples across and down, or pixels of a packed plane.
    pub size: (usize, usize),
    /// Samples per pixel of the picture, across and down, at full size.
    pub samples_per_pixel: (f64, f64),
    /// The scale, over 8 (libjpeg's `scale_num`).
    pub scale_num: u8,
}

impl PlaneSize {
    /// A packed plane in full.
    pub(crate) fn full((width, height): (u32, u32)) -> Self {
        Self { size: (width as usize, height as usize), samples_per_pixel: (1.0, 1.0), scale_num: 8 }
    }
}

/// A file that is opened: its header and its segments are read, and the picture, or the first frame, can be decoded.
pub(crate) trait PlaneDecoder {
    fn format(&self) -> SampleFormat;

    /// The planes, in the order in which the format names them.
    fn planes(&self) -> Vec<PlaneSize>;

    /// The ICC profile that describes the samples; `None` is sRGB. It is given once.
    ///
    /// Error: `image_too_large` for a profile larger than the rules allow.
    fn take_profile(&mut self) -> Result<Option<Vec<u8>>>;

    /// Sets the scale of each plane, over 8. Formats that have only their full size ignore it. Where a scale needs less than
    /// all of the data, damage in the rest is not found.
    fn set_scale(&mut self, _scale_nums: &[u8]) {}

    /// Asks for packed pixels instead of planes.
    fn set_packed(&mut self) {}

    /// The memory of [`Self::decode`] at this scale, as far as the header tells.
    fn memory(&self) -> DecodingMemory;

    /// Decodes all rows. `other_bytes` are in use for the call besides, which a decoder must know that finds out only from the
    /// data how much memory it takes.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `image_format_unsupported`, `cancelled`, and those of the sink.
    fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()>;

    /// Decodes all of the data and keeps nothing. Returns whether the picture is complete, which the data of a progressive JPEG
    /// may not make it. A format leaves out the steps that cannot fail, such as transforms and colours, which makes this
    /// quicker than a sink that drops its rows.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `image_format_unsupported`, `cancelled`.
    fn check(self: Box<Self>, frames: Frames) -> Result<bool>;
}

/// Which frames of an animation are meant. A still picture is the first frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frames {
    All,
    /// Those after the one that [`PlaneDecoder::decode`] decodes. A format that can only get there through the first one decodes
    /// it once more.
    AfterFirst,
}

/// Takes the rows of planes, each plane from the top down.
pub(crate) trait PlaneSink {
    /// Takes the next row of a plane.
    fn row(&mut self, plane: usize, row: &[u8]) -> Result<()>;

    /// Takes all rows of packed pixels at once, from a decoder that had to keep them (an interlaced PNG).
    fn all(&mut self, pixels: Vec<u8>, row_bytes: usize) -> Result<()> {
        pixels.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(0, row))
    }
}
