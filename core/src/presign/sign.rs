//! The signature: canonical request -> string to sign -> HMAC with the day's key.
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

/// Credentials for one region and service, with everything prepared that does not change from request to request, and
/// with the key of the day.
pub(super) struct Signer {
    credentials: Credentials,
    region: String,
    service: &'static str,
    /// `/us-east-1/s3/aws4_request`.
    scope: String,
    /// The same, percent-encoded.
    encoded_scope: String,
    /// The query up to the day: `X-Amz-Algorithm=...&X-Amz-Credential=<id>%2F`.
    algorithm_and_key_id: String,
    /// Empty, or `&X-Amz-Security-Token=<token>`.
    token_parameter: Zeroizing<String>,
    day_key: RwLock<Option<DayKey>>,
}

/// A key is derived from the secret by four HMACs, and holds for a day of UTC. It is kept with its two blocks already
/// hashed, which halves the work of an HMAC, and is wiped when it is dropped.
struct DayKey {
    day: u64,
    mac: Hmac<Sha256>,
}

/// A signature in 64 hexadecimal digits.
#[derive(Clone, Copy)]
pub(super) struct Signature([u8; 64]);

impl Signature {
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
            // Room for the longest encoding: a string that grows would leave a copy behind that is not overwritten.
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
            day_key: RwLock::new(None),
        }
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// `/us-east-1/s3/aws4_request`.
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

    /// Signs a canonical request. The string to sign is appended to it, so that no memory is taken for it; what is
    /// returned is where it starts, and the signature.
    ///
    /// Error: `signing_failed`.
    pub(super) fn sign(&self, canonical: &mut String, time: &Timestamp) -> Result<(usize, Signature)> {
        let hash: [u8; 32] = Sha256::digest(canonical.as_bytes()).into();
        let start = canonical.len();
        for part in [ALGORITHM, "\n", time.date_time(), "\n", time.date(), &self.scope, "\n", hex(hash).as_str()] {
            canonical.push_str(part);
        }
        let string_to_sign = canonical.as_bytes().get(start..).unwrap_or_default();
        Ok((start, self.signature(string_to_sign, time)?))
    }

    /// The HMAC, under the lock: readers do not wait for each other. Two days that take turns (threads on both sides of
    /// midnight) only cost a derivation each.
    ///
    /// Error: `signing_failed`.
    pub(super) fn signature(&self, string_to_sign: &[u8], time: &Timestamp) -> Result<Signature> {
        let finish = |mac: Hmac<Sha256>| hex(mac.chain_update(string_to_sign).finalize().into_bytes().into());
        // A poisoned lock is harmless: the key is replaced as a whole or not at all.
        let held = self.day_key.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref().filter(|held| held.day == time.day()) {
            return Ok(finish(held.mac.clone()));
        }
        drop(held);
        let mac = self.derive(time)?;
        let signature = finish(mac.clone());
        *self.day_key.write().unwrap_or_else(PoisonError::into_inner) = Some(DayKey { day: time.day(), mac });
        Ok(signature)
    }

    /// A message authentication code of something other than a request: HMAC-SHA256 under a key that is derived from the
    /// secret for this purpose alone, so that no code is a signature or of use for one.
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

    /// The day's key begins with `AWS4` and the secret, this one with another word.
    fn purpose_mac(&self, purpose: &str) -> Result<Hmac<Sha256>> {
        let secret = self.credentials.secret();
        let mut first = Zeroizing::new(String::with_capacity(7 + secret.len()));
        first.push_str("presize");
        first.push_str(secret);
        let derived = keyed(first.as_bytes())?.chain_update(purpose).finalize().into_bytes();
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(derived.into());
        keyed(key.as_slice())
    }

    /// The key of a day: HMAC of the date, of the region, of the service and of a closing word, each under the one
    /// before.
    fn derive(&self, time: &Timestamp) -> Result<Hmac<Sha256>> {
        let secret = self.credentials.secret();
        let mut first = Zeroizing::new(String::with_capacity(4 + secret.len()));
        first.push_str("AWS4");
        first.push_str(secret);
        let mut mac = keyed(first.as_bytes())?;
        for part in [time.date(), &self.region, self.service, "aws4_request"] {
            let key: Zeroizing<[u8; 32]> = Zeroizing::new(mac.chain_update(part).finalize().into_bytes().into());
            mac = keyed(key.as_slice())?;
        }
        Ok(mac)
    }
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>> {
    let refused = |error| Error::from(ErrorKind::SigningFailed { reason: "HMAC has no such key" }).with_source(error);
    Hmac::new_from_slice(key).map_err(refused)
}

/// Shows whom it signs for, and nothing that could sign.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("region", &self.region)
            .field("service", &self.service)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// At once and not digit by digit, and computed, not looked up, so that the compiler does many bytes in one step: this
/// shows in a profile.
fn hex(hash: [u8; 32]) -> Signature {
    let digit = |half: u8| half + if half > 9 { b'a' - 10 } else { b'0' };
    let (high, low) = (hash.map(|byte| digit(byte >> 4)), hash.map(|byte| digit(byte & 15)));
    let mut hex = [0; 64];
    for (pair, (high, low)) in hex.chunks_exact_mut(2).zip(high.into_iter().zip(low)) {
        pair[0] = high;
        pair[1] = low;
    }
    Signature(hex)
}
