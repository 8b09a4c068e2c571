//! The calls of `delivery.json` and `delivery_headers.json`.

use std::time::Duration;

use presize::delivery::RequestedVariant;
use presize::{ImageRules, OutputFormat, Result, SrcsetOptions, VariantPolicy, Variants};
use serde_json::{Map, Value, json};

use super::api::value;
use super::input::{bytes, named};
use super::presign::{read_time, text};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    Some(match call {
        "variant_policy" => variants(input).map(|variants| json!({ "policy": show(&variants.policy().to_named()) })),
        "variant_from_query" | "variant_from_url" | "variant_from_path" | "variant_from_preset" => {
            variant(call, input).map(|variant| shown(&variant))
        }
        "sign_variant" => sign(input),
        "srcset" => srcset(input),
        "render_variant" => render(input),
        "variant_error_headers" => error_headers(input),
        "variant_not_modified" => variant("variant_from_query", input).map(|variant| {
            let made = variant.not_modified(text(input, "original"), text(input, "if_none_match"));
            json!({ "headers": made.map(|made| headers(&made)) })
        }),
        _ => return None,
    })
}

fn variants(input: &Value) -> Result<Variants> {
    Variants::new(VariantPolicy::from_named(named(&input["policy"]))?)
}

fn variant(call: &str, input: &Value) -> Result<RequestedVariant> {
    let variants = variants(input)?;
    let accept = input["accept"].as_str().unwrap_or_default();
    let now = || read_time(&input["now"]);
    match call {
        "variant_from_url" => variants.from_url(text(input, "url"), accept, now()),
        "variant_from_path" => variants.from_path(text(input, "path"), accept),
        "variant_from_preset" => variants.from_preset(text(input, "preset"), text(input, "key"), accept),
        _ => variants.from_query(text(input, "key"), text(input, "query"), accept, now()),
    }
}

fn shown(variant: &RequestedVariant) -> Value {
    let headers = |has_alpha| headers(&variant.headers(variant.output_format(has_alpha)));
    json!({
        "key": variant.key,
        "format": variant.format.as_str(),
        "canonical_query": variant.canonical_query,
        "cache_key": variant.cache_key,
        "store_key": variant.store_key,
        "cache_control": variant.cache_control,
        "varies": variant.varies,
        "transform": show(&variant.transform.to_named()),
        "headers": headers(false),
        "headers_with_alpha": headers(true),
        "entity_tag": variant.entity_tag("\"original\""),
    })
}

fn headers(headers: &[(&str, String)]) -> Value {
    Value::Object(headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect())
}

/// The headers of an answer with a status, or with the error of a query.
fn error_headers(input: &Value) -> Result<Value> {
    let variants = variants(input)?;
    let made = match input["http_status"].as_u64() {
        Some(status) => variants.status_headers(u16::try_from(status).unwrap_or_default()),
        None => variants.error_headers(&variant("variant_from_query", input).unwrap_err()),
    };
    Ok(json!({ "headers": headers(&made) }))
}

fn sign(input: &Value) -> Result<Value> {
    let expires_in = input["expires_in"].as_u64().map(Duration::from_secs);
    let query =
        variants(input)?.sign(text(input, "key"), text(input, "query"), expires_in, read_time(&input["now"]))?;
    Ok(json!({ "query": query }))
}

fn render(input: &Value) -> Result<Value> {
    let rendered = variant("variant_from_query", input)?.render(&bytes(&input["image"]), &ImageRules::default())?;
    let image = &rendered.image;
    let format: OutputFormat = image.format;
    Ok(json!({
        "format": format.as_str(),
        "width": image.width,
        "height": image.height,
        "headers": headers(&rendered.headers),
    }))
}

fn srcset(input: &Value) -> Result<Value> {
    let side = |name: &str| input[name].as_u64().unwrap() as u32;
    let options = SrcsetOptions::from_named(named(&input["options"]))?;
    let made = variants(input)?.srcset(text(input, "key"), side("width"), side("height"), &options)?;
    Ok(json!({
        "src": made.src,
        "srcset": made.srcset,
        "sizes": made.sizes,
        "width": made.width,
        "height": made.height,
    }))
}

fn show(values: &[(&str, presize::options::OptionValue<'_>)]) -> Value {
    Value::Object(values.iter().map(|(name, shown)| ((*name).to_owned(), value(shown))).collect::<Map<_, _>>())
}
