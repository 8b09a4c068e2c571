//! The catalogue: the only home of an error code, its HTTP status and its message.

use super::detail::Detail;
use super::family::ErrorFamily;
use super::shown::shown;
use crate::media_type::is_undeclared;

/// What the catalogue says of a kind of error, whatever its fields are.
pub(super) struct Row {
    /// The name of the kind.
    pub(super) kind: &'static str,
    /// Its documentation, as it is written above it.
    pub(super) doc: &'static str,
    pub(super) code: &'static str,
    pub(super) http_status: u16,
    pub(super) family: ErrorFamily,
    pub(super) details: &'static [&'static str],
}

macro_rules! catalogue {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident { $($field:ident: $type:ty),* } = $family:ident, $code:literal, $status:literal, $message:literal $(, $shown:ident = $value:expr)*;
    )+) => {
        /// What went wrong, with the fields that [`Error::details`](super::Error::details) shows.
        #[derive(Debug, Clone, PartialEq, thiserror::Error)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $(
                $(#[doc = $doc])+
                ///
                #[doc = concat!("Code `", $code, "`, HTTP status ", $status, ".")]
                #[allow(missing_docs, reason = "the fields are named in the message next to them")]
                // Escaped as a whole: whatever text of others is in it, and wherever it came in.
                #[error("{}", shown(&format!($message $(, $shown = $value)*)))]
                $kind { $($field: $type),* },
            )+
        }

        /// Every kind, in the order of the catalogue.
        pub(super) const ROWS: &[Row] = &[$(
            Row {
                kind: stringify!($kind),
                doc: concat!($($doc, "\n"),+),
                code: $code,
                http_status: $status,
                family: ErrorFamily::$family,
                details: &[$(stringify!($field)),*],
            },
        )+];

        impl ErrorKind {
            pub(super) fn row(&self) -> Row {
                match self {
                    $(Self::$kind { .. } => Row {
                        kind: stringify!($kind),
                        doc: concat!($($doc, "\n"),+),
                        code: $code,
                        http_status: $status,
                        family: ErrorFamily::$family,
                        details: &[$(stringify!($field)),*],
                    },)+
                }
            }

            pub(super) fn details(&self) -> Vec<(&'static str, Detail)> {
                match self {
                    $(Self::$kind { $($field),* } => vec![$((stringify!($field), Detail::from($field))),*],)+
                }
            }
        }
    };
}

/// What a message says was received of a thing that may not have been counted beyond its limit: a stream is read up to one
/// byte more than the limit.
fn counted(received: u64, max: u64) -> String {
    if received == max.saturating_add(1) { format!("more than {max}") } else { received.to_string() }
}

/// What a message says of a content type that a ticket was asked for with.
fn declared(content_type: &str) -> String {
    if !is_undeclared(content_type) {
        return content_type.to_owned();
    }
    let named = if content_type.trim().is_empty() { "an empty one" } else { content_type };
    format!("{named}, which leaves the format open: take it from the first bytes of the file")
}

/// What a message says was received of this measure of an image.
fn measured(what: &str, received: u64, max: u64) -> String {
    match what {
        "bytes" | "scans" | "icc_bytes" => counted(received, max),
        // A decoder is stopped at the first allocation that it has no room for.
        "memory_bytes" => format!("at least {received}"),
        _ => received.to_string(),
    }
}

/// The end of a message on a store that refused.
fn why_refused(code: &str, hint: &str) -> String {
    let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
    if hint.is_empty() { code } else { format!("{code}: {hint}") }
}

