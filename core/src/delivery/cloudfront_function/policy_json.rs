//! The policy as the function reads it: JSON in ASCII.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::delivery::variants::Variants;
use crate::error::ErrorKind;
use crate::imaging::{OutputFormat, Transform};

/// Writes the policy, without its secrets. `origin_path` is what the keys of all requests start with.
pub(super) fn write(variants: &Variants, origin_path: &str) -> String {
    let policy = &variants.policy;
    let qualities: Vec<u32> = [u32::from(policy.quality)].iter().chain(&policy.qualities).copied().collect();
    let fits: Vec<_> = [policy.fit].iter().chain(&policy.fits).map(|fit| fit.as_str()).collect();
    let sizes: Vec<_> = variants.sizes.iter().map(|(width, height)| format!("{width}x{height}")).collect();
    let mut fields = formats(variants, &Transform::default());
    let presets = variants.presets.iter().map(|(name, transform)| preset(variants, &fields, name, transform));
    let presets: Vec<_> = presets.collect();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("widths", json!(variants.widths));
    set("heights", json!(policy.heights));
    set("sizes", json!(sizes));
    set("presets", json!(presets));
    set("originalSize", json!(policy.original_size));
    set("formats", policy.formats.iter().map(|format| json!(format.as_str())).collect());
    set("negotiate", json!(policy.negotiate));
    set("quality", json!(policy.quality));
    set("qualities", json!(qualities));
    set("fit", json!(policy.fit.as_str()));
    set("fits", json!(fits));
    set("keyPrefixes", json!(policy.key_prefixes));
    set("signed", json!(!policy.signing_keys.is_empty()));
    set("errorMaxAgeSeconds", json!(policy.error_max_age_seconds));
    set("originPath", json!(origin_path));
    in_ascii(&Value::Object(fields).to_string())
}

/// A preset: what differs from the policy.
fn preset(variants: &Variants, of_policy: &Map<String, Value>, name: &str, transform: &Transform) -> Value {
    let mut fields = formats(variants, transform);
    fields.retain(|field, value| of_policy.get(field) != Some(value));
    fields.insert("name".to_owned(), json!(name));
    Value::Object(fields)
}

/// What the choice of a format needs to know of a transform: `format` if it has one; `candidates`, those that an `Accept` header
/// may grant; `unsupported`, those that the policy lists but that it cannot be encoded in, each with the reason.
fn formats(variants: &Variants, transform: &Transform) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some(format) = transform.format {
        fields.insert("format".to_owned(), json!(format.as_str()));
    }
    let candidates: Vec<_> = variants.candidates(transform).map(OutputFormat::as_str).collect();
    fields.insert("candidates".to_owned(), json!(candidates));
    let unsupported = |format: &OutputFormat| {
        let error = transform.clone().format(*format).check().err()?;
        let ErrorKind::EncodingUnsupported { format, reason } = error.kind() else { return None };
        Some(json!([format, reason]))
    };
    let unsupported: Vec<_> = variants.policy.formats.iter().filter_map(unsupported).collect();
    fields.insert("unsupported".to_owned(), json!(unsupported));
    fields
}

/// JSON with escapes for everything outside ASCII: U+2028 ends a line of JavaScript. `<` is escaped too, so that no tag of HTML
/// can end the code where it stands in a page.
fn in_ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && character != '<' {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}
