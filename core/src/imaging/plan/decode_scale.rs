//! The decision how a picture is decoded for what is asked of it: along which path, and how much of it.
//!
//! A JPEG is stored as planes of brightness and colour in blocks of frequencies. To make a smaller picture of it, each
//! block is decoded at a fraction of its size, the planes are scaled as they are, and a JPEG is written from them again;
//! RGB is made of them only where something needs it, at the size of the result.

use super::geometry::Part;
use super::job::Job;
use crate::imaging::codecs::encoder_options::ChromaSubsampling;
use crate::imaging::codecs::jpeg::Color;
use crate::imaging::codecs::output_format::OutputFormat;
use crate::imaging::pixels::canvas::Size;
use crate::imaging::pixels::orient::Orientation;
use crate::imaging::transform_options::Scaling;
use crate::options::option_enum;

option_enum! {
    /// Along which path a picture is made of another.
    pub enum TransformPath {
        /// The planes of a JPEG are scaled, and encoded as a JPEG.
        Planes = "planes",
        /// The planes of a JPEG are scaled, and RGB is made of them at the size of the result.
        Rgb = "rgb",
        /// Pixels are decoded row by row, and scaled or copied as they come.
        Pixels = "pixels",
    }
}

pub(crate) use self::TransformPath as Path;

/// The path of a job for a JPEG with these colours. `is_converted` is whether it has a profile that must be applied.
pub(crate) fn path_of(job: &Job<'_>, color: Color, is_converted: bool) -> Path {
    let stays_apart = match color {
        Color::Gray | Color::YCbCr => !is_converted,
        Color::Rgb => false,
        // Inks make colours only together.
        Color::Cmyk | Color::Ycck => return Path::Pixels,
    };
    if job.format == OutputFormat::Jpeg && stays_apart && job.plan.canvas.is_none() {
        Path::Planes
    } else if job.is_copy() {
        // Exactly the pixels of the whole picture.
        Path::Pixels
    } else {
        Path::Rgb
    }
}

/// What is drawn from planes for one job, in the axes in which the planes are stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub part: Part,
    pub size: Size,
    /// Pixels for one sample of colour, across and down.
    pub chroma: (usize, usize),
}

impl Target {
    pub(crate) fn new(job: &Job<'_>, path: Path) -> Self {
        let orientation = job.outline.orientation;
        let (part, size) = job.plan.stored(job.outline.size, orientation);
        let (across, down) = match (path, job.transform.chroma_subsampling) {
            (Path::Planes, ChromaSubsampling::Quarter) => (2, 2),
            (Path::Planes, ChromaSubsampling::Half) => (2, 1),
            _ => (1, 1),
        };
        Self { part, size, chroma: if orientation.swaps_axes() { (down, across) } else { (across, down) } }
    }

    /// Pixels for one sample of a component.
    pub(crate) fn factors(&self, component: usize) -> (usize, usize) {
        if component == 0 { (1, 1) } else { self.chroma }
    }

    /// How many samples a component of the result has.
    pub(crate) fn plane_size(&self, component: usize) -> (usize, usize) {
        let (across, down) = self.factors(component);
        ((self.size.width as usize).div_ceil(across), (self.size.height as usize).div_ceil(down))
    }

    /// Pixels of the source for one sample of a component of the result, across and down.
    pub(crate) fn pixels_per_sample(&self, component: usize) -> (f64, f64) {
        let (across, down) = self.factors(component);
        let Self { part, size, .. } = self;
        (
            across as f64 * part.width / f64::from(size.width.max(1)),
            down as f64 * part.height / f64::from(size.height.max(1)),
        )
    }
}

/// The smallest number of eighths at which each component can be decoded for all targets: what is left of the shrinking
/// must still be so much that the filter, and not the decoding, decides what is seen.
pub(crate) fn scales(per_pixel: &[(f64, f64)], targets: &[(Target, Scaling)]) -> Vec<u8> {
    let scale = |component: usize, (across, down): (f64, f64)| {
        let needed = targets.iter().map(|(target, scaling)| {
            let (x, y) = target.pixels_per_sample(component);
            smallest_scale((across * x).min(down * y), *scaling)
        });
        needed.max().unwrap_or(8)
    };
    per_pixel.iter().enumerate().map(|(component, share)| scale(component, *share)).collect()
}

/// The same for a job that is drawn from pixels.
pub(crate) fn pixel_scale(job: &Job<'_>) -> u8 {
    let (x, y) = Target::new(job, Path::Pixels).pixels_per_sample(0);
    if job.is_copy() { 8 } else { smallest_scale(x.min(y), job.transform.scaling) }
}

