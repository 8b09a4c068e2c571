//! PUT of the variants, after the object that they are made of. Each has a marker that names this object.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest, VARIANT_METADATA, signed};
use crate::upload::confirm::confirmed::Confirmed;
use crate::upload::confirm::context::Context;
use crate::upload::confirm::marker::variant_marker;
use crate::upload::confirm::next::Next;
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::variants::VariantFile;

/// PUT of one variant. It needs no condition: two confirmations write the same bytes.
pub(crate) struct PutVariants {
    pub confirmed: Confirmed,
    /// The hash of the object at the final key.
    pub sha256: [u8; 32],
    pub file: VariantFile,
    /// The variants after this one.
    pub pending: VecDeque<VariantFile>,
}

impl RoundTrip for PutVariants {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let VariantFile { variant, bytes } = &self.file;
        let marker = variant_marker(&context.presigner, &variant.key, &self.sha256)?;
        let mut request = context.presigner.put(&variant.key).metadata(VARIANT_METADATA, &marker);
        if let Some(cache_control) = &context.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        request = request.content_type(variant.format.media_type()).content_length(bytes.len() as u64);
        Ok(StoreRequest { body: Arc::clone(bytes), ..signed(request, now)? })
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        if answer.status != 200 {
            return Err(context.refusal("put", &answer));
        }
        let Self { confirmed, sha256, pending, .. } = self;
        Ok(Next::PutVariants { confirmed, sha256, files: pending })
    }
}
