//! The call `strip`.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use presize::strip_metadata;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::input;

pub(crate) fn call(call: &str, input: &Value) -> Option<presize::Result<Value>> {
    (call == "strip").then(|| strip(input))
}

fn strip(input: &Value) -> presize::Result<Value> {
    let bytes = input::bytes(input);
    let stripped = strip_metadata(&bytes, &input::rules(input)?)?;
    assert_eq!(matches!(stripped.bytes, Cow::Borrowed(_)), *stripped.bytes == bytes, "the same bytes are not copied");
    let removed = stripped.removed.iter().map(|part| json!({ "kind": part.kind.as_str(), "bytes": part.bytes }));
    Ok(json!({
        "format": stripped.format.as_str(),
        "bytes": stripped.bytes.len(),
        "sha256": hex(&Sha256::digest(&stripped.bytes)),
        "hex": hex(&stripped.bytes),
        "base64": base64::engine::general_purpose::STANDARD.encode(&stripped.bytes),
        "removed": removed.collect::<Vec<_>>(),
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
