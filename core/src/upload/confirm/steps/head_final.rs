//! HEAD of the final key: is the upload confirmed already? This is asked at the beginning, when the upload is missing, when a
//! condition has kept a write from happening, and right before each write to a store that may ignore conditions.

use std::time::SystemTime;

use crate::error::{ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest, StoredObject, names_region};
use crate::upload::confirm::context::{Context, Mismatch};
use crate::upload::confirm::fetch::Fetch;
use crate::upload::confirm::marker::Marker;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::served_headers::has_client_headers;

/// HEAD of the final key.
pub(crate) struct HeadFinal {
    pub if_unconfirmed: IfUnconfirmed,
}

impl RoundTrip for HeadFinal {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        context.head(context.final_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let is_first = matches!(self.if_unconfirmed, IfUnconfirmed::CheckUpload);
        match answer.status {
            200 => self.found(context, answer),
            _ if context.is_in_place() && is_first => Ok(Next::UploadHead(answer)),
            // The upload itself is gone. It was there when it was checked.
            404 if context.is_in_place() && matches!(self.if_unconfirmed, IfUnconfirmed::Write(_)) => {
                Err(ErrorKind::UploadNotFound {}.into())
            }
            // Gone or hidden: a write would make it again.
            403 if context.is_in_place() && matches!(self.if_unconfirmed, IfUnconfirmed::Write(_)) => {
                Err(context.refusal("head", &answer))
            }
            // S3 answers 403 for a missing object if the credentials lack `s3:ListBucket`.
            403 | 404 => {
                context.mismatch = None;
                match self.if_unconfirmed {
                    IfUnconfirmed::Refuse { error, is_diagnosed: false } => Ok(Next::Diagnose(error)),
                    if_unconfirmed => Ok(Next::Unconfirmed(if_unconfirmed)),
                }
            }
            400 if is_first && !names_region(&answer) => Ok(Next::Diagnose(context.refusal("head", &answer))),
            _ => Err(context.refusal("head", &answer)),
        }
    }
}

impl HeadFinal {
    fn found(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let Self { if_unconfirmed } = self;
        let object = StoredObject::read(&answer.headers)?;
        // In place, a client can upload a marker that it has read, together with headers of its own: no confirmation wrote it.
        let can_be_marked = !context.is_in_place() || !has_client_headers(&answer.headers);
        let marker = Marker::read(&answer.headers, &context.presigner, context.final_key())?;
        let marker = marker.filter(|_| can_be_marked);
        let is_known = |known: &Mismatch| known.etag == object.etag && Some(known.marker) == marker;
        match marker {
            _ if context.mismatch.as_ref().is_some_and(is_known) => Ok(Next::Unconfirmed(if_unconfirmed)),
            None if context.is_in_place() => Ok(match if_unconfirmed {
                IfUnconfirmed::CheckUpload => Next::UploadHead(answer),
                // This is not the upload that was found to be bad, and it was not checked: it stays.
                IfUnconfirmed::Refuse { error, .. } if context.received_etag.as_ref() != Some(&object.etag) => {
                    Next::End(Err(error))
                }
                IfUnconfirmed::Write(write) if write.upload.source.etag != object.etag => {
                    Next::End(Err(ErrorKind::UploadReplaced {}.into()))
                }
                if_unconfirmed => Next::Unconfirmed(if_unconfirmed),
            }),
            Some(marker) if marker.fingerprint.bytes != object.bytes => {
                context.mismatch = Some(Mismatch { etag: object.etag, marker });
                Ok(Next::Unconfirmed(if_unconfirmed))
            }
            marker => {
                let fetch = Fetch::final_object(object, marker.as_ref(), context)?;
                Ok(Next::Resume { fetch, marker, if_unconfirmed })
            }
        }
    }
}
