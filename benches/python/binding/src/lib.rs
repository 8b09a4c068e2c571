//! `presize_bench`: the signing calls of presize in Python, for the benches alone. The package `presize` will replace it.
//!
//! What keeps a call cheap: every option is a parameter of its own, because a function with `**options` cannot be called
//! without making a tuple and a dict; names and values are borrowed from their Python strings; a call without options
//! makes none; a result is converted when it is asked for.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use presize::options::OptionValue;
use presize::{Bucket, Credentials, Operation, PresignBuilder, PresignedRequest, Presigner as Core, SignOptions};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

/// An option as it is given, or not.
type Given<'py> = Option<Bound<'py, PyAny>>;

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

    #[pyo3(signature = (
        key, *,  expires_in = None, version_id = None, if_match = None, response_content_type = None,
        response_content_disposition = None, response_cache_control = None, response_content_encoding = None,
        response_content_language = None, response_expires = None, sse_customer_key = None, requester_pays = None,
        expected_bucket_owner = None, now = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords")]
    fn get(
        &self,
        key: &str,
        expires_in: Given<'_>,
        version_id: Given<'_>,
        if_match: Given<'_>,
        response_content_type: Given<'_>,
        response_content_disposition: Given<'_>,
        response_cache_control: Given<'_>,
        response_content_encoding: Given<'_>,
        response_content_language: Given<'_>,
        response_expires: Given<'_>,
        sse_customer_key: Given<'_>,
        requester_pays: Given<'_>,
        expected_bucket_owner: Given<'_>,
        now: Option<f64>,
    ) -> PyResult<Presigned> {
        self.sign(
            Operation::Get,
            key,
            now,
            [
                ("expires_in", expires_in),
                ("version_id", version_id),
                ("if_match", if_match),
                ("response_content_type", response_content_type),
                ("response_content_disposition", response_content_disposition),
                ("response_cache_control", response_cache_control),
                ("response_content_encoding", response_content_encoding),
                ("response_content_language", response_content_language),
                ("response_expires", response_expires),
                ("sse_customer_key", sse_customer_key),
                ("requester_pays", requester_pays),
                ("expected_bucket_owner", expected_bucket_owner),
            ],
        )
    }

    #[pyo3(signature = (
        key, *,  content_type = None, content_length = None, metadata = None, expires_in = None,
        cache_control = None, content_disposition = None, content_encoding = None, content_language = None,
        content_md5 = None, checksum_sha256 = None, checksum_crc32 = None, checksum_crc32c = None,
        checksum_crc64nvme = None, if_match = None, if_none_match = None, tagging = None, storage_class = None,
        acl = None, server_side_encryption = None, sse_kms_key_id = None, sse_kms_encryption_context = None,
        sse_bucket_key_enabled = None, sse_customer_key = None, requester_pays = None, expected_bucket_owner = None,
        now = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords")]
    fn put(
        &self,
        key: &str,
        content_type: Given<'_>,
        content_length: Given<'_>,
        metadata: Given<'_>,
        expires_in: Given<'_>,
        cache_control: Given<'_>,
        content_disposition: Given<'_>,
        content_encoding: Given<'_>,
        content_language: Given<'_>,
        content_md5: Given<'_>,
        checksum_sha256: Given<'_>,
        checksum_crc32: Given<'_>,
        checksum_crc32c: Given<'_>,
        checksum_crc64nvme: Given<'_>,
        if_match: Given<'_>,
        if_none_match: Given<'_>,
        tagging: Given<'_>,
        storage_class: Given<'_>,
        acl: Given<'_>,
        server_side_encryption: Given<'_>,
        sse_kms_key_id: Given<'_>,
        sse_kms_encryption_context: Given<'_>,
        sse_bucket_key_enabled: Given<'_>,
        sse_customer_key: Given<'_>,
        requester_pays: Given<'_>,
        expected_bucket_owner: Given<'_>,
        now: Option<f64>,
    ) -> PyResult<Presigned> {
        self.sign(
            Operation::Put,
            key,
            now,
            [
                ("content_type", content_type),
                ("content_length", content_length),
                ("metadata", metadata),
                ("expires_in", expires_in),
                ("cache_control", cache_control),
                ("content_disposition", content_disposition),
                ("content_encoding", content_encoding),
                ("content_language", content_language),
                ("content_md5", content_md5),
                ("checksum_sha256", checksum_sha256),
                ("checksum_crc32", checksum_crc32),
                ("checksum_crc32c", checksum_crc32c),
                ("checksum_crc64nvme", checksum_crc64nvme),
                ("if_match", if_match),
                ("if_none_match", if_none_match),
                ("tagging", tagging),
                ("storage_class", storage_class),
                ("acl", acl),
                ("server_side_encryption", server_side_encryption),
                ("sse_kms_key_id", sse_kms_key_id),
                ("sse_kms_encryption_context", sse_kms_encryption_context),
                ("sse_bucket_key_enabled", sse_bucket_key_enabled),
                ("sse_customer_key", sse_customer_key),
                ("requester_pays", requester_pays),
                ("expected_bucket_owner", expected_bucket_owner),
            ],
        )
    }

    /// One request for each key, all with the same options.
    #[pyo3(signature = (keys, *, expires_in = None, now = None))]
    fn get_many(
        &self,
        keys: Vec<Bound<'_, PyString>>,
        expires_in: Given<'_>,
        now: Option<f64>,
    ) -> PyResult<Vec<Presigned>> {
        let options = options([("expires_in", expires_in)])?;
        let keys = keys.iter().map(|key| key.to_str()).collect::<PyResult<Vec<_>>>()?;
        let options = options.as_ref().unwrap_or(&self.defaults);
        let signed = self.core.sign_many(Operation::Get, keys, options, time(now)).map_err(raised)?;
        Ok(signed.into_iter().map(Presigned).collect())
    }
}

