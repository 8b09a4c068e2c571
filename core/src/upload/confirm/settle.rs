//! The final key was written on a store that does not promise to read conditions: is it ours that is there? Another
//! confirmation may have written at the same time; then both answer with what has stayed.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::find::Otherwise;
use super::marker::Marker;
use super::promote::Checked;
use super::recognise::Recognise;
use super::refusal::{is_without_bucket, refused};
use super::step::Step;
use super::stored::Stored;

/// HEAD of the final key.
pub(super) struct Settle {
    pub checked: Box<Checked>,
    /// That of the answer to the write.
    pub etag: String,
}

impl Settle {
    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        arrival.head(arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Result<Step> {
        match answer.status {
            200 => {}
            404 if !is_without_bucket(answer) => {
                let reason = "the object at the final key was gone after it was written".to_owned();
                return Err(ErrorKind::StoreUnavailable { reason }.into());
            }
            _ => return Err(refused(arrival, "head", answer)),
        }
        let stored = Stored::read(&answer.headers)?;
        let marker = Marker::read(&answer.headers, &arrival.presigner, arrival.final_key())?;
        let ours = Marker { fingerprint: self.checked.fingerprint, is_ours: true };
        let written = Stored { etag: self.etag, bytes: ours.fingerprint.bytes };
        if stored == written && marker == Some(ours) {
            return Ok(self.checked.promoted(arrival, stored.etag));
        }
        Recognise::step(stored, marker, Otherwise::Promote(self.checked), arrival)
    }
}
