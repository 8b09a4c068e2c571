//! `StoreRequest` and `StoreAnswer`: what goes to the store and what comes back, as plain data.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method};

use crate::presign::without_query;

use super::refusal::{element, error_document};

/// A request that your program sends to the store for a [`Confirmation`](crate::Confirmation). The URL is as good as a
/// password: `Debug` leaves its query out, and it does not belong in a log.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoreRequest {
    /// The method.
    pub method: Method,
    /// The URL with its signature. No redirect is to be followed.
    pub url: String,
    /// Exactly the headers to send, besides `Host`; `content-length` is among them where there is a body.
    pub headers: HeaderMap,
    /// The body of a PUT; empty for all others. A clone shares it.
    pub body: Arc<Vec<u8>>,
    /// The most bytes of the answer's body to read; what comes after them is left unread.
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

/// What the store answered, whatever its status.
#[derive(Clone, Default)]
#[allow(clippy::exhaustive_structs, reason = "an answer of HTTP has these three parts")]
pub struct StoreAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as the store sent it: not decompressed. Empty for an answer to HEAD.
    pub body: Vec<u8>,
}

impl StoreAnswer {
    /// The `<Code>` of an S3 error document: `AccessDenied`, `SlowDown`. `None` for other bodies; an answer to HEAD has none.
    pub fn error_code(&self) -> Option<&str> {
        let code = element(error_document(&self.body)?, "Code")?;
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then_some(code)
    }
}

impl fmt::Debug for StoreAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreAnswer")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
