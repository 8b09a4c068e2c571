//! GET of a copy that has another entity tag than the upload that was checked. Some stores give every object a tag of its own
//! (SSE-KMS). Others ignore the condition on the source, and have copied what the client has uploaded since: then the bytes
//! that were checked are written over the copy. It is not deleted first, because another confirmation may have replaced it
//! already.

use std::time::SystemTime;

use crate::error::Result;
use crate::store::{StoreAnswer, StoreRequest, StoredObject, content_length};
use crate::upload::confirm::context::{Context, Mismatch};
use crate::upload::confirm::fetch::{Fetch, Fetched};
use crate::upload::confirm::marker::Marker;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::pending_write::PendingWrite;
use crate::upload::confirm::round_trip::RoundTrip;

/// GET of the final key, as much of it as the fingerprint covers.
pub(crate) struct CompareCopy {
    write: Box<PendingWrite>,
    copy: Fetch,
}

impl CompareCopy {
    pub(crate) fn new(write: Box<PendingWrite>, etag: String) -> Self {
        let object = StoredObject { etag, bytes: write.upload.source.bytes };
        let copy = if write.upload.fingerprint.is_whole { Fetch::whole(object) } else { Fetch::head(object) };
        Self { write, copy }
    }
}

impl RoundTrip for CompareCopy {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        self.copy.request(context, context.final_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { write, copy } = self;
        let fingerprint = write.upload.fingerprint;
        let length = content_length(&answer.headers)?;
        let has_other_length = answer.status == 200 && length.is_some_and(|bytes| bytes != copy.object.bytes);
        let has_other_bytes = has_other_length
            || match copy.read(context, answer)? {
                Fetched::Bytes(bytes) if fingerprint.matches(&bytes) => {
                    return Ok(Next::Written { write, etag: copy.object.etag });
                }
                Fetched::Bytes(_) => true,
                Fetched::NotFound | Fetched::Replaced => false,
                Fetched::Hidden(error) => return Err(error),
            };
        if has_other_bytes {
            let marker = Marker { fingerprint, is_ours: true };
            context.mismatch = Some(Mismatch { etag: copy.object.etag, marker });
        }
        Ok(Next::HeadFinal(IfUnconfirmed::Write(Box::new(write.into_put()?))))
    }
}
