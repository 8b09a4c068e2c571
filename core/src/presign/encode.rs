//! Percent-encoding as Signature Version 4 prescribes it: every byte but `A-Z a-z 0-9 - _ . ~` becomes `%XX`, with digits in
//! upper case.

use std::borrow::Cow;

/// The bytes that are not encoded (RFC 3986, "unreserved").
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

/// The same with the slash, which separates the segments of a key.
const UNRESERVED_OR_SLASH: [bool; 256] = {
    let mut table = UNRESERVED;
    table[b'/' as usize] = true;
    table
};

/// The bytes that are not encoded in an extended parameter of a header (RFC 8187, "attr-char").
const ATTRIBUTE: [bool; 256] = {
    let mut table = UNRESERVED;
    let others = b"!#$&+^`|";
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends an object key; slashes are kept.
pub(crate) fn push_path(out: &mut String, key: &str) {
    push(out, key, &UNRESERVED_OR_SLASH);
}

/// Appends a name or a value of the query; a slash becomes `%2F`.
pub(crate) fn push_query(out: &mut String, text: &str) {
    push(out, text, &UNRESERVED);
}

/// Appends the value of an extended parameter of a header (RFC 8187).
pub(crate) fn push_attribute(out: &mut String, text: &str) {
    push(out, text, &ATTRIBUTE);
}

/// A name or a value of the query, encoded; borrowed where nothing has to be.
pub(crate) fn encoded_query(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| UNRESERVED[usize::from(byte)]) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(3 * text.len());
    push_query(&mut out, text);
    Cow::Owned(out)
}

/// The length of a key as [`push_path`] writes it, in bytes.
pub(crate) fn path_len(key: &str) -> usize {
    key.bytes().map(|byte| if UNRESERVED_OR_SLASH[usize::from(byte)] { 1 } else { 3 }).sum()
}

/// Appends the text, and copies runs of bytes that are kept as a whole: a usual key is one copy.
fn push(out: &mut String, text: &str, kept: &[bool; 256]) {
    let mut rest = text;
    // A character of several bytes is encoded as a whole, so that `rest` always starts at a character.
    while let Some(run) = rest.bytes().position(|byte| !kept[usize::from(byte)]) {
        let (kept_run, encoded) = rest.split_at(run);
        out.push_str(kept_run);
        let width = encoded.chars().next().map_or(encoded.len(), char::len_utf8);
        let (character, after) = encoded.split_at(width);
        for byte in character.bytes() {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(key: &str) -> String {
        let mut out = String::new();
        push_path(&mut out, key);
        out
    }

    #[test]
    fn only_unreserved_bytes_are_kept() {
        assert_eq!(path("/a b+c%d//~-_./é가\u{1f600}"), "/a%20b%2Bc%25d//~-_./%C3%A9%EA%B0%80%F0%9F%98%80");
        let mut out = String::new();
        push_query(&mut out, "AK/20250101=;&");
        assert_eq!(out, "AK%2F20250101%3D%3B%26");
    }

    proptest! {
        #[test]
        fn a_decoded_path_is_the_key(key in "\\PC*") {
            let encoded = path(&key);
            prop_assert_eq!(encoded.len(), path_len(&key));
            let mut bytes = Vec::new();
            let mut rest = encoded.as_bytes();
            while let [first, after @ ..] = rest {
                if *first == b'%' {
                    let digits = std::str::from_utf8(&after[..2]).unwrap();
                    bytes.push(u8::from_str_radix(digits, 16).unwrap());
                    rest = &after[2..];
                } else {
                    prop_assert!(first.is_ascii_alphanumeric() || b"-_.~/".contains(first));
                    bytes.push(*first);
                    rest = after;
                }
            }
            prop_assert_eq!(bytes, key.as_bytes());
        }
    }
}
