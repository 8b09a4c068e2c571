//! `PostFormOptions`, and the conditions of the policy that they become.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::options::{options, quote};
use crate::presign::endpoint::Endpoint;
use crate::presign::key::has_control;
use crate::presign::metadata::{check_tags, metadata_headers};
use crate::presign::post_policy::Condition;
use crate::presign::sign_options::{CannedAcl, DEFAULT_EXPIRY_SECONDS, ServerSideEncryption};

/// The longest value, in bytes: servers refuse longer header lines.
const MAX_VALUE_BYTES: usize = 8 * 1024;
const MAX_NAME_BYTES: usize = 128;
/// Each name is compared with all others, so this bounds the work.
const MAX_STARTS_WITH_FIELDS: usize = 100;
const MAX_URL_BYTES: usize = 2048;

/// The fields that the form has by itself, in lower case: a caller cannot add conditions on them.
const RESERVED_FIELDS: [&str; 12] = [
    "key",
    "bucket",
    "policy",
    "file",
    "submit",
    "awsaccesskeyid",
    "signature",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
];

options! {
    /// The options of a POST form. What has one value becomes a field of the form and a condition of its policy; what is
    /// left open becomes a condition, and the page adds the field.
    ///
    /// Values have no control characters, are ASCII but for metadata and tags, at most 8192 bytes long, and without
    /// `${filename}`, which S3 would replace; otherwise `header_invalid`.
    pub struct PostFormOptions {
        /// How long the form holds, in seconds, from 1 to 604800. Default: 900 (15 minutes).
        expires_in: u64 = DEFAULT_EXPIRY_SECONDS;
        /// The smallest file, in bytes. Default: 1, so that an empty file is refused.
        min_bytes: u64 = 1, in 0..=5_368_709_120;
        /// The largest file, in bytes; it must be given, since a form without it takes 5 GiB. Default: unset, which is
        /// `option_invalid`.
        max_bytes: Option<u64> = None, in 1..=5_368_709_120;
        /// The `Content-Type` that the object gets. Default: unset.
        content_type: Option<String> = None;
        /// What the `Content-Type` must start with (`"image/"`); the page adds the field `Content-Type`. Default:
        /// unset.
        content_type_starts_with: Option<String> = None;
        /// The `Cache-Control` that the object gets. Default: unset.
        cache_control: Option<String> = None;
        /// The `Content-Disposition` that the object gets, ASCII:
        /// [`content_disposition`](crate::presign::content_disposition) makes it for any file name. Default: unset.
        content_disposition: Option<String> = None;
        /// The `Content-Encoding` that the object gets. Default: unset.
        content_encoding: Option<String> = None;
        /// Who may use the object. Default: unset, the bucket's own rule.
        acl: Option<CannedAcl> = None;
        /// The storage class, as the store names it (`"STANDARD_IA"`). Default: unset, the bucket's own.
        storage_class: Option<String> = None;
        /// How S3 encrypts the object at rest. Default: unset, the bucket's own rule.
        server_side_encryption: Option<ServerSideEncryption> = None;
        /// The key's id or ARN, with `server_side_encryption` of `aws:kms` or `aws:kms:dsse`. Default: unset.
        sse_kms_key_id: Option<String> = None;
        /// User metadata: names without `x-amz-meta-`, put into lower case, and values in UTF-8; 2048 bytes in all on S3, 8192
        /// elsewhere. Default: none.
        metadata: BTreeMap<String, String> = BTreeMap::new();
        /// Tags: at most 10, names of 1 to 128 and values of at most 256 characters. Default: none.
        tagging: BTreeMap<String, String> = BTreeMap::new();
        /// At most 100 fields that the page adds, and what each must start with; an empty text allows any value. A field that is in
        /// no condition is refused by S3. Default: none.
        starts_with: BTreeMap<String, String> = BTreeMap::new();
        /// The HTTP status of S3's answer: 200, 201 (with a document of XML) or 204. Default: unset, 204.
        success_action_status: Option<u32> = None, in 200..=204;
        /// The `http` or `https` URL that the browser goes to after the upload; S3 adds bucket, key and etag to its
        /// query. Not together with `success_action_status`. Default: unset.
        success_action_redirect: Option<String> = None;
    }
}

