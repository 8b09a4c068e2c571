//! Presigned requests (AWS Signature Version 4, query form) for S3, R2 and every server that speaks S3.
//!
//! In reading order: an `endpoint` is parsed, a `bucket` becomes a host and a path (with its `bucket_options`, the
//! `partition` of AWS it is in, and the ARN of an `access_point`), `credentials` are held, the
//! object `key` is checked, the `request` is described by its builder, its `headers` are checked, the moment
//! becomes a `timestamp`, the `canonical` request is written with its URL (percent-`encode`d), and `sign` signs
//! it with the day's key. `presigner` ties these together; what comes out is `presigned`.
//! A `post_form` is the other way to upload: its `post_form_options` become conditions of its `post_policy`.

mod access_point;
mod bucket;
mod bucket_options;
mod canonical;
mod credentials;
pub(crate) mod encode;
pub(crate) mod endpoint;
mod headers;
pub(crate) mod key;
mod partition;
mod post_form;
mod post_form_options;
mod post_policy;
mod presigned;
mod presigner;
mod request;
mod sign;
pub(crate) mod timestamp;

pub use bucket::Bucket;
pub use bucket_options::{BucketOptions, Jurisdiction, UrlStyle};
pub use credentials::Credentials;
pub use post_form::{PostForm, PostFormBuilder};
pub use post_form_options::{CannedAcl, PostFormOptions, ServerSideEncryption};
pub(crate) use presigned::without_query;
pub use presigned::{Explained, PresignedRequest};
pub use presigner::Presigner;
pub use request::{Operation, PresignBuilder, SignOptions};
