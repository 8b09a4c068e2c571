//! The path from source to result, and what is rendered from planes.
//!
//! A JPEG is stored as planes of luma and chroma in blocks of frequencies. To make a smaller picture of it, each
//! block is decoded at a fraction of its size, the planes are resampled as they are, and a JPEG or a lossy WebP is written from
//! them; RGB is made of them only where something needs it, at the size of the result. So it is with a lossy WebP without alpha as
//! the input, which is decoded at its full size.

use super::geometry::CropRect;
use super::job::RenderJob;
use crate::imaging::codecs::encoder_options::ChromaSubsampling;
use crate::imaging::codecs::plane_decoder::SampleFormat;
use crate::imaging::pixels::canvas::Size;
use crate::options::option_enum;

option_enum! {
    /// Along which path a picture is made of another.
    pub enum TransformPath {
        /// The planes of a JPEG or a lossy WebP are scaled, and encoded as a JPEG or as a lossy WebP.
        Planes = "planes",
        /// The planes of a JPEG or a lossy WebP are scaled, and RGB is made of them at the size of the result.
        Rgb = "rgb",
        /// Pixels are decoded row by row, and scaled or copied as they come.
        Pixels = "pixels",
    }
}

pub(crate) use self::TransformPath as Path;

/// The path of a job for samples of this format. `is_converted` is whether they have a profile that must be applied.
pub(crate) fn path_of(job: &RenderJob<'_>, format: SampleFormat, is_converted: bool) -> Path {
    let stays_apart = match format {
        SampleFormat::Gray | SampleFormat::YCbCr => !is_converted,
        SampleFormat::Rgb => false,
        SampleFormat::Packed(_) => return Path::Pixels,
    };
    if job.encodes_planes() && stays_apart && job.plan.canvas.is_none() {
        Path::Planes
    } else if job.is_copy() {
        // A copy has exactly the pixels that decoding the whole picture gives.
        Path::Pixels
    } else {
        Path::Rgb
    }
}

/// The target of a job, in the axes of the stored planes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub crop: CropRect,
    pub size: Size,
    /// Pixels per chroma sample of the result, across and down.
    pub chroma: (usize, usize),
}

impl Target {
    pub(crate) fn new(job: &RenderJob<'_>, path: Path) -> Self {
        let orientation = job.source.orientation;
        let (crop, size) = job.plan.stored(job.source.size, orientation);
        let (across, down) = match (path, job.encoder_options().chroma_subsampling) {
            (Path::Planes, ChromaSubsampling::Quarter) => (2, 2),
            (Path::Planes, ChromaSubsampling::Half) => (2, 1),
            _ => (1, 1),
        };
        Self { crop, size, chroma: if orientation.swaps_axes() { (down, across) } else { (across, down) } }
    }

    /// Pixels per sample of a component, across and down.
    pub(crate) fn factors(&self, component: usize) -> (usize, usize) {
        if component == 0 { (1, 1) } else { self.chroma }
    }

    /// The size of a plane of the result, in samples.
    pub(crate) fn plane_size(&self, component: usize) -> (usize, usize) {
        let (across, down) = self.factors(component);
        ((self.size.width as usize).div_ceil(across), (self.size.height as usize).div_ceil(down))
    }

    /// Source pixels per sample of a component of the result, across and down.
    pub(crate) fn pixels_per_sample(&self, component: usize) -> (f64, f64) {
        let (across, down) = self.factors(component);
        let Self { crop, size, .. } = self;
        (
            across as f64 * crop.width / f64::from(size.width.max(1)),
            down as f64 * crop.height / f64::from(size.height.max(1)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::codecs::output_format::OutputFormat;
    use crate::imaging::pixels::orient::Orientation;
    use crate::imaging::plan::job::SourceInfo;
    use crate::imaging::transform_options::{Fit, Transform};

    fn path(transform: &Transform) -> Path {
        let size = Size { width: 4032, height: 3024 };
        let source = SourceInfo { size, orientation: Orientation::Normal };
        let job = RenderJob::new(&source, transform, transform.format.unwrap_or(OutputFormat::Jpeg)).unwrap();
        path_of(&job, SampleFormat::YCbCr, false)
    }

    #[test]
    fn a_sideways_photo_has_its_colour_halved_along_the_other_axis() {
        let transform = Transform::default().width(504).chroma_subsampling(ChromaSubsampling::Half);
        let source = SourceInfo { size: Size { width: 3024, height: 4032 }, orientation: Orientation::Rotate90 };
        let job = RenderJob::new(&source, &transform, OutputFormat::Jpeg).unwrap();
        let target = Target::new(&job, Path::Planes);
        assert_eq!((target.plane_size(0), target.plane_size(1)), ((672, 504), (672, 252)));
    }

    #[test]
    fn pixels_only_where_planes_cannot_do() {
        let square = Transform::default().width(320).height(320);
        assert_eq!(path(&Transform::default()), Path::Planes, "written again as it is");
        assert_eq!(path(&Transform::default().format(OutputFormat::Png)), Path::Pixels);
        assert_eq!(path(&square.clone()), Path::Planes);
        assert_eq!(path(&square.clone().fit(Fit::Contain)), Path::Rgb, "beside it lies a background");
        assert_eq!(path(&square.format(OutputFormat::Png)), Path::Rgb);
    }
}
