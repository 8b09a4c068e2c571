//! Step 1: is there an object at the final key? Only a confirmation writes there, so that the upload was confirmed then.

use std::time::SystemTime;

use crate::error::{Error, Result};

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::explain::Explain;
use super::fetch::Fetch;
use super::look::Look;
use super::recognise::Recognise;
use super::refusal::{names_region, refused};
use super::step::Step;
use super::stored::Stored;

/// HEAD of the final key.
pub(super) struct Find {
    /// What the upload is refused with if it was not confirmed; `None` where nothing speaks against it yet.
    pub unless_found: Option<Error>,
    /// Whether the store has said in words why it refused.
    pub is_explained: bool,
}

impl Find {
    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        arrival.head(arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Result<Step> {
        match (answer.status, self.unless_found) {
            (200, _) => Ok(Step::Recognise(Recognise(Fetch::head(Stored::read(&answer.headers)?)))),
            // S3 says 403 for a missing object to those who may not list the bucket.
            (403 | 404, None) => Ok(Step::Look(Look)),
            (403 | 404, Some(error)) if self.is_explained => Err(error),
            (403 | 404, Some(error)) => Ok(Step::Explain(Explain { error })),
            (400, None) if !names_region(answer) => {
                Ok(Step::Explain(Explain { error: refused(arrival, "head", answer) }))
            }
            _ => Err(refused(arrival, "head", answer)),
        }
    }
}
