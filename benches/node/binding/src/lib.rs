//! The signing calls of presize in Node, for the benches alone. The package `presize` will replace it.
//!
//! What keeps a call cheap: plain functions with an `External`, because the methods of a napi class take three times as
//! long to enter; options as positional values, taken apart in `index.js`, because every look into an object from here
//! costs more than a look in JavaScript; one string back, in Latin-1, because that is copied and not decoded. With
//! features up to `napi6` only: from `napi8` on a type tag is looked up in every call of a method.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use napi::bindgen_prelude::*;
use napi_derive::napi;
use presize::options::OptionValue;
use presize::{Bucket, Credentials, Operation, PresignedRequest, Presigner, SignOptions};

/// What `index.js` keeps of a presigner.
pub struct State {
    core: Presigner,
    defaults: SignOptions,
}

#[napi]
pub fn open(
    region: String,
    bucket: String,
    access_key_id: String,
    secret_access_key: String,
) -> Result<External<State>> {
    let bucket = Bucket::s3(&region, &bucket).map_err(thrown)?;
    let credentials = Credentials::new(access_key_id, secret_access_key).map_err(thrown)?;
    Ok(External::new(State { core: Presigner::new(bucket, credentials), defaults: SignOptions::default() }))
}

/// A GET with at most a lifetime. A negative number stands for one that is not given.
#[napi]
pub fn get(state: &External<State>, key: String, expires_in: f64, now: f64) -> Result<Latin1String> {
    let named = (expires_in >= 0.0).then_some(("expires_in", OptionValue::Number(expires_in)));
    let options = named.map(|named| SignOptions::from_named([named])).transpose().map_err(thrown)?;
    let options = options.as_ref().unwrap_or(&state.defaults);
    state.core.sign(Operation::Get, &key, options, time(now)).map(shown).map_err(thrown)
}

/// A PUT with the usual options. An empty text or a negative number stands for one that is not given; `metadata` is
/// `name\nvalue\n...`.
#[napi]
pub fn put(
    state: &External<State>,
    key: String,
    content_type: String,
    content_length: f64,
    metadata: String,
    expires_in: f64,
    now: f64,
) -> Result<Latin1String> {
    let map = || {
        let mut parts = metadata.split('\n');
        let mut entries = Vec::new();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            entries.push((Cow::Borrowed(name), OptionValue::Text(Cow::Borrowed(value))));
        }
        OptionValue::Map(entries)
    };
    let values = [
        (!content_type.is_empty()).then(|| ("content_type", OptionValue::Text(Cow::Borrowed(&content_type)))),
        (content_length >= 0.0).then_some(("content_length", OptionValue::Number(content_length))),
        (!metadata.is_empty()).then(|| ("metadata", map())),
        (expires_in >= 0.0).then_some(("expires_in", OptionValue::Number(expires_in))),
    ];
    let options = SignOptions::from_named(values.into_iter().flatten()).map_err(thrown)?;
    state.core.sign(Operation::Put, &key, &options, time(now)).map(shown).map_err(thrown)
}

type Value = Either4<bool, f64, String, HashMap<String, String>>;

/// Any operation with any options, by the names of the core: the way for all that is not usual.
#[napi]
pub fn sign(
    state: &External<State>,
    operation: String,
    key: String,
    options: HashMap<String, Value>,
    now: f64,
) -> Result<Latin1String> {
    let operation = Operation::parse(&operation).ok_or_else(|| Error::from_reason("no such operation"))?;
    let values = options.iter().map(|(name, value)| (name.as_str(), option_value(value)));
    let options = SignOptions::from_named(values).map_err(thrown)?;
    state.core.sign(operation, &key, &options, time(now)).map(shown).map_err(thrown)
}

/// One URL for each key.
#[napi]
pub fn get_many(state: &External<State>, keys: Vec<String>, expires_in: f64, now: f64) -> Result<Vec<Latin1String>> {
    let named = (expires_in >= 0.0).then_some(("expires_in", OptionValue::Number(expires_in)));
    let options = SignOptions::from_named(named).map_err(thrown)?;
    let signed = state.core.sign_many(Operation::Get, keys, &options, time(now)).map_err(thrown)?;
    Ok(signed.into_iter().map(shown).collect())
}

/// The URL, and below it a line for each header. Both are ASCII.
fn shown(request: PresignedRequest) -> Latin1String {
    let mut text = request.url;
    for (name, value) in &request.headers {
        for part in ["\n", name.as_str(), ": ", value.to_str().unwrap_or_default()] {
            text.push_str(part);
        }
    }
    text.into()
}

fn option_value(value: &Value) -> OptionValue<'_> {
    match value {
        Either4::A(flag) => OptionValue::Bool(*flag),
        Either4::B(number) => OptionValue::Number(*number),
        Either4::C(text) => OptionValue::Text(Cow::Borrowed(text)),
        Either4::D(map) => {
            let entry = |(name, value): (&'_ String, &'_ String)| {
                (Cow::Owned(name.clone()), OptionValue::Text(Cow::Owned(value.clone())))
            };
            OptionValue::Map(map.iter().map(entry).collect())
        }
    }
}

/// Seconds since 1970; a negative number stands for the clock.
fn time(now: f64) -> SystemTime {
    if now < 0.0 { SystemTime::now() } else { SystemTime::UNIX_EPOCH + Duration::from_secs_f64(now) }
}

fn thrown(error: presize::Error) -> Error {
    Error::from_reason(format!("{}: {error}", error.code()))
}
