//! HEAD of the final key after a write to a store that may ignore conditions. Another confirmation may have written at the same
//! time; then both answer with the object that has stayed.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest, StoredObject, is_without_bucket};
use crate::upload::confirm::context::Context;
use crate::upload::confirm::fetch::Fetch;
use crate::upload::confirm::marker::Marker;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::pending_write::PendingWrite;
use crate::upload::confirm::round_trip::RoundTrip;

/// HEAD of the final key.
pub(crate) struct ReadBack {
    pub write: Box<PendingWrite>,
    /// The entity tag in the answer to the write.
    pub etag: String,
}

impl RoundTrip for ReadBack {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        context.head(context.final_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        match answer.status {
            200 => {}
            404 if !is_without_bucket(&answer) => {
                let reason = "the object at the final key was gone after it was written".to_owned();
                return Err(ErrorKind::StoreUnavailable { reason }.into());
            }
            _ => return Err(context.refusal("head", &answer)),
        }
        let object = StoredObject::read(&answer.headers)?;
        let marker = Marker::read(&answer.headers, &context.presigner, context.final_key())?;
        let ours = Marker { fingerprint: self.write.upload.fingerprint, is_ours: true };
        let written = StoredObject { etag: self.etag, bytes: ours.fingerprint.bytes };
        if object == written && marker == Some(ours) {
            return Ok(Next::Promoted { upload: Box::new(self.write.upload), etag: object.etag });
        }
        let fetch = Fetch::final_object(object, marker.as_ref(), context)?;
        Ok(Next::Resume { fetch, marker, if_unconfirmed: IfUnconfirmed::Write(self.write) })
    }
}
