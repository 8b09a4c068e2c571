//! The calls on images. A result is an object, which a class of `lib/images.js` names.

use std::borrow::Cow;
use std::sync::{Arc, Weak};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use napi::bindgen_prelude::{Buffer, External, Latin1String, Uint8Array};
use napi_derive::napi;
use presize::{
    CheckedImage, EncodedImage, ExifSummary, ImageFormat, ImageInfo, ImageRules, PixelImage, RemovedMetadata, Transform,
};

use crate::convert::{argument, optional, options};
use crate::error::Result;
use crate::input::Input;
use crate::tasks::{Cancel, Cost, Done, Load, Prepared, UNWEIGHED, prepare};

/// What encoding a pixel costs, in weighted pixels: the dearest format and effort.
const ENCODED_PIXEL: u64 = 8;

/// What there is none of is left out of the object.
#[napi(object, object_from_js = false)]
pub struct Exif {
    pub make: Option<String>,
    pub model: Option<String>,
    pub software: Option<String>,
    pub taken_at: Option<String>,
    pub artist: Option<String>,
    pub copyright: Option<String>,
    pub has_gps: bool,
}

impl From<ExifSummary> for Exif {
    fn from(summary: ExifSummary) -> Self {
        let ExifSummary { make, model, software, taken_at, artist, copyright, has_gps, .. } = summary;
        Self { make, model, software, taken_at, artist, copyright, has_gps }
    }
}

#[napi(object, object_from_js = false)]
#[allow(clippy::struct_excessive_bools, reason = "the fields of the core's own")]
pub struct Info {
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub orientation: u8,
    pub has_alpha: bool,
    pub is_animated: bool,
    pub has_icc_profile: bool,
    pub has_exif: bool,
    pub exif_summary: Option<Exif>,
}

impl From<&ImageInfo> for Info {
    fn from(info: &ImageInfo) -> Self {
        Self {
            format: info.format.as_str(),
            width: info.width,
            height: info.height,
            orientation: info.orientation.exif(),
            has_alpha: info.has_alpha,
            is_animated: info.is_animated,
            has_icc_profile: info.has_icc_profile,
            has_exif: info.has_exif,
            exif_summary: info.exif_summary.clone().map(Exif::from),
        }
    }
}

#[napi(object, object_from_js = false)]
pub struct Checked {
    pub bytes: Buffer,
    pub info: Info,
    pub is_complete: bool,
}

impl From<CheckedImage<'static>> for Checked {
    fn from(image: CheckedImage<'static>) -> Self {
        Self { info: Info::from(&image.info), is_complete: image.is_complete, bytes: image.bytes.into_owned().into() }
    }
}

#[napi(object, object_from_js = false)]
pub struct Removed {
    pub kind: &'static str,
    pub bytes: f64,
}

impl From<RemovedMetadata> for Removed {
    fn from(removed: RemovedMetadata) -> Self {
        Self { kind: removed.kind.as_str(), bytes: removed.bytes as f64 }
    }
}

#[napi(object, object_from_js = false)]
pub struct Stripped {
    pub bytes: Buffer,
    pub format: &'static str,
    pub removed: Vec<Removed>,
}

impl Stripped {
    pub(crate) fn new(bytes: Vec<u8>, format: ImageFormat, removed: Vec<RemovedMetadata>) -> Self {
        let removed = removed.into_iter().map(Removed::from).collect();
        Self { bytes: bytes.into(), format: format.as_str(), removed }
    }
}

#[napi(object, object_from_js = false)]
pub struct Encoded {
    pub bytes: Buffer,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
}

impl From<EncodedImage> for Encoded {
    fn from(image: EncodedImage) -> Self {
        Self { bytes: image.bytes.into(), format: image.format.as_str(), width: image.width, height: image.height }
    }
}

#[napi(object, object_from_js = false)]
pub struct Pixels {
    pub bytes: Buffer,
    pub width: u32,
    pub height: u32,
    pub channels: u8,
}

