//! `PresignBuilder`: one request to be presigned.
//!
//! Options become request parts (headers and query parameters), everything but the key is prepared once, and each key is
//! written into a canonical request and a URL and signed. A list of keys shares the preparation.

use std::borrow::Cow;
use std::mem;
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{OptionSpec, OptionType, OptionValue, row};
use crate::presign::canonical::{QueryParameter, RequestToSign, UNSIGNED_PAYLOAD};
use crate::presign::context::SigningContext;
use crate::presign::headers::CanonicalHeaders;
use crate::presign::key::check_key;
use crate::presign::operation::Operation;
use crate::presign::presigned::{Explained, PresignedRequest};
use crate::presign::request_parts::RequestParts;
use crate::presign::sign::HexDigest;
use crate::presign::sign_options::{
    CannedAcl, ChecksumAlgorithm, DEFAULT_EXPIRY_SECONDS, MetadataDirective, ServerSideEncryption, SignOptions,
};
use crate::presign::timestamp::Timestamp;

/// The shortest lifetime, in seconds.
const MIN_EXPIRY_SECONDS: u64 = 1;
/// The longest lifetime, in seconds: 7 days, as S3 and R2 have it.
pub(crate) const MAX_EXPIRY_SECONDS: u64 = 604_800;

/// The row of the option that the builder keeps outside of `SignOptions`.
const EXPIRES_IN: OptionSpec = row(SignOptions::OPTIONS, "expires_in");

/// A request to be presigned: options, then [`sign`](PresignBuilder::sign). There is a method for each row of
/// [`SignOptions`], which says what they mean.
#[derive(Debug, Clone)]
#[must_use = "nothing is signed before `sign`"]
pub struct PresignBuilder<'a> {
    context: &'a SigningContext,
    operation: Operation,
    key: &'a str,
    expires_in: u64,
    /// All other options: a large struct, boxed because most requests set none of them.
    options: Option<Box<SignOptions>>,
}

impl<'a> PresignBuilder<'a> {
    pub(super) fn new(context: &'a SigningContext, operation: Operation, key: &'a str) -> Self {
        Self { context, operation, key, expires_in: DEFAULT_EXPIRY_SECONDS, options: None }
    }

    /// How long the request holds: 1 second to 7 days. A fraction of a second is cut off, so that it never holds longer
    /// than asked for; less than a second is refused. Default: 900 seconds.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.expires_in = expires_in.as_secs();
        self
    }

    /// One entry of the object's metadata, besides those already there. See [`SignOptions::metadata`].
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        self.options_mut().metadata.insert(name.to_owned(), value.to_owned());
        self
    }

    /// One tag of the object, besides those already there. See [`SignOptions::tagging`].
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.options_mut().tagging.insert(name.to_owned(), value.to_owned());
        self
    }

    /// All options at once; those set before are lost.
    pub fn options(mut self, options: SignOptions) -> Self {
        self.expires_in = options.expires_in;
        self.options = Some(Box::new(options));
        self
    }

    /// Options from raw names and values, as the bindings have them, besides those already set.
    ///
    /// Error: `option_invalid`, as from [`SignOptions::from_named`].
    pub fn named<'v>(mut self, values: impl IntoIterator<Item = (&'v str, OptionValue<'v>)>) -> Result<Self> {
        for (name, value) in values {
            if name == EXPIRES_IN.name {
                self.expires_in = EXPIRES_IN.parse(&value)?;
            } else {
                self.options_mut().set_named(name, &value)?;
            }
        }
        Ok(self)
    }

    fn options_mut(&mut self) -> &mut SignOptions {
        self.options.get_or_insert_default()
    }

    /// Signs the request as of `now`. It holds for as long as asked, but never longer than the credentials, where their
    /// expiry is known; `expires_at` says how long that is.
    ///
    /// Errors: `expiry_out_of_range`, `upload_key_invalid`, `header_invalid`, `option_invalid` (an option that the
    /// operation does not have, lacks, or that is out of range), `credentials_expired`, `signing_failed` (a time, or
    /// an end of the lifetime, before 1970 or after 9999).
    pub fn sign(self, now: SystemTime) -> Result<PresignedRequest> {
        self.prepare(now)?.sign(self.key).map(|(request, _)| request)
    }

    /// Signs the request and returns every stage of the signature.
    #[doc(hidden)]
    pub fn explain(self, now: SystemTime) -> Result<Explained> {
        let (request, stages) = self.prepare(now)?.sign(self.key)?;
        let (canonical_request, string_to_sign) = stages.text.split_at(stages.string_to_sign_at);
        Ok(Explained {
            request,
            canonical_request: canonical_request.to_owned(),
            string_to_sign: string_to_sign.to_owned(),
            signature: stages.signature.as_str().to_owned(),
        })
    }

    fn prepare(&self, now: SystemTime) -> Result<PreparedRequest<'_>> {
        PreparedRequest::new(self.context, self.operation, self.options.as_deref(), self.expires_in, now)
    }
}

