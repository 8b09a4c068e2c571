//! Percent-decoding, once: of paths, where `+` is a plus, and of forms and queries, where it is a space.

use std::borrow::Cow;

/// A segment of a path or a whole path (RFC 3986, section 2.1). `None` where a percent sign is not followed by two
/// hexadecimal digits, or the bytes are no UTF-8.
pub(super) fn decode_path(text: &str) -> Option<Cow<'_, str>> {
    decode(text, false)
}

/// A name or a value of a query (WHATWG URL, application/x-www-form-urlencoded). `None` as in [`decode_path`]: browsers pass
/// over such text, but a cache key must not depend on how it is mended.
pub(super) fn decode_form(text: &str) -> Option<Cow<'_, str>> {
    decode(text, true)
}

fn decode(text: &str, plus_is_space: bool) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| byte == b'%' || (byte == b'+' && plus_is_space)) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'%' => {
                let [high, low, after @ ..] = after else { return None };
                bytes.push(digit(*high)? << 4 | digit(*low)?);
                rest = after;
            }
            b'+' if plus_is_space => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_space_in_forms_alone() {
        assert_eq!(decode_path("a+b%20c%2Bd").as_deref(), Some("a+b c+d"));
        assert_eq!(decode_form("a+b%20c%2Bd").as_deref(), Some("a b c+d"));
        assert_eq!(decode_path("%ED%95%9C%252e").as_deref(), Some("한%2e"), "decoded once");
    }

    #[test]
    fn what_is_not_encoded_properly_is_nothing() {
        for text in ["%", "%1", "%g1", "%+1", "a%", "%ff", "%ed%95", "%c0%ae"] {
            assert_eq!((decode_path(text), decode_form(text)), (None, None), "{text}");
        }
    }
}
