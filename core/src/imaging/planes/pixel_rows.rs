//! `PixelRows`: takes the pixels of a result row by row, into its encoder, or into a picture that is encoded later.
//!
//! Rows are encoded at once if nothing needs the whole picture: it is stored upright, has no canvas around it, and no alpha that
//! may be opaque everywhere. A few rows at a time are post-processed then.

use super::request::{PlaneOutput, PlaneRequest};
use crate::error::Result;
use crate::imaging::codecs::encode::{EncodedImage, encoder, encoder_bytes, finishing_bytes};
use crate::imaging::codecs::failure::{Failure, corrupt, failed};
use crate::imaging::codecs::output_format::OutputFormat;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{PlaneEncoder, PlaneFormat};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::orient::UprightRows;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::post_process::PostProcessor;

/// The destination of rows of pixels.
pub(super) enum PixelRows<'a> {
    Picture(UprightRows),
    File(Box<EncodedRows<'a>>),
}

impl<'a> PixelRows<'a> {
    /// The destination of pixels of this layout, with the size of the target of the request.
    pub(super) fn new(
        request: &PlaneRequest<'a>,
        layout: Layout,
        post_processor: &'a PostProcessor<'a>,
        limit: OutputLimit,
    ) -> Result<Self> {
        if request.is_streamed {
            return Ok(Self::File(Box::new(EncodedRows::new(request.job, layout, post_processor, limit)?)));
        }
        let size = (request.target.size.width, request.target.size.height);
        Ok(Self::Picture(UprightRows::new(size, layout, request.job.source.orientation)))
    }

    /// The most memory, in bytes, with the picture or with the encoder and its file.
    pub(super) fn memory_bytes(request: &PlaneRequest<'_>, layout: Layout) -> u64 {
        let size = request.target.size;
        if request.is_streamed {
            return EncodedRows::memory_bytes(request.job, layout);
        }
        UprightRows::memory_bytes((size.width, size.height), layout, request.job.source.orientation)
    }

    /// Takes the next row.
    pub(super) fn push(&mut self, row: &[u8]) -> Result<()> {
        match self {
            Self::Picture(rows) => {
                rows.push(row);
                Ok(())
            }
            Self::File(rows) => rows.push(row),
        }
    }

    /// Error: `image_corrupt` if rows are missing, and those of encoding.
    pub(super) fn finish(self) -> Result<PlaneOutput> {
        let unfinished = || corrupt("an image with fewer rows than its header says");
        match self {
            Self::Picture(rows) => Ok(PlaneOutput::Pixels(rows.finish().ok_or_else(unfinished)?)),
            Self::File(rows) => rows.finish().map(PlaneOutput::Encoded),
        }
    }
}

/// Post-processes rows and pushes them into an encoder.
pub(super) struct EncodedRows<'a> {
    job: &'a RenderJob<'a>,
    post_processor: &'a PostProcessor<'a>,
    /// The profile that is embedded instead of being applied.
    kept: Option<&'a [u8]>,
    layout: Layout,
    /// Rows that are post-processed and encoded together.
    band: Vec<u8>,
    band_bytes: usize,
    encoder: Box<dyn PlaneEncoder>,
}

/// The fewest bytes of a band: decoder and encoder evict the tables of each other from the caches, so they should alternate rarely.
/// A PNG of 1280 x 853 from one of 4 MP takes 3 % longer with 256 KB, and from a JPEG 5 % longer with 32 KB.
const BAND_BYTES: usize = 1024 * 1024;
/// Bands have a multiple of this many rows, the height of the largest MCU, so that a JPEG encodes them without a copy.
const BAND_ROWS: usize = 16;

impl<'a> EncodedRows<'a> {
    fn new(
        job: &'a RenderJob<'a>,
        layout: Layout,
        post_processor: &'a PostProcessor<'a>,
        limit: OutputLimit,
    ) -> Result<Self> {
        let kept = post_processor.profile_kept(job);
        let (planes, options) = (PlaneFormat::Packed(job.result_layout(layout)), job.encoder_options());
        let encoder = encoder(planes, job.plan.size, job.format, options, kept, limit);
        let encoder = encoder.map_err(|failure| failed(job.format, failure))?;
        let band_bytes = band_bytes(job, layout);
        Ok(Self { job, post_processor, kept, layout, band: Vec::with_capacity(band_bytes), band_bytes, encoder })
    }

    fn memory_bytes(job: &RenderJob<'_>, layout: Layout) -> u64 {
        let result_layout = job.result_layout(layout);
        let options = job.encoder_options();
        let encoding = encoder_bytes(PlaneFormat::Packed(result_layout), job.plan.size, job.format, options);
        let kept = if job.format == OutputFormat::Webp && job.transform.lossless {
            job.pixels_bytes(result_layout)
        } else {
            0
        };
        // Gray with alpha on a colour becomes a band of its own.
        let channels =
            if layout == Layout::GrayAlpha { layout.channels() + result_layout.channels() } else { layout.channels() };
        let bands = (band_bytes(job, layout) / layout.channels() * channels) as u64;
        // The last band is gone when the encoder finishes. Half of it is counted all the same: vectors double while they grow.
        let finishing = finishing_bytes(PlaneFormat::Packed(result_layout), job.plan.size, job.format, options);
        encoding
            .saturating_sub(finishing)
            .saturating_add(kept)
            .saturating_add(finishing.max(bands / 2))
            .saturating_add(bands / 2)
    }

