//! The bytes of an image argument: a buffer, a path or an open file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use presize::error::ErrorKind;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyString};

use crate::arguments::type_name;
use crate::error::{BindingError, Result, invalid};

/// Bytes that no other thread can change while the interpreter is released.
pub(crate) enum Data<'py> {
    /// A `bytes` object, borrowed.
    Bytes(Bound<'py, PyBytes>),
    /// A copy of a mutable buffer, or the content of a file.
    Owned(Vec<u8>),
}

impl<'py> Data<'py> {
    /// `bytes`, `bytearray`, `memoryview` and other buffers of bytes; a path; a file that is open for reading bytes.
    /// Of a path or a file no more than one byte beyond `max_bytes` is read.
    pub(crate) fn read(data: &Bound<'py, PyAny>, max_bytes: u64) -> Result<Self> {
        Self::up_to(data, max_bytes, true)
    }

    /// Like `read`, but a longer input is cut off instead of being refused.
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

    /// As a `bytes` object: the caller's own if it was one.
    pub(crate) fn into_bytes(self, py: Python<'py>) -> Bound<'py, PyBytes> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Owned(bytes) => PyBytes::new(py, &bytes),
        }
    }
}

/// The bytes of an argument that is not an image.
pub(crate) fn buffer_of_bytes(name: &str, value: &Bound<'_, PyAny>) -> Result<Vec<u8>> {
    let buffer = PyBuffer::<u8>::get(value).map_err(|_| invalid(name, "bytes", type_name(value)))?;
    Ok(buffer.to_vec(value.py())?)
}

fn unreadable(received: String) -> BindingError {
    invalid("data", "bytes, a path or a file open for reading bytes", received)
}

/// The `bytes` object that a view covers completely. Any other view has to be copied, because its memory may be mutable.
fn whole<'py>(view: &Bound<'py, PyMemoryView>) -> Option<Bound<'py, PyBytes>> {
    let bytes = view.getattr("obj").ok()?.cast_into::<PyBytes>().ok()?;
    let is_contiguous: bool = view.getattr("c_contiguous").ok()?.extract().ok()?;
    let length: usize = view.getattr("nbytes").ok()?.extract().ok()?;
    (is_contiguous && length == bytes.as_bytes().len()).then_some(bytes)
}

/// Copies a buffer, or its start. If the length is a limit, a longer buffer is refused before it is copied.
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
    // A device, or a file that grows, may be longer than its metadata says.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The exception that `open` would raise: its class follows from the error number.
fn os_error(path: &Path, error: &io::Error) -> BindingError {
    match error.raw_os_error() {
        Some(number) => PyOSError::new_err((number, error.kind().to_string(), path.to_path_buf())).into(),
        None => PyOSError::new_err(error.to_string()).into(),
    }
}

/// The error of a file whose `read` did not return `bytes`: it is open as text, or asynchronous, as an `UploadFile` is.
fn not_bytes(read: &Bound<'_, PyAny>) -> BindingError {
    if !read.hasattr("__await__").unwrap_or(false) {
        return unreadable(format!("a file that reads {}", type_name(read)));
    }
    // Python warns of a coroutine that was neither awaited nor closed.
    let _ = read.call_method0("close");
    unreadable(
        "a file that is read asynchronously: pass its bytes, or the file that it wraps (UploadFile.file)".to_owned(),
    )
}

/// `file.read(n)` of Python allocates `n` bytes even if the file is shorter, so files are read in blocks of this size.
const READ_BYTES: u64 = 256 * 1024;

/// Reads until the end: a raw file may return fewer bytes than requested.
fn from_file<'py>(file: &Bound<'py, PyAny>, max_bytes: u64) -> Result<Data<'py>> {
    let mut bytes = Vec::new();
    loop {
        let left = max_bytes.saturating_add(1).saturating_sub(bytes.len() as u64);
        if left == 0 {
            return Ok(Data::Owned(bytes));
        }
        let read = file.call_method1("read", (left.min(READ_BYTES),))?;
        let read = read.cast::<PyBytes>().map_err(|_| not_bytes(&read))?;
        let read = read.as_bytes();
        if read.is_empty() {
            return Ok(Data::Owned(bytes));
        }
        bytes.extend_from_slice(read);
    }
}
