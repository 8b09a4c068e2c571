//! Data URIs: text to media type and bytes, strictly, with every limit checked before a byte is decoded.
//!
//! The grammar is RFC 2397's with base64 required: `data:` type `/` subtype or nothing, any parameters, `;base64,` and the
//! data. Scheme, type and `base64` are taken in any case. The data is RFC 4648 section 4 base64,
//! canonical and padded; the three characters that `encodeURIComponent` escapes (`+`, `/`, `=`) are also taken as
//! `%2B`, `%2F`, `%3D`. White space, missing padding, stray bits, other escapes and other alphabets are errors; white space
//! is not with `allow_whitespace`.
//!
//! The header ends at the first comma, also within a quoted parameter: there browsers (WHATWG Fetch, data: URL processor),
//! Python's `urllib` and npm's `data-uri-to-buffer` end it too, and a text must not mean one picture here and another one
//! there. RFC 2397 has such a comma written as `%2C`. A semicolon within quotes is part of the value, as it is to them.

use base64::Engine as _;
use base64::engine::GeneralPurposeConfig;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::imaging::{CheckedImage, EncodedImage, check_list, check_owned};
use crate::rules::ImageRules;

/// The longest header, that is, everything before the data, in bytes. Real ones have 15 to 100.
const MAX_HEADER_BYTES: usize = 1024;

/// Decodes a data URI and checks the image in it as [`check`](crate::check) does; its media type is the declared one.
///
/// With `rules.allow_bare_base64`, text that does not start with `data:` is taken as the data alone; with
/// `rules.allow_whitespace`, line breaks and spaces within the data are left out.
///
/// Errors: `data_uri_malformed`, `data_uri_too_large` (found before decoding), `data_uri_base64_invalid` (with the
/// offset of the first bad byte of `text`), and those of [`check`](crate::check).
///
/// ```
/// use presize::{ImageRules, decode_data_uri};
///
/// let refused = decode_data_uri("data:image/jpeg;base64,/9j/4AA!", &ImageRules::default()).unwrap_err();
/// assert_eq!(refused.code(), "data_uri_base64_invalid");
/// assert_eq!(refused.to_string(), "expected base64 for the data, received a character outside its alphabet at offset 30");
/// ```
pub fn decode_data_uri(text: &str, rules: &ImageRules) -> Result<CheckedImage<'static>> {
    rules.check_cancelled()?;
    rules.validate()?;
    DataUri::parse(text, rules)?.check(rules)
}

/// Decodes a list of data URIs. The count and the sizes, one by one and together, are checked before any is decoded; the
/// headers of all images, and their pixels and their work together, before a pixel of any.
///
/// Errors: `data_uri_count_exceeded`, `data_uri_total_too_large`, `image_too_large` without an index for `total_pixels` and
/// `total_work_pixels`, and those of [`decode_data_uri`] with the 0-based
/// index of the first image that is refused.
pub fn decode_data_uris<T: AsRef<str>>(texts: &[T], rules: &ImageRules) -> Result<Vec<CheckedImage<'static>>> {
    rules.check_cancelled()?;
    rules.validate()?;
    let (received_count, max_count) = (texts.len() as u64, u64::from(rules.max_images));
    if received_count > max_count {
        return Err(ErrorKind::DataUriCountExceeded { received_count, max_count }.into());
    }
    let parsed = each(texts, |text| DataUri::parse(text.as_ref(), rules))?;
    let (received_bytes, max_bytes) = (parsed.iter().map(|uri| uri.decoded_bytes).sum(), rules.max_total_bytes);
    if received_bytes > max_bytes {
        return Err(ErrorKind::DataUriTotalTooLarge { received_bytes, max_bytes }.into());
    }
    let files = each(&parsed, |uri| {
        rules.check_cancelled()?;
        uri.decode()
    })?;
    let declared = |index: usize| parsed.get(index).and_then(|uri| uri.media_type);
    check_list(files, declared, rules)
}

