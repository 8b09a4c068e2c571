//! The requests of a resizing, and what their answers mean: a file for each.

mod get_original;
mod head_original;
mod head_result;
mod put_result;

pub(super) use get_original::GetOriginal;
pub(super) use head_original::HeadOriginal;
pub(super) use head_result::HeadResult;
pub(super) use put_result::PutResult;