/// `shrinking` is how many samples at full size become one.
fn smallest_scale(shrinking: f64, scaling: Scaling) -> u8 {
    // Above a half, decoding less saves little time, but shows beside the filter on full pixels.
    let (least, most) = match scaling {
        Scaling::Fast => (1.5, 7),
        Scaling::Best => (2.0, 4),
    };
    (1..=most).find(|eighths| shrinking * f64::from(*eighths) / 8.0 >= least).unwrap_or(8)
}

/// Whether what is drawn can go to the encoder row by row.
pub(crate) fn streams(path: Path, orientation: Orientation) -> bool {
    path == Path::Planes && orientation == Orientation::Normal
}

/// A side at so many eighths.
pub(crate) fn scaled(side: u32, eighths: u8) -> u32 {
    (side * u32::from(eighths)).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::super::job::Outline;
    use super::*;
    use crate::imaging::pixels::buffer::Layout;
    use crate::imaging::transform_options::{Fit, Transform};

    const OF_420: [(f64, f64); 3] = [(1.0, 1.0), (0.5, 0.5), (0.5, 0.5)];
    const OF_444: [(f64, f64); 3] = [(1.0, 1.0); 3];

    fn plan(per_pixel: &[(f64, f64)], orientation: Orientation, transform: &Transform) -> (Path, Vec<u8>) {
        let size = Size { width: 4032, height: 3024 };
        let outline = Outline { size, orientation, layout: Layout::Rgb };
        let job = Job::new(&outline, transform, transform.format.unwrap_or(OutputFormat::Jpeg)).unwrap();
        let path = path_of(&job, Color::YCbCr, false);
        (path, scales(per_pixel, &[(Target::new(&job, path), transform.scaling)]))
    }

    #[test]
    fn the_smallest_scale_that_leaves_enough_to_the_filter() {
        let at = |width: u32, scaling| {
            plan(&OF_420, Orientation::Normal, &Transform::default().width(width).scaling(scaling)).1
        };
        assert_eq!(at(80, Scaling::Fast), [1, 1, 1]);
        assert_eq!(at(320, Scaling::Fast), [1, 1, 1], "1.575 is left");
        assert_eq!(at(320, Scaling::Best), [2, 2, 2], "3.15 is left");
        assert_eq!(at(500, Scaling::Fast), [2, 2, 2]);
        assert_eq!(at(1920, Scaling::Fast), [6, 6, 6]);
        assert_eq!(at(1000, Scaling::Best), [4, 4, 4], "2.016 is left");
        assert_eq!(at(1020, Scaling::Best), [8, 8, 8]);
        assert_eq!(at(1920, Scaling::Best), [8, 8, 8]);
        assert_eq!(at(4032, Scaling::Fast), [8, 8, 8]);
    }

    #[test]
    fn colour_is_decoded_at_what_the_result_has_of_it() {
        let half = Transform::default().width(504);
        let full = half.clone().chroma_subsampling(ChromaSubsampling::Full);
        let png = half.clone().format(OutputFormat::Png);
        assert_eq!(plan(&OF_444, Orientation::Normal, &half), (Path::Planes, vec![2, 1, 1]));
        assert_eq!(plan(&OF_444, Orientation::Normal, &full), (Path::Planes, vec![2, 2, 2]));
        assert_eq!(plan(&OF_420, Orientation::Normal, &half), (Path::Planes, vec![2, 2, 2]));
        assert_eq!(plan(&OF_420, Orientation::Normal, &png), (Path::Rgb, vec![2, 3, 3]));
    }

    #[test]
    fn a_sideways_photo_has_its_colour_halved_along_the_other_axis() {
        let transform = Transform::default().width(504).chroma_subsampling(ChromaSubsampling::Half);
        let outline = Outline {
            size: Size { width: 3024, height: 4032 },
            orientation: Orientation::Rotate90,
            layout: Layout::Rgb,
        };
        let job = Job::new(&outline, &transform, OutputFormat::Jpeg).unwrap();
        let target = Target::new(&job, Path::Planes);
        assert_eq!((target.plane_size(0), target.plane_size(1)), ((672, 504), (672, 252)));
    }

    #[test]
    fn pixels_only_where_planes_cannot_do() {
        let path = |transform: Transform| plan(&OF_420, Orientation::Normal, &transform).0;
        let square = Transform::default().width(320).height(320);
        assert_eq!(path(Transform::default()), Path::Planes, "written again as it is");
        assert_eq!(path(Transform::default().format(OutputFormat::Png)), Path::Pixels);
        assert_eq!(path(square.clone()), Path::Planes);
        assert_eq!(path(square.clone().fit(Fit::Contain)), Path::Rgb, "beside it lies a background");
        assert_eq!(path(square.format(OutputFormat::Png)), Path::Rgb);
    }
}
