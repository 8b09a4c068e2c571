//! White space in the payload of a data URI, plain or escaped.

/// Counts the bytes that match.
#[allow(clippy::naive_bytecount, reason = "the compiler vectorises it; not worth a dependency")]
pub(super) fn count(data: &[u8], matches: impl Fn(u8) -> bool) -> usize {
    data.iter().filter(|byte| matches(**byte)).count()
}

/// Counts the characters of white space, escaped ones included. `escapes` is the number of percent signs.
pub(super) fn count_white_space(data: &[u8], escapes: usize) -> usize {
    let plain = count(data, is_white_space);
    if escapes == 0 {
        return plain;
    }
    plain + data.windows(3).filter(|three| starts_with_escaped_space(three)).count()
}

/// Whether a byte is ASCII white space, which the forgiving base64 of the WHATWG Infra Standard removes.
pub(super) fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether the data starts with escaped white space: `%20`, `%09`, `%0A`, `%0C`, `%0D`.
pub(super) fn starts_with_escaped_space(data: &[u8]) -> bool {
    matches!(data, [b'%', b'2', b'0', ..] | [b'%', b'0', b'9' | b'a' | b'A' | b'c' | b'C' | b'd' | b'D', ..])
}

/// The data without the white space at its end.
pub(super) fn trim_white_space_end(mut data: &[u8]) -> &[u8] {
    loop {
        data = match data {
            [rest @ .., last] if is_white_space(*last) => rest,
            [rest @ .., a, b, c] if starts_with_escaped_space(&[*a, *b, *c]) => rest,
            _ => return data,
        };
    }
}
