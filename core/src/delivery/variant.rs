//! `RequestedVariant`: a variant that may be made: of which object, how, and how the answer is cached.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::imaging::{EncodedImage, OutputFormat, Transform, inspect, transform};
use crate::options::option_enum;
use crate::rules::ImageRules;

use super::lighter::lighter;

option_enum! {
    /// The format of a variant.
    pub enum VariantFormat {
        /// JPEG.
        Jpeg = "jpeg" | "jpg",
        /// PNG.
        Png = "png",
        /// WebP.
        Webp = "webp",
        /// A format that every client shows: JPEG, or PNG where the picture has alpha.
        Baseline = "baseline",
    }
}

impl VariantFormat {
    /// The format of the encoder. `None` for the baseline, which depends on the picture.
    pub const fn output_format(self) -> Option<OutputFormat> {
        match self {
            Self::Jpeg => Some(OutputFormat::Jpeg),
            Self::Png => Some(OutputFormat::Png),
            Self::Webp => Some(OutputFormat::Webp),
            Self::Baseline => None,
        }
    }
}

impl From<OutputFormat> for VariantFormat {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Jpeg => Self::Jpeg,
            OutputFormat::Png => Self::Png,
            OutputFormat::Webp => Self::Webp,
        }
    }
}

/// What the baseline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Baseline {
    /// Of pictures without alpha.
    pub opaque: OutputFormat,
    pub with_alpha: OutputFormat,
}

/// A variant that the policy allows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RequestedVariant {
    /// The object key of the original, decoded.
    pub key: String,
    /// What is made of it. Its format is unset where `format` is the baseline: [`transform_for`](Self::transform_for) knows it.
    pub transform: Transform,
    /// The format, chosen.
    pub format: VariantFormat,
    /// The query in its canonical form, for a redirect or a cache before the back end: `f=webp&fit=cover&h=150&q=90&w=200`.
    pub canonical_query: String,
    /// The key of a cache: `v1/photos/cat.jpg?f=webp&fit=cover&h=150&q=90&w=200`.
    pub cache_key: String,
    /// The object key that a result can be stored under: `webp.cover.h150.q90.w200/photos/cat.jpg`; for a path in
    /// the baseline format as it was asked for, `300x300/cat.jpg`.
    pub store_key: String,
    /// The `Cache-Control` of the answer.
    pub cache_control: String,
    /// Whether the `Accept` header was looked at: the answer then has `Vary: Accept`, in the baseline and without a body too.
    pub varies: bool,
    pub(super) baseline: Baseline,
}

/// `cache-control`, and `vary` where the answer depends on the `Accept` header.
pub(super) fn cache_headers(cache_control: String, varies: bool) -> Vec<(&'static str, String)> {
    let mut headers = vec![("cache-control", cache_control)];
    if varies {
        headers.push(("vary", "Accept".to_owned()));
    }
    headers
}

/// A variant that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenderedVariant {
    /// The picture.
    pub image: EncodedImage,
    /// The headers of the answer, in lower case: `content-type`, `cache-control`, and `vary` where it varies.
    pub headers: Vec<(&'static str, String)>,
}

impl RequestedVariant {
    /// The format for a picture with alpha or without.
    pub fn output_format(&self, has_alpha: bool) -> OutputFormat {
        let Baseline { opaque, with_alpha } = self.baseline;
        self.format.output_format().unwrap_or(if has_alpha { with_alpha } else { opaque })
    }

    /// What is made of a picture with alpha or without. Its format is set.
    #[must_use]
    pub fn transform_for(&self, has_alpha: bool) -> Transform {
        self.transform.clone().format(self.output_format(has_alpha))
    }

    /// The headers of an answer in this format.
    pub fn headers(&self, format: OutputFormat) -> Vec<(&'static str, String)> {
        [vec![("content-type", format.media_type().to_owned())], self.cache_headers()].concat()
    }

    /// The headers of an answer with the picture or without: `cache-control`, and `vary` where it varies.
    pub(super) fn cache_headers(&self) -> Vec<(&'static str, String)> {
        cache_headers(self.cache_control.clone(), self.varies)
    }

    /// A weak entity tag for a server of one's own: of the original's entity tag and of what is made of it. A client that
    /// sends it back can be answered with 304 before anything is fetched or decoded: [`not_modified`](Self::not_modified).
    pub fn entity_tag(&self, original: &str) -> String {
        let text = [original, "\n", &self.cache_key, "\n", env!("CARGO_PKG_VERSION")].concat();
        let hash = Sha256::digest(text);
        format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default()))
    }

    /// Makes the variant of the bytes of the original. Where that was not scaled, and is a shorter file in the same format, the
    /// result is the original without its metadata.
    ///
    /// Errors: those of [`inspect`] and [`transform`].
    pub fn render(&self, original: &[u8], rules: &ImageRules) -> Result<RenderedVariant> {
        let has_alpha = self.format == VariantFormat::Baseline && inspect(original)?.has_alpha;
        let wanted = self.transform_for(has_alpha);
        let image = lighter(transform(original, &wanted, rules)?, original, &wanted, rules);
        let headers = self.headers(image.format);
        Ok(RenderedVariant { image, headers })
    }
}
