//! `decode` and `encode`: pixels out of bytes and bytes out of pixels, for programs that do more to a picture than presize.

use std::borrow::Cow;

use super::codecs::encode::EncodedImage;
use super::codecs::limits::DecodingMemory;
use super::codecs::output_format::OutputFormat;
use super::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use super::open::open;
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::canvas::Size;
use super::pixels::orient::Orientation;
use super::plan::job::{RenderJob, SourceInfo};
use super::render::OpenedSource;
use super::transform_options::Transform;
use crate::error::{Error, Result};
use crate::rules::ImageRules;

/// The longest side of pixels that are given, in pixels: that of the rules.
const MAX_SIDE_PIXELS: u32 = 65_535;

/// Pixels are rendered as for the format that holds every layout as it is.
const AS_RENDERED: OutputFormat = OutputFormat::Png;

/// Pixels in sRGB, 8 bits a channel, as displayed: rows from the top down, each from left to right, without padding.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PixelImage<'a> {
    /// `width * height * channels` bytes.
    pub bytes: Cow<'a, [u8]>,
    /// The width, in pixels, 1 to 65535.
    pub width: u32,
    /// The height, in pixels, 1 to 65535.
    pub height: u32,
    /// How many bytes a pixel has: 1 gray; 2 gray, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha is
    /// straight: colours are not multiplied by it.
    pub channels: u8,
}

impl<'a> PixelImage<'a> {
    /// Pixels of a program's own, borrowed or owned.
    ///
    /// Error: `option_invalid` for a side or a number of channels out of range, or another number of bytes than theirs.
    ///
    /// ```
    /// use presize::{ImageRules, OutputFormat, PixelImage, Transform};
    ///
    /// let orange = PixelImage::new(32, 32, 3, [255, 128, 0].repeat(32 * 32))?;
    /// let icon = presize::encode(&orange, &Transform::default().format(OutputFormat::Png), &ImageRules::default())?;
    /// assert_eq!((icon.width, icon.height), (32, 32));
    /// # Ok::<(), presize::Error>(())
    /// ```
    pub fn new(width: u32, height: u32, channels: u8, bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self> {
        let image = Self { bytes: bytes.into(), width, height, channels };
        image.layout()?;
        Ok(image)
    }

    /// The layout, if the fields, which anybody may have changed, agree with each other.
    fn layout(&self) -> Result<Layout> {
        for (name, side) in [("width", self.width), ("height", self.height)] {
            if !(1..=MAX_SIDE_PIXELS).contains(&side) {
                let expected = format!("an integer from 1 to {MAX_SIDE_PIXELS}");
                return Err(Error::option_invalid(name, &expected, &side.to_string()));
            }
        }
        let layout = Layout::of_channels(self.channels)
            .ok_or_else(|| Error::option_invalid("channels", "an integer from 1 to 4", &self.channels.to_string()))?;
        let expected = u64::from(self.width) * u64::from(self.height) * u64::from(self.channels);
        if self.bytes.len() as u64 != expected {
            let expected = format!("{expected} bytes ({} x {} x {})", self.width, self.height, self.channels);
            return Err(Error::option_invalid("bytes", &expected, &self.bytes.len().to_string()));
        }
        Ok(layout)
    }
}

impl std::fmt::Debug for PixelImage<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, width, height, channels } = self;
        write!(f, "PixelImage {{ {width}x{height}, {channels} channels, {} bytes }}", bytes.len())
    }
}

impl From<Pixels> for PixelImage<'static> {
    fn from(pixels: Pixels) -> Self {
        let Pixels { width, height, layout, data } = pixels;
        Self { bytes: Cow::Owned(data), width, height, channels: layout.channels() as u8 }
    }
}

/// Decodes a picture as [`transform`](crate::transform) does, and stops before its encoder: turned as its EXIF
/// orientation says, scaled, in sRGB.
///
/// The channels are those of the file: gray stays gray, and alpha stays, even where all of it is opaque. `background` is
/// the colour of what `contain` adds, as in a PNG: nothing shines through a picture with alpha, and the result gains the
/// channels that the colour needs.
///
/// Errors: those of [`transform`](crate::transform) but for the encodings; `option_invalid` too for an option that only
/// an encoder has (`format`, `quality`, `progressive`, `chroma_subsampling`, `effort`, `lossless`, `keep_icc`).
///
/// ```
/// # fn run(photo: &[u8]) -> presize::Result<()> {
/// use presize::{Fit, ImageRules, Transform};
///
/// let square = Transform::default().width(224).height(224).fit(Fit::Fill);
/// let pixels = presize::decode(photo, &square, &ImageRules::default())?;
/// let darkest = pixels.bytes.chunks_exact(pixels.channels.into()).map(|pixel| pixel[0]).min();
/// # Ok(())
/// # }
/// ```
pub fn decode(bytes: &[u8], transform: &Transform, rules: &ImageRules) -> Result<PixelImage<'static>> {
    rules.check_cancelled()?;
    transform.check_unencoded("decode")?;
    rules.validate()?;
    let header = open(bytes, rules)?;
    let source = SourceInfo::from(&header);
    let job = RenderJob::new(&source, transform, AS_RENDERED)?;
    OpenedSource::new(bytes, &header, rules)?.render_pixels(&job).map(PixelImage::from)
}

