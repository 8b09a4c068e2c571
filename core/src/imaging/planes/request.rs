//! What is to be made of planes, and what has been made of them.

use crate::imaging::codecs::encode::EncodedImage;
use crate::imaging::pixels::buffer::Pixels;
use crate::imaging::plan::decode_scale::{Path, Target};
use crate::imaging::plan::job::Job;

/// What is made of planes.
pub(crate) enum Drawn {
    /// The JPEG that the job is for.
    Encoded(EncodedImage),
    /// Pixels at the size that the plan says, upright.
    Pixels(Pixels),
}

/// A job whose result is scaled.
pub(crate) struct Order<'a> {
    pub job: &'a Job<'a>,
    pub path: Path,
    pub target: Target,
}

impl<'a> Order<'a> {
    pub(crate) fn new(job: &'a Job<'a>, path: Path) -> Self {
        Self { job, path, target: Target::new(job, path) }
    }
}
