//! What is to be signed: an operation on a key, with its options.

use std::time::{Duration, SystemTime};

use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use crate::error::{Error, ErrorKind, Result};
use crate::options::{option_enum, options};
use crate::presign::canonical::{Request, UNSIGNED_PAYLOAD};
use crate::presign::headers::SignedHeaders;
use crate::presign::key::check_key;
use crate::presign::presigned::{Explained, PresignedRequest};
use crate::presign::presigner::Presigner;
use crate::presign::timestamp::Timestamp;

/// The shortest lifetime, in seconds.
const MIN_EXPIRY_SECONDS: u64 = 1;
/// The longest lifetime, in seconds: 7 days, as S3 and R2 have it.
pub(crate) const MAX_EXPIRY_SECONDS: u64 = 604_800;

option_enum! {
    /// What a presigned request does.
    pub enum Operation {
        /// Reads an object.
        Get = "get",
        /// Writes an object.
        Put = "put",
        /// Reads an object's headers.
        Head = "head",
        /// Removes an object.
        Delete = "delete",
    }
}

impl Operation {
    /// The HTTP method.
    pub fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Put => Method::PUT,
            Self::Head => Method::HEAD,
            Self::Delete => Method::DELETE,
        }
    }
}

options! {
    /// The options of a presigned request by name, as the bindings have them. In Rust the builder's methods are shorter.
    pub struct SignOptions {
        /// The `Content-Type` that the client must send, for `put` only; ASCII, spaces collapsed. Default: unset, so that
        /// the client may send any.
        content_type: Option<String> = None;
        /// The `Content-Length` that the client must send, in bytes, for `put` only: the exact size of the body. Default:
        /// unset, so that the client may send any amount.
        content_length: Option<u64> = None;
        /// How long the request holds, in seconds, from 1 to 604800. Default: 900 (15 minutes).
        expires_in: u64 = 900;
    }
}

/// A request to be presigned: options, then [`sign`](PresignBuilder::sign).
#[derive(Debug, Clone)]
#[must_use = "nothing is signed before `sign`"]
pub struct PresignBuilder<'a> {
    presigner: &'a Presigner,
    operation: Operation,
    key: &'a str,
    options: SignOptions,
}

impl<'a> PresignBuilder<'a> {
    pub(super) fn new(presigner: &'a Presigner, operation: Operation, key: &'a str) -> Self {
        Self { presigner, operation, key, options: SignOptions::default() }
    }

    /// The `Content-Type` that the client must send, for `put` only; ASCII, spaces collapsed. Default: unset.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.options.content_type = Some(content_type.to_owned());
        self
    }

    /// The `Content-Length` that the client must send, in bytes, for `put` only: the exact size of the body.
    /// Default: unset.
    pub fn content_length(mut self, content_length_bytes: u64) -> Self {
        self.options.content_length = Some(content_length_bytes);
        self
    }

    /// How long the request holds: 1 second to 7 days. A fraction of a second is cut off, so that it never holds longer
    /// than asked for; less than a second is refused. Default: 900 seconds.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.options.expires_in = expires_in.as_secs();
        self
    }

    /// All options at once; those set before are lost.
    pub fn options(mut self, options: SignOptions) -> Self {
        self.options = options;
        self
    }

    /// Signs the request as of `now`. It holds for as long as asked, but never longer than the credentials, where their
    /// expiry is known; `expires_at` says how long that is.
    ///
    /// Errors: `expiry_out_of_range`, `upload_key_invalid`, `header_invalid`, `option_invalid` (an option that the
    /// operation does not have), `credentials_expired`, `signing_failed` (a clock before 1970 or after 9999).
    pub fn sign(self, now: SystemTime) -> Result<PresignedRequest> {
        self.sign_with_stages(now).map(|(request, _)| request)
    }

    /// Signs the request and shows every stage.
    #[doc(hidden)]
    pub fn explain(self, now: SystemTime) -> Result<Explained> {
        let (request, stages) = self.sign_with_stages(now)?;
        let (canonical, string_to_sign) = stages.text.split_at(stages.string_to_sign_at);
        Ok(Explained {
            request,
            canonical_request: canonical.to_owned(),
            string_to_sign: string_to_sign.to_owned(),
            signature: stages.signature,
        })
    }

    fn sign_with_stages(&self, now: SystemTime) -> Result<(PresignedRequest, Stages)> {
        self.options.validate()?;
        let asked_seconds = check_expiry(self.options.expires_in)?;
        check_key(self.key)?;
        let headers = self.signed_headers()?;
        let time = Timestamp::from_system_time(now)?;
        let signer = self.presigner.signer();
        let expires_in_seconds = within_credentials(asked_seconds, signer.credentials().expiry(), &time)?;

        let method = self.operation.method();
        let bucket = self.presigner.bucket();
        let mut draft = Request {
            method: method.as_str(),
            origin: bucket.origin(),
            host: bucket.host(),
            url_path: bucket.url_path(),
            base_path: bucket.base_path(),
            key: self.key,
            parameters: &[],
            headers: &headers,
            payload_hash: UNSIGNED_PAYLOAD,
            time: &time,
            expires_in_seconds,
        }
        .draft(signer);
        let (string_to_sign_at, signature) = signer.sign(&mut draft.canonical, &time);
        draft.url.push_str("&X-Amz-Signature=");
        draft.url.push_str(&signature);

        let expires_in = Duration::from_secs(expires_in_seconds);
        let request = PresignedRequest {
            method,
            url: draft.url,
            headers: headers.into_map()?,
            expires_in,
            expires_at: time.system_time() + expires_in,
        };
        Ok((request, Stages { text: draft.canonical, string_to_sign_at, signature }))
    }

    fn signed_headers(&self) -> Result<SignedHeaders<'_>> {
        let mut headers = SignedHeaders::default();
        if let Some(content_type) = &self.options.content_type {
            self.check_option("content_type", &[Operation::Put])?;
            headers.insert(CONTENT_TYPE, content_type)?;
        }
        if let Some(content_length) = self.options.content_length {
            self.check_option("content_length", &[Operation::Put])?;
            headers.insert_number(CONTENT_LENGTH, content_length);
        }
        Ok(headers)
    }

    /// An option that the operation does not have would be ignored or never match: it is an error.
    fn check_option(&self, name: &'static str, operations: &[Operation]) -> Result<()> {
        if operations.contains(&self.operation) {
            return Ok(());
        }
        let words: Vec<_> = operations.iter().map(|operation| operation.as_str()).collect();
        Err(ErrorKind::OptionInvalid {
            name: name.to_owned(),
            expected: format!("the operation {}", words.join(" or ")),
            received: self.operation.as_str().to_owned(),
        }
        .into())
    }
}

/// The canonical request with the string to sign after it, and the signature.
struct Stages {
    text: String,
    string_to_sign_at: usize,
    signature: String,
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
