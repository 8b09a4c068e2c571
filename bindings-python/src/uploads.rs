//! Uploads: policy, request, ticket.

use std::time::SystemTime;

use presize::{UploadPolicy, UploadRequest};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{Given, to_dict};
use crate::error::Result;
use crate::presigned::header_dict;
use crate::signing::Presigner;
use crate::time;

/// Method, URL, headers, key, public URL, lifetime in seconds, end of the lifetime.
type Ticket<'py> = (String, String, Bound<'py, PyDict>, String, Option<String>, u64, SystemTime);

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Policy(UploadPolicy);

#[pymethods]
impl Policy {
    #[new]
    fn new(options: &Bound<'_, PyDict>) -> Result<Self> {
        let given = Given::new(options)?;
        let policy = UploadPolicy::from_named(given.named())?;
        policy.validate()?;
        Ok(Self(policy))
    }

    /// All options with their values.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        to_dict(py, self.0.to_named())
    }
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Uploads(presize::Uploads);

#[pymethods]
impl Uploads {
    #[new]
    fn new(presigner: &Bound<'_, Presigner>, policy: &Bound<'_, Policy>) -> Result<Self> {
        Ok(Self(presize::Uploads::new(presigner.get().core().clone(), policy.get().0.clone())?))
    }

    fn issue<'py>(
        &self,
        request: &Bound<'py, PyDict>,
        nonce: [u8; 16],
        now: Option<&Bound<'py, PyAny>>,
    ) -> Result<Ticket<'py>> {
        let given = Given::new(request)?;
        let request = UploadRequest::from_named(given.named())?;
        let ticket = self.0.issue(&request, nonce, time::now(now)?)?;
        let headers = header_dict(given.py(), &ticket.headers)?;
        let method = ticket.method.to_string();
        let expires_in = ticket.expires_in.as_secs();
        Ok((method, ticket.url, headers, ticket.key, ticket.public_url, expires_in, ticket.expires_at))
    }
}
