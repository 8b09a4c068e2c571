//! Step 5: what is not needed any more is removed. As well as it goes: the outcome stands, and what is left over is
//! never served.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::Result;

use super::arrival::{Arrival, sign};
use super::confirmed::Confirmed;
use super::exchange::StoreRequest;
use super::step::Step;

/// DELETE of one key after the other.
pub(super) struct Remove {
    key: String,
    rest: VecDeque<String>,
    pub outcome: Result<Confirmed>,
}

impl Remove {
    /// The step, or the end where there is nothing to remove.
    pub(super) fn step(keys: impl IntoIterator<Item = String>, outcome: Result<Confirmed>) -> Step {
        let mut rest: VecDeque<_> = keys.into_iter().collect();
        match rest.pop_front() {
            Some(key) => Step::Remove(Self { key, rest, outcome }),
            None => Step::Ended(outcome),
        }
    }

    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        sign(arrival.presigner.delete(&self.key), now)
    }

    /// Whatever the answer is.
    pub(super) fn answered(self) -> Step {
        Self::step(self.rest, self.outcome)
    }
}
