//! A copy that has another entity tag than what was checked is held against it. Some stores give every object a tag of its
//! own (SSE-KMS); others leave the copy's condition unread, and have copied what came in between: the bytes that were checked
//! are written over it then. It is not deleted: another confirmation may have done so already.

use std::time::SystemTime;

use http::header::CONTENT_LENGTH;

use crate::error::Result;

use super::arrival::{Arrival, Unchecked};
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::marker::Marker;
use super::promote::Checked;
use super::step::Step;
use super::stored::{Stored, number, only};

/// GET of the final key.
pub(super) struct Compare {
    checked: Box<Checked>,
    copy: Fetch,
}

impl Compare {
    pub(super) fn step(checked: Box<Checked>, etag: String) -> Step {
        let stored = Stored { etag, bytes: checked.source.bytes };
        let copy = if checked.fingerprint.is_whole { Fetch::whole(stored) } else { Fetch::head(stored) };
        Step::Compare(Self { checked, copy })
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.copy.request(arrival, arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let length = only(&answer.headers, &CONTENT_LENGTH)?.map(number).transpose()?;
        let is_other = answer.status == 200 && length.is_some_and(|bytes| bytes != self.copy.stored.bytes);
        if !is_other {
            match self.copy.read(arrival, answer)? {
                Fetched::Bytes(bytes) if self.checked.fingerprint.is_of(&bytes) => {
                    return Ok(self.checked.settle(arrival, self.copy.stored.etag));
                }
                Fetched::Bytes(_) => {}
                Fetched::Gone | Fetched::Replaced => return Ok(self.checked.into_written()?.find()),
                Fetched::Hidden(error) => return Err(error),
            }
        }
        let marker = Marker { fingerprint: self.checked.fingerprint, is_ours: true };
        arrival.unchecked = Some(Unchecked { etag: self.copy.stored.etag, marker });
        Ok(self.checked.into_written()?.find())
    }
}
