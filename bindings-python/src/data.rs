//! The bytes of an image, from whatever Python has them in.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use presize::error::ErrorKind;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyString};

use crate::convert::type_name;
use crate::error::{Raised, Result, invalid};

/// Bytes that nobody changes while the interpreter is released.
pub(crate) enum Data<'py> {
    /// A `bytes` object, borrowed.
    Bytes(Bound<'py, PyBytes>),
    /// A copy of what other threads could write to, or what was read.
    Owned(Vec<u8>),
}

impl<'py> Data<'py> {
    /// `bytes`, `bytearray`, `memoryview` and other buffers of bytes; a path; a file that is open for reading bytes.
    /// Of a path or a file no more than one byte beyond `max_bytes` is read.
    pub(crate) fn read(data: &Bound<'py, PyAny>, max_bytes: u64) -> Result<Self> {
        Self::up_to(data, max_bytes, true)
    }

    /// The same, where the start of a longer file is enough.
    pub(crate) fn read_start(data: &Bound<'py, PyAny>, max_bytes: u64) -> Result<Self> {
        Self::up_to(data, max_bytes, false)
    }

    fn up_to(data: &Bound<'py, PyAny>, max_bytes: u64, is_limit: bool) -> Result<Self> {
        if let Ok(bytes) = data.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone()));
        }
        if let Ok(view) = data.cast::<PyMemoryView>()
            && let Some(bytes) = whole(view)
        {
            return Ok(Self::Bytes(bytes));
        }
        if data.is_instance_of::<PyString>() {
            return Err(unreadable("str: text is decoded by decode_data_uri, a path is a pathlib.Path".to_owned()));
        }
        if let Ok(buffer) = PyBuffer::<u8>::get(data) {
            return copy(data, &buffer, max_bytes, is_limit).map(Self::Owned);
        }
        if data.hasattr("__fspath__")? {
            let path: PathBuf = data.extract()?;
            return data.py().detach(|| from_path(&path, max_bytes, is_limit)).map(Self::Owned);
        }
        if data.hasattr("read")? {
            return from_file(data, max_bytes);
        }
        Err(unreadable(type_name(data)))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.as_bytes(),
            Self::Owned(bytes) => bytes,
        }
    }

    /// As a `bytes` object: the caller's own where there was one.
    pub(crate) fn into_bytes(self, py: Python<'py>) -> Bound<'py, PyBytes> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Owned(bytes) => PyBytes::new(py, &bytes),
        }
    }
}

/// `bytes` and other buffers of bytes, as an argument that is no image.
pub(crate) fn buffer_of_bytes(name: &str, value: &Bound<'_, PyAny>) -> Result<Vec<u8>> {
    let buffer = PyBuffer::<u8>::get(value).map_err(|_| invalid(name, "bytes", type_name(value)))?;
    Ok(buffer.to_vec(value.py())?)
}

fn unreadable(received: String) -> Raised {
    invalid("data", "bytes, a path or a file open for reading bytes", received)
}

/// The `bytes` behind a view of all of them. Any other view is copied: what lies behind it may be written to.
fn whole<'py>(view: &Bound<'py, PyMemoryView>) -> Option<Bound<'py, PyBytes>> {
    let bytes = view.getattr("obj").ok()?.cast_into::<PyBytes>().ok()?;
    let is_straight: bool = view.getattr("c_contiguous").ok()?.extract().ok()?;
    let length: usize = view.getattr("nbytes").ok()?.extract().ok()?;
    (is_straight && length == bytes.as_bytes().len()).then_some(bytes)
}

/// A copy of a buffer, or of its start. Nothing is copied of one that is too long.
fn copy(data: &Bound<'_, PyAny>, buffer: &PyBuffer<u8>, max_bytes: u64, is_limit: bool) -> Result<Vec<u8>> {
    let received = buffer.len_bytes() as u64;
    if received <= max_bytes {
        return Ok(buffer.to_vec(data.py())?);
    }
    if is_limit {
        return Err(ErrorKind::ImageTooLarge { what: "bytes", received, max: max_bytes }.into());
    }
    let start = PyMemoryView::from(data)?.get_item(PySlice::new(data.py(), 0, max_bytes as isize, 1))?;
    Ok(PyBuffer::<u8>::get(&start)?.to_vec(data.py())?)
}

fn from_path(path: &Path, max_bytes: u64, is_limit: bool) -> Result<Vec<u8>> {
    let failed = |error| os_error(path, &error);
    let file = File::open(path).map_err(failed)?;
    let received = file.metadata().map_err(failed)?.len();
    if is_limit && received > max_bytes {
        return Err(ErrorKind::ImageTooLarge { what: "bytes", received, max: max_bytes }.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(received.min(max_bytes)).unwrap_or(0));
    // A device or a growing file is longer than it says.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// As `open` raises it: the class by the number, and the name of the file.
fn os_error(path: &Path, error: &io::Error) -> Raised {
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, error.kind().to_string(), path.to_path_buf())).into(),
        None => PyOSError::new_err(error.to_string()).into(),
    }
}

/// Python takes memory for all that it is asked to read, whatever the file has.
const BYTES_AT_ONCE: u64 = 256 * 1024;

/// A raw file may give less than it is asked for, so it is asked until it gives nothing.
fn from_file<'py>(file: &Bound<'py, PyAny>, max_bytes: u64) -> Result<Data<'py>> {
    let mut bytes = Vec::new();
    loop {
        let left = max_bytes.saturating_add(1).saturating_sub(bytes.len() as u64);
        if left == 0 {
            return Ok(Data::Owned(bytes));
        }
        let read = file.call_method1("read", (left.min(BYTES_AT_ONCE),))?;
        let read = read.cast::<PyBytes>().map_err(|_| unreadable(format!("a file that reads {}", type_name(&read))))?;
        let read = read.as_bytes();
        if read.is_empty() {
            return Ok(Data::Owned(bytes));
        }
        bytes.extend_from_slice(read);
    }
}
