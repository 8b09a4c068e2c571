//! Reading an object, or its head, as long as it is the one that was looked at.

use std::time::SystemTime;

use crate::error::{Error, Result};

use super::arrival::Arrival;
use super::exchange::{StoreAnswer, StoreRequest};
use super::refusal::{is_without_bucket, refused};
use super::stored::{HEAD_BYTES, Stored, check_range, etag, invalid};

/// GET of an object.
pub(super) struct Fetch {
    pub stored: Stored,
    pub is_whole: bool,
}

/// What came of it.
pub(super) enum Fetched {
    /// All of the file, or its head.
    Bytes(Vec<u8>),
    /// There is no object any more.
    Gone,
    /// There is another one.
    Replaced,
    /// It may not be read, or is gone: S3 says 403 for both to those who may not list the bucket.
    Hidden(Error),
}

impl Fetch {
    /// The head of the file.
    pub(super) fn head(stored: Stored) -> Self {
        Self { is_whole: stored.bytes <= HEAD_BYTES, stored }
    }

    /// The whole file.
    pub(super) fn whole(stored: Stored) -> Self {
        Self { is_whole: true, stored }
    }

    pub(super) fn request(&self, arrival: &Arrival, key: &str, now: SystemTime) -> Result<StoreRequest> {
        arrival.get(key, &self.stored.quoted_etag(), self.stored.bytes, self.is_whole, now)
    }

    /// Holds the answer against what HEAD said.
    ///
    /// Errors: `store_refused`, `bucket_not_found`, `credentials_expired`, `store_unavailable`, `store_response_invalid`.
    pub(super) fn read(&self, arrival: &Arrival, answer: StoreAnswer) -> Result<Fetched> {
        match answer.status {
            200 => {}
            206 if !self.is_whole => check_range(&answer.headers, HEAD_BYTES, self.stored.bytes)?,
            206 => return Err(invalid("the whole object", "a part of it")),
            403 => return Ok(Fetched::Hidden(refused(arrival, "get", &answer))),
            404 if !is_without_bucket(&answer) => return Ok(Fetched::Gone),
            412 => return Ok(Fetched::Replaced),
            _ => return Err(refused(arrival, "get", &answer)),
        }
        // Not every server reads the condition.
        if etag(&answer.headers)? != self.stored.etag {
            return Ok(Fetched::Replaced);
        }
        let received = answer.body.len() as u64;
        let is_all = received == self.stored.bytes;
        let is_head = !self.is_whole && received == HEAD_BYTES;
        let fits = if answer.status == 206 { is_head } else { is_all || is_head };
        if fits { Ok(Fetched::Bytes(answer.body)) } else { Err(invalid("as many bytes as announced", "others")) }
    }
}
