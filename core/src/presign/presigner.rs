//! `Presigner`: a bucket and credentials, ready to sign.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::Result;
use crate::presign::bucket::Bucket;
use crate::presign::context::SigningContext;
use crate::presign::credentials::Credentials;
use crate::presign::operation::Operation;
use crate::presign::post_form::PostFormBuilder;
use crate::presign::presigned::PresignedRequest;
use crate::presign::request::{PreparedRequest, PresignBuilder};
use crate::presign::request_parts::RequestParts;
use crate::presign::sign::Signer;
use crate::presign::sign_options::SignOptions;

/// Signs requests for one bucket with one set of credentials. Make it once and share it: a clone is cheap and shares the
/// day's signing key, which is derived with the first request of each day. For other credentials make another one.
///
/// ```
/// use presize::{Bucket, Credentials, Presigner};
/// use std::time::{Duration, SystemTime};
///
/// let presigner = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, Credentials::new("AKIDEXAMPLE", "secret")?);
/// let put = presigner.put("cats/1.webp").content_type("image/webp").content_length(48_211).sign(SystemTime::now())?;
/// let get = presigner.get("cats/1.webp").expires_in(Duration::from_secs(60)).sign(SystemTime::now())?;
/// assert!(get.url.starts_with("https://photos.s3.ap-northeast-2.amazonaws.com/cats/1.webp?"));
/// assert_eq!(put.headers["content-type"], "image/webp");
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Clone)]
pub struct Presigner {
    context: Arc<SigningContext>,
}

impl Presigner {
    /// A presigner for this bucket, with these credentials.
    pub fn new(bucket: Bucket, credentials: Credentials) -> Self {
        Self { context: Arc::new(SigningContext::new(bucket, credentials)) }
    }

