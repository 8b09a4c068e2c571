//! `presize_bench`: the signing calls of presize in Python, for the benches alone. The package `presize` will replace it.
//!
//! What keeps a call cheap: options are read as names and values borrowed from their Python strings, a call without
//! options takes none of that way, and a result is converted when it is asked for.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use presize::{
    Bucket, Credentials, Operation, OptionValue, PresignedRequest, Presigner as Core, SignOptions,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

/// A bucket of S3 and credentials, ready to sign.
#[pyclass(frozen, module = "presize_bench")]
struct Presigner {
    core: Core,
    defaults: SignOptions,
}

#[pymethods]
impl Presigner {
    #[new]
    fn new(region: &str, bucket: &str, access_key_id: &str, secret_access_key: &str) -> PyResult<Self> {
        let bucket = Bucket::s3(region, bucket).map_err(raised)?;
        let credentials = Credentials::new(access_key_id, secret_access_key).map_err(raised)?;
        Ok(Self { core: Core::new(bucket, credentials), defaults: SignOptions::default() })
    }

    #[pyo3(signature = (key, *, now = None, **options))]
    fn get(&self, key: &str, now: Option<f64>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Presigned> {
        self.sign(Operation::Get, key, now, options)
    }

    #[pyo3(signature = (key, *, now = None, **options))]
    fn put(&self, key: &str, now: Option<f64>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Presigned> {
        self.sign(Operation::Put, key, now, options)
    }

    /// One request for each key, all with the same options.
    #[pyo3(signature = (keys, *, now = None, **options))]
    fn get_many(
        &self,
        keys: Vec<Bound<'_, PyString>>,
        now: Option<f64>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<Presigned>> {
        let options = options.map(parsed).transpose()?;
        let options = options.as_ref().unwrap_or(&self.defaults);
        let now = time(now);
        keys.iter().map(|key| self.signed(Operation::Get, key.to_str()?, options, now)).collect()
    }
}

impl Presigner {
    fn sign(
        &self,
        operation: Operation,
        key: &str,
        now: Option<f64>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Presigned> {
        match options {
            None => self.signed(operation, key, &self.defaults, time(now)),
            Some(options) => self.signed(operation, key, &parsed(options)?, time(now)),
        }
    }

    fn signed(&self, operation: Operation, key: &str, options: &SignOptions, now: SystemTime) -> PyResult<Presigned> {
        let request = self.core.request(operation, key).options(options.clone()).sign(now).map_err(raised)?;
        Ok(Presigned(request))
    }
}

/// A presigned request. Its parts become Python objects when they are read.
#[pyclass(frozen, module = "presize_bench")]
struct Presigned(PresignedRequest);

#[pymethods]
impl Presigned {
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    #[getter]
    fn method(&self) -> &str {
        self.0.method.as_str()
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in &self.0.headers {
            headers.set_item(name.as_str(), value.to_str().unwrap_or_default())?;
        }
        Ok(headers)
    }

    #[getter]
    fn expires_in(&self) -> u64 {
        self.0.expires_in.as_secs()
    }
}

fn time(now: Option<f64>) -> SystemTime {
    now.map_or_else(SystemTime::now, |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds.max(0.0)))
}

fn parsed(options: &Bound<'_, PyDict>) -> PyResult<SignOptions> {
    // Names and values are borrowed from the objects in here, which the dict keeps alive but cannot lend.
    let pairs: Vec<_> = options.iter().collect();
    let mut values = Vec::with_capacity(pairs.len());
    for (name, value) in &pairs {
        values.push((name.cast::<PyString>()?.to_str()?, option_value(value)?));
    }
    SignOptions::from_named(values).map_err(raised)
}

/// The usual types first: text, then numbers.
fn option_value<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<OptionValue<'a>> {
    Ok(if let Ok(text) = value.cast::<PyString>() {
        OptionValue::Text(Cow::Borrowed(text.to_str()?))
    } else if let Ok(flag) = value.cast::<PyBool>() {
        OptionValue::Bool(flag.is_true())
    } else if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        // An integer beyond `f64` is beyond every range as well.
        OptionValue::Number(value.extract().unwrap_or(f64::INFINITY))
    } else if value.is_none() {
        OptionValue::Null
    } else {
        OptionValue::Other(Cow::Owned(value.get_type().name()?.to_string()))
    })
}

fn raised(error: presize::Error) -> PyErr {
    PyValueError::new_err(format!("{}: {error}", error.code()))
}

#[pymodule]
fn presize_bench(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Presigner>()?;
    module.add_class::<Presigned>()
}
