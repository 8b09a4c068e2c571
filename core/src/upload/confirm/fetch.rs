//! `Fetch`: GET of an object, or of the head of the file, on condition that it is still the object that HEAD has described.

use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::upload::policy::Verify as Depth;

use super::context::Context;
use super::fingerprint::FILE_HEAD_BYTES;
use super::marker::Marker;
use crate::store::{
    StoreAnswer, StoreRequest, StoredObject, check_content_range, etag, is_without_bucket, response_invalid,
};

/// What is fetched.
pub(crate) struct Fetch {
    pub object: StoredObject,
    /// Whether all of it, and not just the first [`FILE_HEAD_BYTES`].
    pub is_whole: bool,
}

/// The result.
pub(crate) enum Fetched {
    /// All of the file, or its head.
    Bytes(Vec<u8>),
    /// There is no object any more.
    NotFound,
    /// There is another object.
    Replaced,
    /// The object cannot be read or is missing: S3 answers 403 in both cases if the credentials lack `s3:ListBucket`.
    Hidden(Error),
}

impl Fetch {
    /// Fetches the head of a file.
    pub(crate) fn head(object: StoredObject) -> Self {
        Self { is_whole: object.bytes <= FILE_HEAD_BYTES, object }
    }

    /// Fetches a whole file.
    pub(crate) fn whole(object: StoredObject) -> Self {
        Self { is_whole: true, object }
    }

    /// Fetches as much of the upload as it takes to check it.
    pub(crate) fn upload(object: StoredObject, context: &Context) -> Self {
        if context.needs_whole_file() { Self::whole(object) } else { Self::head(object) }
    }

    /// Fetches as much of the object at the final key as it takes to tell whether it is a confirmed one: as much as its marker
    /// covers, or as much as an upload is checked by; all of it if variants may have to be made.
    ///
    /// Error: `store_response_invalid`, without a marker of ours and larger than an upload can be.
    pub(crate) fn final_object(object: StoredObject, marker: Option<&Marker>, context: &Context) -> Result<Self> {
        let is_ours = marker.is_some_and(|marker| marker.is_ours);
        if !is_ours {
            let too_large = |_| response_invalid("the confirmed image", "something else");
            context.rules.check_bytes(object.bytes).map_err(too_large)?;
        }
        let policy = context.policy();
        let is_checked_whole = !is_ours && policy.verify != Depth::Head;
        let is_marked_whole = marker.is_some_and(|marker| marker.fingerprint.is_whole);
        let has_variants = !policy.variant_widths.is_empty();
        let is_whole = is_checked_whole || is_marked_whole || has_variants;
        Ok(if is_whole { Self::whole(object) } else { Self::head(object) })
    }

    pub(crate) fn request(&self, context: &Context, key: &str, now: SystemTime) -> Result<StoreRequest> {
        context.get(key, &self.object.quoted_etag(), self.object.bytes, self.is_whole, now)
    }

    /// Compares the answer with what HEAD has said.
    ///
    /// Errors: `store_refused`, `bucket_not_found`, `credentials_expired`, `store_unavailable`, `store_response_invalid`.
    pub(crate) fn read(&self, context: &Context, answer: StoreAnswer) -> Result<Fetched> {
        match answer.status {
            200 => {}
            206 if !self.is_whole => check_content_range(&answer.headers, FILE_HEAD_BYTES, self.object.bytes)?,
            206 => return Err(response_invalid("the whole object", "a part of it")),
            403 => return Ok(Fetched::Hidden(context.refusal("get", &answer))),
            404 if !is_without_bucket(&answer) => return Ok(Fetched::NotFound),
            412 => return Ok(Fetched::Replaced),
            _ => return Err(context.refusal("get", &answer)),
        }
        // Some servers ignore the condition.
        if etag(&answer.headers)? != self.object.etag {
            return Ok(Fetched::Replaced);
        }
        let received = answer.body.len() as u64;
        let is_all = received == self.object.bytes;
        let is_head = !self.is_whole && received == FILE_HEAD_BYTES;
        let fits = if answer.status == 206 { is_head } else { is_all || is_head };
        if fits {
            Ok(Fetched::Bytes(answer.body))
        } else {
            Err(response_invalid("as many bytes as announced", "others"))
        }
    }
}
