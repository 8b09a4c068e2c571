//! EXIF (CIPA DC-008, a TIFF structure): the orientation, and a summary for databases.

mod orientation;
mod summary;
mod tiff;

pub(crate) use orientation::orientation;
pub use summary::ExifSummary;
pub(super) use summary::summary;
