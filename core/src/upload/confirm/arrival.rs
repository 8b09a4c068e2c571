//! What all steps know: the upload as it arrived, and how requests for it are signed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use http::header::RANGE;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ImageFormat;
use crate::presign::{PresignBuilder, Presigner};
use crate::rules::ImageRules;
use crate::upload::issue::Uploads;
use crate::upload::policy::UploadPolicy;

use super::exchange::StoreRequest;
use super::explain::Explain;
use super::find::Find;
use super::remove::Remove;
use super::request::ConfirmRequest;
use super::step::Step;

/// How long the requests hold: they are sent at once.
const EXPIRES_IN: Duration = Duration::from_mins(5);
/// The most that is read of answers that are no object: XML.
pub(super) const MAX_ANSWER_BYTES: u64 = 65_536;
/// The part of a file that its header is looked for in, in bytes.
pub(super) const HEAD_BYTES: u64 = 262_144;

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
    /// The keys of the variants that were written.
    pub written: Vec<String>,
    /// The time by which the last request was signed.
    pub asked_at: Option<SystemTime>,
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

    /// The metadata of the object at the final key.
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

    /// Where the upload is gone, hidden, or another one: somebody else may have confirmed it in the meantime.
    pub(super) fn unless_confirmed(&self, error: impl Into<Error>) -> Result<Step> {
        if self.incoming_key.is_none() {
            return Err(error.into());
        }
        Ok(Step::Find(Find { unless_found: Some(error.into()), is_explained: true }))
    }

    /// The same where the answer to HEAD does not say why.
    pub(super) fn unless_confirmed_or_explained(&self, error: impl Into<Error>) -> Step {
        let error = error.into();
        if self.incoming_key.is_none() {
            return Step::Explain(Explain { error });
        }
        Step::Find(Find { unless_found: Some(error), is_explained: false })
    }

    /// The end of a confirmation that failed. What is wrong with the upload is the end of the upload too; what is wrong
    /// with the store, or with us, is none of its fault.
    pub(super) fn refuse(&mut self, error: Error) -> Step {
        let is_rejected = error.http_status() < 500 && !matches!(error.kind(), ErrorKind::Cancelled {});
        // In place, what is there instead may be what another confirmation has made of it: it was not looked at.
        let is_unseen = self.incoming_key.is_none() && matches!(error.kind(), ErrorKind::UploadReplaced {});
        if !is_rejected || is_unseen {
            return Step::Ended(Err(error));
        }
        let is_gone = matches!(error.kind(), ErrorKind::UploadNotFound {});
        let keys = if is_gone { std::mem::take(&mut self.written) } else { self.refused_keys() };
        Remove::step(keys, Err(error))
    }

    /// What is to be removed of an upload that is refused.
    pub(super) fn refused_keys(&mut self) -> Vec<String> {
        let written = std::mem::take(&mut self.written);
        std::iter::once(self.key().to_owned()).chain(written).collect()
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
