//! `Uploads` from variables of the environment: those of R2, or those that AWS's own clients read.

use crate::error::Result;
use crate::presign::presigner_and_public_url;
use crate::upload::issue::Uploads;
use crate::upload::policy::UploadPolicy;

impl Uploads {
    /// Uploads into the bucket that the environment describes, under this policy. An empty variable counts as one that is
    /// not set.
    ///
    /// For R2, if any of these variables is set: `R2_ACCOUNT_ID`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY`, `R2_BUCKET_NAME` and
    /// `R2_PUBLIC_URL`, all five; the last one becomes the policy's `public_base_url`, and is needed only where that is unset.
    ///
    /// Otherwise, for S3: `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_BUCKET_NAME`, `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`, and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`, as
    /// [`Credentials::from_env`](crate::Credentials::from_env) reads them; `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, the
    /// address of another server that speaks S3, in path style;
    /// `AWS_PUBLIC_URL`, for a `public_base_url` that is unset.
    ///
    /// Errors: `environment_incomplete` (naming every variable that is missing), `credentials_invalid`, `bucket_invalid`,
    /// and those of [`Uploads::new`].
    pub fn from_env(policy: UploadPolicy) -> Result<Self> {
        Self::from_vars(policy, |name| std::env::var(name).ok())
    }

    /// The same from any source of named values.
    ///
    /// Errors: those of [`from_env`](Uploads::from_env).
    pub fn from_vars(mut policy: UploadPolicy, mut read: impl FnMut(&str) -> Option<String>) -> Result<Self> {
        let (presigner, public_url) = presigner_and_public_url(&mut read, policy.public_base_url.is_none())?;
        policy.public_base_url = policy.public_base_url.or(public_url);
        Self::new(presigner, policy)
    }
}
