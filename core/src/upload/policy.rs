//! `UploadPolicy`: what may be uploaded, and where it goes.

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::{clip, options, quote};
use crate::presign::encode::push_path;
use crate::presign::endpoint::Endpoint;
use crate::presign::key::check_key;

/// So that prefix, owner and name together stay within the 1024 bytes of a key.
const MAX_PREFIX_BYTES: usize = 512;

options! {
    /// What may be uploaded, and where it goes.
    ///
    /// ```
    /// use presize::{ImageFormat, UploadPolicy};
    ///
    /// let policy = UploadPolicy::default().prefix("avatars").formats(&[ImageFormat::Jpeg]).max_bytes(2_000_000);
    /// assert_eq!(policy.expires_in, 300);
    /// ```
    pub struct UploadPolicy {
        /// The start of every key, without a slash at either end; may be nested (`a/b`) or empty, at most 512 bytes.
        /// Default: `uploads`.
        prefix: String = "uploads".to_owned();
        /// The formats accepted, by the content type that the client declares. Default: jpeg, png, webp, gif.
        formats: Vec<ImageFormat> =
            vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Webp, ImageFormat::Gif];
        /// The largest upload, in bytes; a single PUT of S3 takes 5 GiB. Default: 10485760 (10 MiB).
        max_bytes: u64 = 10 * 1024 * 1024, in 1..=5_368_709_120;
        /// The smallest upload, in bytes. Default: 1.
        min_bytes: u64 = 1, in 1..=5_368_709_120;
        /// How long a ticket holds, in seconds. Default: 300 (5 minutes).
        expires_in: u64 = 300, in 1..=604_800;
        /// Where uploads can be read later, for example a CDN before the bucket: an `http` or `https` URL without query
        /// and fragment, with a path of `A-Z a-z 0-9 - _ . ~ /`. Default: unset, so that a ticket has no `public_url`.
        public_base_url: Option<String> = None;
    }
}

impl UploadPolicy {
    /// Checks the policy as a whole.
    ///
    /// Error: `option_invalid`.
    pub(super) fn check(&self) -> Result<()> {
        self.validate()?;
        check_prefix(&self.prefix)?;
        if self.formats.is_empty() {
            return Err(invalid("formats", "at least one format", "an empty list".to_owned()));
        }
        if self.min_bytes > self.max_bytes {
            let expected = format!("at most max_bytes, which is {},", self.max_bytes);
            return Err(invalid("min_bytes", &expected, self.min_bytes.to_string()));
        }
        self.public_base().map(drop)
    }

    /// The public base URL in the one form in which keys are joined to it: without a slash at the end.
    pub(super) fn public_base(&self) -> Result<Option<String>> {
        let Some(text) = &self.public_base_url else { return Ok(None) };
        let endpoint =
            Endpoint::parse(text).map_err(|reason| invalid("public_base_url", "an http or https URL", clip(reason)))?;
        Ok(Some(endpoint.origin() + &endpoint.path))
    }
}

/// A public URL of a key.
pub(super) fn public_url(base: &str, key: &str) -> String {
    let mut url = String::with_capacity(base.len() + 1 + key.len());
    url.push_str(base);
    url.push('/');
    push_path(&mut url, key);
    url
}

fn check_prefix(prefix: &str) -> Result<()> {
    if prefix.is_empty() {
        return Ok(());
    }
    let has_empty_segment = prefix.split('/').any(str::is_empty);
    if prefix.len() > MAX_PREFIX_BYTES || has_empty_segment || check_key(prefix).is_err() {
        let expected = "the start of a key: at most 512 bytes, no control characters, no empty, . or .. segment";
        return Err(invalid("prefix", expected, quote(prefix)));
    }
    Ok(())
}

pub(super) fn invalid(name: &str, expected: &str, received: String) -> Error {
    ErrorKind::OptionInvalid { name: name.to_owned(), expected: expected.to_owned(), received }.into()
}
