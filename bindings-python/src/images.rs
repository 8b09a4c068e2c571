//! The calls on images. Results are tuples, of which `presize/images.py` makes objects.

use std::borrow::Cow;

use presize::{CheckedImage, EncodedImage, ExifSummary, ImageFormat, ImageInfo, ImageRules, PixelImage, Transform};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::arguments::{NamedOptions, argument, type_name};
use crate::data::Data;
use crate::error::{BindingError, Result, invalid};
use crate::json_body::JsonText;
use crate::pixels::into_bytes;
use crate::rules::{CancelToken, Rules};

/// Make, model, software, time of capture, artist, copyright, whether there is a GPS position.
pub(crate) type Exif =
    (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, bool);
/// Format, width, height, orientation, has alpha, is animated, has an ICC profile, has EXIF, EXIF summary.
type Info = (&'static str, u32, u32, u8, bool, bool, bool, bool, Option<Exif>);
/// Bytes, header, whether the image is complete.
type Checked<'py> = (Bound<'py, PyBytes>, Info, bool);
/// Bytes, format, kind and size of each block of metadata that was removed.
type Stripped<'py> = (Bound<'py, PyBytes>, &'static str, Vec<(&'static str, u64)>);
/// Bytes, format, width, height.
pub(crate) type Encoded<'py> = (Bound<'py, PyBytes>, &'static str, u32, u32);

#[pyfunction]
pub(crate) fn inspect(data: &Bound<'_, PyAny>) -> Result<Info> {
    let py = data.py();
    // Only the header is read, which is far shorter than this.
    let data = Data::read_start(data, ImageRules::default().max_bytes)?;
    let bytes = data.as_slice();
    Ok(info(&py.detach(|| presize::inspect(bytes))?))
}

/// Reads the bytes of an image into a `bytes` object, which the other calls borrow.
#[pyfunction]
pub(crate) fn read<'py>(data: &Bound<'py, PyAny>, rules: Option<&Bound<'py, Rules>>) -> Result<Bound<'py, PyBytes>> {
    let py = data.py();
    Ok(Data::read(data, rules_of(rules, None).max_bytes)?.into_bytes(py))
}

#[pyfunction]
pub(crate) fn work_pixels(data: &Bound<'_, PyAny>, rules: Option<&Bound<'_, Rules>>) -> Result<u64> {
    let py = data.py();
    let rules = rules_of(rules, None);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    Ok(py.detach(|| presize::work_pixels(bytes, &rules))?)
}

#[pyfunction]
pub(crate) fn strip_work_pixels(data: &Bound<'_, PyAny>, rules: Option<&Bound<'_, Rules>>) -> Result<u64> {
    let py = data.py();
    let rules = rules_of(rules, None);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    Ok(py.detach(|| presize::strip_work_pixels(bytes, &rules)))
}

#[pyfunction]
pub(crate) fn check_totals(files: &Bound<'_, PyAny>, rules: Option<&Bound<'_, Rules>>) -> Result<()> {
    let py = files.py();
    let rules = rules_of(rules, None);
    let mut read = Vec::new();
    for (index, file) in list("files", files)?.iter().enumerate() {
        read.push(Data::read(&file, rules.max_bytes).map_err(|error| error.at_index(index))?);
    }
    let files: Vec<_> = read.iter().map(Data::as_slice).collect();
    Ok(py.detach(|| presize::check_totals(&files, &rules))?)
}

#[pyfunction]
pub(crate) fn check<'py>(
    data: &Bound<'py, PyAny>,
    rules: Option<&Bound<'py, Rules>>,
    declared: Option<&Bound<'py, PyAny>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Checked<'py>> {
    let py = data.py();
    let rules = rules_of(rules, cancel_token);
    let declared = declared.map(|declared| argument::<String>("declared", declared)).transpose()?;
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let (checked, is_complete) = py.detach(|| {
        presize::check(bytes, declared.as_deref(), &rules).map(|checked| (info(&checked.info), checked.is_complete))
    })?;
    Ok((data.into_bytes(py), checked, is_complete))
}

#[pyfunction]
pub(crate) fn strip_metadata<'py>(
    data: &Bound<'py, PyAny>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Stripped<'py>> {
    let py = data.py();
    let rules = rules_of(rules, cancel_token);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let image = py.detach(|| presize::strip_metadata(bytes, &rules))?;
    let (format, removed) = (image.format.as_str(), image.removed);
    let removed = removed.into_iter().map(|removed| (removed.kind.as_str(), removed.bytes)).collect();
    let stripped = match image.bytes {
        Cow::Owned(stripped) => into_bytes(py, stripped)?,
        Cow::Borrowed(_) => data.into_bytes(py),
    };
    Ok((stripped, format, removed))
}

