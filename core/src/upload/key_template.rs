//! The form of keys: `{prefix}/{owner}/{unix_ms}-{hex16}{ext}`. Keys are written by it, and read again by it when an upload
//! is confirmed: segment by segment, and within a segment from left to right, with only one way to read it.
//!
//! A time makes keys of one owner sort by age, a random number makes them impossible to guess, and the extension is that of
//! the checked type: nothing of the file's own name enters.

use std::fmt::Write as _;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::quote;
use crate::presign::key::{MAX_KEY_BYTES, check_key};
use crate::presign::timestamp::{Timestamp, since_epoch};
use crate::upload::owner::{MAX_OWNER_BYTES, check_owner};
use crate::upload::policy::{APART, UploadPolicy, invalid, overlap};

const MAX_TEMPLATE_BYTES: usize = 256;
/// Milliseconds until the year 9999.
const MAX_UNIX_MS_DIGITS: usize = 15;
/// The longest of `ImageFormat::extension`.
const MAX_EXTENSION_BYTES: usize = 5;
/// What a variant adds to the key: `/16384.jpeg` at most.
const MAX_VARIANT_BYTES: usize = 6 + MAX_EXTENSION_BYTES;

/// A template that has been read, with the prefixes that its keys have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyTemplate {
    prefix: String,
    incoming_prefix: String,
    /// What follows the prefix.
    segments: Vec<Vec<Part>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Owner,
    UnixMs,
    Hex16,
    Uuid,
    Year,
    Month,
    Day,
    Extension,
}

impl KeyTemplate {
    /// Reads a policy's template.
    ///
    /// Error: `option_invalid`.
    pub(super) fn new(policy: &UploadPolicy) -> Result<Self> {
        let text = policy.key_template.as_str();
        let segments =
            read(text, !policy.prefix.is_empty()).map_err(|expected| invalid("key_template", expected, quote(text)))?;
        let template =
            Self { prefix: policy.prefix.clone(), incoming_prefix: policy.incoming_prefix.clone(), segments };
        if template.longest_key() > MAX_KEY_BYTES {
            return Err(invalid("key_template", "keys of at most 1024 bytes with both prefixes", quote(text)));
        }
        template.check_apart()?;
        Ok(template)
    }

    /// Writes the key of an upload.
    ///
    /// Errors: `upload_owner_invalid`; `signing_failed` for a clock before 1970 or after 9999.
    pub(super) fn write(&self, owner: &str, format: ImageFormat, nonce: [u8; 16], now: SystemTime) -> Result<String> {
        check_owner(owner)?;
        self.check_owner_apart(owner)?;
        let milliseconds = since_epoch(now)?.as_millis();
        let time = Timestamp::from_system_time(now)?;
        let mut key = String::with_capacity(self.prefix.len() + owner.len() + 64);
        key.push_str(&self.prefix);
        for segment in &self.segments {
            if !key.is_empty() {
                key.push('/');
            }
            for part in segment {
                match part {
                    Part::Literal(text) => key.push_str(text),
                    Part::Owner => key.push_str(owner),
                    Part::UnixMs => _ = write!(key, "{milliseconds}"),
                    Part::Hex16 => _ = write!(key, "{:016x}", u128::from_be_bytes(nonce) >> 64),
                    Part::Uuid => push_uuid(&mut key, nonce),
                    Part::Year => key.push_str(time.date().get(..4).unwrap_or_default()),
                    Part::Month => key.push_str(time.date().get(4..6).unwrap_or_default()),
                    Part::Day => key.push_str(time.date().get(6..).unwrap_or_default()),
                    Part::Extension => key.push_str(format.extension()),
                }
            }
        }
        Ok(key)
    }

