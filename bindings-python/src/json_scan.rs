//! `JsonScanner`: limits on a JSON body, checked before it is parsed.

use std::sync::{Mutex, PoisonError};

use presize::{JsonLimits, JsonScanner};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::arguments::NamedOptions;
use crate::data::buffer_of_bytes;
use crate::error::Result;

/// A shorter chunk is scanned faster than the interpreter may be acquired again.
pub(crate) const MIN_DETACHED_BYTES: usize = 1024 * 1024;

#[pyclass(frozen, module = "presize._native", name = "JsonScanner")]
pub(crate) struct Scanner(Mutex<JsonScanner>);

#[pymethods]
impl Scanner {
    #[new]
    fn new(limits: &Bound<'_, PyDict>) -> Result<Self> {
        let named = NamedOptions::new(limits)?;
        Ok(Self(Mutex::new(JsonScanner::new(&JsonLimits::from_named(named.iter())?)?)))
    }

    fn push(&self, data: &Bound<'_, PyAny>) -> Result<()> {
        let copied;
        let chunk = if let Ok(bytes) = data.cast::<PyBytes>() {
            bytes.as_bytes()
        } else {
            copied = buffer_of_bytes("data", data)?;
            &copied
        };
        if chunk.len() < MIN_DETACHED_BYTES {
            return self.scan(chunk);
        }
        data.py().detach(|| self.scan(chunk))
    }

    fn finish(&self) -> Result<()> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).finish()?)
    }
}

impl Scanner {
    fn scan(&self, chunk: &[u8]) -> Result<()> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).push(chunk)?)
    }
}
