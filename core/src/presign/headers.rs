//! The headers that are signed besides `Host`, which are exactly those that the client is told to send, and the canonical
//! headers that they become.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, Result};
use crate::presign::encode::push_query;

/// The longest value, in bytes: servers refuse longer header lines.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// The header whose value no `Debug` shows.
const SECRET_HEADER: &str = "x-amz-server-side-encryption-customer-key";

/// The headers to be signed, sorted by name as the canonical request needs them, without `Host`.
#[derive(Default)]
pub(super) struct HeadersToSign<'a>(Vec<(HeaderName, Cow<'a, str>)>);

impl<'a> HeadersToSign<'a> {
    /// Adds a header. The value is checked, and its spaces are collapsed.
    ///
    /// Error: `header_invalid`.
    pub(super) fn insert(&mut self, name: HeaderName, value: impl Into<Cow<'a, str>>) -> Result<()> {
        let value = canonical_value(value.into()).map_err(|reason| Error::header_invalid(name.as_str(), reason))?;
        self.insert_canonical(name, value);
        Ok(())
    }

    /// Adds a header whose value may be empty, as that of metadata may.
    ///
    /// Error: `header_invalid`.
    pub(super) fn insert_or_empty(&mut self, name: HeaderName, value: Cow<'a, str>) -> Result<()> {
        if value.bytes().all(|byte| byte == b' ') {
            self.insert_canonical(name, Cow::Borrowed(""));
            return Ok(());
        }
        self.insert(name, value)
    }

    /// Adds a header whose value is a number.
    pub(super) fn insert_number(&mut self, name: HeaderName, value: u64) {
        self.insert_canonical(name, Cow::Owned(value.to_string()));
    }

    fn insert_canonical(&mut self, name: HeaderName, value: Cow<'a, str>) {
        let at = self.0.partition_point(|(other, _)| other.as_str() < name.as_str());
        self.0.insert(at, (name, value));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// The headers as the client must send them.
    pub(super) fn into_map(self) -> Result<HeaderMap> {
        let mut map = HeaderMap::with_capacity(self.0.len());
        for (name, value) in self.0 {
            let value = match value {
                Cow::Borrowed(text) => HeaderValue::from_str(text),
                Cow::Owned(text) => HeaderValue::try_from(text),
            };
            let mut value = value.map_err(|error| {
                Error::header_invalid(name.as_str(), "characters that a header cannot have").with_source(error)
            })?;
            value.set_sensitive(name == SECRET_HEADER);
            map.insert(name, value);
        }
        Ok(map)
    }
}

/// SigV4's `CanonicalHeaders` and `SignedHeaders`, `host` included.
#[derive(Clone)]
pub(super) struct CanonicalHeaders {
    /// One line for each header: `content-type:image/png`.
    pub(super) lines: String,
    /// The signed headers: `content-type;host`.
    pub(super) names: String,
    /// The signed headers as a value of the query: `content-type%3Bhost`.
    pub(super) encoded_names: String,
}

impl CanonicalHeaders {
    pub(super) fn new(headers: &HeadersToSign<'_>, host: &str) -> Self {
        let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let mut canonical = Self {
            lines: String::with_capacity(bytes + host.len() + 6),
            names: String::with_capacity(bytes + 4),
            encoded_names: String::with_capacity(bytes + 2 * headers.len() + 4),
        };
        let host_index = headers.0.partition_point(|(name, _)| name.as_str() < "host");
        for (name, value) in headers.iter().take(host_index) {
            canonical.push(name, value);
        }
        canonical.push("host", host);
        for (name, value) in headers.iter().skip(host_index) {
            canonical.push(name, value);
        }
        canonical
    }

    fn push(&mut self, name: &str, value: &str) {
        if !self.names.is_empty() {
            self.names.push(';');
            self.encoded_names.push_str("%3B");
        }
        self.names.push_str(name);
        push_query(&mut self.encoded_names, name);
        for text in [name, ":", value, "\n"] {
            self.lines.push_str(text);
        }
    }
}

/// Shows the names alone: a value may be a secret.
impl std::fmt::Debug for HeadersToSign<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Checks the value of a header, or of a query parameter that becomes a header of the response. The error is the reason, as
/// the end of "expected ..., received".
pub(super) fn check_value(value: &str) -> Result<(), &'static str> {
    if value.len() > MAX_VALUE_BYTES {
        return Err("a value of more than 8192 bytes");
    }
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("a value with a line end or another control character");
    }
    if !value.is_ascii() {
        return Err("a value with characters outside ASCII");
    }
    if value.bytes().all(|byte| byte == b' ') {
        return Err("an empty value");
    }
    Ok(())
}

/// The value as SigV4 signs it and the client sends it: trimmed, with each run of spaces collapsed into one.
fn canonical_value(value: Cow<'_, str>) -> Result<Cow<'_, str>, &'static str> {
    check_value(&value)?;
    let bytes = value.as_bytes();
    let is_canonical =
        bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ') && !bytes.windows(2).any(|pair| pair == b"  ");
    if is_canonical {
        return Ok(value);
    }
    let trimmed = value.trim_matches(' ');
    let words: Vec<_> = trimmed.split(' ').filter(|word| !word.is_empty()).collect();
    Ok(Cow::Owned(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_collapsed_and_names_sorted() {
        let mut headers = HeadersToSign::default();
        headers.insert(HeaderName::from_static("content-type"), "  image/png;   q=1 ").unwrap();
        headers.insert(HeaderName::from_static("cache-control"), "no-store").unwrap();
        headers.insert_number(HeaderName::from_static("content-length"), 7);
        let listed: Vec<_> = headers.iter().collect();
        assert_eq!(
            listed,
            [("cache-control", "no-store"), ("content-length", "7"), ("content-type", "image/png; q=1")]
        );
        assert_eq!(headers.into_map().unwrap()["content-type"], "image/png; q=1");
    }

    #[test]
    fn injections_are_refused() {
        let too_long = "v".repeat(MAX_VALUE_BYTES + 1);
        for value in ["a\r\nx-evil: 1", "a\n", "a\rb", "a\0", "a\tb", "\u{7f}", "고양이", "", "   ", &too_long] {
            let error = HeadersToSign::default().insert(HeaderName::from_static("content-type"), value).unwrap_err();
            assert_eq!(error.code(), "header_invalid", "{value:?}");
        }
    }
}
