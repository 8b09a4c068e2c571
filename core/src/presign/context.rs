//! What every request of a presigner is signed with.

use std::fmt;

use crate::presign::bucket::Bucket;
use crate::presign::credentials::Credentials;
use crate::presign::headers::{HeaderText, SignedHeaders};
use crate::presign::sign::Signer;

/// A bucket, and the signer for it.
pub(super) struct SigningContext {
    pub(super) bucket: Bucket,
    pub(super) signer: Signer,
    /// The canonical headers of a request that signs no header but `host`, as most do.
    pub(super) host_alone: HeaderText,
}

impl SigningContext {
    pub(super) fn new(bucket: Bucket, credentials: Credentials) -> Self {
        let signer = Signer::new(credentials, bucket.region(), "s3");
        let host_alone = HeaderText::new(&SignedHeaders::default(), bucket.host());
        Self { bucket, signer, host_alone }
    }
}

/// Shows the bucket; of the credentials only their expiry.
impl fmt::Debug for SigningContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningContext")
            .field("bucket", &self.bucket)
            .field("credentials", self.signer.credentials())
            .finish_non_exhaustive()
    }
}
