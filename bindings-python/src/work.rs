//! The cost of decoding the images in texts: data URIs, and the strings of a JSON body. It is an estimate for the queue of
//! `presize.aio`, made with the interpreter released. Texts that are no image cost nothing.

use std::borrow::Cow;

use presize::error::ErrorKind;
use presize::{ImageRules, work_pixels};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::Result;
use crate::json_body::JsonDocument;
use crate::rules::Rules;

/// The cost of a list of data URIs, in weighted pixels.
#[pyfunction]
pub(crate) fn work_of_data_uris(
    py: Python<'_>,
    texts: Vec<Bound<'_, PyString>>,
    rules: Option<&Bound<'_, Rules>>,
) -> PyResult<u64> {
    let rules = rules.map_or_else(ImageRules::default, |rules| rules.get().0.clone());
    let texts: Vec<&str> = texts.iter().map(|text| text.to_str()).collect::<PyResult<_>>()?;
    Ok(py.detach(|| texts.iter().map(|text| work_of_text(text.as_bytes(), &rules)).fold(0, u64::saturating_add)))
}

/// The cost of all strings of a JSON body that may be images. Error: `image_too_large`, for more than `max_work_pixels`.
#[pyfunction]
pub(crate) fn work_of_json(py: Python<'_>, body: &Bound<'_, JsonDocument>, max_work_pixels: u64) -> Result<u64> {
    let body: &[u8] = &body.get().bytes;
    // The rules that will apply to each string are not known here.
    let rules = ImageRules::default().max_bytes(body.len().max(1) as u64);
    let received = py.detach(|| {
        strings(body)
            .filter(|text| is_image(text))
            .map(|text| work_of_text(&json_unescaped(text), &rules))
            .fold(0, u64::saturating_add)
    });
    if received > max_work_pixels {
        return Err(ErrorKind::ImageTooLarge { what: "total_work_pixels", received, max: max_work_pixels }.into());
    }
    Ok(received)
}

/// The strings of a JSON text, without their quotes and with their escapes.
fn strings(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| *byte == b'"')?;
        let text = rest.get(start + 1..)?;
        let mut is_escaped = false;
        let end = text.iter().position(|byte| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            ends
        })?;
        rest = text.get(end + 1..).unwrap_or_default();
        text.get(..end)
    })
}

/// How a data URI starts, and the signatures of PNG, GIF, WebP and JPEG in base64.
const IMAGE_PREFIXES: [&[u8]; 5] = [b"data:", b"iVBOR", b"R0lGO", b"UklGR", b"/9j/"];

/// Whether a string may be an image. Each character of the prefix may be an escape of six bytes.
fn is_image(text: &[u8]) -> bool {
    let text = without_white_space_at_start(text);
    let start = json_unescaped(text.get(..30).unwrap_or(text));
    IMAGE_PREFIXES
        .iter()
        .any(|signature| start.get(..signature.len()).is_some_and(|start| start.eq_ignore_ascii_case(signature)))
}

/// Strips leading white space, which some rules allow in base64.
fn without_white_space_at_start(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b' ', rest @ ..]
            | [b'\\', b'f' | b'n' | b'r' | b't', rest @ ..]
            | [b'\\', b'u', b'0', b'0', b'2', b'0', rest @ ..]
            | [b'\\', b'u', b'0', b'0', b'0', b'9' | b'a' | b'A' | b'c' | b'C' | b'd' | b'D', rest @ ..]
            | [b'%', b'2', b'0', rest @ ..]
            | [b'%', b'0', b'9' | b'a' | b'A' | b'c' | b'C' | b'd' | b'D', rest @ ..] => rest,
            _ => return text,
        };
    }
}

/// Resolves the escapes of a JSON string. Characters beyond ASCII, which no data URI contains, are left out.
fn json_unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut unescaped = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'u') => unescaped.extend(hex(rest.by_ref().take(4))),
                // White space, which some rules allow in base64. The bare letters would be base64 symbols.
                Some(b'b' | b'f' | b'n' | b'r' | b't') => unescaped.push(b' '),
                Some(byte) => unescaped.push(byte),
                None => break,
            },
            _ => unescaped.push(byte),
        }
    }
    Cow::Owned(unescaped)
}

/// The value of hexadecimal digits, if it fits into a byte.
fn hex(digits: impl Iterator<Item = u8>) -> Option<u8> {
    let code =
        digits.map(|digit| char::from(digit).to_digit(16)).try_fold(0, |code, digit| Some(code << 4 | digit?))?;
    u8::try_from(code).ok()
}

/// The cost of the image in a data URI, or in bare base64.
fn work_of_text(text: &[u8], rules: &ImageRules) -> u64 {
    let start = text.iter().take(1024).position(|byte| *byte == b',').map_or(0, |comma| comma + 1);
    let data = decode_base64(text.get(start..).unwrap_or_default());
    work_pixels(&data, rules).unwrap_or(0)
}

/// Decodes base64 leniently: percent escapes are resolved, and other characters that are no base64 symbols are skipped.
fn decode_base64(text: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0);
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' { hex(rest.by_ref().take(2)).unwrap_or(0) } else { byte };
        let symbol = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(symbol);
        count += 1;
        if count == 4 {
            data.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    let last = (bits << (6 * (4 - count))).to_be_bytes();
    data.extend_from_slice(last.get(1..count.max(1)).unwrap_or_default());
    data
}
