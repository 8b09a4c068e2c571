//! Browser POST forms: the URL and the fields with which a page uploads straight to the bucket, within the conditions of a
//! policy. Unlike a presigned PUT, which signs one exact size, a form has a range of sizes.
//!
//! ```text
//! options     key cats/1.webp, max_bytes 5000000, content_type image/webp
//! conditions  {"Content-Type": "image/webp"}, ["content-length-range", 1, 5000000], {"bucket": "photos"},
//!             {"key": "cats/1.webp"}, {"x-amz-algorithm": ...}, {"x-amz-credential": ...}, {"x-amz-date": ...}
//! policy      base64 of {"expiration": "2026-01-01T00:15:00Z", "conditions": [...]}
//! signature   hex(HMAC(signing key, policy)): the base64 text itself is the string to sign
//! fields      key, Content-Type, x-amz-algorithm, x-amz-credential, x-amz-date, policy, x-amz-signature; then the file
//! ```
//!
//! AWS, "Authenticating Requests: Browser-Based Uploads Using POST (Signature Version 4)":
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html>

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{OptionType, OptionValue};
use crate::presign::context::SigningContext;
use crate::presign::key::check_key;
use crate::presign::post_form_options::PostFormOptions;
use crate::presign::post_policy::{Condition, write_policy};
use crate::presign::request::{check_expiry, limit_to_credentials};
use crate::presign::sign::ALGORITHM;
use crate::presign::sign_options::{CannedAcl, ServerSideEncryption};
use crate::presign::timestamp::Timestamp;

/// S3 replaces this by the name of the file that the user picks.
const FILENAME: &str = "${filename}";

/// S3's limit for a form without its file, in bytes.
const MAX_FORM_BYTES: usize = 20 * 1024;

/// The bytes that `multipart/form-data` adds to each field: a boundary and the header of the field.
const MULTIPART_OVERHEAD_BYTES: usize = 128;

/// The fields whose values no `Debug` shows.
const SECRET_FIELDS: [&str; 4] = ["x-amz-credential", "x-amz-security-token", "policy", "x-amz-signature"];

/// A form to be signed: options, then [`sign`](PostFormBuilder::sign). There is a method for each row of
/// [`PostFormOptions`]. See [`Presigner::post_form`](crate::Presigner::post_form).
#[derive(Debug, Clone)]
#[must_use = "nothing is signed before `sign`"]
pub struct PostFormBuilder<'a> {
    context: &'a SigningContext,
    key: &'a str,
    options: PostFormOptions,
}

impl<'a> PostFormBuilder<'a> {
    pub(super) fn new(context: &'a SigningContext, key: &'a str) -> Self {
        Self { context, key, options: PostFormOptions::default() }
    }

