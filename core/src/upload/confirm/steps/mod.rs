//! The steps of a confirmation, one request each. What follows from which answer is the table in the parent's `mod.rs`.

mod compare_copy;
mod delete_upload;
mod diagnose;
mod head_final;
mod head_incoming;
mod head_variants;
mod promote;
mod put_variants;
mod read_back;
mod resume;
mod verify;

pub(super) use compare_copy::CompareCopy;
pub(super) use delete_upload::DeleteUpload;
pub(super) use diagnose::Diagnose;
pub(super) use head_final::HeadFinal;
pub(super) use head_incoming::HeadIncoming;
pub(super) use head_variants::HeadVariants;
pub(super) use promote::Promote;
pub(super) use put_variants::PutVariants;
pub(super) use read_back::ReadBack;
pub(super) use resume::Resume;
pub(super) use verify::Verify;
