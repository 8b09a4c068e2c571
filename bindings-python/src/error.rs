//! Errors of the core as the exceptions that `presize/errors.py` declares.

use presize::error::{Detail, Error, ErrorKind};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// The result of a fallible function of this crate.
pub(crate) type Result<T> = std::result::Result<T, BindingError>;

/// An error on its way to Python: one of the core, which becomes an exception, or an exception that Python raised.
pub(crate) enum BindingError {
    Core(Error),
    Python(PyErr),
}

impl BindingError {
    /// Adds the 0-based index of the item that the error is about.
    pub(crate) fn at_index(self, index: usize) -> Self {
        match self {
            Self::Core(error) => Self::Core(error.at_index(index)),
            python @ Self::Python(_) => python,
        }
    }
}

impl From<Error> for BindingError {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<ErrorKind> for BindingError {
    fn from(kind: ErrorKind) -> Self {
        Self::Core(kind.into())
    }
}

impl From<PyErr> for BindingError {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<BindingError> for PyErr {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::Core(error) => Python::attach(|py| exception(py, &error)),
            BindingError::Python(error) => error,
        }
    }
}

/// The error `option_invalid`, for checks that the binding makes.
pub(crate) fn invalid(name: &str, expected: &str, received: impl Into<String>) -> BindingError {
    let (name, expected, received) = (name.to_owned(), expected.to_owned(), received.into());
    ErrorKind::OptionInvalid { name, expected, received }.into()
}

/// The exception of an error. Its cause is the exception that the caller's own signer raised, if any.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let made = make(py, error).map(|exception| PyErr::from_value(exception));
    let exception = made.unwrap_or_else(|failure| failure);
    if let Some(cause) = std::error::Error::source(error).and_then(|source| source.downcast_ref::<PyErr>()) {
        // `KeyboardInterrupt` and its like are no subclass of `Exception`, and are passed on unchanged.
        if !cause.is_instance_of::<PyException>(py) {
            return cause.clone_ref(py);
        }
        exception.set_cause(py, Some(cause.clone_ref(py)));
    }
    exception
}

fn make<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let details = PyDict::new(py);
    for (name, detail) in error.details() {
        match detail {
            Detail::Text(text) => details.set_item(name, text)?,
            Detail::Integer(number) => details.set_item(name, number)?,
            Detail::List(list) => details.set_item(name, list)?,
            other => details.set_item(name, format!("{other:?}"))?,
        }
    }
    let words = error.user_message();
    let parameters = PyDict::new(py);
    for (name, text) in words.parameters() {
        parameters.set_item(name, text)?;
    }
    let fields = (
        error.family().as_str(),
        error.code(),
        error.http_status(),
        error.to_string(),
        details,
        error.index(),
        words.template(),
        parameters,
        error.is_worth_retry(),
    );
    MAKE.import(py, "presize.errors", "_from_native")?.call1(fields)
}

#[pyfunction]
pub(crate) fn request_malformed(py: Python<'_>, expected: String, received: String) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::RequestMalformed { expected, received }.into())
}

#[pyfunction]
pub(crate) fn request_too_large(py: Python<'_>, max_bytes: u64) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::RequestTooLarge { max_bytes }.into())
}

#[pyfunction]
pub(crate) fn request_type_unsupported(
    py: Python<'_>,
    expected: String,
    received: String,
) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::RequestTypeUnsupported { expected, received }.into())
}

#[pyfunction]
pub(crate) fn request_invalid(
    py: Python<'_>,
    fields: Vec<String>,
    codes: Vec<String>,
    reasons: Vec<String>,
) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::RequestInvalid { fields, codes, reasons }.into())
}

#[pyfunction]
pub(crate) fn server_busy(py: Python<'_>, retry_after_seconds: u64) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::ServerBusy { retry_after_seconds }.into())
}

#[pyfunction]
pub(crate) fn request_unauthenticated(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    make(py, &ErrorKind::RequestUnauthenticated {}.into())
}
