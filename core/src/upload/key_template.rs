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
/// What a variant adds to the key: `/16384.webp` at most.
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
        let mut extension = "";
        for segment in &self.segments {
            let left = given.next().filter(|_| extension.is_empty()).and_then(|text| strip_parts(segment, text, owner));
            extension = left.ok_or(ErrorKind::UploadKeyUnknown {})?;
        }
        let format = formats.iter().find(|format| format.extension() == extension);
        let is_whole = given.next().is_none();
        format.copied().filter(|_| is_whole).ok_or_else(|| ErrorKind::UploadKeyUnknown {}.into())
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
        let can_start = fixed.is_empty() && first != [Part::Owner] && strip_parts(first, start, "") == Some("");
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

/// What is left of a segment of a key after the parts that it must begin with: its extension, if it has one.
fn strip_parts<'a>(parts: &[Part], text: &'a str, owner: &str) -> Option<&'a str> {
    parts.iter().try_fold(text, |rest, part| match part {
        Part::Literal(literal) => rest.strip_prefix(literal.as_str()),
        Part::Owner => rest.strip_prefix(owner),
        Part::UnixMs => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let has_leading_zero = digits > 1 && rest.starts_with('0');
            let is_right = (1..=MAX_UNIX_MS_DIGITS).contains(&digits) && !has_leading_zero;
            rest.get(digits..).filter(|_| is_right)
        }
        Part::Hex16 => take(rest, 16, is_hexadecimal),
        Part::Uuid => take(rest, 36, is_uuid),
        Part::Year => take(rest, 4, is_number),
        Part::Month => take(rest, 2, |month| is_number(month) && ("01"..="12").contains(&month)),
        Part::Day => take(rest, 2, |day| is_number(day) && ("01"..="31").contains(&day)),
        Part::Extension => Some(rest),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NONCE: [u8; 16] = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    const FORMATS: &[ImageFormat] = &[ImageFormat::Jpeg, ImageFormat::Webp];

    fn policy(template: &str) -> UploadPolicy {
        UploadPolicy::default().key_template(template)
    }

    fn template(template: &str) -> KeyTemplate {
        KeyTemplate::new(&policy(template)).unwrap()
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_250)
    }

    fn code(template: &KeyTemplate, owner: &str, key: &str) -> &'static str {
        template.match_key(owner, key, FORMATS).unwrap_err().code()
    }

    #[test]
    fn what_is_written_is_matched() {
        for (text, key) in [
            ("{prefix}/{owner}/{unix_ms}-{hex16}{ext}", "uploads/u/1700000000250-0123456789abcdef.webp"),
            (
                "{prefix}/{year}/{month}/{day}/{owner}/{uuid}{ext}",
                "uploads/2023/11/14/u/01234567-89ab-4def-8123-456789abcdef.webp",
            ),
            (
                "{prefix}/v1/{owner}/a.{hex16}{year}.{unix_ms}{ext}",
                "uploads/v1/u/a.0123456789abcdef2023.1700000000250.webp",
            ),
            (
                "{prefix}/{year}-{month}/{owner}/~{hex16}{hex16}/{ext}",
                "uploads/2023-11/u/~0123456789abcdef0123456789abcdef/.webp",
            ),
        ] {
            let template = template(text);
            assert_eq!(template.write("u", ImageFormat::Webp, NONCE, now()).unwrap(), key);
            assert_eq!(template.match_key("u", key, FORMATS).unwrap(), ImageFormat::Webp);
            assert_eq!(template.incoming_key(key), format!("incoming/{key}"));
            let whole = [format!("{key}/"), format!("{key}/a.webp"), format!("{key}.webp"), key.replace("u/", "u//")];
            for other in whole.iter().chain(&[key.replace(".webp", ".gif"), key.replace(".webp", "")]) {
                assert_eq!(code(&template, "u", other), "upload_key_unknown", "{other}");
            }
            assert_eq!(code(&template, "v", key), "upload_owner_mismatch");
            assert_eq!(code(&template, "u", &template.incoming_key(key)), "upload_prefix_mismatch");
            for (at, _) in key.char_indices().skip(1) {
                assert!(template.match_key("u", &key[..at], FORMATS).is_err(), "{}", &key[..at]);
            }
        }
    }

    #[test]
    fn keys_that_were_never_issued() {
        let template = template("{prefix}/{owner}/{year}{month}{day}/{unix_ms}-{uuid}{ext}");
        let key = "uploads/u/20231114/1700000000250-01234567-89ab-4def-8123-456789abcdef.jpg";
        assert_eq!(template.match_key("u", key, FORMATS).unwrap(), ImageFormat::Jpeg);
        for (part, other) in [
            ("20231114", "20231314"),
            ("20231114", "20231100"),
            ("20231114", "2023111"),
            ("20231114", "202311140"),
            ("20231114", "２０231114"),
            ("/1700000000250", "/01700000000250"),
            ("/1700000000250", "/"),
            ("/1700000000250", "/+1"),
            ("/1700000000250", "/1000000000000000"),
            ("4def", "5def"),
            ("8123", "c123"),
            ("cdef.", "cdeF."),
            (".jpg", ".JPG"),
            (".jpg", ".jpg.jpg"),
            (".jpg", ".png"),
        ] {
            assert_eq!(code(&template, "u", &key.replace(part, other)), "upload_key_unknown", "{other}");
        }
        for (other, expected) in [
            ("", "upload_key_invalid"),
            ("uploads/u/../v/a.jpg", "upload_key_invalid"),
            ("uploads/u/a\n.jpg", "upload_key_invalid"),
            ("uploads", "upload_prefix_mismatch"),
            ("uploadsu/u/a.jpg", "upload_prefix_mismatch"),
            ("/uploads/u/a.jpg", "upload_prefix_mismatch"),
            ("Uploads/u/a.jpg", "upload_prefix_mismatch"),
            ("uploads/", "upload_owner_mismatch"),
            ("uploads/u", "upload_key_unknown"),
            ("uploads/v/whatever", "upload_owner_mismatch"),
            ("uploads//u/a.jpg", "upload_owner_mismatch"),
            ("uploads/U/a.jpg", "upload_owner_mismatch"),
        ] {
            assert_eq!(code(&template, "u", other), expected, "{other}");
        }
        for owner in ["", "..", "a/b", "u\n"] {
            assert_eq!(code(&template, owner, key), "upload_owner_invalid", "{owner}");
        }
    }

    #[test]
    fn without_a_prefix_keys_stay_apart_from_those_that_are_not_confirmed() {
        let without = |text: &str, incoming: &str| KeyTemplate::new(&policy(text).prefix("").incoming_prefix(incoming));
        let plain = without("{prefix}/{owner}/{hex16}{ext}", "in/coming").unwrap();
        let key = "user/0123456789abcdef.jpg";
        assert_eq!(plain.write("user", ImageFormat::Jpeg, NONCE, now()).unwrap(), key);
        assert_eq!(plain.match_key("user", key, FORMATS).unwrap(), ImageFormat::Jpeg);
        assert_eq!(plain.write("in", ImageFormat::Jpeg, NONCE, now()).unwrap_err().code(), "upload_owner_invalid");
        assert_eq!(code(&plain, "in", "in/0123456789abcdef.jpg"), "upload_owner_invalid");
        for (text, incoming, is_apart) in [
            ("a/{owner}/{hex16}{ext}", "a", false),
            ("a/b/{owner}/{hex16}{ext}", "a", false),
            ("a/{owner}/{hex16}{ext}", "a/b", false),
            ("a/{owner}/{hex16}{ext}", "ab", true),
            ("{year}/{owner}/{hex16}{ext}", "2026", false),
            ("{year}/{owner}/{hex16}{ext}", "2026/in", false),
            ("{year}/{owner}/{hex16}{ext}", "year", true),
            ("{year}/{owner}/{hex16}{ext}", "", true),
        ] {
            assert_eq!(without(text, incoming).is_ok(), is_apart, "{text} {incoming}");
        }
        let straight = KeyTemplate::new(&policy("{owner}/{uuid}{ext}").prefix("").incoming_prefix("")).unwrap();
        assert_eq!(straight.incoming_key("a"), "a");
        assert!(straight.write("incoming", ImageFormat::Jpeg, NONCE, now()).is_ok());
    }

    #[test]
    fn the_longest_keys_fit() {
        let policy = UploadPolicy::default().prefix(&"p".repeat(512)).incoming_prefix(&"i".repeat(300));
        let template = KeyTemplate::new(&policy).unwrap();
        let last = SystemTime::UNIX_EPOCH + Duration::from_millis(253_402_300_799_999);
        let key = template.write(&"o".repeat(128), ImageFormat::Webp, NONCE, last).unwrap();
        assert_eq!(template.longest_key(), template.incoming_key(&key).len());
        assert!(template.longest_key() >= key.len() + "/16384.webp".len());
        assert!(KeyTemplate::new(&policy.incoming_prefix(&"i".repeat(400))).is_err());
    }
}
