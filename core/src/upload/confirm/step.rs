//! A step: the request that it has for the store, and what follows from the answer.

use std::time::SystemTime;

use crate::error::Result;

use super::arrival::Arrival;
use super::compare::Compare;
use super::confirmed::Confirmed;
use super::exchange::{StoreAnswer, StoreRequest};
use super::explain::Explain;
use super::find::Find;
use super::look::Look;
use super::promote::Promote;
use super::recognise::Recognise;
use super::remove::Remove;
use super::settle::Settle;
use super::survey::Survey;
use super::verify::Verify;
use super::write::Write;

/// Where a confirmation stands.
pub(super) enum Step {
    Find(Find),
    Recognise(Recognise),
    Look(Look),
    Explain(Explain),
    Verify(Verify),
    Promote(Promote),
    Compare(Compare),
    Settle(Settle),
    Survey(Survey),
    Write(Write),
    Remove(Remove),
    Ended(Result<Confirmed>),
}

impl Step {
    /// `None` at the end.
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<Option<StoreRequest>> {
        match self {
            Self::Find(step) => step.request(arrival, now),
            Self::Recognise(step) => step.request(arrival, now),
            Self::Look(step) => step.request(arrival, now),
            Self::Explain(step) => step.request(arrival, now),
            Self::Verify(step) => step.request(arrival, now),
            Self::Promote(step) => step.request(arrival, now),
            Self::Compare(step) => step.request(arrival, now),
            Self::Settle(step) => step.request(arrival, now),
            Self::Survey(step) => step.request(arrival, now),
            Self::Write(step) => step.request(arrival, now),
            Self::Remove(step) => step.request(arrival, now),
            Self::Ended(_) => return Ok(None),
        }
        .map(Some)
    }

    /// What follows from the answer besides a look at its body, in weighted pixels.
    pub(super) fn work_pixels(&self) -> u64 {
        match self {
            Self::Survey(step) => step.work_pixels(),
            _ => 0,
        }
    }

    /// The next step. An error is the end of the confirmation, but not yet of what is left to remove.
    pub(super) fn answered(self, arrival: &mut Arrival, answer: StoreAnswer) -> Result<Self> {
        match self {
            Self::Find(step) => step.answered(arrival, &answer),
            Self::Recognise(step) => step.answered(arrival, answer),
            Self::Look(step) => step.answered(arrival, &answer),
            Self::Explain(step) => Err(step.answered(arrival, &answer)),
            Self::Verify(step) => step.answered(arrival, answer),
            Self::Promote(step) => step.answered(arrival, &answer),
            Self::Compare(step) => step.answered(arrival, answer),
            Self::Settle(step) => step.answered(arrival, &answer),
            Self::Survey(step) => step.answered(arrival, &answer),
            Self::Write(step) => step.answered(arrival, &answer),
            Self::Remove(step) => Ok(step.answered(arrival, &answer)),
            Self::Ended(outcome) => Ok(Self::Ended(outcome)),
        }
    }

    /// What it is called where it is shown.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Find(_) => "find",
            Self::Recognise(_) => "recognise",
            Self::Look(_) => "look",
            Self::Explain(_) => "explain",
            Self::Verify(_) => "verify",
            Self::Promote(_) => "promote",
            Self::Compare(_) => "compare",
            Self::Settle(_) => "settle",
            Self::Survey(_) => "survey",
            Self::Write(_) => "write",
            Self::Remove(_) => "remove",
            Self::Ended(_) => "ended",
        }
    }
}
