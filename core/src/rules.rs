//! `ImageRules`: which images are accepted, and every limit on the resources that checking them may take.

use crate::cancel::CancelToken;
use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::options;

options! {
    /// What an image must be to be accepted, and every limit on resources. One set of rules serves data URIs,
    /// multipart bytes and stored objects alike; each limit is checked before the memory or the work it bounds is spent.
    ///
    /// ```
    /// use presize::{ImageFormat, ImageRules};
    ///
    /// let rules = ImageRules::default().formats(&[ImageFormat::Jpeg, ImageFormat::Png]).max_bytes(5_000_000).min_width(100);
    /// assert_eq!(rules.max_pixels, 64_000_000);
    /// ```
    pub struct ImageRules {
        /// The formats accepted. Default: jpeg, png, webp, gif.
        formats: Vec<ImageFormat> =
            vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Webp, ImageFormat::Gif];
        /// The largest file, in bytes. Default: 10485760 (10 MiB).
        max_bytes: u64 = 10 * 1024 * 1024, in 1..=4_294_967_295;
        /// The longest data URI, in bytes of text with its header. Default: none; `max_bytes` bounds what it decodes to.
        max_data_uri_bytes: Option<u64> = None, in 1..=8_589_934_591;
        /// The smallest width as displayed, in pixels. Default: 1.
        min_width: u32 = 1, in 1..=65_535;
        /// The smallest height as displayed, in pixels. Default: 1.
        min_height: u32 = 1, in 1..=65_535;
        /// The largest width as displayed, in pixels. Default: 16384.
        max_width: u32 = 16_384, in 1..=65_535;
        /// The largest height as displayed, in pixels. Default: 16384.
        max_height: u32 = 16_384, in 1..=65_535;
        /// The most pixels of one picture. Default: 64000000.
        max_pixels: u64 = 64_000_000, in 1..=4_294_836_225;
        /// The most frames of an animation. Default: 1000.
        max_frames: u32 = 1_000, in 1..=1_000_000;
        /// The most pixels of all frames of an animation together. Default: 64000000.
        max_frame_pixels: u64 = 64_000_000, in 1..=1_000_000_000_000;
        /// The most work of one file, in weighted pixels as [`work_pixels`](crate::work_pixels) counts them: every picture of
        /// `max_pixels` is within the default, whatever its format and kind. Default: 256000000.
        max_work_pixels: u64 = 256_000_000, in 1..=1_000_000_000_000;
        /// The most memory that decoding and transforming may take, in bytes, as counted from the header: every picture of
        /// `max_pixels` is within the default, whatever its format and kind. Default: 402653184 (384 MiB).
        max_memory_bytes: u64 = 384 * 1024 * 1024, in 1_048_576..=17_179_869_184;
        /// The most scans of a JPEG. Default: 100.
        max_scans: u32 = 100, in 1..=10_000;
        /// The largest ICC profile, in bytes when unpacked. Default: 4194304 (4 MiB).
        max_icc_bytes: u64 = 4 * 1024 * 1024, in 0..=67_108_864;
        /// The most images of one list. Default: 10.
        max_images: u32 = 10, in 1..=10_000;
        /// The most bytes of all images of one list together. Default: 33554432 (32 MiB).
        max_total_bytes: u64 = 32 * 1024 * 1024, in 1..=17_179_869_184;
        /// The most pixels of all images of one list together, all frames of animations among them. Default: 512000000.
        max_total_pixels: u64 = 512_000_000, in 1..=1_000_000_000_000;
        /// The most work of all images of one list together, in weighted pixels. Default: 640000000.
        max_total_work_pixels: u64 = 640_000_000, in 1..=1_000_000_000_000;
        /// Accept base64 without a `data:` header. Default: false.
        allow_bare_base64: bool = false;
        /// Accept spaces, tabs and line breaks within the base64 of a data URI, escaped ones (`%0A`) too, but not more of them
        /// than there is base64; and spaces after the semicolons of its header. Default: false.
        allow_whitespace: bool = false;
        /// Accept a file whose declared type differs from what its bytes say. Default: false.
        allow_type_mismatch: bool = false;
        /// Accept a file that is also a page, a script, a document or an archive. Default: false.
        allow_polyglots: bool = false;
        /// Accept a JPEG whose end is missing: gray where nothing arrived. Default: false.
        allow_truncated: bool = false;
    }
    not_an_option {
        /// Stops the calls that these rules are for.
        cancel_token: Option<CancelToken>
    }
}

