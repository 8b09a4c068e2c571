//! Step 3: the bytes. They are read under the entity tag of step 2, and it is that tag's object which is promoted.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::imaging::{ImageInfo, check, check_head};
use crate::upload::policy::Verify as Depth;

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::pictures::{self, Write};
use super::promote::Checked;
use super::step::Step;

/// GET of the incoming key.
pub(super) struct Verify(pub(super) Fetch);

impl Verify {
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.0.request(arrival, arrival.key(), now)
    }

    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let bytes = match self.0.read(answer)? {
            Fetched::Bytes(bytes) => bytes,
            Fetched::Gone => return arrival.unless_confirmed(ErrorKind::UploadNotFound {}),
            Fetched::Replaced => return arrival.unless_confirmed(ErrorKind::UploadReplaced {}),
        };
        let stored = self.0.stored;
        let declared = Some(arrival.format.media_type());
        let info: ImageInfo = match arrival.policy().verify {
            Depth::Head => match check_head(&bytes, stored.bytes, declared, &arrival.rules)? {
                Some(info) => info,
                None => return Ok(Step::Verify(Self(Fetch::whole(stored)))),
            },
            _ => check(&bytes, declared, &arrival.rules)?.info,
        };
        let checked = Checked { info, stored, variants: Vec::new() };
        let files = pictures::draw(&bytes, arrival)?;
        Ok(Write::step(checked, files, arrival))
    }
}
