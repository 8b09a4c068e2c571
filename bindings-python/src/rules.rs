//! `ImageRules`, parsed once and then shared by every call that gets them, and `CancelToken`, which stops a call.

use presize::ImageRules;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::NamedOptions;
use crate::dict::option_dict;
use crate::error::Result;

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Rules(pub(crate) ImageRules);

#[pymethods]
impl Rules {
    #[new]
    fn new(options: &Bound<'_, PyDict>) -> Result<Self> {
        let named = NamedOptions::new(options)?;
        let rules = ImageRules::from_named(named.iter())?;
        rules.validate()?;
        Ok(Self(rules))
    }

    /// Every option with its value.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.0.to_named())
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
