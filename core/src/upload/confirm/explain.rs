//! Step 2, where the store has refused HEAD. Its answer has no body: it tells a bucket that is missing from an object that is
//! no more than wrong credentials from a wrong region. The answer to GET of the same object does.

use std::time::SystemTime;

use http::HeaderValue;
use http::header::RANGE;

use crate::error::{Error, ErrorKind, Result};

use super::arrival::{Arrival, sign};
use super::exchange::{StoreAnswer, StoreRequest};
use super::refusal::refused;

/// GET of the first byte of the object that was asked for by HEAD.
pub(super) struct Explain {
    /// What the answer to HEAD means by itself.
    pub error: Error,
}

impl Explain {
    #[allow(clippy::unused_self, reason = "all steps are called alike")]
    pub(super) fn request(&self, arrival: &Arrival, now: SystemTime) -> Result<StoreRequest> {
        let mut request = sign(arrival.presigner.get(arrival.key()), now)?;
        request.headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
        Ok(request)
    }

    /// The error that says most. An object that can be read after all came too late, or came back: it is not looked at again.
    pub(super) fn answered(self, arrival: &Arrival, answer: &StoreAnswer) -> Error {
        let told = refused(arrival, "head", answer);
        let is_of_operator = matches!(told.kind(), ErrorKind::BucketNotFound { .. } | ErrorKind::CredentialsExpired {});
        let was_refused = matches!(self.error.kind(), ErrorKind::StoreRefused { .. });
        if is_of_operator || (was_refused && matches!(answer.status, 300..=403)) { told } else { self.error }
    }
}
