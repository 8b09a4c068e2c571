//! Step 4, its end: a copy that has another entity tag than what was checked is held against it. Some stores give every
//! object a tag of its own (SSE-KMS); others leave the copy's condition unread, and have copied what came in between.

use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use crate::error::{Error, ErrorKind, Result};

use super::arrival::{Arrival, HEAD_BYTES};
use super::exchange::{StoreAnswer, StoreRequest};
use super::fetch::{Fetch, Fetched};
use super::promote::Checked;
use super::remove::Remove;
use super::step::Step;
use super::stored::Stored;

/// What of a file was checked: all of it or its head, by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    is_whole: bool,
    hash: [u8; 32],
}

impl Seen {
    pub(super) fn new(bytes: &[u8], is_whole: bool) -> Self {
        // Who asks for the head may get it all.
        let head = bytes.get(..HEAD_BYTES as usize).filter(|_| !is_whole);
        Self { is_whole, hash: Sha256::digest(head.unwrap_or(bytes)).into() }
    }
}

/// GET of the final key.
pub(super) struct Compare {
    checked: Checked,
    copy: Fetch,
}

impl Compare {
    pub(super) fn step(checked: Checked, etag: String) -> Step {
        let stored = Stored { etag, bytes: checked.stored.bytes };
        let copy = if checked.seen.is_whole { Fetch::whole(stored) } else { Fetch::head(stored) };
        Step::Compare(Self { checked, copy })
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        self.copy.request(arrival, arrival.final_key(), now)
    }

    /// What was not checked does not stay at the final key.
    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Step> {
        let bytes = match self.copy.read(arrival, answer) {
            Ok(Fetched::Bytes(bytes)) => bytes,
            Ok(Fetched::Gone | Fetched::Replaced) => return arrival.unless_confirmed(ErrorKind::UploadReplaced {}),
            Ok(Fetched::Hidden(error)) => return Ok(withdraw(arrival, error)),
            Err(error) => return Ok(withdraw(arrival, error)),
        };
        if Seen::new(&bytes, self.checked.seen.is_whole) != self.checked.seen {
            let replaced = arrival.refused_keys();
            let keys = std::iter::once(arrival.final_key().to_owned()).chain(replaced);
            return Ok(Remove::step(keys.collect::<Vec<_>>(), Err(ErrorKind::UploadReplaced {}.into())));
        }
        let Stored { etag, bytes } = self.copy.stored;
        Ok(self.checked.promoted(arrival, etag, bytes))
    }
}

/// Nothing is known against the upload, but nothing for the copy either.
fn withdraw(arrival: &Arrival, error: Error) -> Step {
    Remove::step([arrival.final_key().to_owned()], Err(error))
}
