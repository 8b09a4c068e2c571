//! `UploadTicket`: what the client needs to upload one file.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::presign::without_query;

/// One upload that the client may make: a PUT of exactly the size and type asked for, to a key of our choosing.
/// `Debug` leaves the URL's query out.
#[derive(Clone)]
#[non_exhaustive]
pub struct UploadTicket {
    /// `PUT`.
    pub method: Method,
    /// The URL with its signature.
    pub url: String,
    /// Exactly the headers to send: `content-type` and `content-length`, which a browser sets by itself from the body.
    pub headers: HeaderMap,
    /// The object's key. Keep it: it is the name of the upload from here on.
    pub key: String,
    /// Where the object can be read later, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// How long the ticket holds from the whole second at which it was issued; shorter than the policy says where the
    /// credentials expire sooner.
    pub expires_in: Duration,
    /// When it ceases to hold.
    pub expires_at: SystemTime,
}

impl fmt::Debug for UploadTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadTicket")
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .field("key", &self.key)
            .field("public_url", &self.public_url)
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}
