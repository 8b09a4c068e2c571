//! `Resized`: what was stored of an original.

use crate::imaging::OutputFormat;
use crate::options::option_enum;

option_enum! {
    /// Why an object was not resized. That is no error: its event is to be acknowledged.
    pub enum SkippedReason {
        /// It is in another bucket than the originals.
        OtherBucket = "other_bucket",
        /// Its key does not begin with the prefix of the originals.
        OtherPrefix = "other_prefix",
        /// It is a result of presize itself.
        OwnResult = "own_result",
        /// It was replaced, or results of a newer original are stored: that one has an event of its own.
        Superseded = "superseded",
        /// It was deleted.
        Missing = "missing",
    }
}

/// What was stored of an original.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resized {
    /// The key of the original.
    pub key: String,
    /// The results, those of widths first. Where others were faster with a newer original, only those that were stored before.
    pub outputs: Vec<ResizedObject>,
    /// Why there are no results, or no more of them.
    pub skipped: Option<SkippedReason>,
}

/// A result that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResizedObject {
    /// Its key.
    pub key: String,
    /// Its format.
    pub format: OutputFormat,
    /// The width, in pixels.
    pub width: u32,
    /// The height, in pixels.
    pub height: u32,
    /// Its size, in bytes, as this call has encoded it.
    pub bytes: u64,
    /// Whether this call has stored it. If not, an earlier one had made it of the same original.
    pub is_new: bool,
}