/// Maps a list; the first error carries its index.
fn each<'a, T, U>(items: &'a [T], mut map: impl FnMut(&'a T) -> Result<U>) -> Result<Vec<U>> {
    items.iter().enumerate().map(|(index, item)| map(item).map_err(|error| error.at_index(index))).collect()
}

/// Writes bytes as a data URI: `data:image/webp;base64,...`.
pub fn encode_data_uri(bytes: &[u8], format: ImageFormat) -> String {
    let mut uri = String::with_capacity(32 + bytes.len().div_ceil(3) * 4);
    uri.push_str("data:");
    uri.push_str(format.media_type());
    uri.push_str(";base64,");
    engine().encode_string(bytes, &mut uri);
    uri
}

impl CheckedImage<'_> {
    /// The image as a data URI, its bytes unchanged.
    pub fn to_data_uri(&self) -> String {
        encode_data_uri(&self.bytes, self.format)
    }
}

impl EncodedImage {
    /// The image as a data URI.
    pub fn to_data_uri(&self) -> String {
        encode_data_uri(&self.bytes, self.format.image_format())
    }
}

/// A data URI taken apart, its sizes within the rules, nothing decoded yet.
struct DataUri<'a> {
    media_type: Option<&'a str>,
    data: &'a [u8],
    /// Where the data starts in the text, for the offsets of errors.
    data_offset: usize,
    /// Whether white space in the data is left out, where the rules allow it.
    skips_white_space: bool,
    /// Whether the data is symbols alone: no escapes to be undone, no white space to be left out.
    is_plain: bool,
    /// How many symbols there are, padding included.
    symbols: usize,
    /// What the data decodes to if it is canonical; it never decodes to more.
    decoded_bytes: u64,
}

impl<'a> DataUri<'a> {
    fn parse(text: &'a str, rules: &ImageRules) -> Result<Self> {
        if let Some(max_bytes) = rules.max_data_uri_bytes {
            at_most("text", text.len() as u64, max_bytes)?;
        }
        let is_uri = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
        let (media_type, data_offset) = if is_uri {
            let header = parse_header(text, rules.allow_whitespace)?;
            (Some(header.media_type), header.data_offset)
        } else if rules.allow_bare_base64 {
            (None, 0)
        } else {
            return Err(malformed("text that does not start with data:"));
        };
        let data = &text.as_bytes()[data_offset..];
        let skips_white_space = rules.allow_whitespace;
        let escapes = count(data, |byte| byte == b'%');
        let white_space = if skips_white_space { count_white_space(data, escapes) } else { 0 };
        let symbols = data.len().saturating_sub(2 * escapes).saturating_sub(white_space);
        if data.is_empty() || (symbols == 0 && white_space > 0) {
            return Err(malformed("no data"));
        }
        // All that is left out is at most as long as what is not, so that `max_bytes` bounds the text as well.
        if white_space > symbols {
            return Err(malformed("more white space than base64"));
        }
        let is_plain = escapes == 0 && white_space == 0;
        let decoded_bytes = (symbols.div_ceil(4) * 3).saturating_sub(padding(data, skips_white_space)) as u64;
        at_most("data", decoded_bytes, rules.max_bytes)?;
        Ok(Self { media_type, data, data_offset, skips_white_space, is_plain, symbols, decoded_bytes })
    }

