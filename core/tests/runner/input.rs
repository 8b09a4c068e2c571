//! Reads the inputs that several calls share.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use presize::ImageRules;
use presize::options::OptionValue;
use serde_json::Value;

/// The bytes of a text, `{"file": "images/a.jpg"}` (with `from` and `to` a part of it), `{"base64": "..."}`,
/// `{"text": "..."}`, `{"repeat": "-", "count": 9}`, or `{"parts": [...]}` one after the other.
pub(crate) fn bytes(input: &Value) -> Vec<u8> {
    if let Some(file) = input["file"].as_str() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let at = |name: &str| input[name].as_u64().map(|at| at as usize);
        return bytes[at("from").unwrap_or(0)..at("to").unwrap_or(bytes.len())].to_vec();
    }
    if let Some(parts) = input["parts"].as_array() {
        return parts.iter().flat_map(bytes).collect();
    }
    if let Some(text) = input["repeat"].as_str() {
        return text.repeat(input["count"].as_u64().unwrap() as usize).into_bytes();
    }
    if let Some(text) = input.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = input["base64"].as_str() {
        return base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    }
    input["text"].as_str().unwrap_or_else(|| panic!("no bytes in {input}")).as_bytes().to_vec()
}

/// The raw options under a key, as a binding would hand them over; `{"$number": "NaN"}` and `{"$type": "bytes"}` are
/// what JSON cannot say.
pub(crate) fn named(options: &Value) -> Vec<(&str, OptionValue<'_>)> {
    options.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), raw(value))).collect()
}

fn raw(value: &Value) -> OptionValue<'_> {
    match value {
        Value::Null => OptionValue::Null,
        Value::Bool(value) => OptionValue::Bool(*value),
        Value::Number(value) => OptionValue::Number(value.as_f64().unwrap()),
        Value::String(value) => OptionValue::Text(value.as_str().into()),
        Value::Array(values) => OptionValue::List(values.iter().map(raw).collect()),
        Value::Object(map) => match (map.get("$number"), map.get("$type")) {
            (Some(number), _) => OptionValue::Number(number.as_str().unwrap().parse().unwrap()),
            (_, Some(name)) => OptionValue::Other(name.as_str().unwrap().into()),
            _ => OptionValue::Map(map.iter().map(|(name, value)| (name.as_str().into(), raw(value))).collect()),
        },
    }
}

/// `ImageRules` from the raw options under `rules`; the defaults where there are none.
pub(crate) fn rules(input: &Value) -> presize::Result<ImageRules> {
    ImageRules::from_named(named(&input["rules"]))
}

/// What two ways to the same give: equal results, or equal errors.
pub(crate) fn same(one: presize::Result<Value>, other: &presize::Result<Value>) -> presize::Result<Value> {
    match (&one, other) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err(one), Err(other)) => {
            assert_eq!(
                (one.code(), one.details(), one.to_string()),
                (other.code(), other.details(), other.to_string())
            );
        }
        (one, other) => panic!("one is {one:?} and the other {other:?}"),
    }
    one
}
