//! Buckets, credentials, and what is signed for S3.

use std::time::{Duration, SystemTime};

use presize::{
    BucketOptions, ChecksumAlgorithm, CompletedPart, Disposition, Operation, PresignBuilder, SignOptions, UrlStyle,
};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyInt, PyList, PyString, PyTuple};

use crate::convert::{Given, Unset, Value, argument, read_variables, type_name};
use crate::error::{Result, invalid};
use crate::presigned::PresignedRequest;
use crate::time;

/// URL, fields in their order, lifetime in seconds, end of the lifetime.
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
        let options = BucketOptions::from_named(Given::new(options)?.named())?;
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

    /// From a function that gives the value of a variable, or `None`.
    #[staticmethod]
    fn from_vars(read: &Bound<'_, PyAny>) -> Result<Self> {
        Ok(Self(read_variables(read, |read| presize::Credentials::from_vars(read))?))
    }
}

/// A secret that is no string is not repeated in the message.
fn secret<'a>(name: &'static str, value: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    text.ok_or_else(|| invalid(name, "a string", type_name(value)))
}

/// The class beneath `presize.Presigner`, whose methods name the options.
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
    /// From a bucket and credentials, from another presigner, or from a function that gives the value of a variable, or `None`.
    #[new]
    fn new(bucket: &Bound<'_, PyAny>, credentials: Option<&Bound<'_, Credentials>>) -> Result<Self> {
        let Some(credentials) = credentials else {
            return match bucket.cast::<Self>() {
                Ok(presigner) => Ok(Self(presigner.get().0.clone())),
                Err(_) => Ok(Self(read_variables(bucket, |read| presize::Presigner::from_vars(read))?)),
            };
        };
        let bucket = bucket.cast::<Bucket>().map_err(PyErr::from)?.get().0.clone();
        Ok(Self(presize::Presigner::new(bucket, credentials.get().0.clone())))
    }

    #[getter]
    fn _core_bucket(&self) -> Bucket {
        Bucket::from(self.0.bucket().clone())
    }

    /// A GET with no option but its lifetime.
    fn _get(
        &self,
        key: &Bound<'_, PyAny>,
        expires_in: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<PresignedRequest> {
        let builder = self.0.request(Operation::Get, key_of(key)?);
        Ok(PresignedRequest::from(lifetime(builder, expires_in)?.sign(time::now(now)?)?))
    }

    /// A PUT with the options that most uploads have. [`Unset`] stands for one that is not given.
    fn _put(
        &self,
        key: &Bound<'_, PyAny>,
        expires_in: &Bound<'_, PyAny>,
        content_type: &Bound<'_, PyAny>,
        content_length: &Bound<'_, PyAny>,
        metadata: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<PresignedRequest> {
        let given = [("content_type", content_type), ("content_length", content_length), ("metadata", metadata)];
        let given = given.into_iter().filter(|(_, value)| !value.is_exact_instance_of::<Unset>());
        let given = given.map(|(name, value)| Ok((name, Value::new(value.clone())?))).collect::<PyResult<Vec<_>>>()?;
        let builder = lifetime(self.0.request(Operation::Put, key_of(key)?), expires_in)?;
        let builder = builder.named(given.iter().map(|(name, value)| (*name, value.raw())))?;
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
        let given = Given::new(options)?;
        let builder = self.0.request(operation, key_of(key)?).named(given.named())?;
        Ok(PresignedRequest::from(builder.sign(time::now(now)?)?))
    }

    /// The request with every stage of its signature, for the tests.
    fn _explain(
        &self,
        operation: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<(PresignedRequest, String, String, String)> {
        let operation = argument::<Operation>("operation", operation)?;
        let given = Given::new(options)?;
        let builder = self.0.request(operation, key_of(key)?).named(given.named())?;
        let shown = builder.explain(time::now(now)?)?;
        let request = PresignedRequest::from(shown.request);
        Ok((request, shown.canonical_request, shown.string_to_sign, shown.signature))
    }

    fn _sign_many(
        &self,
        operation: &Bound<'_, PyAny>,
        keys: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<Vec<PresignedRequest>> {
        let operation = argument::<Operation>("operation", operation)?;
        let options = SignOptions::from_named(Given::new(options)?.named())?;
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
        let form = self.0.post_form(key_of(key)?).named(Given::new(options)?.named())?.sign(time::now(now)?)?;
        let fields = form.fields.into_py_dict(key.py())?;
        Ok((form.url, fields, form.expires_in.as_secs(), form.expires_at))
    }
}

/// The lifetime of a whole number of seconds goes to the builder at once; the table answers for everything else.
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
