//! Confirmations of uploads.

use std::time::SystemTime;

use presize::{CancelToken, Confirmed};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::dict::event_dict;
use crate::error::Result;
use crate::exchange::Exchange;
use crate::images::{self, Exif};
use crate::time;

/// Key, public URL, format, width, height.
type Variant = (String, Option<String>, &'static str, u32, u32);
/// Key, public URL, format, width, height, EXIF summary, bytes, entity tag, variants.
type ConfirmedFields = (String, Option<String>, &'static str, u32, u32, Option<Exif>, u64, String, Vec<Variant>);

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Confirmation(Exchange<presize::Confirmation>);

impl Confirmation {
    pub(crate) fn new(confirmation: presize::Confirmation, token: Option<&CancelToken>) -> Self {
        Self(Exchange::new(match token {
            Some(token) => confirmation.cancel_token(token),
            None => confirmation,
        }))
    }
}

#[pymethods]
impl Confirmation {
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

    fn finish(&self, py: Python<'_>) -> Result<ConfirmedFields> {
        Ok(confirmed_fields(py.detach(|| self.0.lock().finish())?))
    }

    fn event<'py>(&self, py: Python<'py>, now: Option<&Bound<'py, PyAny>>) -> Result<Bound<'py, PyDict>> {
        let now: SystemTime = time::now(now)?;
        let event = py.detach(|| self.0.lock().event(now));
        Ok(event_dict(py, &event)?)
    }
}

fn confirmed_fields(confirmed: Confirmed) -> ConfirmedFields {
    let Confirmed { key, public_url, format, width, height, exif, bytes, etag, variants, .. } = confirmed;
    let variants = variants
        .into_iter()
        .map(|variant| (variant.key, variant.public_url, variant.format.as_str(), variant.width, variant.height));
    let exif = exif.map(images::exif);
    (key, public_url, format.as_str(), width, height, exif, bytes, etag, variants.collect())
}
