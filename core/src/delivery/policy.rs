//! `VariantPolicy`: which variants of an image may be asked for.

use crate::error::{Error, ErrorKind, Result};
use crate::imaging::{Fit, OutputFormat};
use crate::options::{option_enum, options, quote};
use crate::presign::key::check_key;

use super::path::parse_size;
use super::presets::Presets;
use super::signature::SigningKeys;

option_enum! {
    /// A set of widths that a front end is known to ask for.
    pub enum WidthSet {
        /// Those of Next.js 16: 32, 48, 64, 96, 128, 256 and 384 for images of a fixed size, and 640, 750, 828, 1080, 1200,
        /// 1920, 2048 and 3840 for those as wide as the screen.
        Next = "next",
    }
}

impl WidthSet {
    const fn widths(self) -> &'static [u32] {
        match self {
            Self::Next => &[32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840],
        }
    }
}

options! {
    /// Which variants of an image may be asked for, and how long answers are cached.
    ///
    /// Without a list of sizes and without a key for signatures, any stranger could have any size made: such a policy is
    /// refused.
    ///
    /// ```
    /// use presize::{VariantPolicy, Variants};
    ///
    /// let policy = VariantPolicy::default().widths(&[320, 640, 1280]).sizes(&["80x80"]).key_prefixes(&["photos"]);
    /// assert!(Variants::new(policy).is_ok());
    /// assert_eq!(Variants::new(VariantPolicy::default()).unwrap_err().code(), "variant_policy_open");
    /// ```
    pub struct VariantPolicy {
        /// The widths that may be asked for, in pixels; together with a height only where `heights` has it. Default:
        /// none.
        widths: Vec<u32> = Vec::new(), in 1..=16_384;
        /// The heights that may be asked for, in pixels; together with a width only where `widths` has it. Default:
        /// none.
        heights: Vec<u32> = Vec::new(), in 1..=16_384;
        /// The boxes that may be asked for, such as `300x200`. Default: none.
        sizes: Vec<String> = Vec::new();
        /// Widths that are allowed besides `widths`. Default: unset.
        width_set: Option<WidthSet> = None;
        /// Whole transforms by name, such as `avatar`: a name has 1 to 32 characters of `a-z`, `0-9`, `-` and `_`. What is
        /// cached and stored goes by the name: a preset that changes needs another one. Default: none.
        presets: Presets = Presets::default();
        /// Whether a request may name neither a width nor a height, so that the whole picture is encoded anew. Default: false.
        original_size: bool = false;
        /// The formats that may be asked for, the preferred ones first: in this order they are chosen by the `Accept` header,
        /// as far as they can be encoded. Default: jpeg, png.
        formats: Vec<OutputFormat> = vec![OutputFormat::Jpeg, OutputFormat::Png];
        /// Whether a request without a format, or with `f=auto`, is answered in the best one that its `Accept` header names.
        /// If not, it gets the baseline: a JPEG, or a PNG where the picture has alpha. Default: true.
        negotiate: bool = true;
        /// The quality of lossy formats where a request names none. Default: 80.
        quality: u8 = 80, in 1..=100;
        /// The qualities that may be asked for besides `quality`. Default: none.
        qualities: Vec<u32> = Vec::new(), in 1..=100;
        /// How a picture is brought to a width and a height where a request names no fit. Default: cover.
        fit: Fit = Fit::Cover;
        /// The fits that may be asked for besides `fit`. Default: none.
        fits: Vec<Fit> = Vec::new();
        /// The longest side of a result, in pixels, for signed requests too. Default: 4096.
        max_side: u32 = 4096, in 1..=16_384;
        /// The starts of the keys that may be asked for, without slashes at their ends. Default: none, which allows every key.
        key_prefixes: Vec<String> = Vec::new();
        /// The secrets that requests are signed with, each at least 32 bytes long. What is signed with any of them may have
        /// every size up to `max_side`; the first signs. They are never shown. Default: none.
        signing_keys: SigningKeys = SigningKeys::default();
        /// How long an answer may be cached, in seconds; of a signed one at most until it expires. Default:
        /// 31536000 (a year).
        max_age_seconds: u64 = 31_536_000, in 0..=31_536_000;
        /// Whether the object under a key never changes, as where keys hold a hash: browsers then never ask again. Default:
        /// false.
        immutable: bool = false;
        /// How long a refusal, an answer with a status from 400 to 499, may be cached, in seconds. Default: 10.
        error_max_age_seconds: u64 = 10, in 0..=3600;
    }
}

impl VariantPolicy {
    /// All widths that may be asked for by themselves, in order, each once.
    pub(super) fn all_widths(&self) -> Vec<u32> {
        let of_set = self.width_set.map_or(&[][..], WidthSet::widths);
        let mut widths: Vec<u32> = self.widths.iter().chain(of_set).copied().collect();
        widths.sort_unstable();
        widths.dedup();
        widths
    }

    /// Checks the policy as a whole, and gives the boxes of `sizes`.
    ///
    /// Errors: `option_invalid`, `variant_policy_open`.
    pub(super) fn check(&self) -> Result<Vec<(u32, u32)>> {
        self.validate()?;
        self.signing_keys.check()?;
        if self.formats.is_empty() {
            return Err(Error::option_invalid("formats", "at least one format", "an empty list"));
        }
        for prefix in &self.key_prefixes {
            if check_key(prefix).is_err() || prefix.split('/').any(str::is_empty) {
                let expected = "starts of keys without slashes at their ends";
                return Err(Error::option_invalid("key_prefixes", expected, &quote(prefix)));
            }
        }
        let sizes = self.sizes.iter().map(|text| match parse_size(text) {
            Some((Some(width), Some(height))) => Ok((width, height)),
            _ => Err(Error::option_invalid("sizes", "sizes like 300x200", &quote(text))),
        });
        let sizes = sizes.collect::<Result<Vec<_>>>()?;
        let of_sizes = sizes.iter().flat_map(|(width, height)| [*width, *height]).map(|side| ("sizes", side));
        let widths = self.all_widths();
        let listed = widths.iter().map(|width| ("widths", *width));
        let listed = listed.chain(self.heights.iter().map(|height| ("heights", *height)));
        if let Some((name, side)) = listed.chain(of_sizes).find(|(_, side)| *side > self.max_side) {
            let expected = format!("sides of at most max_side, which is {},", self.max_side);
            return Err(Error::option_invalid(name, &expected, &side.to_string()));
        }
        let is_open = widths.is_empty() && self.heights.is_empty() && sizes.is_empty() && self.presets.is_empty();
        if is_open && self.signing_keys.is_empty() {
            return Err(ErrorKind::VariantPolicyOpen {}.into());
        }
        Ok(sizes)
    }
}
