//! `scan_json`.

use presize::{JsonLimits, JsonScanner};
use serde_json::{Value, json};

use super::input;

pub(crate) fn call(call: &str, input: &Value) -> Option<presize::Result<Value>> {
    (call == "scan_json").then(|| scan(input))
}

/// The pieces of `input`, each pushed by itself; with `piece_bytes`, all of them together in pieces of that length.
fn scan(input: &Value) -> presize::Result<Value> {
    let mut scanner = JsonScanner::new(&JsonLimits::from_named(input::named(&input["limits"]))?)?;
    let pieces: Vec<_> = input["pieces"].as_array().unwrap().iter().map(input::bytes).collect();
    match input["piece_bytes"].as_u64() {
        Some(length) => pieces.concat().chunks(length as usize).try_for_each(|piece| scanner.push(piece))?,
        None => pieces.iter().try_for_each(|piece| scanner.push(piece))?,
    }
    scanner.finish()?;
    Ok(json!({ "complete": true }))
}
