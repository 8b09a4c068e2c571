//! The body of a JSON request in one buffer, and the data URIs in it, borrowed instead of copied.
//!
//! A JSON parser makes a Python `str` of every string, which for data URIs is a second copy of most of the body. So the parser
//! gets a short document in which each data URI is replaced by a mark, and the validator of the image reads the body itself:
//!
//! ```text
//! body      {"title": "data:...", "photos": ["data:image/png;base64,iVBO...", "data:image\/png;base64,iVBO..."]}
//! places    0: fields {"photos": 1}    1: items 2    2: text
//! document  {"title": "data:...", "photos": ["<mark>0",                       "data:image\/png;base64,iVBO..."]}
//! ```
//!
//! A string is cut out only at a place where no code but presize sees it (`presize/_json_places.py` finds these), and only if
//! it is long, in ASCII and without escapes, so that its bytes are the text that the parser would read. For valid JSON the scan
//! below agrees with every parser. In invalid JSON the first error is outside of the strings that are cut out, so the parser
//! still finds it.
//!
//! Step by step, for the body above: `{` opens place 0. The key `title` is no field of place 0, so its value is left alone. The
//! key `photos` leads to place 1, and `[` opens it, so each item is at place 2, where strings are cut out. The first item is
//! cut out. The second has an escape, and stays in the document.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use presize::{JsonLimits, JsonScanner};
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::json_scan::MIN_DETACHED_BYTES;

/// A shorter text is cheaper as a `str` than as a mark.
const MIN_CUT_BYTES: usize = 512;

/// The deepest nesting that is scanned. `JsonScanner` has already refused anything deeper than half of it.
const MAX_DEPTH: usize = 64;

/// Collects the chunks of a body. Each is checked by the scanner first.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct JsonBody(Mutex<Buffer>);

struct Buffer {
    scanner: JsonScanner,
    /// The `Content-Length`. As much memory is reserved, but not touched before the bytes arrive.
    announced_bytes: usize,
    bytes: Vec<u8>,
}

#[pymethods]
impl JsonBody {
    #[new]
    fn new(announced_bytes: usize, limits: &Bound<'_, PyDict>) -> Result<Self> {
        let named = NamedOptions::new(limits)?;
        let scanner = JsonScanner::new(&JsonLimits::from_named(named.iter())?)?;
        Ok(Self(Mutex::new(Buffer { scanner, announced_bytes, bytes: Vec::new() })))
    }

    fn push(&self, chunk: &Bound<'_, PyBytes>) -> Result<()> {
        let bytes = chunk.as_bytes();
        if bytes.len() < MIN_DETACHED_BYTES {
            return self.lock().push(bytes);
        }
        chunk.py().detach(|| self.lock().push(bytes))
    }

    /// Takes the body out. A later `push` begins a new one.
    fn finish(&self) -> JsonDocument {
        JsonDocument { bytes: Arc::new(std::mem::take(&mut self.lock().bytes)) }
    }
}

impl JsonBody {
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    fn push(&mut self, chunk: &[u8]) -> Result<()> {
        self.scanner.push(chunk)?;
        let more = chunk.len().max(self.announced_bytes.saturating_sub(self.bytes.len()));
        self.bytes.try_reserve(more).map_err(|error| PyMemoryError::new_err(error.to_string()))?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }
}

/// A complete body.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct JsonDocument {
    pub(crate) bytes: Arc<Vec<u8>>,
}

#[pymethods]
impl JsonDocument {
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bytes)
    }

    /// The document with marks in place of data URIs, and the data URI of each mark. A mark is `mark` followed by a number;
    /// `mark` has to be random, so that no client can write one.
    fn cut<'py>(
        &self,
        py: Python<'py>,
        places: &Bound<'py, JsonPlaces>,
        mark: &str,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyDict>)> {
        let places = &places.get().0;
        let (document, spans) = py.detach(|| {
            let spans = data_uris(&self.bytes, places);
            (marked(&self.bytes, &spans, mark), spans)
        });
        let texts = PyDict::new(py);
        for (index, span) in spans.into_iter().enumerate() {
            texts.set_item(format!("{mark}{index}"), JsonText { bytes: Arc::clone(&self.bytes), span })?;
        }
        Ok((PyBytes::new(py, &document), texts))
    }

    fn __len__(&self) -> usize {
        self.bytes.len()
    }
}

/// A string of a body. It is ASCII and has no escapes.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct JsonText {
    bytes: Arc<Vec<u8>>,
    span: Range<usize>,
}

