//! Shrink-on-load: the scale at which a JPEG is decoded, `scale_num` over 8 as in libjpeg.

use super::path::Target;
use crate::imaging::transform_options::Scaling;

/// The smallest `scale_num` at which each component can be decoded for all targets. Shrink-on-load must leave a factor to
/// the resampler (see [`smallest_scale`]); otherwise the block-wise IDCT, not Lanczos, determines sharpness.
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

/// `shrinking` is how many samples at full size become one sample of the result.
fn smallest_scale(shrinking: f64, scaling: Scaling) -> u8 {
    // Above a half, a smaller scale saves little time, but the result differs visibly from a filter on full pixels.
    let (least, most) = match scaling {
        Scaling::Fast => (1.5, 7),
        Scaling::Best => (2.0, 4),
    };
    (1..=most).find(|scale_num| shrinking * f64::from(*scale_num) / 8.0 >= least).unwrap_or(8)
}

/// A side at `scale_num` over 8, rounded up as libjpeg rounds it.
pub(crate) fn scaled(side: u32, scale_num: u8) -> u32 {
    (side * u32::from(scale_num)).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::super::job::{RenderJob, SourceInfo};
    use super::super::path::{Path, path_of};
    use super::*;
    use crate::imaging::codecs::encoder_options::ChromaSubsampling;
    use crate::imaging::codecs::output_format::OutputFormat;
    use crate::imaging::codecs::plane_decoder::SampleFormat;
    use crate::imaging::pixels::canvas::Size;
    use crate::imaging::pixels::orient::Orientation;
    use crate::imaging::transform_options::Transform;

    const OF_420: [(f64, f64); 3] = [(1.0, 1.0), (0.5, 0.5), (0.5, 0.5)];
    const OF_444: [(f64, f64); 3] = [(1.0, 1.0); 3];

    fn plan(per_pixel: &[(f64, f64)], orientation: Orientation, transform: &Transform) -> (Path, Vec<u8>) {
        let size = Size { width: 4032, height: 3024 };
        let source = SourceInfo { size, orientation };
        let job = RenderJob::new(&source, transform, transform.format.unwrap_or(OutputFormat::Jpeg)).unwrap();
        let path = path_of(&job, SampleFormat::YCbCr, false);
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
}
