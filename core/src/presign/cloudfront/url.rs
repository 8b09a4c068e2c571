//! Signed URLs: the URL as it was given, followed by the policy and its signature.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::hash::CloudFrontHash;
use super::key::CloudFrontKeyType;
use super::policy::{Lifetime, query_base64};
use super::prepared_policy::PreparedPolicy;
use super::resource::MAX_URL_BYTES;
use crate::error::{ErrorKind, Result};
use crate::presign::without_query;

/// A URL that anybody who holds it may use until it expires. It is as good as a password: `Debug` leaves its query out,
/// and it does not belong in a log.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedUrl {
    /// The URL with its signature.
    pub url: String,
    /// How long it holds from the whole second at which it was signed.
    pub expires_in: Duration,
    /// When it ceases to hold, by CloudFront's clock: a whole second.
    pub expires_at: SystemTime,
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedUrl")
            .field("url", &without_query(&self.url))
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A URL that waits for its signature: sign [`message`](Self::message), then call [`finish`](Self::finish).
#[derive(Clone)]
#[must_use = "nothing is signed before `finish`"]
pub struct PreparedUrl {
    url: String,
    prepared: PreparedPolicy,
}

impl PreparedUrl {
    pub(super) fn new(url: &str, prepared: PreparedPolicy) -> Self {
        Self { url: url.to_owned(), prepared }
    }

    /// The bytes to sign: the policy.
    pub fn message(&self) -> &[u8] {
        self.prepared.policy.text.as_bytes()
    }

    /// The hash to sign them with.
    pub fn hash(&self) -> CloudFrontHash {
        self.prepared.hash
    }

    /// The kind of key to sign them with.
    pub fn key_type(&self) -> CloudFrontKeyType {
        self.prepared.key_type
    }

    /// The signed URL, from the signature: for ECDSA its DER form (RFC 3279, section 2.2.3), for RSA 256, 384 or 512 bytes
    /// of PKCS#1 v1.5. That it belongs to the key is not checked here.
    ///
    /// Errors: `cloudfront_signature_invalid`, `cloudfront_url_invalid` (more than 8192 bytes when signed).
    pub fn finish(self, signature: &[u8]) -> Result<SignedUrl> {
        self.key_type().check_signature(signature)?;
        self.attach(signature)
    }

    /// The same for a signature that needs no check.
    pub(super) fn attach(self, signature: &[u8]) -> Result<SignedUrl> {
        let Self { mut url, prepared } = self;
        url.reserve(prepared.policy.text.len() * 4 / 3 + signature.len() * 4 / 3 + 160);
        url.push(if url.contains('?') { '&' } else { '?' });
        if prepared.policy.is_canned {
            url.push_str("Expires=");
            url.push_str(&prepared.policy.expires_at_seconds.to_string());
        } else {
            url.push_str("Policy=");
            url.push_str(&query_base64(prepared.policy.text.as_bytes()));
        }
        for (name, value) in [("&Signature=", &query_base64(signature)), ("&Key-Pair-Id=", &prepared.key_pair_id)] {
            url.push_str(name);
            url.push_str(value);
        }
        if let Some(hash) = prepared.hash.parameter() {
            url.push_str("&Hash-Algorithm=");
            url.push_str(hash);
        }
        if url.len() > MAX_URL_BYTES {
            return Err(ErrorKind::CloudFrontUrlInvalid { reason: "one of more than 8192 bytes when signed" }.into());
        }
        let Lifetime { expires_in, expires_at } = prepared.policy.lifetime;
        Ok(SignedUrl { url, expires_in, expires_at })
    }
}

impl fmt::Debug for PreparedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedUrl").field("url", &without_query(&self.url)).field("prepared", &self.prepared).finish()
    }
}
