//! HEAD of a result: is there one already, and which original was it made of?

use std::time::SystemTime;

use crate::delivery::resize::context::Context;
use crate::delivery::resize::marker::{MadeFrom, Marker};
use crate::delivery::resize::next::Next;
use crate::delivery::resize::resized::SkippedReason;
use crate::delivery::resize::results::Results;
use crate::delivery::resize::round_trip::RoundTrip;
use crate::delivery::resize::write_condition::WriteCondition;
use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest, etag, is_without_bucket};

/// HEAD of a result.
pub(in crate::delivery::resize) struct HeadResult {
    pub results: Results,
}

impl RoundTrip for HeadResult {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        Context::head(context.destination(), &self.results.current.object.key, now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { results } = self;
        match answer.status {
            200 => {}
            404 if !is_without_bucket(&answer) => return Ok(Next::Put { results, condition: WriteCondition::None }),
            _ => return Err(context.refusal(context.destination(), "head", &answer)),
        }
        let replaces = etag(&answer.headers)?;
        Ok(match results.marker.compare(Marker::read(&answer.headers).as_ref()) {
            MadeFrom::Same => Next::Stored { results, is_new: false },
            MadeFrom::Older => Next::Put { results, condition: WriteCondition::Replaces(replaces) },
            MadeFrom::Newer => Next::End(results.skipped(SkippedReason::Superseded, context)),
            MadeFrom::Unordered => Next::HeadOriginal { results, replaces },
        })
    }
}
