//! Confirmations: the core's state machine, whose requests and answers are plain data.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue};
use presize::{CancelToken, Confirmed, StoreAnswer};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt};

use crate::arguments::{argument, type_name};
use crate::data::buffer_of_bytes;
use crate::dict::{event_dict, header_dict};
use crate::error::{Result, invalid};
use crate::images::{self, Exif};
use crate::time;

/// Key, public URL, format, width, height.
type Variant = (String, Option<String>, &'static str, u32, u32);
/// Key, public URL, format, width, height, EXIF summary, bytes, entity tag, variants.
type ConfirmedFields = (String, Option<String>, &'static str, u32, u32, Option<Exif>, u64, String, Vec<Variant>);

/// Shared by threads. The interpreter is released before the lock is taken, so waiting for the lock never blocks other threads of
/// Python.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Confirmation(Mutex<presize::Confirmation>);

impl Confirmation {
    pub(crate) fn new(confirmation: presize::Confirmation, token: Option<&CancelToken>) -> Self {
        Self(Mutex::new(match token {
            Some(token) => confirmation.cancel_token(token),
            None => confirmation,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, presize::Confirmation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Confirmation {
    /// Calls `make` with method, URL, headers, body, and the most bytes to read of the answer's body, and returns its result. The
    /// signed URL is not put into a Python variable, because error reports show variables.
    fn next_request<'py>(
        &self,
        now: Option<&Bound<'py, PyAny>>,
        make: &Bound<'py, PyAny>,
    ) -> Result<Option<Bound<'py, PyAny>>> {
        let (py, now) = (make.py(), time::now(now)?);
        let Some(request) = py.detach(|| self.lock().next_request(now))? else { return Ok(None) };
        let headers = header_dict(py, &request.headers)?;
        let body = PyBytes::new(py, &request.body);
        let parts = (request.method.as_str(), request.url, headers, body, request.max_body_bytes);
        Ok(Some(make.call1(parts)?))
    }

    /// The cost of processing the next answer, in weighted pixels, without the image in its body.
    fn work_pixels(&self, py: Python<'_>) -> u64 {
        py.detach(|| self.lock().work_pixels())
    }

    /// Headers are pairs, because a store may repeat a name.
    fn answer(
        &self,
        py: Python<'_>,
        status: &Bound<'_, PyAny>,
        headers: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        body: &Bound<'_, PyAny>,
    ) -> Result<()> {
        let body = buffer_of_bytes("body", body)?;
        let answer = StoreAnswer { status: read_status(status)?, headers: header_map(&headers)?, body };
        py.detach(|| self.lock().answer(answer));
        Ok(())
    }

    fn fail(&self, py: Python<'_>, reason: &Bound<'_, PyAny>) -> Result<()> {
        let reason = argument::<String>("reason", reason)?;
        py.detach(|| self.lock().fail(&reason));
        Ok(())
    }

    fn finish(&self, py: Python<'_>) -> Result<ConfirmedFields> {
        Ok(confirmed_fields(py.detach(|| self.lock().finish())?))
    }

    fn event<'py>(&self, py: Python<'py>, now: Option<&Bound<'py, PyAny>>) -> Result<Bound<'py, PyDict>> {
        let now: SystemTime = time::now(now)?;
        let event = py.detach(|| self.lock().event(now));
        Ok(event_dict(py, &event)?)
    }
}

fn read_status(status: &Bound<'_, PyAny>) -> Result<u16> {
    let number = status.cast::<PyInt>().ok().and_then(|number| number.extract::<u16>().ok());
    number.ok_or_else(|| invalid("status", "an HTTP status", type_name(status)))
}

fn header_map(headers: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)]) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let (name, value) = (argument::<String>("headers", name)?, argument::<String>("headers", value)?);
        let refused = || invalid("headers", "header names and values", "others");
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| refused())?;
        map.try_append(HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?, value)
            .map_err(|_| refused())?;
    }
    Ok(map)
}

fn confirmed_fields(confirmed: Confirmed) -> ConfirmedFields {
    let Confirmed { key, public_url, format, width, height, exif, bytes, etag, variants, .. } = confirmed;
    let variants = variants
        .into_iter()
        .map(|variant| (variant.key, variant.public_url, variant.format.as_str(), variant.width, variant.height));
    let exif = exif.map(images::exif);
    (key, public_url, format.as_str(), width, height, exif, bytes, etag, variants.collect())
}
