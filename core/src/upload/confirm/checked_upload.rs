//! `CheckedUpload`: an upload that is good, and what it becomes.

use std::collections::VecDeque;

use crate::imaging::ImageInfo;

use super::confirmed::Confirmed;
use super::context::Context;
use super::fingerprint::Fingerprint;
use super::variants::VariantFile;
use crate::store::StoredObject;

/// An upload that was checked.
pub(crate) struct CheckedUpload {
    pub info: ImageInfo,
    /// The very object that was checked.
    pub source: StoredObject,
    /// The fingerprint that the object at the final key is to have.
    pub fingerprint: Fingerprint,
    /// Written after the object itself.
    pub variants: VecDeque<VariantFile>,
}

impl CheckedUpload {
    /// The result, now that the upload is at its final key with this entity tag; and the variants that are still to be written.
    pub(crate) fn into_confirmed(self, etag: String, context: &Context) -> (Confirmed, VecDeque<VariantFile>) {
        let confirmed = Confirmed {
            key: context.final_key().to_owned(),
            public_url: context.public_url(context.final_key()),
            format: self.info.format,
            width: self.info.width,
            height: self.info.height,
            exif: self.info.exif_summary,
            bytes: self.fingerprint.bytes,
            etag,
            variants: self.variants.iter().map(|file| file.variant.clone()).collect(),
        };
        (confirmed, self.variants)
    }
}
