//! GET of the original: the version that the event names, or the object on condition that it is still the one that the event
//! tells of.

use std::time::SystemTime;

use crate::delivery::resize::context::Context;
use crate::delivery::resize::marker::Marker;
use crate::delivery::resize::next::Next;
use crate::delivery::resize::resized::SkippedReason;
use crate::delivery::resize::results::Results;
use crate::delivery::resize::round_trip::RoundTrip;
use crate::error::Result;
use crate::store::{
    MAX_XML_BYTES, StoreAnswer, StoreRequest, StoredBody, is_made_by_presize, is_without_bucket, parse_etag, quoted,
    signed,
};

/// GET of the original.
pub(in crate::delivery::resize) struct GetOriginal;

impl RoundTrip for GetOriginal {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let object = &context.object;
        if let Some(bytes) = object.size_bytes {
            context.rules.check_bytes(bytes)?;
        }
        let mut request = context.source().get(&object.key);
        match (&object.version_id, known_etag(context)) {
            (Some(version_id), _) => request = request.version_id(version_id),
            (None, Some(etag)) => request = request.if_match(&quoted(&etag)),
            (None, None) => {}
        }
        // One more than is accepted, to tell a body without a length that is too large.
        let max_body_bytes = context.rules.max_bytes.saturating_add(1).max(MAX_XML_BYTES);
        Ok(StoreRequest { max_body_bytes, ..signed(request, now)? })
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        match answer.status {
            200 => {}
            404 if !is_without_bucket(&answer) => return Ok(Next::Skipped(SkippedReason::Missing)),
            412 => return Ok(Next::Skipped(SkippedReason::Superseded)),
            _ => return Err(context.refusal(context.source(), "get", &answer)),
        }
        if is_made_by_presize(&answer.headers) {
            return Ok(Next::Skipped(SkippedReason::OwnResult));
        }
        let body = StoredBody::read(answer)?;
        // Some servers ignore the condition.
        if known_etag(context).is_some_and(|etag| etag != body.object.etag) {
            return Ok(Next::Skipped(SkippedReason::Superseded));
        }
        context.rules.check_bytes(body.object.bytes)?;
        let marker = Marker::new(&context.object, &body.object.etag);
        Ok(Next::Made(Results::make(&body.into_bytes()?, marker, context)?))
    }
}

/// The entity tag of the event, if it can be compared.
fn known_etag(context: &Context) -> Option<String> {
    context.object.entity_tag.as_deref().and_then(parse_etag)
}
