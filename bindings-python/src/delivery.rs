//! Delivery: policies of variants, the variants that requests ask for, and placeholders.

use presize::{
    Placeholder, PlaceholderOptions, RenderedVariant, RequestedVariant as Requested, SrcsetOptions,
    VariantPolicy as Policy, Variants as CoreVariants,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::arguments::{NamedOptions, argument, text_argument};
use crate::data::Data;
use crate::dict::{option_dict, option_dict_without_none};
use crate::error::Result;
use crate::images::{Encoded, encoded, rules_of};
use crate::rules::{CancelToken, Rules};
use crate::time;

/// src, srcset, sizes, width, height.
type Srcset = (String, String, String, u32, u32);
/// Width, height, ThumbHash, the same in base64, average colour, dominant colour, data URI.
type Made<'py> = (u32, u32, Bound<'py, PyBytes>, String, String, String, Option<String>);

#[pyclass(frozen, eq, module = "presize._native")]
#[derive(PartialEq)]
pub(crate) struct VariantPolicy(Policy);

#[pymethods]
impl VariantPolicy {
    #[new]
    fn new(options: &Bound<'_, PyDict>) -> Result<Self> {
        let named = NamedOptions::new(options)?;
        let policy = Policy::from_named(named.iter())?;
        policy.validate()?;
        Ok(Self(policy))
    }

    /// Every option with its value, but for the signing keys, which are secrets.
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.0.to_named())
    }

    /// Whether there are signing keys.
    fn has_secrets(&self) -> bool {
        self.0.signing_keys != Policy::default().signing_keys
    }
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Variants(CoreVariants);

impl Variants {
    pub(crate) fn core(&self) -> &CoreVariants {
        &self.0
    }
}

#[pymethods]
#[allow(clippy::wrong_self_convention, reason = "the names of core, after what a variant is read from")]
impl Variants {
    #[new]
    fn new(policy: &Bound<'_, VariantPolicy>) -> Result<Self> {
        Ok(Self(CoreVariants::new(policy.get().0.clone())?))
    }

    fn from_query(
        &self,
        key: &Bound<'_, PyAny>,
        query: &Bound<'_, PyAny>,
        accept: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<RequestedVariant> {
        let (key, query) = (text_argument("key", key)?, text_argument("query", query)?);
        Ok(self.0.from_query(key, query, accept_of(accept)?, time::now(now)?)?.into())
    }

    fn from_url(
        &self,
        url: &Bound<'_, PyAny>,
        accept: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<RequestedVariant> {
        Ok(self.0.from_url(text_argument("url", url)?, accept_of(accept)?, time::now(now)?)?.into())
    }

    fn from_path(&self, path: &Bound<'_, PyAny>, accept: Option<&Bound<'_, PyAny>>) -> Result<RequestedVariant> {
        Ok(self.0.from_path(text_argument("path", path)?, accept_of(accept)?)?.into())
    }

    fn from_preset(
        &self,
        name: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        accept: Option<&Bound<'_, PyAny>>,
    ) -> Result<RequestedVariant> {
        let (name, key) = (text_argument("name", name)?, text_argument("key", key)?);
        Ok(self.0.from_preset(name, key, accept_of(accept)?)?.into())
    }

    fn sign(
        &self,
        key: &Bound<'_, PyAny>,
        query: &Bound<'_, PyAny>,
        expires_in: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> Result<String> {
        let (key, query) = (text_argument("key", key)?, text_argument("query", query)?);
        let expires_in = expires_in.map(|seconds| argument::<u64>("expires_in", seconds)).transpose()?;
        let expires_in = expires_in.map(std::time::Duration::from_secs);
        Ok(self.0.sign(key, query, expires_in, time::now(now)?)?)
    }

    fn srcset(
        &self,
        key: &Bound<'_, PyAny>,
        width: &Bound<'_, PyAny>,
        height: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
    ) -> Result<Srcset> {
        let key = text_argument("key", key)?;
        let (width, height) = (argument("width", width)?, argument("height", height)?);
        let options = SrcsetOptions::from_named(NamedOptions::new(options)?.iter())?;
        let made = self.0.srcset(key, width, height, &options)?;
        Ok((made.src, made.srcset, made.sizes, made.width, made.height))
    }

    fn cloudfront_function(&self, origin_path: &Bound<'_, PyAny>) -> Result<String> {
        Ok(self.0.cloudfront_function(text_argument("origin_path", origin_path)?)?)
    }

    fn status_headers<'py>(&self, http_status: &Bound<'py, PyAny>) -> Result<Bound<'py, PyDict>> {
        let status = argument::<u32>("error", http_status)?;
        let headers = self.0.status_headers(u16::try_from(status).unwrap_or_default());
        Ok(header_dict(http_status.py(), &headers)?)
    }
}

/// A variant that the policy allows. Its parts become Python objects only when they are read.
#[pyclass(frozen, eq, module = "presize._native")]
#[derive(PartialEq)]
pub(crate) struct RequestedVariant(Requested);

impl From<Requested> for RequestedVariant {
    fn from(variant: Requested) -> Self {
        Self(variant)
    }
}

#[pymethods]
impl RequestedVariant {
    #[getter]
    fn key(&self) -> &str {
        &self.0.key
    }

