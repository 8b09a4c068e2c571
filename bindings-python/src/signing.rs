//! Buckets, credentials, and presigned requests and forms for S3.

use std::time::{Duration, SystemTime};

use presize::{
    BucketOptions, ChecksumAlgorithm, CompletedPart, Disposition, Operation, PresignBuilder, SignOptions, UrlStyle,
};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyInt, PyList, PyString, PyTuple};

use crate::arguments::{NamedOptions, Unset, Value, argument, read_environment, type_name};
use crate::error::{Result, invalid};
use crate::presigned::PresignedRequest;
use crate::time;

/// URL, fields in their order, lifetime in seconds, expiry.
type Form<'py> = (String, Bound<'py, PyDict>, u64, SystemTime);

#[pyclass(frozen, module = "presize._native", eq)]
#[derive(PartialEq)]
pub(crate) struct Bucket(presize::Bucket);

#[pymethods]
impl Bucket {
    #[staticmethod]
    fn s3(region: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>, options: &Bound<'_, PyDict>) -> Result<Self> {
        let (region, name) = (argument::<String>("region", region)?, argument::<String>("name", name)?);
        Self::new(presize::Bucket::s3(&region, &name)?, options)
    }

    #[staticmethod]
    fn r2(account: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>, options: &Bound<'_, PyDict>) -> Result<Self> {
        let (account, name) = (argument::<String>("account", account)?, argument::<String>("name", name)?);
        Self::new(presize::Bucket::r2(&account, &name)?, options)
    }

    #[staticmethod]
    fn custom(
        endpoint: &Bound<'_, PyAny>,
        region: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        style: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
    ) -> Result<Self> {
        let (endpoint, region) = (argument::<String>("endpoint", endpoint)?, argument::<String>("region", region)?);
        let (name, style) = (argument::<String>("name", name)?, argument::<UrlStyle>("style", style)?);
        Self::new(presize::Bucket::custom(&endpoint, &region, &name, style)?, options)
    }

    #[staticmethod]
    fn access_point(arn: &Bound<'_, PyAny>, options: &Bound<'_, PyDict>) -> Result<Self> {
        Self::new(presize::Bucket::access_point(&argument::<String>("arn", arn)?)?, options)
    }

    fn internal(&self) -> Self {
        Self(self.0.internal())
    }

    fn copy_source(&self, key: &Bound<'_, PyAny>) -> Result<String> {
        Ok(self.0.copy_source(key_of(key)?))
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn region(&self) -> &str {
        self.0.region()
    }

    #[getter]
    fn host(&self) -> &str {
        self.0.host()
    }
}

impl From<presize::Bucket> for Bucket {
    fn from(bucket: presize::Bucket) -> Self {
        Self(bucket)
    }
}

impl Bucket {
    fn new(bucket: presize::Bucket, options: &Bound<'_, PyDict>) -> Result<Self> {
        let options = BucketOptions::from_named(NamedOptions::new(options)?.iter())?;
        Ok(Self(bucket.with_options(&options)?))
    }
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Credentials(presize::Credentials);

#[pymethods]
impl Credentials {
    #[new]
    fn new(
        access_key_id: &Bound<'_, PyAny>,
        secret_access_key: &Bound<'_, PyAny>,
        session_token: Option<&Bound<'_, PyAny>>,
        expires_at: Option<&Bound<'_, PyAny>>,
    ) -> Result<Self> {
        let key_id = argument::<String>("access_key_id", access_key_id)?;
        let mut credentials = presize::Credentials::new(key_id, secret("secret_access_key", secret_access_key)?)?;
        if let Some(token) = session_token {
            credentials = credentials.session_token(secret("session_token", token)?)?;
        }
        if let Some(expires_at) = expires_at {
            credentials = credentials.expires_at(time::read("expires_at", expires_at)?);
        }
        Ok(Self(credentials))
    }

    /// `read` returns the value of an environment variable, or `None`.
    #[staticmethod]
    fn from_vars(read: &Bound<'_, PyAny>) -> Result<Self> {
        Ok(Self(read_environment(read, |read| presize::Credentials::from_vars(read))?))
    }
}

/// The message names the type of a secret, never its value.
fn secret<'a>(name: &'static str, value: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    text.ok_or_else(|| invalid(name, "a string", type_name(value)))
}

/// The base class of `presize.Presigner`, which declares the options of each method.
#[pyclass(frozen, subclass, module = "presize._native")]
pub(crate) struct Presigner(presize::Presigner);

impl From<presize::Presigner> for Presigner {
    fn from(presigner: presize::Presigner) -> Self {
        Self(presigner)
    }
}

impl Presigner {
    pub(crate) fn core(&self) -> &presize::Presigner {
        &self.0
    }
}

#[pymethods]
impl Presigner {
    /// From a bucket and credentials; from another presigner; or from a function that returns the value of an environment
    /// variable, or `None`.
    #[new]
    fn new(bucket: &Bound<'_, PyAny>, credentials: Option<&Bound<'_, Credentials>>) -> Result<Self> {
        let Some(credentials) = credentials else {
            return match bucket.cast::<Self>() {
                Ok(presigner) => Ok(Self(presigner.get().0.clone())),
                Err(_) => Ok(Self(read_environment(bucket, |read| presize::Presigner::from_vars(read))?)),
            };
        };
        let bucket = bucket.cast::<Bucket>().map_err(PyErr::from)?.get().0.clone();
        Ok(Self(presize::Presigner::new(bucket, credentials.get().0.clone())))
    }

