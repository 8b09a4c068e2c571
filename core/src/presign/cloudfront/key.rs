//! Private keys of CloudFront: read from PEM, and signing. No other file names the crates of the algorithms.

use std::fmt;

use ecdsa::hazmat::sign_prehashed_rfc6979;
use p256::ecdsa::Signature;
use p256::pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use p256::{NistP256, SecretKey};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hash::CloudFrontHash;
use super::pem::{self, KeyFormat};
use crate::error::{ErrorKind, Result};
use crate::options::option_enum;

option_enum! {
    /// Which kind of key signs.
    pub enum CloudFrontKeyType {
        /// ECDSA over the curve P-256, also called prime256v1 and secp256r1. Short signatures, quick to make.
        EcdsaP256 = "ecdsa-p256",
        /// RSA with PKCS#1 v1.5 padding, of 2048 bits; keys of 3072 and 4096 bits are signed with too.
        Rsa = "rsa",
    }
}

/// The lengths of RSA signatures, in bytes: keys of 2048, 3072 and 4096 bits.
const RSA_SIGNATURE_BYTES: [usize; 3] = [256, 384, 512];

const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// The identifier of the curve P-256 in DER: tag, length, 1.2.840.10045.3.1.7.
const P256_IN_DER: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

impl CloudFrontKeyType {
    /// Checks the form of a signature that was made elsewhere: DER for ECDSA, 256, 384 or 512 bytes for RSA.
    ///
    /// Error: `cloudfront_signature_invalid`.
    pub(super) fn check_signature(self, signature: &[u8]) -> Result<()> {
        let reason = match self {
            // The decoder accepts some encodings that are not DER: a DER signature is the one that it is encoded to again.
            Self::EcdsaP256
                if Signature::from_der(signature).is_ok_and(|parsed| parsed.to_der().as_bytes() == signature) =>
            {
                return Ok(());
            }
            Self::EcdsaP256 => "one that is not the DER form of two numbers below the order of P-256",
            Self::Rsa if RSA_SIGNATURE_BYTES.contains(&signature.len()) => return Ok(()),
            Self::Rsa => "one that is not 256, 384 or 512 bytes long",
        };
        Err(ErrorKind::CloudFrontSignatureInvalid { reason }.into())
    }
}

/// A private key. It is overwritten when it is dropped, and no `Debug` shows it.
#[derive(Clone)]
pub(super) enum PrivateKey {
    EcdsaP256(SecretKey),
    #[cfg(feature = "cloudfront-rsa")]
    Rsa(Box<rsa_key::RsaKey>),
}

impl PrivateKey {
    /// Error: `cloudfront_key_invalid`.
    pub(super) fn from_pem(text: &str) -> Result<Self> {
        let parse = || {
            let (format, der) = pem::decode(text)?;
            match format {
                KeyFormat::Sec1 => ecdsa_key(&der, SecretKey::from_sec1_der(&der).ok()),
                KeyFormat::Pkcs1 => rsa_key::from_pkcs1(&der),
                KeyFormat::Pkcs8 => from_pkcs8(&der),
            }
        };
        parse().map_err(|reason| ErrorKind::CloudFrontKeyInvalid { name: "private_key", reason }.into())
    }

    pub(super) fn key_type(&self) -> CloudFrontKeyType {
        match self {
            Self::EcdsaP256(_) => CloudFrontKeyType::EcdsaP256,
            #[cfg(feature = "cloudfront-rsa")]
            Self::Rsa(_) => CloudFrontKeyType::Rsa,
        }
    }

    /// Signs a message. Signatures are deterministic.
    ///
    /// Error: `signing_failed`.
    #[cfg_attr(not(feature = "cloudfront-rsa"), expect(clippy::unnecessary_wraps, reason = "only RSA can fail"))]
    pub(super) fn sign(&self, message: &[u8], hash: CloudFrontHash) -> Result<Vec<u8>> {
        let digest = hash.digest(message);
        match self {
            // The nonce is derived from key and message (RFC 6979), with the same hash, so that it never repeats for two messages.
            Self::EcdsaP256(key) => {
                let scalar = Zeroizing::new(key.to_nonzero_scalar());
                let (signature, _) = match hash {
                    CloudFrontHash::Sha1 => sign_prehashed_rfc6979::<NistP256, Sha1>(&scalar, &digest, &[]),
                    CloudFrontHash::Sha256 => sign_prehashed_rfc6979::<NistP256, Sha256>(&scalar, &digest, &[]),
                };
                Ok(signature.to_der().as_bytes().to_vec())
            }
            #[cfg(feature = "cloudfront-rsa")]
            Self::Rsa(key) => key.sign(&digest, hash),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("key_type", &self.key_type()).finish_non_exhaustive()
    }
}

fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, &'static str> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| DAMAGED)?;
    match info.algorithm.oid {
        EC_KEY => ecdsa_key(der, SecretKey::try_from(info).ok()),
        RSA_KEY => rsa_key::from_pkcs8(der),
        _ => Err("a key that is neither ECDSA nor RSA"),
    }
}