#[pymethods]
impl JsonText {
    /// The first `characters` characters.
    fn start(&self, characters: usize) -> &str {
        let text = self.as_str();
        text.get(..characters).unwrap_or(text)
    }

    fn __len__(&self) -> usize {
        self.span.len()
    }
}

impl JsonText {
    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(self.span.clone()).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// The places of a document at which data URIs are cut out: a graph whose first node is the whole document.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct JsonPlaces(Vec<Place>);

/// Whether a string here is cut out, and the places of the items of a list and of the fields of an object. `None` is left alone.
struct Place {
    is_cut: bool,
    items: Option<usize>,
    fields: HashMap<String, usize>,
    other_fields: Option<usize>,
}

/// The fields of a [`Place`], in their order.
type PlaceFields = (bool, Option<usize>, HashMap<String, usize>, Option<usize>);

#[pymethods]
impl JsonPlaces {
    #[new]
    fn new(places: Vec<PlaceFields>) -> Self {
        let places = places.into_iter();
        Self(
            places.map(|(is_cut, items, fields, other_fields)| Place { is_cut, items, fields, other_fields }).collect(),
        )
    }
}

/// A list or an object whose end has not been reached.
struct Open<'a> {
    place: Option<&'a Place>,
    is_object: bool,
    /// Whether the next string is a key.
    is_key_next: bool,
    /// The place of the next value.
    value: Option<usize>,
}

/// The spans of the data URIs that can be cut out; none if the body is not JSON.
fn data_uris(body: &[u8], places: &[Place]) -> Vec<Range<usize>> {
    scan(body, places).unwrap_or_default()
}

/// `None` for a body that is not JSON, or nested too deeply.
fn scan(body: &[u8], places: &[Place]) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let (text, is_plain) = string(body.get(at..)?)?;
                let span = at..at + text.len();
                at = span.end + 1;
                if let Some(object) = open.last_mut().filter(|open| open.is_key_next) {
                    object.value = object.place.and_then(|place| place.field(text, is_plain));
                } else if value_place(&open, places).is_some_and(|place| place.is_cut) && is_plain && is_data_uri(text)
                {
                    found.push(span);
                }
            }
            b'{' | b'[' => {
                if open.len() == MAX_DEPTH {
                    return None;
                }
                let (place, is_object) = (value_place(&open, places), *byte == b'{');
                let items = place.filter(|_| !is_object).and_then(|place| place.items);
                open.push(Open { place, is_object, is_key_next: is_object, value: items });
            }
            b'}' | b']' => {
                open.pop().filter(|open| open.is_object == (*byte == b'}'))?;
            }
            b':' => open.last_mut()?.is_key_next = false,
            b',' => {
                let open = open.last_mut()?;
                open.is_key_next = open.is_object;
            }
            _ => {}
        }
    }
    Some(found)
}

/// The place of the next value.
fn value_place<'a>(open: &[Open<'a>], places: &'a [Place]) -> Option<&'a Place> {
    places.get(open.last().map_or(Some(0), |open| open.value)?)
}

impl Place {
    /// The place of a field. A key with escapes may be any key, so its value is left alone.
    fn field(&self, key: &[u8], is_plain: bool) -> Option<usize> {
        let key = std::str::from_utf8(key).ok().filter(|_| is_plain)?;
        self.fields.get(key).copied().or(self.other_fields)
    }
}

/// The text of the string that begins here, and whether it has no escapes.
fn string(body: &[u8]) -> Option<(&[u8], bool)> {
    let (mut at, mut is_plain) = (0, true);
    loop {
        at += body.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if body.get(at) == Some(&b'"') {
            return Some((body.get(..at)?, is_plain));
        }
        is_plain = false;
        at += 2;
    }
}

fn is_data_uri(text: &[u8]) -> bool {
    text.len() >= MIN_CUT_BYTES
        && text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"data:"))
        && text.iter().all(|byte| (b' '..0x7f).contains(byte))
}

/// The document with a mark in place of each of these texts.
fn marked(body: &[u8], spans: &[Range<usize>], mark: &str) -> Vec<u8> {
    let cut: usize = spans.iter().map(Range::len).sum();
    let mut document = Vec::with_capacity(body.len().saturating_sub(cut) + spans.len() * (mark.len() + 8));
    let mut kept = 0;
    for (index, span) in spans.iter().enumerate() {
        document.extend_from_slice(body.get(kept..span.start).unwrap_or_default());
        document.extend_from_slice(format!("{mark}{index}").as_bytes());
        kept = span.end;
    }
    document.extend_from_slice(body.get(kept..).unwrap_or_default());
    document
}