impl ImageRules {
    /// The token that stops the calls with these rules, and with clones of them. It is not an option by name: it has no influence
    /// on what is accepted. Default: none.
    #[must_use]
    pub fn cancel_token(mut self, token: &CancelToken) -> Self {
        self.cancel_token = Some(token.clone());
        self
    }

    /// Fails if the token is cancelled. Every call begins with this check, and repeats it before each piece of work.
    ///
    /// Error: `cancelled`.
    pub(crate) fn check_cancelled(&self) -> Result<()> {
        match &self.cancel_token {
            Some(token) if token.is_cancelled() => Err(ErrorKind::Cancelled {}.into()),
            _ => Ok(()),
        }
    }

    /// Checks a detected format against the formats accepted.
    ///
    /// Errors: `image_format_not_allowed`, `image_format_unsupported` for one that is accepted but cannot be decoded.
    pub(crate) fn check_format(&self, detected: ImageFormat) -> Result<()> {
        if !self.formats.contains(&detected) {
            return Err(self.format_not_allowed(detected.as_str()).into());
        }
        if !detected.can_decode() {
            return Err(ErrorKind::ImageFormatUnsupported { detected: detected.as_str().to_owned() }.into());
        }
        Ok(())
    }

    /// The error for a type that is not among the formats accepted.
    pub(crate) fn format_not_allowed(&self, detected: &str) -> ErrorKind {
        let allowed = self.formats.iter().map(|format| format.as_str().to_owned()).collect();
        ErrorKind::ImageFormatNotAllowed { detected: detected.to_owned(), allowed }
    }

    /// Checks the size of the file. An empty file is too small under any rules.
    pub(crate) fn check_bytes(&self, received: u64) -> Result<()> {
        if received == 0 {
            return Err(ErrorKind::ImageTooSmall { what: "bytes", received, min: 1 }.into());
        }
        at_most("bytes", received, self.max_bytes)
    }

    /// Checks the size of the picture as displayed, in pixels.
    pub(crate) fn check_dimensions(&self, width: u32, height: u32) -> Result<()> {
        at_most("width", width.into(), self.max_width.into())?;
        at_most("height", height.into(), self.max_height.into())?;
        at_most("pixels", u64::from(width) * u64::from(height), self.max_pixels)?;
        at_least("width", width.into(), self.min_width.into())?;
        at_least("height", height.into(), self.min_height.into())
    }

    /// Checks the memory that decoding would need, in bytes, before any of it is allocated.
    pub(crate) fn check_memory(&self, needed_bytes: u64) -> Result<()> {
        at_most("memory_bytes", needed_bytes, self.max_memory_bytes)
    }

    /// Checks the work of a file, in weighted pixels.
    pub(crate) fn check_work(&self, work_pixels: u64) -> Result<()> {
        at_most("work_pixels", work_pixels, self.max_work_pixels)
    }

    /// Checks the pixels and the work of all images of a list together.
    pub(crate) fn check_totals(&self, pixels: u64, work_pixels: u64) -> Result<()> {
        at_most("total_pixels", pixels, self.max_total_pixels)?;
        at_most("total_work_pixels", work_pixels, self.max_total_work_pixels)
    }

    /// Checks the frames of an animation: `pixels` is the sum over all of them.
    pub(crate) fn check_frames(&self, frames: u64, pixels: u64) -> Result<()> {
        at_most("frames", frames, self.max_frames.into())?;
        at_most("frame_pixels", pixels, self.max_frame_pixels)
    }
}

/// Error: `image_too_large`, if `received` exceeds `max`.
pub(crate) fn at_most(what: &'static str, received: u64, max: u64) -> Result<()> {
    if received > max { Err(ErrorKind::ImageTooLarge { what, received, max }.into()) } else { Ok(()) }
}

fn at_least(what: &'static str, received: u64, min: u64) -> Result<()> {
    if received < min { Err(ErrorKind::ImageTooSmall { what, received, min }.into()) } else { Ok(()) }
}
