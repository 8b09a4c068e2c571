//! `StoreAnswer`: the store's answer to a request, as plain data.

use std::fmt;

use http::HeaderMap;

use super::xml::{element, error_document};

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
