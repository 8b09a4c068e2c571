//! The scanner of JSON bodies.

use std::sync::{Mutex, PoisonError};

use presize::{JsonLimits, JsonScanner};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::convert::Given;
use crate::data::buffer_of_bytes;
use crate::error::Result;

/// A shorter piece is scanned in less time than it may take to get the interpreter back.
pub(crate) const MIN_DETACHED_BYTES: usize = 1024 * 1024;

#[pyclass(frozen, module = "presize._native", name = "JsonScanner")]
pub(crate) struct Scanner(Mutex<JsonScanner>);

#[pymethods]
impl Scanner {
    #[new]
    fn new(limits: &Bound<'_, PyDict>) -> Result<Self> {
        let given = Given::new(limits)?;
        Ok(Self(Mutex::new(JsonScanner::new(&JsonLimits::from_named(given.named())?)?)))
    }

    fn push(&self, data: &Bound<'_, PyAny>) -> Result<()> {
        let copied;
        let piece = if let Ok(bytes) = data.cast::<PyBytes>() {
            bytes.as_bytes()
        } else {
            copied = buffer_of_bytes("data", data)?;
            &copied
        };
        if piece.len() < MIN_DETACHED_BYTES {
            return self.scan(piece);
        }
        data.py().detach(|| self.scan(piece))
    }

    fn finish(&self) -> Result<()> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).finish()?)
    }
}

impl Scanner {
    fn scan(&self, piece: &[u8]) -> Result<()> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).push(piece)?)
    }
}
