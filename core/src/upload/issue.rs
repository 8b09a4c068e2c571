//! `Uploads`: checks a request against the policy and issues a ticket.
//!
//! ```text
//! request   owner user-7, content_type image/jpeg, 48211 bytes
//! key       uploads/user-7/1700000000250-0123456789abcdef.jpg
//! ticket    PUT https://.../incoming/uploads/user-7/1700000000250-0123456789abcdef.jpg?X-Amz-...
//!           with content-type: image/jpeg and content-length: 48211, both of them signed
//! ```

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::media_type::is_undeclared;
use crate::options::clip;
use crate::presign::{Operation, Presigner};
use crate::upload::key_template::KeyTemplate;
use crate::upload::owner::check_owner;
use crate::upload::policy::{Promote, UploadMethod, UploadPolicy, public_url};
use crate::upload::request::{UploadRequest, check_filename, parse_checksum};
use crate::upload::ticket::UploadTicket;

/// Issues tickets for uploads under one policy. Make it once and share it.
///
/// ```
/// use presize::{Bucket, Credentials, Presigner, UploadPolicy, UploadRequest, Uploads};
/// use std::time::SystemTime;
///
/// let presigner = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, Credentials::new("AKIDEXAMPLE", "secret")?);
/// let uploads = Uploads::new(presigner, UploadPolicy::default())?;
/// let nonce = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes(); // in a program: 16 random bytes
/// let ticket = uploads.issue(&UploadRequest::new("user-7", "image/jpeg", 48_211), nonce, SystemTime::now())?;
/// assert!(ticket.key.starts_with("uploads/user-7/") && ticket.key.ends_with("-0123456789abcdef.jpg"));
/// assert_eq!(ticket.headers["content-length"], "48211");
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Uploads {
    presigner: Presigner,
    policy: UploadPolicy,
    template: KeyTemplate,
    public_base: Option<String>,
}

impl Uploads {
    /// Uploads into the presigner's bucket under this policy.
    ///
    /// Errors: `option_invalid`, when the policy makes no sense; `header_invalid`, when its `cache_control` or `metadata` cannot
    /// be sent; `post_form_unsupported`, when it asks for POST forms and the bucket takes none.
    pub fn new(presigner: Presigner, policy: UploadPolicy) -> Result<Self> {
        let template = policy.check()?;
        presigner.check_options(Operation::Put, &policy.longest_headers()?)?;
        if policy.method == UploadMethod::Post {
            presigner.bucket().check_post_form()?;
        }
        let public_base = policy.public_base()?;
        Ok(Self { presigner, policy, template, public_base })
    }

    /// The policy.
    pub fn policy(&self) -> &UploadPolicy {
        &self.policy
    }

    /// The presigner, to read what was uploaded.
    pub fn presigner(&self) -> &Presigner {
        &self.presigner
    }

    /// Issues a ticket as of `now`. `nonce` is 16 bytes from a secure random source: they make the key one that nobody
    /// can guess or use twice.
    ///
    /// Errors: `upload_owner_invalid`, `upload_format_not_allowed`, `upload_too_small`, `upload_too_large`,
    /// `option_invalid` (the file's name, its checksum), `credentials_expired`, `signing_failed`.
    pub fn issue(&self, request: &UploadRequest, nonce: [u8; 16], now: SystemTime) -> Result<UploadTicket> {
        check_owner(&request.owner)?;
        let format = self.check_format(&request.content_type)?;
        let sizes = self.allowed_sizes(request.size_bytes)?;
        check_filename(request.filename.as_deref())?;
        parse_checksum(request.checksum_sha256.as_deref())?;
        if request.checksum_sha256.is_some() && self.policy.method == UploadMethod::Post {
            return Err(Error::option_invalid("checksum_sha256", "none with a policy whose method is post", "one"));
        }
        let key = self.template.write(&request.owner, format, nonce, now)?;
        let incoming_key = self.template.incoming_key(&key);
        let public_url = self.public_url(&key);
        Ok(match self.policy.method {
            UploadMethod::Put => {
                let mut put = self.presigner.put(&incoming_key).content_type(format.media_type());
                if self.is_create_only() {
                    put = put.if_none_match("*");
                }
                if let Some(checksum) = &request.checksum_sha256 {
                    put = put.checksum_sha256(checksum);
                }
                if let Some(cache_control) = self.cache_control_in_place() {
                    put = put.cache_control(cache_control);
                }
                let put = put.content_length(request.size_bytes).expires_in(self.lifetime()).sign(now)?;
                UploadTicket::put(put, key, public_url)
            }
            UploadMethod::Post => {
                let mut form = self.presigner.post_form(&incoming_key).content_type(format.media_type());
                if let Some(cache_control) = self.cache_control_in_place() {
                    form = form.cache_control(cache_control);
                }
                let form = form.min_bytes(*sizes.start()).max_bytes(*sizes.end());
                UploadTicket::post(form.expires_in(self.lifetime()).sign(now)?, key, public_url)
            }
        })
    }

