//! `CloudFrontHash`: the hash of the policy that is signed.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::options::option_enum;

option_enum! {
    /// Which hash of the policy is signed.
    pub enum CloudFrontHash {
        /// SHA-1: what CloudFront assumes where nothing is said.
        Sha1 = "sha1",
        /// SHA-256: said by `Hash-Algorithm=SHA256` in the URL, by `CloudFront-Hash-Algorithm` among the cookies.
        Sha256 = "sha256",
    }
}

impl CloudFrontHash {
    /// The hash of a message, for signers that take no more than that: 20 or 32 bytes.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
        }
    }

    /// The value of `Hash-Algorithm`; `None` for the default, which is not named.
    pub(super) fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Sha1 => None,
            Self::Sha256 => Some("SHA256"),
        }
    }
}
