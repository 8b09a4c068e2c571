//! Random UUIDs, version 4 (RFC 9562, section 5.4), in lower case.

use std::fmt::Write as _;

/// The length of a UUID as text, in bytes.
pub(super) const UUID_BYTES: usize = 36;

/// Appends the UUID of 16 random bytes.
///
/// ```text
/// nonce   0123 4567 89ab cdef 0123 4567 89ab cdef
/// UUID    01234567-89ab-4def-8123-456789abcdef
///                       ^    ^
///                       |    variant: the two highest bits become 10
///                       version: these four bits become 4
/// ```
pub(super) fn push_uuid(out: &mut String, nonce: [u8; 16]) {
    let random = u128::from_be_bytes(nonce);
    let bits = random & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let _ = write!(
        out,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff
    );
}

/// Whether 36 bytes of text are a UUID as [`push_uuid`] writes it.
pub(super) fn is_uuid(text: &str) -> bool {
    let is_valid_at = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == UUID_BYTES && text.bytes().enumerate().all(is_valid_at)
}