    /// The format of a key that was written for this owner, by its extension, which is that of one of these formats.
    ///
    /// Errors: `upload_owner_invalid`, `upload_key_invalid`, `upload_prefix_mismatch`, `upload_owner_mismatch`,
    /// `upload_key_unknown`.
    pub(super) fn match_key(&self, owner: &str, key: &str, formats: &[ImageFormat]) -> Result<ImageFormat> {
        check_owner(owner)?;
        check_key(key)?;
        let rest = match self.prefix.as_str() {
            "" => Some(key),
            prefix => key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')),
        };
        let rest = rest.ok_or(ErrorKind::UploadPrefixMismatch {})?;
        self.check_owner_apart(owner)?;
        // Whose key it is comes before what else is wrong with it.
        let owner_at = self.segments.iter().position(|segment| *segment == [Part::Owner]);
        let is_foreign = |(given, at): (&str, usize)| Some(at) == owner_at && given != owner;
        if rest.split('/').zip(0..).any(is_foreign) {
            return Err(ErrorKind::UploadOwnerMismatch {}.into());
        }
        let mut given = rest.split('/');
        let mut format = None;
        for segment in &self.segments {
            let matched = given.next().and_then(|text| match_segment(segment, text, owner, formats));
            let extension = matched.ok_or(ErrorKind::UploadKeyUnknown {})?;
            format = format.or(extension);
        }
        match (given.next(), format) {
            (None, Some(format)) => Ok(format),
            _ => Err(ErrorKind::UploadKeyUnknown {}.into()),
        }
    }

    /// Where the object of a key is until it is confirmed.
    pub(super) fn incoming_key(&self, key: &str) -> String {
        if self.incoming_prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.incoming_prefix) }
    }

    /// How long a key can become, that of an incoming upload and that of a variant, in bytes.
    fn longest_key(&self) -> usize {
        let parts = self.segments.iter().flatten().map(|part| match part {
            Part::Literal(text) => text.len(),
            Part::Owner => MAX_OWNER_BYTES,
            Part::UnixMs => MAX_UNIX_MS_DIGITS,
            Part::Hex16 => 16,
            Part::Uuid => 36,
            Part::Year => 4,
            Part::Month | Part::Day => 2,
            Part::Extension => MAX_EXTENSION_BYTES,
        });
        let key = self.prefix.len() + self.segments.len() + parts.sum::<usize>();
        key + MAX_VARIANT_BYTES.max(self.incoming_prefix.len() + 1)
    }

    /// Without a prefix a key could begin like the incoming ones.
    fn check_apart(&self) -> Result<()> {
        if !self.prefix.is_empty() || self.incoming_prefix.is_empty() {
            return Ok(());
        }
        let literal = |segment: &Vec<Part>| match segment.as_slice() {
            [Part::Literal(text)] => Some(text.clone()),
            _ => None,
        };
        let fixed: Vec<_> = self.segments.iter().map_while(literal).collect();
        let first = self.segments.first().map(Vec::as_slice).unwrap_or_default();
        let start = self.incoming_prefix.split('/').next().unwrap_or_default();
        let can_start = fixed.is_empty() && first != [Part::Owner] && match_segment(first, start, "", &[]).is_some();
        if can_start || overlap(&fixed.join("/"), &self.incoming_prefix) {
            return Err(invalid("incoming_prefix", APART, quote(&self.incoming_prefix)));
        }
        Ok(())
    }

    /// The same for keys that begin with their owner.
    ///
    /// Error: `upload_owner_invalid`.
    fn check_owner_apart(&self, owner: &str) -> Result<()> {
        let is_first = self.prefix.is_empty() && self.segments.first().is_some_and(|segment| *segment == [Part::Owner]);
        if is_first && self.incoming_prefix.split('/').next() == Some(owner) {
            return Err(ErrorKind::UploadOwnerInvalid { reason: "the prefix of uploads that are not confirmed" }.into());
        }
        Ok(())
    }
}

/// The segments after the prefix. The error is what was expected.
fn read(text: &str, has_prefix: bool) -> std::result::Result<Vec<Vec<Part>>, &'static str> {
    if text.len() > MAX_TEMPLATE_BYTES {
        return Err("at most 256 bytes");
    }
    let rest = match text.strip_prefix("{prefix}/") {
        Some(rest) => rest,
        None if has_prefix => return Err("{prefix}/ at the start"),
        None => text,
    };
    let segments = rest.split('/').map(read_segment).collect::<std::result::Result<Vec<_>, _>>()?;
    let count = |wanted: &Part| segments.iter().flatten().filter(|part| *part == wanted).count();
    if count(&Part::Owner) != 1 || !segments.iter().any(|segment| *segment == [Part::Owner]) {
        return Err("{owner} once, as a whole segment");
    }
    if count(&Part::Extension) != 1 || segments.last().and_then(|segment| segment.last()) != Some(&Part::Extension) {
        return Err("{ext} once, at the end");
    }
    if count(&Part::Hex16) + count(&Part::Uuid) == 0 {
        return Err("{hex16} or {uuid}, without which keys can be guessed");
    }
    Ok(segments)
}

