//! Delivery: policies of variants, the variants that requests ask for, and placeholders.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::{ImageRules, PlaceholderOptions, RequestedVariant, SrcsetOptions, VariantPolicy, Variants};

use crate::arguments::{NamedOptions, argument, optional};
use crate::error::Result;
use crate::input::Input;
use crate::results::{CallResult, encode_headers};
use crate::tasks::{Cancel, Load, QueuedCall, prepare};
use crate::time;
use crate::wire::{WireWriter, encode_options};

#[napi]
pub fn variant_policy_new(options: String) -> Result<External<VariantPolicy>> {
    let policy = NamedOptions::decode(&options).parse(VariantPolicy::from_named)?;
    policy.validate()?;
    Ok(External::new(policy))
}

/// Every option with its value, but for the signing keys, which are secrets.
#[napi]
pub fn variant_policy_values(policy: &External<VariantPolicy>) -> String {
    encode_options(policy.to_named())
}

#[napi]
pub fn variants_new(policy: &External<VariantPolicy>) -> Result<External<Variants>> {
    Ok(External::new(Variants::new((**policy).clone())?))
}

/// Key, format, canonical query, key of a cache, key in the store, `Cache-Control`, whether it varies (`1` or an empty text), and
/// the time of the request in milliseconds since 1970.
///
/// A request is one of a query (`form` is 0, then the key and the query), a URL (1), a path (2) or a preset (3, its name and the
/// key). All of it is one text, because most programs read nothing else of a variant, and because to make an `External` takes
/// twice as long as to read the request.
#[napi]
pub fn variant_fields(
    variants: &External<Variants>,
    form: u32,
    first: String,
    second: String,
    accept: String,
    now: f64,
) -> Result<String> {
    let now = time::now(now)?;
    let variant = requested(variants, form, &first, &second, &accept, now)?;
    let writer = WireWriter::default().field(&variant.key).field(variant.format.as_str());
    let writer = writer.field(&variant.canonical_query).field(&variant.cache_key).field(&variant.store_key);
    let writer = writer.field(&variant.cache_control).field(if variant.varies { "1" } else { "" });
    Ok(writer.number(time::milliseconds(now)).finish())
}

/// The variant itself, of the same arguments.
#[napi]
pub fn variant_new(
    variants: &External<Variants>,
    form: u32,
    first: String,
    second: String,
    accept: String,
    now: f64,
) -> Result<External<RequestedVariant>> {
    Ok(External::new(requested(variants, form, &first, &second, &accept, time::now(now)?)?))
}

fn requested(
    variants: &Variants,
    form: u32,
    first: &str,
    second: &str,
    accept: &str,
    now: SystemTime,
) -> Result<RequestedVariant> {
    Ok(match form {
        0 => variants.from_query(first, second, accept, now)?,
        1 => variants.from_url(first, accept, now)?,
        2 => variants.from_path(first, accept)?,
        _ => variants.from_preset(first, second, accept)?,
    })
}

/// The lifetime is an encoded number of seconds, or an empty text.
#[napi]
pub fn sign_variant(
    variants: &External<Variants>,
    key: String,
    query: String,
    expires_in: String,
    now: f64,
) -> Result<String> {
    let expires_in = optional::<u64>("expires_in", &expires_in)?.map(Duration::from_secs);
    Ok(variants.sign(&key, &query, expires_in, time::now(now)?)?)
}

/// src, srcset, sizes, width, height.
#[napi]
pub fn srcset(
    variants: &External<Variants>,
    key: String,
    width: String,
    height: String,
    options: String,
) -> Result<String> {
    let (width, height) = (argument("width", &width)?, argument("height", &height)?);
    let options = NamedOptions::decode(&options).parse(SrcsetOptions::from_named)?;
    let made = variants.srcset(&key, width, height, &options)?;
    let writer = WireWriter::default().field(&made.src).field(&made.srcset).field(&made.sizes);
    Ok(writer.number(made.width.into()).number(made.height.into()).finish())
}

#[napi]
pub fn cloudfront_function(variants: &External<Variants>, origin_path: String) -> Result<String> {
    Ok(variants.cloudfront_function(&origin_path)?)
}

#[napi]
pub fn status_headers(variants: &External<Variants>, http_status: String) -> Result<String> {
    let status = argument::<u32>("error", &http_status)?;
    Ok(encode_headers(&variants.status_headers(u16::try_from(status).unwrap_or_default())))
}

#[napi]
pub fn variant_transform(variant: &External<RequestedVariant>) -> String {
    encode_options(variant.transform.to_named())
}

#[napi]
pub fn variant_transform_for(variant: &External<RequestedVariant>, has_alpha: String) -> Result<String> {
    Ok(encode_options(variant.transform_for(argument("has_alpha", &has_alpha)?).to_named()))
}

#[napi]
pub fn variant_output_format(variant: &External<RequestedVariant>, has_alpha: String) -> Result<&'static str> {
    Ok(variant.output_format(argument("has_alpha", &has_alpha)?).as_str())
}

/// Pairs of a name and a value.
#[napi]
pub fn variant_headers(variant: &External<RequestedVariant>, has_alpha: String) -> Result<String> {
    Ok(encode_headers(&variant.headers(variant.output_format(argument("has_alpha", &has_alpha)?))))
}

#[napi]
pub fn variant_entity_tag(variant: &External<RequestedVariant>, original: String) -> String {
    variant.entity_tag(&original)
}

/// Pairs of a name and a value; an empty text where the variant is to be sent.
#[napi]
pub fn variant_not_modified(variant: &External<RequestedVariant>, original: String, if_none_match: String) -> String {
    variant.not_modified(&original, &if_none_match).map_or_else(String::new, |headers| encode_headers(&headers))
}

#[napi]
pub fn render_variant(
    variant: &External<RequestedVariant>,
    bytes: &[u8],
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let variant = (**variant).clone();
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| variant.render(&bytes, rules).map(CallResult::Rendered)))
}

#[napi]
pub fn placeholder(
    bytes: &[u8],
    options: String,
    rules: &External<ImageRules>,
    cancel: &External<Cancel>,
) -> Result<External<QueuedCall>> {
    let options = NamedOptions::decode(&options).parse(PlaceholderOptions::from_named)?;
    let bytes = Arc::new(Input::copy(bytes, rules)?);
    let load = Load::of_file(&bytes, rules);
    Ok(prepare(rules, cancel, load, move |rules| {
        presize::placeholder(&bytes, &options, rules).map(CallResult::Placeholder)
    }))
}