    #[getter]
    fn _core_bucket(&self) -> Bucket {
        Bucket::from(self.0.bucket().clone())
    }

    /// Signs a GET that has no options but its lifetime.
    fn _get(
        &self,
        key: &Bound<'_, PyAny>,
        expires_in: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<PresignedRequest> {
        let builder = self.0.request(Operation::Get, key_of(key)?);
        Ok(PresignedRequest::from(lifetime(builder, expires_in)?.sign(time::now(now)?)?))
    }

    /// Signs a PUT with the options that most uploads have. [`Unset`] stands for an option that is left out.
    fn _put(
        &self,
        key: &Bound<'_, PyAny>,
        expires_in: &Bound<'_, PyAny>,
        content_type: &Bound<'_, PyAny>,
        content_length: &Bound<'_, PyAny>,
        metadata: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<PresignedRequest> {
        let options = [("content_type", content_type), ("content_length", content_length), ("metadata", metadata)];
        let options = options.into_iter().filter(|(_, value)| !value.is_exact_instance_of::<Unset>());
        let options = options.map(|(name, value)| Ok((name, Value::new(value.clone())?)));
        let options = options.collect::<PyResult<Vec<_>>>()?;
        let builder = lifetime(self.0.request(Operation::Put, key_of(key)?), expires_in)?;
        let builder = builder.named(options.iter().map(|(name, value)| (*name, value.raw())))?;
        Ok(PresignedRequest::from(builder.sign(time::now(now)?)?))
    }

    fn _request(
        &self,
        operation: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<PresignedRequest> {
        let operation = argument::<Operation>("operation", operation)?;
        let named = NamedOptions::new(options)?;
        let builder = self.0.request(operation, key_of(key)?).named(named.iter())?;
        Ok(PresignedRequest::from(builder.sign(time::now(now)?)?))
    }

    /// The signed request and every intermediate result of its signature, for the tests.
    fn _explain(
        &self,
        operation: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<(PresignedRequest, String, String, String)> {
        let operation = argument::<Operation>("operation", operation)?;
        let named = NamedOptions::new(options)?;
        let builder = self.0.request(operation, key_of(key)?).named(named.iter())?;
        let stages = builder.explain(time::now(now)?)?;
        let request = PresignedRequest::from(stages.request);
        Ok((request, stages.canonical_request, stages.string_to_sign, stages.signature))
    }

    fn _sign_many(
        &self,
        operation: &Bound<'_, PyAny>,
        keys: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Vec<PresignedRequest>> {
        let operation = argument::<Operation>("operation", operation)?;
        let options = SignOptions::from_named(NamedOptions::new(options)?.iter())?;
        if !keys.is_instance_of::<PyList>() && !keys.is_instance_of::<PyTuple>() {
            return Err(invalid("keys", "a list", type_name(keys)));
        }
        let keys: Vec<Bound<'_, PyAny>> = keys.extract()?;
        let keys = keys.iter().enumerate().map(|(index, key)| key_of(key).map_err(|error| error.at_index(index)));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        let signed = self.0.sign_many(operation, keys, &options, time::now(now)?)?;
        Ok(signed.into_iter().map(PresignedRequest::from).collect())
    }

    fn _post_form<'py>(
        &self,
        key: &Bound<'py, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Form<'py>> {
        let form = self.0.post_form(key_of(key)?).named(NamedOptions::new(options)?.iter())?.sign(time::now(now)?)?;
        let fields = form.fields.into_py_dict(key.py())?;
        Ok((form.url, fields, form.expires_in.as_secs(), form.expires_at))
    }
}

/// A whole number of seconds goes to the builder directly. Any other value goes to the table, which checks it.
fn lifetime<'a>(builder: PresignBuilder<'a>, expires_in: &Bound<'_, PyAny>) -> Result<PresignBuilder<'a>> {
    if let Ok(seconds) = expires_in.cast_exact::<PyInt>()
        && let Ok(seconds) = seconds.extract::<u32>()
    {
        return Ok(builder.expires_in(Duration::from_secs(seconds.into())));
    }
    Ok(builder.named([("expires_in", Value::new(expires_in.clone())?.raw())])?)
}

fn key_of<'a>(key: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    let text = key.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    text.ok_or_else(|| invalid("key", "a string", type_name(key)))
}

#[pyfunction]
pub(crate) fn content_disposition(disposition: &Bound<'_, PyAny>, filename: &Bound<'_, PyAny>) -> Result<String> {
    let disposition = argument::<Disposition>("disposition", disposition)?;
    Ok(presize::content_disposition(disposition, &argument::<String>("filename", filename)?)?)
}

/// Each part is `(number, etag, algorithm or None, checksum or None)`.
#[pyfunction]
pub(crate) fn complete_multipart_body(parts: Vec<[Bound<'_, PyAny>; 4]>) -> Result<String> {
    let read = |[number, etag, algorithm, checksum]: &[Bound<'_, PyAny>; 4]| {
        let part = CompletedPart::new(argument::<u32>("number", number)?, &argument::<String>("etag", etag)?);
        if algorithm.is_none() && checksum.is_none() {
            return Ok(part);
        }
        let algorithm = argument::<ChecksumAlgorithm>("algorithm", algorithm)?;
        Ok(part.checksum(algorithm, &argument::<String>("checksum", checksum)?))
    };
    let parts = parts.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(presize::complete_multipart_body(&parts)?)
}

#[pyfunction]
pub(crate) fn parse_upload_id(answer: &Bound<'_, PyAny>) -> Result<String> {
    Ok(presize::parse_upload_id(&argument::<String>("answer", answer)?)?)
}