    fn push(&mut self, row: &[u8]) -> Result<()> {
        self.band.extend_from_slice(row);
        if self.band.len() >= self.band_bytes { self.encode_band() } else { Ok(()) }
    }

    fn encode_band(&mut self) -> Result<()> {
        let width = self.job.plan.size.width;
        let row_bytes = (width as usize * self.layout.channels()).max(1);
        let data = std::mem::take(&mut self.band);
        let height = (data.len() / row_bytes) as u32;
        let pixels = Pixels { width, height, layout: self.layout, data };
        let pixels = self.post_processor.apply(pixels, self.job, self.kept)?;
        self.encoder.push(&[&pixels.data]).map_err(|failure| self.failed(failure))?;
        self.band = pixels.data;
        self.band.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<EncodedImage> {
        if !self.band.is_empty() {
            self.encode_band()?;
        }
        let Self { job, encoder, .. } = self;
        let bytes = encoder.finish().map_err(|failure| failed(job.format, failure))?;
        let size = job.plan.size;
        Ok(EncodedImage { bytes, format: job.format, width: size.width, height: size.height })
    }

    fn failed(&self, failure: Failure) -> crate::Error {
        failed(self.job.format, failure)
    }
}

fn band_bytes(job: &RenderJob<'_>, layout: Layout) -> usize {
    let size = job.plan.size;
    let row_bytes = (size.width as usize * layout.channels()).max(1);
    let rows = BAND_BYTES.div_ceil(row_bytes).next_multiple_of(BAND_ROWS);
    row_bytes * rows.min(size.height.max(1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::pixels::canvas::Size;
    use crate::imaging::pixels::orient::Orientation;
    use crate::imaging::plan::job::SourceInfo;
    use crate::imaging::plan::path::Path;
    use crate::imaging::planes::ResultKind;
    use crate::imaging::transform_options::Transform;
    use crate::rules::ImageRules;

    /// The profile of a file in Display P3.
    fn display_p3() -> Vec<u8> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/images/transform-exif6-p3.jpg");
        let bytes = std::fs::read(path).unwrap();
        let start = bytes.windows(12).position(|window| window == b"ICC_PROFILE\0").unwrap();
        let length = usize::from(u16::from_be_bytes([bytes[start - 2], bytes[start - 1]]));
        bytes[start + 14..start - 2 + length].to_vec()
    }

    #[test]
    fn rows_become_the_file_of_the_whole_picture() {
        let rules = ImageRules::default();
        let source = SourceInfo { size: Size { width: 333, height: 101 }, orientation: Orientation::Normal };
        let (mut streamed, mut converted) = (0, 0);
        for (layout, format, icc) in [
            (Layout::Gray, OutputFormat::Png, None),
            (Layout::GrayAlpha, OutputFormat::Jpeg, None),
            (Layout::Rgb, OutputFormat::Jpeg, Some(display_p3())),
            (Layout::Rgb, OutputFormat::Png, Some(display_p3())),
            (Layout::Rgb, OutputFormat::Webp, None),
            (Layout::Rgba, OutputFormat::Jpeg, Some(display_p3())),
            (Layout::Rgba, OutputFormat::Png, None),
        ] {
            let transform = Transform::default().background(crate::Color::parse("#3366cc").unwrap());
            let job = RenderJob::new(&source, &transform, format).unwrap();
            let post_processor = PostProcessor::new(icc, layout, &rules).unwrap();
            converted += u32::from(post_processor.is_converted());
            let request = PlaneRequest::new(0, &job, Path::Pixels, layout, ResultKind::File);
            let data: Vec<u8> = (0..333 * 101 * layout.channels()).map(|at| (at * at / 777) as u8).collect();
            let mut rows = PixelRows::new(&request, layout, &post_processor, OutputLimit::NONE).unwrap();
            data.chunks_exact(333 * layout.channels()).for_each(|row| rows.push(row).unwrap());
            let pixels = Pixels { width: 333, height: 101, layout, data };
            let whole = post_processor.encode(pixels.clone(), &job, OutputLimit::NONE).unwrap();
            match rows.finish().unwrap() {
                PlaneOutput::Encoded(image) => {
                    assert!(image == whole, "{layout:?} {format}");
                    streamed += 1;
                }
                PlaneOutput::Pixels(collected) => assert!(layout == Layout::Rgba && collected == pixels),
            }
        }
        assert_eq!((streamed, converted), (6, 3));
    }
}
