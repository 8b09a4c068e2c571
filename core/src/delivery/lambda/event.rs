//! `parse_event` and what is read of its values: a value of another type than the documentation says is an error.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::json_scan::{JsonLimits, JsonScanner};

/// Lambda takes events of up to 6 MB; the body of a request may be one long string.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Bounds the number of values. The documentation's largest events have about 1 KiB outside of strings, a request has at
/// most 20 KiB of headers.
const MAX_STRUCTURE_BYTES: u64 = 256 * 1024;
/// The documentation's deepest event has 8 levels; those of an authorizer are its own.
const MAX_DEPTH: u32 = 32;

/// Parses the text of an event. What it costs is bounded before it is parsed.
///
/// Error: `event_malformed`.
pub(super) fn parse_event(text: &str) -> Result<Value> {
    if text.len() > MAX_BYTES {
        return Err(malformed("more than 8 MiB"));
    }
    let limits = JsonLimits::default().max_structure_bytes(MAX_STRUCTURE_BYTES).max_depth(MAX_DEPTH);
    let mut scanner = JsonScanner::new(&limits)?;
    scanner.push(text.as_bytes()).map_err(|_| malformed("JSON of more values or levels than an event has"))?;
    serde_json::from_str(text).map_err(|_| malformed("text that is no JSON"))
}

/// The error for an event of another form.
pub(super) fn malformed(received: &'static str) -> Error {
    ErrorKind::EventMalformed { received }.into()
}

/// A text that must be there.
pub(super) fn text<'a>(value: &'a Value, received: &'static str) -> Result<&'a str> {
    value.as_str().ok_or_else(|| malformed(received))
}

/// A text that may be left out or `null`.
pub(super) fn optional_text<'a>(value: &'a Value, received: &'static str) -> Result<Option<&'a str>> {
    if value.is_null() { Ok(None) } else { text(value, received).map(Some) }
}

/// An object that may be left out or `null`: gateways write `null` for an empty one.
pub(super) fn optional_object<'a>(value: &'a Value, received: &'static str) -> Result<Option<&'a Map<String, Value>>> {
    match value {
        Value::Null => Ok(None),
        Value::Object(object) => Ok(Some(object)),
        _ => Err(malformed(received)),
    }
}

/// The texts of a list, or of an element that is left out.
pub(super) fn texts<'a>(value: &'a Value, received: &'static str) -> Result<Vec<&'a str>> {
    let list = value.as_array().ok_or_else(|| malformed(received))?;
    list.iter().map(|element| text(element, received)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_bounded_before_it_is_parsed() {
        let long = format!("{{\"body\": \"{}\"}}", "a".repeat(MAX_BYTES - 100));
        assert!(parse_event(&long).is_ok());
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_event(&deep(32)).is_ok());
        let structure = |values: usize| format!("[1{}]", ",1".repeat(values));
        assert!(parse_event(&structure(100_000)).is_ok());
        for (text, received) in [
            (format!("{long}{}", " ".repeat(200)), "more than 8 MiB"),
            (deep(33), "JSON of more values or levels than an event has"),
            (structure(140_000), "JSON of more values or levels than an event has"),
            (String::new(), "text that is no JSON"),
            ("{\"a\": 1".to_owned(), "text that is no JSON"),
            ("{\"a\": \"\\ud800\"}".to_owned(), "text that is no JSON"),
            ("{} {}".to_owned(), "text that is no JSON"),
        ] {
            let error = parse_event(&text).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::EventMalformed { received });
        }
    }
}
