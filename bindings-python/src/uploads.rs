//! Uploads: policies, tickets, confirmations, and their events.

use std::time::SystemTime;

use presize::{ConfirmRequest, UploadEvent, UploadPolicy, UploadRequest};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::arguments::{NamedOptions, read_environment};
use crate::confirm::Confirmation;
use crate::dict::{event_dict, header_dict, option_dict};
use crate::error::Result;
use crate::rules::{CancelToken, Rules};
use crate::signing::{Bucket, Presigner};
use crate::time;

/// Method, URL, headers, fields, key, public URL, lifetime in seconds, expiry.
type Ticket<'py> = (String, String, Bound<'py, PyDict>, Bound<'py, PyDict>, String, Option<String>, u64, SystemTime);

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Policy(UploadPolicy);

#[pymethods]
impl Policy {
    #[new]
    fn new(options: &Bound<'_, PyDict>) -> Result<Self> {
        let named = NamedOptions::new(options)?;
        let policy = UploadPolicy::from_named(named.iter())?;
        policy.validate()?;
        Ok(Self(policy))
    }

    /// Every option with its value.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.0.to_named())
    }

    fn rules(&self) -> Rules {
        Rules(self.0.rules())
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

    /// `read` returns the value of an environment variable, or `None`.
    #[staticmethod]
    fn from_vars(policy: &Bound<'_, Policy>, read: &Bound<'_, PyAny>) -> Result<Self> {
        let policy = policy.get().0.clone();
        Ok(Self(read_environment(read, |read| presize::Uploads::from_vars(policy, read))?))
    }

    #[getter]
    fn policy(&self) -> Policy {
        Policy(self.0.policy().clone())
    }

    #[getter]
    fn presigner(&self) -> Presigner {
        Presigner::from(self.0.presigner().clone())
    }

    #[getter]
    fn bucket(&self) -> Bucket {
        Bucket::from(self.0.presigner().bucket().clone())
    }

    /// Issues a ticket. `on_event` is called with the fields of the event, whether the request succeeds or not.
    fn issue<'py>(
        &self,
        request: &Bound<'py, PyDict>,
        nonce: [u8; 16],
        now: Option<&Bound<'py, PyAny>>,
        on_event: Option<&Bound<'py, PyAny>>,
    ) -> Result<Ticket<'py>> {
        let (py, now) = (request.py(), time::now(now)?);
        let named = NamedOptions::new(request)?;
        let parsed = UploadRequest::from_named(named.iter());
        let (request, result) = match parsed {
            Ok(request) => {
                let result = self.0.issue(&request, nonce, now);
                (request, result)
            }
            Err(error) => (UploadRequest::default().owner(&owner_of(request)), Err(error)),
        };
        if let Some(on_event) = on_event {
            on_event.call1((event_dict(py, &UploadEvent::issue(&request, &result, now))?,))?;
        }
        let ticket = result?;
        let headers = header_dict(py, &ticket.headers)?;
        let fields = PyDict::new(py);
        for (name, value) in &ticket.fields {
            fields.set_item(name, value)?;
        }
        let method = ticket.method.to_string();
        let expires_in = ticket.expires_in.as_secs();
        Ok((method, ticket.url, headers, fields, ticket.key, ticket.public_url, expires_in, ticket.expires_at))
    }

    /// Begins a confirmation. `on_event` is called with the fields of the event if the request is refused.
    fn confirm(
        &self,
        request: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
        cancel_token: Option<&Bound<'_, CancelToken>>,
        on_event: Option<&Bound<'_, PyAny>>,
    ) -> Result<Confirmation> {
        let (py, now) = (request.py(), time::now(now)?);
        let named = NamedOptions::new(request)?;
        let parsed = ConfirmRequest::from_named(named.iter());
        let (request, result) = match parsed {
            Ok(request) => {
                let result = self.0.confirm(&request, now);
                (request, result)
            }
            Err(error) => (ConfirmRequest::default().owner(&owner_of(request)), Err(error)),
        };
        let error = match result {
            Ok(confirmation) => {
                return Ok(Confirmation::new(confirmation, cancel_token.map(|token| &token.get().0)));
            }
            Err(error) => error,
        };
        if let Some(on_event) = on_event {
            let refused = Err(error.kind().clone().into());
            on_event.call1((event_dict(py, &UploadEvent::confirm(&request, &refused, now))?,))?;
        }
        Err(error.into())
    }
}

/// The owner of a request that cannot be parsed, for its event.
fn owner_of(request: &Bound<'_, PyDict>) -> String {
    let owner = request.get_item("owner").ok().flatten();
    let text = owner.as_ref().and_then(|owner| owner.cast::<PyString>().ok());
    text.and_then(|text| text.to_str().ok()).unwrap_or_default().to_owned()
}
