//! `Presigner`: a bucket and credentials, ready to sign.

use std::fmt;
use std::sync::Arc;

use crate::presign::bucket::Bucket;
use crate::presign::credentials::Credentials;
use crate::presign::post_form::PostFormBuilder;
use crate::presign::request::{Operation, PresignBuilder};
use crate::presign::sign::Signer;

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
    shared: Arc<Shared>,
}

struct Shared {
    bucket: Bucket,
    signer: Signer,
}

impl Presigner {
    /// A presigner for this bucket, with these credentials.
    pub fn new(bucket: Bucket, credentials: Credentials) -> Self {
        let signer = Signer::new(credentials, bucket.region(), "s3");
        Self { shared: Arc::new(Shared { bucket, signer }) }
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

    /// Any operation, by value. The key is checked when the request is signed: 1 to 1024 bytes of UTF-8 without control
    /// characters and without `.` or `..` as a segment.
    pub fn request<'a>(&'a self, operation: Operation, key: &'a str) -> PresignBuilder<'a> {
        PresignBuilder::new(self, operation, key)
    }

    /// A form with which a browser uploads by POST, within bounds of size. The key is checked when the form is signed, as
    /// that of a request; one that ends in `${filename}` stands for all keys with the start before it, and the name that
    /// the user's file has comes after it, whatever that is.
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
        PostFormBuilder::new(self, key)
    }

    /// The bucket.
    pub fn bucket(&self) -> &Bucket {
        &self.shared.bucket
    }

    pub(super) fn signer(&self) -> &Signer {
        &self.shared.signer
    }
}

/// Shows the bucket; of the credentials only their expiry.
impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigner")
            .field("bucket", &self.shared.bucket)
            .field("credentials", self.shared.signer.credentials())
            .finish()
    }
}
