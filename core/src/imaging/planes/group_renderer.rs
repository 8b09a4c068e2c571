//! `GroupRenderer`: takes the rows of one decoding and renders all jobs that share it.
//!
//! The source is never in memory as a whole, unless its decoder keeps it or a result is as large as it is:
//!
//! ```text
//! 8000 x 8000 RGBA to 320 x 320, and to a copy of 300 x 300 pixels of it: each row of 32 KB
//!   -> split into four channels -> box-shrunk and resampled: a row of 320, now and then
//!   -> 1.2 KB of it, for 300 rows
//! ```

use super::feed::PlaneFeed;
use super::group::only_whole_copy;
use super::interleave::{Samples, split};
use super::pixel_rows::PixelRows;
use super::pyramid::PyramidLevels;
use super::renderer::PlaneRenderer;
use super::request::{PlaneOutput, PlaneRequest};
use super::row_copy::RowCopy;
use crate::error::Result;
use crate::imaging::codecs::failure::corrupt;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_decoder::{PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
use crate::imaging::pixels::buffer::Pixels;
use crate::imaging::pixels::orient::turn_in_place;
use crate::imaging::post_process::PostProcessor;
use crate::imaging::simd::Simd;
use crate::rules::ImageRules;

/// The sink of a decoding. Nothing is allocated before the first row: a decoder may need more memory until then than later.
pub(crate) struct GroupRenderer<'a> {
    requests: &'a [PlaneRequest<'a>],
    limits: Vec<OutputLimit>,
    post_processor: &'a PostProcessor<'a>,
    rules: &'a ImageRules,
    format: SampleFormat,
    planes: Vec<PlaneSize>,
    /// Rows of packed pixels so far.
    rows: usize,
    running: Option<Running<'a>>,
}

/// The consumers of rows, each with the number of its request.
struct Running<'a> {
    copies: Vec<(usize, RowCopy<'a>)>,
    /// The requests that the renderers of the feed are for.
    resampled: Vec<usize>,
    feed: PlaneFeed<'a>,
    /// The channels of a row of packed pixels.
    channels: Vec<Vec<u8>>,
    /// All pixels, if the decoder handed them over.
    whole: Option<(usize, Pixels)>,
}

