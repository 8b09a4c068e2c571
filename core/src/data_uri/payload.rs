//! A data URI whose header is parsed and whose payload is measured: the limits hold before anything is decoded.
//!
//! ```text
//! data:image/png;base64,Zg%3D%3D     8 bytes of payload, 2 escapes: 4 symbols, 2 of them padding: decodes to 1 byte
//! ```

use crate::error::{Error, ErrorKind, Result};
use crate::rules::ImageRules;

use super::base64::decode_base64;
use super::header::{malformed, parse_header};
use super::white_space::{count, count_white_space, is_white_space, starts_with_escaped_space, trim_white_space_end};

/// A parsed data URI that is within the limits, not decoded yet.
pub(super) struct DataUri<'a> {
    /// The declared media type; `None` for bare base64.
    pub(super) media_type: Option<&'a str>,
    payload: &'a [u8],
    /// The offset of the payload in the text, for the offsets of errors.
    payload_offset: usize,
    /// Whether the rules allow white space, which is then left out.
    skips_white_space: bool,
    /// Whether the payload consists of base64 symbols alone, without escapes and white space.
    is_plain: bool,
    /// The number of base64 symbols, padding included.
    symbol_count: usize,
    /// The length that a canonical payload decodes to, in bytes. No payload decodes to more.
    pub(super) decoded_bytes: u64,
}

impl<'a> DataUri<'a> {
    /// Errors: `data_uri_malformed`, `data_uri_too_large`.
    pub(super) fn parse(text: &'a str, rules: &ImageRules) -> Result<Self> {
        if let Some(max_bytes) = rules.max_data_uri_bytes {
            at_most("text", text.len() as u64, max_bytes)?;
        }
        let is_uri = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
        let (media_type, payload_offset) = if is_uri {
            let header = parse_header(text, rules.allow_whitespace)?;
            (Some(header.media_type), header.payload_offset)
        } else if rules.allow_bare_base64 {
            (None, 0)
        } else {
            return Err(malformed("text that does not start with data:"));
        };
        let payload = &text.as_bytes()[payload_offset..];
        let skips_white_space = rules.allow_whitespace;
        let escapes = count(payload, |byte| byte == b'%');
        let white_space = if skips_white_space { count_white_space(payload, escapes) } else { 0 };
        let symbol_count = payload.len().saturating_sub(2 * escapes).saturating_sub(white_space);
        if payload.is_empty() || (symbol_count == 0 && white_space > 0) {
            return Err(malformed("no data"));
        }
        // With at most one character of white space for each symbol, `max_bytes` bounds the text as well.
        if white_space > symbol_count {
            return Err(malformed("more white space than base64"));
        }
        let is_plain = escapes == 0 && white_space == 0;
        let decoded_bytes =
            (symbol_count.div_ceil(4) * 3).saturating_sub(count_padding(payload, skips_white_space)) as u64;
        at_most("data", decoded_bytes, rules.max_bytes)?;
        Ok(Self { media_type, payload, payload_offset, skips_white_space, is_plain, symbol_count, decoded_bytes })
    }

    /// The bytes of the file.
    ///
    /// Error: `data_uri_base64_invalid`, with an offset in the whole text.
    pub(super) fn decode(&self) -> Result<Vec<u8>> {
        if self.is_plain { decode_base64(self.payload) } else { decode_base64(&self.symbols()?) }
            .map_err(|defect| invalid(self.offset_in_text(defect.offset), defect.reason))
    }

    /// The base64 symbols: `%2B`, `%2F` and `%3D` decoded, white space left out where the rules allow it.
    fn symbols(&self) -> Result<Vec<u8>> {
        let mut symbols = Vec::with_capacity(self.symbol_count);
        let mut rest = self.payload;
        loop {
            let is_special = |byte: &u8| *byte == b'%' || (self.skips_white_space && is_white_space(*byte));
            let (run, tail) = rest.split_at(rest.iter().position(is_special).unwrap_or(rest.len()));
            symbols.extend_from_slice(run);
            let (symbol, tail) = match tail {
                [] => return Ok(symbols),
                [b'%', b'2', b'b' | b'B', tail @ ..] => (Some(b'+'), tail),
                [b'%', b'2', b'f' | b'F', tail @ ..] => (Some(b'/'), tail),
                [b'%', b'3', b'd' | b'D', tail @ ..] => (Some(b'='), tail),
                [b'%', _, _, after @ ..] if self.skips_white_space && starts_with_escaped_space(tail) => (None, after),
                [b'%', ..] => {
                    let offset = self.payload_offset + self.payload.len() - tail.len();
                    return Err(invalid(offset, "an escape other than %2B, %2F and %3D"));
                }
                [_, tail @ ..] => (None, tail),
            };
            symbols.extend(symbol);
            rest = tail;
        }
    }

