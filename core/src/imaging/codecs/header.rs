//! `Header`: everything the header of an image says, read without decoding pixels and without memory that grows with the picture.

use crate::format::ImageFormat;

use super::exif::ExifSummary;
use crate::imaging::pixels::orient::Orientation;

/// The header of one image. `width` and `height` are as stored, before the orientation is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
pub(crate) struct Header {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub has_alpha: bool,
    pub is_animated: bool,
    pub has_icc_profile: bool,
    /// Whether other chunks than a profile declare colours that are converted to sRGB.
    pub has_other_colors: bool,
    pub has_exif: bool,
    pub exif_summary: Option<ExifSummary>,
    /// The number of frames in the file; 1 for a still picture.
    pub frames: u64,
    /// The pixels of all frames.
    pub frame_pixels: u64,
    /// The pixels that are decoded in addition: the macroblocks of WebP frames extend beyond their edges, which is sixteen times
    /// the work for a frame that is one pixel wide.
    pub padding_pixels: u64,
    /// The work of a pixel, in hundredths of a weighted pixel (see `work_weights`).
    pub pixel_work: u64,
    /// The work of the bytes of the file, in weighted pixels.
    pub byte_work: u64,
}

impl Header {
    /// A still, opaque picture without metadata, for a format to refine.
    pub(crate) fn still(format: ImageFormat, width: u32, height: u32) -> Self {
        Self {
            format,
            width,
            height,
            orientation: Orientation::Normal,
            has_alpha: false,
            is_animated: false,
            has_icc_profile: false,
            has_other_colors: false,
            has_exif: false,
            exif_summary: None,
            frames: 1,
            frame_pixels: u64::from(width) * u64::from(height),
            padding_pixels: 0,
            pixel_work: 100,
            byte_work: 0,
        }
    }

    /// Width and height as displayed.
    pub(crate) fn displayed(&self) -> (u32, u32) {
        if self.orientation.swaps_axes() { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// The work of decoding every frame, in weighted pixels. That of a JPEG depends on its scans (see `work_of`).
    pub(crate) fn work_pixels(&self) -> u64 {
        self.work_of(self.frame_pixels.saturating_add(self.padding_pixels))
    }

    /// The work of decoding the picture, or the first frame, in weighted pixels.
    pub(crate) fn still_work_pixels(&self) -> u64 {
        self.work_of(self.pixels())
    }

    fn work_of(&self, pixels: u64) -> u64 {
        pixels.saturating_mul(self.pixel_work) / 100 + self.byte_work
    }

    /// Pixels as stored.
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}
