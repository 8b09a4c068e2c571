//! What was removed, by kind.

use crate::options::option_enum;

option_enum! {
    /// A kind of metadata.
    pub enum MetadataKind {
        /// EXIF: camera, time, GPS position, maker notes, thumbnail. An orientation is written back on its own.
        Exif = "exif",
        /// XMP, extended XMP too: edits, ratings, places, face regions, and what else an editor or a phone has put there.
        Xmp = "xmp",
        /// IPTC and the other image resources of Photoshop: captions, names, places, paths, thumbnails.
        Iptc = "iptc",
        /// Comments and texts, and the time of the last change.
        Comment = "comment",
        /// A smaller copy of the picture outside EXIF.
        Thumbnail = "thumbnail",
        /// Further pictures and films in the same file: previews, depth and gain maps, the film of a motion photo.
        AdditionalImages = "additional_images",
        /// C2PA content credentials. They are signed over the bytes of the file, so they could not stay valid.
        C2pa = "c2pa",
        /// Anything else that is not needed to show the picture: segments and chunks of makers and programs, bytes between
        /// the parts of a file and after its end.
        Other = "other",
    }
}

/// Metadata that was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemovedMetadata {
    /// What it was.
    pub kind: MetadataKind,
    /// Its bytes in the file, those of the segments or chunks that held it included.
    pub bytes: u64,
}
