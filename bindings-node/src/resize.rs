//! Images that are made of every object that a store tells of.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::options::{OptionValue, parse_argument};
use presize::{
    CreatedObject, ErrorKind, EventResizePolicy, EventResizer, ImageRules, Presigner, Resized, Resizing, SkippedReason,
};

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::exchange::{Exchange, SharedMachine};
use crate::tasks::Cancel;
use crate::wire::encode_options;

/// A resizer with its rules, for weighing originals.
pub struct SharedEventResizer {
    resizer: EventResizer,
    rules: ImageRules,
}

#[napi]
pub fn event_resizer_new(
    policy: String,
    source: &External<Presigner>,
    destination: &External<Presigner>,
    rules: &External<ImageRules>,
) -> Result<External<SharedEventResizer>> {
    let policy = NamedOptions::decode(&policy).parse(EventResizePolicy::from_named)?;
    let (source, destination, rules) = ((**source).clone(), (**destination).clone(), (**rules).clone());
    let resizer = EventResizer::new(policy, source, destination, rules.clone())?;
    Ok(External::new(SharedEventResizer { resizer, rules }))
}

/// Every option of the policy with its value.
#[napi]
pub fn event_resizer_policy(shared: &External<SharedEventResizer>) -> String {
    encode_options(shared.resizer.policy().to_named())
}

pub struct SharedResizing {
    resizing: SharedMachine<Resizing>,
    rules: ImageRules,
}

#[napi]
pub fn resize_begin(
    shared: &External<SharedEventResizer>,
    object: String,
    cancel: &External<Cancel>,
) -> Result<External<SharedResizing>> {
    let object = NamedOptions::decode(&object).parse(created_object)?;
    let resizing = shared.resizer.resize(&object).cancel_token(cancel.token());
    Ok(External::new(SharedResizing { resizing: SharedMachine::new(resizing), rules: shared.rules.clone() }))
}

/// The object of fields that `parse_store_events` returns.
fn created_object(named: Vec<(&str, OptionValue<'_>)>) -> presize::Result<CreatedObject> {
    let mut object = CreatedObject::new("", "");
    for name in ["bucket", "key"] {
        if !named.iter().any(|(given, _)| *given == name) {
            return Err(invalid(name, "a string", "none"));
        }
    }
    for (name, value) in &named {
        match *name {
            "bucket" => object.bucket = parse_argument("bucket", value)?,
            "key" => object.key = parse_argument("key", value)?,
            "size_bytes" => object.size_bytes = Some(parse_argument("size_bytes", value)?),
            "entity_tag" => object.entity_tag = Some(parse_argument("entity_tag", value)?),
            "version_id" => object.version_id = Some(parse_argument("version_id", value)?),
            "sequencer" => object.sequencer = Some(parse_argument("sequencer", value)?),
            "event_name" => object.event_name = parse_argument("event_name", value)?,
            "event_time" => object.event_time = Some(parse_argument("event_time", value)?),
            "region" => object.region = Some(parse_argument("region", value)?),
            "message_id" => object.message_id = Some(parse_argument("message_id", value)?),
            "source" => object.source = parse_argument("source", value)?,
            other => return Err(invalid(other, "a field of an object of parse_store_events", "an unknown one")),
        }
    }
    Ok(object)
}

fn invalid(name: &str, expected: &str, received: &str) -> presize::Error {
    let (name, expected, received) = (name.to_owned(), expected.to_owned(), received.to_owned());
    ErrorKind::OptionInvalid { name, expected, received }.into()
}

#[napi]
pub fn resizing_exchange(shared: &External<SharedResizing>) -> External<Exchange> {
    External::new(shared.resizing.exchange(shared.rules.clone()))
}

#[napi(object, object_from_js = false)]
pub struct JsResizedObject {
    pub key: String,
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub bytes: f64,
    pub is_new: bool,
}

#[napi(object, object_from_js = false)]
pub struct JsResized {
    pub key: String,
    pub outputs: Vec<JsResizedObject>,
    pub skipped: Option<&'static str>,
}

impl From<Resized> for JsResized {
    fn from(Resized { key, outputs, skipped, .. }: Resized) -> Self {
        let outputs = outputs.into_iter().map(|output| JsResizedObject {
            format: output.format.as_str(),
            width: output.width,
            height: output.height,
            bytes: output.bytes as f64,
            is_new: output.is_new,
            key: output.key,
        });
        Self { key, outputs: outputs.collect(), skipped: skipped.map(SkippedReason::as_str) }
    }
}

#[napi]
pub fn resizing_finish(shared: &External<SharedResizing>) -> Result<JsResized> {
    Ok(shared.resizing.lock()?.finish()?.into())
}