fn read_segment(text: &str) -> std::result::Result<Vec<Part>, &'static str> {
    if text.is_empty() || text == "." || text == ".." {
        return Err("no empty, . or .. segment");
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let part = if let Some(inner) = rest.strip_prefix('{') {
            let (name, after) = inner.split_once('}').ok_or("a } for each {")?;
            rest = after;
            placeholder(name)?
        } else {
            let (literal, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            rest = after;
            if !literal.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)) {
                return Err("no characters besides placeholders but A-Z a-z 0-9 - _ . ~ /");
            }
            Part::Literal(literal.to_owned())
        };
        // A number of any length ends where its digits do.
        let begins_with_digit = match &part {
            Part::Literal(literal) => literal.starts_with(|character: char| character.is_ascii_digit()),
            Part::Extension => false,
            _ => true,
        };
        if parts.last() == Some(&Part::UnixMs) && begins_with_digit {
            return Err("no digit right after {unix_ms}");
        }
        parts.push(part);
    }
    Ok(parts)
}

fn placeholder(name: &str) -> std::result::Result<Part, &'static str> {
    Ok(match name {
        "owner" => Part::Owner,
        "unix_ms" => Part::UnixMs,
        "hex16" => Part::Hex16,
        "uuid" => Part::Uuid,
        "year" => Part::Year,
        "month" => Part::Month,
        "day" => Part::Day,
        "ext" => Part::Extension,
        "prefix" => return Err("{prefix}/ once, at the start"),
        _ => return Err("only {prefix}, {owner}, {unix_ms}, {hex16}, {uuid}, {year}, {month}, {day} and {ext}"),
    })
}

/// Whether a segment of a key is of a form, and the format of its extension if it has one.
fn match_segment(parts: &[Part], text: &str, owner: &str, formats: &[ImageFormat]) -> Option<Option<ImageFormat>> {
    let mut rest = text;
    let mut format = None;
    for part in parts {
        rest = match part {
            Part::Literal(literal) => rest.strip_prefix(literal.as_str())?,
            Part::Owner => rest.strip_prefix(owner)?,
            Part::UnixMs => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let has_leading_zero = digits > 1 && rest.starts_with('0');
                if !(1..=MAX_UNIX_MS_DIGITS).contains(&digits) || has_leading_zero {
                    return None;
                }
                rest.get(digits..)?
            }
            Part::Hex16 => take(rest, 16, is_hexadecimal)?,
            Part::Uuid => take(rest, 36, is_uuid)?,
            Part::Year => take(rest, 4, is_number)?,
            Part::Month => take(rest, 2, |month| is_number(month) && ("01"..="12").contains(&month))?,
            Part::Day => take(rest, 2, |day| is_number(day) && ("01"..="31").contains(&day))?,
            Part::Extension => {
                format = Some(*formats.iter().find(|format| format.extension() == rest)?);
                ""
            }
        };
    }
    rest.is_empty().then_some(format)
}

/// What follows so many bytes, if they are as they must be.
fn take(text: &str, bytes: usize, is_right: impl Fn(&str) -> bool) -> Option<&str> {
    let (first, rest) = text.split_at_checked(bytes)?;
    is_right(first).then_some(rest)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the text is a UUID of version 4 as it is written here: in lower case (RFC 9562, section 5.4).
fn is_uuid(text: &str) -> bool {
    let is_right = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.bytes().enumerate().all(|(at, byte)| is_right((at, byte)))
}

fn push_uuid(out: &mut String, nonce: [u8; 16]) {
    let random = u128::from_be_bytes(nonce);
    // 48 random bits, the version, 12 random bits, the variant, 62 random bits.
    let bits = random & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let _ = write!(
        out,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff
    );
}
