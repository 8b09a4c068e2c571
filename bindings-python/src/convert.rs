//! Python's values as raw values of the core's options, and back.

use std::borrow::Cow;

use presize::options::{OptionType, OptionValue, parse_argument};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::error::Result;

/// A value that raw values of the core borrow from. A dictionary does not lend its items, so they are taken out first.
pub(crate) struct Value<'py> {
    value: Bound<'py, PyAny>,
    items: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
}

impl<'py> Value<'py> {
    pub(crate) fn new(value: Bound<'py, PyAny>) -> Self {
        let items = match value.cast::<PyDict>() {
            Ok(dict) => dict.iter().collect(),
            Err(_) => Vec::new(),
        };
        Self { value, items }
    }

    /// The value as the core's table takes it.
    pub(crate) fn raw(&self) -> OptionValue<'_> {
        if self.value.is_instance_of::<PyDict>() {
            let entries = self.items.iter().map(|(name, value)| Some((Cow::Borrowed(text(name)?), simple(value))));
            return entries.collect::<Option<_>>().map_or_else(|| other(&self.value), OptionValue::Map);
        }
        raw(&self.value)
    }
}

/// Options as they were given: names and values that the core's raw values borrow from.
pub(crate) struct Given<'py> {
    py: Python<'py>,
    options: Vec<(Bound<'py, PyAny>, Value<'py>)>,
}

impl<'py> Given<'py> {
    pub(crate) fn new(options: &Bound<'py, PyDict>) -> Self {
        let py = options.py();
        Self { py, options: options.iter().map(|(name, value)| (name, Value::new(value))).collect() }
    }

    pub(crate) fn py(&self) -> Python<'py> {
        self.py
    }

    /// Names and raw values, for the core's table to parse.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, OptionValue<'_>)> {
        self.options.iter().map(|(name, value)| (text(name).unwrap_or("a name that is no string"), value.raw()))
    }
}

/// A string's own UTF-8. `None` for what is no string, or has no UTF-8 (half a surrogate pair).
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    value.cast::<PyString>().ok()?.to_str().ok()
}

/// A value as the core's table takes it, but for a dictionary. The usual types come first.
fn raw<'a>(value: &'a Bound<'_, PyAny>) -> OptionValue<'a> {
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter().into_iter().flatten().flatten();
        return OptionValue::List(items.map(|item| owned(simple(&item))).collect());
    }
    match simple(value) {
        OptionValue::Other(name) => {
            value.cast::<PyMapping>().ok().and_then(entries).map_or(OptionValue::Other(name), OptionValue::Map)
        }
        simple => simple,
    }
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

/// A simple value that outlives what it was read from.
fn owned(value: OptionValue<'_>) -> OptionValue<'static> {
    match value {
        OptionValue::Text(text) => OptionValue::Text(Cow::Owned(text.into_owned())),
        OptionValue::Bool(flag) => OptionValue::Bool(flag),
        OptionValue::Number(number) => OptionValue::Number(number),
        OptionValue::Null => OptionValue::Null,
        OptionValue::Other(name) => OptionValue::Other(Cow::Owned(name.into_owned())),
        _ => OptionValue::Other("an object".into()),
    }
}

/// An integer too large for `f64` is outside every range too.
fn number(value: &Bound<'_, PyAny>) -> f64 {
    value.extract().unwrap_or_else(|_| if value.lt(0).unwrap_or(false) { f64::NEG_INFINITY } else { f64::INFINITY })
}

/// The entries of a mapping that is no dictionary; `None` where a name is no string.
fn entries(mapping: &Bound<'_, PyMapping>) -> Option<Vec<(Cow<'static, str>, OptionValue<'static>)>> {
    let items = mapping.items().ok()?;
    let entry = |item: Bound<'_, PyAny>| {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract().ok()?;
        Some((Cow::Owned(text(&name)?.to_owned()), owned(simple(&value))))
    };
    items.iter().map(entry).collect()
}

/// The name of a value's type, for messages.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
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
