//! `PresignedRequest`. Its parts become Python objects only when they are read, since most callers read only some.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::arguments::argument;
use crate::dict::header_dict;
use crate::error::{Result, invalid};
use crate::time;

/// A request that anybody who holds it may send until it expires. The URL is as good as a password, and does not belong
/// in a log; ``repr`` leaves its query out. Equal requests compare equal, and it can be pickled.
#[pyclass(frozen, eq, module = "presize._native")]
#[derive(PartialEq)]
pub(crate) struct PresignedRequest {
    method: Method,
    url: String,
    headers: HeaderMap,
    expires_in: u64,
    expires_at: SystemTime,
}

impl From<presize::PresignedRequest> for PresignedRequest {
    fn from(request: presize::PresignedRequest) -> Self {
        let (expires_in, expires_at) = (request.expires_in.as_secs(), request.expires_at);
        Self { method: request.method, url: request.url, headers: request.headers, expires_in, expires_at }
    }
}

#[pymethods]
impl PresignedRequest {
    /// From its parts, for tests and for `pickle`.
    #[new]
    fn new(
        method: &Bound<'_, PyAny>,
        url: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyDict>,
        expires_in: u64,
        expires_at: &Bound<'_, PyAny>,
    ) -> Result<Self> {
        let method = argument::<String>("method", method)?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| invalid("method", "an HTTP method", method))?;
        let url = argument::<String>("url", url)?;
        let expires_at = time::read("expires_at", expires_at)?;
        if expires_at < SystemTime::UNIX_EPOCH {
            return Err(invalid("expires_at", "a time since 1970", "one before it"));
        }
        Ok(Self { method, url, headers: header_map(headers)?, expires_in, expires_at })
    }

    /// The only method for which the URL is valid.
    #[getter]
    fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The URL with its signature.
    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Exactly the headers that the client must send, besides ``Host``, which every client sends by itself. All of them
    /// are signed: a different value, or one left out, is refused by the server.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        header_dict(py, &self.headers)
    }

    /// The lifetime in seconds, from the second at which it was signed; shorter than requested if the credentials expire sooner.
    #[getter]
    fn expires_in(&self) -> u64 {
        self.expires_in
    }

    /// The time of expiry by the server's clock: aware, in UTC, a whole second.
    #[getter]
    fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// The URL is as good as a password: its query is left out.
    fn __repr__(&self) -> String {
        let url = self.url.split('?').next().unwrap_or_default();
        let headers: Vec<_> = self.headers.keys().map(HeaderName::as_str).collect();
        format!(
            "PresignedRequest(method='{}', url='{url}?...', headers={headers:?}, expires_in={})",
            self.method, self.expires_in
        )
    }

    #[expect(clippy::type_complexity, reason = "the shape that pickle asks for")]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyType>, (&str, &str, Bound<'py, PyDict>, u64, SystemTime))> {
        let headers = header_dict(py, &self.headers)?;
        let parts = (self.method.as_str(), self.url.as_str(), headers, self.expires_in, self.expires_at);
        Ok((py.get_type::<Self>(), parts))
    }
}

fn header_map(headers: &Bound<'_, PyDict>) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let (name, value) = (argument::<String>("headers", &name)?, argument::<String>("headers", &value)?);
        let refused = || invalid("headers", "header names and values", name.clone());
        let value = HeaderValue::from_str(&value).ok().filter(|value| value.to_str().is_ok()).ok_or_else(refused)?;
        map.append(HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?, value);
    }
    Ok(map)
}
