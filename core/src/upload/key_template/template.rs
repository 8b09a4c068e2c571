//! `KeyTemplate`: writes keys, and matches the keys that clients name.

use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::quote;
use crate::presign::key::{MAX_KEY_BYTES, check_key};
use crate::upload::owner::check_owner;
use crate::upload::prefix::{not_disjoint, overlap};

use super::item::{KeyValues, MAX_EXTENSION_BYTES, TemplateItem};
use super::parse::parse;

/// What a variant adds to the key: `/16384.webp` at most.
const MAX_VARIANT_BYTES: usize = 6 + MAX_EXTENSION_BYTES;

/// A parsed template with the prefixes of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::upload) struct KeyTemplate {
    prefix: String,
    incoming_prefix: String,
    /// The segments after the prefix.
    segments: Vec<Vec<TemplateItem>>,
}

impl KeyTemplate {
    /// Parses a policy's template. The prefixes have been checked by themselves; here they are checked together with the
    /// template.
    ///
    /// Error: `option_invalid`.
    pub(in crate::upload) fn new(template: &str, prefix: &str, incoming_prefix: &str) -> Result<Self> {
        let invalid = |expected| Error::option_invalid("key_template", expected, &quote(template));
        let segments = parse(template, !prefix.is_empty()).map_err(invalid)?;
        let parsed = Self { prefix: prefix.to_owned(), incoming_prefix: incoming_prefix.to_owned(), segments };
        if parsed.max_key_bytes() > MAX_KEY_BYTES {
            return Err(invalid("keys of at most 1024 bytes with both prefixes"));
        }
        parsed.check_disjoint()?;
        Ok(parsed)
    }

    /// Writes the key of an upload. `nonce` is 16 random bytes.
    ///
    /// Errors: `upload_owner_invalid`; `signing_failed` for a clock before 1970 or after 9999.
    pub(in crate::upload) fn write(
        &self,
        owner: &str,
        format: ImageFormat,
        nonce: [u8; 16],
        now: SystemTime,
    ) -> Result<String> {
        check_owner(owner)?;
        self.check_owner_disjoint(owner)?;
        let values = KeyValues::new(owner, format, nonce, now)?;
        let mut key = String::with_capacity(self.prefix.len() + owner.len() + 64);
        key.push_str(&self.prefix);
        for segment in &self.segments {
            if !key.is_empty() {
                key.push('/');
            }
            for item in segment {
                item.write(&mut key, &values);
            }
        }
        Ok(key)
    }

    /// Matches a key that was issued to this owner, and returns its format: the one of `formats` that the extension names.
    ///
    /// Errors: `upload_owner_invalid`, `upload_key_invalid`, `upload_prefix_mismatch`, `upload_owner_mismatch`,
    /// `upload_key_unknown`.
    pub(in crate::upload) fn match_key(&self, owner: &str, key: &str, formats: &[ImageFormat]) -> Result<ImageFormat> {
        check_owner(owner)?;
        check_key(key)?;
        let after_prefix = match self.prefix.as_str() {
            "" => Some(key),
            prefix => key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')),
        };
        let after_prefix = after_prefix.ok_or(ErrorKind::UploadPrefixMismatch {})?;
        self.check_owner_disjoint(owner)?;
        // The owner is compared first: a stranger is told that the key is not theirs, and nothing else about it.
        let owner_index = self.segments.iter().position(|segment| *segment == [TemplateItem::Owner]);
        let is_foreign = |(segment, index): (&str, usize)| Some(index) == owner_index && segment != owner;
        if after_prefix.split('/').zip(0..).any(is_foreign) {
            return Err(ErrorKind::UploadOwnerMismatch {}.into());
        }
        let mut given = after_prefix.split('/');
        let mut extension = "";
        for items in &self.segments {
            // Only the last segment has an extension: a rest after any other one is an error.
            let rest = given.next().filter(|_| extension.is_empty()).and_then(|text| strip_items(items, text, owner));
            extension = rest.ok_or(ErrorKind::UploadKeyUnknown {})?;
        }
        let format = formats.iter().find(|format| format.extension() == extension);
        let is_whole = given.next().is_none();
        format.copied().filter(|_| is_whole).ok_or_else(|| ErrorKind::UploadKeyUnknown {}.into())
    }

