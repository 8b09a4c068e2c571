//! A job: one transform, planned for one input from its header alone, and what it costs.

use super::background::{Color, padded_layout};
use super::color::Profile;
use super::encode::encoder_bytes;
use super::geometry::{Plan, Size};
use super::header::Header;
use super::orient::Orientation;
use super::pixels::Layout;
use super::request::{OutputFormat, Transform};
use super::resize::{is_copy, resize_bytes};
use crate::error::Result;

/// The layout that the pixels have at most; a gray picture takes less.
fn largest_layout(header: &Header) -> Layout {
    if header.has_alpha { Layout::Rgba } else { Layout::Rgb }
}

/// The most bytes that the decoded pixels have.
pub(crate) fn source_bytes(header: &Header) -> u64 {
    u64::from(header.width) * u64::from(header.height) * largest_layout(header).channels() as u64
}

/// One transform, planned for one input.
pub(crate) struct Job<'a> {
    pub transform: &'a Transform,
    pub format: OutputFormat,
    pub plan: Plan,
    pub picture: Size,
    pub orientation: Orientation,
}

impl<'a> Job<'a> {
    /// Errors: `encoding_unsupported`, `image_too_large`.
    pub(crate) fn new(header: &Header, transform: &'a Transform) -> Result<Self> {
        let (width, height) = header.displayed();
        let picture = Size { width, height };
        let format = transform.output_format(header.format)?;
        let plan = Plan::new(picture, transform)?;
        let result = plan.result();
        format.check_size(result.width, result.height)?;
        Ok(Self { transform, format, plan, picture, orientation: header.orientation })
    }

    /// Whether the result has pixels of the source as they are.
    pub(crate) fn is_copy(&self) -> bool {
        is_copy(self.plan.part, self.plan.size)
    }

    /// Whether all of the source is copied.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_copy() && self.plan.size == self.picture
    }

    /// The colour under and around the picture, made for the format.
    pub(crate) fn background(&self) -> Color {
        match (self.transform.background, self.format.has_alpha()) {
            (Some(color), true) => color,
            (None, true) => Color::TRANSPARENT,
            (color, false) => color.unwrap_or(Color::WHITE).over(Color::WHITE),
        }
    }

    /// The layout of the result, if the pixels have this one.
    pub(crate) fn result_layout(&self, layout: Layout) -> Layout {
        let background = self.background();
        let layout = match layout {
            Layout::GrayAlpha if !self.format.has_alpha() && background.is_gray() => Layout::Gray,
            Layout::GrayAlpha | Layout::Rgba if !self.format.has_alpha() => Layout::Rgb,
            layout => layout,
        };
        if self.plan.canvas.is_some() { padded_layout(layout, background) } else { layout }
    }

    /// The most bytes that the encoded result is taken to have.
    pub(crate) fn result_bytes(&self, header: &Header) -> u64 {
        let result = self.plan.result();
        let layout = self.result_layout(largest_layout(header));
        u64::from(result.width) * u64::from(result.height) * layout.channels() as u64
    }

    /// The most memory that the job takes beside the source, in bytes.
    pub(crate) fn working_bytes(&self, header: &Header) -> u64 {
        let layout = largest_layout(header);
        let scaling = if self.is_whole() { 0 } else { resize_bytes(self.plan.part, self.plan.size, layout) };
        let size = self.plan.size;
        let in_place = self.orientation == Orientation::Normal && self.is_whole();
        let scaled_bytes = u64::from(size.width) * u64::from(size.height) * layout.channels() as u64;
        // Turning, flattening and padding each write a new picture and then drop the old one.
        let turning = if in_place { 0 } else { scaled_bytes };
        let result = self.plan.result();
        let encoding = encoder_bytes(result.width, result.height, self.result_layout(layout), self.format);
        let repainting = if self.plan.canvas.is_some() || (layout.has_alpha() && !self.format.has_alpha()) {
            self.result_bytes(header)
        } else {
            0
        };
        scaling.saturating_add(turning).max(turning.saturating_add(repainting).saturating_add(encoding))
    }

    /// Whether a profile can be written beside a result of this layout. That of gray is lost when a background brings
    /// colours, and in a WebP, whose pixels always have them.
    pub(crate) fn can_hold(&self, profile: &Profile<'_>, result_layout: Layout) -> bool {
        let is_gray = matches!(result_layout, Layout::Gray | Layout::GrayAlpha);
        profile.describes(result_layout) && !(is_gray && self.format == OutputFormat::Webp)
    }
}
