//! What is to be made of planes, and what has been made of them.

use crate::imaging::codecs::encode::EncodedImage;
use crate::imaging::pixels::buffer::Pixels;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::plan::path::{Path, Target};

/// What is made of planes.
pub(crate) enum PlaneOutput {
    /// The file that the job is for.
    Encoded(EncodedImage),
    /// Pixels at the size that the plan says, upright.
    Pixels(Pixels),
}

/// A job on its path.
pub(crate) struct PlaneRequest<'a> {
    /// The index of the job among those of the call.
    pub at: usize,
    pub job: &'a RenderJob<'a>,
    pub path: Path,
    pub target: Target,
}

impl<'a> PlaneRequest<'a> {
    pub(crate) fn new(at: usize, job: &'a RenderJob<'a>, path: Path) -> Self {
        Self { at, job, path, target: Target::new(job, path) }
    }

    /// Whether packed pixels are copied without resampling.
    pub(super) fn is_copy(&self) -> bool {
        self.path == Path::Pixels && self.job.is_copy()
    }
}
