//! `PresignedRequest`: a method, a URL and the headers that a client must send.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::error::{Error, ErrorKind};

/// A request that anybody who holds it may send until it expires. The URL is as good as a password: `Debug` leaves its
/// query out, and it does not belong in a log.
#[derive(Clone)]
#[non_exhaustive]
pub struct PresignedRequest {
    /// The method; a URL is good for this one only.
    pub method: Method,
    /// The URL with its signature.
    pub url: String,
    /// Exactly the headers that the client must send, besides `Host`, which every client sends by itself. All of them
    /// are signed: a different value, or one left out, is refused by the server.
    pub headers: HeaderMap,
    /// How long it holds from the whole second at which it was signed. Shorter than asked for where the credentials
    /// expire sooner.
    pub expires_in: Duration,
    /// When it ceases to hold, by the server's clock: a whole second.
    pub expires_at: SystemTime,
}

impl fmt::Debug for PresignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedRequest")
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A presigned URL without its secrets, as `Debug` shows it.
pub(crate) fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

/// A request without a body, for the clients that speak the `http` crate's types. The error is `signing_failed`, for a
/// URL beyond the 65534 bytes that these types hold.
impl TryFrom<PresignedRequest> for http::Request<()> {
    type Error = Error;

    fn try_from(presigned: PresignedRequest) -> Result<Self, Error> {
        let uri = http::Uri::try_from(presigned.url).map_err(|error| {
            Error::from(ErrorKind::SigningFailed { reason: "the URL is too long for an http::Request" })
                .with_source(error)
        })?;
        let mut request = Self::new(());
        *request.method_mut() = presigned.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = presigned.headers;
        Ok(request)
    }
}

/// Every stage of a signature, for tests that compare each of them with another implementation.
#[doc(hidden)]
#[derive(Clone)]
#[non_exhaustive]
pub struct Explained {
    /// The request as signed.
    pub request: PresignedRequest,
    /// The canonical request.
    pub canonical_request: String,
    /// The string to sign.
    pub string_to_sign: String,
    /// The signature, 64 hexadecimal digits.
    pub signature: String,
}
