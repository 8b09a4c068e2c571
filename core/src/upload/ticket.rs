//! `UploadTicket`: the URL and the headers or form fields with which a client uploads one file.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::presign::{PostForm, PresignedRequest, redacted_fields, without_query};

/// One upload that the client may make, to a key of our choosing: a PUT of exactly the size and type asked for, or a POST
/// form. `Debug` leaves the URL's query and the secret fields out.
#[derive(Clone)]
#[non_exhaustive]
pub struct UploadTicket {
    /// `PUT`; `POST` with a policy whose `method` is `post`.
    pub method: Method,
    /// The URL: with its signature for a PUT, the form's `action` for a POST.
    pub url: String,
    /// Exactly the headers to send: `content-type` and `content-length`, which a browser sets by itself from the body;
    /// `if-none-match: *` with a policy that is `create_only`; `x-amz-checksum-sha256` where the request has a checksum;
    /// `cache-control` where the policy has one and uploads go straight to their keys. None for a POST.
    pub headers: HeaderMap,
    /// Names and values of the form's fields, in the order in which they are sent as `multipart/form-data`, before the field
    /// `file`. Empty for a PUT.
    pub fields: Vec<(String, String)>,
    /// The object's key once the upload is confirmed. Keep it: it is the name of the upload from here on.
    pub key: String,
    /// Where the object can be read later, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// How long the ticket holds from the whole second at which it was issued; shorter than the policy says where the
    /// credentials expire sooner.
    pub expires_in: Duration,
    /// When it ceases to hold.
    pub expires_at: SystemTime,
}

impl UploadTicket {
    pub(super) fn put(signed: PresignedRequest, key: String, public_url: Option<String>) -> Self {
        let PresignedRequest { method, url, headers, expires_in, expires_at } = signed;
        Self { method, url, headers, fields: Vec::new(), key, public_url, expires_in, expires_at }
    }

    pub(super) fn post(form: PostForm, key: String, public_url: Option<String>) -> Self {
        let PostForm { url, fields, expires_in, expires_at } = form;
        Self { method: Method::POST, url, headers: HeaderMap::new(), fields, key, public_url, expires_in, expires_at }
    }
}

impl fmt::Debug for UploadTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadTicket")
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .field("fields", &redacted_fields(&self.fields))
            .field("key", &self.key)
            .field("public_url", &self.public_url)
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}
