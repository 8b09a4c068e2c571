//! What is not needed any more is removed: the incoming object of a confirmation that has ended, whatever came of it. The
//! outcome stands if that fails, because what is left over is not served. An upload that is refused in place is served: that it
//! could not be removed is the outcome then.

use std::time::SystemTime;

use crate::error::{Error, Result};

use super::arrival::{Arrival, sign};
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::refusal::refused;
use super::step::Step;
use super::stored::quoted;

/// DELETE of the upload.
pub(super) struct Remove {
    pub key: String,
    pub outcome: Result<Confirmed>,
}

impl Remove {
    /// The step after the last one of a confirmation, or the end where the upload is in its place.
    pub(super) fn incoming(arrival: &Arrival, confirmed: Confirmed) -> Step {
        match &arrival.incoming_key {
            Some(key) => Step::Remove(Self { key: key.clone(), outcome: Ok(confirmed) }),
            None => Step::Ended(Ok(confirmed)),
        }
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let mut request = arrival.presigner.delete(&self.key);
        let etag = arrival.received_etag.as_deref().map(quoted);
        if let Some(etag) = etag.as_ref().filter(|_| self.is_conditional(arrival)) {
            request = request.if_match(etag);
        }
        sign(request, now)
    }

    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Step {
        // 412: another one has taken its place since.
        let is_removed = matches!(answer.status, 200..=299 | 404 | 412);
        let outcome =
            if is_removed || !self.is_served(arrival) { self.outcome } else { Err(refused(arrival, "delete", answer)) };
        Step::Ended(outcome)
    }

    /// The outcome where the upload cannot be removed, and why.
    pub(super) fn given_up(self, arrival: &Arrival, error: Error) -> Result<Confirmed> {
        if self.is_served(arrival) { Err(error) } else { self.outcome }
    }

    /// What another confirmation has made of an upload in place is not what was refused.
    fn is_conditional(&self, arrival: &Arrival) -> bool {
        self.is_served(arrival) && arrival.presigner.bucket().deletes_on_condition()
    }

    fn is_served(&self, arrival: &Arrival) -> bool {
        self.key == arrival.final_key()
    }
}
