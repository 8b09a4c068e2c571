//! The call of `placeholder.json`.

use presize::{ImageRules, PlaceholderOptions, Result, decode_data_uri, inspect, placeholder};
use serde_json::{Value, json};

use super::input::{bytes, named, rules};

/// Runs a call of this part; `None` when the call is another part's.
pub(crate) fn call(call: &str, input: &Value) -> Option<Result<Value>> {
    (call == "placeholder").then(|| make(input))
}

fn make(input: &Value) -> Result<Value> {
    let options = PlaceholderOptions::from_named(named(&input["options"]))?;
    let made = placeholder(&bytes(&input["image"]), &options, &rules(input)?)?;
    let mut shown = json!({
        "width": made.width,
        "height": made.height,
        "thumbhash": made.thumbhash_base64(),
        "average_color": made.average_color,
        "dominant_color": made.dominant_color,
        "data_uri": made.data_uri,
    });
    if let Some(uri) = &made.data_uri {
        let tiny = inspect(&decode_data_uri(uri, &ImageRules::default().min_width(1).min_height(1))?.bytes)?;
        shown["data_uri_starts"] = json!(uri.get(..input_length(uri)).unwrap());
        shown["data_uri_size"] = json!([tiny.width, tiny.height]);
    }
    Ok(shown)
}

/// The media type and the signature of the file.
fn input_length(uri: &str) -> usize {
    if uri.starts_with("data:image/jpeg") {
        "data:image/jpeg;base64,/9j/".len()
    } else {
        "data:image/png;base64,iVBORw0KGgo".len()
    }
}