impl<'a> GroupRenderer<'a> {
    /// A renderer for the planes of a decoder at its scale. `limits` are the output limits of the requests.
    pub(crate) fn new(
        decoder: &dyn PlaneDecoder,
        requests: &'a [PlaneRequest<'a>],
        limits: Vec<OutputLimit>,
        post_processor: &'a PostProcessor<'a>,
        rules: &'a ImageRules,
    ) -> Self {
        let (format, planes) = (decoder.format(), decoder.planes());
        Self { requests, limits, post_processor, rules, format, planes, rows: 0, running: None }
    }

    /// The most memory of a request until it is rendered, in bytes, including its pixels or its file.
    pub(crate) fn memory_bytes(request: &PlaneRequest<'_>, format: SampleFormat, planes: &[PlaneSize]) -> u64 {
        if request.is_copy() {
            return PixelRows::memory_bytes(request, format.layout());
        }
        let levels = PyramidLevels::of(format, planes);
        let split: usize = if format.is_packed() { levels.iter().map(|levels| levels.size.0).sum() } else { 0 };
        PlaneRenderer::memory_bytes(request, &levels, format.layout()) + split as u64
    }

    /// The same for a request that takes over all pixels: turning them in place needs a bit per pixel.
    pub(crate) fn handed_over_bytes(request: &PlaneRequest<'_>) -> u64 {
        let (width, height) = request.job.source.stored();
        let swaps_axes = request.job.source.orientation.swaps_axes();
        if swaps_axes { u64::from(width) * u64::from(height) / 8 + 8 } else { 0 }
    }

    /// The results, in the order of the requests.
    ///
    /// Errors: `image_corrupt` if rows are missing, `image_too_large`, `encoding_failed`.
    pub(crate) fn finish(self) -> Result<Vec<PlaneOutput>> {
        let Self { running, requests, rows, format, planes, .. } = self;
        let height = planes.first().map_or(0, |plane| plane.size.1);
        if format.is_packed() && rows != height {
            return Err(differ());
        }
        let Running { copies, resampled, feed, whole, .. } = running.ok_or_else(differ)?;
        let mut outputs: Vec<(usize, PlaneOutput)> = resampled.into_iter().zip(feed.finish()?).collect();
        outputs.extend(whole.map(|(number, pixels)| (number, PlaneOutput::Pixels(pixels))));
        for (number, copy) in copies {
            outputs.push((number, copy.finish().map_err(|error| at_index(requests, number, error))?));
        }
        outputs.sort_by_key(|(number, _)| *number);
        if outputs.len() != requests.len() {
            return Err(differ());
        }
        Ok(outputs.into_iter().map(|(_, output)| output).collect())
    }

    /// Starts all requests except one.
    fn begin_without(&self, left_out: Option<usize>) -> Result<Running<'a>> {
        let simd = Simd::detect();
        let levels = PyramidLevels::of(self.format, &self.planes);
        let samples = Samples::of(self.format);
        let (mut copies, mut resampled, mut renderers) = (Vec::new(), Vec::new(), Vec::new());
        let requests = self.requests.iter().zip(&self.limits).enumerate();
        for (number, (request, limit)) in requests.filter(|(number, _)| Some(*number) != left_out) {
            let layout = self.format.layout();
            if request.is_copy() {
                let rows = PixelRows::new(request, layout, self.post_processor, *limit);
                copies.push((number, RowCopy::new(request, layout, rows.map_err(|error| request.at_index(error))?)));
                continue;
            }
            let renderer = PlaneRenderer::new(request, samples, &levels, self.post_processor, *limit, simd);
            renderers.push(renderer.map_err(|error| request.at_index(error))?);
            resampled.push(number);
        }
        let feed = PlaneFeed::new(renderers, &levels, simd);
        Ok(Running { copies, resampled, feed, channels: vec![Vec::new(); levels.len()], whole: None })
    }

    fn running(&mut self) -> Result<&mut Running<'a>> {
        if self.running.is_none() {
            self.running = Some(self.begin_without(None)?);
        }
        self.running.as_mut().ok_or_else(differ)
    }

    fn packed_row(&mut self, row: &[u8]) -> Result<()> {
        let layout = self.format.layout();
        let (width, height) = self.planes.first().map_or((0, 0), |plane| plane.size);
        let y = self.rows;
        if row.len() != width * layout.channels() || y >= height {
            return Err(differ());
        }
        if y.is_multiple_of(16) {
            self.rules.check_cancelled()?;
        }
        self.rows += 1;
        let requests = self.requests;
        let Running { copies, feed, channels, .. } = self.running()?;
        for (number, copy) in copies.iter_mut() {
            copy.push(y, row).map_err(|error| at_index(requests, *number, error))?;
        }
        if feed.is_empty() {
            return Ok(());
        }
        split(row, layout, channels);
        channels.iter().enumerate().try_for_each(|(component, samples)| feed.push(component, samples))
    }
}

impl PlaneSink for GroupRenderer<'_> {
    fn row(&mut self, plane: usize, row: &[u8]) -> Result<()> {
        if self.format.is_packed() { self.packed_row(row) } else { self.running()?.feed.push(plane, row) }
    }

    /// If exactly one request copies the whole picture, the pixels become its result after the other requests have read the rows.
    fn all(&mut self, pixels: Vec<u8>, row_bytes: usize) -> Result<()> {
        let only = only_whole_copy(self.requests);
        self.running = Some(self.begin_without(only)?);
        pixels.chunks_exact(row_bytes.max(1)).try_for_each(|row| self.row(0, row))?;
        let (width, height) = self.planes.first().map_or((0, 0), |plane| plane.size);
        if let (Some(number), Some(running)) = (only, &mut self.running)
            && let Some(request) = self.requests.get(number)
        {
            let (width, height, layout) = (width as u32, height as u32, self.format.layout());
            let pixels = Pixels { width, height, layout, data: pixels };
            running.whole = Some((number, turn_in_place(pixels, request.job.source.orientation)));
        }
        Ok(())
    }
}

/// An error of one request, with its index.
fn at_index(requests: &[PlaneRequest<'_>], number: usize, error: crate::Error) -> crate::Error {
    match requests.get(number) {
        Some(request) => request.at_index(error),
        None => error,
    }
}

/// The error of a decoder that pushes other rows than it stated.
fn differ() -> crate::Error {
    corrupt("an image whose header and data differ in size")
}
