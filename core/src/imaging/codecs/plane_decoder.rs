//! `PlaneDecoder` and `PlaneSink`: the seam between the decoders and the pipeline.
//!
//! A decoder states its planes and pushes their rows into a sink, from top to bottom. It pushes rather than being pulled, because
//! a decoder is a loop: over MCU rows, over the rows of a bitstream, over the tiles of a grid. As a loop it keeps its state in
//! local variables; three of our four decoders contain callbacks or borrowed readers, which a method that returns after each band
//! would have to store and resume. The planes need not advance together: chroma may follow later than its luma.

use super::limits::DecodingMemory;
use crate::error::Result;
use crate::imaging::pixels::buffer::Layout;

/// The colour space of the planes, and how they hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleFormat {
    /// One plane of gray.
    Gray,
    /// Planes of Y, Cb and Cr as JFIF defines them.
    YCbCr,
    /// Planes of red, green and blue.
    Rgb,
    /// One plane of packed pixels: the channels of a pixel are adjacent, alpha is straight. Pixels that are only copied need not
    /// be split into channels and interleaved again.
    Packed(Layout),
}

impl SampleFormat {
    /// The layout of pixels of these samples.
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

/// The size of a plane at the scale of its decoder.
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
    /// A packed plane at full size.
    pub(crate) fn full((width, height): (u32, u32)) -> Self {
        Self { size: (width as usize, height as usize), samples_per_pixel: (1.0, 1.0), scale_num: 8 }
    }
}

/// The decoder of an opened file, whose header is read: decodes the picture, or the first frame.
pub(crate) trait PlaneDecoder {
    /// The planes' colour space.
    fn format(&self) -> SampleFormat;

    /// The planes, in the order in which the format names them.
    fn planes(&self) -> Vec<PlaneSize>;

    /// Takes the ICC profile that describes the samples. `None` means sRGB.
    ///
    /// Error: `image_too_large` for a profile larger than the rules allow.
    fn take_profile(&mut self) -> Result<Option<Vec<u8>>>;

    /// Sets the scale of each plane, over 8. Formats without shrink-on-load ignore it. Damage in data that the scale does not
    /// need is not found.
    fn set_scale(&mut self, _scale_nums: &[u8]) {}

    /// Decodes packed pixels instead of planes.
    fn set_packed(&mut self) {}

    /// The memory of [`Self::decode`] at this scale, as far as the header tells.
    fn memory(&self) -> DecodingMemory;

    /// Decodes all rows. `other_bytes` are in use by the call, which a decoder needs to know if only the data tells its memory.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `image_format_unsupported`, `cancelled`, and those of the sink.
    fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()>;

    /// Decodes all data and keeps nothing. Returns whether the picture is complete, since a progressive JPEG may lack scans. A
    /// format leaves out the steps that cannot fail, such as transforms and colours, which makes this faster than a sink that
    /// drops its rows.
    ///
    /// Errors: `image_corrupt`, `image_too_large`, `image_format_unsupported`, `cancelled`.
    fn check(self: Box<Self>, frames: Frames) -> Result<bool>;
}

/// The frames of an animation to check. A still picture is the first frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frames {
    All,
    /// The frames after the one that [`PlaneDecoder::decode`] decodes. A format that cannot skip the first frame decodes it
    /// again.
    AfterFirst,
}

/// Takes the rows of planes, of each plane from top to bottom.
pub(crate) trait PlaneSink {
    /// Takes the next row of a plane.
    fn row(&mut self, plane: usize, row: &[u8]) -> Result<()>;

    /// Takes all rows of packed pixels at once, from a decoder that had to keep them (an interlaced PNG).
    fn all(&mut self, pixels: Vec<u8>, row_bytes: usize) -> Result<()> {
        pixels.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(0, row))
    }
}
