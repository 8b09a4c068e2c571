//! Answers to requests for variants, as Lambda functions are handed them.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::{Answering, EdgeOptions, EdgeResizer, GatewayOptions, GatewayResizer, ImageRules, Presigner, Variants};

use crate::arguments::NamedOptions;
use crate::error::{Result, encode};
use crate::exchange::{Exchange, SharedMachine};
use crate::store_events::event_text;
use crate::tasks::Cancel;
use crate::time;
use crate::wire::encode_options;

pub struct SharedAnswering {
    answering: SharedMachine<Answering>,
    /// The rules for originals, for weighing one.
    rules: ImageRules,
}

impl SharedAnswering {
    fn new(answering: Answering, rules: &ImageRules, cancel: &Cancel) -> External<Self> {
        let answering = SharedMachine::new(answering.cancel_token(cancel.token()));
        External::new(Self { answering, rules: rules.clone() })
    }
}

/// A resizer with its rules and its encoded options.
pub struct SharedResizer<R> {
    resizer: R,
    rules: ImageRules,
    options: String,
}

#[napi]
pub fn edge_resizer_new(
    variants: &External<Variants>,
    source: &External<Presigner>,
    rules: &External<ImageRules>,
    options: String,
) -> Result<External<SharedResizer<EdgeResizer>>> {
    let options = NamedOptions::decode(&options).parse(EdgeOptions::from_named)?;
    let (source, rules) = ((**source).clone(), (**rules).clone());
    let encoded = encode_options(options.to_named());
    let resizer = EdgeResizer::new((**variants).clone(), source, rules.clone(), options)?;
    Ok(External::new(SharedResizer { resizer, rules, options: encoded }))
}

#[napi]
pub fn gateway_resizer_new(
    variants: &External<Variants>,
    source: &External<Presigner>,
    results: Option<&External<Presigner>>,
    rules: &External<ImageRules>,
    options: String,
) -> Result<External<SharedResizer<GatewayResizer>>> {
    let options = NamedOptions::decode(&options).parse(GatewayOptions::from_named)?;
    let (source, results) = ((**source).clone(), results.map(|results| (**results).clone()));
    let rules = (**rules).clone();
    let encoded = encode_options(options.to_named());
    let resizer = GatewayResizer::new((**variants).clone(), source, results, rules.clone(), options)?;
    Ok(External::new(SharedResizer { resizer, rules, options: encoded }))
}

/// Every option with its value.
#[napi]
pub fn edge_resizer_options(shared: &External<SharedResizer<EdgeResizer>>) -> String {
    shared.options.clone()
}

/// Every option with its value.
#[napi]
pub fn gateway_resizer_options(shared: &External<SharedResizer<GatewayResizer>>) -> String {
    shared.options.clone()
}

#[napi]
pub fn edge_answer(
    shared: &External<SharedResizer<EdgeResizer>>,
    event: Option<String>,
    now: f64,
    cancel: &External<Cancel>,
) -> Result<External<SharedAnswering>> {
    let answering = shared.resizer.answer(&event_text(event)?, time::now(now)?)?;
    Ok(SharedAnswering::new(answering, &shared.rules, cancel))
}

#[napi]
pub fn gateway_answer(
    shared: &External<SharedResizer<GatewayResizer>>,
    event: Option<String>,
    now: f64,
    cancel: &External<Cancel>,
) -> Result<External<SharedAnswering>> {
    let answering = shared.resizer.answer(&event_text(event)?, time::now(now)?)?;
    Ok(SharedAnswering::new(answering, &shared.rules, cancel))
}

#[napi]
pub fn answering_exchange(shared: &External<SharedAnswering>) -> External<Exchange> {
    External::new(shared.answering.exchange(shared.rules.clone()))
}

/// The JSON of the answer.
#[napi]
pub fn answering_finish(shared: &External<SharedAnswering>) -> Result<String> {
    Ok(shared.answering.lock()?.finish())
}

/// Why the answer is not the image, encoded as errors are.
#[napi]
pub fn answering_error(shared: &External<SharedAnswering>) -> Result<Option<String>> {
    Ok(shared.answering.lock()?.error().map(encode))
}
