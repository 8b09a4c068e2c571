//! The query of a variant: `w=200&h=150&f=webp&q=90&fit=cover`.
//!
//! ```text
//! utm_source=x&width=200&f=webp     a foreign name is dropped, so that it splits no cache; width is w
//! w=0200, w=+200, w=2e2, w=         refused: one number, one spelling
//! w=200&width=200                   refused: the same thing twice
//! ```

use crate::error::Result;
use crate::imaging::Fit;
use crate::options::quote;

use super::asked::{Asked, AskedFormat, AskedSignature};
use super::percent::decode_form;
use super::presets::is_preset_name;
use super::refusal::malformed;
use super::variant::VariantFormat;

/// The longest query that is read, in bytes; CloudFront passes 8192 for a whole URL.
const MAX_BYTES: usize = 2048;
/// The most pairs that are read.
const MAX_PAIRS: usize = 64;
/// The longest side that has a spelling. The policy's `max_side` is checked after it.
const MAX_SIDE: u64 = 99_999;
/// The last second of the year 9999.
const MAX_SECONDS: u64 = 253_402_300_799;

/// Parses a query, with or without the question mark.
///
/// Error: `variant_malformed`.
pub(super) fn parse_query(query: &str) -> Result<Asked> {
    let query = query.strip_prefix('?').unwrap_or(query);
    if query.len() > MAX_BYTES {
        return Err(malformed("query", "at most 2048 bytes", query.len().to_string()));
    }
    let mut asked = Asked::default();
    let (mut expires_at, mut signature) = (None, None);
    for (count, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count == MAX_PAIRS {
            return Err(malformed("query", "at most 64 parameters", "more".to_owned()));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decode_form(name) else { continue };
        let Some(name) = Name::parse(&name) else { continue };
        let value = decode_form(value).ok_or_else(|| malformed(name.as_str(), name.expected(), quote(value)))?;
        match name {
            Name::Width => once(&mut asked.width, name, side(&value), &value)?,
            Name::Height => once(&mut asked.height, name, side(&value), &value)?,
            Name::Quality => once(&mut asked.quality, name, quality(&value), &value)?,
            Name::Fit => once(&mut asked.fit, name, Fit::parse(&value), &value)?,
            Name::Format => once(&mut asked.format, name, format(&value), &value)?,
            Name::Preset => once(&mut asked.preset, name, preset(&value), &value)?,
            Name::ExpiresAt => once(&mut expires_at, name, decimal(&value, MAX_SECONDS), &value)?,
            Name::Signature => once(&mut signature, name, base64url(&value), &value)?,
        }
    }
    if let (Some(_), true) = (&asked.preset, names_a_box(&asked)) {
        return Err(malformed("preset", "a preset alone, or a width and a height", "both".to_owned()));
    }
    asked.signature = match (signature, expires_at) {
        (Some(signature), expires_at) => Some(AskedSignature { signature, expires_at }),
        (None, Some(_)) => return Err(malformed("s", Name::Signature.expected(), "none beside e".to_owned())),
        (None, None) => None,
    };
    Ok(asked)
}

fn names_a_box(asked: &Asked) -> bool {
    asked.width.is_some() || asked.height.is_some() || asked.fit.is_some() || asked.quality.is_some()
}

/// The value of one parameter, decoded. `None` where there is none.
///
/// Error: `variant_malformed`.
pub(super) fn parameter(query: &str, name: &'static str) -> Result<Option<String>> {
    let query = query.strip_prefix('?').unwrap_or(query);
    if query.len() > MAX_BYTES {
        return Err(malformed("query", "at most 2048 bytes", query.len().to_string()));
    }
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode_form(key).as_deref() != Some(name) {
            continue;
        }
        let decoded = decode_form(value).ok_or_else(|| malformed(name, "text in UTF-8", quote(value)))?;
        if found.replace(decoded.into_owned()).is_some() {
            return Err(malformed(name, "it once", "it twice"));
        }
    }
    Ok(found)
}

/// A parameter that is ours.
#[derive(Clone, Copy)]
enum Name {
    Width,
    Height,
    Quality,
    Fit,
    Format,
    Preset,
    ExpiresAt,
    Signature,
}

