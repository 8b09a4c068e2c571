//! `Presigner` from variables of the environment: those of R2, or those that AWS's own clients read.

use crate::error::{ErrorKind, Result};
use crate::presign::bucket::Bucket;
use crate::presign::bucket_options::UrlStyle;
use crate::presign::credentials::Credentials;
use crate::presign::presigner::Presigner;

const R2_VARIABLES: [&str; 5] =
    ["R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME", "R2_PUBLIC_URL"];

/// Reads a variable by its name; an empty one counts as unset.
type ReadVariable<'a> = dyn FnMut(&str) -> Option<String> + 'a;

impl Presigner {
    /// A presigner for the bucket that the environment describes. An empty variable counts as one that is not set.
    ///
    /// For R2, if any variable that begins with `R2_` is set: `R2_ACCOUNT_ID`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY` and
    /// `R2_BUCKET_NAME`, all four.
    ///
    /// Otherwise, for S3: `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_BUCKET_NAME`, `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`, and if set `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`, as [`Credentials::from_env`]
    /// reads them; `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, the address of another server that speaks S3, in path style.
    ///
    /// Errors: `environment_incomplete` (naming every variable that is missing), `credentials_invalid`, `bucket_invalid`.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    /// The same from any source of named values.
    ///
    /// Errors: those of [`from_env`](Presigner::from_env).
    pub fn from_vars(mut read: impl FnMut(&str) -> Option<String>) -> Result<Self> {
        Ok(presigner_and_public_url(&mut read, false)?.0)
    }
}

/// The presigner, and the base URL under which the bucket is served. `needs_url`: for R2 the URL is then a required variable.
pub(crate) fn presigner_and_public_url(
    read: &mut ReadVariable<'_>,
    needs_url: bool,
) -> Result<(Presigner, Option<String>)> {
    let mut read = |name: &str| read(name).filter(|value| !value.is_empty());
    let is_r2 = R2_VARIABLES.iter().any(|name| read(name).is_some());
    if is_r2 { from_r2(&mut read, needs_url) } else { from_aws(&mut read) }
}

fn from_r2<'a>(read: &'a mut ReadVariable<'a>, needs_url: bool) -> Result<(Presigner, Option<String>)> {
    let mut required = RequiredVariables { read, missing: Vec::new() };
    let [account, access_key_id, secret_access_key, bucket] = [
        required.value(&["R2_ACCOUNT_ID"]),
        required.value(&["R2_ACCESS_KEY_ID"]),
        required.value(&["R2_SECRET_ACCESS_KEY"]),
        required.value(&["R2_BUCKET_NAME"]),
    ];
    let public_url = needs_url.then(|| required.value(&["R2_PUBLIC_URL"]));
    required.finish()?;
    let credentials = Credentials::new(access_key_id, secret_access_key)?;
    Ok((Presigner::new(Bucket::r2(&account, &bucket)?, credentials), public_url))
}

fn from_aws<'a>(read: &'a mut ReadVariable<'a>) -> Result<(Presigner, Option<String>)> {
    let mut required = RequiredVariables { read, missing: Vec::new() };
    let region = required.value(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let name = required.value(&["AWS_BUCKET_NAME"]);
    required.require_set("AWS_ACCESS_KEY_ID");
    required.require_set("AWS_SECRET_ACCESS_KEY");
    let read = required.finish()?;
    let credentials = Credentials::from_vars(&mut *read)?;
    let bucket = match read("AWS_ENDPOINT_URL_S3").or_else(|| read("AWS_ENDPOINT_URL")) {
        Some(endpoint) => Bucket::custom(&endpoint, &region, &name, UrlStyle::Path)?,
        None => Bucket::s3(&region, &name)?,
    };
    Ok((Presigner::new(bucket, credentials), read("AWS_PUBLIC_URL")))
}

/// Collects the names of all required variables that are missing, so that one error names all of them.
struct RequiredVariables<'a> {
    read: &'a mut ReadVariable<'a>,
    missing: Vec<String>,
}

impl<'a> RequiredVariables<'a> {
    /// The value of the first of these variables that is set. If none is, the first one is noted as missing.
    fn value(&mut self, names: &[&str]) -> String {
        let value = names.iter().find_map(|name| (self.read)(name));
        value.unwrap_or_else(|| {
            self.missing.extend(names.first().map(|name| (*name).to_owned()));
            String::new()
        })
    }

    /// Notes a variable as missing unless it is set; its value is read elsewhere.
    fn require_set(&mut self, name: &str) {
        if (self.read)(name).is_none() {
            self.missing.push(name.to_owned());
        }
    }

    /// Error: `environment_incomplete`.
    fn finish(self) -> Result<&'a mut ReadVariable<'a>> {
        if self.missing.is_empty() {
            return Ok(self.read);
        }
        Err(ErrorKind::EnvironmentIncomplete { missing: self.missing }.into())
    }
}
