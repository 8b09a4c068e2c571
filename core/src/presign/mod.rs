//! Presigned requests (AWS Signature Version 4, query form) for S3, R2 and every server that speaks S3.
//!
//! In reading order:
//!
//! ```text
//! bucket         a bucket of a provider becomes a host and a path: bucket_name, bucket_options, region,
//!                partition (of AWS), access_point (by its ARN), endpoint
//! credentials    a key id, a secret, a session token; or all of it from the environment
//! presigner      a bucket and credentials, ready to sign; context is what its requests share
//! request        the builder: an operation, an object key, sign_options
//! request_parts  options become headers and query parameters: metadata, copy_source, secret
//! canonical      the canonical request and the URL, percent-encoded (encode) at a moment (timestamp)
//! sign           string to sign and signature, under the signing key of the day
//! presigned      the method, URL and headers that the client gets
//!
//! post_form      a browser's upload by POST: post_form_options become the conditions of a post_policy
//! multipart      the bodies of multipart uploads; disposition writes Content-Disposition for any file name
//! cloudfront     signed URLs and cookies of CloudFront, with keys of its own
//! ```

mod access_point;
mod bucket;
mod bucket_name;
mod bucket_options;
mod canonical;
mod cloudfront;
mod context;
mod copy_source;
mod credentials;
mod disposition;
pub(crate) mod encode;
pub(crate) mod endpoint;
mod environment;
mod headers;
pub(crate) mod key;
mod metadata;
mod multipart;
mod operation;
mod partition;
mod post_form;
mod post_form_options;
mod post_policy;
mod presigned;
mod presigner;
mod provider;
mod region;
mod request;
mod request_parts;
mod secret;
mod sign;
mod sign_options;
pub(crate) mod timestamp;

pub use bucket::Bucket;
pub use bucket_options::{BucketOptions, Jurisdiction, UrlStyle};
pub use cloudfront::{
    CloudFrontHash, CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner, PreparedCookies,
    PreparedUrl, SignedCookies, SignedUrl,
};
pub use credentials::Credentials;
pub use disposition::{Disposition, content_disposition};
pub(crate) use environment::presigner_and_public_url;
pub(crate) use multipart::unescape_xml;
pub use multipart::{CompletedPart, complete_multipart_body, parse_upload_id};
pub use operation::Operation;
pub(crate) use post_form::redacted_fields;
pub use post_form::{PostForm, PostFormBuilder};
pub use post_form_options::PostFormOptions;
pub(crate) use presigned::without_query;
pub use presigned::{Explained, PresignedRequest};
pub use presigner::Presigner;
pub use request::PresignBuilder;
pub use secret::Secret;
pub use sign_options::{CannedAcl, ChecksumAlgorithm, MetadataDirective, ServerSideEncryption, SignOptions};
