//! HEAD of the original: there is a result of another one, and no sequencer says which of the two is newer. The original that is
//! stored now is.

use std::time::SystemTime;

use crate::delivery::resize::context::Context;
use crate::delivery::resize::next::Next;
use crate::delivery::resize::resized::SkippedReason;
use crate::delivery::resize::results::Results;
use crate::delivery::resize::round_trip::RoundTrip;
use crate::delivery::resize::write_condition::WriteCondition;
use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest, etag, is_without_bucket};

/// HEAD of the original, of its latest version.
pub(in crate::delivery::resize) struct HeadOriginal {
    pub results: Results,
    /// The entity tag of the result that was found.
    pub replaces: String,
}

impl RoundTrip for HeadOriginal {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        Context::head(context.source(), &context.object.key, now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { results, replaces } = self;
        match answer.status {
            200 if etag(&answer.headers)? == results.marker.etag => {
                Ok(Next::Put { results, condition: WriteCondition::Replaces(replaces) })
            }
            200 => Ok(Next::End(results.skipped(SkippedReason::Superseded, context))),
            404 if !is_without_bucket(&answer) => Ok(Next::End(results.skipped(SkippedReason::Missing, context))),
            _ => Err(context.refusal(context.source(), "head", &answer)),
        }
    }
}
