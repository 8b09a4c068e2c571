//! `decode_data_uri`, `decode_data_uris`, `encode_data_uri`.

use presize::{CheckedImage, ImageFormat};
use serde_json::{Value, json};

use super::input;

pub(crate) fn call(call: &str, input: &Value) -> Option<presize::Result<Value>> {
    Some(match call {
        "decode_data_uri" => decode_one(input),
        "decode_data_uris" => decode_many(input),
        "encode_data_uri" => Ok(encode(input)),
        _ => return None,
    })
}

fn decode_one(input: &Value) -> presize::Result<Value> {
    let text = input["text"].as_str().unwrap();
    Ok(describe(&presize::decode_data_uri(text, &input::rules(input)?)?))
}

fn decode_many(input: &Value) -> presize::Result<Value> {
    let texts: Vec<_> = input["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let images = presize::decode_data_uris(&texts, &input::rules(input)?)?;
    Ok(images.iter().map(describe).collect())
}

fn encode(input: &Value) -> Value {
    let format = ImageFormat::parse(input["format"].as_str().unwrap()).unwrap();
    json!({ "text": presize::encode_data_uri(&input::bytes(input), format) })
}

fn describe(image: &CheckedImage<'_>) -> Value {
    json!({
        "format": image.format.as_str(),
        "width": image.width,
        "height": image.height,
        "size_bytes": image.bytes.len(),
        "text": image.to_data_uri(),
    })
}
