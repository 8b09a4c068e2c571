//! The calls on images: `inspect`, `check`, `transform` and the others. Those that decode run on the pool.

use std::borrow::Cow;
use std::sync::{Arc, Weak};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use napi::bindgen_prelude::{External, Latin1String, Uint8Array};
use napi_derive::napi;
use presize::{ImageFormat, ImageRules, PixelImage, Transform};

use crate::arguments::{NamedOptions, argument, optional};
use crate::error::Result;
use crate::input::Input;
use crate::results::{CallResult, JsExplanation, JsImageInfo};
use crate::tasks::{Cancel, Cost, Load, QueuedCall, UNWEIGHED, prepare};

/// The cost of encoding a pixel, in weighted pixels: that of the most expensive format and effort.
const ENCODED_PIXEL: u64 = 8;

// Hostile bytes are read on the main thread: a panic there becomes an error instead of ending the process.
#[napi(catch_unwind)]
pub fn inspect(bytes: &[u8]) -> Result<JsImageInfo> {
    Ok(JsImageInfo::from(&presize::inspect(bytes)?))
}

// Hostile bytes are read on the main thread, as in `inspect`.
#[napi(catch_unwind)]
pub fn work_pixels(bytes: &[u8], rules: &External<ImageRules>) -> Result<i64> {
    Ok(i64::try_from(presize::work_pixels(bytes, rules)?).unwrap_or(i64::MAX))
}

// Hostile bytes are read on the main thread, as in `inspect`.
#[napi(catch_unwind)]
pub fn check_totals(files: Vec<Uint8Array>, rules: &External<ImageRules>) -> Result<()> {
    Ok(presize::check_totals(&files, rules)?)
}

/// Prepares `check_totals` for the pool. The files are copied, since JavaScript may write to its own meanwhile.
#[napi]
pub fn prepare_totals(
    files: Vec<Uint8Array>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let files = files.iter().map(|bytes| Input::copy(bytes, rules)).collect::<Result<Vec<_>>>()?;
    // Only headers are read, which is light work for any image.
    let load = Load { bytes: files.iter().map(|bytes| bytes.len()).sum(), work: Cost::Known(0) };
    Ok(prepare(rules, cancel, load, move |rules| {
        let files: Vec<&[u8]> = files.iter().map(|bytes| &**bytes).collect();
        presize::check_totals(&files, rules).map(|()| CallResult::Nothing)
    }))
}

#[napi]
pub fn check(
    bytes: &[u8],
    rules: &External<ImageRules>,
    declared: String,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let declared = optional::<String>("declared", &declared)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        let mut checked = presize::check(&bytes, declared.as_deref(), rules)?;
        checked.bytes = Vec::new().into();
        let mut checked = checked.into_owned();
        // The weighing, which also held a reference, has ended by now.
        checked.bytes = Arc::try_unwrap(bytes).map_or_else(|shared| shared.to_vec(), Input::into_bytes).into();
        Ok(CallResult::Checked(checked))
    }))
}

#[napi]
pub fn strip_metadata(
    bytes: &[u8],
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_stripping(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        let image = presize::strip_metadata(&bytes, rules)?;
        let (format, removed) = (image.format, image.removed);
        let stripped = match image.bytes {
            Cow::Owned(stripped) => stripped,
            // The weighing, which also held a reference, has ended by now.
            Cow::Borrowed(_) => Arc::try_unwrap(bytes).map_or_else(|shared| shared.to_vec(), Input::into_bytes),
        };
        Ok(CallResult::Stripped(stripped, format, removed))
    }))
}

#[napi]
pub fn transform(
    bytes: &[u8],
    options: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let transform = NamedOptions::decode(&options).parse(Transform::from_named)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::transform(&bytes, &transform, rules).map(CallResult::Encoded)
    }))
}

#[napi]
pub fn transform_many(
    bytes: &[u8],
    options: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let parse = |(index, options): (usize, &String)| {
        NamedOptions::decode(options).parse(Transform::from_named).map_err(|error| error.at_index(index))
    };
    let transforms = options.iter().enumerate().map(parse).collect::<Result<Vec<_>>>()?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::transform_many(&bytes, &transforms, rules).map(CallResult::AllEncoded)
    }))
}

