//! `StoreRequest`: a request to the store, as plain data.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method};

use crate::presign::without_query;

/// A request that your program sends to the store for a [`Confirmation`](crate::Confirmation). The URL is as good as a
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
