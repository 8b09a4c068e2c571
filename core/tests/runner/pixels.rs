//! Calls `decode` and `encode` for the vectors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presize::{PixelImage, Result, Transform, decode, encode};
use serde_json::{Value, json};

use super::image_transform::{Seen, describe};
use super::input;

/// The result of a call, or `None` where the call belongs to another part.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    match call {
        "decode" => Some(call_decode(input)),
        "encode" => Some(call_encode(input)),
        _ => None,
    }
}

fn call_decode(input: &Value) -> Result<Value> {
    let options = Transform::from_named(input::named(&input["options"]))?;
    let pixels = decode(&input::bytes(input), &options, &input::rules(input)?)?;
    let channels = usize::from(pixels.channels);
    let mut seen = Seen::from_channels(pixels.width as usize, pixels.height as usize, &pixels.bytes, channels, false);
    seen.has_alpha = seen.rgba.iter().any(|[_, _, _, alpha]| *alpha < 255);
    Ok(json!({
        "width": pixels.width,
        "height": pixels.height,
        "channels": pixels.channels,
        "has_alpha": seen.has_alpha,
        "grid": seen.grid(),
        "base64": STANDARD.encode(&pixels.bytes),
    }))
}

fn call_encode(input: &Value) -> Result<Value> {
    let options = Transform::from_named(input::named(&input["options"]))?;
    let rules = input::rules(input)?;
    let pixels = &input["pixels"];
    let number = |name: &str| u32::try_from(pixels[name].as_u64().expect("a number")).expect("a small number");
    let channels = u8::try_from(number("channels")).expect("a small number");
    let pixels = PixelImage::new(number("width"), number("height"), channels, input::bytes(pixels))?;
    encode(&pixels, &options, &rules).map(|image| describe(&image))
}