impl From<PixelImage<'static>> for Pixels {
    fn from(pixels: PixelImage<'static>) -> Self {
        Self {
            width: pixels.width,
            height: pixels.height,
            channels: pixels.channels,
            bytes: pixels.bytes.into_owned().into(),
        }
    }
}

// It reads hostile bytes on the caller's own thread: a panic there is an error, not the end of the process.
#[napi(catch_unwind)]
pub fn inspect(bytes: &[u8]) -> Result<Info> {
    Ok(Info::from(&presize::inspect(bytes)?))
}

// It reads hostile bytes on the caller's own thread, as `inspect` does.
#[napi(catch_unwind)]
pub fn work_pixels(bytes: &[u8], rules: &External<ImageRules>) -> Result<i64> {
    Ok(i64::try_from(presize::work_pixels(bytes, rules)?).unwrap_or(i64::MAX))
}

// It reads hostile bytes on the caller's own thread, as `inspect` does.
#[napi(catch_unwind)]
pub fn check_totals(files: Vec<Uint8Array>, rules: &External<ImageRules>) -> Result<()> {
    Ok(presize::check_totals(&files, rules)?)
}

/// Prepares the same for the pool. The files are copied, since JavaScript may write to its own meanwhile.
#[napi]
pub fn prepare_totals(
    files: Vec<Uint8Array>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let files = files.iter().map(|bytes| Input::copy(bytes, rules)).collect::<Result<Vec<_>>>()?;
    // Only headers are read, which is light whatever is in the pictures.
    let load = Load { bytes: files.iter().map(|bytes| bytes.len()).sum(), work: Cost::Known(0) };
    Ok(prepare(rules, cancel, load, move |rules| {
        let files: Vec<&[u8]> = files.iter().map(|bytes| &**bytes).collect();
        presize::check_totals(&files, rules).map(|()| Done::Nothing)
    }))
}

#[napi]
pub fn check(
    bytes: &[u8],
    rules: &External<ImageRules>,
    declared: String,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let declared = optional::<String>("declared", &declared)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        let mut checked = presize::check(&bytes, declared.as_deref(), rules)?;
        checked.bytes = Vec::new().into();
        let mut checked = checked.into_owned();
        // Nobody else has them once they have been weighed.
        checked.bytes = Arc::try_unwrap(bytes).map_or_else(|shared| shared.to_vec(), Input::into_bytes).into();
        Ok(Done::Checked(checked))
    }))
}

#[napi]
pub fn strip_metadata(
    bytes: &[u8],
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let bytes = Input::copy(bytes, rules)?;
    // No pixel is decoded.
    let load = Load { bytes: bytes.len(), work: Cost::Known(0) };
    Ok(prepare(rules, cancel, load, move |rules| {
        let image = presize::strip_metadata(&bytes, rules)?;
        let (format, removed) = (image.format, image.removed);
        let stripped = match image.bytes {
            Cow::Owned(stripped) => stripped,
            Cow::Borrowed(_) => bytes.into_bytes(),
        };
        Ok(Done::Stripped(stripped, format, removed))
    }))
}

#[napi]
pub fn transform(
    bytes: &[u8],
    packed: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let transform = options(&packed).parse(Transform::from_named)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| presize::transform(&bytes, &transform, rules).map(Done::Encoded)))
}

#[napi]
pub fn transform_many(
    bytes: &[u8],
    packed: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let parse = |(index, packed): (usize, &String)| {
        options(packed).parse(Transform::from_named).map_err(|error| error.at_index(index))
    };
    let transforms = packed.iter().enumerate().map(parse).collect::<Result<Vec<_>>>()?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::transform_many(&bytes, &transforms, rules).map(Done::AllEncoded)
    }))
}

#[napi(object, object_from_js = false)]
pub struct Explained {
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub path: &'static str,
    pub decode_eighths: u8,
    pub decoded_width: u32,
    pub decoded_height: u32,
    pub memory_bytes: i64,
}

