//! `Uploads` from variables of the environment: those of R2, or those that AWS's own clients read.

use crate::error::{ErrorKind, Result};
use crate::presign::{Bucket, Credentials, Presigner, UrlStyle};
use crate::upload::issue::Uploads;
use crate::upload::policy::UploadPolicy;

const R2_VARIABLES: [&str; 5] =
    ["R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME", "R2_PUBLIC_URL"];

/// A source of named values; an empty one is none.
type Read<'a> = dyn FnMut(&str) -> Option<String> + 'a;

impl Uploads {
    /// Uploads into the bucket that the environment describes, under this policy. An empty variable counts as one that is
    /// not set.
    ///
    /// For R2, where any of them is set: `R2_ACCOUNT_ID`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY`, `R2_BUCKET_NAME` and
    /// `R2_PUBLIC_URL`, all five; the last one becomes the policy's `public_base_url`, and is needed only where that is unset.
    ///
    /// Otherwise, for S3: `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_BUCKET_NAME`, `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`, and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`, as [`Credentials::from_env`]
    /// has them; `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, the address of another server that speaks S3, in path style;
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
    pub fn from_vars(policy: UploadPolicy, mut read: impl FnMut(&str) -> Option<String>) -> Result<Self> {
        let mut read = |name: &str| read(name).filter(|value| !value.is_empty());
        let is_r2 = R2_VARIABLES.iter().any(|name| read(name).is_some());
        if is_r2 { from_r2(policy, &mut read) } else { from_aws(policy, &mut read) }
    }
}

fn from_r2<'a>(mut policy: UploadPolicy, read: &'a mut Read<'a>) -> Result<Uploads> {
    let mut demanded = Demanded { read, missing: Vec::new() };
    let [account, access_key_id, secret_access_key, bucket] = [
        demanded.value(&["R2_ACCOUNT_ID"]),
        demanded.value(&["R2_ACCESS_KEY_ID"]),
        demanded.value(&["R2_SECRET_ACCESS_KEY"]),
        demanded.value(&["R2_BUCKET_NAME"]),
    ];
    if policy.public_base_url.is_none() {
        policy.public_base_url = Some(demanded.value(&["R2_PUBLIC_URL"]));
    }
    demanded.check()?;
    let credentials = Credentials::new(access_key_id, secret_access_key)?;
    Uploads::new(Presigner::new(Bucket::r2(&account, &bucket)?, credentials), policy)
}

fn from_aws<'a>(mut policy: UploadPolicy, read: &'a mut Read<'a>) -> Result<Uploads> {
    let mut demanded = Demanded { read, missing: Vec::new() };
    let region = demanded.value(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let name = demanded.value(&["AWS_BUCKET_NAME"]);
    demanded.note("AWS_ACCESS_KEY_ID");
    demanded.note("AWS_SECRET_ACCESS_KEY");
    let read = demanded.check()?;
    let credentials = Credentials::from_vars(&mut *read)?;
    let bucket = match read("AWS_ENDPOINT_URL_S3").or_else(|| read("AWS_ENDPOINT_URL")) {
        Some(endpoint) => Bucket::custom(&endpoint, &region, &name, UrlStyle::Path)?,
        None => Bucket::s3(&region, &name)?,
    };
    policy.public_base_url = policy.public_base_url.or_else(|| read("AWS_PUBLIC_URL"));
    Uploads::new(Presigner::new(bucket, credentials), policy)
}

/// Variables that must be there, so that all missing ones are named at once.
struct Demanded<'a> {
    read: &'a mut Read<'a>,
    missing: Vec<String>,
}

impl<'a> Demanded<'a> {
    /// The value of the first of these variables that is set. Where none is, the first is missing.
    fn value(&mut self, names: &[&str]) -> String {
        let value = names.iter().find_map(|name| (self.read)(name));
        value.unwrap_or_else(|| {
            self.missing.extend(names.first().map(|name| (*name).to_owned()));
            String::new()
        })
    }

    /// A variable whose value is read elsewhere.
    fn note(&mut self, name: &str) {
        if (self.read)(name).is_none() {
            self.missing.push(name.to_owned());
        }
    }

    /// Error: `environment_incomplete`.
    fn check(self) -> Result<&'a mut Read<'a>> {
        if self.missing.is_empty() {
            return Ok(self.read);
        }
        Err(ErrorKind::EnvironmentIncomplete { missing: self.missing }.into())
    }
}
