//! GET of the original.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::store::{
    MAX_XML_BYTES, RESULT_METADATA, StoreAnswer, StoreRequest, StoredBody, has_metadata, is_without_bucket, signed,
};

use super::plan::Plan;

/// The original, as the store has sent it.
pub(super) struct Original {
    pub bytes: Vec<u8>,
    /// Its entity tag, in quotes.
    pub entity_tag: String,
}

pub(super) fn request(plan: &Plan, now: SystemTime) -> Result<StoreRequest> {
    let mut get = plan.source.get(&plan.variant.key);
    if let Some(entity_tag) = &plan.source_entity_tag {
        get = get.if_match(entity_tag);
    }
    // One byte more, so that a file that is too large is not taken for one that is cut off.
    let max_body_bytes = plan.rules.max_bytes.saturating_add(1).max(MAX_XML_BYTES);
    Ok(StoreRequest { max_body_bytes, ..signed(get, now)? })
}

/// Errors: `original_not_found`, also for a result that is stored in the bucket of the originals; `image_too_large`;
/// `store_unavailable` where the original has just been replaced; and those of a refusal.
pub(super) fn read(plan: &Plan, answer: StoreAnswer) -> Result<Original> {
    match answer.status {
        200 => {}
        404 if !is_without_bucket(&answer) => return Err(ErrorKind::OriginalNotFound {}.into()),
        412 => {
            let reason = "the original was replaced in the meantime".to_owned();
            return Err(ErrorKind::StoreUnavailable { reason }.into());
        }
        _ => return Err(plan.refusal(&plan.source, "get", &answer)),
    }
    // A result of a result would have results of its own: with each round there are more keys that can be asked for.
    if plan.results.is_some() && has_metadata(&answer.headers, RESULT_METADATA) {
        return Err(ErrorKind::OriginalNotFound {}.into());
    }
    let body = StoredBody::read(answer)?;
    plan.rules.check_bytes(body.object.bytes)?;
    Ok(Original { entity_tag: body.object.quoted_etag(), bytes: body.into_bytes()? })
}
