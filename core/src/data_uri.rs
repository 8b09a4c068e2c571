//! Data URIs: text to media type and bytes, strictly, with every limit checked before a byte is decoded.
//!
//! The grammar is RFC 2397's with base64 and a media type required: `data:` type `/` subtype, any parameters,
//! `;base64,` and the data. Scheme, type and `base64` are taken in any case. The data is RFC 4648 section 4 base64,
//! canonical and padded; the three characters that `encodeURIComponent` escapes (`+`, `/`, `=`) are also taken as
//! `%2B`, `%2F`, `%3D`. White space, missing padding, stray bits, other escapes and other alphabets are errors.

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
/// With `rules.allow_bare_base64`, text that does not start with `data:` is taken as the data alone.
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
    /// Whether the data has escapes that must be undone first.
    is_escaped: bool,
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
            let header = parse_header(text)?;
            (Some(header.media_type), header.data_offset)
        } else if rules.allow_bare_base64 {
            (None, 0)
        } else {
            return Err(malformed("text that does not start with data:"));
        };
        let data = &text.as_bytes()[data_offset..];
        if data.is_empty() {
            return Err(malformed("no data"));
        }
        #[allow(clippy::naive_bytecount, reason = "the compiler vectorises it; not worth a dependency")]
        let escapes = data.iter().filter(|byte| **byte == b'%').count();
        let symbols = data.len().saturating_sub(2 * escapes);
        let decoded_bytes = (symbols.div_ceil(4) * 3).saturating_sub(padding(data)) as u64;
        at_most("data", decoded_bytes, rules.max_bytes)?;
        Ok(Self { media_type, data, data_offset, is_escaped: escapes > 0, decoded_bytes })
    }

    fn check(&self, rules: &ImageRules) -> Result<CheckedImage<'static>> {
        rules.check_cancelled()?;
        check_owned(self.decode()?, self.media_type, rules)
    }

    fn decode(&self) -> Result<Vec<u8>> {
        if self.is_escaped { decode_base64(&self.unescape()?) } else { decode_base64(self.data) }
            .map_err(|defect| defect.at(self.offset_in_text(defect.offset)))
    }

    /// Undoes `%2B`, `%2F` and `%3D`.
    fn unescape(&self) -> Result<Vec<u8>> {
        let mut symbols = Vec::with_capacity(self.data.len());
        let mut rest = self.data;
        while let Some((&first, tail)) = rest.split_first() {
            let (symbol, tail) = match (first, tail) {
                (b'%', [b'2', b'b' | b'B', tail @ ..]) => (b'+', tail),
                (b'%', [b'2', b'f' | b'F', tail @ ..]) => (b'/', tail),
                (b'%', [b'3', b'd' | b'D', tail @ ..]) => (b'=', tail),
                (b'%', _) => {
                    let offset = self.data_offset + self.data.len() - rest.len();
                    return Err(invalid(offset, "an escape other than %2B, %2F and %3D"));
                }
                _ => (first, tail),
            };
            symbols.push(symbol);
            rest = tail;
        }
        Ok(symbols)
    }

    /// The offset in the text of the symbol at this offset of the unescaped data.
    fn offset_in_text(&self, symbol: usize) -> usize {
        let mut offset = 0;
        for _ in 0..symbol {
            offset += if self.data.get(offset) == Some(&b'%') { 3 } else { 1 };
        }
        self.data_offset + offset.min(self.data.len())
    }
}

/// How many symbols of padding the data ends with: 0, 1 or 2.
fn padding(data: &[u8]) -> usize {
    let strip = |data: &'_ [u8]| {
        let unpadded =
            data.strip_suffix(b"=").or_else(|| data.strip_suffix(b"%3D")).or_else(|| data.strip_suffix(b"%3d"));
        unpadded.map(<[u8]>::len)
    };
    match strip(data) {
        None => 0,
        Some(end) => 1 + usize::from(strip(&data[..end]).is_some()),
    }
}

struct Header<'a> {
    media_type: &'a str,
    data_offset: usize,
}

/// Parses `data:type/subtype;parameters;base64,`; the caller has seen the scheme.
fn parse_header(text: &str) -> Result<Header<'_>> {
    let window = &text.as_bytes()[..text.len().min(MAX_HEADER_BYTES)];
    let comma = window.iter().position(|byte| *byte == b',').ok_or_else(|| malformed("no comma after its header"))?;
    let mut parts = text[5..comma].split(';');
    let media_type = parts.next().unwrap_or_default();
    let is_media_type = media_type.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if !is_media_type {
        return Err(malformed("no media type"));
    }
    let mut is_base64 = false;
    for part in parts {
        if is_base64 {
            return Err(malformed("a parameter after ;base64"));
        }
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
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => return defect(offset, "white space"),
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
            "data:;base64,AAAA",
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