impl Presigner {
    fn sign<const N: usize>(
        &self,
        operation: Operation,
        key: &str,
        now: Option<f64>,
        given: [(&'static str, Given<'_>); N],
    ) -> PyResult<Presigned> {
        let now = time(now);
        let signed = match usual(self.core.request(operation, key), &given) {
            Some(builder) => builder.sign(now),
            None => self.core.sign(operation, key, options(given)?.as_ref().unwrap_or(&self.defaults), now),
        };
        signed.map(Presigned).map_err(raised)
    }
}

/// The way of most calls: nothing but the usual options, of the right types, go to the builder at once. `None` sends
/// everything else, mistakes among it, through the table.
fn usual<'a>(mut builder: PresignBuilder<'a>, given: &[(&'static str, Given<'_>)]) -> Option<PresignBuilder<'a>> {
    for (name, value) in given {
        let Some(value) = value else { continue };
        builder = match *name {
            "expires_in" => builder.expires_in(Duration::from_secs(whole(value)?)),
            "content_type" => builder.content_type(value.cast::<PyString>().ok()?.to_str().ok()?),
            "content_length" => builder.content_length(whole(value)?),
            "metadata" => {
                for (name, value) in value.cast::<PyDict>().ok()? {
                    let (name, value) = (name.cast::<PyString>().ok()?, value.cast::<PyString>().ok()?);
                    builder = builder.metadata(name.to_str().ok()?, value.to_str().ok()?);
                }
                builder
            }
            _ => return None,
        };
    }
    Some(builder)
}

/// A Python `int`, and no `bool`, of at most 64 bits.
fn whole(value: &Bound<'_, PyAny>) -> Option<u64> {
    value.cast_exact::<PyInt>().ok()?.extract().ok()
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

/// Everything goes through the table of the core, which checks types, words and ranges. `None` where no option is given.
fn options<const N: usize>(given: [(&'static str, Given<'_>); N]) -> PyResult<Option<SignOptions>> {
    if given.iter().all(|(_, value)| value.is_none()) {
        return Ok(None);
    }
    let given = given.iter().filter_map(|(name, value)| value.as_ref().map(|value| (*name, value)));
    // A dict does not lend its entries, and what follows borrows from them.
    let entries = given.clone().filter_map(|(_, value)| value.cast::<PyDict>().ok());
    let entries: Vec<Vec<_>> = entries.map(|dict| dict.iter().collect()).collect();
    let mut dicts = entries.iter();
    let mut refused = Ok(());
    let values = given.map_while(|(name, value)| match option_value(value, &mut dicts) {
        Ok(value) => Some((name, value)),
        Err(error) => {
            refused = Err(error);
            None
        }
    });
    let options = SignOptions::from_named(values).map_err(raised);
    refused.and(options).map(Some)
}

type Entries<'py> = Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>;

/// The usual types first: text, then numbers.
fn option_value<'a, 'py: 'a>(
    value: &'a Bound<'py, PyAny>,
    dicts: &mut impl Iterator<Item = &'a Entries<'py>>,
) -> PyResult<OptionValue<'a>> {
    Ok(if let Ok(text) = value.cast::<PyString>() {
        OptionValue::Text(Cow::Borrowed(text.to_str()?))
    } else if let Ok(flag) = value.cast::<PyBool>() {
        OptionValue::Bool(flag.is_true())
    } else if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        // An integer beyond `f64` is beyond every range as well.
        OptionValue::Number(value.extract().unwrap_or(f64::INFINITY))
    } else if value.is_instance_of::<PyDict>() {
        let entries = dicts.next().map(Vec::as_slice).unwrap_or_default();
        let entries = entries.iter().map(|(name, value)| {
            Ok((Cow::Borrowed(name.cast::<PyString>()?.to_str()?), option_value(value, &mut std::iter::empty())?))
        });
        OptionValue::Map(entries.collect::<PyResult<_>>()?)
    } else {
        OptionValue::Other(Cow::Owned(value.get_type().name()?.to_string()))
    })
}

fn time(now: Option<f64>) -> SystemTime {
    now.map_or_else(SystemTime::now, |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds.max(0.0)))
}

fn raised(error: presize::Error) -> PyErr {
    PyValueError::new_err(format!("{}: {error}", error.code()))
}

#[pymodule]
fn presize_bench(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Presigner>()?;
    module.add_class::<Presigned>()
}
