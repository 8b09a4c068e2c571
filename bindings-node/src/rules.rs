//! `ImageRules`, parsed once and used by every call that they are given to.

use napi::bindgen_prelude::External;
use napi_derive::napi;
use presize::ImageRules;

use crate::convert::options;
use crate::error::Result;
use crate::wire::pack;

#[napi]
pub fn rules_new(packed: String) -> Result<External<ImageRules>> {
    let rules = options(&packed).parse(ImageRules::from_named)?;
    rules.validate()?;
    Ok(External::new(rules))
}

/// All options with their values.
#[napi]
pub fn rules_values(rules: &External<ImageRules>) -> String {
    pack(rules.to_named())
}
