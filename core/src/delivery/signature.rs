//! Signed variants: who holds a key may ask for any size.
//!
//! ```text
//! photos/cat.jpg, w=123&f=webp, until 1767225600, signed with the first of the keys:
//!
//!     HMAC-SHA256(key, "presize-variant-v1\n" "photos/cat.jpg\n" "1767225600\n" "f=webp&q=80&w=123")
//!
//!     f=webp&q=80&w=123&e=1767225600&s=<32 bytes in base64url, without padding>
//! ```
//!
//! Values are signed in their canonical form, and not the text of the URL, which proxies encode anew. `f=auto` is signed as
//! `auto`: which format that is depends on who asks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{OptionKind, OptionType, OptionValue};

use super::asked::AskedSignature;

const PURPOSE: &str = "presize-variant-v1";
/// As long as the hash: a shorter key is easier to guess than the signature.
const MIN_KEY_BYTES: usize = 32;

/// Secrets that requests are signed with: overwritten when they are dropped, and never shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SigningKeys(Vec<Zeroizing<String>>);

impl SigningKeys {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Error: `option_invalid`.
    pub(super) fn check(&self) -> Result<()> {
        let Some(short) = self.0.iter().find(|key| key.len() < MIN_KEY_BYTES) else { return Ok(()) };
        let received = format!("one of {} bytes", short.len());
        Err(Error::option_invalid("signing_keys", "keys of at least 32 bytes", &received))
    }

    /// Signs with the first key. `None` without one.
    pub(super) fn sign(&self, key: &str, expires_at: Option<u64>, canonical: &str) -> Option<String> {
        let mac = message(self.0.first()?, key, expires_at, canonical)?;
        Some(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// Checks a signature against every key, in constant time, and that it has not expired.
    ///
    /// Error: `variant_signature_invalid`.
    pub(super) fn verify(&self, asked: &AskedSignature, key: &str, canonical: &str, now: u64) -> Result<()> {
        let invalid = |reason| Err(ErrorKind::VariantSignatureInvalid { reason }.into());
        let Ok(signature) = URL_SAFE_NO_PAD.decode(&asked.signature) else { return invalid("another one") };
        let is_signed = self.0.iter().fold(false, |found, secret| {
            let mac = message(secret, key, asked.expires_at, canonical);
            found | mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
        });
        if !is_signed {
            return invalid("another one");
        }
        if asked.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return invalid("one that has expired");
        }
        Ok(())
    }
}

fn message(secret: &str, key: &str, expires_at: Option<u64>, canonical: &str) -> Option<Hmac<Sha256>> {
    // A key of HMAC may have any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    let expires_at = expires_at.map_or_else(String::new, |seconds| seconds.to_string());
    for line in [PURPOSE, "\n", key, "\n", &expires_at, "\n", canonical] {
        mac.update(line.as_bytes());
    }
    Some(mac)
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKeys({})", self.0.len())
    }
}

impl OptionType for SigningKeys {
    const KIND: OptionKind = OptionKind::TextList;
    type Set<'a> = &'a [&'a str];

    fn from_set(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| Zeroizing::new((*key).to_owned())).collect())
    }

    fn from_value(value: &OptionValue<'_>) -> Option<Self> {
        let OptionValue::List(keys) = value else { return None };
        let text = |key: &OptionValue<'_>| match key {
            OptionValue::Text(text) => Some(Zeroizing::new(text.clone().into_owned())),
            _ => None,
        };
        keys.iter().map(text).collect::<Option<_>>().map(Self)
    }

    fn to_value(&self) -> OptionValue<'static> {
        OptionValue::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210";

    fn asked(signature: &str, expires_at: Option<u64>) -> AskedSignature {
        AskedSignature { signature: signature.to_owned(), expires_at }
    }

    #[test]
    fn any_key_verifies_and_the_first_signs() {
        let (old, both) = (SigningKeys::from_set(&[OTHER]), SigningKeys::from_set(&[KEY, OTHER]));
        for keys in [&old, &both] {
            let signature = keys.sign("a.jpg", Some(100), "w=1").unwrap();
            assert!(both.verify(&asked(&signature, Some(100)), "a.jpg", "w=1", 99).is_ok());
            for (expires_at, key, canonical, now) in [
                (Some(100), "a.jpg", "w=1", 100),
                (Some(101), "a.jpg", "w=1", 99),
                (None, "a.jpg", "w=1", 99),
                (Some(100), "b.jpg", "w=1", 99),
                (Some(100), "a.jpg", "w=2", 99),
            ] {
                let error = both.verify(&asked(&signature, expires_at), key, canonical, now).unwrap_err();
                assert_eq!((error.code(), error.http_status()), ("variant_signature_invalid", 403));
            }
        }
        let signature = both.sign("a.jpg", None, "w=1").unwrap();
        assert!(old.verify(&asked(&signature, None), "a.jpg", "w=1", 0).is_err());
    }

    #[test]
    fn keys_are_long_and_not_shown() {
        assert_eq!(SigningKeys::from_set(&["short"]).check().unwrap_err().code(), "option_invalid");
        assert_eq!(format!("{:?}", SigningKeys::from_set(&[KEY])), "SigningKeys(1)");
    }
}
