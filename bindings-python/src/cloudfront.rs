//! Signed URLs and cookies for CloudFront, signed in one step, or prepared and finished in two.

use std::error::Error as StdError;
use std::time::SystemTime;

use presize::{CloudFrontHash, CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner};
use presize::{PreparedCookies, PreparedUrl, SignedCookies, SignedUrl};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyDict};

use crate::arguments::{NamedOptions, argument, type_name};
use crate::data::buffer_of_bytes;
use crate::error::{Result, invalid};
use crate::time;

/// URL, lifetime in seconds, expiry.
type Url = (String, u64, SystemTime);
/// Names and values, lifetime in seconds, expiry.
type Cookies<'py> = (Bound<'py, PyDict>, u64, SystemTime);

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Signer(CloudFrontSigner);

#[pymethods]
impl Signer {
    #[staticmethod]
    fn from_pem(py: Python<'_>, key_pair_id: &Bound<'_, PyAny>, pem: &Bound<'_, PyAny>) -> Result<Self> {
        let id = argument::<String>("key_pair_id", key_pair_id)?;
        let pem = pem.extract::<&str>().map_err(|_| invalid("pem", "a string", type_name(pem)))?;
        Ok(Self(py.detach(|| CloudFrontSigner::from_pem(id, pem))?))
    }

    /// `sign` is called with the message and the name of the hash, and returns the signature.
    #[staticmethod]
    fn with_signer(
        key_pair_id: &Bound<'_, PyAny>,
        key_type: &Bound<'_, PyAny>,
        sign: &Bound<'_, PyAny>,
    ) -> Result<Self> {
        if !sign.is_callable() {
            return Err(invalid("sign", "a callable", type_name(sign)));
        }
        let sign = sign.clone().unbind();
        let id = argument::<String>("key_pair_id", key_pair_id)?;
        let key_type = argument::<CloudFrontKeyType>("key_type", key_type)?;
        let signer =
            CloudFrontSigner::with_signer(id, key_type, move |message, hash| call_signer(&sign, message, hash))?;
        Ok(Self(signer))
    }

    #[getter]
    fn key_pair(&self) -> KeyPair {
        KeyPair(self.0.key_pair().clone())
    }

    fn sign_url(
        &self,
        url: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Url> {
        let (address, parsed, now) = (argument::<String>("url", url)?, parse(options)?, time::now(now)?);
        Ok(url_fields(url.py().detach(|| self.0.sign_url(&address, &parsed, now))?))
    }

    fn sign_cookies<'py>(
        &self,
        url: &Bound<'py, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Cookies<'py>> {
        let (address, parsed, now) = (argument::<String>("url", url)?, parse(options)?, time::now(now)?);
        let signed = url.py().detach(|| self.0.sign_cookies(&address, &parsed, now))?;
        Ok(cookie_fields(url.py(), signed)?)
    }
}

/// Calls the caller's own signer. An exception of it becomes the cause of `signing_failed`.
fn call_signer(
    sign: &Py<PyAny>,
    message: &[u8],
    hash: CloudFrontHash,
) -> std::result::Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
    Python::attach(|py| {
        let signature = sign.bind(py).call1((PyBytes::new(py, message), hash.as_str()))?;
        Ok(buffer_of_bytes("the signature", &signature).map_err(PyErr::from)?)
    })
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct KeyPair(CloudFrontKeyPair);

#[pymethods]
impl KeyPair {
    #[new]
    fn new(id: &Bound<'_, PyAny>, key_type: &Bound<'_, PyAny>) -> Result<Self> {
        let id = argument::<String>("key_pair_id", id)?;
        Ok(Self(CloudFrontKeyPair::new(id, argument::<CloudFrontKeyType>("key_type", key_type)?)?))
    }

    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    #[getter]
    fn key_type(&self) -> &'static str {
        self.0.key_type().as_str()
    }

    fn prepare_url(
        &self,
        url: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Prepared> {
        let address = argument::<String>("url", url)?;
        Ok(Prepared(Unsigned::Url(self.0.prepare_url(&address, &parse(options)?, time::now(now)?)?)))
    }

    fn prepare_cookies(
        &self,
        url: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Prepared> {
        let address = argument::<String>("url", url)?;
        Ok(Prepared(Unsigned::Cookies(self.0.prepare_cookies(&address, &parse(options)?, time::now(now)?)?)))
    }
}

/// A URL or cookies that wait for their signature. They can be finished more than once.
#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Prepared(Unsigned);

enum Unsigned {
    Url(PreparedUrl),
    Cookies(PreparedCookies),
}

#[pymethods]
impl Prepared {
    #[getter]
    fn message<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let message = match &self.0 {
            Unsigned::Url(prepared) => prepared.message(),
            Unsigned::Cookies(prepared) => prepared.message(),
        };
        PyBytes::new(py, message)
    }

    #[getter]
    fn hash(&self) -> &'static str {
        match &self.0 {
            Unsigned::Url(prepared) => prepared.hash().as_str(),
            Unsigned::Cookies(prepared) => prepared.hash().as_str(),
        }
    }

    #[getter]
    fn key_type(&self) -> &'static str {
        match &self.0 {
            Unsigned::Url(prepared) => prepared.key_type().as_str(),
            Unsigned::Cookies(prepared) => prepared.key_type().as_str(),
        }
    }

    fn finish<'py>(&self, signature: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>> {
        let py = signature.py();
        let bytes = buffer_of_bytes("signature", signature)?;
        let finished = match &self.0 {
            Unsigned::Url(prepared) => url_fields(prepared.clone().finish(&bytes)?).into_pyobject(py)?,
            Unsigned::Cookies(prepared) => cookie_fields(py, prepared.clone().finish(&bytes)?)?.into_pyobject(py)?,
        };
        Ok(finished.into_any())
    }
}

fn parse(options: &Bound<'_, PyDict>) -> Result<CloudFrontOptions> {
    Ok(CloudFrontOptions::from_named(NamedOptions::new(options)?.iter())?)
}

fn url_fields(signed: SignedUrl) -> Url {
    (signed.url, signed.expires_in.as_secs(), signed.expires_at)
}

fn cookie_fields(py: Python<'_>, signed: SignedCookies) -> PyResult<Cookies<'_>> {
    Ok((signed.cookies.into_py_dict(py)?, signed.expires_in.as_secs(), signed.expires_at))
}
