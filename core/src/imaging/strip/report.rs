//! What was removed, by kind.

use crate::options::option_enum;

option_enum! {
    /// A kind of metadata.
    pub enum MetadataKind {
        /// EXIF: camera, time, GPS position, maker notes, thumbnail. The orientation stays.
        Exif = "exif",
        /// XMP, the extended one too.
        Xmp = "xmp",
        /// IPTC and other resources of Photoshop.
        Iptc = "iptc",
        /// Comments and texts, the time of the last change.
        Comment = "comment",
        /// A smaller picture outside EXIF.
        Thumbnail = "thumbnail",
        /// Further pictures and films of the same file: previews, depth and gain maps, motion photos.
        AdditionalImages = "additional_images",
        /// Anything else that is not needed to show the picture.
        Other = "other",
    }
}

/// Metadata that was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemovedMetadata {
    /// What it was.
    pub kind: MetadataKind,
    /// Its bytes, those of its container included.
    pub bytes: u64,
}
