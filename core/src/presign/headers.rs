//! The headers that are signed besides `Host`: exactly those that the client is told to send.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind, Result};

/// Longer than any header that a server takes.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// Headers sorted by name, as the canonical request has them. `Host` is not among them.
#[derive(Debug, Default)]
pub(super) struct SignedHeaders<'a>(Vec<(HeaderName, Cow<'a, str>)>);

impl<'a> SignedHeaders<'a> {
    /// Adds a header with a value as a caller gives it.
    ///
    /// Error: `header_invalid`.
    pub(super) fn insert(&mut self, name: HeaderName, value: &'a str) -> Result<()> {
        let value = canonical_value(value).map_err(|reason| invalid(&name, reason))?;
        self.insert_canonical(name, value);
        Ok(())
    }

    /// Adds a header whose value is a number.
    pub(super) fn insert_number(&mut self, name: HeaderName, value: u64) {
        self.insert_canonical(name, Cow::Owned(value.to_string()));
    }

    fn insert_canonical(&mut self, name: HeaderName, value: Cow<'a, str>) {
        let at = self.0.partition_point(|(other, _)| other.as_str() < name.as_str());
        self.0.insert(at, (name, value));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// The headers as the client must send them.
    pub(super) fn into_map(self) -> Result<HeaderMap> {
        let mut map = HeaderMap::with_capacity(self.0.len());
        for (name, value) in self.0 {
            let value = HeaderValue::from_str(&value)
                .map_err(|error| invalid(&name, "characters that a header cannot have").with_source(error))?;
            map.insert(name, value);
        }
        Ok(map)
    }
}

fn invalid(name: &HeaderName, reason: &'static str) -> Error {
    ErrorKind::HeaderInvalid { name: name.as_str().to_owned(), reason }.into()
}

/// The value as it is signed and sent: no spaces around it, one where there were several.
fn canonical_value(value: &str) -> Result<Cow<'_, str>, &'static str> {
    if value.len() > MAX_VALUE_BYTES {
        return Err("a value of more than 8192 bytes");
    }
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("a value with a line end or another control character");
    }
    if !value.is_ascii() {
        return Err("a value with characters outside ASCII");
    }
    let value = value.trim_matches(' ');
    if value.is_empty() {
        return Err("an empty value");
    }
    if !value.contains("  ") {
        return Ok(Cow::Borrowed(value));
    }
    let mut collapsed = String::with_capacity(value.len());
    for word in value.split(' ').filter(|word| !word.is_empty()) {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    Ok(Cow::Owned(collapsed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};

    #[test]
    fn values_are_collapsed_and_names_sorted() {
        let mut headers = SignedHeaders::default();
        headers.insert(CONTENT_TYPE, "  image/png;   q=1 ").unwrap();
        headers.insert(CACHE_CONTROL, "no-store").unwrap();
        headers.insert_number(CONTENT_LENGTH, 7);
        let listed: Vec<_> = headers.iter().collect();
        assert_eq!(
            listed,
            [("cache-control", "no-store"), ("content-length", "7"), ("content-type", "image/png; q=1")]
        );
        assert_eq!(headers.into_map().unwrap()[CONTENT_TYPE], "image/png; q=1");
    }

    #[test]
    fn injections_are_refused() {
        let too_long = "v".repeat(MAX_VALUE_BYTES + 1);
        for value in ["a\r\nx-evil: 1", "a\n", "a\rb", "a\0", "a\tb", "\u{7f}", "고양이", "", "   ", &too_long] {
            let error = SignedHeaders::default().insert(CONTENT_TYPE, value).unwrap_err();
            assert_eq!(error.code(), "header_invalid", "{value:?}");
        }
    }
}
