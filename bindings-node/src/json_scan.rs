//! `JsonScanner`: limits on a JSON body, checked before it is parsed.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::{JsonLimits, JsonScanner};

use crate::arguments::NamedOptions;
use crate::error::Result;

#[napi]
pub fn json_scanner_new(options: String) -> Result<External<JsonScanner>> {
    Ok(External::new(JsonScanner::new(&NamedOptions::decode(&options).parse(JsonLimits::from_named)?)?))
}

#[napi]
pub fn json_scanner_push(scanner: &mut External<JsonScanner>, piece: &[u8]) -> Result<()> {
    Ok(scanner.push(piece)?)
}

#[napi]
pub fn json_scanner_finish(scanner: &External<JsonScanner>) -> Result<()> {
    Ok(scanner.finish()?)
}
