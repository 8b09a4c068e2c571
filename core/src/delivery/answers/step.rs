//! `Step`: one request to the store, and what its answer means.
//!
//! ```text
//! head   HEAD of the result     stored: redirect     missing: get
//! get    GET of the original    rendered: the answer, or put where it is redirected to or too long for an answer
//! put    PUT of the result      stored, now or by another request: redirect     501: once more without a condition
//! ```

use std::time::SystemTime;

use crate::delivery::lambda::{Body, LambdaAnswer};
use crate::error::{ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest};

use super::original;
use super::plan::Plan;
use super::result_store::{RedirectRule, ResultStore, Write};

pub(super) enum Step {
    Head,
    Get,
    Put(Write),
}

/// What follows from an answer.
pub(super) enum Next {
    Step(Step),
    /// The text that the function returns.
    End(String),
}

impl Step {
    pub(super) fn first(plan: &Plan) -> Self {
        if plan.results.is_some() { Self::Head } else { Self::Get }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Get => "get",
            Self::Put(_) => "put",
        }
    }

    pub(super) fn request(&self, plan: &Plan, now: SystemTime) -> Result<StoreRequest> {
        match (self, &plan.results) {
            (Self::Head, Some(results)) => results.head(plan, now),
            (Self::Put(write), Some(results)) => results.put(plan, write, now),
            _ => original::request(plan, now),
        }
    }

    /// Errors are those of the answer.
    pub(super) fn answered(self, plan: &Plan, answer: StoreAnswer) -> Result<Next> {
        match (self, &plan.results) {
            (Self::Head, Some(results)) if results.is_stored(plan, &answer)? => Ok(redirect(plan, results)),
            (Self::Head, Some(_)) => Ok(Next::Step(Self::Get)),
            (Self::Put(write), Some(results)) => Ok(match write.answered(plan, results, &answer)? {
                None => redirect(plan, results),
                Some(unconditional) => Next::Step(Self::Put(unconditional)),
            }),
            _ => render(plan, answer),
        }
    }
}

/// Makes the variant of the original that the store has sent.
fn render(plan: &Plan, answer: StoreAnswer) -> Result<Next> {
    let original = original::read(plan, answer)?;
    let variant = &plan.variant;
    let entity_tag = plan.has_own_entity_tag.then(|| variant.entity_tag(&original.entity_tag));
    if let Some(entity_tag) = entity_tag.as_deref().filter(|_| plan.results.is_none()) {
        if variant.is_unmodified(plan.caller.request().if_none_match.as_deref(), entity_tag) {
            ...
        }
    }
    let rendered = variant.render(&original.bytes, &plan.rules)?;
    if let Some(ResultStore { redirect: RedirectRule::Always, .. }) = &plan.results {
        return Ok(Next::Step(Step::Put(Write::new(rendered.image, &original.entity_tag))));
    }
    let mut headers = rendered.headers;
    headers.extend(entity_tag.map(|entity_tag| ("etag", entity_tag)));
    let answer = LambdaAnswer { status: 200, headers, body: Body::Bytes(rendered.image.bytes) };
}
