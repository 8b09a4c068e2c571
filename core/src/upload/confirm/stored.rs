//! What an answer's headers say of an object. The store is not trusted to make sense.

use http::{HeaderMap, HeaderName, header};

use crate::error::{Error, ErrorKind, Result};

/// The part of a file that its header is looked for in, in bytes.
pub(super) const HEAD_BYTES: u64 = 262_144;

/// The longest entity tag that is taken, in bytes.
const MAX_ETAG_BYTES: usize = 256;

/// An object as the store describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// Without quotes.
    pub etag: String,
    pub bytes: u64,
}

impl Stored {
    /// From an answer to HEAD.
    ///
    /// Error: `store_response_invalid`.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self> {
        let length = only(headers, &header::CONTENT_LENGTH)?.ok_or_else(|| invalid("a content-length", "none"))?;
        Ok(Self { etag: etag(headers)?, bytes: number(length)? })
    }

    /// The entity tag as conditions have it.
    pub(super) fn quoted_etag(&self) -> String {
        quoted(&self.etag)
    }
}

/// An entity tag as conditions have it.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// The `etag` of an answer, without quotes.
///
/// Error: `store_response_invalid`.
pub(super) fn etag(headers: &HeaderMap) -> Result<String> {
    let text = only(headers, &header::ETAG)?.ok_or_else(|| invalid("an ETag", "none"))?;
    parse_etag(text).ok_or_else(|| invalid("an ETag", "an unreadable one"))
}

/// An entity tag with or without its quotes. One that is weak says nothing of the bytes.
pub(super) fn parse_etag(text: &str) -> Option<String> {
    let text = text.trim();
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_tag = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let is_readable = (1..=MAX_ETAG_BYTES).contains(&tag.len()) && tag.bytes().all(is_tag);
    is_readable.then(|| tag.to_owned())
}

/// The value of a header that stands at most once; twice with the same value is once.
///
/// Error: `store_response_invalid`.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.any(|value| value != first) {
        return Err(invalid("one value for each header", "several"));
    }
    first.to_str().map(|text| Some(text.trim())).map_err(|_| invalid("headers in ASCII", "others"))
}

/// A number of bytes: digits alone.
///
/// Error: `store_response_invalid`.
pub(super) fn number(text: &str) -> Result<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = if is_number { text.parse().ok() } else { None };
    parsed.ok_or_else(|| invalid("a number of bytes", "another text"))
}

/// Whether an answer's `content-range` is this part of so many bytes.
///
/// Error: `store_response_invalid`.
pub(super) fn check_range(headers: &HeaderMap, part_bytes: u64, total_bytes: u64) -> Result<()> {
    let expected = format!("bytes 0-{}/{total_bytes}", part_bytes.saturating_sub(1));
    match only(headers, &header::CONTENT_RANGE)? {
        Some(range) if range.eq_ignore_ascii_case(&expected) => Ok(()),
        Some(_) => Err(invalid("the range asked for", "another one")),
        None => Err(invalid("a content-range", "none")),
    }
}

pub(super) fn invalid(expected: &'static str, reason: &'static str) -> Error {
    ErrorKind::StoreResponseInvalid { expected, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn odd_headers_are_refused() {
        for pairs in [
            &[("content-length", "5")][..],
            &[("etag", "\"a\"")],
            &[("etag", ""), ("content-length", "5")],
            &[("etag", "\"\""), ("content-length", "5")],
            &[("etag", "W/\"a\""), ("content-length", "5")],
            &[("etag", "\"a b\""), ("content-length", "5")],
            &[("etag", "\"a"), ("content-length", "5")],
            &[("etag", "\"a\""), ("etag", "\"b\""), ("content-length", "5")],
            &[("etag", "\"a\""), ("content-length", "5"), ("content-length", "6")],
            &[("etag", "\"a\""), ("content-length", "+5")],
            &[("etag", "\"a\""), ("content-length", "-5")],
            &[("etag", "\"a\""), ("content-length", "5, 5")],
            &[("etag", "\"a\""), ("content-length", "99999999999999999999")],
        ] {
            let error = Stored::read(&headers(pairs)).unwrap_err();
            assert_eq!(error.code(), "store_response_invalid", "{pairs:?}");
        }
        let long = "e".repeat(257);
        assert_eq!(parse_etag(&long), None);
        let twice = headers(&[("etag", "a-2"), ("content-length", "5"), ("content-length", "5")]);
        assert_eq!(Stored::read(&twice).unwrap(), Stored { etag: "a-2".to_owned(), bytes: 5 });
    }

    #[test]
    fn ranges_are_those_asked_for() {
        assert!(check_range(&headers(&[("content-range", "bytes 0-9/20")]), 10, 20).is_ok());
        for range in ["bytes 0-9/*", "bytes 0-8/20", "bytes 1-10/20", "bytes 0-9/21", "bytes=0-9/20", "0-9/20", ""] {
            assert!(check_range(&headers(&[("content-range", range)]), 10, 20).is_err(), "{range}");
        }
        assert!(check_range(&HeaderMap::new(), 10, 20).is_err());
    }
}