/// The methods that set one option.
macro_rules! setters {
    ($($option:ident: $type:ty,)+) => {
        impl PresignBuilder<'_> {$(
            #[doc = concat!("Sets [`SignOptions::", stringify!($option), "`].")]
            pub fn $option(mut self, $option: $type) -> Self {
                self.options_mut().$option = OptionType::from_set($option);
                self
            }
        )+}
    };
}

setters! {
    content_type: &str,
    content_length: u64,
    content_md5: &str,
    content_encoding: &str,
    content_language: &str,
    content_disposition: &str,
    cache_control: &str,
    checksum_sha256: &str,
    checksum_crc32: &str,
    checksum_crc32c: &str,
    checksum_crc64nvme: &str,
    checksum_algorithm: ChecksumAlgorithm,
    if_match: &str,
    if_none_match: &str,
    storage_class: &str,
    acl: CannedAcl,
    server_side_encryption: ServerSideEncryption,
    sse_kms_key_id: &str,
    sse_kms_encryption_context: &str,
    sse_bucket_key_enabled: bool,
    sse_customer_key: &str,
    copy_source: &str,
    copy_source_version_id: &str,
    copy_source_if_match: &str,
    metadata_directive: MetadataDirective,
    requester_pays: bool,
    expected_bucket_owner: &str,
    version_id: &str,
    upload_id: &str,
    part_number: u64,
    max_parts: u64,
    part_number_marker: u64,
    response_cache_control: &str,
    response_content_disposition: &str,
    response_content_encoding: &str,
    response_content_language: &str,
    response_content_type: &str,
    response_expires: &str,
}

/// A request without its key: options checked, headers and parameters written. A list of keys shares it.
pub(super) struct PreparedRequest<'a> {
    context: &'a SigningContext,
    operation: Operation,
    parameters: Vec<QueryParameter<'a>>,
    canonical_headers: Cow<'a, CanonicalHeaders>,
    headers: HeaderMap,
    time: Timestamp,
    expires_in_seconds: u64,
    expires_at: SystemTime,
}

impl<'a> PreparedRequest<'a> {
    pub(super) fn new(
        context: &'a SigningContext,
        operation: Operation,
        options: Option<&'a SignOptions>,
        expires_in_seconds: u64,
        now: SystemTime,
    ) -> Result<Self> {
        let asked_seconds = check_expiry(expires_in_seconds)?;
        let parts = match options {
            Some(options) => {
                options.validate()?;
                RequestParts::new(operation, options, &context.bucket)?
            }
            None => RequestParts::without_options(operation)?,
        };
        let time = Timestamp::from_system_time(now)?;
        let expires_in_seconds = limit_to_credentials(asked_seconds, context.signer.credentials().expiry(), &time)?;
        Ok(Self {
            context,
            operation,
            parameters: parts.parameters,
            canonical_headers: match parts.headers.len() {
                0 => Cow::Borrowed(&context.host_only_headers),
                _ => Cow::Owned(CanonicalHeaders::new(&parts.headers, context.bucket.host())),
            },
            headers: parts.headers.into_map()?,
            expires_at: time.after(expires_in_seconds)?,
            time,
            expires_in_seconds,
        })
    }

