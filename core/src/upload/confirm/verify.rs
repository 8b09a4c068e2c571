//! Step 3: the bytes. They are read under the entity tag of step 2, and it is that tag's object which is promoted.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::imaging::check_head;
use crate::upload::policy::Verify as Depth;

use super::arrival::Arrival;
use super::compare::Seen;
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::pictures::{Write, check_and_draw};
use super::promote::Checked;
use super::step::Step;

/// GET of the incoming key.
pub(super) struct Verify(pub(super) Fetch);

impl Verify {
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.0.request(arrival, arrival.key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let bytes = match self.0.read(arrival, answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Hidden(error) => return arrival.unless_confirmed(error),
            Fetched::Gone => return arrival.unless_confirmed(ErrorKind::UploadNotFound {}),
            Fetched::Replaced => return arrival.unless_confirmed(ErrorKind::UploadReplaced {}),
        };
        let Fetch { stored, is_whole } = self.0;
        let (info, files) = match arrival.policy().verify {
            Depth::Head => {
                let declared = Some(arrival.format.media_type());
                match check_head(&bytes, stored.bytes, declared, &arrival.rules)? {
                    Some(info) => (info, VecDeque::new()), // nothing is made of a file that is not decoded
                    None => return Ok(Step::Verify(Self(Fetch::whole(stored)))),
                }
            }
            _ => check_and_draw(&bytes, arrival)?,
        };
        let checked = Checked { info, stored, seen: Seen::new(&bytes, is_whole), variants: Vec::new() };
        Ok(Write::step(checked, files, arrival))
    }
}