#[pyfunction]
pub(crate) fn transform<'py>(
    data: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Encoded<'py>> {
    let py = data.py();
    let transform = Transform::from_named(NamedOptions::new(options)?.iter())?;
    let rules = rules_of(rules, cancel_token);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let image = py.detach(|| presize::transform(bytes, &transform, &rules))?;
    Ok(encoded(py, &image))
}

#[pyfunction]
pub(crate) fn transform_many<'py>(
    data: &Bound<'py, PyAny>,
    transforms: &Bound<'py, PyAny>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Vec<Encoded<'py>>> {
    let py = data.py();
    let mut parsed = Vec::new();
    for (index, options) in list("transforms", transforms)?.iter().enumerate() {
        let options = options
            .cast::<PyDict>()
            .map_err(|_| invalid("transforms", "a list of dictionaries", type_name(&options)).at_index(index))?;
        let transform = Transform::from_named(NamedOptions::new(options)?.iter());
        parsed.push(transform.map_err(|error| error.at_index(index))?);
    }
    let rules = rules_of(rules, cancel_token);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let images = py.detach(|| presize::transform_many(bytes, &parsed, &rules))?;
    Ok(images.iter().map(|image| encoded(py, image)).collect())
}

/// Format, width, height, path, eighths of shrink-on-load, decoded width and height, bytes of memory.
type Explained = (&'static str, u32, u32, &'static str, u8, u32, u32, u64);

#[pyfunction]
pub(crate) fn explain(
    data: &Bound<'_, PyAny>,
    options: &Bound<'_, PyDict>,
    rules: Option<&Bound<'_, Rules>>,
) -> Result<Explained> {
    let py = data.py();
    let transform = Transform::from_named(NamedOptions::new(options)?.iter())?;
    let rules = rules_of(rules, None);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let explanation = py.detach(|| transform.explain(bytes, &rules))?;
    Ok((
        explanation.format.as_str(),
        explanation.width,
        explanation.height,
        explanation.path.as_str(),
        explanation.decode_eighths,
        explanation.decoded_width,
        explanation.decoded_height,
        explanation.memory_bytes,
    ))
}

/// Bytes, width, height, channels.
type Raw<'py> = (Bound<'py, PyBytes>, u32, u32, u8);

#[pyfunction]
pub(crate) fn decode<'py>(
    data: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Raw<'py>> {
    let py = data.py();
    let transform = Transform::from_named(NamedOptions::new(options)?.iter())?;
    let rules = rules_of(rules, cancel_token);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let pixels = py.detach(|| presize::decode(bytes, &transform, &rules))?;
    let PixelImage { width, height, channels, .. } = pixels;
    Ok((into_bytes(py, pixels.bytes.into_owned())?, width, height, channels))
}

/// Refuses pixels whose number of bytes does not match width, height and channels.
#[pyfunction]
pub(crate) fn check_pixels(
    bytes: &Bound<'_, PyAny>,
    width: &Bound<'_, PyAny>,
    height: &Bound<'_, PyAny>,
    channels: &Bound<'_, PyAny>,
) -> Result<()> {
    let bytes = bytes.cast::<PyBytes>().map_err(|_| invalid("bytes", "bytes", type_name(bytes)))?;
    let (width, height) = (argument("width", width)?, argument("height", height)?);
    PixelImage::new(width, height, argument("channels", channels)?, bytes.as_bytes())?;
    Ok(())
}

#[pyfunction]
pub(crate) fn encode<'py>(
    bytes: &Bound<'py, PyBytes>,
    width: &Bound<'py, PyAny>,
    height: &Bound<'py, PyAny>,
    channels: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Encoded<'py>> {
    let py = bytes.py();
    let (width, height) = (argument("width", width)?, argument("height", height)?);
    let channels = argument("channels", channels)?;
    let transform = Transform::from_named(NamedOptions::new(options)?.iter())?;
    let rules = rules_of(rules, cancel_token);
    let bytes = bytes.as_bytes();
    let image = py.detach(|| presize::encode(&PixelImage::new(width, height, channels, bytes)?, &transform, &rules))?;
    Ok(encoded(py, &image))
}

