//! `Step`: one request to the store, and what its answer means.
//!
//! ```text
//! head   HEAD of the result     stored: redirect     missing: get
//! get    GET of the original    rendered: the answer, or put where it is redirected to or too long for an answer
//! put    PUT of the result      stored, now or by another request: redirect     501: once more without a condition
//! ```

use std::time::SystemTime;

use crate::delivery::lambda::{Body, LambdaAnswer};
use crate::delivery::variant::RenderedVariant;
use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest};

use super::caller::Caller;
use super::original::{self, Original};
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
            (Self::Head, Some(results)) => results.head(&plan.variant, now),
            (Self::Put(write), Some(results)) => {
                results.put(&plan.variant, write, &plan.variants.stored_cache_control(), now)
            }
            _ => original::request(plan, now),
        }
    }

    /// Errors are those of the answer.
    pub(super) fn answered(self, plan: &Plan, answer: StoreAnswer) -> Result<Next> {
        match (self, &plan.results) {
            (Self::Head, Some(results)) if results.is_stored(&answer, plan.asked_at)? => Ok(redirect(plan, results)),
            (Self::Head, Some(_)) => Ok(Next::Step(Self::Get)),
            (Self::Put(write), Some(results)) => Ok(match write.answered(results, &answer, plan.asked_at)? {
                None => redirect(plan, results),
                Some(unconditional) => Next::Step(Self::Put(unconditional)),
            }),
            _ => render(plan, answer),
        }
    }
}

/// Makes the variant of the original that the store has sent.
fn render(plan: &Plan, answer: StoreAnswer) -> Result<Next> {
    let Original { bytes, entity_tag } = original::read(plan, answer)?;
    let variant = &plan.variant;
    let request = plan.caller.request();
    // CloudFront keeps and compares the original's entity tag.
    let is_gateway = matches!(plan.caller, Caller::Gateway { .. });
    let if_none_match = request.if_none_match.as_deref().filter(|_| is_gateway);
    if let Some(headers) = if_none_match.and_then(|list| variant.not_modified(&entity_tag, list)) {
        return Ok(Next::End(plan.caller.write(LambdaAnswer { status: 304, headers, body: Body::None })));
    }
    let RenderedVariant { image, mut headers } = variant.render(&bytes, &plan.rules)?;
    drop(bytes);
    if let Some(ResultStore { redirect: RedirectRule::Always, .. }) = &plan.results {
        return Ok(Next::Step(Step::Put(Write::new(image.format, image.bytes, &entity_tag))));
    }
    if is_gateway {
        headers.push(("etag", variant.entity_tag(&entity_tag)));
    } else if plan.variants.policy().negotiate && !variant.varies {
        // CloudFront's function has negotiated: the format that this request names is none that the client's URL names.
        headers.push(("vary", "Accept".to_owned()));
    }
    let answer = LambdaAnswer { status: 200, headers, body: Body::Bytes(image.bytes) };
    if plan.caller.takes(&answer) {
        return Ok(Next::End(plan.caller.write(answer)));
    }
    match (&plan.results, answer.body) {
        (Some(_), Body::Bytes(bytes)) => Ok(Next::Step(Step::Put(Write::new(image.format, bytes, &entity_tag)))),
        (_, body) => Err(plan.caller.too_large(&LambdaAnswer { body, ..answer })),
    }
}

/// The redirect to a result that is stored. It is not cached: the result may be deleted one day, and is then made again.
fn redirect(plan: &Plan, results: &ResultStore) -> Next {
    let mut headers = vec![("location", results.location(&plan.variant.store_key))];
    headers.extend(plan.variants.status_headers(307));
    Next::End(plan.caller.write(LambdaAnswer { status: 307, headers, body: Body::None }))
}
