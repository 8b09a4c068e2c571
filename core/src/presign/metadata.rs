//! User metadata and tags as headers. Values outside ASCII become encoded words (RFC 2047), which S3 decodes when it stores
//! them and encodes when it returns them:
//!
//! ```text
//! owner = 고양이    ->   x-amz-meta-owner: =?UTF-8?B?6rOg7JaR7J20?=
//! ```
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
/// The limit of R2, which is applied to other stores too.
const MAX_BYTES: usize = 8192;
/// Servers refuse as many headers. Each name is compared with all others, so this bounds the work too.
const MAX_ENTRIES: usize = 100;
/// S3's limits for the tags of an object.
const MAX_TAGS: usize = 10;
const MAX_TAG_NAME_CHARACTERS: usize = 128;
const MAX_TAG_VALUE_CHARACTERS: usize = 256;
/// The most bytes of one encoded word: RFC 2047 allows 75 characters, of which 60 are base64.
const ENCODED_WORD_BYTES: usize = 45;

/// The names of metadata as headers, with the values as they are given: a form takes them so, a header needs
/// [`encode_words`]. Two names that differ in case alone are refused.
///
/// Error: `header_invalid`.
pub(super) fn metadata_headers(metadata: &BTreeMap<String, String>, on_s3: bool) -> Result<Vec<(HeaderName, &str)>> {
    let bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > if on_s3 { MAX_BYTES_S3 } else { MAX_BYTES } {
        let reason = if on_s3 { "more than 2048 bytes in all" } else { "more than 8192 bytes in all" };
        return Err(Error::header_invalid("metadata", reason));
    }
    if metadata.len() > MAX_ENTRIES {
        return Err(Error::header_invalid("metadata", "more than 100 names"));
    }
    let mut headers: Vec<(HeaderName, &str)> = Vec::with_capacity(metadata.len());
    for (name, value) in metadata {
        let header = header_name(name)?;
        if headers.iter().any(|(other, _)| *other == header) {
            return Err(Error::header_invalid(header.as_str(), "two of the same name"));
        }
        if has_control(value) {
            return Err(Error::header_invalid(header.as_str(), "a value with a line end or another control character"));
        }
        headers.push((header, value));
    }
    Ok(headers)
}

/// The name in lower case, after S3's prefix.
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

/// The value of `x-amz-tagging`: tags as a query string, `album=summer&year=2026`.
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

/// Checks tags by S3's rules.
///
/// Error: `header_invalid`, for the header or form field of this name.
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

/// The value of a metadata header: encoded words for text outside ASCII, and for text that looks like an encoded word, which
/// S3 would decode.
pub(super) fn encode_words(value: &str) -> Cow<'_, str> {
    if value.is_ascii() && !value.as_bytes().windows(2).any(|pair| pair == b"=?") {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(2 * value.len() + 16);
    let mut rest = value;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(ENCODED_WORD_BYTES));
        if !out.is_empty() {
            out.push(' '); // between encoded words: decoders drop it
        }
        out.push_str("=?UTF-8?B?");
        STANDARD.encode_string(word, &mut out);
        out.push_str("?=");
        rest = after;
    }
    Cow::Owned(out)
}