// Hostile bytes are read on the main thread, as in `inspect`.
#[napi(catch_unwind)]
pub fn explain_transform(bytes: &[u8], options: String, rules: &External<ImageRules>) -> Result<JsExplanation> {
    let transform = NamedOptions::decode(&options).parse(Transform::from_named)?;
    Ok(transform.explain(bytes, rules)?.into())
}

#[napi]
pub fn decode(
    bytes: &[u8],
    options: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let transform = NamedOptions::decode(&options).parse(Transform::from_named)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| presize::decode(&bytes, &transform, rules).map(CallResult::Pixels)))
}

#[napi]
pub fn encode(
    bytes: &[u8],
    shape: Vec<String>,
    options: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let side = |index: usize| shape.get(index).map_or("", String::as_str);
    let (width, height) = (argument("width", side(0))?, argument("height", side(1))?);
    let channels = argument("channels", side(2))?;
    let transform = NamedOptions::decode(&options).parse(Transform::from_named)?;
    // Checked before the copy: the bytes must match the shape.
    let bytes = PixelImage::new(width, height, channels, bytes)?.bytes.into_owned();
    let pixels = u64::from(width) * u64::from(height);
    let load = Load { bytes: bytes.len(), work: Cost::Known(pixels.saturating_mul(ENCODED_PIXEL)) };
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::encode(&PixelImage::new(width, height, channels, bytes)?, &transform, rules).map(CallResult::Encoded)
    }))
}

#[napi]
pub fn decode_data_uri(text: String, rules: &External<ImageRules>, cancel: &External<Cancel>) -> External<QueuedCall> {
    let texts = Arc::new(vec![text]);
    let load = load_of_texts(&texts, rules);
    prepare(rules, cancel, load, move |rules| {
        let text = texts.first().map_or("", String::as_str);
        presize::decode_data_uri(text, rules).map(CallResult::Checked)
    })
}

#[napi]
pub fn decode_data_uris(
    texts: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> External<QueuedCall> {
    let texts = Arc::new(texts);
    let load = load_of_texts(&texts, rules);
    prepare(rules, cancel, load, move |rules| presize::decode_data_uris(&texts, rules).map(CallResult::AllChecked))
}

/// Data URIs are weighed on the pool, because their headers have to be decoded from base64. The weighing holds no reference, so
/// that dropping the work frees the texts.
fn load_of_texts(texts: &Arc<Vec<String>>, rules: &ImageRules) -> Load {
    let (waiting, rules): (Weak<_>, _) = (Arc::downgrade(texts), rules.clone());
    let work = move || waiting.upgrade().map_or(0, |texts| weigh_texts(&texts, &rules));
    Load { bytes: texts.iter().map(String::len).sum(), work: Cost::Unknown(Box::new(work)) }
}

/// The cost of decoding a list of data URIs, in weighted pixels.
pub(crate) fn weigh_texts<T: AsRef<str>>(texts: &[T], rules: &ImageRules) -> u64 {
    texts.iter().fold(0, |total: u64, text| total.saturating_add(weigh_text(text.as_ref(), rules)))
}

/// A text that is no image is refused without work. Percent-encoded base64, which only the core decodes, may be anything.
fn weigh_text(text: &str, rules: &ImageRules) -> u64 {
    let data = text.split_once(',').map_or(text, |(_, data)| data);
    let symbols: String;
    let data = if rules.allow_whitespace && data.contains(|character: char| character.is_ascii_whitespace()) {
        symbols = data.split_ascii_whitespace().collect();
        &symbols
    } else {
        data
    };
    // Data of more bytes is refused before it is decoded.
    if data.len() as u64 / 4 * 3 > rules.max_bytes.saturating_add(3) && !data.contains('%') {
        return 0;
    }
    match BASE64_STANDARD.decode(data) {
        Ok(bytes) => presize::work_pixels(&bytes, rules).unwrap_or(0),
        Err(_) if data.contains('%') => UNWEIGHED,
        Err(_) => 0,
    }
}

#[napi]
pub fn encode_data_uri(bytes: &[u8], format: String) -> Result<Latin1String> {
    let format = argument::<ImageFormat>("format", &format)?;
    Ok(presize::encode_data_uri(bytes, format).into())
}
