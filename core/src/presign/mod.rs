//! Presigned requests (AWS Signature Version 4, query form) for S3, R2 and every server that speaks S3.
//!
//! In reading order: an `endpoint` is parsed, a `bucket` becomes a host and a path, `credentials` are held, the
//! object `key` is checked, the `request` is described by its builder, its `headers` are checked, the moment
//! becomes a `timestamp`, the `canonical` request is written with its URL (percent-`encode`d), and `sign` signs
//! it with the day's key. `presigner` ties these together; what comes out is `presigned`.
//!
//! `cloudfront` signs URLs and cookies of that service, in its own way and with its own keys.

mod bucket;
mod canonical;
mod cloudfront;
mod credentials;
pub(crate) mod encode;
pub(crate) mod endpoint;
mod headers;
pub(crate) mod key;
mod presigned;
mod presigner;
mod request;
mod sign;
pub(crate) mod timestamp;

pub use bucket::{Bucket, UrlStyle};
pub use cloudfront::{
    CloudFrontHash, CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner, PreparedCookies,
    PreparedUrl, SignedCookies, SignedUrl,
};
pub use credentials::Credentials;
pub(crate) use presigned::without_query;
pub use presigned::{Explained, PresignedRequest};
pub use presigner::Presigner;
pub use request::{Operation, PresignBuilder, SignOptions};
