//! Events of stores. Results are tuples, of which `presize/store_events.py` makes objects.

use presize::error::ErrorKind;
use presize::{CreatedObject, IgnoredEvent, StoreEvents};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString};

use crate::arguments::{text_argument, type_name};
use crate::error::{Result, invalid};
use crate::images::list;

/// Bucket, key, size, entity tag, version, sequencer, name of the event, time, region, message, source.
pub(crate) type Created = (
    String,
    String,
    Option<u64>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    &'static str,
);
/// Reason, name of the event, bucket, key, message.
pub(crate) type Ignored = (&'static str, Option<String>, Option<String>, Option<String>, Option<String>);

#[pyfunction]
pub(crate) fn parse_store_events(event: &Bound<'_, PyAny>) -> Result<(Vec<Created>, Vec<Ignored>)> {
    let text = EventText::new(event)?;
    let text = text.as_str()?;
    let events = event.py().detach(|| presize::parse_store_events(text))?;
    Ok(listed(events))
}

/// The JSON of an event, in a string or in bytes.
pub(crate) enum EventText<'a, 'py> {
    String(&'a Bound<'py, PyString>),
    Bytes(&'a [u8]),
    Copied(Vec<u8>),
}

impl<'a, 'py> EventText<'a, 'py> {
    pub(crate) fn new(event: &'a Bound<'py, PyAny>) -> Result<Self> {
        if let Ok(text) = event.cast::<PyString>() {
            return Ok(Self::String(text));
        }
        if let Ok(bytes) = event.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.as_bytes()));
        }
        if let Ok(bytes) = event.cast::<PyByteArray>() {
            return Ok(Self::Copied(bytes.to_vec()));
        }
        Err(invalid("event", "a string, bytes or a mapping", type_name(event)))
    }

    pub(crate) fn as_str(&self) -> Result<&str> {
        let text = match self {
            Self::String(text) => text.to_str().ok(),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Self::Copied(bytes) => std::str::from_utf8(bytes).ok(),
        };
        text.ok_or_else(|| ErrorKind::EventMalformed { received: "text that is no UTF-8" }.into())
    }
}

#[pyfunction]
pub(crate) fn sqs_batch_response(failed_message_ids: &Bound<'_, PyAny>) -> Result<String> {
    let ids = list("failed_message_ids", failed_message_ids)?;
    let ids: Vec<_> = ids.iter().collect();
    let texts = ids.iter().map(|id| text_argument("failed_message_ids", id)).collect::<Result<Vec<_>>>()?;
    Ok(presize::sqs_batch_response(&texts)?)
}

pub(crate) fn listed(events: StoreEvents) -> (Vec<Created>, Vec<Ignored>) {
    (events.objects.into_iter().map(created).collect(), events.ignored.into_iter().map(ignored).collect())
}

fn created(object: CreatedObject) -> Created {
    let CreatedObject {
        bucket,
        key,
        size_bytes,
        entity_tag,
        version_id,
        sequencer,
        event_name,
        event_time,
        region,
        message_id,
        source,
        ..
    } = object;
    (
        bucket,
        key,
        size_bytes,
        entity_tag,
        version_id,
        sequencer,
        event_name,
        event_time,
        region,
        message_id,
        source.as_str(),
    )
}

fn ignored(event: IgnoredEvent) -> Ignored {
    let IgnoredEvent { reason, event_name, bucket, key, message_id, .. } = event;
    (reason.as_str(), event_name, bucket, key, message_id)
}
