//! HEAD of the upload: are its size and type as they were promised? An upload that fails here is not even fetched.

use std::time::SystemTime;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::error::{Error, ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest, StoredObject, names_region, single_value};
use crate::upload::confirm::context::Context;
use crate::upload::confirm::fetch::Fetch;
use crate::upload::confirm::next::{IfUnconfirmed, Next};
use crate::upload::confirm::promise::{check_size, check_type};
use crate::upload::confirm::round_trip::RoundTrip;
use crate::upload::confirm::served_headers::has_policy_headers;

/// HEAD of the key that the client has uploaded to.
pub(crate) struct HeadIncoming;

impl RoundTrip for HeadIncoming {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        context.head(context.upload_key(), now)
    }

    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        match answer.status {
            200 => {}
            404 => return Ok(missing(ErrorKind::UploadNotFound {}.into(), context)),
            // Forbidden or missing, as with `Fetched::Hidden`.
            403 => return Ok(missing(context.refusal("head", &answer), context)),
            400 if !names_region(&answer) => return Ok(Next::Diagnose(context.refusal("head", &answer))),
            _ => return Err(context.refusal("head", &answer)),
        }
        let object = StoredObject::read(&answer.headers)?;
        let media_type = single_value(&answer.headers, &CONTENT_TYPE)?.unwrap_or_default();
        let content_encoding = single_value(&answer.headers, &CONTENT_ENCODING)?.unwrap_or_default();
        context.received_bytes = Some(object.bytes);
        context.received_etag = Some(object.etag.clone());
        context.has_policy_headers = has_policy_headers(&answer.headers, context)?;
        check_size(object.bytes, context)?;
        check_type(media_type, content_encoding, context)?;
        Ok(Next::Verify(Fetch::upload(object, context)))
    }
}

/// Another confirmation may have promoted the upload and deleted it. In place there is no other key to ask for, so that only
/// the reason is left to be found.
fn missing(error: Error, context: &Context) -> Next {
    if context.is_in_place() {
        return Next::Diagnose(error);
    }
    Next::HeadFinal(IfUnconfirmed::Refuse { error, is_diagnosed: false })
}
