//! The headers that are signed besides `Host`: exactly those that the client is told to send.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind, Result};

/// Longer than any header that a server takes.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// The header whose value no `Debug` may show.
const SECRET: &str = "x-amz-server-side-encryption-customer-key";

/// Headers sorted by name, as the canonical request has them. `Host` is not among them. Names are in lower case.
#[derive(Default)]
pub(super) struct SignedHeaders<'a>(Vec<(Cow<'static, str>, Cow<'a, str>)>);

impl<'a> SignedHeaders<'a> {
    /// Adds a header with a value as a caller gives it.
    ///
    /// Error: `header_invalid`.
    pub(super) fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'a, str>>) -> Result<()> {
        let name = name.into();
        let value = canonical_value(value.into()).map_err(|reason| invalid(&name, reason))?;
        self.insert_canonical(name, value);
        Ok(())
    }

    /// Adds a header whose value is a number.
    pub(super) fn insert_number(&mut self, name: &'static str, value: u64) {
        self.insert_canonical(name.into(), Cow::Owned(value.to_string()));
    }

    fn insert_canonical(&mut self, name: Cow<'static, str>, value: Cow<'a, str>) {
        let at = self.0.partition_point(|(other, _)| *other < name);
        self.0.insert(at, (name, value));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The headers as the client must send them.
    pub(super) fn to_map(&self) -> Result<HeaderMap> {
        let mut map = HeaderMap::with_capacity(self.0.len());
        for (name, value) in &self.0 {
            let reason = "characters that a header cannot have";
            let mut value = HeaderValue::from_str(value).map_err(|error| invalid(name, reason).with_source(error))?;
            value.set_sensitive(name == SECRET);
            let name = match name {
                Cow::Borrowed(name) => HeaderName::from_static(name),
                Cow::Owned(name) => {
                    HeaderName::try_from(name).map_err(|error| invalid(name, reason).with_source(error))?
                }
            };
            map.insert(name, value);
        }
        Ok(map)
    }
}

/// Shows the names: a value may be a secret.
impl std::fmt::Debug for SignedHeaders<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

fn invalid(name: &str, reason: &'static str) -> Error {
    ErrorKind::HeaderInvalid { name: name.to_owned(), reason }.into()
}

/// The value as it is signed and sent: no spaces around it, one where there were several. The error is the reason, as
/// the end of "expected ..., received".
pub(super) fn canonical_value(value: Cow<'_, str>) -> Result<Cow<'_, str>, &'static str> {
    if value.len() > MAX_VALUE_BYTES {
        return Err("a value of more than 8192 bytes");
    }
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("a value with a line end or another control character");
    }
    if !value.is_ascii() {
        return Err("a value with characters outside ASCII");
    }
    let trimmed = value.trim_matches(' ');
    if trimmed.is_empty() {
        return Err("an empty value");
    }
    if trimmed.len() == value.len() && !value.contains("  ") {
        return Ok(value);
    }
    let words: Vec<_> = trimmed.split(' ').filter(|word| !word.is_empty()).collect();
    Ok(Cow::Owned(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_collapsed_and_names_sorted() {
        let mut headers = SignedHeaders::default();
        headers.insert("content-type", "  image/png;   q=1 ").unwrap();
        headers.insert("cache-control", "no-store").unwrap();
        headers.insert_number("content-length", 7);
        let listed: Vec<_> = headers.iter().collect();
        assert_eq!(
            listed,
            [("cache-control", "no-store"), ("content-length", "7"), ("content-type", "image/png; q=1")]
        );
        assert_eq!(headers.to_map().unwrap()["content-type"], "image/png; q=1");
    }

    #[test]
    fn injections_are_refused() {
        let too_long = "v".repeat(MAX_VALUE_BYTES + 1);
        for value in ["a\r\nx-evil: 1", "a\n", "a\rb", "a\0", "a\tb", "\u{7f}", "고양이", "", "   ", &too_long] {
            let error = SignedHeaders::default().insert("content-type", value).unwrap_err();
            assert_eq!(error.code(), "header_invalid", "{value:?}");
        }
    }
}
