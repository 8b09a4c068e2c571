//! # presize
//!
//! The image-upload path of a web back end as one small dependency: *presign* + *resize*.
//!
//! ```text
//! upload     UploadRequest -> UploadPolicy -> object key -> signature -> UploadTicket (URL + headers to send)
//! confirm    StoreRequest -> your HTTP client -> StoreAnswer -> ... -> Confirmed, at its final key
//! arrival    stored bytes | multipart bytes | data URI text -> ImageRules -> CheckedImage
//! transform  bytes -> sniff -> limits -> decode -> orient -> colour -> resize -> encode -> bytes
//! delivery   query + Accept -> VariantPolicy -> RequestedVariant -> RenderedVariant (bytes + headers of the answer)
//!            event of a Lambda function -> EdgeResizer | GatewayResizer -> Answering -> what the function returns
//!            event of a store -> CreatedObject -> EventResizer -> Resizing -> Resized, stored
//! ```
//!
//! The map, from the bottom up:
//!
//! - [`error`]: every code there is. [`options`]: options by name, for the bindings.
//! - [`format`](mod@format): image formats and their magic bytes. [`rules`]: which images are accepted, and every limit;
//!   [`CancelToken`] stops a call.
//! - [`JsonScanner`]: bounds a JSON body before it is parsed.
//! - [`data_uri`]: text to bytes, strictly. `imaging`: [`inspect`], [`check`], [`transform`], [`transform_many`],
//!   [`decode`], [`encode`].
//! - [`presign`]: URLs for S3, R2 and every server that speaks S3. [`upload`]: policies, tickets and confirmations.
//! - [`delivery`]: which variant a request asks for and may have ([`Variants`]), [`placeholder()`],
//!   [`parse_store_events`], and what follows from events ([`EventResizer`]).
//!
//! The crate does no network, no files and no clock, starts no threads and holds no global state: time, bytes and random
//! numbers come in as arguments, plain data goes out. Only `from_env` of [`Credentials`], [`Presigner`] and [`Uploads`]
//! reads the environment.
#![forbid(unsafe_code)]

mod cancel;
pub mod data_uri;
pub mod delivery;
pub mod error;
pub mod format;
mod imaging;
mod json_scan;
mod media_type;
/// For `cargo xtask generate` and the tests.
#[doc(hidden)]
pub mod option_tables;
pub mod options;
pub mod presign;
pub mod rules;
mod store;
pub mod upload;

pub use cancel::CancelToken;
pub use data_uri::{decode_data_uri, decode_data_uris, encode_data_uri};
pub use delivery::{
    Answering, EdgeOptions, EdgeResizer, ErrorForm, GatewayOptions, GatewayResizer, RedirectRule, RequestForm,
};
pub use delivery::{
    CreatedObject, EventSource, IgnoredEvent, IgnoredReason, StoreEvents, parse_store_events, sqs_batch_response,
};
pub use delivery::{EventResizePolicy, EventResizer, Resized, ResizedObject, Resizing, SkippedReason};
pub use delivery::{Placeholder, PlaceholderOptions, placeholder};
pub use delivery::{
    RenderedVariant, RequestedVariant, Srcset, SrcsetOptions, VariantFormat, VariantPolicy, Variants, WidthSet,
};
pub use error::{Error, ErrorKind, Result};
pub use format::{ImageFormat, Sniffed, sniff};
/// For the work queues of the packages.
#[doc(hidden)]
pub use imaging::strip_work_pixels;
pub use imaging::{
    CheckedImage, ChromaSubsampling, Color, Effort, EncodedImage, ExifSummary, Explanation, Fit, ImageInfo,
    MetadataKind, Orientation, OutputFormat, PixelImage, Position, RemovedMetadata, Scaling, StrippedImage, Transform,
    TransformPath, catches_panics, check, check_totals, decode, encode, inspect, strip_metadata, transform,
    transform_many, work_pixels,
};
pub use json_scan::{JsonLimits, JsonScanner};
pub use presign::{
    Bucket, BucketOptions, CannedAcl, ChecksumAlgorithm, CompletedPart, Credentials, Disposition, Jurisdiction,
    MetadataDirective, Operation, PostForm, PostFormBuilder, PostFormOptions, PresignBuilder, PresignedRequest,
    Presigner, ServerSideEncryption, SignOptions, UrlStyle, complete_multipart_body, content_disposition,
    parse_upload_id,
};
pub use presign::{
    CloudFrontHash, CloudFrontKeyPair, CloudFrontKeyType, CloudFrontOptions, CloudFrontSigner, PreparedCookies,
    PreparedUrl, SignedCookies, SignedUrl,
};
pub use rules::ImageRules;
pub use store::{StoreAnswer, StoreRequest};
pub use upload::{
    ConfirmRequest, Confirmation, Confirmed, Originals, Promote, UploadAction, UploadEvent, UploadMethod,
    UploadOutcome, UploadPolicy, UploadRequest, UploadTicket, Uploads, Variant, Verify,
};

/// For `core/fuzz`, which sets `cfg(fuzzing)`: no build of anybody else has it.
#[cfg(fuzzing)]
#[doc(hidden)]
pub use imaging::{decode_every_way, decode_lossy_planes};

// The examples of both front pages are doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CratePage;
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;