    /// The offset in the text of the base64 symbol at this index.
    fn offset_in_text(&self, symbol_index: usize) -> usize {
        let (mut rest, mut remaining) = (self.payload, symbol_index);
        while let Some(first) = rest.first() {
            let is_skipped = self.skips_white_space && (is_white_space(*first) || starts_with_escaped_space(rest));
            if !is_skipped {
                if remaining == 0 {
                    break;
                }
                remaining -= 1;
            }
            let length = if *first == b'%' { 3 } else { 1 };
            rest = rest.get(length..).unwrap_or_default();
        }
        self.payload_offset + self.payload.len() - rest.len()
    }
}

/// The number of padding symbols at the end of the data: 0, 1 or 2.
fn count_padding(data: &[u8], skips_white_space: bool) -> usize {
    let strip = |data: &'_ [u8]| {
        let data = if skips_white_space { trim_white_space_end(data) } else { data };
        let unpadded =
            data.strip_suffix(b"=").or_else(|| data.strip_suffix(b"%3D")).or_else(|| data.strip_suffix(b"%3d"));
        unpadded.map(<[u8]>::len)
    };
    match strip(data) {
        None => 0,
        Some(end) => 1 + usize::from(strip(&data[..end]).is_some()),
    }
}

fn at_most(what: &'static str, received_bytes: u64, max_bytes: u64) -> Result<()> {
    if received_bytes > max_bytes {
        return Err(ErrorKind::DataUriTooLarge { what, received_bytes, max_bytes }.into());
    }
    Ok(())
}