fn ecdsa_key(der: &[u8], parsed: Option<SecretKey>) -> Result<PrivateKey, &'static str> {
    match parsed {
        Some(key) => Ok(PrivateKey::EcdsaP256(key)),
        None if der.windows(P256_IN_DER.len()).any(|bytes| bytes == P256_IN_DER) => Err(DAMAGED),
        None => Err("an ECDSA key of another curve than P-256"),
    }
}

const DAMAGED: &str = "a damaged key";

#[cfg(not(feature = "cloudfront-rsa"))]
mod rsa_key {
    use super::PrivateKey;

    const MISSING: &str = "an RSA key, for which presize must be built with its feature cloudfront-rsa";

    pub(super) fn from_pkcs1(_: &[u8]) -> Result<PrivateKey, &'static str> {
        Err(MISSING)
    }

    pub(super) fn from_pkcs8(_: &[u8]) -> Result<PrivateKey, &'static str> {
        Err(MISSING)
    }
}

#[cfg(feature = "cloudfront-rsa")]
mod rsa_key {
    use hmac::{Hmac, KeyInit, Mac};
    use rsa::pkcs1::DecodeRsaPrivateKey;
    use rsa::pkcs8::DecodePrivateKey;
    use rsa::rand_core::{CryptoRng, Error as RngError, RngCore, impls};
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};
    use rsa::{Pkcs1v15Sign, RsaPrivateKey};
    use sha2::{Digest, Sha256};
    use zeroize::{Zeroize, Zeroizing};

    use super::{CloudFrontHash, DAMAGED, PrivateKey, RSA_SIGNATURE_BYTES};
    use crate::error::{Error, ErrorKind, Result};

    /// The DER prefixes of a hash in PKCS#1 v1.5 (RFC 8017, section 9.2, note 1).
    const SHA1_PREFIX: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
    const SHA256_PREFIX: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

    #[derive(Clone)]
    pub(in super::super) struct RsaKey {
        key: RsaPrivateKey,
        /// Seeds the blinding: a hash of the private exponent.
        blinding_secret: Zeroizing<[u8; 32]>,
    }

    pub(super) fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, &'static str> {
        check_modulus(RsaPrivateKey::from_pkcs1_der(der).map_err(|_| DAMAGED)?)
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<PrivateKey, &'static str> {
        check_modulus(RsaPrivateKey::from_pkcs8_der(der).map_err(|_| DAMAGED)?)
    }

    fn check_modulus(key: RsaPrivateKey) -> Result<PrivateKey, &'static str> {
        if !RSA_SIGNATURE_BYTES.contains(&key.size()) || key.n().bits() != key.size() * 8 {
            return Err("an RSA key that is not of 2048, 3072 or 4096 bits");
        }
        let exponent = Zeroizing::new(key.d().to_bytes_be());
        let mut hash = Sha256::new_with_prefix(b"presize cloudfront rsa blinding 1");
        hash.update(exponent.as_slice());
        let blinding_secret = Zeroizing::new(hash.finalize().into());
        Ok(PrivateKey::Rsa(Box::new(RsaKey { key, blinding_secret })))
    }

    impl RsaKey {
        pub(super) fn sign(&self, digest: &[u8], hash: CloudFrontHash) -> Result<Vec<u8>> {
            let prefix = match hash {
                CloudFrontHash::Sha1 => SHA1_PREFIX,
                CloudFrontHash::Sha256 => SHA256_PREFIX,
            };
            let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
            let mut blinding = Blinding::new(&self.blinding_secret, prefix, digest)?;
            let failed = |_| Error::from(ErrorKind::SigningFailed { reason: "the RSA key does not fit together" });
            self.key.sign_with_rng(&mut blinding, padding, digest).map_err(failed)
        }
    }

    /// The random numbers that blind a signature. Without blinding, the time of the private operation leaks the key
    /// (RUSTSEC-2023-0071, and Kocher's attack of 1996).
    ///
    /// Blinding must be unpredictable for an attacker, not random: it is HMAC-SHA256 of a counter and the message, under a
    /// secret that is derived from the private key, as RFC 6979 does for ECDSA. So it needs no source of random numbers, which
    /// this crate does not have, and which could fail and leave the key unblinded. The same message is blinded by the same
    /// numbers: signing it again repeats one measurement and adds none.
    struct Blinding {
        mac: Hmac<Sha256>,
        counter: u64,
        block: Zeroizing<[u8; 32]>,
        used: usize,
    }

    impl Blinding {
        fn new(secret: &[u8; 32], prefix: &[u8], digest: &[u8]) -> Result<Self> {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret)
                .map_err(|_| ErrorKind::SigningFailed { reason: "the blinding has no key" })?;
            mac.update(prefix);
            mac.update(digest);
            Ok(Self { mac, counter: 0, block: Zeroizing::default(), used: 32 })
        }

        fn next_byte(&mut self) -> u8 {
            if let Some(byte) = self.block.get(self.used) {
                self.used += 1;
                return *byte;
            }
            let mut mac = self.mac.clone();
            mac.update(&self.counter.to_be_bytes());
            self.counter += 1;
            self.block.zeroize();
            self.block.copy_from_slice(&mac.finalize().into_bytes());
            self.used = 1;
            let [first, ..] = *self.block;
            first
        }
    }

    impl RngCore for Blinding {
        fn next_u32(&mut self) -> u32 {
            impls::next_u32_via_fill(self)
        }

        fn next_u64(&mut self) -> u64 {
            impls::next_u64_via_fill(self)
        }

        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.next_byte());
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), RngError> {
            self.fill_bytes(bytes);
            Ok(())
        }
    }

    impl CryptoRng for Blinding {}

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn blinding_depends_on_key_and_message_and_on_nothing_else() {
            let draw = |secret: [u8; 32], digest: &[u8]| {
                let mut bytes = [0; 100];
                Blinding::new(&secret, SHA1_PREFIX, digest).unwrap().fill_bytes(&mut bytes);
                bytes
            };
            let first = draw([1; 32], b"a");
            assert_eq!(first, draw([1; 32], b"a"));
            assert_ne!(first, draw([2; 32], b"a"));
            assert_ne!(first, draw([1; 32], b"b"));
            assert_ne!(first[..32], first[32..64]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_a_signature_is_checked() {
        let ecdsa = |signature: &[u8]| CloudFrontKeyType::EcdsaP256.check_signature(signature);
        assert!(ecdsa(&[0x30, 6, 2, 1, 1, 2, 1, 1]).is_ok());
        for wrong in [
            &[][..],
            &[0x30, 6, 2, 1, 0, 2, 1, 1],       // r is zero
            &[0x30, 6, 2, 1, 0x81, 2, 1, 1],    // r is negative
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 1],    // a leading zero too many
            &[0x30, 6, 2, 1, 1, 2, 1, 1, 0],    // a byte too many
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1], // a length that is not the shortest
            &[7; 64],                           // r and s concatenated, as some signers return them
        ] {
            assert_eq!(ecdsa(wrong).unwrap_err().code(), "cloudfront_signature_invalid", "{wrong:?}");
        }
        for length in [0, 255, 256, 257, 384, 512, 1024] {
            assert_eq!(
                CloudFrontKeyType::Rsa.check_signature(&vec![1; length]).is_ok(),
                [256, 384, 512].contains(&length),
                "{length}"
            );
        }
    }

    /// RFC 6979, appendix A.2.5: the signatures of the message `sample` that it prints, for both hashes.
    #[test]
    fn ecdsa_signs_as_rfc_6979_prints() {
        let number = |hex: &str| {
            let digits =
                hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap());
            digits.collect::<Vec<_>>()
        };
        let key = SecretKey::from_slice(&number("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
        let key = PrivateKey::EcdsaP256(key.unwrap());
        for (hash, r, s) in [
            (
                CloudFrontHash::Sha1,
                "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
                "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
            ),
            (
                CloudFrontHash::Sha256,
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
        ] {
            let signature = key.sign(b"sample", hash).unwrap();
            let signature = Signature::from_der(&signature).unwrap();
            assert_eq!(signature.to_bytes().to_vec(), [number(r), number(s)].concat(), "{hash}");
        }
    }
}
