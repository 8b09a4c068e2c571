//! `OutputFormat`: the formats that presize writes, and their limits.

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::option_enum;
use crate::rules::at_most;

/// The longest side of a result, in pixels.
pub(crate) const MAX_SIDE_PIXELS: u32 = 16_384;
/// The longest side of a WebP (RFC 9649, section 3.4).
const MAX_WEBP_SIDE_PIXELS: u32 = 16_383;

option_enum! {
    /// A format that presize writes.
    pub enum OutputFormat {
        /// Lossy, without alpha.
        Jpeg = "jpeg" | "jpg",
        /// Lossless.
        Png = "png",
        /// Lossy, or lossless with `lossless`; with alpha.
        Webp = "webp",
    }
}

impl OutputFormat {
    /// The same format as an input.
    pub const fn image_format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::Webp,
        }
    }

    /// The registered media type.
    pub const fn media_type(self) -> &'static str {
        self.image_format().media_type()
    }

    /// The file name extension, with its dot.
    pub const fn extension(self) -> &'static str {
        self.image_format().extension()
    }

    /// Whether the format stores alpha.
    pub(crate) const fn has_alpha(self) -> bool {
        !matches!(self, Self::Jpeg)
    }

    /// Checks the size of a result against the limits of the format.
    ///
    /// Errors: `image_too_large`, `encoding_unsupported`.
    pub(crate) fn check_size(self, width: u32, height: u32) -> Result<()> {
        for (what, side) in [("width", width), ("height", height)] {
            at_most(what, side.into(), MAX_SIDE_PIXELS.into())?;
        }
        if self == Self::Webp && width.max(height) > MAX_WEBP_SIDE_PIXELS {
            return Err(encoding_unsupported(self, "a side longer than 16383 pixels"));
        }
        Ok(())
    }
}

pub(in crate::imaging) fn encoding_unsupported(format: OutputFormat, reason: &'static str) -> Error {
    ErrorKind::EncodingUnsupported { format: format.as_str().to_owned(), reason }.into()
}