impl PostFormOptions {
    /// The conditions in the order of the form's fields, then those on fields that the page adds, then the size. S3 has a lower
    /// limit for metadata.
    ///
    /// Errors: `option_invalid`, `header_invalid`.
    pub(super) fn conditions(&self, on_s3: bool) -> Result<Vec<Condition<'_>>> {
        ServerSideEncryption::check_kms_key(self.server_side_encryption, self.sse_kms_key_id.as_deref())?;
        let mut conditions = Vec::new();
        for (name, value) in [
            ("Content-Type", self.content_type.as_deref()),
            ("Cache-Control", self.cache_control.as_deref()),
            ("Content-Disposition", self.content_disposition.as_deref()),
            ("Content-Encoding", self.content_encoding.as_deref()),
            ("acl", self.acl.map(CannedAcl::as_str)),
            ("x-amz-storage-class", self.storage_class.as_deref()),
            ("x-amz-server-side-encryption", self.server_side_encryption.map(ServerSideEncryption::as_str)),
            ("x-amz-server-side-encryption-aws-kms-key-id", self.sse_kms_key_id.as_deref()),
        ] {
            if let Some(value) = value {
                conditions.push(Condition::exact(name, header_value(name, value)?));
            }
        }
        self.push_metadata(on_s3, &mut conditions)?;
        if !self.tagging.is_empty() {
            conditions.push(Condition::exact("tagging", tagging_document(&self.tagging)?));
        }
        self.push_success_action(&mut conditions)?;
        self.push_starts_with(&mut conditions)?;
        conditions.push(self.content_length_range()?);
        Ok(conditions)
    }

    fn push_metadata<'a>(&'a self, on_s3: bool, conditions: &mut Vec<Condition<'a>>) -> Result<()> {
        for (name, value) in metadata_headers(&self.metadata, on_s3)? {
            let value = field_value(name.as_str(), value)?;
            conditions.push(Condition::exact(name.as_str().to_owned(), value));
        }
        Ok(())
    }

    fn push_success_action<'a>(&'a self, conditions: &mut Vec<Condition<'a>>) -> Result<()> {
        if let Some(status) = self.success_action_status {
            if ![200, 201, 204].contains(&status) {
                return Err(Error::option_invalid("success_action_status", "200, 201 or 204", &status.to_string()));
            }
            if self.success_action_redirect.is_some() {
                return Err(Error::option_invalid(
                    "success_action_status",
                    "no success_action_redirect beside it",
                    "both",
                ));
            }
            conditions.push(Condition::exact("success_action_status", status.to_string()));
        }
        if let Some(url) = &self.success_action_redirect {
            if !is_redirect_url(url) {
                return Err(Error::option_invalid(
                    "success_action_redirect",
                    "an http or https URL in ASCII",
                    &quote(url),
                ));
            }
            conditions.push(Condition::exact("success_action_redirect", url));
        }
        Ok(())
    }

    fn push_starts_with<'a>(&'a self, conditions: &mut Vec<Condition<'a>>) -> Result<()> {
        if let Some(prefix) = &self.content_type_starts_with {
            if self.content_type.is_some() {
                return Err(Error::option_invalid("content_type_starts_with", "no content_type beside it", "both"));
            }
            let prefix = header_value("Content-Type", prefix)?;
            conditions.push(Condition::starts_with("Content-Type", prefix));
        }
        if self.starts_with.len() > MAX_STARTS_WITH_FIELDS {
            return Err(Error::option_invalid(
                "starts_with",
                "at most 100 fields",
                &self.starts_with.len().to_string(),
            ));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        for (name, prefix) in &self.starts_with {
            if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
                return Err(Error::option_invalid(
                    "starts_with",
                    "names of 1 to 128 of A-Z a-z 0-9 - _ .",
                    &quote(name),
                ));
            }
            if RESERVED_FIELDS.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
                return Err(Error::option_invalid(
                    "starts_with",
                    "fields that the form has not by itself",
                    &quote(name),
                ));
            }
            let is_taken = |other: &Condition<'_>| other.name().is_some_and(|other| other.eq_ignore_ascii_case(name));
            if conditions.iter().any(is_taken) {
                return Err(Error::option_invalid("starts_with", "fields without another condition", &quote(name)));
            }
            conditions.push(Condition::starts_with(name, field_value(name, prefix)?));
        }
        Ok(())
    }

    fn content_length_range(&self) -> Result<Condition<'_>> {
        let Some(max_bytes) = self.max_bytes else {
            return Err(Error::option_invalid("max_bytes", "the size of the largest file in bytes", "none"));
        };
        if self.min_bytes > max_bytes {
            let expected = format!("at most max_bytes, which is {max_bytes},");
            return Err(Error::option_invalid("min_bytes", &expected, &self.min_bytes.to_string()));
        }
        Ok(Condition::ContentLengthRange(self.min_bytes, max_bytes))
    }
}

