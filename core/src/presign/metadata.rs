//! User metadata and tags as headers: names checked, values outside ASCII in encoded words (RFC 2047), which S3 stores
//! as what they stand for and gives back encoded.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;

use crate::error::{Error, Result};
use crate::options::clip;
use crate::presign::encode::push_query;
use crate::presign::key::has_control;

const PREFIX: &str = "x-amz-meta-";
/// S3's limit for all names and values together, in bytes.
const MAX_BYTES_S3: usize = 2048;
/// The limit of R2, and the most that we send elsewhere.
const MAX_BYTES: usize = 8192;
/// More headers than servers take; each is compared with all others.
const MAX_ENTRIES: usize = 100;
/// S3's limits for the tags of an object.
const MAX_TAGS: usize = 10;
const MAX_TAG_NAME_CHARACTERS: usize = 128;
const MAX_TAG_VALUE_CHARACTERS: usize = 256;
/// What an encoded word of 75 characters, the longest that RFC 2047 allows, can hold: 60 digits of base64.
const WORD_BYTES: usize = 45;

/// The headers of metadata with the values as they are, which is how a form takes them. A name stands once: `A` and `a`
/// are the same.
///
/// Error: `header_invalid`.
pub(super) fn metadata_fields(metadata: &BTreeMap<String, String>, on_s3: bool) -> Result<Vec<(HeaderName, &str)>> {
    let bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > if on_s3 { MAX_BYTES_S3 } else { MAX_BYTES } {
        let reason = if on_s3 { "more than 2048 bytes in all" } else { "more than 8192 bytes in all" };
        return Err(Error::header_invalid("metadata", reason));
    }
    if metadata.len() > MAX_ENTRIES {
        return Err(Error::header_invalid("metadata", "more than 100 names"));
    }
    let mut fields: Vec<(HeaderName, &str)> = Vec::with_capacity(metadata.len());
    for (name, value) in metadata {
        let header = header_name(name)?;
        if fields.iter().any(|(other, _)| *other == header) {
            return Err(Error::header_invalid(header.as_str(), "two of the same name"));
        }
        if has_control(value) {
            return Err(Error::header_invalid(header.as_str(), "a value with a line end or another control character"));
        }
        fields.push((header, value));
    }
    Ok(fields)
}

/// The name in lower case, behind S3's prefix.
fn header_name(name: &str) -> Result<HeaderName> {
    let refused = || Error::header_invalid(&format!("{PREFIX}{}", clip(name)), "a name that is no token");
    if name.is_empty() {
        return Err(refused());
    }
    let mut header = String::with_capacity(PREFIX.len() + name.len());
    header.push_str(PREFIX);
    header.push_str(name);
    HeaderName::from_bytes(header.as_bytes()).map_err(|error| refused().with_source(error))
}

/// The value of `x-amz-tagging`: a query string.
///
/// Error: `header_invalid`.
pub(super) fn tagging_value(tagging: &BTreeMap<String, String>) -> Result<String> {
    check_tags("x-amz-tagging", tagging)?;
    let mut out = String::new();
    for (name, value) in tagging {
        if !out.is_empty() {
            out.push('&');
        }
        push_query(&mut out, name);
        out.push('=');
        push_query(&mut out, value);
    }
    Ok(out)
}

/// S3's rules for tags.
///
/// Error: `header_invalid`, for the header or field of this name.
pub(super) fn check_tags(header: &str, tagging: &BTreeMap<String, String>) -> Result<()> {
    let refuse = |reason| Err(Error::header_invalid(header, reason));
    if tagging.len() > MAX_TAGS {
        return refuse("more than 10 tags");
    }
    for (name, value) in tagging {
        if name.is_empty() || name.chars().count() > MAX_TAG_NAME_CHARACTERS {
            return refuse("a tag whose name is not of 1 to 128 characters");
        }
        if value.chars().count() > MAX_TAG_VALUE_CHARACTERS {
            return refuse("a tag with a value of more than 256 characters");
        }
        if has_control(name) || has_control(value) {
            return refuse("a tag with a control character");
        }
    }
    Ok(())
}

/// The value of a header: itself, or in encoded words where it is not ASCII. What merely looks like an encoded word is
/// encoded too: S3 would decode it.
pub(super) fn encoded(value: &str) -> Cow<'_, str> {
    if value.is_ascii() && !value.as_bytes().windows(2).any(|pair| pair == b"=?") {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(2 * value.len() + 16);
    let mut rest = value;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(WORD_BYTES));
        if !out.is_empty() {
            out.push(' '); // belongs to no word: it is dropped when they are decoded
        }
        out.push_str("=?UTF-8?B?");
        STANDARD.encode_string(word, &mut out);
        out.push_str("?=");
        rest = after;
    }
    Cow::Owned(out)
}
