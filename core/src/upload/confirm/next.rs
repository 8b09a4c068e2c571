//! `Next`: what follows an answer, as plain data. A step returns it and knows no other step; `step.rs` alone turns it into one.

use std::collections::VecDeque;

use crate::error::{Error, Result};

use super::checked_upload::CheckedUpload;
use super::confirmed::Confirmed;
use super::fetch::Fetch;
use super::marker::Marker;
use super::pending_write::PendingWrite;
use super::variant_lookup::VariantLookup;
use super::variants::VariantFile;
use crate::store::StoreAnswer;

/// What follows an answer.
pub(crate) enum Next {
    /// The final key has to be asked for: it may have a confirmed object by now.
    HeadFinal(IfUnconfirmed),
    /// The final key has no confirmed object.
    Unconfirmed(IfUnconfirmed),
    /// The answer to HEAD of the final key describes the upload itself, which is checked in place.
    UploadHead(StoreAnswer),
    /// The store has refused HEAD, which means this error as far as a status tells. A body says more.
    Diagnose(Error),
    /// The final key has an object that may be a confirmed one. Its bytes decide.
    Resume { fetch: Fetch, marker: Option<Marker>, if_unconfirmed: IfUnconfirmed },
    /// The headers of the upload are as they were promised. Its bytes have to be checked.
    Verify(Fetch),
    /// The upload is good, and has to be written to its final key.
    Checked(Box<PendingWrite>),
    /// The store has made a copy that may have other bytes than were checked, with this entity tag.
    CompareCopy { write: Box<PendingWrite>, etag: String },
    /// The final key was written, and the object there has got this entity tag.
    Written { write: Box<PendingWrite>, etag: String },
    /// The upload is at its final key, with this entity tag.
    Promoted { upload: Box<CheckedUpload>, etag: String },
    /// An upload that was confirmed earlier may lack variants.
    HeadVariants(Box<VariantLookup>),
    /// The upload is confirmed, and has to get these variants of the final object with this hash.
    PutVariants { confirmed: Confirmed, sha256: [u8; 32], files: VecDeque<VariantFile> },
    /// The upload is confirmed, and its variants are complete.
    Confirmed(Confirmed),
    /// The confirmation is over, and nothing is deleted.
    End(Result<Confirmed>),
}

impl Next {
    /// The upload is missing, hidden or another one, which is an error unless another confirmation has confirmed it by now.
    pub(crate) fn refuse_unless_confirmed(error: impl Into<Error>) -> Self {
        Self::HeadFinal(IfUnconfirmed::Refuse { error: error.into(), is_diagnosed: true })
    }
}

/// What to do if the final key has no confirmed object.
pub(crate) enum IfUnconfirmed {
    /// Check the upload.
    CheckUpload,
    /// End with this error.
    Refuse {
        error: Error,
        /// Whether an answer with a body has said why.
        is_diagnosed: bool,
    },
    /// Write what was checked.
    Write(Box<PendingWrite>),
}
