//! Results made from rows of pixels, for inputs whose planes cannot be scaled as they are: rows -> copies and scaled pictures,
//! upright -> sRGB, background -> bytes.
//!
//! The source is never in memory as a whole, unless a result is as large as it is:
//!
//! ```text
//! 8000 x 8000 RGBA to 320 x 320, and to a copy of 300 x 300 pixels of it: each row of 32 KB
//!   -> four planes of 8 KB, halved to 4000 and to 2000, 19 rows of those for each channel -> a row of 320, now and then
//!   -> 1.2 KB of it, for 300 rows
//! ```

use super::codecs::encode::EncodedImage;
use super::codecs::failure::corrupt;
use super::codecs::output_limit::{OutputLimit, expected_result_bytes};
use super::codecs::row_sink::RowSink;
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::orient::{UprightRows, turn_in_place};
use super::plan::decode_scale::scaled;
use super::plan::job::Job;
use super::planes::RowDrawings;
use super::post_process::Finish;
use crate::error::Result;
use crate::rules::ImageRules;

/// Makes the pixels of jobs.
pub(crate) struct PixelRows<'j> {
    rules: &'j ImageRules,
    jobs: Vec<&'j Job<'j>>,
    eighths: u8,
    /// As stored, at that scale.
    size: (u32, u32),
    /// What the call takes beside the profile, in bytes.
    counted_bytes: u64,
    rows: usize,
    begun: Option<Begun<'j>>,
}

struct Begun<'j> {
    finish: Finish<'j>,
    row_bytes: usize,
    channels: usize,
    /// By the place of their job.
    copies: Vec<(usize, Copying)>,
    scaled: Vec<usize>,
    drawings: RowDrawings<'j>,
    /// All pixels, where they were given at once: the result of the only job that copies them, by its place.
    whole: Option<(usize, Pixels)>,
}

/// A result that has pixels of the source as they are.
struct Copying {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
    pixels: UprightRows,
}

impl<'j> PixelRows<'j> {
    /// For a picture of this size as stored, of which `eighths` are decoded.
    pub(crate) fn new(
        jobs: Vec<&'j Job<'j>>,
        (width, height): (u32, u32),
        eighths: u8,
        counted_bytes: u64,
        rules: &'j ImageRules,
    ) -> Self {
        let size = (scaled(width, eighths), scaled(height, eighths));
        Self { rules, jobs, eighths, size, counted_bytes, rows: 0, begun: None }
    }

    /// The most memory that a job takes until its pixels are there, in bytes, with them.
    pub(crate) fn memory_bytes(job: &Job<'_>, (width, height): (u32, u32), eighths: u8) -> u64 {
        if job.is_copy() {
            let (_, size) = job.plan.stored(job.outline.size, job.outline.orientation);
            return UprightRows::memory_bytes((size.width, size.height), job.outline.layout, job.outline.orientation);
        }
        RowDrawings::memory_bytes(job, job.outline.layout, (scaled(width, eighths), scaled(height, eighths)), eighths)
    }

    /// The same for a job that takes over all pixels: to turn them it takes a bit for each.
    pub(crate) fn handed_over_bytes(job: &Job<'_>) -> u64 {
        let (width, height) = job.outline.stored();
        if job.outline.orientation.swaps_axes() { u64::from(width) * u64::from(height) / 8 + 8 } else { 0 }
    }

    /// The colours of the source, and the pixels of each job in order.
    pub(crate) fn finish(self) -> Result<(Finish<'j>, Vec<Pixels>)> {
        let unfinished = || corrupt("its header and its data differ in size");
        let Self { begun, jobs, rows, size, .. } = self;
        let Begun { finish, copies, scaled, drawings, whole, .. } = begun.ok_or_else(unfinished)?;
        if rows != size.1 as usize {
            return Err(unfinished());
        }
        let mut pixels: Vec<(usize, Pixels)> = scaled.into_iter().zip(drawings.finish()?).collect();
        pixels.extend(whole);
        for (at, copy) in copies {
            pixels.push((at, copy.pixels.finish().ok_or_else(unfinished)?));
        }
        pixels.sort_by_key(|(at, _)| *at);
        if pixels.len() != jobs.len() {
            return Err(unfinished());
        }
        Ok((finish, pixels.into_iter().map(|(_, pixels)| pixels).collect()))
    }

