//! `UploadEvent`: a ticket issued or a confirmation ended, as plain data for a program's own log.

use std::time::SystemTime;

use crate::error::{Error, Result, shown};
use crate::options::{OptionValue, clip, option_enum};
use crate::presign::key::check_key;
use crate::presign::timestamp::Timestamp;
use crate::upload::owner::check_owner;
use crate::upload::request::UploadRequest;
use crate::upload::ticket::UploadTicket;

option_enum! {
    /// The call that the event is about.
    pub enum UploadAction {
        /// A ticket was requested.
        Issue = "issue",
        /// An upload was to be checked and stored under its final key.
        Confirm = "confirm",
    }
}

option_enum! {
    /// How the call ended.
    pub enum UploadOutcome {
        /// With a ticket.
        Issued = "issued",
        /// With the upload under its final key.
        Confirmed = "confirmed",
        /// With a refusal: the sender can do something about it.
        Rejected = "rejected",
        /// With a failure that says nothing against the upload.
        Failed = "failed",
    }
}

/// One line of a log. It contains no URL and no secret, and each of its texts is a single line.
///
/// ```
/// use presize::{Bucket, Credentials, Presigner, UploadEvent, UploadOutcome, UploadPolicy, UploadRequest, Uploads};
/// use std::time::SystemTime;
///
/// let presigner = Presigner::new(Bucket::s3("ap-northeast-2", "photos")?, Credentials::new("AKIDEXAMPLE", "secret")?);
/// let uploads = Uploads::new(presigner, UploadPolicy::default())?;
/// let request = UploadRequest::new("user-7", "image/svg+xml", 48_211);
/// let now = SystemTime::now();
/// let event = UploadEvent::issue(&request, &uploads.issue(&request, [0; 16], now), now);
/// assert_eq!((event.outcome, event.code), (UploadOutcome::Rejected, Some("upload_format_not_allowed")));
/// # Ok::<(), presize::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadEvent {
    /// When it happened.
    pub timestamp: SystemTime,
    /// The call.
    pub action: UploadAction,
    /// The owner of the upload. One that is refused is cut to 60 characters; characters that break a line or change the direction
    /// of text are escaped, as `\u{2028}`.
    pub owner: String,
    /// The object's key, if it is known, escaped in the same way. A key that no object can have is cut to 60 characters.
    pub key: Option<String>,
    /// The size of the file in bytes, if it is known: that of the request, or that of the uploaded file.
    pub bytes: Option<u64>,
    /// How the call ended.
    pub outcome: UploadOutcome,
    /// The code of the error, if there was one.
    pub code: Option<&'static str>,
}

impl UploadEvent {
    /// The event of a request for a ticket.
    pub fn issue(request: &UploadRequest, result: &Result<UploadTicket>, now: SystemTime) -> Self {
        let key = result.as_ref().ok().map(|ticket| ticket.key.as_str());
        let bytes = Some(request.size_bytes).filter(|bytes| *bytes > 0);
        Self::new(UploadAction::Issue, &request.owner, key, bytes, result.as_ref().err(), now)
    }

    pub(super) fn new(
        action: UploadAction,
        owner: &str,
        key: Option<&str>,
        bytes: Option<u64>,
        error: Option<&Error>,
        now: SystemTime,
    ) -> Self {
        let outcome = match (error, action) {
            (Some(error), _) if error.http_status() < 500 => UploadOutcome::Rejected,
            (Some(_), _) => UploadOutcome::Failed,
            (None, UploadAction::Issue) => UploadOutcome::Issued,
            (None, UploadAction::Confirm) => UploadOutcome::Confirmed,
        };
        Self {
            timestamp: now,
            action,
            owner: if check_owner(owner).is_ok() { owner.to_owned() } else { clip(owner) },
            key: key.map(|key| if check_key(key).is_ok() { shown(key).into_owned() } else { clip(key) }),
            bytes,
            outcome,
            code: error.map(Error::code),
        }
    }

    /// All fields by name, as the bindings return them: the timestamp as RFC 3339 in whole seconds of UTC, unknown values as
    /// `Null`.
    pub fn to_named(&self) -> Vec<(&'static str, OptionValue<'static>)> {
        let text = |text: &str| OptionValue::Text(text.to_owned().into());
        let timestamp = Timestamp::from_system_time(self.timestamp).ok().map(|timestamp| timestamp.extended());
        let or_null = |value: Option<OptionValue<'static>>| value.unwrap_or(OptionValue::Null);
        vec![
            ("timestamp", or_null(timestamp.as_deref().map(text))),
            ("action", text(self.action.as_str())),
            ("owner", text(&self.owner)),
            ("key", or_null(self.key.as_deref().map(text))),
            ("bytes", or_null(self.bytes.map(|bytes| OptionValue::Number(bytes as f64)))),
            ("outcome", text(self.outcome.as_str())),
            ("code", or_null(self.code.map(text))),
        ]
    }
}
