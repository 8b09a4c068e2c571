//! Step 5: what is not needed any more is removed. As well as it goes: the outcome stands, and what is left over is not
//! served. Where what was refused is at the final key, it is, and that it could not be removed is the outcome.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::error::{Error, Result};

use super::arrival::{Arrival, sign};
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::refusal::refused;
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

    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Step {
        let is_removed = matches!(answer.status, 200..=299 | 404);
        let outcome =
            if is_removed || !self.is_served(arrival) { self.outcome } else { Err(refused(arrival, "delete", answer)) };
        Self::step(self.rest, outcome)
    }

    /// The outcome where nothing more can be removed, and why.
    pub(super) fn given_up(self, arrival: &Arrival, error: Error) -> Result<Confirmed> {
        if self.is_served(arrival) { Err(error) } else { self.outcome }
    }

    /// Whether the next key is the final one; if any is, it is the first.
    fn is_served(&self, arrival: &Arrival) -> bool {
        self.key == arrival.final_key()
    }
}
