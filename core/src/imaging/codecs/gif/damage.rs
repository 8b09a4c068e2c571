//! The errors of the `gif` crate, in the words of a user.

use ::gif::DecodingError;

use crate::error::Error;
use crate::imaging::codecs::failure::corrupt;

pub(super) const ENDS_EARLY: &str = "a GIF whose data ends early";

/// `image_corrupt` for what the crate refuses.
pub(super) fn damaged(error: &DecodingError) -> Error {
    corrupt(match error {
        DecodingError::UnexpectedEof | DecodingError::EndCodeNotFound => ENDS_EARLY,
        DecodingError::LzwError(_) => "a GIF whose compressed data is damaged",
        // The crate tells these apart only in text.
        DecodingError::Format(error) => match error.to_string().as_str() {
            "image truncated" => ENDS_EARLY,
            "invalid minimal code size" => "a GIF with an invalid LZW code size",
            _ => OTHER,
        },
        _ => OTHER,
    })
}

const OTHER: &str = "a GIF that cannot be decoded";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ImageRules;

    fn refusal(change: impl Fn(&mut Vec<u8>)) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images/static.gif");
        let mut bytes = std::fs::read(path).unwrap();
        change(&mut bytes);
        crate::check(&bytes, None, &ImageRules::default()).unwrap_err().to_string()
    }

    #[test]
    fn damage_is_named_in_plain_words() {
        let descriptor_at = |bytes: &[u8]| bytes.windows(5).position(|bytes| bytes == b",\0\0\0\0").unwrap();
        let code_size = refusal(|bytes| {
            let at = descriptor_at(bytes) + 10;
            bytes[at] = 13;
        });
        assert!(code_size.ends_with("a GIF with an invalid LZW code size"), "{code_size}");
        let cut = refusal(|bytes| {
            // The clear code, and at once the end code.
            let at = descriptor_at(bytes) + 10;
            let clear = 1_u32 << bytes[at];
            let codes = clear | (clear + 1) << (bytes[at] + 1);
            bytes[at + 2..at + 6].copy_from_slice(&codes.to_le_bytes());
        });
        assert!(cut.ends_with(ENDS_EARLY), "{cut}");
    }
}
