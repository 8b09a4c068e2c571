//! What all steps know: the upload as it arrived, and how requests for it are signed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use http::header::RANGE;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::imaging::ImageInfo;
use crate::presign::{PresignBuilder, Presigner};
use crate::rules::ImageRules;
use crate::upload::issue::Uploads;
use crate::upload::policy::{CONFIRMED_METADATA, Originals, UploadPolicy, Verify as Depth};

use super::exchange::StoreRequest;
use super::explain::Explain;
use super::find::{Find, Otherwise};
use super::marker::{Fingerprint, Marker};
use super::remove::Remove;
use super::request::ConfirmRequest;
use super::step::Step;
use super::stored::HEAD_BYTES;

/// How long the requests hold: they are sent at once.
const EXPIRES_IN: Duration = Duration::from_mins(5);
/// The most that is read of answers that are no object: XML.
pub(super) const MAX_ANSWER_BYTES: u64 = 65_536;
/// The most attempts at the final key: a copy, the bytes in its place, and what others do in between.
const MAX_ATTEMPTS: u32 = 5;

/// One upload and all that decides on it.
pub(super) struct Arrival {
    pub uploads: Uploads,
    /// Signs for the bucket as the back end reaches it.
    pub presigner: Presigner,
    /// Those of the policy.
    pub rules: ImageRules,
    pub request: ConfirmRequest,
    /// That of the key's extension.
    pub format: ImageFormat,
    /// Where it arrived; `None` where uploads go straight to the final key.
    pub incoming_key: Option<String>,
    /// When its confirmation began, as the object's metadata has it.
    pub timestamp: String,
    /// Its size, once the store has said so.
    pub received_bytes: Option<u64>,
    /// Whether the upload is stored with nothing but what the policy says. Only what is checked in place can be.
    pub is_plain: bool,
    /// The entity tag of the upload, once the store has said so.
    pub received_etag: Option<String>,
    /// The SHA-256 that was promised.
    pub promised_hash: Option<[u8; 32]>,
    /// Whether the final key has been asked for since it is known that the upload is refused.
    pub is_refused_again: bool,
    /// What is at the final key although no confirmation has checked it.
    pub unchecked: Option<Unchecked>,
    /// How often the final key was written, or another object was found there than the one before.
    pub attempts: u32,
    /// Whether the store has refused a write because it was conditional.
    pub refuses_conditions: bool,
    /// The time by which the last request was signed.
    pub asked_at: Option<SystemTime>,
}

/// A copy of other bytes than were checked, by a store that does not read the copy's condition. Another confirmation may have
/// checked just these, and copied them again: then the marker is another one, and the entity tag is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unchecked {
    pub etag: String,
    pub marker: Marker,
}

impl Arrival {
    pub(super) fn final_key(&self) -> &str {
        &self.request.key
    }

    /// The key under which the upload is checked.
    pub(super) fn key(&self) -> &str {
        self.incoming_key.as_deref().unwrap_or(&self.request.key)
    }

    pub(super) fn public_url(&self, key: &str) -> Option<String> {
        self.uploads.public_url(key)
    }

    pub(super) fn policy(&self) -> &UploadPolicy {
        self.uploads.policy()
    }

    /// The metadata of the object at the final key, with the proof that it was checked.
    ///
    /// Error: `signing_failed`.
    pub(super) fn proven_metadata(&self, fingerprint: &Fingerprint) -> Result<BTreeMap<String, String>> {
        let mut metadata = self.metadata();
        metadata.insert(CONFIRMED_METADATA.to_owned(), fingerprint.marker(&self.presigner, self.final_key())?);
        Ok(metadata)
    }

