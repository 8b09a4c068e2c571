//! `PlaneRequest`: what is rendered from planes, and `PlaneOutput`, its result.

use crate::error::Error;
use crate::imaging::codecs::encode::EncodedImage;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::orient::Orientation;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::plan::path::{Path, Target};

/// The result of rendering planes.
pub(crate) enum PlaneOutput {
    /// The encoded file.
    Encoded(EncodedImage),
    /// Upright pixels at the size of the plan, before post-processing.
    Pixels(Pixels),
}

/// Whether a job is rendered to a file or to pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultKind {
    File,
    Pixels,
}

/// A job on its path.
pub(crate) struct PlaneRequest<'a> {
    /// The index of the job among those of the call.
    pub at: usize,
    /// The index that errors carry, if the caller has given a list.
    pub index: Option<usize>,
    pub job: &'a RenderJob<'a>,
    pub path: Path,
    pub target: Target,
    /// Whether rows are encoded while they are rendered.
    pub is_streamed: bool,
}

impl<'a> PlaneRequest<'a> {
    /// The request of a job for samples whose pixels have this layout.
    pub(crate) fn new(at: usize, job: &'a RenderJob<'a>, path: Path, layout: Layout, kind: ResultKind) -> Self {
        let is_streamed = kind == ResultKind::File && streams(job, path, layout);
        Self { at, index: None, job, path, target: Target::new(job, path), is_streamed }
    }

    /// Whether packed pixels are copied without resampling.
    pub(super) fn is_copy(&self) -> bool {
        self.path == Path::Pixels && self.job.is_copy()
    }

    /// Whether rendering ends with a file, rather than with pixels that are encoded later.
    pub(crate) fn is_encoded(&self) -> bool {
        self.is_streamed || self.path == Path::Planes
    }

    /// An error of this job, with its index.
    pub(crate) fn at_index(&self, error: Error) -> Error {
        match self.index {
            Some(index) => error.at_index(index),
            None => error,
        }
    }
}

/// Whether nothing needs the whole result before it is encoded.
fn streams(job: &RenderJob<'_>, path: Path, layout: Layout) -> bool {
    let is_upright = job.source.orientation == Orientation::Normal;
    let is_opaque = path == Path::Planes || !job.result_layout(layout).has_alpha();
    is_upright && is_opaque && job.plan.canvas.is_none()
}
