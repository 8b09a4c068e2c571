//! The calls `inspect` and `check`.
#![allow(clippy::expect_used, reason = "a panic is the failure report of a test")]

use std::borrow::Cow;
use std::path::Path;

use presize::options::OptionValue;
use presize::{ImageInfo, ImageRules, Result, check, inspect};
use serde_json::{Value, json};

pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    match call {
        "inspect" => Some(inspect(&bytes(input)).map(|info| show(&info))),
        "check" => Some(check_case(input)),
        _ => None,
    }
}

fn check_case(input: &Value) -> Result<Value> {
    let no_rules = serde_json::Map::new();
    let given = input["rules"].as_object().unwrap_or(&no_rules);
    let rules = ImageRules::from_named(given.iter().map(|(name, value)| (name.as_str(), option(value))))?;
    let bytes = bytes(input);
    let checked = check(&bytes, input["declared"].as_str(), &rules)?;
    assert_eq!(
        (checked.format, checked.width, checked.height),
        (checked.info.format, checked.info.width, checked.info.height)
    );
    Ok(show(&checked.info))
}

fn show(info: &ImageInfo) -> Value {
    json!({
        "format": info.format.as_str(), "width": info.width, "height": info.height,
        "orientation": info.orientation.exif(), "has_alpha": info.has_alpha, "is_animated": info.is_animated,
        "has_icc_profile": info.has_icc_profile, "has_exif": info.has_exif,
    })
}

fn bytes(input: &Value) -> Vec<u8> {
    if let Some(text) = input["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    let file = input["file"].as_str().expect("an image input has a file or a text");
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file)).expect(file)
}

fn option(value: &Value) -> OptionValue<'_> {
    match value {
        Value::Null => OptionValue::Null,
        Value::Bool(value) => OptionValue::Bool(*value),
        Value::Number(number) => OptionValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => OptionValue::Text(Cow::Borrowed(text)),
        Value::Array(values) => OptionValue::List(values.iter().map(option).collect()),
        Value::Object(_) => OptionValue::Other("object".into()),
    }
}
