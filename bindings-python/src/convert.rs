//! Python's values as raw values of the core's options, and back.

use std::borrow::Cow;

use presize::options::{OptionType, OptionValue, parse_argument};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::error::Result;

/// A value that raw values of the core borrow from, with what it holds taken out of it.
pub(crate) enum Value<'py> {
    Simple(Bound<'py, PyAny>),
    List(Vec<Bound<'py, PyAny>>),
    Map { mapping: Bound<'py, PyAny>, items: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)> },
}

impl<'py> Value<'py> {
    /// The error is what a mapping of the caller's own raises.
    pub(crate) fn new(value: Bound<'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() || value.is_instance_of::<PyInt>() {
            return Ok(Self::Simple(value));
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            let items = dict.iter().collect();
            return Ok(Self::Map { mapping: value, items });
        }
        // Their own items, and not what an `__iter__` of a class derived from them makes up.
        if let Ok(list) = value.cast::<PyList>() {
            return Ok(Self::List(list.iter().collect()));
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return Ok(Self::List(tuple.iter().collect()));
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = mapping.items()?.iter().map(|item| item.extract()).collect::<PyResult<_>>()?;
            return Ok(Self::Map { mapping: value, items });
        }
        Ok(Self::Simple(value))
    }

    /// The value as the core's table takes it.
    pub(crate) fn raw(&self) -> OptionValue<'_> {
        match self {
            Self::Simple(value) => simple(value),
            Self::List(items) => OptionValue::List(items.iter().map(simple).collect()),
            Self::Map { mapping, items } => {
                let entries = items.iter().map(|(name, value)| Some((Cow::Borrowed(text(name)?), simple(value))));
                entries.collect::<Option<_>>().map_or_else(|| other(mapping), OptionValue::Map)
            }
        }
    }
}

/// Options as they were given: names and values that the core's raw values borrow from.
pub(crate) struct Given<'py> {
    options: Vec<(Bound<'py, PyAny>, Value<'py>)>,
}

impl<'py> Given<'py> {
    pub(crate) fn new(options: &Bound<'py, PyDict>) -> PyResult<Self> {
        let taken = options.iter().map(|(name, value)| Ok((name, Value::new(value)?)));
        Ok(Self { options: taken.collect::<PyResult<_>>()? })
    }

    /// Names and raw values, for the core's table to parse.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, OptionValue<'_>)> {
        self.options.iter().map(|(name, value)| (text(name).unwrap_or("a name that is no string"), value.raw()))
    }
}

/// What is read of the environment, by a function of Python's that gives the value of a variable or `None`. What it raises
/// comes first.
pub(crate) fn read_variables<T>(
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

/// Stands for an option that was not given, where `None` would be a value.
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

/// A string's own UTF-8. `None` for what is no string, or has no UTF-8 (half a surrogate pair).
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    value.cast::<PyString>().ok()?.to_str().ok()
}

/// A value that holds no others. None of the tables nests deeper than one list or mapping.
fn simple<'a>(value: &'a Bound<'_, PyAny>) -> OptionValue<'a> {
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

/// An integer too large for `f64` is outside every range too, and so is one that `f64` would round into the core's.
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

/// The options of a table as a dictionary.
pub(crate) fn to_dict(
    py: Python<'_>,
    options: impl IntoIterator<Item = (&'static str, OptionValue<'static>)>,
) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in options {
        dict.set_item(name, to_python(py, &value)?)?;
    }
    Ok(dict)
}

fn to_python<'py>(py: Python<'py>, value: &OptionValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        OptionValue::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        // The numbers of all tables are whole and exact.
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

/// An argument that is no option, as the core's table would parse one.
pub(crate) fn argument<T: OptionType>(name: &'static str, value: &Bound<'_, PyAny>) -> Result<T> {
    Ok(parse_argument(name, &simple(value))?)
}
