//! Results from rows of interleaved pixels, for inputs that do not decode to planes: rows -> copies and resampled pictures,
//! upright -> sRGB, background -> bytes.
//!
//! The source is never in memory as a whole, unless a result is as large as it is:
//!
//! ```text
//! 8000 x 8000 RGBA to 320 x 320, and to a copy of 300 x 300 pixels of it: each row of 32 KB
//!   -> four planes of 8 KB, box-shrunk to 4000 and to 2000, 19 rows of those for each channel -> a row of 320, now and then
//!   -> 1.2 KB of it, for 300 rows
//! ```

use super::codecs::encode::{EncodedImage, growing_bytes};
use super::codecs::failure::corrupt;
use super::codecs::output_limit::OutputLimit;
use super::codecs::plane_encoder::PlaneFormat;
use super::codecs::row_sink::RowSink;
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::orient::{UprightRows, turn_in_place};
use super::plan::decode_scale::scaled;
use super::plan::job::RenderJob;
use super::planes::PixelFeed;
use super::post_process::PostProcessor;
use crate::error::Result;
use crate::rules::ImageRules;

/// Renders jobs from the rows of a decoder.
pub(crate) struct RowRenderer<'j> {
    rules: &'j ImageRules,
    jobs: Vec<&'j RenderJob<'j>>,
    scale_num: u8,
    /// The stored size at that scale.
    size: (u32, u32),
    /// Memory of the call without the profile, in bytes.
    counted_bytes: u64,
    rows: usize,
    running: Option<Running<'j>>,
}

struct Running<'j> {
    post_processor: PostProcessor<'j>,
    row_bytes: usize,
    channels: usize,
    /// Copies, by the index of their job.
    copies: Vec<(usize, RowCopy)>,
    scaled: Vec<usize>,
    feed: PixelFeed<'j>,
    /// All pixels, where the decoder handed them over: the result of the only job that copies them, by its index.
    whole: Option<(usize, Pixels)>,
}

/// A result that copies pixels of the source without resampling.
struct RowCopy {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
    pixels: UprightRows,
}

impl<'j> RowRenderer<'j> {
    /// For a picture of this size as stored, decoded at `scale_num` over 8.
    pub(crate) fn new(
        jobs: Vec<&'j RenderJob<'j>>,
        (width, height): (u32, u32),
        scale_num: u8,
        counted_bytes: u64,
        rules: &'j ImageRules,
    ) -> Self {
        let size = (scaled(width, scale_num), scaled(height, scale_num));
        Self { rules, jobs, scale_num, size, counted_bytes, rows: 0, running: None }
    }

    /// The most memory of a job until its pixels are rendered, in bytes, including them.
    pub(crate) fn memory_bytes(job: &RenderJob<'_>, (width, height): (u32, u32), scale_num: u8) -> u64 {
        if job.is_copy() {
            let (_, size) = job.plan.stored(job.source.size, job.source.orientation);
            return UprightRows::memory_bytes((size.width, size.height), job.source.layout, job.source.orientation);
        }
        PixelFeed::memory_bytes(
            job,
            job.source.layout,
            (scaled(width, scale_num), scaled(height, scale_num)),
            scale_num,
        )
    }

    /// The same for a job to which all pixels are handed over: turning them in place takes a bit for each.
    pub(crate) fn handed_over_bytes(job: &RenderJob<'_>) -> u64 {
        let (width, height) = job.source.stored();
        if job.source.orientation.swaps_axes() { u64::from(width) * u64::from(height) / 8 + 8 } else { 0 }
    }

    /// The colours of the source, and the pixels of each job in order.
    pub(crate) fn finish(self) -> Result<(PostProcessor<'j>, Vec<Pixels>)> {
        let unfinished = || corrupt("its header and its data differ in size");
        let Self { running, jobs, rows, size, .. } = self;
        let Running { post_processor, copies, scaled, feed, whole, .. } = running.ok_or_else(unfinished)?;
        if rows != size.1 as usize {
            return Err(unfinished());
        }
        let mut pixels: Vec<(usize, Pixels)> = scaled.into_iter().zip(feed.finish()?).collect();
        pixels.extend(whole);
        for (at, copy) in copies {
            pixels.push((at, copy.pixels.finish().ok_or_else(unfinished)?));
        }
        pixels.sort_by_key(|(at, _)| *at);
        if pixels.len() != jobs.len() {
            return Err(unfinished());
        }
        Ok((post_processor, pixels.into_iter().map(|(_, pixels)| pixels).collect()))
    }