/// Whether the text is an `http` or `https` URL that all browsers read in the same way: the rules of endpoints for the host,
/// any printable ASCII after it.
fn is_redirect_url(url: &str) -> bool {
    let is_clean = url.len() <= MAX_URL_BYTES && url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_clean && !url.contains("${filename}") && Endpoint::parse(&format!("{scheme}://{host}")).is_ok()
}

/// Checks the value of a field that S3 stores as a header of the object.
fn header_value<'a>(name: &str, value: &'a str) -> Result<&'a str> {
    if value.is_empty() {
        return Err(Error::header_invalid(name, "an empty value"));
    }
    if !value.is_ascii() {
        return Err(Error::header_invalid(name, "a value with characters outside ASCII"));
    }
    field_value(name, value)
}

/// Checks the value of any field.
fn field_value<'a>(name: &str, value: &'a str) -> Result<&'a str> {
    let reason = if value.len() > MAX_VALUE_BYTES {
        "a value of more than 8192 bytes"
    } else if has_control(value) {
        "a value with a line end or another control character"
    } else if value.contains("${filename}") {
        "a value with ${filename}, which S3 would replace"
    } else {
        return Ok(value);
    };
    Err(Error::header_invalid(name, reason))
}

/// The value of the field `tagging`: `<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`.
fn tagging_document(tagging: &BTreeMap<String, String>) -> Result<String> {
    check_tags("tagging", tagging)?;
    let mut out = "<Tagging><TagSet>".to_owned();
    for (name, value) in tagging {
        for (start, text, end) in [("<Tag><Key>", name, "</Key>"), ("<Value>", value, "</Value></Tag>")] {
            out.push_str(start);
            out.push_str(&escape_xml(field_value("tagging", text)?));
            out.push_str(end);
        }
    }
    out.push_str("</TagSet></Tagging>");
    Ok(out)
}

/// Escapes text between XML tags (XML 1.0, section 2.4).
fn escape_xml(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return text.into();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_browsers_read_differently_are_refused() {
        for url in [
            "https://example.com",
            "http://localhost:3000/done?id=7&x=%20#top",
            "https://[::1]/",
            "HTTPS://Example.com/",
        ] {
            assert!(is_redirect_url(url), "{url}");
        }
        for url in [
            "",
            "example.com",
            "//example.com",
            "javascript://example.com/%0aalert(1)",
            "https://",
            "https:///path",
            "https://user@example.com/",
            "https://example.com\\@evil.com/",
            "https://example.com/a b",
            "https://example.com/\r\nX: 1",
            "https://사진.kr/",
            "https://example.com/${filename}",
        ] {
            assert!(!is_redirect_url(url), "{url}");
        }
        assert!(!is_redirect_url(&format!("https://example.com/{}", "a".repeat(MAX_URL_BYTES))));
    }
}
