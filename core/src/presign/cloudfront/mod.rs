//! Signed URLs and signed cookies of CloudFront, for private files that a distribution serves.
//!
//! ```text
//! url        https://d111111abcdef8.cloudfront.net/a.jpg?w=2      checked (resource), never encoded again
//! options    expires_in 900, hash sha1
//! policy     {"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/a.jpg?w=2",
//!            "Condition":{"DateLessThan":{"AWS:EpochTime":1700000900}}}]}                 one line, and what is signed
//! key        a signature of the policy's hash, by a key that was read from pem, or by a KMS or an HSM
//! canned     https://.../a.jpg?w=2&Expires=1700000900&Signature=...&Key-Pair-Id=K2JCJMDEHXQW5F
//! custom     https://.../a.jpg?w=2&Policy=eyJTdGF0ZW1lbnQi...&Signature=...&Key-Pair-Id=K2JCJMDEHXQW5F
//! ```
//!
//! A policy that says no more than resource and expiry is canned: CloudFront writes it again from the request, so only the
//! expiry is in the URL. Any other policy is custom and travels with the request. A `prepared_policy` becomes a `url` or
//! `cookies` with its signature; `signer` is the way in, for keys held here and for keys held elsewhere.
//!
//! Sources: the CloudFront Developer Guide, "Use signed URLs" and "Use signed cookies"; botocore's `CloudFrontSigner`, whose
//! canned policies are equal byte for byte.

mod cookies;
mod hash;
mod key;
mod options;
mod pem;
mod policy;
mod prepared_policy;
mod resource;
mod signer;
mod url;

pub use cookies::{PreparedCookies, SignedCookies};
pub use hash::CloudFrontHash;
pub use key::CloudFrontKeyType;
pub use options::CloudFrontOptions;
pub use signer::{CloudFrontKeyPair, CloudFrontSigner};
pub use url::{PreparedUrl, SignedUrl};
