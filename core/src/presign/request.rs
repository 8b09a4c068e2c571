//! One request to be presigned: its builder, and the way from options to a signed URL.

use std::borrow::Cow;
use std::mem;
use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{OptionSpec, OptionType, OptionValue, row};
use crate::presign::canonical::{Parameter, Request, UNSIGNED_PAYLOAD};
use crate::presign::context::SigningContext;
use crate::presign::fields::Fields;
use crate::presign::headers::HeaderText;
use crate::presign::key::check_key;
use crate::presign::operation::Operation;
use crate::presign::presigned::{Explained, PresignedRequest};
use crate::presign::sign::Signature;
use crate::presign::sign_options::{
    CannedAcl, ChecksumAlgorithm, DEFAULT_EXPIRY_SECONDS, MetadataDirective, ServerSideEncryption, SignOptions,
};
use crate::presign::timestamp::Timestamp;

/// The shortest lifetime, in seconds.
const MIN_EXPIRY_SECONDS: u64 = 1;
/// The longest lifetime, in seconds: 7 days, as S3 and R2 have it.
pub(crate) const MAX_EXPIRY_SECONDS: u64 = 604_800;

/// The row of the option that every request has, and which is kept apart from the others.
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
    /// All other options. There are many, and most requests have none of them.
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

    /// Signs the request and shows every stage.
    #[doc(hidden)]
    pub fn explain(self, now: SystemTime) -> Result<Explained> {
        let (request, stages) = self.prepare(now)?.sign(self.key)?;
        let (canonical, string_to_sign) = stages.text.split_at(stages.string_to_sign_at);
        Ok(Explained {
            request,
            canonical_request: canonical.to_owned(),
            string_to_sign: string_to_sign.to_owned(),
            signature: stages.signature.as_str().to_owned(),
        })
    }

    fn prepare(&self, now: SystemTime) -> Result<Prepared<'_>> {
        Prepared::new(self.context, self.operation, self.options.as_deref(), self.expires_in, now)
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

/// Everything of a request but its key, checked and written: what a list of keys has in common.
pub(super) struct Prepared<'a> {
    context: &'a SigningContext,
    operation: Operation,
    parameters: Vec<Parameter<'a>>,
    signed: Cow<'a, HeaderText>,
    headers: HeaderMap,
    time: Timestamp,
    expires_in_seconds: u64,
    expires_at: SystemTime,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(
        context: &'a SigningContext,
        operation: Operation,
        options: Option<&'a SignOptions>,
        expires_in_seconds: u64,
        now: SystemTime,
    ) -> Result<Self> {
        let asked_seconds = check_expiry(expires_in_seconds)?;
        let fields = match options {
            Some(options) => {
                options.validate()?;
                Fields::new(operation, options, &context.bucket)?
            }
            None => Fields::bare(operation)?,
        };
        let time = Timestamp::from_system_time(now)?;
        let expires_in_seconds = within_credentials(asked_seconds, context.signer.credentials().expiry(), &time)?;
        Ok(Self {
            context,
            operation,
            parameters: fields.parameters,
            signed: match fields.headers.len() {
                0 => Cow::Borrowed(&context.host_alone),
                _ => Cow::Owned(HeaderText::new(&fields.headers, context.bucket.host())),
            },
            headers: fields.headers.into_map()?,
            expires_at: time.after(expires_in_seconds)?,
            time,
            expires_in_seconds,
        })
    }

    /// Signs the request for one key, the only one.
    pub(super) fn sign(mut self, key: &str) -> Result<(PresignedRequest, Stages)> {
        let headers = mem::take(&mut self.headers);
        self.sign_with(key, headers)
    }

    /// Signs the request for one key of many.
    pub(super) fn sign_one(&self, key: &str) -> Result<PresignedRequest> {
        self.sign_with(key, self.headers.clone()).map(|(request, _)| request)
    }

    fn sign_with(&self, key: &str, headers: HeaderMap) -> Result<(PresignedRequest, Stages)> {
        check_key(key)?;
        let signer = &self.context.signer;
        let bucket = &self.context.bucket;
        let method = self.operation.method();
        let mut draft = Request {
            method: method.as_str(),
            origin: bucket.origin(),
            url_path: bucket.url_path(),
            base_path: bucket.base_path(),
            key,
            parameters: &self.parameters,
            headers: &self.signed,
            payload_hash: UNSIGNED_PAYLOAD,
            time: &self.time,
            expires_in_seconds: self.expires_in_seconds,
        }
        .draft(signer);
        let (string_to_sign_at, signature) = signer.sign(&mut draft.canonical, &self.time)?;
        draft.url.push_str("&X-Amz-Signature=");
        draft.url.push_str(signature.as_str());

        let expires_in = Duration::from_secs(self.expires_in_seconds);
        let request = PresignedRequest { method, url: draft.url, headers, expires_in, expires_at: self.expires_at };
        Ok((request, Stages { text: draft.canonical, string_to_sign_at, signature }))
    }
}

/// The canonical request with the string to sign after it, and the signature.
pub(super) struct Stages {
    text: String,
    string_to_sign_at: usize,
    signature: Signature,
}

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

/// The lifetime, cut where the credentials end. They count as expired in their last fraction of a second too: there is
/// no whole one left to sign for.
pub(super) fn within_credentials(asked_seconds: u64, expiry: Option<SystemTime>, now: &Timestamp) -> Result<u64> {
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

    /// What options by name mean is held by the vectors; this is what they cost.
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
