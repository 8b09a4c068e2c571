//! The calls on images. A result is an object, which a class of `lib/images.js` names.

use napi::bindgen_prelude::{AsyncTask, Buffer, External, Latin1String, Uint8Array};
use napi_derive::napi;
use presize::{CheckedImage, EncodedImage, ImageFormat, ImageInfo, ImageRules, PixelImage, Transform};

use crate::convert::{argument, optional, options};
use crate::error::Result;
use crate::input::Input;
use crate::tasks::{Cancel, Job, Shown, start};

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
        }
    }
}

#[napi(object, object_from_js = false)]
pub struct Checked {
    pub bytes: Buffer,
    pub info: Info,
}

impl Shown for CheckedImage<'static> {
    type Js = Checked;
    fn show(self) -> Checked {
        Checked { info: Info::from(&self.info), bytes: self.bytes.into_owned().into() }
    }
}

#[napi(object, object_from_js = false)]
pub struct Encoded {
    pub bytes: Buffer,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
}

impl Shown for EncodedImage {
    type Js = Encoded;
    fn show(self) -> Encoded {
        Encoded { bytes: self.bytes.into(), format: self.format.as_str(), width: self.width, height: self.height }
    }
}

#[napi(object, object_from_js = false)]
pub struct Pixels {
    pub bytes: Buffer,
    pub width: u32,
    pub height: u32,
    pub channels: u8,
}

impl Shown for PixelImage<'static> {
    type Js = Pixels;
    fn show(self) -> Pixels {
        Pixels {
            width: self.width,
            height: self.height,
            channels: self.channels,
            bytes: self.bytes.into_owned().into(),
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

#[napi]
pub fn check(
    bytes: &[u8],
    rules: &External<ImageRules>,
    declared: String,
    cancel: &External<Cancel>,
) -> Result<AsyncTask<Job<CheckedImage<'static>>>> {
    let declared = optional::<String>("declared", &declared)?;
    let bytes = Input::copy(bytes, rules)?;
    Ok(start(rules, cancel, move |rules| {
        let mut checked = presize::check(&bytes, declared.as_deref(), rules)?;
        checked.bytes = Vec::new().into();
        let mut checked = checked.into_owned();
        checked.bytes = bytes.into_bytes().into();
        Ok(checked)
    }))
}

#[napi]
pub fn transform(
    bytes: &[u8],
    packed: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<AsyncTask<Job<EncodedImage>>> {
    let transform = options(&packed).parse(Transform::from_named)?;
    let bytes = Input::copy(bytes, rules)?;
    Ok(start(rules, cancel, move |rules| presize::transform(&bytes, &transform, rules)))
}

#[napi]
pub fn transform_many(
    bytes: &[u8],
    packed: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<AsyncTask<Job<Vec<EncodedImage>>>> {
    let parse = |(index, packed): (usize, &String)| {
        options(packed).parse(Transform::from_named).map_err(|error| error.at_index(index))
    };
    let transforms = packed.iter().enumerate().map(parse).collect::<Result<Vec<_>>>()?;
    let bytes = Input::copy(bytes, rules)?;
    Ok(start(rules, cancel, move |rules| presize::transform_many(&bytes, &transforms, rules)))
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
) -> Result<AsyncTask<Job<PixelImage<'static>>>> {
    let transform = options(&packed).parse(Transform::from_named)?;
    let bytes = Input::copy(bytes, rules)?;
    Ok(start(rules, cancel, move |rules| presize::decode(&bytes, &transform, rules)))
}

#[napi]
pub fn encode(
    bytes: &[u8],
    shape: Vec<String>,
    packed: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<AsyncTask<Job<EncodedImage>>> {
    let side = |index: usize| shape.get(index).map_or("", String::as_str);
    let (width, height) = (argument("width", side(0))?, argument("height", side(1))?);
    let channels = argument("channels", side(2))?;
    let transform = options(&packed).parse(Transform::from_named)?;
    // Bytes that are no such pixels are not copied.
    let bytes = PixelImage::new(width, height, channels, bytes)?.bytes.into_owned();
    Ok(start(rules, cancel, move |rules| {
        presize::encode(&PixelImage::new(width, height, channels, bytes)?, &transform, rules)
    }))
}

#[napi]
pub fn decode_data_uri(
    text: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> AsyncTask<Job<CheckedImage<'static>>> {
    start(rules, cancel, move |rules| presize::decode_data_uri(&text, rules))
}

#[napi]
pub fn decode_data_uris(
    texts: Vec<String>,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> AsyncTask<Job<Vec<CheckedImage<'static>>>> {
    start(rules, cancel, move |rules| presize::decode_data_uris(&texts, rules))
}

#[napi]
pub fn encode_data_uri(bytes: &[u8], format: String) -> Result<Latin1String> {
    let format = argument::<ImageFormat>("format", &format)?;
    Ok(presize::encode_data_uri(bytes, format).into())
}