    /// The results, encoded one after the other, each within its expected size and `spare_bytes` more.
    pub(crate) fn encode(self, spare_bytes: u64) -> Result<Vec<Result<EncodedImage>>> {
        let (jobs, rules) = (self.jobs.clone(), self.rules);
        let (post_processor, pixels) = self.finish()?;
        let images = jobs.into_iter().zip(pixels);
        Ok(images.map(|(job, pixels)| post_processor.encode(pixels, job, limit(job, spare_bytes, rules))).collect())
    }
}

/// The output limit of a job.
pub(crate) fn limit(job: &RenderJob<'_>, spare_bytes: u64, rules: &ImageRules) -> OutputLimit {
    let planes = PlaneFormat::Packed(job.result_layout(job.source.layout));
    let expected = growing_bytes(planes, job.plan.result(), job.format, job.transform.encoder_options());
    OutputLimit::new(expected, spare_bytes, rules.max_memory_bytes)
}

impl RowSink for RowRenderer<'_> {
    fn begin(&mut self, layout: Layout, icc: Option<Vec<u8>>) -> Result<()> {
        self.begin_without(None, layout, icc)
    }

    fn row(&mut self, row: &[u8]) -> Result<()> {
        let unfit = || corrupt("its header and its data differ in size");
        let Running { row_bytes, channels, copies, feed, .. } = self.running.as_mut().ok_or_else(unfit)?;
        if row.len() != *row_bytes || self.rows >= self.size.1 as usize {
            return Err(unfit());
        }
        if self.rows.is_multiple_of(16) {
            self.rules.check_cancelled()?;
        }
        for (_, copy) in copies {
            if (copy.top..copy.bottom).contains(&self.rows) {
                copy.pixels.push(row.get(copy.left * *channels..copy.right * *channels).unwrap_or_default());
            }
        }
        self.rows += 1;
        feed.push(row)
    }

    /// If exactly one job copies the whole picture, the pixels become its result after the other jobs have read the rows.
    fn all(&mut self, layout: Layout, icc: Option<Vec<u8>>, data: Vec<u8>, row_bytes: usize) -> Result<()> {
        let (width, height) = self.size;
        let is_whole = |(_, job): &(usize, &&RenderJob<'_>)| job.is_whole();
        let mut whole = self.jobs.iter().enumerate().filter(is_whole);
        let only = match (whole.next(), whole.next()) {
            (Some((at, job)), None) => Some((at, job.source.orientation)),
            _ => None,
        };
        self.begin_without(only.map(|(at, _)| at), layout, icc)?;
        data.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(row))?;
        if let (Some((at, orientation)), Some(running)) = (only, &mut self.running) {
            let pixels = turn_in_place(Pixels { width, height, layout, data }, orientation);
            running.whole = Some((at, pixels));
        }
        Ok(())
    }
}

impl RowRenderer<'_> {
    /// Begins with all jobs but one.
    fn begin_without(&mut self, left_out: Option<usize>, layout: Layout, icc: Option<Vec<u8>>) -> Result<()> {
        let post_processor = PostProcessor::new(icc, layout, self.counted_bytes, self.rules)?;
        let (mut copies, mut scaled) = (Vec::new(), Vec::new());
        for (at, job) in self.jobs.iter().enumerate().filter(|(at, _)| Some(*at) != left_out) {
            if !job.is_copy() {
                scaled.push(at);
                continue;
            }
            let orientation = job.source.orientation;
            let (crop, size) = job.plan.stored(job.source.size, orientation);
            let (left, top) = (crop.left as usize, crop.top as usize);
            copies.push((
                at,
                RowCopy {
                    top,
                    bottom: top + size.height as usize,
                    left,
                    right: left + size.width as usize,
                    pixels: UprightRows::new((size.width, size.height), layout, orientation),
                },
            ));
        }
        let to_scale = scaled.iter().filter_map(|at| self.jobs.get(*at).copied());
        let feed = PixelFeed::new(to_scale, layout, self.size, self.scale_num)?;
        let channels = layout.channels();
        let row_bytes = self.size.0 as usize * channels;
        self.running = Some(Running { post_processor, row_bytes, channels, copies, scaled, feed, whole: None });
        Ok(())
    }
}
