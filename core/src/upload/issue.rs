//! `Uploads`: checks a request against the policy and issues a ticket.

use std::time::{Duration, SystemTime};

use crate::error::{ErrorKind, Result};
use crate::format::ImageFormat;
use crate::options::clip;
use crate::presign::Presigner;
use crate::upload::key::{check_owner, object_key};
use crate::upload::policy::{UploadPolicy, public_url};
use crate::upload::request::UploadRequest;
use crate::upload::ticket::UploadTicket;

/// Issues tickets for uploads under one policy. Make it once and share it.
///
/// ```
/// use presize::{Bucket, Credentials, Presigner, UploadPolicy, UploadRequest, Uploads};
/// use std::time::SystemTime;
///
/// let presigner = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, Credentials::new("AKIDEXAMPLE", "secret")?);
/// let uploads = Uploads::new(presigner, UploadPolicy::default())?;
/// let nonce = 0x0123_4567_89ab_cdef_u64.to_be_bytes(); // in a program: 8 random bytes
/// let ticket = uploads.issue(&UploadRequest::new("user-7", "image/jpeg", 48_211), nonce, SystemTime::now())?;
/// assert!(ticket.key.starts_with("uploads/user-7/") && ticket.key.ends_with("-0123456789abcdef.jpg"));
/// assert_eq!(ticket.headers["content-length"], "48211");
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Uploads {
    presigner: Presigner,
    policy: UploadPolicy,
    public_base: Option<String>,
}

impl Uploads {
    /// Uploads into the presigner's bucket under this policy.
    ///
    /// Error: `option_invalid`, when the policy makes no sense.
    pub fn new(presigner: Presigner, policy: UploadPolicy) -> Result<Self> {
        policy.check()?;
        let public_base = policy.public_base()?;
        Ok(Self { presigner, policy, public_base })
    }

    /// The policy.
    pub fn policy(&self) -> &UploadPolicy {
        &self.policy
    }

    /// The presigner, to read what was uploaded.
    pub fn presigner(&self) -> &Presigner {
        &self.presigner
    }

    /// Issues a ticket as of `now`. `nonce` is 8 bytes from a secure random source: they make the key one that nobody
    /// can guess or use twice.
    ///
    /// Errors: `upload_owner_invalid`, `upload_format_not_allowed`, `upload_too_small`, `upload_too_large`,
    /// `option_invalid` (the file's name), `credentials_expired`, `signing_failed`.
    pub fn issue(&self, request: &UploadRequest, nonce: [u8; 8], now: SystemTime) -> Result<UploadTicket> {
        check_owner(&request.owner)?;
        let format = self.check_format(&request.content_type)?;
        self.check_size(request.size_bytes)?;
        request.check_filename()?;
        let key = object_key(&self.policy.prefix, &request.owner, format, nonce, now)?;
        let signed = self
            .presigner
            .put(&key)
            .content_type(format.media_type())
            .content_length(request.size_bytes)
            .expires_in(Duration::from_secs(self.policy.expires_in))
            .sign(now)?;
        Ok(UploadTicket {
            method: signed.method,
            url: signed.url,
            headers: signed.headers,
            public_url: self.public_base.as_ref().map(|base| public_url(base, &key)),
            key,
            expires_in: signed.expires_in,
            expires_at: signed.expires_at,
        })
    }

    /// The format of a content type. What is signed is the format's registered type, whatever the client called it.
    fn check_format(&self, content_type: &str) -> Result<ImageFormat> {
        let format = ImageFormat::from_media_type(content_type);
        format.filter(|format| self.policy.formats.contains(format)).ok_or_else(|| {
            let allowed = self.policy.formats.iter().map(|format| format.media_type().to_owned()).collect();
            ErrorKind::UploadFormatNotAllowed { content_type: clip(content_type), allowed }.into()
        })
    }

    fn check_size(&self, size_bytes: u64) -> Result<()> {
        let (min_bytes, max_bytes) = (self.policy.min_bytes, self.policy.max_bytes);
        if size_bytes < min_bytes {
            return Err(ErrorKind::UploadTooSmall { size_bytes, min_bytes }.into());
        }
        if size_bytes > max_bytes {
            return Err(ErrorKind::UploadTooLarge { size_bytes, max_bytes }.into());
        }
        Ok(())
    }
}
