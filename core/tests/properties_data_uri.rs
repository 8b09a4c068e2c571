//! Properties of the data-URI parser: no text makes it panic, and what it accepts is within the rules and is what the text
//! encodes.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report of a test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presize::{ImageFormat, ImageRules, decode_data_uri, decode_data_uris, encode_data_uri};
use proptest::prelude::*;

fn picture() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/images/one_pixel.png")).unwrap()
}

/// Text that usually has the scheme of a data URI.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "data:[ -~]{0,80}",
        "(data|DATA):image/(png|jpeg|gif|webp)(;[a-z=%\" ]{0,12}){0,3};base64,[A-Za-z0-9+/=%]{0,120}",
        "data:image/png;base64,([A-Za-z0-9+/]{1,9}|[ \n\r\t]|%20|%0[aAdD]|%2[bBfF]){0,30}=?[ \n]?=?[ \n]?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_text_panics_and_offsets_lie_in_it(
        text in text(), allow_bare_base64: bool, allow_whitespace: bool, max_bytes in 1_u64..200,
    ) {
        let rules = ImageRules::default().allow_bare_base64(allow_bare_base64).max_bytes(max_bytes);
        let rules = rules.allow_whitespace(allow_whitespace);
        match decode_data_uri(&text, &rules) {
            Ok(image) => prop_assert!(image.bytes.len() as u64 <= max_bytes),
            Err(error) => {
                for (name, detail) in error.details() {
                    if let ("offset", presize::error::Detail::Integer(offset)) = (name, detail) {
                        prop_assert!(offset <= text.len() as u64, "{offset} of {text:?}");
                    }
                }
            }
        }
        let list = [text.as_str(), "data:,", &text];
        let refused = decode_data_uris(&list, &rules).unwrap_err();
        prop_assert!(refused.index().is_some_and(|index| index < 2) || refused.code() == "data_uri_total_too_large");
    }

    #[test]
    fn one_changed_byte_is_refused_or_decodes_as_the_text_says(position in 0_usize..200, replacement in "[ -~]") {
        let mut text = encode_data_uri(&picture(), ImageFormat::Png);
        let position = position % text.len();
        text.replace_range(position..=position, &replacement);
        let rules = ImageRules::default().allow_bare_base64(true).allow_type_mismatch(true).allow_polyglots(true);
        if let Ok(image) = decode_data_uri(&text, &rules) {
            let data = text.split_once(',').unwrap().1.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
            prop_assert_eq!(STANDARD.decode(data).unwrap(), image.bytes.into_owned());
        }
    }
}

proptest! {
    #[test]
    fn white_space_changes_nothing(
        places in prop::collection::vec((any::<prop::sample::Index>(), "[ \t\r\n\u{c}]|%20|%0[9aAcCdD]"), 1..40),
    ) {
        let plain = encode_data_uri(&picture(), ImageFormat::Png);
        let header = plain.find(',').unwrap() + 1;
        let mut symbols: Vec<String> = plain[header..].chars().map(String::from).collect();
        for (place, space) in &places {
            symbols[place.index(plain.len() - header)].push_str(space);
        }
        let spaced = format!("{}{}", &plain[..header], symbols.concat());
        let rules = ImageRules::default().allow_whitespace(true).max_bytes(picture().len() as u64 + 2);
        prop_assert_eq!(decode_data_uri(&spaced, &rules).unwrap().bytes, picture());
        prop_assert_eq!(decode_data_uri(&spaced, &ImageRules::default()).unwrap_err().code(), "data_uri_base64_invalid");
        // The offset of an error is in the text as it was given.
        let damaged = places[0].0.index(plain.len() - header);
        symbols[damaged].replace_range(0..1, "!");
        let text = format!("{}{}", &plain[..header], symbols.concat());
        let offset = header + symbols[..damaged].concat().len();
        let error = decode_data_uri(&text, &rules).unwrap_err();
        let found = error.details().into_iter().find(|(name, _)| *name == "offset").map(|(_, detail)| detail);
        prop_assert_eq!(found, Some(presize::error::Detail::Integer(offset as u64)));
    }
}

#[test]
fn what_is_encoded_decodes_to_the_same_bytes() {
    let uri = encode_data_uri(&picture(), ImageFormat::Png);
    let image = decode_data_uri(&uri, &ImageRules::default()).unwrap();
    assert_eq!(image.bytes, picture());
    assert_eq!(image.to_data_uri(), uri);
}