    /// How long the form holds: 1 second to 7 days. A fraction of a second is cut off, so that it never holds longer
    /// than asked for; less than a second is refused. Default: 900 seconds.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.options.expires_in = expires_in.as_secs();
        self
    }

    /// One entry of the object's metadata, besides those already there. See [`PostFormOptions::metadata`].
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        self.options.metadata.insert(name.to_owned(), value.to_owned());
        self
    }

    /// One tag of the object, besides those already there. See [`PostFormOptions::tagging`].
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.options.tagging.insert(name.to_owned(), value.to_owned());
        self
    }

    /// One field that the page adds, besides those already there. See [`PostFormOptions::starts_with`].
    pub fn starts_with(mut self, name: &str, prefix: &str) -> Self {
        self.options.starts_with.insert(name.to_owned(), prefix.to_owned());
        self
    }

    /// All options at once; those set before are lost.
    pub fn options(mut self, options: PostFormOptions) -> Self {
        self.options = options;
        self
    }

    /// Options from raw names and values, as the bindings have them, besides those already set.
    ///
    /// Error: `option_invalid`, as from [`PostFormOptions::from_named`].
    pub fn named<'v>(mut self, values: impl IntoIterator<Item = (&'v str, OptionValue<'v>)>) -> Result<Self> {
        for (name, value) in values {
            self.options.set_named(name, &value)?;
        }
        Ok(self)
    }

    /// Signs the form as of `now`. It holds for as long as asked, but never longer than the credentials, where their
    /// expiry is known; `expires_at` says how long that is.
    ///
    /// Errors: `post_form_unsupported` (R2 and access points), `expiry_out_of_range`, `option_invalid` (`max_bytes` not
    /// given; options that contradict each other; fields of more than 20 KiB together), `upload_key_invalid`,
    /// `header_invalid`, `credentials_expired`, `signing_failed` (a time, or an end of the lifetime, before 1970 or after 9999).
    pub fn sign(self, now: SystemTime) -> Result<PostForm> {
        let bucket = &self.context.bucket;
        bucket.check_post_form()?;
        self.options.validate()?;
        let asked_seconds = check_expiry(self.options.expires_in)?;
        let key_condition = key_condition(self.key)?;
        let mut conditions = self.options.conditions(bucket.is_s3())?;
        let time = Timestamp::from_system_time(now)?;
        let signer = &self.context.signer;
        let credentials = signer.credentials();
        let expires_in_seconds = limit_to_credentials(asked_seconds, credentials.expiry(), &time)?;
        let (expires_in, expires_at) = (Duration::from_secs(expires_in_seconds), time.after(expires_in_seconds)?);

        let mut fields = vec![("key".to_owned(), self.key.to_owned())];
        fields.extend(conditions.iter().filter_map(Condition::field));
        conditions.push(Condition::exact("bucket", bucket.name()));
        conditions.push(key_condition);
        let credential = format!("{}/{}{}", credentials.access_key_id(), time.date(), signer.scope());
        let signature_conditions = [
            Some(Condition::exact("x-amz-algorithm", ALGORITHM)),
            Some(Condition::exact("x-amz-credential", &credential)),
            Some(Condition::exact("x-amz-date", time.date_time())),
            credentials.token().map(|token| Condition::exact("x-amz-security-token", token)),
        ];
        for condition in signature_conditions.into_iter().flatten() {
            fields.extend(condition.field());
            conditions.push(condition);
        }
        let policy = STANDARD.encode(write_policy(&Timestamp::from_system_time(expires_at)?, &conditions));
        // The string to sign is the base64 text.
        let signature = signer.signature(policy.as_bytes(), &time)?;
        fields.push(("policy".to_owned(), policy));
        fields.push(("x-amz-signature".to_owned(), signature.as_str().to_owned()));
        check_size(&fields)?;

        let path = if bucket.url_path().is_empty() { "/" } else { bucket.url_path() };
        Ok(PostForm { url: format!("{}{path}", bucket.origin()), fields, expires_in, expires_at })
    }
}

/// The methods that set one option.
macro_rules! setters {
    ($($option:ident: $type:ty,)+) => {
        impl PostFormBuilder<'_> {$(
            #[doc = concat!("Sets [`PostFormOptions::", stringify!($option), "`].")]
            pub fn $option(mut self, $option: $type) -> Self {
                self.options.$option = OptionType::from_set($option);
                self
            }
        )+}
    };
}

setters! {
    min_bytes: u64,
    max_bytes: u64,
    content_type: &str,
    content_type_starts_with: &str,
    cache_control: &str,
    content_disposition: &str,
    content_encoding: &str,
    acl: CannedAcl,
    storage_class: &str,
    server_side_encryption: ServerSideEncryption,
    sse_kms_key_id: &str,
    success_action_status: u32,
    success_action_redirect: &str,
}

/// The condition on the key: exactly this one, or with `${filename}` at its end the prefix before it.
///
/// Error: `upload_key_invalid`.
fn key_condition(key: &str) -> Result<Condition<'_>> {
    let prefix = key.strip_suffix(FILENAME);
    let fixed = prefix.unwrap_or(key);
    let refuse = |reason| Err(Error::from(ErrorKind::UploadKeyInvalid { reason }));
    if fixed.contains(FILENAME) {
        return refuse("one with ${filename} before its end");
    }
    if prefix == Some("") {
        return refuse("${filename} alone, with which any object could be overwritten");
    }
    check_key(fixed)?;
    Ok(if prefix.is_some() { Condition::starts_with("key", fixed) } else { Condition::exact("key", fixed) })
}

