//! Signed URLs and signed cookies of CloudFront, for private files behind a distribution.
//!
//! In reading order: a private key in `pem` form becomes a `key`, which signs a `hash`; the `options` say for how long,
//! from when and for whom, the `policy` says it in CloudFront's JSON, of a `resource` that is
//! checked first; as a `draft` it waits for its signature, and is signed into a `url` or into `cookies`.
//! `signer` ties these together, for keys held here and for keys held elsewhere.
//!
//! Sources: the CloudFront Developer Guide, "Use signed URLs" and "Use signed cookies"; botocore's `CloudFrontSigner`, to
//! which canned policies are equal byte for byte.

mod cookies;
mod draft;
mod hash;
mod key;
mod options;
mod pem;
mod policy;
mod resource;
mod signer;
mod url;

pub use cookies::{PreparedCookies, SignedCookies};
pub use hash::CloudFrontHash;
pub use key::CloudFrontKeyType;
pub use options::CloudFrontOptions;
pub use signer::{CloudFrontKeyPair, CloudFrontSigner};
pub use url::{PreparedUrl, SignedUrl};
