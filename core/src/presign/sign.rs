//! The signature: canonical request -> string to sign -> HMAC under the signing key.
//!
//! The signing key belongs to one day, region and service. It is derived by a chain of HMAC-SHA256, each under the result of
//! the one before:
//!
//! ```text
//! "AWS4" + secret  --20130524-->  --us-east-1-->  --s3-->  --aws4_request-->  signing key
//! signature = hex(HMAC(signing key, string to sign))
//! ```
//!
//! `canonical` shows a request with its string to sign and its signature.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt;
use std::sync::{PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::presign::credentials::Credentials;
use crate::presign::encode::push_query;
use crate::presign::timestamp::Timestamp;

pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Credentials for one region and service, with everything that is the same in all requests written once, and with the
/// signing key of the last day that was signed for.
pub(super) struct Signer {
    credentials: Credentials,
    region: String,
    service: &'static str,
    /// The credential scope after its date: `/us-east-1/s3/aws4_request`.
    scope: String,
    /// The same, percent-encoded.
    encoded_scope: String,
    /// The query up to the date of the scope: `X-Amz-Algorithm=...&X-Amz-Credential=<id>%2F`.
    algorithm_and_key_id: String,
    /// Empty, or `&X-Amz-Security-Token=<token>`.
    token_parameter: Zeroizing<String>,
    signing_key: RwLock<Option<SigningKey>>,
}

/// The signing key of one day of UTC, as an HMAC that has hashed its two key blocks already, which halves the work of a
/// signature. It is overwritten when it is dropped.
struct SigningKey {
    /// Days since 1970.
    day: u64,
    mac: Hmac<Sha256>,
}

/// A hash or a signature: 32 bytes as 64 hexadecimal digits.
#[derive(Clone, Copy)]
pub(super) struct HexDigest([u8; 64]);

impl HexDigest {
    pub(super) fn as_str(&self) -> &str {
        // The bytes are ASCII digits: the check cannot fail.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Signer {
    pub(super) fn new(credentials: Credentials, region: &str, service: &'static str) -> Self {
        let scope = format!("/{region}/{service}/aws4_request");
        let mut encoded_scope = String::new();
        push_query(&mut encoded_scope, &scope);
        let mut algorithm_and_key_id = format!("X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential=");
        push_query(&mut algorithm_and_key_id, credentials.access_key_id());
        algorithm_and_key_id.push_str("%2F");
        let mut token_parameter = Zeroizing::new(String::new());
        if let Some(token) = credentials.token() {
            // The capacity is that of the longest encoding: a string that grows leaves a copy that is never overwritten.
            token_parameter.reserve_exact(3 * token.len() + 32);
            token_parameter.push_str("&X-Amz-Security-Token=");
            push_query(&mut token_parameter, token);
        }
        Self {
            credentials,
            region: region.to_owned(),
            service,
            scope,
            encoded_scope,
            algorithm_and_key_id,
            token_parameter,
            signing_key: RwLock::new(None),
        }
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The credential scope after its date: `/us-east-1/s3/aws4_request`.
    pub(super) fn scope(&self) -> &str {
        &self.scope
    }

    pub(super) fn encoded_scope(&self) -> &str {
        &self.encoded_scope
    }

    pub(super) fn algorithm_and_key_id(&self) -> &str {
        &self.algorithm_and_key_id
    }

    pub(super) fn token_parameter(&self) -> &str {
        &self.token_parameter
    }

    /// Signs a canonical request. The string to sign is appended to it, which saves an allocation; its offset is returned
    /// with the signature.
    ///
    /// Error: `signing_failed`.
    pub(super) fn sign(&self, canonical_request: &mut String, time: &Timestamp) -> Result<(usize, HexDigest)> {
        let hash: [u8; 32] = Sha256::digest(canonical_request.as_bytes()).into();
        let start = canonical_request.len();
        for text in [ALGORITHM, "\n", time.date_time(), "\n", time.date(), &self.scope, "\n", hex(hash).as_str()] {
            canonical_request.push_str(text);
        }
        let string_to_sign = canonical_request.as_bytes().get(start..).unwrap_or_default();
        Ok((start, self.signature(string_to_sign, time)?))
    }

    /// The signature of a string to sign: its HMAC under the signing key of the day.
    ///
    /// Threads share the key under a read lock. Around midnight, when some threads sign for one day and some for the next, each
    /// change of the day costs a derivation, and nothing else.
    ///
    /// Error: `signing_failed`.
    pub(super) fn signature(&self, string_to_sign: &[u8], time: &Timestamp) -> Result<HexDigest> {
        let finish = |mac: Hmac<Sha256>| hex(mac.chain_update(string_to_sign).finalize().into_bytes().into());
        // A poisoned lock is harmless: the key is replaced as a whole or not at all.
        let cached = self.signing_key.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = cached.as_ref().filter(|cached| cached.day == time.day()) {
            return Ok(finish(cached.mac.clone()));
        }
        drop(cached);
        let mac = self.derive_signing_key(time)?;
        let signature = finish(mac.clone());
        *self.signing_key.write().unwrap_or_else(PoisonError::into_inner) = Some(SigningKey { day: time.day(), mac });
        Ok(signature)
    }

    /// The message authentication code of something other than a request: HMAC-SHA256 under a key that is derived from the
    /// secret for this purpose alone. No such code is a signature of S3, nor helps to make one.
    ///
    /// Error: `signing_failed`.
    pub(super) fn authenticate(&self, purpose: &str, message: &[u8]) -> Result<[u8; 32]> {
        Ok(self.purpose_mac(purpose)?.chain_update(message).finalize().into_bytes().into())
    }

    /// Whether a code is that of the message, compared in constant time.
    ///
    /// Error: `signing_failed`.
    pub(super) fn is_authentic(&self, purpose: &str, message: &[u8], code: &[u8; 32]) -> Result<bool> {
        Ok(self.purpose_mac(purpose)?.chain_update(message).verify_slice(code).is_ok())
    }

    /// The HMAC of a purpose. Its key is derived from `presize` and the secret, the signing key of S3 from `AWS4` and the secret.
    fn purpose_mac(&self, purpose: &str) -> Result<Hmac<Sha256>> {
        let secret = self.credentials.secret();
        let mut first = Zeroizing::new(String::with_capacity(7 + secret.len()));
        first.push_str("presize");
        first.push_str(secret);
        let derived = hmac_under(first.as_bytes())?.chain_update(purpose).finalize().into_bytes();
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(derived.into());
        hmac_under(key.as_slice())
    }

    /// Derives the signing key of a day, as the head of this file shows.
    fn derive_signing_key(&self, time: &Timestamp) -> Result<Hmac<Sha256>> {
        let secret = self.credentials.secret();
        let mut first = Zeroizing::new(String::with_capacity(4 + secret.len()));
        first.push_str("AWS4");
        first.push_str(secret);
        let mut mac = hmac_under(first.as_bytes())?;
        for scope in [time.date(), &self.region, self.service, "aws4_request"] {
            let key: Zeroizing<[u8; 32]> = Zeroizing::new(mac.chain_update(scope).finalize().into_bytes().into());
            mac = hmac_under(key.as_slice())?;
        }
        Ok(mac)
    }
}

/// An HMAC-SHA256 under this key, of no message yet.
fn hmac_under(key: &[u8]) -> Result<Hmac<Sha256>> {
    let refused = |error| Error::from(ErrorKind::SigningFailed { reason: "HMAC has no such key" }).with_source(error);
    Hmac::new_from_slice(key).map_err(refused)
}

/// Shows region and service; of the credentials only their expiry, and no key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("region", &self.region)
            .field("service", &self.service)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The hexadecimal digits of 32 bytes. All digits are computed, without a table and without branches, so that the compiler
/// vectorises the loops: hexadecimal by `format!` shows in a profile of signing.
fn hex(hash: [u8; 32]) -> HexDigest {
    let digit = |half: u8| half + if half > 9 { b'a' - 10 } else { b'0' };
    let (high, low) = (hash.map(|byte| digit(byte >> 4)), hash.map(|byte| digit(byte & 15)));
    let mut hex = [0; 64];
    for (pair, (high, low)) in hex.chunks_exact_mut(2).zip(high.into_iter().zip(low)) {
        pair[0] = high;
        pair[1] = low;
    }
    HexDigest(hex)
}
