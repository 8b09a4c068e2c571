//! Changes to what was signed.

use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) fn with(headers: &HeaderMap, name: &str, value: &str) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    headers
}

pub(crate) fn without(headers: &HeaderMap, name: &str) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(name).unwrap();
    headers
}

/// Replaces what must be there.
#[track_caller]
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from) && from != to, "nothing to change: {from}");
    text.replace(from, to)
}

/// The signature is the last parameter of the URL; its last hexadecimal digit becomes another one.
pub(crate) fn change_last_digit(url: &str) -> String {
    let (rest, last) = url.split_at(url.len() - 1);
    assert!(rest.contains("X-Amz-Signature=") && !rest.ends_with('='));
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}
