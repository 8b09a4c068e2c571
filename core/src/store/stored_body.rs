//! `StoredBody`: the answer to GET of a whole object.

use crate::error::Result;

use super::answer::StoreAnswer;
use super::headers::{content_length, etag, response_invalid};
use super::object::StoredObject;

/// An object with its bytes, of which a client that reads up to a limit has only the first.
pub(crate) struct StoredBody {
    /// The object as the headers describe it. Without a `content-length` its size is that of the body.
    pub object: StoredObject,
    bytes: Vec<u8>,
}

impl StoredBody {
    /// Reads an answer with status 200.
    ///
    /// Error: `store_response_invalid`.
    pub(crate) fn read(answer: StoreAnswer) -> Result<Self> {
        let received = answer.body.len() as u64;
        let bytes = content_length(&answer.headers)?.unwrap_or(received);
        Ok(Self { object: StoredObject { etag: etag(&answer.headers)?, bytes }, bytes: answer.body })
    }

    /// All bytes of the object.
    ///
    /// Error: `store_response_invalid`, if there are more or fewer than announced.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>> {
        if self.bytes.len() as u64 == self.object.bytes {
            return Ok(self.bytes);
        }
        Err(response_invalid("as many bytes as announced", "others"))
    }
}
