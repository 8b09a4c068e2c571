//! Presigned requests (AWS Signature Version 4, query form) for S3, R2 and every server that speaks S3.
//!
//! In reading order: an `endpoint` is parsed, a `bucket` becomes a host and a path (with its
//! `bucket_options`, the `partition` of AWS that it is in, and the ARN of an `access_point`), `credentials` are held. An
//! `operation` with its `sign_options` is described by the builder in `request`; `fields` says which `headers` and
//! parameters they become (`metadata` and a `copy_source` have rules of their own, a `secret` is not shown). The object
//! `key` is checked, the moment becomes a `timestamp`, the `canonical` request is written with its URL
//! (percent-`encode`d), and `sign` signs it with the day's key. A `context` is what all
//! requests of one `presigner` are signed with, which ties these together, from the variables of an
//! `environment` too; what comes out is `presigned`. `disposition` and `multipart` make what clients send or get beside it.
//!
//! A `post_form` is the other way to upload: its `post_form_options` become the conditions of its `post_policy`.
//! `cloudfront` signs URLs and cookies of that service, in its own way and with its own keys.

mod access_point;
mod bucket;
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
mod fields;
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
mod request;
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
pub(crate) use multipart::unescaped;
pub use multipart::{CompletedPart, complete_multipart_body, parse_upload_id};
pub use operation::Operation;
pub(crate) use post_form::shown_fields;
pub use post_form::{PostForm, PostFormBuilder};
pub use post_form_options::PostFormOptions;
pub(crate) use presigned::without_query;
pub use presigned::{Explained, PresignedRequest};
pub use presigner::Presigner;
pub use request::PresignBuilder;
pub use secret::Secret;
pub use sign_options::{CannedAcl, ChecksumAlgorithm, MetadataDirective, ServerSideEncryption, SignOptions};
