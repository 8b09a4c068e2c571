//! What is told of an upload: the event of the core as a dictionary.

use presize::UploadEvent;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::to_dict;

/// An event by the names of its fields.
pub(crate) fn event_dict<'py>(py: Python<'py>, event: &UploadEvent) -> PyResult<Bound<'py, PyDict>> {
    to_dict(py, event.to_named())
}
