//! Checking a JPEG: all of its data is decoded, and no pixels are made of it.

use crate::error::Result;
use crate::imaging::codecs::limits::check_memory;
use crate::rules::ImageRules;

use super::decoder::{Checked, Decoder};

/// Decodes all of the data without making pixels of it. Returns whether the picture is complete.
pub(crate) fn check(bytes: &[u8], rules: &ImageRules) -> Result<bool> {
    Ok(check_data(bytes, rules)?.is_complete)
}

/// The same, with the length of the data.
pub(super) fn check_data(bytes: &[u8], rules: &ImageRules) -> Result<Checked> {
    let decoder = Decoder::new(bytes, rules)?.for_check();
    let icc_bytes = decoder.profile()?.map_or(0, |profile| profile.len() as u64);
    check_memory(rules, &[decoder.memory_bytes(), icc_bytes])?;
    decoder.check()
}
