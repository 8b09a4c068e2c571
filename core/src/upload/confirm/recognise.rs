//! Step 1, where the upload was confirmed before: the same result again, from what is at the final key.

use std::time::SystemTime;

use crate::error::Result;
use crate::imaging::inspect_head;

use super::arrival::Arrival;
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::pictures::variants_of;
use super::remove::Remove;
use super::step::Step;
use super::stored::invalid;

/// GET of the head of the object at the final key.
pub(super) struct Recognise(pub(super) Fetch);

impl Recognise {
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.0.request(arrival, arrival.final_key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let bytes = match self.0.read(arrival, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return Err(error),
            Fetched::Gone | Fetched::Replaced => return Err(invalid("the confirmed object", "another one")),
        };
        let stored = self.0.stored;
        // The policy may have become stricter since: what was confirmed stays so.
        let another = || invalid("the confirmed image", "something else");
        let Some(info) = inspect_head(&bytes, stored.bytes).map_err(|_| another())? else {
            return Ok(Step::Recognise(Self(Fetch::whole(stored))));
        };
        if !arrival.format.admits(info.format) {
            return Err(another());
        }
        arrival.received_bytes = Some(stored.bytes);
        let confirmed = Confirmed {
            key: arrival.final_key().to_owned(),
            public_url: arrival.public_url(arrival.final_key()),
            format: info.format,
            width: info.width,
            height: info.height,
            bytes: stored.bytes,
            etag: stored.etag,
            variants: variants_of(&info, arrival)?,
        };
        Ok(Remove::step(arrival.incoming_key.clone(), Ok(confirmed)))
    }
}
