//! `Step`: where a resizing stands, and which step follows from what an answer means.

use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::store::{StoreAnswer, StoreRequest};

use super::context::Context;
use super::next::Next;
use super::resized::{Resized, SkippedReason};
use super::round_trip::RoundTrip;
use super::steps::{GetOriginal, HeadOriginal, HeadResult, PutResult};
use super::write_condition::WriteCondition;

/// Where a resizing stands: at a request whose answer is awaited, or at the end.
pub(super) enum Step {
    GetOriginal(GetOriginal),
    HeadResult(HeadResult),
    HeadOriginal(HeadOriginal),
    PutResult(PutResult),
    Ended(Result<Resized>),
}

impl Step {
    /// The step that a resizing begins with: an object that is none of the originals by its name needs no request.
    pub(super) fn first(context: &Context) -> Self {
        match context.skipped_by_name() {
            Some(reason) => Self::skipped(reason, context),
            None => Self::GetOriginal(GetOriginal),
        }
    }

    /// The request of this step; `None` at the end.
    pub(super) fn request(&self, context: &Context, now: SystemTime) -> Result<Option<StoreRequest>> {
        match self {
            Self::GetOriginal(step) => step.request(context, now),
            Self::HeadResult(step) => step.request(context, now),
            Self::HeadOriginal(step) => step.request(context, now),
            Self::PutResult(step) => step.request(context, now),
            Self::Ended(_) => return Ok(None),
        }
        .map(Some)
    }

    /// Advances the resizing by the store's answer.
    pub(super) fn advance(self, context: &mut Context, answer: StoreAnswer) -> Self {
        let next = match self {
            Self::GetOriginal(step) => step.answered(context, answer),
            Self::HeadResult(step) => step.answered(context, answer),
            Self::HeadOriginal(step) => step.answered(context, answer),
            Self::PutResult(step) => step.answered(context, answer),
            Self::Ended(outcome) => return Self::Ended(outcome),
        };
        next.and_then(|next| Self::enter(next, context)).unwrap_or_else(|error: Error| Self::Ended(Err(error)))
    }

    /// Turns what follows into the step that does it.
    fn enter(next: Next, context: &Context) -> Result<Self> {
        Ok(match next {
            Next::Made(results) if context.honours_conditions() => {
                Self::PutResult(PutResult::new(results, WriteCondition::None)?)
            }
            Next::Made(results) | Next::HeadResult(results) => Self::HeadResult(HeadResult { results }),
            Next::HeadOriginal { results, replaces } => Self::HeadOriginal(HeadOriginal { results, replaces }),
            Next::Put { results, condition } => Self::PutResult(PutResult::new(results, condition)?),
            Next::Stored { results, is_new } => match results.stored(is_new, context) {
                Ok(results) => return Self::enter(Next::Made(results), context),
                Err(resized) => Self::Ended(Ok(resized)),
            },
            Next::Skipped(reason) => Self::skipped(reason, context),
            Next::End(resized) => Self::Ended(Ok(resized)),
        })
    }

    fn skipped(reason: SkippedReason, context: &Context) -> Self {
        Self::Ended(Ok(Resized { key: context.object.key.clone(), outputs: Vec::new(), skipped: Some(reason) }))
    }

    /// Its name, for `Debug`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::GetOriginal(_) => "get_original",
            Self::HeadResult(_) => "head_result",
            Self::HeadOriginal(_) => "head_original",
            Self::PutResult(_) => "put_result",
            Self::Ended(_) => "ended",
        }
    }
}
