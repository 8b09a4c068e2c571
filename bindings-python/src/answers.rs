//! Answers of Lambda functions that are asked for variants.

use presize::error::Error;
use presize::{EdgeOptions, GatewayOptions};
use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::NamedOptions;
use crate::delivery::Variants;
use crate::dict::option_dict;
use crate::error::{Result, exception};
use crate::exchange::Exchange;
use crate::images::rules_of;
use crate::rules::{CancelToken, Rules};
use crate::signing::Presigner;
use crate::store_events::EventText;
use crate::time;

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct EdgeResizer {
    resizer: presize::EdgeResizer,
    options: EdgeOptions,
}

#[pymethods]
impl EdgeResizer {
    #[new]
    fn new(
        variants: &Bound<'_, Variants>,
        source: &Bound<'_, Presigner>,
        rules: Option<&Bound<'_, Rules>>,
        options: &Bound<'_, PyDict>,
    ) -> Result<Self> {
        let options = EdgeOptions::from_named(NamedOptions::new(options)?.iter())?;
        let (variants, source) = (variants.get().core().clone(), source.get().core().clone());
        let resizer = presize::EdgeResizer::new(variants, source, rules_of(rules, None), options.clone())?;
        Ok(Self { resizer, options })
    }

    /// Every option with its value.
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.options.to_named())
    }

    fn answer(
        &self,
        event: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        cancel_token: Option<&Bound<'_, CancelToken>>,
    ) -> Result<Answering> {
        let (text, now) = (EventText::new(event)?, time::now(now)?);
        Ok(Answering::new(self.resizer.answer(text.as_str()?, now)?, cancel_token))
    }
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct GatewayResizer {
    resizer: presize::GatewayResizer,
    options: GatewayOptions,
}

#[pymethods]
impl GatewayResizer {
    #[new]
    fn new(
        variants: &Bound<'_, Variants>,
        source: &Bound<'_, Presigner>,
        results: Option<&Bound<'_, Presigner>>,
        rules: Option<&Bound<'_, Rules>>,
        options: &Bound<'_, PyDict>,
    ) -> Result<Self> {
        let options = GatewayOptions::from_named(NamedOptions::new(options)?.iter())?;
        let (variants, source) = (variants.get().core().clone(), source.get().core().clone());
        let results = results.map(|results| results.get().core().clone());
        let resizer = presize::GatewayResizer::new(variants, source, results, rules_of(rules, None), options.clone())?;
        Ok(Self { resizer, options })
    }

    /// Every option with its value.
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        option_dict(py, self.options.to_named())
    }

    fn answer(
        &self,
        event: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
        cancel_token: Option<&Bound<'_, CancelToken>>,
    ) -> Result<Answering> {
        let (text, now) = (EventText::new(event)?, time::now(now)?);
        Ok(Answering::new(self.resizer.answer(text.as_str()?, now)?, cancel_token))
    }
}

#[pyclass(frozen, module = "presize._native")]
pub(crate) struct Answering(Exchange<presize::Answering>);

impl Answering {
    fn new(answering: presize::Answering, token: Option<&Bound<'_, CancelToken>>) -> Self {
        Self(Exchange::new(match token {
            Some(token) => answering.cancel_token(&token.get().0),
            None => answering,
        }))
    }
}

#[pymethods]
impl Answering {
    fn next_request<'py>(
        &self,
        now: Option<&Bound<'py, PyAny>>,
        make: &Bound<'py, PyAny>,
    ) -> Result<Option<Bound<'py, PyAny>>> {
        self.0.next_request(now, make)
    }

    fn work_pixels(&self, py: Python<'_>) -> u64 {
        self.0.work_pixels(py)
    }

    fn answer(
        &self,
        py: Python<'_>,
        status: &Bound<'_, PyAny>,
        headers: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        body: &Bound<'_, PyAny>,
    ) -> Result<()> {
        self.0.answer(py, status, &headers, body)
    }

    fn fail(&self, py: Python<'_>, reason: &Bound<'_, PyAny>) -> Result<()> {
        self.0.fail(py, reason)
    }

    fn finish(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.lock().finish())
    }

    fn error(&self, py: Python<'_>) -> Option<Py<PyBaseException>> {
        let error = py.detach(|| self.0.lock().error().map(|error| Error::from(error.kind().clone())))?;
        Some(exception(py, &error).into_value(py))
    }
}
