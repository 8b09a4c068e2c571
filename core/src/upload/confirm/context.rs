//! What every step needs: the upload, how requests for it are signed, and what the store's answers have shown so far.

use std::collections::BTreeMap;
use std::time::SystemTime;

use http::HeaderValue;
use http::header::RANGE;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::imaging::ImageInfo;
use crate::presign::Presigner;
use crate::rules::ImageRules;
use crate::upload::issue::Uploads;
use crate::upload::policy::{Originals, UploadPolicy, Verify as Depth};

use super::fingerprint::{FILE_HEAD_BYTES, Fingerprint};
use super::marker::{Marker, confirmed_marker};
use super::request::ConfirmRequest;
use crate::store::{CONFIRMED_METADATA, MAX_XML_BYTES, StoreAnswer, StoreRequest, refusal, signed};

/// The most attempts at the final key: a copy, a PUT in its place, and what other confirmations change in between.
const MAX_ATTEMPTS: u32 = 5;

/// One upload and everything that decides about it.
pub(crate) struct Context {
    pub uploads: Uploads,
    /// Signs for the address at which the back end reaches the bucket.
    pub presigner: Presigner,
    /// The rules of the policy, with the caller's token to cancel.
    pub rules: ImageRules,
    pub request: ConfirmRequest,
    /// The format that the key's extension stands for.
    pub format: ImageFormat,
    /// Where the client has uploaded to; `None` if uploads go straight to the final key.
    pub incoming_key: Option<String>,
    /// When the confirmation began, for `record_origin`.
    pub timestamp: String,
    /// The hash that was promised.
    pub promised_sha256: Option<[u8; 32]>,
    /// The size of the upload, once the store has said it.
    pub received_bytes: Option<u64>,
    /// The entity tag of the upload, once the store has said it.
    pub received_etag: Option<String>,
    /// Whether the store serves the upload with the headers of the policy and no others. Decides only in place: a promoted
    /// object gets headers of its own.
    pub has_policy_headers: bool,
    /// Whether the final key was asked for again after the upload was found to be bad.
    pub has_rechecked_final: bool,
    /// The object at the final key, if its marker is not about its bytes.
    pub mismatch: Option<Mismatch>,
    /// How often the final key was written, or was found to have changed between two requests.
    pub attempts: u32,
    /// Whether the store has refused a write because it was conditional (501).
    pub refuses_conditions: bool,
    /// The time as of which the last request was signed.
    pub asked_at: Option<SystemTime>,
}

/// An object at the final key whose marker is not about its bytes: a store that ignores the condition on a copy's source has
/// copied another upload than the one that was checked. Both values identify it. The entity tag alone does not: if another
/// confirmation has checked just these bytes and copied them again, the tag is the same and the marker is correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub etag: String,
    pub marker: Marker,
}

impl Context {
    pub(crate) fn final_key(&self) -> &str {
        &self.request.key
    }

    /// The key at which the upload is checked.
    pub(crate) fn upload_key(&self) -> &str {
        self.incoming_key.as_deref().unwrap_or(&self.request.key)
    }

    /// Whether the upload is checked at its final key.
    pub(crate) fn is_in_place(&self) -> bool {
        self.incoming_key.is_none()
    }

    pub(crate) fn public_url(&self, key: &str) -> Option<String> {
        self.uploads.public_url(key)
    }

    pub(crate) fn policy(&self) -> &UploadPolicy {
        self.uploads.policy()
    }

    /// Whether the store documents that it honours every condition: S3 and R2.
    pub(crate) fn honours_conditions(&self) -> bool {
        self.presigner.bucket().honours_conditions()
    }

    /// Whether a HEAD of the final key has to take the place of conditions right before a write there.
    pub(crate) fn needs_head_before_write(&self) -> bool {
        !self.honours_conditions()
    }

    /// The same right after a write. In place no confirmation creates the object, so that none can have been faster.
    pub(crate) fn needs_head_after_write(&self) -> bool {
        !self.honours_conditions() && !self.is_in_place()
    }

    /// The metadata that the policy asks for.
    fn policy_metadata(&self) -> BTreeMap<String, String> {
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

    /// The metadata of an object that is written to the final key: that of the policy, and the marker.
    ///
    /// Error: `signing_failed`.
    pub(crate) fn final_metadata(&self, fingerprint: &Fingerprint) -> Result<BTreeMap<String, String>> {
        let mut metadata = self.policy_metadata();
        let marker = confirmed_marker(fingerprint, &self.presigner, self.final_key())?;
        metadata.insert(CONFIRMED_METADATA.to_owned(), marker);
        Ok(metadata)
    }

    /// HEAD of an object.
    pub(crate) fn head(&self, key: &str, now: SystemTime) -> Result<StoreRequest> {
        Ok(StoreRequest { max_body_bytes: 0, ..signed(self.presigner.head(key), now)? })
    }

    /// GET of the object with this entity tag: all of its `bytes`, or the first [`FILE_HEAD_BYTES`].
    pub(crate) fn get(&self, key: &str, etag: &str, bytes: u64, whole: bool, now: SystemTime) -> Result<StoreRequest> {
        let mut request = signed(self.presigner.get(key).if_match(etag), now)?;
        request.max_body_bytes = bytes.max(MAX_XML_BYTES);
        if !whole {
            // Not signed: a server may ignore it, and the answer says whether it did.
            request.headers.insert(RANGE, HeaderValue::from_static("bytes=0-262143"));
            request.max_body_bytes = FILE_HEAD_BYTES;
        }
        Ok(request)
    }

    /// The error for an answer that a step does not expect.
    pub(crate) fn refusal(&self, operation: &'static str, answer: &StoreAnswer) -> Error {
        refusal(self.presigner.bucket(), self.asked_at, operation, answer)
    }

    /// Whether the store is to copy an upload in which nothing has to be changed. After a copy of the wrong bytes, the right
    /// ones are sent.
    pub(crate) fn copies(&self) -> bool {
        self.uploads.copies() && self.mismatch.is_none()
    }

    /// Whether all bytes of the upload are needed, and not just the head of the file: to be decoded, changed or sent; or kept,
    /// if the store may ignore the condition on a copy's source and copy others.
    pub(crate) fn needs_whole_file(&self) -> bool {
        let policy = self.policy();
        policy.verify != Depth::Head
            || policy.originals != Originals::AsIs
            || !self.copies()
            || !self.honours_conditions()
            || self.promised_sha256.is_some()
    }

    /// Whether an upload in place, of which no byte has to be changed, has the right headers, too.
    pub(crate) fn is_final_already(&self, info: &ImageInfo) -> bool {
        let has_final_headers = self.has_policy_headers && self.policy_metadata().is_empty();
        self.is_in_place() && has_final_headers && info.format == self.format
    }

    /// Counts an attempt at the final key.
    ///
    /// Error: `store_unavailable`, if others write there again and again.
    pub(crate) fn count_attempt(&mut self) -> Result<()> {
        self.attempts += 1;
        if self.attempts <= MAX_ATTEMPTS {
            return Ok(());
        }
        Err(ErrorKind::StoreUnavailable { reason: "the object at the final key kept changing".to_owned() }.into())
    }
}