    fn check(&self, rules: &ImageRules) -> Result<CheckedImage<'static>> {
        rules.check_cancelled()?;
        check_owned(self.decode()?, self.media_type, rules)
    }

    fn decode(&self) -> Result<Vec<u8>> {
        if self.is_plain { decode_base64(self.data) } else { decode_base64(&self.symbols()?) }
            .map_err(|defect| defect.at(self.offset_in_text(defect.offset)))
    }

    /// The base64 itself: `%2B`, `%2F` and `%3D` undone, white space left out where the rules allow it.
    fn symbols(&self) -> Result<Vec<u8>> {
        let mut symbols = Vec::with_capacity(self.symbols);
        let mut rest = self.data;
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
                    let offset = self.data_offset + self.data.len() - tail.len();
                    return Err(invalid(offset, "an escape other than %2B, %2F and %3D"));
                }
                [_, tail @ ..] => (None, tail),
            };
            symbols.extend(symbol);
            rest = tail;
        }
    }

    /// The offset in the text of the symbol at this offset of the base64.
    fn offset_in_text(&self, symbol: usize) -> usize {
        let (mut rest, mut before) = (self.data, symbol);
        while let Some(first) = rest.first() {
            let is_skipped = self.skips_white_space && (is_white_space(*first) || starts_with_escaped_space(rest));
            if !is_skipped {
                if before == 0 {
                    break;
                }
                before -= 1;
            }
            let length = if *first == b'%' { 3 } else { 1 };
            rest = rest.get(length..).unwrap_or_default();
        }
        self.data_offset + self.data.len() - rest.len()
    }
}

/// How many bytes are such ones.
#[allow(clippy::naive_bytecount, reason = "the compiler vectorises it; not worth a dependency")]
fn count(data: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    data.iter().filter(|byte| is_one(**byte)).count()
}

/// How many characters of white space the data has, those that are written as escapes included.
fn count_white_space(data: &[u8], escapes: usize) -> usize {
    let plain = count(data, is_white_space);
    if escapes == 0 {
        return plain;
    }
    plain + data.windows(3).filter(|three| starts_with_escaped_space(three)).count()
}

/// ASCII white space, which the WHATWG Infra Standard's forgiving base64 leaves out.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// The same as an escape: `%20`, `%09`, `%0A`, `%0C`, `%0D`.
fn starts_with_escaped_space(data: &[u8]) -> bool {
    matches!(data, [b'%', b'2', b'0', ..] | [b'%', b'0', b'9' | b'a' | b'A' | b'c' | b'C' | b'd' | b'D', ..])
}

/// How many symbols of padding the data ends with: 0, 1 or 2.
fn padding(data: &[u8], skips_white_space: bool) -> usize {
    let strip = |data: &'_ [u8]| {
        let data = if skips_white_space { without_white_space_at_end(data) } else { data };
        let unpadded =
            data.strip_suffix(b"=").or_else(|| data.strip_suffix(b"%3D")).or_else(|| data.strip_suffix(b"%3d"));
        unpadded.map(<[u8]>::len)
    };
    match strip(data) {
        None => 0,
        Some(end) => 1 + usize::from(strip(&data[..end]).is_some()),
    }
}

fn without_white_space_at_end(mut data: &[u8]) -> &[u8] {
    loop {
        data = match data {
            [rest @ .., last] if is_white_space(*last) => rest,
            [rest @ .., a, b, c] if starts_with_escaped_space(&[*a, *b, *c]) => rest,
            _ => return data,
        };
    }
}

struct Header<'a> {
    media_type: &'a str,
    data_offset: usize,
}

/// Parses `data:type/subtype;parameters;base64,`; the caller has seen the scheme.
fn parse_header(text: &str, allow_whitespace: bool) -> Result<Header<'_>> {
    let window = &text.as_bytes()[..text.len().min(MAX_HEADER_BYTES)];
    let comma = window.iter().position(|byte| *byte == b',').ok_or_else(|| malformed("no comma after its header"))?;
    let header = &text[5..comma];
    let (media_type, mut parameters) = header.split_once(';').map_or((header, None), |(kind, rest)| (kind, Some(rest)));
    let is_media_type = media_type.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    // An empty one declares nothing: some clients write it for a file whose type they do not know.
    if !is_media_type && !media_type.is_empty() {
        return Err(malformed("no media type"));
    }
    let mut is_base64 = false;
    while let Some(text) = parameters {
        if is_base64 {
            return Err(malformed("a parameter after ;base64"));
        }
        let (part, rest) = first_parameter(if allow_whitespace { text.trim_ascii_start() } else { text });
        parameters = rest;
        if part.eq_ignore_ascii_case("base64") {
            is_base64 = true;
        } else if !part.split_once('=').is_some_and(|(name, value)| is_token(name) && is_value(value)) {
            return Err(malformed("a malformed parameter"));
        }
    }
    if !is_base64 {
        return Err(malformed("data that is not declared as base64"));
    }
    Ok(Header { media_type, data_offset: comma + 1 })
}

