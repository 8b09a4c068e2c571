//! Any text is refused with an error or gives an image within the limits, and what is given can be given again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presize::{ImageRules, decode_data_uri, encode_data_uri};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for (bare, spaced) in [(false, false), (true, false), (false, true), (true, true)] {
        let rules = ImageRules::default().max_bytes(1 << 16).max_pixels(1 << 20);
        let rules = rules.allow_bare_base64(bare).allow_whitespace(spaced);
        if let Ok(image) = decode_data_uri(&text, &rules) {
            assert!(image.bytes.len() <= 1 << 16);
            let again = encode_data_uri(&image.bytes, image.format);
            assert_eq!(decode_data_uri(&again, &rules).expect("our own text is fine").bytes, image.bytes);
        }
    }
});
