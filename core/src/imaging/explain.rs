//! `Transform::explain`: what a transform would do, from the header alone.

use super::codecs::output_format::OutputFormat;
use super::open::open;
use super::plan::decode_scale::scaled;
use super::plan::job::{RenderJob, SourceInfo};
use super::plan::path::TransformPath;
use super::render::OpenedSource;
use super::transform_options::Transform;
use crate::error::Result;
use crate::rules::ImageRules;

/// What a transform does with an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The format of the result.
    pub format: OutputFormat,
    /// The width of the result, in pixels.
    pub width: u32,
    /// The height of the result, in pixels.
    pub height: u32,
    /// Along which path the result is made.
    pub path: TransformPath,
    /// How much of the input's width and height is decoded, in eighths: 8 is all, and less is possible for a JPEG.
    pub decode_eighths: u8,
    /// The width that is decoded, in pixels as stored.
    pub decoded_width: u32,
    /// The height that is decoded, in pixels as stored.
    pub decoded_height: u32,
    /// The most memory that the transform takes, in bytes, as the headers tell: this is compared with `max_memory_bytes` before
    /// anything is decoded. What the data itself asks for (tables of a lossless WebP, a result that is longer than nearly
    /// every picture of its size) is counted when it is found, and refused beyond the
    /// limit.
    pub memory_bytes: u64,
}

impl Transform {
    /// Says what [`transform`](crate::transform) would do with these bytes, without decoding a pixel: how much of the
    /// input is decoded, along which path, and with how much memory. Useful to see why a call is as quick as it is.
    ///
    /// `memory_bytes` may be above the limit of the rules, which a transform would refuse.
    ///
    /// Errors: those of [`transform`](crate::transform) but for damage in the pixels and for memory.
    ///
    /// ```
    /// # fn run(photo: &[u8]) -> presize::Result<()> {
    /// use presize::{ImageRules, Transform};
    ///
    /// let plan = Transform::default().width(320).explain(photo, &ImageRules::default())?;
    /// println!("{} at {}/8, {} bytes of memory", plan.path, plan.decode_eighths, plan.memory_bytes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self, bytes: &[u8], rules: &ImageRules) -> Result<Explanation> {
        rules.check_cancelled()?;
        self.check()?;
        rules.validate()?;
        let header = open(bytes, rules)?;
        let source = SourceInfo::from(&header);
        let job = RenderJob::new(&source, self, self.output_format(header.format, header.has_alpha)?)?;
        let (format, result) = (job.format, job.plan.result());
        let cost = OpenedSource::new(bytes, &header, rules)?.cost(&job)?;
        let decode_eighths = cost.scale_num;
        Ok(Explanation {
            format,
            width: result.width,
            height: result.height,
            path: cost.path,
            decode_eighths,
            decoded_width: scaled(header.width, decode_eighths),
            decoded_height: scaled(header.height, decode_eighths),
            memory_bytes: cost.memory_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(name: &str, transform: &Transform) -> Explanation {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
        let bytes = std::fs::read(folder.join(name)).unwrap();
        transform.explain(&bytes, &ImageRules::default()).unwrap()
    }

    #[test]
    fn the_plan_is_shown() {
        let small = Transform::default().width(60).format(OutputFormat::Jpeg);
        let seen = explained("transform-photo.jpg", &small);
        assert_eq!((seen.width, seen.height, seen.format), (60, 40, OutputFormat::Jpeg));
        assert_eq!((seen.path, seen.decode_eighths), (TransformPath::Planes, 3));
        assert_eq!((seen.decoded_width, seen.decoded_height), (90, 60));
        let seen = explained("transform-exif6-p3.jpg", &small.clone().width(20));
        assert_eq!((seen.path, seen.decode_eighths), (TransformPath::Rgb, 4), "60 wide as displayed, in Display P3");
        assert_eq!((seen.decoded_width, seen.decoded_height), (45, 30), "as stored");
        let seen = explained("transform-alpha.png", &small);
        assert_eq!((seen.path, seen.decode_eighths), (TransformPath::Pixels, 8));
    }

    /// What a transform is refused for is what is shown.
    #[test]
    fn memory_is_what_the_limit_is_held_against() {
        for name in ["transform-photo.jpg", "transform-exif6-p3.jpg", "transform-gray.jpg", "progressive_420.jpg"] {
            for transform in [Transform::default(), Transform::default().width(40).height(40)] {
                let needed = explained(name, &transform).memory_bytes;
                let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images");
                let bytes = std::fs::read(folder.join(name)).unwrap();
                let at_most = |max| {
                    let rules = ImageRules::default().max_memory_bytes(max);
                    let header = open(&bytes, &rules).unwrap();
                    let source = SourceInfo::from(&header);
                    let job = RenderJob::new(
                        &source,
                        &transform,
                        transform.output_format(header.format, header.has_alpha).unwrap(),
                    )
                    .unwrap();
                    OpenedSource::new(&bytes, &header, &rules).unwrap().render_one(job)
                };
                assert!(at_most(needed).is_ok(), "{name}");
                assert_eq!(at_most(needed - 1).unwrap_err().code(), "image_too_large", "{name}");
            }
        }
    }
}
