//! Strict base64 (RFC 4648, section 4): decoding, and the first defect of a text that is refused.

use base64::Engine as _;
use base64::engine::GeneralPurposeConfig;

use super::white_space::is_white_space;

/// The first defect of base64 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Defect {
    /// The offset of the symbol.
    pub(super) offset: usize,
    pub(super) reason: &'static str,
}

/// Decodes symbols that have no escapes and no white space.
pub(super) fn decode_base64(symbols: &[u8]) -> Result<Vec<u8>, Defect> {
    // The system provides zeroed pages lazily: only the bytes that are written cost anything.
    let mut bytes = vec![0; symbols.len().div_ceil(4) * 3];
    match engine().decode_slice(symbols, &mut bytes) {
        Ok(length) => {
            bytes.truncate(length);
            Ok(bytes)
        }
        Err(_) => Err(first_defect(symbols)),
    }
}

/// The first defect of a text that the engine has refused: at the first symbol with which the text is no longer the start of
/// any base64 text. Only this slow path examines symbols one by one.
///
/// ```text
/// Zm9v!mFy   offset 4: a character outside its alphabet
/// Zg==Zg==   offset 4: data after the padding
/// Zm9vYg     offset 6: too little padding
/// Zh==       offset 1: bits set after the last byte ('h' is 100001, and only its first two bits are data)
/// ```
fn first_defect(symbols: &[u8]) -> Defect {
    let defect = |offset, reason| Defect { offset, reason };
    let mut padding = 0;
    for (offset, symbol) in symbols.iter().enumerate() {
        let position = offset % 4;
        match symbol {
            b'=' if position >= 2 => padding += 1,
            b'=' => return defect(offset, "padding where none belongs"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => return defect(offset, "data after the padding"),
            symbol if is_white_space(*symbol) => return defect(offset, "white space"),
            b'-' | b'_' => return defect(offset, "a character of the URL-safe alphabet"),
            _ => return defect(offset, "a character outside its alphabet"),
        }
    }
    match (symbols.len() % 4, padding) {
        (0, _) => defect((symbols.len() - padding).saturating_sub(1), "bits set after the last byte"),
        (1, _) => defect(symbols.len() - 1, "a single character after the last group of four"),
        _ => defect(symbols.len(), "too little padding"),
    }
}

/// The SIMD engine where there is one. Both engines accept and refuse the same texts.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) fn engine() -> base64::engine::Simd {
    base64::engine::Simd::standard(GeneralPurposeConfig::new())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) fn engine() -> base64::engine::GeneralPurpose {
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SIMD engine against the scalar one, at every length around its block sizes, one byte damaged.
    #[test]
    fn both_engines_accept_and_refuse_the_same() {
        let scalar = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new());
        for length in 0..200 {
            let text = scalar.encode((0..length).map(|n| (n * 37 % 256) as u8).collect::<Vec<_>>());
            assert_eq!(decode_base64(text.as_bytes()).ok(), scalar.decode(&text).ok());
            for position in 0..text.len() {
                for damage in [b'=', b'-', b' ', 0, 0x80, b'B'] {
                    let mut damaged = text.clone().into_bytes();
                    damaged[position] = damage;
                    assert_eq!(decode_base64(&damaged).ok(), scalar.decode(&damaged).ok());
                }
            }
        }
    }
}
