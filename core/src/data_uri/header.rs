//! The header of a data URI: everything before its payload.

use crate::error::{Error, ErrorKind, Result};

/// The longest header, in bytes. Real ones have 15 to 100.
pub(super) const MAX_HEADER_BYTES: usize = 1024;

/// A parsed header.
pub(super) struct Header<'a> {
    /// Empty where nothing is declared.
    pub(super) media_type: &'a str,
    /// The offset of the payload in the text.
    pub(super) payload_offset: usize,
}

/// Parses `data:type/subtype;parameters;base64,`; the caller has checked the scheme.
pub(super) fn parse_header(text: &str, allow_whitespace: bool) -> Result<Header<'_>> {
    let window = &text.as_bytes()[..text.len().min(MAX_HEADER_BYTES)];
    let comma = window.iter().position(|byte| *byte == b',').ok_or_else(|| malformed("no comma after its header"))?;
    let header = &text[5..comma];
    let (media_type, mut parameters) = header.split_once(';').map_or((header, None), |(kind, rest)| (kind, Some(rest)));
    let is_media_type = media_type.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    // Some clients write an empty media type for a file whose type they do not know.
    if !is_media_type && !media_type.is_empty() {
        return Err(malformed("no media type"));
    }
    let mut is_base64 = false;
    while let Some(text) = parameters {
        if is_base64 {
            return Err(malformed("a parameter after ;base64"));
        }
        let (parameter, rest) = first_parameter(if allow_whitespace { text.trim_ascii_start() } else { text });
        parameters = rest;
        if parameter.eq_ignore_ascii_case("base64") {
            is_base64 = true;
        } else if !parameter.split_once('=').is_some_and(|(name, value)| is_token(name) && is_value(value)) {
            return Err(malformed("a malformed parameter"));
        }
    }
    if !is_base64 {
        return Err(malformed("data that is not declared as base64"));
    }
    Ok(Header { media_type, payload_offset: comma + 1 })
}

/// The first parameter, and the text after its semicolon. A semicolon within a quoted string (RFC 2045) is part of the value;
/// a quote that is never closed is an ordinary character.
fn first_parameter(text: &str) -> (&str, Option<&str>) {
    let end = text.find(';').unwrap_or(text.len());
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let closing = value.strip_prefix('"').and_then(closing_quote).map(|length| name.len() + 2 + length);
    let end = match closing {
        Some(closing) if name.len() < end => text[closing..].find(';').map_or(text.len(), |length| closing + length),
        _ => end,
    };
    (&text[..end], text.get(end + 1..))
}

/// The offset of the quote that closes a quoted string, in the text after the opening quote. A backslash escapes the next
/// character.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

/// Whether the text is a token (RFC 2045, section 5.1).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=%".contains(&byte))
}

/// Whether the text can be the value of a parameter: a token, a quoted string or text with escapes. The parser has cut it at
/// semicolon and comma, so that only control characters are left to refuse.
fn is_value(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// The error for a text that is not a data URI.
pub(super) fn malformed(reason: &'static str) -> Error {
    ErrorKind::DataUriMalformed { reason }.into()
}
