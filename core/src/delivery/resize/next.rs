//! `Next`: what an answer of the store means for the resizing. A step knows no other step: `step` alone turns this into one.

use super::resized::{Resized, SkippedReason};
use super::results::Results;
use super::write_condition::WriteCondition;

/// What follows an answer, as plain data.
pub(super) enum Next {
    /// The results are made: the first of them has to be stored.
    Made(Results),
    /// There may be a result already.
    HeadResult(Results),
    /// There is a result of which nothing says whether it is newer: is our original still the one that is stored?
    HeadOriginal { results: Results, replaces: String },
    /// The current result has to be written.
    Put { results: Results, condition: WriteCondition },
    /// The current result is stored.
    Stored { results: Results, is_new: bool },
    /// The object is none to be resized, or not any more.
    Skipped(SkippedReason),
    /// The end.
    End(Resized),
}
