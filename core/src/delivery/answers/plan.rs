//! `Plan`: what one answer is made of, once the policy has allowed the variant.

use std::sync::Arc;
use std::time::SystemTime;

use crate::delivery::variant::RequestedVariant;
use crate::delivery::variants::Variants;
use crate::error::Error;
use crate::presign::Presigner;
use crate::rules::ImageRules;
use crate::store::{StoreAnswer, refusal};

use super::caller::Caller;
use super::result_store::ResultStore;

/// Everything that decides about one answer.
pub(super) struct Plan {
    pub caller: Caller,
    pub variants: Arc<Variants>,
    pub variant: RequestedVariant,
    /// Signs for the bucket of the originals.
    pub source: Presigner,
    /// The entity tag of the original, in quotes, where CloudFront has it already.
    pub source_entity_tag: Option<String>,
    pub rules: ImageRules,
    /// Where results are stored, if they are.
    pub results: Option<ResultStore>,
    /// The time as of which the last request was signed.
    pub asked_at: Option<SystemTime>,
}

impl Plan {
    /// The error for an answer of the store that is not expected.
    pub(super) fn refusal(&self, presigner: &Presigner, operation: &'static str, answer: &StoreAnswer) -> Error {
        refusal(presigner.bucket(), self.asked_at, operation, answer)
    }
}
