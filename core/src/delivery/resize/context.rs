//! What every step needs: the resizer, the object, and what the store's answers have shown so far.

use std::time::SystemTime;

use crate::delivery::events::CreatedObject;
use crate::error::{Error, Result};
use crate::presign::Presigner;
use crate::rules::ImageRules;
use crate::store::{StoreAnswer, StoreRequest, refusal, signed};

use super::resized::SkippedReason;
use super::resizer::EventResizer;

/// One original and everything that decides about it.
pub(super) struct Context {
    pub resizer: EventResizer,
    pub object: CreatedObject,
    /// The resizer's, with the caller's token to cancel.
    pub rules: ImageRules,
    /// Whether the store has refused a PUT because it was conditional (501).
    pub refuses_conditions: bool,
    /// The time as of which the last request was signed.
    pub asked_at: Option<SystemTime>,
}

impl Context {
    /// Why the object is none of the originals, as far as its name tells. An access point does not say of which bucket it is.
    pub(super) fn skipped_by_name(&self) -> Option<SkippedReason> {
        let bucket = self.source().bucket();
        if bucket.name() != self.object.bucket && !bucket.is_access_point() {
            return Some(SkippedReason::OtherBucket);
        }
        let prefix = self.resizer.policy().prefix.as_str();
        let is_below = |key: &str| key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
        (!prefix.is_empty() && !is_below(&self.object.key)).then_some(SkippedReason::OtherPrefix)
    }

    pub(super) fn source(&self) -> &Presigner {
        &self.resizer.source
    }

    pub(super) fn destination(&self) -> &Presigner {
        &self.resizer.destination
    }

    /// Whether a PUT can be made without looking first: the store documents that it honours conditions.
    pub(super) fn honours_conditions(&self) -> bool {
        self.destination().bucket().honours_conditions()
    }

    /// HEAD of an object.
    pub(super) fn head(presigner: &Presigner, key: &str, now: SystemTime) -> Result<StoreRequest> {
        Ok(StoreRequest { max_body_bytes: 0, ..signed(presigner.head(key), now)? })
    }

    /// The error for an answer that a step does not expect.
    pub(super) fn refusal(&self, presigner: &Presigner, operation: &'static str, answer: &StoreAnswer) -> Error {
        refusal(presigner.bucket(), self.asked_at, operation, answer)
    }
}