    /// The format of a key that was issued to this owner, by its extension.
    ///
    /// Errors: `upload_owner_invalid`, `upload_key_invalid`, `upload_prefix_mismatch`, `upload_owner_mismatch`,
    /// `upload_key_unknown`.
    pub(super) fn match_key(&self, owner: &str, key: &str) -> Result<ImageFormat> {
        self.template.match_key(owner, key, &self.policy.formats)
    }

    /// The key that an object has until its upload is confirmed: the same key, if the policy has no incoming prefix.
    pub(super) fn incoming_key(&self, key: &str) -> String {
        self.template.incoming_key(key)
    }

    /// The URL that an object is served at, if the policy has a public base URL.
    pub(super) fn public_url(&self, key: &str) -> Option<String> {
        self.public_base.as_ref().map(|base| public_url(base, key))
    }

    /// Whether a ticket's PUT never replaces an object: it is signed with `if-none-match: *`.
    fn is_create_only(&self) -> bool {
        let is_put = self.policy.method == UploadMethod::Put;
        self.policy.create_only.unwrap_or(is_put && self.presigner.bucket().honours_conditions())
    }

    /// Whether the store copies a checked upload to its final key, unless the file has to be changed.
    pub(super) fn copies(&self) -> bool {
        match self.policy.promote {
            Promote::Auto => self.presigner.bucket().honours_conditions(),
            Promote::Copy => true,
            Promote::Write => false,
        }
    }

    /// The `Cache-Control` of a ticket. Only an upload that goes straight to its final key has one: any other is written again.
    fn cache_control_in_place(&self) -> Option<&str> {
        self.policy.cache_control.as_deref().filter(|_| self.policy.incoming_prefix.is_empty())
    }

    fn lifetime(&self) -> Duration {
        Duration::from_secs(self.policy.expires_in)
    }

    /// The format of a content type. The ticket signs the registered media type of the format, also where the client used
    /// another name for it. If the content type leaves the format open, it is the only format of the policy; a policy with
    /// several formats has none that could be signed.
    ///
    /// Error: `upload_format_not_allowed`.
    fn check_format(&self, content_type: &str) -> Result<ImageFormat> {
        let format = match self.policy.formats.as_slice() {
            [only] if is_undeclared(content_type) => Some(*only),
            _ => ImageFormat::from_media_type(content_type),
        };
        format.filter(|format| self.policy.formats.contains(format)).ok_or_else(|| {
            let allowed = self.policy.formats.iter().map(|format| format.media_type().to_owned()).collect();
            ErrorKind::UploadFormatNotAllowed { content_type: clip(content_type), allowed }.into()
        })
    }

    /// The sizes that the ticket allows, in bytes: that of the request; for a form without a size, those of the policy.
    ///
    /// Errors: `upload_too_small`, `upload_too_large`.
    fn allowed_sizes(&self, size_bytes: u64) -> Result<RangeInclusive<u64>> {
        let (min_bytes, max_bytes) = (self.policy.min_bytes, self.policy.max_bytes);
        if size_bytes == 0 && self.policy.method == UploadMethod::Post {
            return Ok(min_bytes..=max_bytes);
        }
        if size_bytes < min_bytes {
            return Err(ErrorKind::UploadTooSmall { size_bytes, min_bytes }.into());
        }
        if size_bytes > max_bytes {
            return Err(ErrorKind::UploadTooLarge { size_bytes, max_bytes }.into());
        }
        Ok(size_bytes..=size_bytes)
    }
}
