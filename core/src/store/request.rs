//! `StoreRequest`: a request to the store, as plain data.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::error::Result;
use crate::presign::{PresignBuilder, without_query};

use super::xml::MAX_XML_BYTES;

/// How long the requests are valid: they are sent at once.
const EXPIRES_IN: Duration = Duration::from_mins(5);

/// A request that your program sends to the store for a state machine such as
/// [`Confirmation`](crate::Confirmation). The URL is as good as a
/// password: `Debug` leaves its query out, and it does not belong in a log.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoreRequest {
    /// The method.
    pub method: Method,
    /// The URL with its signature. Redirects must not be followed.
    pub url: String,
    /// Exactly the headers to send, besides `Host`; `content-length` is among them if there is a body.
    pub headers: HeaderMap,
    /// The body of a PUT; empty for all others. A clone shares it.
    pub body: Arc<Vec<u8>>,
    /// The most bytes of the answer's body to read; leave the rest unread.
    pub max_body_bytes: u64,
}

impl fmt::Debug for StoreRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreRequest")
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("max_body_bytes", &self.max_body_bytes)
            .finish()
    }
}

/// A request without a body, signed.
pub(crate) fn signed(request: PresignBuilder<'_>, now: SystemTime) -> Result<StoreRequest> {
    let signed = request.expires_in(EXPIRES_IN).sign(now)?;
    Ok(StoreRequest {
        method: signed.method,
        url: signed.url,
        headers: signed.headers,
        body: Arc::default(),
        max_body_bytes: MAX_XML_BYTES,
    })
}
