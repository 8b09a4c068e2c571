//! HEAD of the variants of an upload that was confirmed earlier. Each names the object that it was made of. Those that are
//! missing, because the earlier confirmation was interrupted, are made of the object at the final key.

use std::time::SystemTime;

use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest, is_without_bucket};
use crate::upload::confirm::context::Context;
use crate::upload::confirm::marker::is_variant_of;
use crate::upload::confirm::next::Next;
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::variant_lookup::VariantLookup;
use crate::upload::confirm::variants::render_variants;

/// HEAD of one variant.
pub(crate) struct HeadVariants {
    pub lookup: Box<VariantLookup>,
    pub key: String,
    /// Its width in the policy.
    pub width: u32,
}

impl HeadVariants {
    /// What the answer may cost, in weighted pixels: after the last one, missing variants are made.
    pub(crate) fn work_pixels(&self) -> u64 {
        if self.lookup.pending.is_empty() { self.lookup.work_pixels } else { 0 }
    }
}

impl RoundTrip for HeadVariants {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        context.head(&self.key, now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { mut lookup, key, width } = self;
        let exists = match answer.status {
            200 => is_variant_of(&answer.headers, &context.presigner, &key, &lookup.sha256)?,
            403 => false,
            404 if !is_without_bucket(&answer) => false,
            _ => return Err(context.refusal("head", &answer)),
        };
        if !exists {
            lookup.missing.push(width);
        }
        if !lookup.pending.is_empty() || lookup.missing.is_empty() {
            return Ok(Next::HeadVariants(lookup));
        }
        let VariantLookup { confirmed, original, sha256, missing, .. } = *lookup;
        Ok(match render_variants(&original, &missing, context) {
            Ok(files) => Next::PutVariants { confirmed, sha256, files },
            // The upload is confirmed, so that nothing is deleted because of this error.
            Err(error) => Next::End(Err(error)),
        })
    }
}
