//! `VariantLookup`: which variants of a confirmed upload exist, as far as the store has said.

use std::collections::VecDeque;

use crate::imaging::work_pixels;

use super::confirmed::Confirmed;
use super::context::Context;
use super::fingerprint::Fingerprint;

/// Variants by key, each with its width in the policy.
pub(crate) struct VariantLookup {
    pub confirmed: Confirmed,
    /// The whole object at the final key, of which missing variants are made.
    pub original: Vec<u8>,
    pub sha256: [u8; 32],
    /// The variants that the store has not been asked for yet.
    pub pending: VecDeque<(String, u32)>,
    /// The widths of those that it does not have.
    pub missing: Vec<u32>,
    /// What it costs to decode the original, in weighted pixels.
    pub work_pixels: u64,
}

impl VariantLookup {
    pub(crate) fn new(confirmed: Confirmed, original: Vec<u8>, context: &Context) -> Self {
        let keys = confirmed.variants.iter().map(|variant| variant.key.clone());
        let pending = keys.zip(context.policy().variant_widths.iter().copied()).collect();
        let sha256 = Fingerprint::whole(&original).sha256;
        let work_pixels = work_pixels(&original, &context.rules).unwrap_or(u64::MAX);
        Self { confirmed, original, sha256, pending, missing: Vec::new(), work_pixels }
    }
}