fn check_size(fields: &[(String, String)]) -> Result<()> {
    let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len() + MULTIPART_OVERHEAD_BYTES).sum();
    if bytes <= MAX_FORM_BYTES {
        return Ok(());
    }
    Err(ErrorKind::OptionInvalid {
        name: "all fields of the form together".to_owned(),
        expected: format!("at most {MAX_FORM_BYTES} bytes"),
        received: bytes.to_string(),
    }
    .into())
}

/// A form that anybody who holds it may send until it expires, with `multipart/form-data` as its encoding and the method
/// POST: all `fields` in their order, then those that the options leave to the page, and `file` as the last one, since S3
/// ignores what comes after it. The fields are as good as a password: `Debug` leaves their secrets out.
#[derive(Clone)]
#[non_exhaustive]
pub struct PostForm {
    /// Where the form is sent: its `action`.
    pub url: String,
    /// Names and values, `key` first. All of them must be sent as they are.
    pub fields: Vec<(String, String)>,
    /// How long it holds from the whole second at which it was signed. Shorter than asked for where the credentials
    /// expire sooner.
    pub expires_in: Duration,
    /// When it ceases to hold, by the server's clock: a whole second.
    pub expires_at: SystemTime,
}

impl fmt::Debug for PostForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostForm")
            .field("url", &self.url)
            .field("fields", &redacted_fields(&self.fields))
            .field("expires_in", &self.expires_in)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// The fields as `Debug` shows them: `...` for the secret ones.
pub(crate) fn redacted_fields(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let redact = |name, value| if SECRET_FIELDS.contains(&name) { "..." } else { value };
    fields.iter().map(|(name, value)| (name.as_str(), redact(name, value.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presign::bucket::Bucket;
    use crate::presign::credentials::Credentials;
    use crate::presign::presigner::Presigner;
    use crate::presign::sign::Signer;

    /// AWS's published example, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)":
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
    const PUBLISHED_POLICY: [&str; 16] = [
        r#"{ "expiration": "2015-12-30T12:00:00.000Z","#,
        r#"  "conditions": ["#,
        r#"    {"bucket": "sigv4examplebucket"},"#,
        r#"    ["starts-with", "$key", "user/user1/"],"#,
        r#"    {"acl": "public-read"},"#,
        r#"    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},"#,
        r#"    ["starts-with", "$Content-Type", "image/"],"#,
        r#"    {"x-amz-meta-uuid": "14365123651274"},"#,
        r#"    {"x-amz-server-side-encryption": "AES256"},"#,
        r#"    ["starts-with", "$x-amz-meta-tag", ""],"#,
        "",
        r#"    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},"#,
        r#"    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},"#,
        r#"    {"x-amz-date": "20151229T000000Z" }"#,
        "  ]",
        "}",
    ];

    #[test]
    fn aws_published_example() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let signer = Signer::new(Credentials::new("AKIAIOSFODNN7EXAMPLE", secret).unwrap(), "us-east-1", "s3");
        let time = SystemTime::UNIX_EPOCH + Duration::from_hours(403_152); // 2015-12-29
        let policy = STANDARD.encode(PUBLISHED_POLICY.join("\r\n"));
        assert!(policy.starts_with("eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6"));
        let signature = signer.signature(policy.as_bytes(), &Timestamp::from_system_time(time).unwrap()).unwrap();
        assert_eq!(signature.as_str(), "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials::new("AKIDSHOWN", "hushhush").unwrap().session_token("tokentoken").unwrap();
        let presigner = Presigner::new(Bucket::s3("us-east-1", "photos").unwrap(), credentials);
        let builder = presigner.post_form("cats/1.jpg").max_bytes(5_000_000).content_type("image/jpeg");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let form = builder.clone().sign(now).unwrap();
        let shown = format!("{builder:?} {form:?} {form:#?}");
        for (name, value) in &form.fields {
            assert_eq!(shown.contains(value.as_str()), !SECRET_FIELDS.contains(&name.as_str()), "{name}");
        }
        for secret in ["AKIDSHOWN", "hushhush", "tokentoken"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
