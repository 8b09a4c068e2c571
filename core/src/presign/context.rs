//! `SigningContext`: the bucket and the signer that all requests and forms of a presigner share.

use std::fmt;

use crate::presign::bucket::Bucket;
use crate::presign::credentials::Credentials;
use crate::presign::headers::{CanonicalHeaders, HeadersToSign};
use crate::presign::sign::Signer;

/// A bucket and the signer for its region.
pub(super) struct SigningContext {
    pub(super) bucket: Bucket,
    pub(super) signer: Signer,
    /// The canonical headers of a request that signs `host` alone, as most do: written once.
    pub(super) host_only_headers: CanonicalHeaders,
}

impl SigningContext {
    pub(super) fn new(bucket: Bucket, credentials: Credentials) -> Self {
        let signer = Signer::new(credentials, bucket.region(), "s3");
        let host_only_headers = CanonicalHeaders::new(&HeadersToSign::default(), bucket.host());
        Self { bucket, signer, host_only_headers }
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
