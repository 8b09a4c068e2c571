//! Whether the policy allows what a request asks for, before anything is fetched.

use crate::error::Result;

use super::asked::{Asked, AskedFormat};
use super::key::{is_below, original_of_path};
use super::query::parse_query;
use super::refusal::not_allowed;
use super::variant::VariantFormat;
use super::variants::Variants;

impl Variants {
    /// Whether a URL names no variant, of a key that the policy allows: the original, then.
    pub(super) fn asks_for_the_original(&self, url: &str) -> bool {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let is_allowed = original_of_path(path).is_ok_and(|key| self.check_key(&key).is_ok());
        is_allowed && parse_query(query).is_ok_and(|asked| asked == Asked::default())
    }

    /// Checks that the key of the original lies below one of the policy's prefixes.
    ///
    /// Error: `variant_not_allowed`, as of all checks here.
    pub(super) fn check_key(&self, key: &str) -> Result<()> {
        let prefixes = &self.policy.key_prefixes;
        if prefixes.is_empty() || prefixes.iter().any(|prefix| is_below(key, prefix)) {
            return Ok(());
        }
        Err(not_allowed("key", key))
    }

    /// Checks a format that is asked for by name against the policy's formats and that of the preset.
    pub(super) fn check_formats(&self, asked: &Asked) -> Result<()> {
        let Some(AskedFormat::Named(format)) = asked.format else { return Ok(()) };
        let is_listed = format.output_format().is_none_or(|format| self.policy.formats.contains(&format));
        let preset = self.presets.iter().find(|(name, _)| asked.preset.as_deref() == Some(name));
        let of_preset = preset.and_then(|(_, transform)| transform.format).map(VariantFormat::from);
        if is_listed && of_preset.is_none_or(|of_preset| of_preset == format) {
            return Ok(());
        }
        Err(not_allowed("format", format.as_str()))
    }

    /// Checks the sides of a signed request, which no list bounds.
    pub(super) fn check_max_side(&self, asked: &Asked) -> Result<()> {
        let max_side = self.policy.max_side;
        for (name, side) in [("width", asked.width), ("height", asked.height)] {
            if let Some(side) = side.filter(|side| *side > max_side) {
                return Err(not_allowed(name, &side.to_string()));
            }
        }
        Ok(())
    }

    /// Checks an unsigned request against the policy's lists.
    pub(super) fn check_allowed(&self, asked: &Asked) -> Result<()> {
        if asked.preset.is_some() {
            return Ok(());
        }
        let has_width = |width| self.widths.binary_search(&width).is_ok();
        let has_height = |height| self.policy.heights.contains(&height);
        let is_allowed = match (asked.width, asked.height) {
            (Some(width), Some(height)) => {
                self.sizes.contains(&(width, height)) || (has_width(width) && has_height(height))
            }
            (Some(width), None) => has_width(width),
            (None, Some(height)) => has_height(height),
            (None, None) => self.policy.original_size,
        };
        if !is_allowed {
            let side = |side: Option<u32>| side.map_or_else(String::new, |side| side.to_string());
            return Err(not_allowed("size", &format!("{}x{}", side(asked.width), side(asked.height))));
        }
        let qualities = &self.policy.qualities;
        if let Some(quality) =
            asked.quality.filter(|quality| *quality != self.policy.quality && !qualities.contains(&u32::from(*quality)))
        {
            return Err(not_allowed("quality", &quality.to_string()));
        }
        if let Some(fit) = asked.fit.filter(|fit| *fit != self.policy.fit && !self.policy.fits.contains(fit)) {
            return Err(not_allowed("fit", fit.as_str()));
        }
        Ok(())
    }
}