#[pyfunction]
pub(crate) fn decode_data_uri<'py>(
    text: &Bound<'py, PyAny>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Checked<'py>> {
    let py = text.py();
    let rules = rules_of(rules, cancel_token);
    let text = Text::new(text)?;
    let text = text.as_str()?;
    let image = py.detach(|| presize::decode_data_uri(text, &rules))?;
    Ok((PyBytes::new(py, &image.bytes), info(&image.info), image.is_complete))
}

#[pyfunction]
pub(crate) fn decode_data_uris<'py>(
    texts: &Bound<'py, PyAny>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Vec<Checked<'py>>> {
    let py = texts.py();
    let rules = rules_of(rules, cancel_token);
    let texts = list("texts", texts)?;
    let texts: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Text::new(&text).map_err(|error| error.at_index(index)))
        .collect::<Result<_>>()?;
    let texts: Vec<_> = texts.iter().map(Text::as_str).collect::<PyResult<_>>()?;
    let images = py.detach(|| presize::decode_data_uris(&texts, &rules))?;
    // Each image is freed once it is copied, so at most one is in memory twice.
    let checked = |image: CheckedImage<'_>| (PyBytes::new(py, &image.bytes), info(&image.info), image.is_complete);
    Ok(images.into_iter().map(checked).collect())
}

#[pyfunction]
pub(crate) fn encode_data_uri(data: &Bound<'_, PyAny>, format: &Bound<'_, PyAny>) -> Result<String> {
    let py = data.py();
    let format = argument::<ImageFormat>("format", format)?;
    let data = Data::read(data, u64::from(u32::MAX))?;
    let bytes = data.as_slice();
    Ok(py.detach(|| presize::encode_data_uri(bytes, format)))
}

/// The rules of a call, or the default rules, with the cancel token of the call.
pub(crate) fn rules_of(rules: Option<&Bound<'_, Rules>>, cancel_token: Option<&Bound<'_, CancelToken>>) -> ImageRules {
    let rules = rules.map_or_else(ImageRules::default, |rules| rules.get().0.clone());
    match cancel_token {
        Some(token) => rules.cancel_token(&token.get().0),
        None => rules,
    }
}

/// A list or a tuple. Other iterables could be endless, or a `str`.
pub(crate) fn list<'py>(name: &str, items: &Bound<'py, PyAny>) -> Result<Bound<'py, PyList>> {
    if items.is_instance_of::<PyList>() || items.is_instance_of::<PyTuple>() {
        let list = items.py().get_type::<PyList>().call1((items,))?;
        return list.cast_into::<PyList>().map_err(|error| BindingError::from(PyErr::from(error)));
    }
    Err(invalid(name, "a list", type_name(items)))
}

/// The text of a data URI: a string, or a part of a JSON body.
enum Text<'py> {
    String(Bound<'py, PyString>),
    Json(Bound<'py, JsonText>),
}

impl<'py> Text<'py> {
    fn new(text: &Bound<'py, PyAny>) -> Result<Self> {
        if let Ok(text) = text.cast::<JsonText>() {
            return Ok(Self::Json(text.clone()));
        }
        match text.cast::<PyString>() {
            Ok(text) if text.to_str().is_ok() => Ok(Self::String(text.clone())),
            _ => Err(invalid("text", "a string", type_name(text))),
        }
    }

    fn as_str(&self) -> PyResult<&str> {
        match self {
            Self::String(text) => text.to_str(),
            Self::Json(text) => Ok(text.get().as_str()),
        }
    }
}

fn info(info: &ImageInfo) -> Info {
    (
        info.format.as_str(),
        info.width,
        info.height,
        info.orientation.exif(),
        info.has_alpha,
        info.is_animated,
        info.has_icc_profile,
        info.has_exif,
        info.exif_summary.clone().map(exif),
    )
}

/// The fields of `ExifSummary` in `presize/images.py`.
pub(crate) fn exif(summary: ExifSummary) -> Exif {
    let ExifSummary { make, model, software, taken_at, artist, copyright, has_gps, .. } = summary;
    (make, model, software, taken_at, artist, copyright, has_gps)
}

pub(crate) fn encoded<'py>(py: Python<'py>, image: &EncodedImage) -> Encoded<'py> {
    (PyBytes::new(py, &image.bytes), image.format.as_str(), image.width, image.height)
}
