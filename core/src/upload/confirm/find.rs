//! What is at the final key? Asked at the beginning, where the upload is gone, where a write was refused because there is
//! something, and on stores that do not promise to read conditions immediately before each write.

use std::time::SystemTime;

use crate::error::{Error, Result};

use super::arrival::{Arrival, Unchecked};
use super::exchange::{StoreAnswer, StoreRequest};
use super::explain::Explain;
use super::look::{Look, has_headers_of_client};
use super::marker::Marker;
use super::promote::{Checked, Promote};
use super::recognise::Recognise;
use super::refusal::{names_region, refused};
use super::step::Step;
use super::stored::Stored;

/// HEAD of the final key.
pub(super) struct Find {
    pub otherwise: Otherwise,
}

/// What follows where no confirmed object is at the final key.
pub(super) enum Otherwise {
    /// The upload is looked at.
    Look,
    /// It is refused.
    Refuse {
        error: Error,
        /// Whether the store has said in words why it refused.
        is_explained: bool,
    },
    /// What was checked is written.
    Promote(Box<Checked>),
}

impl Find {
    /// Where the upload is gone, hidden, or another one: somebody else may have confirmed it in the meantime.
    pub(super) fn unless_confirmed(error: impl Into<Error>) -> Step {
        Step::Find(Self { otherwise: Otherwise::Refuse { error: error.into(), is_explained: true } })
    }

    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        arrival.head(arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        match answer.status {
            200 => self.found(arrival, answer),
            // The upload itself is what was asked for.
            _ if arrival.is_in_place() && matches!(self.otherwise, Otherwise::Look) => Look.answered(arrival, answer),
            // S3 says 403 for a missing object to those who may not list the bucket.
            403 | 404 => {
                arrival.unchecked = None;
                match self.otherwise {
                    Otherwise::Refuse { error, is_explained: false } => Ok(Step::Explain(Explain { error })),
                    otherwise => otherwise.follow(arrival),
                }
            }
            400 if matches!(self.otherwise, Otherwise::Look) && !names_region(answer) => {
                Ok(Step::Explain(Explain { error: refused(arrival, "head", answer) }))
            }
            _ => Err(refused(arrival, "head", answer)),
        }
    }

    fn found(self, arrival: &mut Arrival, answer: &StoreAnswer) -> Result<Step> {
        let stored = Stored::read(&answer.headers)?;
        // In place a client can send a marker that it has read along with headers of its own.
        let is_proof = !arrival.is_in_place() || !has_headers_of_client(&answer.headers);
        let marker = Marker::read(&answer.headers, &arrival.presigner, arrival.final_key())?.filter(|_| is_proof);
        let is_known = |known: &Unchecked| known.etag == stored.etag && Some(known.marker) == marker;
        match marker {
            _ if arrival.unchecked.as_ref().is_some_and(is_known) => self.otherwise.follow(arrival),
            None if arrival.is_in_place() => match self.otherwise {
                Otherwise::Look => Look.answered(arrival, answer),
                // It is not the upload that is refused, and was not looked at.
                Otherwise::Refuse { error, .. } if arrival.received_etag.as_ref() != Some(&stored.etag) => {
                    Ok(Step::Ended(Err(error)))
                }
                otherwise => otherwise.follow(arrival),
            },
            Some(marker) if marker.fingerprint.bytes != stored.bytes => {
                arrival.unchecked = Some(Unchecked { etag: stored.etag, marker });
                self.otherwise.follow(arrival)
            }
            marker => Recognise::step(stored, marker, self.otherwise, arrival),
        }
    }
}

impl Otherwise {
    pub(super) fn follow(self, arrival: &mut Arrival) -> Result<Step> {
        match self {
            Self::Look => Ok(Step::Look(Look)),
            Self::Refuse { error, .. } => {
                arrival.is_refused_again = true;
                Err(error)
            }
            Self::Promote(checked) => Promote::step(*checked, arrival),
        }
    }
}