    #[getter]
    fn transform<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict_without_none(py, self.0.transform.to_named())
    }

    #[getter]
    fn format(&self) -> &'static str {
        self.0.format.as_str()
    }

    #[getter]
    fn canonical_query(&self) -> &str {
        &self.0.canonical_query
    }

    #[getter]
    fn cache_key(&self) -> &str {
        &self.0.cache_key
    }

    #[getter]
    fn store_key(&self) -> &str {
        &self.0.store_key
    }

    #[getter]
    fn cache_control(&self) -> &str {
        &self.0.cache_control
    }

    #[getter]
    fn varies(&self) -> bool {
        self.0.varies
    }

    fn output_format(&self, has_alpha: &Bound<'_, PyAny>) -> Result<&'static str> {
        Ok(self.0.output_format(argument("has_alpha", has_alpha)?).as_str())
    }

    fn transform_for<'py>(&self, has_alpha: &Bound<'py, PyAny>) -> Result<Bound<'py, PyDict>> {
        let transform = self.0.transform_for(argument("has_alpha", has_alpha)?);
        Ok(option_dict_without_none(has_alpha.py(), transform.to_named())?)
    }

    fn headers<'py>(&self, has_alpha: &Bound<'py, PyAny>) -> Result<Bound<'py, PyDict>> {
        let format = self.0.output_format(argument("has_alpha", has_alpha)?);
        Ok(header_dict(has_alpha.py(), &self.0.headers(format))?)
    }

    fn entity_tag(&self, original: &Bound<'_, PyAny>) -> Result<String> {
        Ok(self.0.entity_tag(text_argument("original", original)?))
    }

    fn not_modified<'py>(
        &self,
        original: &Bound<'py, PyAny>,
        if_none_match: Option<&Bound<'py, PyAny>>,
    ) -> Result<Option<Bound<'py, PyDict>>> {
        let (py, original) = (original.py(), text_argument("original", original)?);
        let list = if_none_match.map_or(Ok(""), |list| text_argument("if_none_match", list))?;
        let headers = self.0.not_modified(original, list);
        Ok(headers.map(|headers| header_dict(py, &headers)).transpose()?)
    }

    fn render<'py>(
        &self,
        data: &Bound<'py, PyAny>,
        rules: Option<&Bound<'py, Rules>>,
        cancel_token: Option<&Bound<'py, CancelToken>>,
    ) -> Result<(Encoded<'py>, Bound<'py, PyDict>)> {
        let py = data.py();
        let rules = rules_of(rules, cancel_token);
        let data = Data::read(data, rules.max_bytes)?;
        let bytes = data.as_slice();
        let RenderedVariant { image, headers, .. } = py.detach(|| self.0.render(bytes, &rules))?;
        Ok((encoded(py, &image), header_dict(py, &headers)?))
    }
}

#[pyfunction]
pub(crate) fn placeholder<'py>(
    data: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
    rules: Option<&Bound<'py, Rules>>,
    cancel_token: Option<&Bound<'py, CancelToken>>,
) -> Result<Made<'py>> {
    let py = data.py();
    let options = PlaceholderOptions::from_named(NamedOptions::new(options)?.iter())?;
    let rules = rules_of(rules, cancel_token);
    let data = Data::read(data, rules.max_bytes)?;
    let bytes = data.as_slice();
    let made = py.detach(|| presize::placeholder(bytes, &options, &rules))?;
    let base64 = made.thumbhash_base64();
    let Placeholder { width, height, thumbhash, average_color, dominant_color, data_uri, .. } = made;
    Ok((width, height, PyBytes::new(py, &thumbhash), base64, average_color, dominant_color, data_uri))
}

/// `None` is a request without the header.
fn accept_of<'a>(accept: Option<&'a Bound<'_, PyAny>>) -> Result<&'a str> {
    accept.map_or(Ok(""), |accept| text_argument("accept", accept))
}

fn header_dict<'py>(py: Python<'py>, headers: &[(&'static str, String)]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in headers {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}
