//! `ImageRules`, parsed once and used by every call that they are given to, and the token that stops a call.

use presize::ImageRules;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{Given, to_dict};
use crate::error::Result;

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Rules(pub(crate) ImageRules);

#[pymethods]
impl Rules {
    #[new]
    fn new(options: &Bound<'_, PyDict>) -> Result<Self> {
        let given = Given::new(options)?;
        let rules = ImageRules::from_named(given.named())?;
        rules.validate()?;
        Ok(Self(rules))
    }

    /// All options with their values.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        to_dict(py, self.0.to_named())
    }
}

/// Stops a call from another thread: give it to the call as ``cancel_token``, and call ``cancel``. The call ends with
/// ``cancelled`` before its next stage, picture, frame, or row of blocks of a JPEG; a lossy WebP is decoded, pixels are
/// scaled and encoded to the end once that has begun. One token can stop many calls, and stays cancelled.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct CancelToken(pub(crate) presize::CancelToken);

#[pymethods]
impl CancelToken {
    #[new]
    fn new() -> Self {
        Self(presize::CancelToken::new())
    }

    /// Stops every call that has this token. It can be called from any thread, and more than once.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether ``cancel`` was called.
    #[getter]
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}