/// The first parameter, and what follows its semicolon. A semicolon within a quoted string (RFC 2045) is part of the value;
/// a quote that nothing closes is a character like others.
fn first_parameter(text: &str) -> (&str, Option<&str>) {
    let end = text.find(';').unwrap_or(text.len());
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let closing = value.strip_prefix('"').and_then(closing_quote).map(|length| name.len() + 2 + length);
    let end = match closing {
        Some(closing) if name.len() < end => text[closing..].find(';').map_or(text.len(), |length| closing + length),
        _ => end,
    };
    (&text[..end], text.get(end + 1..))
}

/// Where a quoted string ends whose opening quote is before this text. A backslash takes the next character as it is.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

/// RFC 2045 token.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=%".contains(&byte))
}

/// The value of a parameter: a token, a quoted string or text with escapes; only what could end it is ruled out.
fn is_value(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// What is wrong with base64 text, at an offset of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Defect {
    offset: usize,
    reason: &'static str,
}

impl Defect {
    fn at(self, offset_in_text: usize) -> Error {
        invalid(offset_in_text, self.reason)
    }
}

fn decode_base64(symbols: &[u8]) -> Result<Vec<u8>, Defect> {
    // Zeroed pages come from the system as they are; only what is written is ever touched.
    let mut bytes = vec![0; symbols.len().div_ceil(4) * 3];
    match engine().decode_slice(symbols, &mut bytes) {
        Ok(length) => {
            bytes.truncate(length);
            Ok(bytes)
        }
        Err(_) => Err(first_defect(symbols)),
    }
}

/// What is wrong with text that the engine has refused: at the first byte with which it ceases to be the start of any
/// base64 text. Only on this slow path are bytes looked at one by one.
fn first_defect(symbols: &[u8]) -> Defect {
    let defect = |offset, reason| Defect { offset, reason };
    let mut padding = 0;
    for (offset, symbol) in symbols.iter().enumerate() {
        let place = offset % 4;
        match symbol {
            b'=' if place >= 2 => padding += 1,
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

/// The vector engine where there is one; both accept and refuse the same texts.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn engine() -> base64::engine::Simd {
    base64::engine::Simd::standard(GeneralPurposeConfig::new())
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn engine() -> base64::engine::GeneralPurpose {
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new())
}

fn at_most(what: &'static str, received_bytes: u64, max_bytes: u64) -> Result<()> {
    if received_bytes > max_bytes {
        return Err(ErrorKind::DataUriTooLarge { what, received_bytes, max_bytes }.into());
    }
    Ok(())
}

fn malformed(reason: &'static str) -> Error {
    ErrorKind::DataUriMalformed { reason }.into()
}

fn invalid(offset: usize, reason: &'static str) -> Error {
    ErrorKind::DataUriBase64Invalid { offset: offset as u64, reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(data: &str) -> Result<Vec<u8>> {
        DataUri::parse(&format!("data:image/png;base64,{data}"), &ImageRules::default())?.decode()
    }

    /// RFC 4648 section 10.
    #[test]
    fn the_examples_of_the_standard() {
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
            DataUri::parse(&text, &ImageRules::default()).map(|uri| uri.data == b"AAAA")
        };
        for header in [
            "name=\"a;b.png\";base64",
            "name=\";base64\";base64",
            "name=\"a\\\";b\";charset=\"x;y\";base64",
            "name=\"\";base64",
            // Nothing closes the quote, and so browsers read it.
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
    fn escapes_that_browsers_write_are_undone() {
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

    /// The vector engine against the scalar one, at every length around its block sizes, one byte damaged.
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