// It reads hostile bytes on the caller's own thread, as `inspect` does.
#[napi(catch_unwind)]
pub fn explain_transform(bytes: &[u8], packed: String, rules: &External<ImageRules>) -> Result<Explained> {
    let transform = options(&packed).parse(Transform::from_named)?;
    let seen = transform.explain(bytes, rules)?;
    Ok(Explained {
        format: seen.format.as_str(),
        width: seen.width,
        height: seen.height,
        path: seen.path.as_str(),
        decode_eighths: seen.decode_eighths,
        decoded_width: seen.decoded_width,
        decoded_height: seen.decoded_height,
        memory_bytes: i64::try_from(seen.memory_bytes).unwrap_or(i64::MAX),
    })
}

#[napi]
pub fn decode(
    bytes: &[u8],
    packed: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let transform = options(&packed).parse(Transform::from_named)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| presize::decode(&bytes, &transform, rules).map(Done::Pixels)))
}

#[napi]
pub fn encode(
    bytes: &[u8],
    shape: Vec<String>,
    packed: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<Prepared>> {
    let side = |index: usize| shape.get(index).map_or("", String::as_str);
    let (width, height) = (argument("width", side(0))?, argument("height", side(1))?);
    let channels = argument("channels", side(2))?;
    let transform = options(&packed).parse(Transform::from_named)?;
    // Bytes that are no such pixels are not copied.
    let bytes = PixelImage::new(width, height, channels, bytes)?.bytes.into_owned();
    let pixels = u64::from(width) * u64::from(height);
    let load = Load { bytes: bytes.len(), work: Cost::Known(pixels.saturating_mul(ENCODED_PIXEL)) };
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::encode(&PixelImage::new(width, height, channels, bytes)?, &transform, rules).map(Done::Encoded)
    }))
}

#[napi]
pub fn decode_data_uri(text: String, rules: &External<ImageRules>, cancel: &External<Cancel>) -> External<Prepared> {
    let texts = Arc::new(vec![text]);
    let load = load_of_texts(&texts, rules);
    prepare(rules, cancel, load, move |rules| {
        let text = texts.first().map_or("", String::as_str);
        presize::decode_data_uri(text, rules).map(Done::Checked)
    })
}

#[napi]
pub fn decode_data_uris(
    texts: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> External<Prepared> {
    let texts = Arc::new(texts);
    let load = load_of_texts(&texts, rules);
    prepare(rules, cancel, load, move |rules| presize::decode_data_uris(&texts, rules).map(Done::AllChecked))
}

/// Data URIs are weighed on the pool, since their headers are in base64. The work that is dropped takes the texts with it.
fn load_of_texts(texts: &Arc<Vec<String>>, rules: &ImageRules) -> Load {
    let (waiting, rules): (Weak<_>, _) = (Arc::downgrade(texts), rules.clone());
    let work = move || waiting.upgrade().map_or(0, |texts| weigh_texts(&texts, &rules));
    Load { bytes: texts.iter().map(String::len).sum(), work: Cost::Unknown(Box::new(work)) }
}

/// What decoding a list of data URIs costs, in weighted pixels.
pub(crate) fn weigh_texts<T: AsRef<str>>(texts: &[T], rules: &ImageRules) -> u64 {
    texts.iter().fold(0, |total: u64, text| total.saturating_add(weigh_text(text.as_ref(), rules)))
}

/// What is no image is refused without work; base64 that only the core can read may be anything.
fn weigh_text(text: &str, rules: &ImageRules) -> u64 {
    let data = text.split_once(',').map_or(text, |(_, data)| data);
    let symbols: String;
    let data = if rules.allow_whitespace && data.contains(|character: char| character.is_ascii_whitespace()) {
        symbols = data.split_ascii_whitespace().collect();
        &symbols
    } else {
        data
    };
    // Longer data is refused before it is decoded.
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
