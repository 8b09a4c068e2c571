//! `ImageRules`: parsed once, then shared by every call that gets them.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::ImageRules;

use crate::arguments::NamedOptions;
use crate::error::Result;
use crate::wire::encode_options;

#[napi]
pub fn rules_new(options: String) -> Result<External<ImageRules>> {
    let rules = NamedOptions::decode(&options).parse(ImageRules::from_named)?;
    rules.validate()?;
    Ok(External::new(rules))
}

/// Every option with its value.
#[napi]
pub fn rules_values(rules: &External<ImageRules>) -> String {
    encode_options(rules.to_named())
}
