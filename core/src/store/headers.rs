//! Values of an answer's headers. The store is not trusted: a value that is missing, ambiguous or malformed is an error.

use http::{HeaderMap, HeaderName, header};

use crate::error::{Error, ErrorKind, Result};

/// The longest entity tag that is accepted, in bytes.
const MAX_ETAG_BYTES: usize = 256;

/// The value of a header that may occur once. Repeated with the same value, it counts once.
///
/// Error: `store_response_invalid`.
pub(crate) fn single_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|value| value != first) {
        return Err(response_invalid("one value for each header", "several"));
    }
    first.to_str().map(|text| Some(text.trim())).map_err(|_| response_invalid("headers in ASCII", "others"))
}

/// The `content-length`, in bytes.
///
/// Error: `store_response_invalid`.
pub(crate) fn content_length(headers: &HeaderMap) -> Result<Option<u64>> {
    single_value(headers, &header::CONTENT_LENGTH)?.map(parse_digits).transpose()
}

/// Digits alone: `str::parse` would accept a sign.
fn parse_digits(text: &str) -> Result<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = if is_number { text.parse().ok() } else { None };
    parsed.ok_or_else(|| response_invalid("a number of bytes", "another text"))
}

/// The `etag`, without quotes.
///
/// Error: `store_response_invalid`.
pub(crate) fn etag(headers: &HeaderMap) -> Result<String> {
    let text = single_value(headers, &header::ETAG)?.ok_or_else(|| response_invalid("an ETag", "none"))?;
    parse_etag(text).ok_or_else(|| response_invalid("an ETag", "an unreadable one"))
}

/// A strong entity tag, with or without its quotes. A weak one (`W/"a"`) does not identify bytes, and is refused.
pub(crate) fn parse_etag(text: &str) -> Option<String> {
    let text = text.trim();
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_tag = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let is_readable = (1..=MAX_ETAG_BYTES).contains(&tag.len()) && tag.bytes().all(is_tag);
    is_readable.then(|| tag.to_owned())
}

/// Checks that the `content-range` is the first `part_bytes` of `total_bytes`.
///
/// Error: `store_response_invalid`.
pub(crate) fn check_content_range(headers: &HeaderMap, part_bytes: u64, total_bytes: u64) -> Result<()> {
    let expected = format!("bytes 0-{}/{total_bytes}", part_bytes.saturating_sub(1));
    match single_value(headers, &header::CONTENT_RANGE)? {
        Some(range) if range.eq_ignore_ascii_case(&expected) => Ok(()),
        Some(_) => Err(response_invalid("the range asked for", "another one")),
        None => Err(response_invalid("a content-range", "none")),
    }
}

/// The error for an answer that makes no sense.
pub(crate) fn response_invalid(expected: &'static str, reason: &'static str) -> Error {
    ErrorKind::StoreResponseInvalid { expected, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_short() {
        assert_eq!(parse_etag(&"e".repeat(256)), Some("e".repeat(256)));
        assert_eq!(parse_etag(&"e".repeat(257)), None);
    }

    fn range(text: &str) -> HeaderMap {
        [(header::CONTENT_RANGE, text.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn ranges_are_those_asked_for() {
        assert!(check_content_range(&range("bytes 0-9/20"), 10, 20).is_ok());
        for other in ["bytes 0-9/*", "bytes 0-8/20", "bytes 1-10/20", "bytes 0-9/21", "bytes=0-9/20", "0-9/20", ""] {
            assert!(check_content_range(&range(other), 10, 20).is_err(), "{other}");
        }
        assert!(check_content_range(&HeaderMap::new(), 10, 20).is_err());
    }
}
