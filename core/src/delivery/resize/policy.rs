//! `EventResizePolicy`: which images are made of each new original, and where they are stored.

use crate::delivery::presets::Presets;
use crate::error::{Error, Result};
use crate::imaging::{Fit, OutputFormat, Transform};
use crate::options::{options, quote};
use crate::presign::SignOptions;
use crate::presign::key::check_key;
use crate::store::RESIZED_METADATA;

use super::key_template::KeyTemplate;
use super::marker::MAX_MARKER_BYTES;
use super::outputs::{Output, check_keys};

/// All results of an original are held in memory until they are stored.
const MAX_OUTPUTS: usize = 32;
const MAX_PREFIX_BYTES: usize = 512;

options! {
    /// Which images are made of each new original, and where they are stored.
    ///
    /// ```
    /// use presize::EventResizePolicy;
    ///
    /// let policy = EventResizePolicy::default().widths(&[80, 500]).key("{width}/{key}.jpg");
    /// assert_eq!((policy.format.as_str(), policy.quality), ("jpeg", 80));
    /// ```
    pub struct EventResizePolicy {
        /// The widths of the results, in pixels: the height follows, and none is made larger than the original. With `presets`
        /// at most 32. Default: none.
        widths: Vec<u32> = Vec::new(), in 1..=16_384;
        /// Further results: whole transforms by name, such as `avatar`; the name stands for the width in `key`. A name has 1
        /// to 32 characters of `a-z`, `0-9`, `-` and `_`. Default: none.
        presets: Presets = Presets::default();
        /// The format of `widths`. Default: jpeg.
        format: OutputFormat = OutputFormat::Jpeg;
        /// The quality of `widths` in a lossy format. Default: 80.
        quality: u8 = 80, in 1..=100;
        /// The keys of the results: `{key}` is the key of the original, `{width}` the width or the name of the preset, `{ext}`
        /// the extension of the format with its dot (`.jpg`). Default: {width}/{key}{ext}.
        key: String = "{width}/{key}{ext}".to_owned();
        /// Only objects whose keys begin with it and a slash are originals. Without a slash at its end. Results in the
        /// bucket of the originals need it, and have to be stored elsewhere. Default: empty, for all objects.
        prefix: String = String::new();
        /// `Cache-Control` of the results. An original that is replaced gets new results under the same keys. Default: unset.
        cache_control: Option<String> = None;
    }
}

impl EventResizePolicy {
    /// Checks the policy as a whole.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`.
    pub(super) fn check(&self) -> Result<(KeyTemplate, Vec<Output>)> {
        self.validate()?;
        self.check_prefix()?;
        let outputs = self.outputs()?;
        let template = KeyTemplate::parse(&self.key)
            .and_then(|template| check_keys(&template, &outputs).map(|()| template))
            .map_err(|expected| Error::option_invalid("key", expected, &quote(&self.key)))?;
        Ok((template, outputs))
    }

    /// The results that each original gets.
    ///
    /// Errors: `option_invalid`, `encoding_unsupported`.
    fn outputs(&self) -> Result<Vec<Output>> {
        let is_duplicate = |(index, width)| self.widths.iter().take(index).any(|other| other == width);
        if self.widths.iter().enumerate().any(is_duplicate) {
            return Err(Error::option_invalid("widths", "each width once", "one twice"));
        }
        let widths =
            self.widths.iter().map(|width| Output { name: width.to_string(), transform: self.transform(*width) });
        let presets = self.presets.parse()?.into_iter().map(|(name, transform)| Output { name, transform });
        let outputs: Vec<Output> = widths.chain(presets).collect();
        match outputs.len() {
            0 => return Err(Error::option_invalid("widths", "widths or presets", "none")),
            1..=MAX_OUTPUTS => {}
            count => {
                return Err(Error::option_invalid("widths", "at most 32 widths and presets", &count.to_string()));
            }
        }
        if let Some(width) = self.widths.first() {
            self.transform(*width).check()?;
        }
        Ok(outputs)
    }

    fn transform(&self, width: u32) -> Transform {
        Transform::default().width(width).fit(Fit::Inside).format(self.format).quality(self.quality)
    }

    fn check_prefix(&self) -> Result<()> {
        let prefix = &self.prefix;
        let has_empty_segment = prefix.split('/').any(str::is_empty);
        if prefix.is_empty() || prefix.len() <= MAX_PREFIX_BYTES && !has_empty_segment && check_key(prefix).is_ok() {
            return Ok(());
        }
        let expected = "the start of a key: at most 512 bytes, no control characters, no empty, . or .. segment";
        Err(Error::option_invalid("prefix", expected, &quote(prefix)))
    }

    /// The headers that a result is stored with, each of its greatest length: if they can be signed, all can.
    pub(super) fn longest_headers(&self) -> SignOptions {
        let mut options = SignOptions { cache_control: self.cache_control.clone(), ..SignOptions::default() };
        options.metadata.insert(RESIZED_METADATA.to_owned(), "m".repeat(MAX_MARKER_BYTES));
        options
    }
}