    /// The metadata that the policy asks for.
    pub(super) fn metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = self.policy().metadata.clone();
        if self.policy().record_origin {
            let ConfirmRequest { owner, filename, .. } = &self.request;
            let origin = [
                ("original-filename", filename.as_ref()),
                ("uploaded-by", Some(owner)),
                ("upload-timestamp", Some(&self.timestamp)),
            ];
            metadata.extend(origin.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))));
        }
        metadata
    }

    /// HEAD of an object.
    pub(super) fn head(&self, key: &str, now: SystemTime) -> Result<StoreRequest> {
        Ok(StoreRequest { max_body_bytes: 0, ..sign(self.presigner.head(key), now)? })
    }

    /// GET of an object, if it is still this one: whole, or the first [`HEAD_BYTES`].
    pub(super) fn get(&self, key: &str, etag: &str, bytes: u64, whole: bool, now: SystemTime) -> Result<StoreRequest> {
        let mut request = sign(self.presigner.get(key).if_match(etag), now)?;
        request.max_body_bytes = bytes.max(MAX_ANSWER_BYTES);
        if !whole {
            // Not signed: a server may leave it unread, and the answer says whether it did.
            request.headers.insert(RANGE, HeaderValue::from_static("bytes=0-262143"));
            request.max_body_bytes = HEAD_BYTES;
        }
        Ok(request)
    }

    /// Whether the upload is checked under its final key.
    pub(super) fn is_in_place(&self) -> bool {
        self.incoming_key.is_none()
    }

    /// Whether the store copies the upload, where nothing in it is changed. What it has copied wrongly before is written.
    pub(super) fn copies(&self) -> bool {
        self.uploads.copies() && self.unchecked.is_none()
    }

    /// Whether all bytes of the upload are needed, and not its head alone.
    pub(super) fn needs_whole_file(&self) -> bool {
        let policy = self.policy();
        policy.verify != Depth::Head
            || policy.originals != Originals::AsIs
            || !self.copies()
            || self.promised_hash.is_some()
    }

    /// Whether an upload in place, of which nothing is changed, is stored with the headers that the policy asks for, too.
    pub(super) fn is_as_it_is_to_be(&self, info: &ImageInfo) -> bool {
        self.is_in_place() && self.is_plain && info.format == self.format && self.metadata().is_empty()
    }

    /// Counts an attempt at the final key.
    ///
    /// Error: `store_unavailable`, where others write there again and again.
    pub(super) fn count_attempt(&mut self) -> Result<()> {
        self.attempts += 1;
        if self.attempts <= MAX_ATTEMPTS {
            return Ok(());
        }
        Err(ErrorKind::StoreUnavailable { reason: "the object at the final key kept changing".to_owned() }.into())
    }

    /// As [`Find::unless_confirmed`], where the answer to HEAD does not say why.
    pub(super) fn unless_confirmed_or_explained(&self, error: impl Into<Error>) -> Step {
        let error = error.into();
        if self.is_in_place() {
            return Step::Explain(Explain { error });
        }
        Step::Find(Find { otherwise: Otherwise::Refuse { error, is_explained: false } })
    }

    /// The end of a confirmation that failed. What is wrong with the upload is the end of the upload too; what is wrong
    /// with the store, or with us, is none of its fault. What is at the final key is never removed, unless it is the upload.
    ///
    /// Another confirmation may have confirmed the upload while this one checked what its client has sent since: the final
    /// key is asked for once more, and what is there decides.
    pub(super) fn refuse(&self, error: Error) -> Step {
        let is_rejected = error.http_status() < 500 && !matches!(error.kind(), ErrorKind::Cancelled {});
        let is_gone = matches!(error.kind(), ErrorKind::UploadNotFound {});
        // In place, what is there instead may be what another confirmation has made of it: it was not looked at.
        let is_unseen = self.is_in_place() && matches!(error.kind(), ErrorKind::UploadReplaced {});
        if !is_rejected || is_gone || is_unseen {
            return Step::Ended(Err(error));
        }
        if !self.is_refused_again {
            return Find::unless_confirmed(error);
        }
        Step::Remove(Remove { key: self.key().to_owned(), outcome: Err(error) })
    }
}

/// A request without a body, signed.
pub(super) fn sign(request: PresignBuilder<'_>, now: SystemTime) -> Result<StoreRequest> {
    let signed = request.expires_in(EXPIRES_IN).sign(now)?;
    Ok(StoreRequest {
        method: signed.method,
        url: signed.url,
        headers: signed.headers,
        body: Arc::default(),
        max_body_bytes: MAX_ANSWER_BYTES,
    })
}
