//! `Confirmed`: the result of a confirmation.

use std::time::SystemTime;

use crate::error::Result;
use crate::format::ImageFormat;
use crate::imaging::ExifSummary;
use crate::upload::event::{UploadAction, UploadEvent};

use super::request::ConfirmRequest;

/// An upload that was checked and is at its final key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmed {
    /// The object's key, that of the ticket.
    pub key: String,
    /// Where it can be read, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// The format, by its bytes.
    pub format: ImageFormat,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
    /// What EXIF said about the upload as it was sent, to be kept in a database, because the object itself is stored without it
    /// by default. If the upload was confirmed before, what the object at the final key says. `None` without EXIF.
    pub exif: Option<ExifSummary>,
    /// The size of the object at the final key, in bytes.
    pub bytes: u64,
    /// The entity tag of the object at the final key, as the store gave it, without quotes.
    pub etag: String,
    /// The smaller pictures alongside it, in the order of the policy's `variant_widths`.
    pub variants: Vec<Variant>,
}

/// A smaller picture of an upload, written after it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variant {
    /// The object's key.
    pub key: String,
    /// Where it can be read, when the policy has a `public_base_url`.
    pub public_url: Option<String>,
    /// The format: the policy's `variant_format`.
    pub format: ImageFormat,
    /// Width in pixels: at most the width in its key.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl UploadEvent {
    /// The result of a request to confirm an upload. [`Confirmation::event`](crate::Confirmation::event) knows the size of an
    /// upload that is refused, too; this is for a request that has not led to a confirmation.
    pub fn confirm(request: &ConfirmRequest, result: &Result<Confirmed>, now: SystemTime) -> Self {
        let bytes = result.as_ref().ok().map(|confirmed| confirmed.bytes);
        let error = result.as_ref().err();
        Self::new(UploadAction::Confirm, &request.owner, Some(&request.key), bytes, error, now)
    }
}
