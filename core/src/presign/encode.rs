//! Percent-encoding as Signature Version 4 wants it: every byte but `A-Z a-z 0-9 - _ . ~` becomes `%XX`, in capitals.

use std::borrow::Cow;

/// Which bytes stand for themselves (RFC 3986, "unreserved").
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

/// The same and the slash, which separates the segments of a key.
const UNRESERVED_OR_SLASH: [bool; 256] = {
    let mut table = UNRESERVED;
    table[b'/' as usize] = true;
    table
};

/// What stands for itself in an extended parameter of a header (RFC 8187, "attr-char").
const ATTRIBUTE: [bool; 256] = {
    let mut table = UNRESERVED;
    let more = b"!#$&+^`|";
    let mut at = 0;
    while at < more.len() {
        table[more[at] as usize] = true;
        at += 1;
    }
    table
};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends an object key, its slashes kept.
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

/// A name or a value of the query, itself where nothing is to be encoded.
pub(crate) fn query(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| UNRESERVED[usize::from(byte)]) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(3 * text.len());
    push_query(&mut out, text);
    Cow::Owned(out)
}

/// How long [`push_path`] makes a key, in bytes.
pub(crate) fn path_len(key: &str) -> usize {
    key.bytes().map(|byte| if UNRESERVED_OR_SLASH[usize::from(byte)] { 1 } else { 3 }).sum()
}

/// Copies what may stand in runs, so that the usual key is one copy.
fn push(out: &mut String, text: &str, kept: &[bool; 256]) {
    let mut rest = text;
    // A byte that is not kept may be the first of a longer character: such a character is encoded as a whole, so that
    // `rest` starts with a character again.
    while let Some(run) = rest.bytes().position(|byte| !kept[usize::from(byte)]) {
        let (clean, dirty) = rest.split_at(run);
        out.push_str(clean);
        let width = dirty.chars().next().map_or(dirty.len(), char::len_utf8);
        let (character, after) = dirty.split_at(width);
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
    fn only_unreserved_bytes_stand() {
        assert_eq!(path("/a b+c%d//~-_./é가\u{1f600}"), "/a%20b%2Bc%25d//~-_./%C3%A9%EA%B0%80%F0%9F%98%80");
        let mut out = String::new();
        push_query(&mut out, "AK/20250101=;&");
        assert_eq!(out, "AK%2F20250101%3D%3B%26");
    }

    proptest! {
        #[test]
        fn decoding_gives_the_key_back(key in "\\PC*") {
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
