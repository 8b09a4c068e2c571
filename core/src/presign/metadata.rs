//! User metadata and tags as headers: names checked, values outside ASCII in encoded words (RFC 2047), which S3 stores
//! as what they stand for and gives back encoded.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind, Result};
use crate::options::clip;
use crate::presign::encode::push_query;
use crate::presign::key::has_control;

const PREFIX: &str = "x-amz-meta-";
/// S3's limit for all names and values together, in bytes.
const MAX_BYTES_S3: usize = 2048;
/// The limit of R2, and the most that we send elsewhere.
const MAX_BYTES: usize = 8192;
/// S3's limits for the tags of an object.
const MAX_TAGS: usize = 10;
const MAX_TAG_NAME_CHARACTERS: usize = 128;
const MAX_TAG_VALUE_CHARACTERS: usize = 256;
/// What an encoded word of 75 characters, the longest that RFC 2047 allows, can hold: 60 digits of base64.
const WORD_BYTES: usize = 45;

/// The headers for metadata. A name stands once: `A` and `a` are the same.
///
/// Error: `header_invalid`.
pub(crate) fn metadata_headers(
    metadata: &BTreeMap<String, String>,
    on_s3: bool,
) -> Result<Vec<(String, Cow<'_, str>)>> {
    let bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > if on_s3 { MAX_BYTES_S3 } else { MAX_BYTES } {
        let reason = if on_s3 { "more than 2048 bytes in all" } else { "more than 8192 bytes in all" };
        return Err(invalid("metadata", reason));
    }
    let mut headers: Vec<(String, Cow<'_, str>)> = Vec::with_capacity(metadata.len());
    for (name, value) in metadata {
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(invalid(&format!("{PREFIX}{}", clip(name)), "a name that is no token"));
        }
        let name = format!("{PREFIX}{}", name.to_ascii_lowercase());
        if headers.iter().any(|(other, _)| *other == name) {
            return Err(invalid(&name, "two of the same name"));
        }
        if has_control(value) {
            return Err(invalid(&name, "a value with a line end or another control character"));
        }
        headers.push((name, encoded(value)));
    }
    Ok(headers)
}

/// The value of `x-amz-tagging`: a query string.
///
/// Error: `header_invalid`.
pub(crate) fn tagging_value(tagging: &BTreeMap<String, String>) -> Result<String> {
    let refuse = |reason| Err(invalid("x-amz-tagging", reason));
    if tagging.len() > MAX_TAGS {
        return refuse("more than 10 tags");
    }
    let mut out = String::new();
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
        if !out.is_empty() {
            out.push('&');
        }
        push_query(&mut out, name);
        out.push('=');
        push_query(&mut out, value);
    }
    Ok(out)
}

fn invalid(name: &str, reason: &'static str) -> Error {
    ErrorKind::HeaderInvalid { name: name.to_owned(), reason }.into()
}

/// A character of a header's name (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The value itself, or in encoded words where it is not ASCII. What merely looks like an encoded word is encoded too:
/// S3 would decode it.
fn encoded(value: &str) -> Cow<'_, str> {
    if value.is_ascii() && !value.contains("=?") {
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