    /// Signs the request for one key, the only one.
    pub(super) fn sign(mut self, key: &str) -> Result<(PresignedRequest, SigningStages)> {
        let headers = mem::take(&mut self.headers);
        self.sign_with(key, headers)
    }

    /// Signs the request for one key of many.
    pub(super) fn sign_one(&self, key: &str) -> Result<PresignedRequest> {
        self.sign_with(key, self.headers.clone()).map(|(request, _)| request)
    }

    fn sign_with(&self, key: &str, headers: HeaderMap) -> Result<(PresignedRequest, SigningStages)> {
        check_key(key)?;
        let signer = &self.context.signer;
        let bucket = &self.context.bucket;
        let method = self.operation.method();
        let mut unsigned = RequestToSign {
            method: method.as_str(),
            origin: bucket.origin(),
            url_path: bucket.url_path(),
            signed_path: bucket.signed_path(),
            key,
            parameters: &self.parameters,
            headers: &self.canonical_headers,
            payload_hash: UNSIGNED_PAYLOAD,
            time: &self.time,
            expires_in_seconds: self.expires_in_seconds,
        }
        .write(signer);
        let (string_to_sign_at, signature) = signer.sign(&mut unsigned.canonical_request, &self.time)?;
        unsigned.url.push_str("&X-Amz-Signature=");
        unsigned.url.push_str(signature.as_str());

        let expires_in = Duration::from_secs(self.expires_in_seconds);
        let request = PresignedRequest { method, url: unsigned.url, headers, expires_in, expires_at: self.expires_at };
        Ok((request, SigningStages { text: unsigned.canonical_request, string_to_sign_at, signature }))
    }
}

/// The stages of a signature.
pub(super) struct SigningStages {
    /// The canonical request, followed by the string to sign.
    text: String,
    /// The offset of the string to sign.
    string_to_sign_at: usize,
    signature: HexDigest,
}

/// Error: `expiry_out_of_range`.
pub(super) fn check_expiry(received_seconds: u64) -> Result<u64> {
    if (MIN_EXPIRY_SECONDS..=MAX_EXPIRY_SECONDS).contains(&received_seconds) {
        return Ok(received_seconds);
    }
    Err(ErrorKind::ExpiryOutOfRange {
        received_seconds,
        min_seconds: MIN_EXPIRY_SECONDS,
        max_seconds: MAX_EXPIRY_SECONDS,
    }
    .into())
}

/// The lifetime in seconds, at most until the credentials expire. With less than a whole second left they count as expired.
///
/// Error: `credentials_expired`.
pub(super) fn limit_to_credentials(asked_seconds: u64, expiry: Option<SystemTime>, now: &Timestamp) -> Result<u64> {
    let Some(expiry) = expiry else { return Ok(asked_seconds) };
    let left = expiry.duration_since(now.system_time()).map_or(0, |left| left.as_secs());
    if left < MIN_EXPIRY_SECONDS {
        return Err(Error::from(ErrorKind::CredentialsExpired {}));
    }
    Ok(asked_seconds.min(left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presign::bucket::Bucket;
    use crate::presign::credentials::Credentials;
    use crate::presign::presigner::Presigner;

    /// The vectors test what options by name do; this tests that a common one allocates nothing.
    #[test]
    fn a_lifetime_alone_takes_no_box() {
        let bucket = Bucket::s3("us-east-1", "photos").unwrap();
        let presigner = Presigner::new(bucket, Credentials::new("AKIDEXAMPLE", "secret").unwrap());
        let builder = presigner.get("cat.jpg").named([("expires_in", OptionValue::Number(60.0))]).unwrap();
        assert_eq!((builder.expires_in, builder.options.is_none()), (60, true));
        let builder = builder.cache_control("no-store").named([("version_id", OptionValue::Text("7".into()))]).unwrap();
        let options = builder.options.unwrap();
        assert_eq!((options.cache_control.as_deref(), options.version_id.as_deref()), (Some("no-store"), Some("7")));
        assert_eq!(builder.expires_in, 60, "what was set before is kept");
    }
}
