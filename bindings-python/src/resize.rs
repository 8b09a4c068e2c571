//! Images that are made as soon as their originals are stored.

use presize::{CreatedObject, EventResizePolicy, Resized};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::{NamedOptions, argument};
use crate::dict::option_dict;
use crate::error::Result;
use crate::exchange::Exchange;
use crate::images::rules_of;
use crate::rules::{CancelToken, Rules};
use crate::signing::Presigner;

/// Bucket, key, size, entity tag, version, sequencer.
type ObjectFields<'py> = (
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
);
/// Key, format, width, height, bytes, whether it is new.
type Output = (String, &'static str, u32, u32, u64, bool);
/// Key of the original, results, why there are no others.
type ResizedFields = (String, Vec<Output>, Option<&'static str>);

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct EventResizer(presize::EventResizer);

#[pymethods]
impl EventResizer {
    #[new]
    fn new(
        policy: &Bound<'_, PyDict>,
        source: &Bound<'_, Presigner>,
        destination: &Bound<'_, Presigner>,
        rules: Option<&Bound<'_, Rules>>,
    ) -> Result<Self> {
        let named = NamedOptions::new(policy)?;
        let policy = EventResizePolicy::from_named(named.iter())?;
        let (source, destination) = (source.get().core().clone(), destination.get().core().clone());
        Ok(Self(presize::EventResizer::new(policy, source, destination, rules_of(rules, None))?))
    }

    /// Every option of the policy with its value.
    fn policy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.0.policy().to_named())
    }

    fn resize(&self, object: ObjectFields<'_>, cancel_token: Option<&Bound<'_, CancelToken>>) -> Result<Resizing> {
        let resizing = self.0.resize(&created_object(&object)?);
        Ok(Resizing(Exchange::new(match cancel_token {
            Some(token) => resizing.cancel_token(&token.get().0),
            None => resizing,
        })))
    }
}

fn created_object(
    (bucket, key, size_bytes, entity_tag, version_id, sequencer): &ObjectFields<'_>,
) -> Result<CreatedObject> {
    let (bucket, key) = (argument::<String>("bucket", bucket)?, argument::<String>("key", key)?);
    let mut object = CreatedObject::new(&bucket, &key);
    object.size_bytes = size_bytes.as_ref().map(|value| argument("size_bytes", value)).transpose()?;
    object.entity_tag = entity_tag.as_ref().map(|value| argument("entity_tag", value)).transpose()?;
    object.version_id = version_id.as_ref().map(|value| argument("version_id", value)).transpose()?;
    object.sequencer = sequencer.as_ref().map(|value| argument("sequencer", value)).transpose()?;
    Ok(object)
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Resizing(Exchange<presize::Resizing>);

#[pymethods]
impl Resizing {
    fn next_request<'py>(
        &self,
        now: Option<&Bound<'py, PyAny>>,
        make: &Bound<'py, PyAny>,
    ) -> Result<Option<Bound<'py, PyAny>>> {
        self.0.next_request(now, make)
    }

    fn work_pixels(&self, py: Python<'_>) -> u64 {
        self.0.work_pixels(py)
    }

    fn answer(
        &self,
        py: Python<'_>,
        status: &Bound<'_, PyAny>,
        headers: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        body: &Bound<'_, PyAny>,
    ) -> Result<()> {
        self.0.answer(py, status, &headers, body)
    }

    fn fail(&self, py: Python<'_>, reason: &Bound<'_, PyAny>) -> Result<()> {
        self.0.fail(py, reason)
    }

    fn finish(&self, py: Python<'_>) -> Result<ResizedFields> {
        let Resized { key, outputs, skipped, .. } = py.detach(|| self.0.lock().finish())?;
        let outputs =
            outputs.into_iter().map(|one| (one.key, one.format.as_str(), one.width, one.height, one.bytes, one.is_new));
        Ok((key, outputs.collect(), skipped.map(presize::SkippedReason::as_str)))
    }
}