    /// The key that an object has until its upload is confirmed.
    pub(in crate::upload) fn incoming_key(&self, key: &str) -> String {
        if self.incoming_prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.incoming_prefix) }
    }

    /// The longest key, be it that of an incoming upload or that of a variant, in bytes.
    fn max_key_bytes(&self) -> usize {
        let items: usize = self.segments.iter().flatten().map(TemplateItem::max_bytes).sum();
        let key = self.prefix.len() + self.segments.len() + items;
        key + MAX_VARIANT_BYTES.max(self.incoming_prefix.len() + 1)
    }

    /// Checks, for a policy without a prefix, that no key begins as the incoming keys do. Otherwise an upload that was
    /// never checked would stand under a key that can be confirmed.
    fn check_disjoint(&self) -> Result<()> {
        if !self.prefix.is_empty() || self.incoming_prefix.is_empty() {
            return Ok(());
        }
        let literal = |segment: &Vec<TemplateItem>| match segment.as_slice() {
            [TemplateItem::Literal(text)] => Some(text.clone()),
            _ => None,
        };
        let leading_literals: Vec<_> = self.segments.iter().map_while(literal).collect();
        let first = self.segments.first().map(Vec::as_slice).unwrap_or_default();
        let incoming_first = self.incoming_prefix.split('/').next().unwrap_or_default();
        // An owner is compared when a key is written: see `check_owner_disjoint`.
        let first_can_be_equal = leading_literals.is_empty()
            && first != [TemplateItem::Owner]
            && strip_items(first, incoming_first, "") == Some("");
        if first_can_be_equal || overlap(&leading_literals.join("/"), &self.incoming_prefix) {
            return Err(not_disjoint(&self.incoming_prefix));
        }
        Ok(())
    }

    /// The same for keys whose first segment is the owner.
    ///
    /// Error: `upload_owner_invalid`.
    fn check_owner_disjoint(&self, owner: &str) -> Result<()> {
        let is_first =
            self.prefix.is_empty() && self.segments.first().is_some_and(|segment| *segment == [TemplateItem::Owner]);
        if is_first && self.incoming_prefix.split('/').next() == Some(owner) {
            return Err(ErrorKind::UploadOwnerInvalid { reason: "the prefix of uploads that are not confirmed" }.into());
        }
        Ok(())
    }
}

/// Consumes the items of a segment and returns the rest: the extension, if the segment has one.
fn strip_items<'a>(items: &[TemplateItem], text: &'a str, owner: &str) -> Option<&'a str> {
    items.iter().try_fold(text, |rest, item| item.strip(rest, owner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NONCE: [u8; 16] = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    const FORMATS: &[ImageFormat] = &[ImageFormat::Jpeg, ImageFormat::Webp];

    fn template(template: &str) -> KeyTemplate {
        KeyTemplate::new(template, "uploads", "incoming").unwrap()
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_250)
    }

    fn code(template: &KeyTemplate, owner: &str, key: &str) -> &'static str {
        template.match_key(owner, key, FORMATS).unwrap_err().code()
    }

    #[test]
    fn written_keys_are_matched() {
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
        for (text, other) in [
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
            assert_eq!(code(&template, "u", &key.replace(text, other)), "upload_key_unknown", "{other}");
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
    fn without_a_prefix_no_key_begins_as_incoming_keys_do() {
        let without = |text: &str, incoming: &str| KeyTemplate::new(text, "", incoming);
        let plain = without("{prefix}/{owner}/{hex16}{ext}", "in/coming").unwrap();
        let key = "user/0123456789abcdef.jpg";
        assert_eq!(plain.write("user", ImageFormat::Jpeg, NONCE, now()).unwrap(), key);
        assert_eq!(plain.match_key("user", key, FORMATS).unwrap(), ImageFormat::Jpeg);
        assert_eq!(plain.write("in", ImageFormat::Jpeg, NONCE, now()).unwrap_err().code(), "upload_owner_invalid");
        assert_eq!(code(&plain, "in", "in/0123456789abcdef.jpg"), "upload_owner_invalid");
        for (text, incoming, is_disjoint) in [
            ("a/{owner}/{hex16}{ext}", "a", false),
            ("a/b/{owner}/{hex16}{ext}", "a", false),
            ("a/{owner}/{hex16}{ext}", "a/b", false),
            ("a/{owner}/{hex16}{ext}", "ab", true),
            ("{year}/{owner}/{hex16}{ext}", "2026", false),
            ("{year}/{owner}/{hex16}{ext}", "2026/in", false),
            ("{year}/{owner}/{hex16}{ext}", "year", true),
            ("{year}/{owner}/{hex16}{ext}", "", true),
        ] {
            assert_eq!(without(text, incoming).is_ok(), is_disjoint, "{text} {incoming}");
        }
        let straight = without("{owner}/{uuid}{ext}", "").unwrap();
        assert_eq!(straight.incoming_key("a"), "a");
        assert!(straight.write("incoming", ImageFormat::Jpeg, NONCE, now()).is_ok());
    }

    #[test]
    fn the_longest_keys_fit() {
        let text = "{prefix}/{owner}/{unix_ms}-{hex16}{ext}";
        let template = KeyTemplate::new(text, &"p".repeat(512), &"i".repeat(300)).unwrap();
        let last = SystemTime::UNIX_EPOCH + Duration::from_millis(253_402_300_799_999);
        let key = template.write(&"o".repeat(128), ImageFormat::Webp, NONCE, last).unwrap();
        assert_eq!(template.max_key_bytes(), template.incoming_key(&key).len());
        assert!(template.max_key_bytes() >= key.len() + "/16384.webp".len());
        assert!(KeyTemplate::new(text, &"p".repeat(512), &"i".repeat(400)).is_err());
    }
}