    /// The results, encoded one after the other, each within what is expected of it and `spare_bytes` beyond.
    pub(crate) fn encode(self, spare_bytes: u64) -> Result<Vec<Result<EncodedImage>>> {
        let (jobs, rules) = (self.jobs.clone(), self.rules);
        let (finish, pixels) = self.finish()?;
        let images = jobs.into_iter().zip(pixels);
        Ok(images.map(|(job, pixels)| finish.encode(pixels, job, limit(job, spare_bytes, rules))).collect())
    }
}

/// What the result of a job may take.
pub(crate) fn limit(job: &Job<'_>, spare_bytes: u64, rules: &ImageRules) -> OutputLimit {
    let result = job.plan.result();
    let expected = expected_result_bytes(result.width, result.height, job.result_layout(job.outline.layout));
    OutputLimit::new(2 * expected, spare_bytes, rules.max_memory_bytes)
}

impl RowSink for PixelRows<'_> {
    fn begin(&mut self, layout: Layout, icc: Option<Vec<u8>>) -> Result<()> {
        self.begin_without(None, layout, icc)
    }

    fn row(&mut self, row: &[u8]) -> Result<()> {
        let unfit = || corrupt("its header and its data differ in size");
        let Begun { row_bytes, channels, copies, drawings, .. } = self.begun.as_mut().ok_or_else(unfit)?;
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
        drawings.push(row)
    }

    /// Where one job alone copies all of the picture, the pixels are its result when the others have seen the rows.
    fn all(&mut self, layout: Layout, icc: Option<Vec<u8>>, data: Vec<u8>, row_bytes: usize) -> Result<()> {
        let (width, height) = self.size;
        let is_whole = |(_, job): &(usize, &&Job<'_>)| job.is_whole();
        let mut whole = self.jobs.iter().enumerate().filter(is_whole);
        let only = match (whole.next(), whole.next()) {
            (Some((at, job)), None) => Some((at, job.outline.orientation)),
            _ => None,
        };
        self.begin_without(only.map(|(at, _)| at), layout, icc)?;
        data.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(row))?;
        if let (Some((at, orientation)), Some(begun)) = (only, &mut self.begun) {
            let pixels = turn_in_place(Pixels { width, height, layout, data }, orientation);
            begun.whole = Some((at, pixels));
        }
        Ok(())
    }
}

impl PixelRows<'_> {
    /// Begins with all jobs but one.
    fn begin_without(&mut self, left_out: Option<usize>, layout: Layout, icc: Option<Vec<u8>>) -> Result<()> {
        let finish = Finish::new(icc, layout, self.counted_bytes, self.rules)?;
        let (mut copies, mut scaled) = (Vec::new(), Vec::new());
        for (at, job) in self.jobs.iter().enumerate().filter(|(at, _)| Some(*at) != left_out) {
            if !job.is_copy() {
                scaled.push(at);
                continue;
            }
            let orientation = job.outline.orientation;
            let (part, size) = job.plan.stored(job.outline.size, orientation);
            let (left, top) = (part.left as usize, part.top as usize);
            copies.push((
                at,
                Copying {
                    top,
                    bottom: top + size.height as usize,
                    left,
                    right: left + size.width as usize,
                    pixels: UprightRows::new((size.width, size.height), layout, orientation),
                },
            ));
        }
        let to_scale = scaled.iter().filter_map(|at| self.jobs.get(*at).copied());
        let drawings = RowDrawings::new(to_scale, layout, self.size, self.eighths)?;
        let channels = layout.channels();
        let row_bytes = self.size.0 as usize * channels;
        self.begun = Some(Begun { finish, row_bytes, channels, copies, scaled, drawings, whole: None });
        Ok(())
    }
}
