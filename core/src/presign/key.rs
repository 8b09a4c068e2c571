//! Checks of object keys.

use crate::error::{ErrorKind, Result};

/// The longest key of S3, in bytes of UTF-8.
pub(crate) const MAX_KEY_BYTES: usize = 1024;

/// Checks an object key: 1 to 1024 bytes of UTF-8, no control characters, no segment that is `.` or `..`.
///
/// S3 itself accepts such segments and characters. But HTTP clients resolve `a/../b` before they send it, which breaks the
/// signature, and XML, in which S3 lists keys, has no control characters.
///
/// Error: `upload_key_invalid`.
pub(crate) fn check_key(key: &str) -> Result<()> {
    let reason = if key.is_empty() {
        "an empty one"
    } else if key.len() > MAX_KEY_BYTES {
        "one of more than 1024 bytes"
    } else if has_control(key) {
        "one with a control character"
    } else if has_dot_segment(key) {
        "one with a segment that is . or .."
    } else {
        return Ok(());
    };
    Err(ErrorKind::UploadKeyInvalid { reason }.into())
}

/// Whether the text has a character of Unicode's category Cc: U+0000 to U+001F and U+007F to U+009F. In UTF-8 U+0080 to
/// U+009F are the byte C2 followed by a byte below A0. Every key and header is checked here, so the loops have no branches.
pub(crate) fn has_control(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_ascii_control = |byte: &u8| *byte < 0x20 || *byte == 0x7F;
    let is_c1 = |(first, second): (&u8, &u8)| *first == 0xC2 && *second < 0xA0;
    let found = bytes.iter().fold(false, |found, byte| found | is_ascii_control(byte));
    bytes.iter().zip(bytes.get(1..).unwrap_or_default()).fold(found, |found, pair| found | is_c1(pair))
}

/// Whether a segment of the path is `.` or `..`.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    let bytes = path.as_bytes();
    // Few keys have a segment that starts with a dot, and only they are split.
    let is_start = |(first, second): (&u8, &u8)| *first == b'/' && *second == b'.';
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let starts_with_dot = pairs.fold(bytes.first() == Some(&b'.'), |found, pair| found | is_start(pair));
    starts_with_dot && path.split('/').any(|segment| segment == "." || segment == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_every_client_sends_unchanged_are_accepted() {
        let longest = "k".repeat(MAX_KEY_BYTES);
        for key in
            ["a", "/", "//a//", "/lead", "trail/", "사진/고양이.jpg", "...", "a..b/.c/d.", "%2e%2e/", "a+b ~", &longest]
        {
            assert!(check_key(key).is_ok(), "{key}");
        }
    }

    #[test]
    fn others_are_refused() {
        let too_long = "k".repeat(MAX_KEY_BYTES + 1);
        let too_long_in_bytes = "가".repeat(342);
        for key in
            ["", ".", "..", "a/./b", "a/..", "../a", "a\0", "a\nb", "\u{7f}", "\u{85}", &too_long, &too_long_in_bytes]
        {
            assert_eq!(check_key(key).unwrap_err().code(), "upload_key_invalid", "{key:?}");
        }
    }
}