/// Scales and encodes pixels, as [`transform`](crate::transform) does with those of a file that has neither EXIF nor an
/// ICC profile. `format` must be given; `keep_icc` finds nothing to keep.
///
/// Of `rules` those on width, height, pixels and memory hold; those on files (`formats`, `max_bytes` and so on) say
/// nothing of pixels. Pixels that keep their size are copied once, which counts as memory, where their encoder needs all of them:
/// for a WebP, and with alpha.
///
/// Errors: `option_invalid` (without `format`, and for pixels whose fields do not agree), `encoding_unsupported`,
/// `image_too_small`, `image_too_large`, `cancelled`.
pub fn encode(pixels: &PixelImage<'_>, transform: &Transform, rules: &ImageRules) -> Result<EncodedImage> {
    rules.check_cancelled()?;
    transform.check()?;
    let format = transform.format.ok_or_else(|| {
        Error::option_invalid("format", &format!("one of {}", OutputFormat::WORDS.join(", ")), "none")
    })?;
    rules.validate()?;
    let layout = pixels.layout()?;
    let PixelImage { width, height, .. } = *pixels;
    rules.check_dimensions(width, height)?;
    let size = Size { width, height };
    let source = SourceInfo { size, orientation: Orientation::Normal };
    let job = RenderJob::new(&source, transform, format)?;
    OpenedSource::of_decoder(Box::new(PixelSource { pixels, layout }), rules)?.render_one(job)
}

/// Pixels that need no decoding.
struct PixelSource<'p> {
    pixels: &'p PixelImage<'p>,
    layout: Layout,
}

impl PlaneDecoder for PixelSource<'_> {
    fn format(&self) -> SampleFormat {
        SampleFormat::Packed(self.layout)
    }

    fn planes(&self) -> Vec<PlaneSize> {
        vec![PlaneSize::full((self.pixels.width, self.pixels.height))]
    }

    fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn memory(&self) -> DecodingMemory {
        DecodingMemory::of(0)
    }

    fn decode(self: Box<Self>, _other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
        let row_bytes = self.pixels.width as usize * self.layout.channels();
        self.pixels.bytes.chunks_exact(row_bytes).try_for_each(|row| sink.row(0, row))
    }

    fn check(self: Box<Self>, _frames: Frames) -> Result<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever has a `PixelImage` may change its fields; what `new` has checked may be true no longer.
    #[test]
    fn fields_changed_later_are_checked_again() {
        let image = PixelImage::new(2, 2, 3, vec![0; 12]).unwrap();
        let png = Transform::default().format(OutputFormat::Png);
        let refused = |change: fn(&mut PixelImage<'_>)| {
            let mut image = image.clone();
            change(&mut image);
            encode(&image, &png, &ImageRules::default()).unwrap_err().to_string()
        };
        assert!(encode(&image, &png, &ImageRules::default()).is_ok());
        let expected = "expected 24 bytes (4 x 2 x 3) for bytes, received 12";
        assert_eq!(refused(|image| image.width = 4), expected);
        let expected = "expected 12 bytes (2 x 2 x 3) for bytes, received 11";
        assert_eq!(refused(|image| image.bytes.to_mut().truncate(11)), expected);
        let expected = "expected an integer from 1 to 4 for channels, received 255";
        assert_eq!(refused(|image| image.channels = 255), expected);
        let expected = "expected an integer from 1 to 65535 for height, received 4294967295";
        assert_eq!(refused(|image| image.height = u32::MAX), expected);
    }

    #[test]
    fn debug_shows_no_pixels() {
        let image = PixelImage::new(1, 2, 4, vec![7; 8]).unwrap();
        assert_eq!(format!("{image:?}"), "PixelImage { 1x2, 4 channels, 8 bytes }");
    }
}