catalogue! {
    /// An option has the wrong type, is out of its range, is unknown, or contradicts another one.
    OptionInvalid { name: String, expected: String, received: String }
        = Option, "option_invalid", 400, "expected {expected} for {name}, received {received}";

    /// The text is not `data:<media type>;base64,<data>` (RFC 2397).
    DataUriMalformed { reason: &'static str }
        = DataUri, "data_uri_malformed", 400, "expected a data URI, received {reason}";
    /// The payload is not canonical base64 (RFC 4648, section 4). `offset` counts bytes of the text given.
    DataUriBase64Invalid { offset: u64, reason: &'static str }
        = DataUri, "data_uri_base64_invalid", 400, "expected base64 for the data, received {reason} at offset {offset}";
    /// The text (`what` is `text`), or what it would decode to (`data`), is longer than the rules allow. Found before
    /// anything is decoded.
    DataUriTooLarge { what: &'static str, received_bytes: u64, max_bytes: u64 }
        = DataUri, "data_uri_too_large", 413, "expected at most {max_bytes} bytes for the {what} of the data URI, received {received_bytes}";
    /// A list of data URIs is longer than the rules allow. Where it was counted while it arrived, `received_count` is one more
    /// than the limit, however many there are.
    DataUriCountExceeded { received_count: u64, max_count: u64 }
        = DataUri, "data_uri_count_exceeded", 413, "expected at most {max_count} images, received {received_count}",
        received_count = counted(*received_count, *max_count);
    /// The images of a list are together larger than the rules allow. Found before any of them is decoded.
    DataUriTotalTooLarge { received_bytes: u64, max_bytes: u64 }
        = DataUri, "data_uri_total_too_large", 413, "expected at most {max_bytes} bytes for all images together, received {received_bytes}";

    /// The bytes start like no image format that presize knows.
    ImageFormatUnknown {}
        = Image, "image_format_unknown", 415, "expected an image, received bytes of no known image format";
    /// The bytes are of a format that the rules do not accept, or of one that is always refused (SVG and other markup).
    ImageFormatNotAllowed { detected: String, allowed: Vec<String> }
        = Image, "image_format_not_allowed", 415, "expected one of {allowed:?} for the image format, received {detected}";
    /// The format is recognised, but this build has no decoder for it.
    ImageFormatUnsupported { detected: String }
        = Image, "image_format_unsupported", 415, "expected an image format that can be decoded, received {detected}";
    /// What the sender says the image is, and what its bytes say, differ.
    ImageFormatMismatch { declared: String, detected: String }
        = Image, "image_format_mismatch", 415, "expected {declared} as declared, received {detected}";
    /// The file is an image and also something else, for example a script or an archive.
    ImagePolyglot { detected: String, also: &'static str }
        = Image, "image_polyglot", 415, "expected a file that is only {detected}, received one that is also {also}";
    /// The image is smaller than the rules demand: `what` is `width` or `height`, in pixels as displayed, or `bytes`.
    ImageTooSmall { what: &'static str, received: u64, min: u64 }
        = Image, "image_too_small", 422, "expected at least {min} for {what}, received {received}";
    /// The image exceeds a limit of the rules; found before memory is taken for it. `what` is `bytes`, `width`,
    /// `height`, `pixels`, `frames`, `frame_pixels`, `scans`, `icc_bytes`, `memory_bytes`, `work_pixels`, `total_pixels` or
    /// `total_work_pixels`. `received` is the least that it can be where nothing was read beyond the limit: one more byte or
    /// scan than the limit, or the memory that was asked for until then.
    ImageTooLarge { what: &'static str, received: u64, max: u64 }
        = Image, "image_too_large", 413, "expected at most {max} for {what}, received {received}",
        received = measured(what, *received, *max);
    /// The file is damaged, cut off, or uses its format in a way that cannot be decoded.
    ImageCorrupt { reason: String }
        = Image, "image_corrupt", 422, "expected a complete image, received a damaged one: {reason}";
    /// The transform asks for an encoding that cannot be made: a lossless JPEG, a WebP with a side of more than 16383 pixels.
    EncodingUnsupported { format: String, reason: &'static str }
        = Image, "encoding_unsupported", 501, "expected an encoding that can be made for {format}, received {reason}";
    /// The encoder failed on an image that it should take: a defect, please report it.
    EncodingFailed { format: String }
        = Image, "encoding_failed", 500, "encoding to {format} failed";
    /// The caller has stopped the call: its client has hung up, or the time for it is over. 499 is what servers log for
    /// that, where nobody is left to be answered.
    Cancelled {}
        = Image, "cancelled", 499, "cancelled by the caller";

    /// The content type of the request is not one that the policy accepts.
    UploadFormatNotAllowed { content_type: String, allowed: Vec<String> }
        = Upload, "upload_format_not_allowed", 415, "expected one of {allowed:?} for content_type, received {received}",
        received = declared(content_type);
    /// The size of the request exceeds the policy's limit.
    UploadTooLarge { size_bytes: u64, max_bytes: u64 }
        = Upload, "upload_too_large", 413, "expected at most {max_bytes} for size_bytes, received {size_bytes}";
    /// The size of the request is below the policy's minimum; an empty upload always is.
    UploadTooSmall { size_bytes: u64, min_bytes: u64 }
        = Upload, "upload_too_small", 422, "expected at least {min_bytes} for size_bytes, received {size_bytes}";
    /// The owner cannot stand in a key.
    UploadOwnerInvalid { reason: &'static str }
        = Upload, "upload_owner_invalid", 400, "expected an owner that can stand in an object key, received {reason}";
    /// The object key is empty, too long, or has segments or characters that clients and servers disagree about.
    UploadKeyInvalid { reason: &'static str }
        = Upload, "upload_key_invalid", 400, "expected an object key, received {reason}";
    /// The key is that of another owner's upload.
    UploadOwnerMismatch {}
        = Upload, "upload_owner_mismatch", 403, "expected a key of this owner, received one of another";
    /// The key is not below the policy's prefix.
    UploadPrefixMismatch {}
        = Upload, "upload_prefix_mismatch", 400, "expected a key below the policy's prefix, received one outside of it";
    /// The key is not of the form that the policy's template gives, or its extension is of a format that is not accepted.
    UploadKeyUnknown {}
        = Upload, "upload_key_unknown", 400, "expected a key that a ticket was issued for, received one of another form";
    /// There is no object under the key: nothing was uploaded, or it was refused and deleted.
    UploadNotFound {}
        = Upload, "upload_not_found", 404, "expected an upload under the key, found none";
    /// The object was replaced by another one between its check and its copy.
    UploadReplaced {}
        = Upload, "upload_replaced", 409, "expected the upload that was checked, found another one in its place";
    /// The object is larger or smaller than the upload that was promised.
    UploadSizeMismatch { promised_bytes: u64, received_bytes: u64 }
        = Upload, "upload_size_mismatch", 422, "expected {promised_bytes} bytes as promised, received {received_bytes}";
    /// The bytes that arrived have another SHA-256 than the one that was promised; both are in base64.
    UploadChecksumMismatch { promised_sha256: String, received_sha256: String }
        = Upload, "upload_checksum_mismatch", 422, "expected bytes with the SHA-256 {promised_sha256} as promised, received {received_sha256}";
    /// A request to the back end is not of the form that its route takes: no JSON, no file, a field that is missing.
    RequestMalformed { expected: String, received: String }
        = Upload, "request_malformed", 400, "expected {expected} for the request, received {received}";
    /// The body of a request to the back end is longer than its route takes. Found while it arrives.
    RequestTooLarge { max_bytes: u64 }
        = Upload, "request_too_large", 413, "expected at most {max_bytes} bytes for the request, received more";
    /// A request to the back end is nobody's: every upload has an owner.
    RequestUnauthenticated {}
        = Upload, "request_unauthenticated", 401, "expected an authenticated user, received none";
    /// The content type of a request is not the one that its route takes. A page of another site can send `text/plain` with
    /// the user's cookies and without asking first, so JSON is taken only where it is called JSON.
    RequestTypeUnsupported { expected: String, received: String }
        = Upload, "request_type_unsupported", 415, "expected {expected} for the content type of the request, received {received}";
    /// Fields of a request are missing, or are not what its route takes. `fields` are their names as the client sent them;
    /// `codes` and `reasons` say of each what is wrong with it.
    RequestInvalid { fields: Vec<String>, codes: Vec<String>, reasons: Vec<String> }
        = Upload, "request_invalid", 422, "expected a valid request, received one with mistakes in {fields:?}";
    /// All places for image work are taken, and so are all places to wait for one. The answer carries `Retry-After`.
    ServerBusy { retry_after_seconds: u64 }
        = Upload, "server_busy", 503, "expected a free place for image work, found all taken: try again in {retry_after_seconds} seconds";

    /// A request for a variant cannot be read: a size, a number or a key in no known spelling, or one thing twice.
    VariantMalformed { name: String, expected: String, received: String }
        = Delivery, "variant_malformed", 400, "expected {expected} for {name}, received {received}";
    /// The policy does not allow the variant. `name` is `key`, `size`, `width`, `height`, `format`, `quality`, `fit` or `preset`.
    VariantNotAllowed { name: String, received: String }
        = Delivery, "variant_not_allowed", 403, "expected a {name} that the policy allows, received {received}";
    /// The signature of a request for a variant is not that of its key, its query and its expiry, or it has expired.
    VariantSignatureInvalid { reason: &'static str }
        = Delivery, "variant_signature_invalid", 403, "expected a valid signature of the variant, received {reason}";
    /// There is no original under the key that a variant is asked of.
    OriginalNotFound {}
        = Delivery, "original_not_found", 404, "expected an original under the key, found none";
    /// Variants are read: with GET, or with HEAD.
    MethodNotAllowed {}
        = Delivery, "method_not_allowed", 405, "expected GET or HEAD, received another method";
    /// The variant is longer than what a function may answer with, and is stored nowhere.
    VariantTooLarge { received_bytes: u64, max_bytes: u64 }
        = Config, "variant_too_large", 500, "expected an answer of at most {max_bytes} bytes, received {received_bytes}: store results and redirect to them, or allow smaller variants";
    /// A stored result would be read from the very URL that has asked for it.
    VariantRedirectLoop {}
        = Config, "variant_redirect_loop", 500, "expected a redirect to another URL than that of the request, received the same: look at results_url";
    /// What should be an event, of a store or of a service that calls a function, is no JSON, is too large, or is of no form that
    /// is known.
    EventMalformed { received: &'static str }
        = Delivery, "event_malformed", 400, "expected an event in a form that is known, received {received}";
    /// A policy of variants has neither a list of sizes nor a key for signatures, so that anybody could have any size made.
    VariantPolicyOpen {}
        = Config, "variant_policy_open", 500, "expected widths, heights, sizes, presets or signing_keys in the policy of variants, received none: anybody could have any size made";
    /// An `EventResizer` would be told of its own results, and resize them again and again.
    ResizeLoop { bucket: String, reason: &'static str }
        = Config, "resize_loop", 500, "expected results that are not taken for originals in the bucket {bucket}, received {reason}";

    /// The lifetime of a presigned request is outside 1 second to 7 days, or that of a signed URL or cookie of CloudFront
    /// outside 1 second to 3650 days.
    ExpiryOutOfRange { received_seconds: u64, min_seconds: u64, max_seconds: u64 }
        = Config, "expiry_out_of_range", 400, "expected {min_seconds} to {max_seconds} seconds for expires_in, received {received_seconds}";
    /// A header name or value cannot be sent as it is.
    HeaderInvalid { name: String, reason: &'static str }
        = Config, "header_invalid", 400, "expected a header value for {name}, received {reason}";
    /// The bucket, region, account or endpoint is not usable.
    BucketInvalid { name: &'static str, reason: &'static str }
        = Config, "bucket_invalid", 500, "expected a valid {name}, received {reason}";
    /// The bucket is of a kind that takes no POST forms: R2, or an access point.
    PostFormUnsupported { received: &'static str }
        = Config, "post_form_unsupported", 501, "expected a bucket that takes POST forms, received {received}: use put instead";
    /// Credentials are not in the environment: `missing` names the variables.
    CredentialsMissing { missing: Vec<String> }
        = Config, "credentials_missing", 500, "expected credentials in the environment, missing {missing:?}";
    /// The environment does not describe a bucket: `missing` names the variables.
    EnvironmentIncomplete { missing: Vec<String> }
        = Config, "environment_incomplete", 500, "expected a bucket in the environment, missing {missing:?}";
    /// The credentials cannot be used: empty, or with characters that no key has.
    CredentialsInvalid { name: &'static str, reason: &'static str }
        = Config, "credentials_invalid", 500, "expected a usable {name}, received {reason}";
    /// The credentials' own expiry has passed.
    CredentialsExpired {}
        = Config, "credentials_expired", 500, "expected credentials that are still valid, received expired ones";
    /// The private key or the key pair id for CloudFront cannot be used.
    CloudFrontKeyInvalid { name: &'static str, reason: &'static str }
        = Config, "cloudfront_key_invalid", 500, "expected a usable {name}, received {reason}";
    /// The URL cannot be signed for CloudFront as it stands.
    CloudFrontUrlInvalid { reason: &'static str }
        = Config, "cloudfront_url_invalid", 400, "expected a URL that can be signed as it is, received {reason}";
    /// A condition of a policy for CloudFront that CloudFront does not take, or that opens other than what is meant.
    CloudFrontPolicyInvalid { name: &'static str, reason: &'static str }
        = Config, "cloudfront_policy_invalid", 400, "expected a usable {name} for the policy, received {reason}";
    /// What a caller's own signer gave is no signature of its kind of key.
    CloudFrontSignatureInvalid { reason: &'static str }
        = Config, "cloudfront_signature_invalid", 500, "expected a signature for the key, received {reason}";
    /// The store answered something that cannot be read.
    StoreResponseInvalid { expected: &'static str, reason: &'static str }
        = Config, "store_response_invalid", 502, "expected {expected} in the store's answer, received {reason}";
    /// The store answered a request of the back end with a status that means neither yes nor no. `code` is that of the store's
    /// error document, and `hint` says what to look at; each is empty where the answer does not tell.
    StoreRefused { operation: &'static str, status: u64, code: String, hint: String }
        = Config, "store_refused", 502, "expected the store to answer {operation}, received the status {status}{why}",
        why = why_refused(code, hint);
    /// The store has no bucket of this name.
    BucketNotFound { bucket: String }
        = Config, "bucket_not_found", 500, "expected the bucket {bucket} in the store, received NoSuchBucket: look at its name, its region and the endpoint";
    /// The store could not be reached, or gave up, also when it was asked again.
    StoreUnavailable { reason: String }
        = Config, "store_unavailable", 503, "expected an answer of the store, received none: {reason}";
    /// Signing failed for a reason on our side, for example a time before 1970 or after 9999.
    SigningFailed { reason: &'static str }
        = Config, "signing_failed", 500, "signing failed: {reason}";
}