fn invalid(offset: usize, reason: &'static str) -> Error {
    ErrorKind::DataUriBase64Invalid { offset: offset as u64, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_uri::header::MAX_HEADER_BYTES;

    fn decode(data: &str) -> Result<Vec<u8>> {
        DataUri::parse(&format!("data:image/png;base64,{data}"), &ImageRules::default())?.decode()
    }

    /// The example at the head of `mod.rs`; the bytes are those of Python's `base64.b64decode`.
    #[test]
    fn a_quoted_parameter_and_escapes() {
        let text = "data:image/png;name=\"a;b.png\";base64,iVBORw0K%2Bg%3D%3D";
        let uri = DataUri::parse(text, &ImageRules::default()).unwrap();
        assert_eq!((uri.media_type, uri.symbol_count, uri.decoded_bytes), (Some("image/png"), 12, 7));
        assert_eq!(uri.decode().unwrap(), b"\x89PNG\r\n\xfa");
    }

    /// RFC 4648 section 10.
    #[test]
    fn the_examples_of_rfc_4648() {
        for (text, bytes) in [
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn the_first_bad_byte_is_named_by_its_offset_in_the_text() {
        const HEADER: usize = "data:image/png;base64,".len();
        let long = format!("{}*{}", "A".repeat(1001), "A".repeat(998));
        for (data, offset, reason) in [
            ("Zm9v!mFy", 4, "a character outside its alphabet"),
            ("Zm9v YmFy", 4, "white space"),
            ("Zm9v\n", 4, "white space"),
            ("Zm-v", 2, "a character of the URL-safe alphabet"),
            ("Zg==Zg==", 4, "data after the padding"),
            ("Zm=v", 3, "data after the padding"),
            ("Zg== ", 4, "white space"),
            ("Zm9vY", 4, "a single character after the last group of four"),
            ("Zm9vYg", 6, "too little padding"),
            ("Zm9vYg=", 7, "too little padding"),
            ("Zm9v=", 4, "padding where none belongs"),
            ("Zh==", 1, "bits set after the last byte"),
            ("Zm9=", 2, "bits set after the last byte"),
            ("Zg===", 4, "padding where none belongs"),
            ("Z===", 1, "padding where none belongs"),
            (&long, 1001, "a character outside its alphabet"),
            ("%2B%2f%2B%2F!%2BAA", 12, "a character outside its alphabet"),
            ("%2B%41AA", 3, "an escape other than %2B, %2F and %3D"),
            ("Zm9v%", 4, "an escape other than %2B, %2F and %3D"),
            ("Zm9v\u{e9}", 4, "a character outside its alphabet"),
        ] {
            let error = decode(data).unwrap_err();
            let offset = (HEADER + offset) as u64;
            assert_eq!(error.kind(), &ErrorKind::DataUriBase64Invalid { offset, reason }, "{data}");
        }
    }

    fn decode_spaced(data: &str) -> Result<Vec<u8>> {
        let rules = ImageRules::default().allow_whitespace(true);
        DataUri::parse(&format!("data:image/png;base64,{data}"), &rules)?.decode()
    }

    #[test]
    fn white_space_is_left_out_where_the_rules_allow_it() {
        for (data, bytes) in [
            ("Zm9v\nYmFy", "foobar"),
            ("Zm9v\r\nYmFy\r\n", "foobar"),
            (" Z m\t9 v", "foo"),
            ("Zm9v\u{c}", "foo"),
            ("Zg=\n=\n", "f"),
            ("Zg %3D%0a%3d%20", "f"),
            ("Zm9v%0AYmFy%0D%0A", "foobar"),
            ("%09Zm8%0C=", "fo"),
            ("Zm9v", "foo"),
        ] {
            assert_eq!(decode_spaced(data).unwrap(), bytes.as_bytes(), "{data:?}");
            let text = format!("data:image/png;base64,{data}");
            let rules = ImageRules::default().allow_whitespace(true).max_bytes(bytes.len() as u64);
            assert_eq!(DataUri::parse(&text, &rules).unwrap().decoded_bytes, bytes.len() as u64, "{data:?}");
            if bytes.len() > 1 {
                let refused = DataUri::parse(&text, &rules.max_bytes(bytes.len() as u64 - 1)).err().unwrap();
                assert_eq!(refused.code(), "data_uri_too_large", "{data:?}");
            }
        }
    }

    #[test]
    fn offsets_are_those_of_the_text_with_its_white_space() {
        const HEADER: usize = "data:image/png;base64,".len();
        for (data, offset, reason) in [
            ("Zm9v\nYm!y", 7, "a character outside its alphabet"),
            ("%0AZm9v%0D%0AYm!y", 15, "a character outside its alphabet"),
            ("Zm9v\u{b}", 4, "a character outside its alphabet"),
            ("Zm9v\u{a0}", 4, "a character outside its alphabet"),
            ("Zm9v\n%0BZm9v", 5, "an escape other than %2B, %2F and %3D"),
            ("Zm9v\nYg", 7, "too little padding"),
            ("Zm9v\nY\n", 5, "a single character after the last group of four"),
            ("Zg==\nZg==", 5, "data after the padding"),
        ] {
            let error = decode_spaced(data).unwrap_err();
            let offset = (HEADER + offset) as u64;
            assert_eq!(error.kind(), &ErrorKind::DataUriBase64Invalid { offset, reason }, "{data:?}");
        }
    }

    #[test]
    fn there_is_not_more_white_space_than_base64() {
        assert_eq!(decode_spaced(&format!("Zm9v{}", " ".repeat(4))).unwrap(), b"foo");
        for data in [format!("Zm9v{}", " ".repeat(5)), format!("{}Zm9v", "%0A".repeat(5))] {
            let reason = "more white space than base64";
            assert_eq!(decode_spaced(&data).unwrap_err().kind(), &ErrorKind::DataUriMalformed { reason }, "{data}");
        }
        for data in [" ", "\r\n", "%0A"] {
            let reason = "no data";
            assert_eq!(decode_spaced(data).unwrap_err().kind(), &ErrorKind::DataUriMalformed { reason }, "{data:?}");
        }
    }

    #[test]
    fn a_quoted_value_may_have_semicolons() {
        let parse = |header: &str| {
            let text = format!("data:image/png;{header},AAAA");
            DataUri::parse(&text, &ImageRules::default()).map(|uri| uri.payload == b"AAAA")
        };
        for header in [
            "name=\"a;b.png\";base64",
            "name=\";base64\";base64",
            "name=\"a\\\";b\";charset=\"x;y\";base64",
            "name=\"\";base64",
            // The quote is never closed: an ordinary character, as browsers read it.
            "name=\"a;base64",
        ] {
            assert!(parse(header).unwrap(), "{header}");
        }
        for header in [
            "name=\"a;b\"",
            "name=\"a;base64\"",
            "name=a\"b;c\";base64",
            "name=a=\"b;c\";base64",
            "name=\"a,b\";base64",
        ] {
            assert_eq!(parse(header).unwrap_err().code(), "data_uri_malformed", "{header}");
        }
    }

    #[test]
    fn spaces_in_the_header_are_white_space_too() {
        for header in ["data:image/png; base64,AAAA", "data:image/png; charset=utf-8;\tbase64,AAAA"] {
            let refused = DataUri::parse(header, &ImageRules::default()).err().unwrap();
            assert_eq!(refused.code(), "data_uri_malformed", "{header}");
            assert!(DataUri::parse(header, &ImageRules::default().allow_whitespace(true)).is_ok(), "{header}");
        }
    }

    #[test]
    fn escapes_that_browsers_write_are_decoded() {
        assert_eq!(decode("%2B%2F%2b%2f").unwrap(), [0xfb, 0xff, 0xbf]);
        assert_eq!(decode("Zg%3D%3d").unwrap(), b"f");
        assert_eq!(decode("Zm8%3D").unwrap(), b"fo");
    }

    #[test]
    fn sizes_are_known_before_anything_is_decoded() {
        for (data, bytes) in
            [("Zg==", 1), ("Zm8=", 2), ("Zm9v", 3), ("Zg%3D%3D", 1), ("Zg=%3d", 1), ("Zm8%3D", 2), ("%2B%2F%2b%2f", 3)]
        {
            let text = format!("data:image/png;base64,{data}");
            assert_eq!(DataUri::parse(&text, &ImageRules::default()).unwrap().decoded_bytes, bytes, "{data}");
            assert!(DataUri::parse(&text, &ImageRules::default().max_bytes(bytes)).is_ok());
            if bytes > 1 {
                let refused = DataUri::parse(&text, &ImageRules::default().max_bytes(bytes - 1)).err().unwrap();
                assert_eq!(refused.code(), "data_uri_too_large");
            }
        }
    }

    #[test]
    fn headers() {
        let parse =
            |text: &str| DataUri::parse(text, &ImageRules::default()).map(|uri| uri.media_type.map(str::to_owned));
        for text in [
            "data:image/jpeg;base64,AAAA",
            "DATA:image/jpeg;BASE64,AAAA",
            "data:image/jpeg;name=a;base64,AAAA",
            "data:image/jpeg;name=%EA%B0%80.jpg;charset=utf-8;base64,AAAA",
            "data:image/jpeg;name=\"a b\";base64,AAAA",
        ] {
            assert_eq!(parse(text).unwrap().as_deref(), Some("image/jpeg"), "{text}");
        }
        for text in [
            "",
            "data",
            "data:",
            "data:,",
            "data: ;base64,AAAA",
            "data:image;base64,AAAA",
            "data:image/;base64,AAAA",
            "data:image/jpeg,AAAA",
            "data:image/jpeg;base64",
            "data:image/jpeg;base64,",
            "data:image/jpeg;base64;name=a,AAAA",
            "data:image/jpeg;base64;base64,AAAA",
            "data:image/jpeg; base64,AAAA",
            "data:image/jpeg;name;base64,AAAA",
            "data: image/jpeg;base64,AAAA",
            "data://host/image/jpeg;base64,AAAA",
            " data:image/jpeg;base64,AAAA",
            "http://example.com/a.jpg",
            "AAAA",
        ] {
            assert_eq!(parse(text).unwrap_err().code(), "data_uri_malformed", "{text}");
        }
        let endless = format!("data:image/jpeg;name={};base64,AAAA", "a".repeat(MAX_HEADER_BYTES));
        assert_eq!(parse(&endless).unwrap_err().code(), "data_uri_malformed");
    }
}
