//! The errors of the `png` crate, in the words of a user. The crate tells its reasons apart only in text, which names chunks
//! in a debug form (`CRC error: expected 0x1 have 0x2 while decoding ChunkType { type: IDAT, ... } chunk.`).

use std::io::ErrorKind;

use ::png::DecodingError;

use crate::error::Error;
use crate::imaging::codecs::failure::corrupt;

/// `image_corrupt` for what the crate refuses.
pub(super) fn damaged(error: &DecodingError) -> Error {
    corrupt(match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => ENDS_EARLY,
        DecodingError::Format(error) => reason(&error.to_string()),
        _ => OTHER,
    })
}

const ENDS_EARLY: &str = "a PNG whose data ends early";
const OTHER: &str = "a PNG that cannot be decoded";

/// The reason, by how the text of the crate starts.
fn reason(text: &str) -> &'static str {
    const REASONS: [(&str, &str); 8] = [
        ("CRC error", "a PNG with a wrong checksum"),
        ("Corrupt deflate stream", "a PNG whose compressed data is damaged"),
        ("IDAT or f", ENDS_EARLY),
        ("Missing palette", "a PNG that needs a palette and has none"),
        ("Not enough palette entries", "a PNG with a palette of an invalid length"),
        ("Sequence is not in order", "a PNG whose animation is damaged"),
        ("Sub frame", "a PNG whose animation is damaged"),
        ("Unexpected restart", "a PNG with other chunks between those of its image data"),
    ];
    if text.contains("InsufficientInput") {
        return ENDS_EARLY; // a deflate stream that does not end
    }
    REASONS.iter().find(|(start, _)| text.starts_with(start)).map_or(OTHER, |(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ImageRules;

    fn refusal(change: impl Fn(&mut Vec<u8>)) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images/rgb.png");
        let mut bytes = std::fs::read(path).unwrap();
        change(&mut bytes);
        crate::check(&bytes, None, &ImageRules::default()).unwrap_err().to_string()
    }

    #[test]
    fn damage_is_named_in_plain_words() {
        let data_at = |bytes: &[u8]| bytes.windows(4).position(|name| name == b"IDAT").unwrap() + 4;
        let wrong_checksum = refusal(|bytes| {
            let length = u32::from_be_bytes(*bytes[data_at(bytes) - 8..].first_chunk().unwrap()) as usize;
            let at = data_at(bytes) + length;
            bytes[at] ^= 1;
        });
        assert!(wrong_checksum.ends_with("a PNG with a wrong checksum"), "{wrong_checksum}");
        let cut = refusal(|bytes| bytes.truncate(data_at(bytes) + 40));
        assert!(cut.ends_with(ENDS_EARLY), "{cut}");
        let no_zlib = refusal(|bytes| {
            let at = data_at(bytes);
            bytes.truncate(at + 40);
            bytes[at] = 0xff;
        });
        assert!(no_zlib.ends_with("a PNG whose compressed data is damaged"), "{no_zlib}");
    }
}
