//! GET of an object whose HEAD was refused. An answer to HEAD has no body: it does not tell a missing bucket from a missing
//! object, nor wrong credentials from a wrong region. The answer to GET does.

use std::time::SystemTime;

use http::HeaderValue;
use http::header::RANGE;

use crate::error::{Error, ErrorKind, Result};
use crate::store::{StoreAnswer, StoreRequest, signed};
use crate::upload::confirm::context::Context;
use crate::upload::confirm::next::Next;
use crate::upload::confirm::round_trip::RoundTrip;

/// GET of the first byte.
pub(crate) struct Diagnose {
    /// What the answer to HEAD means by itself.
    pub error: Error,
}

impl RoundTrip for Diagnose {
    fn request(&self, context: &Context, now: SystemTime) -> Result<StoreRequest> {
        let mut request = signed(context.presigner.get(context.upload_key()), now)?;
        request.headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
        Ok(request)
    }

    /// Always an error: the more specific one of the two. An object that can be read after all has just come, and is left to
    /// the next confirmation.
    fn answered(self, context: &mut Context, answer: StoreAnswer) -> Result<Next> {
        let told = context.refusal("head", &answer);
        let is_of_operator = matches!(told.kind(), ErrorKind::BucketNotFound { .. } | ErrorKind::CredentialsExpired {});
        let was_refused = matches!(self.error.kind(), ErrorKind::StoreRefused { .. });
        let is_more = is_of_operator || (was_refused && matches!(answer.status, 300..=403));
        Err(if is_more { told } else { self.error })
    }
}
