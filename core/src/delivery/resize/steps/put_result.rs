//! PUT of a result, on condition that nobody has written it since it was looked at.

use std::sync::Arc;
use std::time::SystemTime;

use crate::delivery::resize::context::Context;
use crate::delivery::resize::next::Next;
use crate::delivery::resize::results::Results;
use crate::delivery::resize::round_trip::RoundTrip;
use crate::delivery::resize::write_condition::WriteCondition;
use crate::error::Result;
use crate::store::{RESIZED_METADATA, StoreAnswer, StoreRequest, is_without_bucket, signed, write_condition};

/// PUT of a result.
pub(in crate::delivery::resize) struct PutResult {
    results: Results,
    condition: WriteCondition,
}

impl PutResult {
    /// Error: `store_unavailable`, after too many attempts.
    pub(in crate::delivery::resize) fn new(mut results: Results, condition: WriteCondition) -> Result<Self> {
        results.count_attempt()?;
        Ok(Self { results, condition })
    }
}

impl RoundTrip for PutResult {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let file = &self.results.current;
        let destination = context.destination();
        let mut request = destination.put(&file.object.key).metadata(RESIZED_METADATA, &self.results.marker.value());
        request = request.content_type(file.object.format.media_type()).content_length(file.object.bytes);
        if let Some(cache_control) = &context.resizer.policy().cache_control {
            request = request.cache_control(cache_control);
        }
        if !context.refuses_conditions {
            request = match &self.condition {
                WriteCondition::None => request.if_none_match("*"),
                WriteCondition::Replaces(etag) => request.if_match(&write_condition(etag, destination.bucket())),
            };
        }
        Ok(StoreRequest { body: Arc::clone(&file.bytes), ..signed(request, now)? })
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { results, condition } = self;
        match answer.status {
            200 => Ok(Next::Stored { results, is_new: true }),
            // Somebody has written it, is writing it, or has deleted what was to be replaced.
            409 | 412 => Ok(Next::HeadResult(results)),
            404 if matches!(condition, WriteCondition::Replaces(_)) && !is_without_bucket(&answer) => {
                Ok(Next::HeadResult(results))
            }
            501 if !context.refuses_conditions && !context.honours_conditions() => {
                context.refuses_conditions = true;
                Ok(Next::Put { results, condition })
            }
            _ => Err(context.refusal(context.destination(), "put", &answer)),
        }
    }
}