impl Name {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "w" | "width" => Self::Width,
            "h" | "height" => Self::Height,
            "q" | "quality" => Self::Quality,
            "fit" => Self::Fit,
            "f" | "format" => Self::Format,
            "preset" => Self::Preset,
            "e" => Self::ExpiresAt,
            "s" => Self::Signature,
            _ => return None,
        })
    }

    /// As errors name it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Height => "height",
            Self::Quality => "quality",
            Self::Fit => "fit",
            Self::Format => "format",
            Self::Preset => "preset",
            Self::ExpiresAt => "e",
            Self::Signature => "s",
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Width | Self::Height => "a whole number of pixels from 1 on",
            Self::Quality => "a whole number from 1 to 100",
            Self::Fit => "one of cover, contain, fill, inside, outside",
            Self::Format => "one of auto, jpeg, png, webp, baseline",
            Self::Preset => "the name of a preset",
            Self::ExpiresAt => "a time in Unix seconds",
            Self::Signature => "a signature in base64url",
        }
    }
}

/// Sets a value that may stand only once.
fn once<T>(place: &mut Option<T>, name: Name, parsed: Option<T>, value: &str) -> Result<()> {
    if place.is_some() {
        return Err(malformed(name.as_str(), "it once", "it twice".to_owned()));
    }
    *place = Some(parsed.ok_or_else(|| malformed(name.as_str(), name.expected(), quote(value)))?);
    Ok(())
}

/// A side of the box, in pixels.
pub(super) fn side(text: &str) -> Option<u32> {
    decimal(text, MAX_SIDE).filter(|side| *side > 0).and_then(|side| u32::try_from(side).ok())
}

fn quality(text: &str) -> Option<u8> {
    decimal(text, 100).filter(|quality| *quality > 0).and_then(|quality| u8::try_from(quality).ok())
}

/// A whole number up to `max`, in its only spelling: digits, without a sign and without a zero before them.
fn decimal(text: &str, max: u64) -> Option<u64> {
    let is_spelling = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if !is_spelling || text.len() > 12 {
        return None;
    }
    text.parse().ok().filter(|number| *number <= max)
}

fn format(word: &str) -> Option<AskedFormat> {
    if word == "auto" { Some(AskedFormat::Auto) } else { VariantFormat::parse(word).map(AskedFormat::Named) }
}

fn preset(name: &str) -> Option<String> {
    is_preset_name(name).then(|| name.to_owned())
}

/// 32 bytes in base64url without padding.
fn base64url(text: &str) -> Option<String> {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (text.len() == 43 && text.bytes().all(is_digit)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ours_or_dropped() {
        let asked = parse_query("?utm_source=x&w=200&height=150&%66=webp&q=90&W=1&fit=cover&%zz=1&fbclid&&").unwrap();
        let expected = Asked {
            width: Some(200),
            height: Some(150),
            fit: Some(Fit::Cover),
            quality: Some(90),
            format: Some(AskedFormat::Named(VariantFormat::Webp)),
            ..Asked::default()
        };
        assert_eq!(asked, expected);
        assert_eq!(parse_query("").unwrap(), Asked::default());
    }

    #[test]
    fn one_number_has_one_spelling() {
        for query in [
            "w=",
            "w",
            "w=0",
            "w=00",
            "w=0200",
            "w=+200",
            "w=%2B200",
            "w=-1",
            "w=1e3",
            "w=200.0",
            "w=NaN",
            "w=12abc",
            "w=100000",
            "w=1&w=1",
            "w=1&width=1",
            "w=%",
            "w=%32%30%",
            "w=٢",
            "q=0",
            "q=101",
            "q=090",
            "fit=Cover",
            "f=avif",
            "f=WEBP",
            "f=",
            "preset=A",
            "preset=",
            "preset=a&w=1",
            "e=1",
            "s=x",
            "e=-1&s=x",
        ] {
            let error = parse_query(query).unwrap_err();
            assert_eq!((error.code(), error.http_status()), ("variant_malformed", 400), "{query}");
        }
        assert_eq!(parse_query("w=%32%30").unwrap().width, Some(20));
    }

    #[test]
    fn length_and_number_are_bounded() {
        assert!(parse_query(&"a".repeat(MAX_BYTES)).is_ok());
        assert!(parse_query(&"a".repeat(MAX_BYTES + 1)).is_err());
        assert!(parse_query(&"a=b&".repeat(MAX_PAIRS)).is_ok());
        assert!(parse_query(&"a=b&".repeat(MAX_PAIRS + 1)).is_err());
    }
}
