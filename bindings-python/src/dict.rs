//! Values of the core as Python dictionaries: options of a table, events, headers.

use http::HeaderMap;
use presize::UploadEvent;
use presize::options::OptionValue;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple};

/// The options of a table by name.
pub(crate) fn option_dict(
    py: Python<'_>,
    options: impl IntoIterator<Item = (&'static str, OptionValue<'static>)>,
) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in options {
        dict.set_item(name, to_python(py, &value)?)?;
    }
    Ok(dict)
}

/// The options of a table by name, as keywords of a call: an option that is unset is left out.
pub(crate) fn option_dict_without_none(
    py: Python<'_>,
    options: impl IntoIterator<Item = (&'static str, OptionValue<'static>)>,
) -> PyResult<Bound<'_, PyDict>> {
    option_dict(py, options.into_iter().filter(|(_, value)| *value != OptionValue::Null))
}

/// The fields of an event by name.
pub(crate) fn event_dict<'py>(py: Python<'py>, event: &UploadEvent) -> PyResult<Bound<'py, PyDict>> {
    option_dict(py, event.to_named())
}

/// Headers by name. The core signs only ASCII.
pub(crate) fn header_dict<'py>(py: Python<'py>, headers: &HeaderMap) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in headers {
        dict.set_item(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    Ok(dict)
}

fn to_python<'py>(py: Python<'py>, value: &OptionValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        OptionValue::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        // All numbers of the tables are integers that f64 represents exactly.
        OptionValue::Number(number) => (*number as u64).into_pyobject(py)?.into_any(),
        OptionValue::Text(text) => PyString::new(py, text).into_any(),
        OptionValue::List(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyTuple::new(py, items)?.into_any()
        }
        OptionValue::Map(entries) => {
            let dict = PyDict::new(py);
            for (name, value) in entries {
                dict.set_item(name.as_ref(), to_python(py, value)?)?;
            }
            dict.into_any()
        }
        _ => py.None().into_bound(py),
    })
}
