//! What is to be made of planes, and what has been made of them.

use crate::imaging::codecs::encode::EncodedImage;
use crate::imaging::pixels::buffer::Pixels;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::plan::path::{Path, Target};

/// What is made of planes.
pub(crate) enum PlaneOutput {
    /// The JPEG that the job is for.
    Encoded(EncodedImage),
    /// Pixels at the size that the plan says, upright.
    Pixels(Pixels),
}

/// A job whose result is scaled.
pub(crate) struct PlaneRequest<'a> {
    pub job: &'a RenderJob<'a>,
    pub path: Path,
    pub target: Target,
}

impl<'a> PlaneRequest<'a> {
    pub(crate) fn new(job: &'a RenderJob<'a>, path: Path) -> Self {
        Self { job, path, target: Target::new(job, path) }
    }
}
