//! `Transform`: what is asked of a picture. The option table and its enums; no arithmetic.

use super::codecs::encoder_options::{ChromaSubsampling, Effort, EncoderOptions};
use super::codecs::output_format::{OutputFormat, encoding_unsupported};
use super::pixels::color::Color;
use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::options::{option_enum, options};

/// The options that say how a result is encoded, and nothing of its pixels.
const OF_ENCODERS: [&str; 7] =
    ["format", "quality", "progressive", "chroma_subsampling", "effort", "lossless", "keep_icc"];

option_enum! {
    /// How a picture is brought to a width and a height. With only one of the two, or neither, the picture keeps its
    /// aspect ratio whatever the fit.
    pub enum Fit {
        /// Fills the box and cuts off what stands out, where `position` says. Without `enlarge` the result has the
        /// aspect ratio of the box at the largest size that the picture can fill.
        Cover = "cover",
        /// The whole picture within the box, the rest of the box in the background colour; the result has exactly the
        /// size of the box. Without `enlarge` a smaller picture is not scaled.
        Contain = "contain",
        /// Exactly the size of the box, distorted. Without `enlarge` neither side becomes longer than it was.
        Fill = "fill",
        /// The largest size that lies within the box. Without `enlarge` at most the picture's own.
        Inside = "inside",
        /// The smallest size that covers the box; nothing is cut off. Without `enlarge` at most the picture's own.
        Outside = "outside",
    }
}

option_enum! {
    /// Which part `cover` keeps, and where `contain` puts the picture: on the picture as displayed.
    pub enum Position {
        /// The middle.
        Center = "center",
        /// The middle of the top edge.
        Top = "top",
        /// The top right corner.
        TopRight = "top-right",
        /// The middle of the right edge.
        Right = "right",
        /// The bottom right corner.
        BottomRight = "bottom-right",
        /// The middle of the bottom edge.
        Bottom = "bottom",
        /// The bottom left corner.
        BottomLeft = "bottom-left",
        /// The middle of the left edge.
        Left = "left",
        /// The top left corner.
        TopLeft = "top-left",
    }
}

option_enum! {
    /// What a JPEG may lose of its finest detail by being decoded at a fraction of its size before it is scaled down.
    pub enum Scaling {
        /// Decoded at the smallest eighth that is at least 1.5 times the result.
        Fast = "fast",
        /// Decoded at the smallest eighth, up to a half, that is at least 2 times the result; else in full.
        Best = "best",
    }
}

