//! Signed cookies: the parameters of a signed URL as cookies, for many files at once.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::hash::CloudFrontHash;
use super::key::CloudFrontKeyType;
use super::policy::{Lifetime, query_base64};
use super::prepared_policy::PreparedPolicy;
use crate::error::{ErrorKind, Result};

/// The longest policy in a cookie, in bytes. Browsers keep 4096 bytes of a cookie with its name and attributes (RFC 6265,
/// section 6.1).
const MAX_COOKIE_BYTES: usize = 3840;

/// Cookies that anybody who holds them may use until they expire. They are as good as a password: `Debug` shows their
/// names only.
///
/// Each pair becomes one `Set-Cookie` header, `name=value; Domain=...; Path=/...; Secure; HttpOnly; SameSite=Lax`:
///
/// - `Domain`: one that the page and the distribution share, `example.com` for `www.example.com` and
///   `cdn.example.com`. Without it the cookies go back to the host that set them and nowhere else.
/// - `Path`: the folder that the cookies are for. Narrower paths let one page hold cookies for several folders.
/// - `Secure` and `HttpOnly`: always. `SameSite=Lax` where the files are shown by pages of the same site; `SameSite=None`
///   where those of other sites do.
/// - no `Expires`, no `Max-Age`: the browser forgets them when it is closed, and CloudFront checks the expiry.
///
/// The values need no quoting and no encoding.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedCookies {
    /// Names and values, in the order of the documentation.
    pub cookies: Vec<(&'static str, String)>,
    /// How long they hold from the whole second at which they were signed.
    pub expires_in: Duration,
    /// When they cease to hold, by CloudFront's clock: a whole second.
    pub expires_at: SystemTime,
}

impl fmt::Debug for SignedCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.cookies.iter().map(|(name, _)| name).collect();
        f.debug_struct("SignedCookies")
            .field("cookies", &names)
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// Cookies that wait for their signature: sign [`message`](Self::message), then call [`finish`](Self::finish).
#[derive(Debug, Clone)]
#[must_use = "nothing is signed before `finish`"]
pub struct PreparedCookies {
    prepared: PreparedPolicy,
}

impl PreparedCookies {
    /// Error: `cloudfront_policy_invalid`, for a policy that is too long for a cookie.
    pub(super) fn new(prepared: PreparedPolicy) -> Result<Self> {
        if !prepared.policy.is_canned && prepared.policy.text.len().div_ceil(3) * 4 > MAX_COOKIE_BYTES {
            let reason = "one that makes a cookie of more than 3840 bytes";
            return Err(ErrorKind::CloudFrontPolicyInvalid { name: "resource", reason }.into());
        }
        Ok(Self { prepared })
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

    /// The signed cookies, from the signature, which has the form that
    /// [`PreparedUrl::finish`](super::PreparedUrl::finish) says.
    ///
    /// Error: `cloudfront_signature_invalid`.
    pub fn finish(self, signature: &[u8]) -> Result<SignedCookies> {
        self.key_type().check_signature(signature)?;
        Ok(self.attach(signature))
    }

    /// The same for a signature that needs no check.
    pub(super) fn attach(self, signature: &[u8]) -> SignedCookies {
        let PreparedPolicy { policy, key_pair_id, hash, .. } = self.prepared;
        let first = if policy.is_canned {
            ("CloudFront-Expires", policy.expires_at_seconds.to_string())
        } else {
            ("CloudFront-Policy", query_base64(policy.text.as_bytes()))
        };
        let mut cookies =
            vec![first, ("CloudFront-Signature", query_base64(signature)), ("CloudFront-Key-Pair-Id", key_pair_id)];
        cookies.extend(hash.parameter().map(|hash| ("CloudFront-Hash-Algorithm", hash.to_owned())));
        let Lifetime { expires_in, expires_at } = policy.lifetime;
        SignedCookies { cookies, expires_in, expires_at }
    }
}
