//! Arguments from Python as values of the core's options, whose tables parse and check them.

use std::borrow::Cow;

use presize::options::{OptionType, OptionValue, parse_argument};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::error::{Result, invalid};

/// A value of Python with its items taken out. Values of the core borrow from it.
pub(crate) enum Value<'py> {
    Scalar(Bound<'py, PyAny>),
    List(Vec<Bound<'py, PyAny>>),
    Map { mapping: Bound<'py, PyAny>, items: Vec<(Bound<'py, PyAny>, Value<'py>)> },
}

/// How deep the mappings of an option nest: those of a policy's presets have another inside.
const MAX_DEPTH: usize = 2;

impl<'py> Value<'py> {
    /// The error is one that the caller's own mapping raises.
    pub(crate) fn new(value: Bound<'py, PyAny>) -> PyResult<Self> {
        Self::at_depth(value, 0)
    }

    fn at_depth(value: Bound<'py, PyAny>, depth: usize) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() || value.is_instance_of::<PyInt>() || depth == MAX_DEPTH {
            return Ok(Self::Scalar(value));
        }
        let nested = |(name, value)| Ok((name, Self::at_depth(value, depth + 1)?));
        if let Ok(dict) = value.cast::<PyDict>() {
            let items = dict.iter().map(nested).collect::<PyResult<_>>()?;
            return Ok(Self::Map { mapping: value, items });
        }
        // The stored items, not those of an overridden `__iter__`.
        if let Ok(list) = value.cast::<PyList>() {
            return Ok(Self::List(list.iter().collect()));
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return Ok(Self::List(tuple.iter().collect()));
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = mapping.items()?.iter().map(|item| nested(item.extract()?)).collect::<PyResult<_>>()?;
            return Ok(Self::Map { mapping: value, items });
        }
        Ok(Self::Scalar(value))
    }

    /// The value as a table of the core takes it.
    pub(crate) fn raw(&self) -> OptionValue<'_> {
        match self {
            Self::Scalar(value) => scalar(value),
            Self::List(items) => OptionValue::List(items.iter().map(scalar).collect()),
            Self::Map { mapping, items } => {
                let entries = items.iter().map(|(name, value)| Some((Cow::Borrowed(text(name)?), value.raw())));
                entries.collect::<Option<_>>().map_or_else(|| other(mapping), OptionValue::Map)
            }
        }
    }
}

/// Options of a call: names and values.
pub(crate) struct NamedOptions<'py> {
    options: Vec<(Bound<'py, PyAny>, Value<'py>)>,
}

impl<'py> NamedOptions<'py> {
    pub(crate) fn new(options: &Bound<'py, PyDict>) -> PyResult<Self> {
        let taken = options.iter().map(|(name, value)| Ok((name, Value::new(value)?)));
        Ok(Self { options: taken.collect::<PyResult<_>>()? })
    }

    /// Names and values, for a table of the core to parse.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, OptionValue<'_>)> {
        self.options.iter().map(|(name, value)| (text(name).unwrap_or("a name that is no string"), value.raw()))
    }
}

/// Calls `make` with a reader of environment variables. `read` is a function of Python that returns the value of a variable, or
/// `None`. An exception of it takes precedence over an error of `make`.
pub(crate) fn read_environment<T>(
    read: &Bound<'_, PyAny>,
    make: impl FnOnce(&mut dyn FnMut(&str) -> Option<String>) -> presize::Result<T>,
) -> Result<T> {
    let mut failed = Ok(());
    let result = make(&mut |name| match read.call1((name,)).and_then(|value| value.extract()) {
        Ok(value) => value,
        Err(error) => {
            failed = Err(error);
            None
        }
    });
    failed?;
    Ok(result?)
}

/// Stands for an option that is left out, for options whose value may be `None`.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Unset;

#[pymethods]
impl Unset {
    #[new]
    fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "Python calls it on an object")]
    fn __repr__(&self) -> &'static str {
        "<not given>"
    }
}

/// The text of a string. `None` for other types, and for strings with a lone surrogate, which have no UTF-8.
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    value.cast::<PyString>().ok()?.to_str().ok()
}

/// A scalar.
fn scalar<'a>(value: &'a Bound<'_, PyAny>) -> OptionValue<'a> {
    if let Some(text) = text(value) {
        OptionValue::Text(Cow::Borrowed(text))
    } else if let Ok(flag) = value.cast::<PyBool>() {
        OptionValue::Bool(flag.is_true())
    } else if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        OptionValue::Number(number(value))
    } else if value.is_none() {
        OptionValue::Null
    } else {
        other(value)
    }
}

fn other(value: &Bound<'_, PyAny>) -> OptionValue<'static> {
    OptionValue::Other(type_name(value).into())
}

/// An integer as `f64`. One that `f64` cannot hold becomes infinite, and one that would be rounded into a range of the core
/// becomes the next larger number: both are outside of every range.
fn number(value: &Bound<'_, PyAny>) -> f64 {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    match value.extract() {
        Ok(number) if number == MAX_EXACT && value.gt(MAX_EXACT).unwrap_or(false) => MAX_EXACT.next_up(),
        Ok(number) => number,
        Err(_) if value.lt(0).unwrap_or(false) => f64::NEG_INFINITY,
        Err(_) => f64::INFINITY,
    }
}

/// The name of a value's type, for messages.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    if value.is_instance_of::<PyString>() && text(value).is_none() {
        return "a string with half a surrogate pair".to_owned();
    }
    value.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}

/// Parses a positional argument as a table of the core would parse an option.
pub(crate) fn argument<T: OptionType>(name: &'static str, value: &Bound<'_, PyAny>) -> Result<T> {
    Ok(parse_argument(name, &scalar(value))?)
}

/// The text of a positional argument, borrowed.
pub(crate) fn text_argument<'a>(name: &'static str, value: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    text(value).ok_or_else(|| invalid(name, "a string", type_name(value)))
}