    /// Reads an object.
    pub fn get<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.request(Operation::Get, key)
    }

    /// Writes an object.
    pub fn put<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.request(Operation::Put, key)
    }

    /// Reads an object's headers.
    pub fn head<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.request(Operation::Head, key)
    }

    /// Removes an object.
    pub fn delete<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.request(Operation::Delete, key)
    }

    /// Writes an object as a copy of another one: [`Bucket::copy_source`] names one of a bucket.
    pub fn copy<'a>(&'a self, key: &'a str, copy_source: &str) -> PresignBuilder<'a> {
        self.request(Operation::CopyObject, key).copy_source(copy_source)
    }

    /// Begins a multipart upload. Its id is in the response: [`parse_upload_id`](crate::presign::parse_upload_id).
    pub fn create_multipart_upload<'a>(&'a self, key: &'a str) -> PresignBuilder<'a> {
        self.request(Operation::CreateMultipartUpload, key)
    }

    /// Writes one part, numbered from 1 to 10000. All but the last have at least 5 MiB.
    pub fn upload_part<'a>(&'a self, key: &'a str, upload_id: &str, part_number: u64) -> PresignBuilder<'a> {
        self.request(Operation::UploadPart, key).upload_id(upload_id).part_number(part_number)
    }

    /// Joins the parts. The client sends what [`complete_multipart_body`](crate::presign::complete_multipart_body) writes.
    pub fn complete_multipart_upload<'a>(&'a self, key: &'a str, upload_id: &str) -> PresignBuilder<'a> {
        self.request(Operation::CompleteMultipartUpload, key).upload_id(upload_id)
    }

    /// Aborts a multipart upload and removes its parts.
    pub fn abort_multipart_upload<'a>(&'a self, key: &'a str, upload_id: &str) -> PresignBuilder<'a> {
        self.request(Operation::AbortMultipartUpload, key).upload_id(upload_id)
    }

    /// Lists the parts that were uploaded.
    pub fn list_parts<'a>(&'a self, key: &'a str, upload_id: &str) -> PresignBuilder<'a> {
        self.request(Operation::ListParts, key).upload_id(upload_id)
    }

    /// Any operation, by value. The key is checked when the request is signed: 1 to 1024 bytes of UTF-8 without control
    /// characters and without `.` or `..` as a segment.
    pub fn request<'a>(&'a self, operation: Operation, key: &'a str) -> PresignBuilder<'a> {
        PresignBuilder::new(&self.context, operation, key)
    }

    /// A form with which a browser uploads by POST, within bounds of size. The key is checked when the form is signed, as
    /// that of a request. A key that ends in `${filename}` allows all keys with the prefix before it: S3 appends the name of the
    /// user's file, whatever it is.
    ///
    /// ```
    /// use presize::{Bucket, Credentials, Presigner};
    /// use std::time::SystemTime;
    ///
    /// let presigner = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, Credentials::new("AKIDEXAMPLE", "secret")?);
    /// let form = presigner.post_form("cats/1.webp").max_bytes(5_000_000).content_type("image/webp").sign(SystemTime::now())?;
    /// assert_eq!(form.url, "https://photos.s3.ap-northeast-2.amazonaws.com/");
    /// assert_eq!(form.fields[0], ("key".to_owned(), "cats/1.webp".to_owned()));
    /// # Ok::<(), presize::Error>(())
    /// ```
    pub fn post_form<'a>(&'a self, key: &'a str) -> PostFormBuilder<'a> {
        PostFormBuilder::new(&self.context, key)
    }

    /// Signs one request with these options, without a builder.
    ///
    /// Errors: those of [`PresignBuilder::sign`].
    pub fn sign(
        &self,
        operation: Operation,
        key: &str,
        options: &SignOptions,
        now: SystemTime,
    ) -> Result<PresignedRequest> {
        let prepared = PreparedRequest::new(&self.context, operation, Some(options), options.expires_in, now)?;
        prepared.sign(key).map(|(request, _)| request)
    }

    /// Signs the same request for many keys, in their order: options, time and headers are checked and written once.
    ///
    /// Errors: those of [`PresignBuilder::sign`]; one of a key has its [`index`](crate::Error::index).
    pub fn sign_many<K: AsRef<str>>(
        &self,
        operation: Operation,
        keys: impl IntoIterator<Item = K>,
        options: &SignOptions,
        now: SystemTime,
    ) -> Result<Vec<PresignedRequest>> {
        let prepared = PreparedRequest::new(&self.context, operation, Some(options), options.expires_in, now)?;
        let sign = |(index, key): (usize, K)| prepared.sign_one(key.as_ref()).map_err(|error| error.at_index(index));
        keys.into_iter().enumerate().map(sign).collect()
    }

    /// The presigner for the back end's own requests: that of the bucket without its public endpoint.
    pub(crate) fn internal(&self) -> Self {
        let bucket = self.bucket().internal();
        if bucket == *self.bucket() { self.clone() } else { Self::new(bucket, self.signer().credentials().clone()) }
    }

    /// The message authentication code of a message, under a key that is derived from the credentials for this purpose.
    ///
    /// Error: `signing_failed`.
    pub(crate) fn authenticate(&self, purpose: &str, message: &[u8]) -> Result<[u8; 32]> {
        self.signer().authenticate(purpose, message)
    }

    /// Whether a code is that of the message, compared in constant time.
    ///
    /// Error: `signing_failed`.
    pub(crate) fn is_authentic(&self, purpose: &str, message: &[u8], code: &[u8; 32]) -> Result<bool> {
        self.signer().is_authentic(purpose, message, code)
    }

    /// Checks options before any request is signed.
    ///
    /// Errors: `option_invalid`, `header_invalid`.
    pub(crate) fn check_options(&self, operation: Operation, options: &SignOptions) -> Result<()> {
        options.validate()?;
        RequestParts::new(operation, options, self.bucket()).map(drop)
    }

    /// The bucket.
    pub fn bucket(&self) -> &Bucket {
        &self.context.bucket
    }

    fn signer(&self) -> &Signer {
        &self.context.signer
    }
}

/// Shows the bucket; of the credentials only their expiry.
impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigner")
            .field("bucket", self.bucket())
            .field("credentials", self.signer().credentials())
            .finish()
    }
}