options! {
    /// What is asked of a picture: its size, how it is fitted, and how it is encoded.
    ///
    /// The result has its EXIF orientation applied, is in sRGB unless `keep_icc` is set, and carries no metadata: no
    /// EXIF, no GPS position, no XMP, no comments.
    ///
    /// ```
    /// use presize::{Fit, OutputFormat, Transform};
    ///
    /// let thumbnail = Transform::default().width(320).height(240).fit(Fit::Cover).format(OutputFormat::Jpeg).quality(75);
    /// assert!(thumbnail.validate().is_ok());
    /// ```
    pub struct Transform {
        /// The width, in pixels as displayed. Default: from `height` by the aspect ratio; the picture's own when
        /// neither is set.
        width: Option<u32> = None, in 1..=16_384;
        /// The height, in pixels as displayed. Default: from `width` by the aspect ratio; the picture's own when
        /// neither is set.
        height: Option<u32> = None, in 1..=16_384;
        /// How the picture is brought to `width` and `height`. Default: cover.
        fit: Fit = Fit::Cover;
        /// Which part `cover` keeps, and where `contain` puts the picture. Default: center.
        position: Position = Position::Center;
        /// The colour of what `contain` adds, and of what shows through a picture with alpha that becomes a JPEG. Where
        /// the result is a JPEG, a translucent background itself lies on white. Given in sRGB. Default: transparent;
        /// white in a JPEG.
        background: Option<Color> = None;
        /// Make the picture larger than it is where the box asks for it. Default: false.
        enlarge: bool = false;
        /// How closely a picture that becomes smaller follows the filter. Other formats than JPEG are always decoded in
        /// full. Default: fast.
        scaling: Scaling = Scaling::Fast;
        /// The format of the result. Default: jpeg for a JPEG, png for a PNG or a GIF; for a WebP jpeg, png where it has alpha,
        /// webp with `lossless`.
        format: Option<OutputFormat> = None;
        /// The quality of lossy encodings; of a WebP on the scale of libwebp. Default: 80.
        quality: u8 = 80, in 1..=100;
        /// Write a JPEG in several passes, coarse to fine. Other formats ignore it. Default: false.
        progressive: bool = false;
        /// How finely a JPEG stores colour. Other formats ignore it. Default: 4:2:0.
        chroma_subsampling: ChromaSubsampling = ChromaSubsampling::Quarter;
        /// How much time a JPEG or a lossy WebP is given to become smaller. Other formats ignore it. Default: normal.
        effort: Effort = Effort::Normal;
        /// Encode a WebP without loss. A PNG always is; a JPEG cannot be. Default: false.
        lossless: bool = false;
        /// Keep the colours as they are and write the ICC profile of the input, instead of converting to sRGB. A profile
        /// that is damaged, does not describe the pixels, or cannot describe the result (a profile for gray in a WebP,
        /// or with a coloured background) is not written. Colours that other chunks of a PNG declare are converted all the
        /// same. Default: false.
        keep_icc: bool = false;
    }
}

impl Transform {
    /// What the encoder of the result has to know.
    pub(crate) fn encoder_options(&self) -> EncoderOptions {
        EncoderOptions {
            quality: self.quality,
            progressive: self.progressive,
            chroma_subsampling: self.chroma_subsampling,
            effort: self.effort,
            lossless: self.lossless,
        }
    }

    /// The format of the result for an input of this format, if it can be made as asked.
    ///
    /// Error: `encoding_unsupported`.
    pub(crate) fn output_format(&self, input: ImageFormat, has_alpha: bool) -> Result<OutputFormat> {
        let format = self.format.unwrap_or(format_for(input, has_alpha, self.lossless));
        self.check_encoding(format)?;
        Ok(format)
    }

    /// Checks what is known before the input is: an encoding asked for by name.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`.
    pub(crate) fn check(&self) -> Result<()> {
        self.validate()?;
        self.format.map_or(Ok(()), |format| self.check_encoding(format))
    }

    /// Checks the options for an operation that does not encode: those of an encoder must be as they are by default.
    ///
    /// Error: `option_invalid`.
    pub(crate) fn check_unencoded(&self, operation: &str) -> Result<()> {
        self.validate()?;
        let expected = "the operation transform, transform_many or encode";
        for (spec, (name, value)) in Self::OPTIONS.iter().zip(self.to_named()) {
            if OF_ENCODERS.contains(&name) && value != (spec.default)() {
                return Err(Error::option_invalid(name, expected, operation));
            }
        }
        Ok(())
    }

    fn check_encoding(&self, format: OutputFormat) -> Result<()> {
        match (format, self.lossless) {
            (OutputFormat::Jpeg, true) => Err(encoding_unsupported(format, "a lossless one")),
            _ => Ok(()),
        }
    }
}

/// The format of a result when none is asked for: one that every client shows, and that keeps alpha where there is any.
const fn format_for(input: ImageFormat, has_alpha: bool, lossless: bool) -> OutputFormat {
    match input {
        ImageFormat::Webp if lossless => OutputFormat::Webp,
        ImageFormat::Webp if has_alpha => OutputFormat::Png,
        ImageFormat::Png | ImageFormat::Gif => OutputFormat::Png,
        ImageFormat::Jpeg | ImageFormat::Webp | ImageFormat::Heic | ImageFormat::Heif | ImageFormat::Avif => {
            OutputFormat::Jpeg
        }
    }
}
