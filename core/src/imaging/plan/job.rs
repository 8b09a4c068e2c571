//! `RenderJob`: one transform bound to one source, planned from the header alone, and its memory.

use super::geometry::{Plan, is_copy};
use crate::error::Result;
use crate::imaging::codecs::encode::{encoder_bytes, expected_file_bytes};
use crate::imaging::codecs::encoder_options::{ChromaSubsampling, EncoderOptions};
use crate::imaging::codecs::header::Header;
use crate::imaging::codecs::output_format::OutputFormat;
use crate::imaging::codecs::plane_encoder::PlaneFormat;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::pixels::canvas::Size;
use crate::imaging::pixels::color::Color;
use crate::imaging::pixels::composite::padded_layout;
use crate::imaging::pixels::icc::Profile;
use crate::imaging::pixels::orient::Orientation;
use crate::imaging::transform_options::Transform;

/// Everything the header says about the source: displayed size and orientation.
pub(crate) struct SourceInfo {
    /// The displayed size.
    pub size: Size,
    pub orientation: Orientation,
}

impl From<&Header> for SourceInfo {
    fn from(header: &Header) -> Self {
        let (width, height) = header.displayed();
        Self { size: Size { width, height }, orientation: header.orientation }
    }
}

impl SourceInfo {
    /// The stored size.
    pub(crate) fn stored(&self) -> (u32, u32) {
        let Size { width, height } = self.size;
        if self.orientation.swaps_axes() { (height, width) } else { (width, height) }
    }
}

fn bytes_of(size: Size, layout: Layout) -> u64 {
    u64::from(size.width) * u64::from(size.height) * layout.channels() as u64
}

/// One transform bound to one source.
pub(crate) struct RenderJob<'a> {
    pub transform: &'a Transform,
    pub format: OutputFormat,
    pub plan: Plan,
    pub source: &'a SourceInfo,
}

impl<'a> RenderJob<'a> {
    /// Errors: `encoding_unsupported`, `image_too_large`.
    pub(crate) fn new(source: &'a SourceInfo, transform: &'a Transform, format: OutputFormat) -> Result<Self> {
        let plan = Plan::new(source.size, transform)?;
        let result = plan.result();
        format.check_size(result.width, result.height)?;
        Ok(Self { transform, format, plan, source })
    }

    /// Whether the result copies pixels of the source without resampling.
    pub(crate) fn is_copy(&self) -> bool {
        is_copy(self.plan.crop, self.plan.size)
    }

    /// Whether the whole source is copied.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_copy() && self.plan.size == self.source.size
    }

    /// Whether the result stores luma and chroma apart, so that planes of them need not become RGB.
    pub(crate) fn encodes_planes(&self) -> bool {
        match self.format {
            OutputFormat::Jpeg => true,
            OutputFormat::Webp => !self.transform.lossless,
            OutputFormat::Png => false,
        }
    }

    /// How the result is encoded. VP8 has one chroma sample for four pixels.
    pub(crate) fn encoder_options(&self) -> EncoderOptions {
        let options = self.transform.encoder_options();
        match self.format {
            OutputFormat::Webp => EncoderOptions { chroma_subsampling: ChromaSubsampling::Quarter, ..options },
            _ => options,
        }
    }

    /// The background of the result, without alpha where the format has none.
    pub(crate) fn background(&self) -> Color {
        match (self.transform.background, self.format.has_alpha()) {
            (Some(color), true) => color,
            (None, true) => Color::TRANSPARENT,
            (color, false) => color.unwrap_or(Color::WHITE).over(Color::WHITE),
        }
    }

    /// The layout of the result, for pixels of this layout.
    pub(crate) fn result_layout(&self, layout: Layout) -> Layout {
        let background = self.background();
        let layout = match layout {
            Layout::GrayAlpha if !self.format.has_alpha() && background.is_gray() => Layout::Gray,
            Layout::GrayAlpha | Layout::Rgba if !self.format.has_alpha() => Layout::Rgb,
            layout => layout,
        };
        if self.plan.canvas.is_some() { padded_layout(layout, background) } else { layout }
    }

    /// The expected size of the file, in bytes, for pixels of this layout.
    pub(crate) fn result_bytes(&self, layout: Layout) -> u64 {
        let planes = PlaneFormat::Packed(self.result_layout(layout));
        expected_file_bytes(planes, self.plan.result(), self.format, self.encoder_options())
    }

    /// The bytes of the upright pixels of this layout, before they are composited.
    pub(crate) fn pixels_bytes(&self, layout: Layout) -> u64 {
        bytes_of(self.plan.size, layout)
    }

    /// The most memory of compositing, in bytes, without the pixels. They are flattened in place, except gray ones on a colour;
    /// padding writes a new picture.
    pub(crate) fn repainting_bytes(&self, layout: Layout) -> u64 {
        let result_bytes = bytes_of(self.plan.result(), self.result_layout(layout));
        let gains_colors = layout == Layout::GrayAlpha && !self.format.has_alpha() && !self.background().is_gray();
        if self.plan.canvas.is_some() || gains_colors { result_bytes } else { 0 }
    }

    /// The most memory of encoding, in bytes, without the pixels.
    pub(crate) fn encoding_bytes(&self, layout: Layout) -> u64 {
        let planes = PlaneFormat::Packed(self.result_layout(layout));
        encoder_bytes(planes, self.plan.result(), self.format, self.encoder_options())
    }

    /// Whether a profile can be written into a result of this layout. A gray profile is lost on a coloured background, and in
    /// a WebP, whose pixels always have colours.
    pub(crate) fn can_hold(&self, profile: &Profile<'_>, result_layout: Layout) -> bool {
        let is_gray = matches!(result_layout, Layout::Gray | Layout::GrayAlpha);
        profile.describes(result_layout) && !(is_gray && self.format == OutputFormat::Webp)
    }
}
