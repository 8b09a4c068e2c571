//! `PendingWrite`: a checked upload on its way to the final key.

use std::sync::Arc;

use crate::error::Result;

use super::checked_upload::CheckedUpload;
use crate::store::response_invalid;

/// An upload that was checked, and how it gets to its final key.
pub(crate) struct PendingWrite {
    pub upload: CheckedUpload,
    pub method: WriteMethod,
}

/// How the object at the final key is made.
pub(crate) enum WriteMethod {
    /// The store copies the upload.
    Copy {
        /// The bytes that were checked, kept if the store could copy others.
        fallback: Option<Vec<u8>>,
    },
    /// These bytes are sent.
    Put(Arc<Vec<u8>>),
}

impl PendingWrite {
    /// The same write by PUT: a store that has copied the wrong bytes once would do so again.
    ///
    /// Error: `store_response_invalid`, without the bytes: a store that documents its conditions has not honoured one.
    pub(crate) fn into_put(self) -> Result<Self> {
        let method = match self.method {
            WriteMethod::Copy { fallback: Some(bytes) } => WriteMethod::Put(bytes.into()),
            WriteMethod::Put(bytes) => WriteMethod::Put(bytes),
            WriteMethod::Copy { fallback: None } => {
                return Err(response_invalid("a copy of what was checked", "another"));
            }
        };
        Ok(Self { method, ..self })
    }
}
