//! Events that are parsed already, as `json.loads` or Lambda make them: dictionaries become the tree that the core reads. To
//! write them as JSON once more would take longer than all the rest.

use std::borrow::Cow;

use presize::delivery::{EventValue, read_store_events};
use presize::error::ErrorKind;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyList, PyString, PyTuple};

use crate::error::Result;
use crate::store_events::{Created, Ignored, listed};

/// What the text of an event may have. A tree with more characters and values than that has a longer text.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Dictionaries and lists within each other, as in a text. A dictionary may contain itself.
const MAX_DEPTH: usize = 127;

/// `parse_store_events` for the dictionary of an event.
#[pyfunction]
pub(crate) fn parse_store_events_in_dict(event: &Bound<'_, PyDict>) -> Result<(Vec<Created>, Vec<Ignored>)> {
    let tree = Walk { bytes_left: MAX_BYTES }.value(event, 0)?;
    Ok(listed(read_store_events(&tree)?))
}

/// Reads the values of a dictionary, with the fields that are read of events.
struct Walk {
    bytes_left: usize,
}

impl Walk {
    fn value(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> Result<EventValue<'static>> {
        self.count(1)?;
        if let Ok(text) = value.cast::<PyString>() {
            let text = text.to_str().map_err(|_| malformed("text that is no UTF-8"))?;
            self.count(text.len())?;
            return Ok(EventValue::Text(Cow::Owned(text.to_owned())));
        }
        if depth == MAX_DEPTH {
            return Err(malformed("JSON of another form").into());
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            let mut fields = Vec::new();
            for (name, value) in dict {
                let name = name.cast::<PyString>().ok().and_then(|name| EventValue::field_name(name.to_str().ok()?));
                if let Some(name) = name {
                    fields.push((name, self.value(&value, depth + 1)?));
                }
            }
            return Ok(EventValue::Object(fields));
        }
        if let Ok(list) = value.cast::<PyList>() {
            return self.list(list.iter(), depth);
        }
        if let Ok(list) = value.cast::<PyTuple>() {
            return self.list(list.iter(), depth);
        }
        let is_integer = value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>();
        let number = if is_integer { value.extract().ok() } else { None };
        Ok(number.map_or(EventValue::Other, EventValue::Integer))
    }

    fn list<'py>(
        &mut self,
        items: impl Iterator<Item = Bound<'py, PyAny>>,
        depth: usize,
    ) -> Result<EventValue<'static>> {
        let items = items.map(|item| self.value(&item, depth + 1));
        Ok(EventValue::List(items.collect::<Result<_>>()?))
    }

    fn count(&mut self, bytes: usize) -> Result<()> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or_else(|| malformed("more than 8 MiB"))?;
        Ok(())
    }
}

fn malformed(received: &'static str) -> ErrorKind {
    ErrorKind::EventMalformed { received }
}
