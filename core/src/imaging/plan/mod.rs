//! The plan of a transform, in numbers: sizes, crops, scales and paths.

pub(super) mod decode_scale;
pub(super) mod geometry;
pub(super) mod job;
pub(super) mod path;
