//! Exchanges with a store: the core's state machines, whose requests and answers are plain data.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue};
use presize::{StoreAnswer, StoreRequest};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use crate::arguments::{argument, type_name};
use crate::data::buffer_of_bytes;
use crate::dict::header_dict;
use crate::error::{Result, invalid};
use crate::time;

/// A state machine of the core that talks to a store.
pub(crate) trait Machine: Send {
    fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>>;
    fn work_pixels(&self) -> u64;
    fn answer(&mut self, answer: StoreAnswer);
    fn fail(&mut self, reason: &str);
}

macro_rules! machines {
    ($($machine:ty),* $(,)?) => {$(
        impl Machine for $machine {
            fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>> {
                self.next_request(now)
            }

            fn work_pixels(&self) -> u64 {
                self.work_pixels()
            }

            fn answer(&mut self, answer: StoreAnswer) {
                self.answer(answer);
            }

            fn fail(&mut self, reason: &str) {
                self.fail(reason);
            }
        }
    )*};
}

machines!(presize::Confirmation, presize::Resizing);

/// Its errors are answers.
impl Machine for presize::Answering {
    fn next_request(&mut self, now: SystemTime) -> presize::Result<Option<StoreRequest>> {
        Ok(self.next_request(now))
    }

    fn work_pixels(&self) -> u64 {
        self.work_pixels()
    }

    fn answer(&mut self, answer: StoreAnswer) {
        self.answer(answer);
    }

    fn fail(&mut self, reason: &str) {
        self.fail(reason);
    }
}

/// A machine that threads share. The interpreter is released before the lock is taken, so waiting for the lock never blocks other
/// threads of Python.
pub(crate) struct Exchange<M>(Mutex<M>);

impl<M: Machine> Exchange<M> {
    pub(crate) fn new(machine: M) -> Self {
        Self(Mutex::new(machine))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, M> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `make` with method, URL, headers, body, and the most bytes to read of the answer's body, and returns its result. The
    /// signed URL is not put into a Python variable, because error reports show variables.
    pub(crate) fn next_request<'py>(
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
    pub(crate) fn work_pixels(&self, py: Python<'_>) -> u64 {
        py.detach(|| self.lock().work_pixels())
    }

    /// Headers are pairs, because a store may repeat a name.
    pub(crate) fn answer(
        &self,
        py: Python<'_>,
        status: &Bound<'_, PyAny>,
        headers: &[(Bound<'_, PyAny>, Bound<'_, PyAny>)],
        body: &Bound<'_, PyAny>,
    ) -> Result<()> {
        let body = buffer_of_bytes("body", body)?;
        let answer = StoreAnswer { status: read_status(status)?, headers: header_map(headers)?, body };
        py.detach(|| self.lock().answer(answer));
        Ok(())
    }

    pub(crate) fn fail(&self, py: Python<'_>, reason: &Bound<'_, PyAny>) -> Result<()> {
        let reason = argument::<String>("reason", reason)?;
        py.detach(|| self.lock().fail(&reason));
        Ok(())
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
