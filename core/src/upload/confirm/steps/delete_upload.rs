//! DELETE of the upload, at the end. The incoming object is not served, so the outcome stands even if it cannot be deleted. A
//! bad upload in place is served: if it cannot be deleted, that is the outcome.

use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::store::{StoreAnswer, StoreRequest, quoted, signed};
use crate::upload::confirm::confirmed::Confirmed;
use crate::upload::confirm::context::Context;
use crate::upload::confirm::next::Next;
use crate::upload::confirm::round_trip::RoundTrip;

/// DELETE of the key that the client has uploaded to.
pub(crate) struct DeleteUpload {
    pub outcome: Result<Confirmed>,
}

impl RoundTrip for DeleteUpload {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let mut request = context.presigner.delete(context.upload_key());
        let etag = context.received_etag.as_deref().map(quoted);
        // In place, another confirmation may have replaced the bad upload by a good one.
        let is_conditional = context.is_in_place() && context.presigner.bucket().deletes_on_condition();
        if let Some(etag) = etag.as_ref().filter(|_| is_conditional) {
            request = request.if_match(etag);
        }
        signed(request, now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        // 412: the bad upload has been replaced.
        let is_gone = matches!(answer.status, 200..=299 | 404 | 412);
        let stands = is_gone || !context.is_in_place();
        Ok(Next::End(if stands { self.outcome } else { Err(context.refusal("delete", &answer)) }))
    }
}

impl DeleteUpload {
    /// The outcome if the request cannot be sent or has no answer, for this reason.
    pub(crate) fn give_up(self, context: &Context, error: Error) -> Result<Confirmed> {
        if context.is_in_place() { Err(error) } else { self.outcome }
    }
}
