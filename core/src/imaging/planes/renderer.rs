//! `PlaneRenderer`: renders one result: resamples each plane, and encodes a file from the planes, or interleaves them to pixels.

use super::filter::{Axis, Enlargement};
use super::interleave::{Interleaver, Samples};
use super::pixel_rows::PixelRows;
use super::pyramid::PyramidLevels;
use super::request::{PlaneOutput, PlaneRequest};
use super::resampler::Resampler;
use crate::error::Result;
use crate::imaging::codecs::encode::{EncodedImage, encoder, encoder_bytes};
use crate::imaging::codecs::failure::{corrupt, failed};
use crate::imaging::codecs::jpeg::is_smooth;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::codecs::plane_encoder::{PlaneEncoder, PlaneFormat};
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::pixels::canvas::Size;
use crate::imaging::pixels::orient::orient;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::plan::path::Path;
use crate::imaging::post_process::PostProcessor;
use crate::imaging::simd::Simd;
use crate::imaging::transform_options::Scaling;

pub(super) struct PlaneRenderer<'a> {
    request: &'a PlaneRequest<'a>,
    components: Vec<(u32, Resampler)>,
    output: Output<'a>,
}

enum Output<'a> {
    /// Rows of planes that are encoded while they are rendered.
    Planes(Box<dyn PlaneEncoder>),
    /// Planes that must be turned before they are encoded.
    Turned {
        planes: Vec<Vec<u8>>,
        icc: Option<&'a [u8]>,
        limit: OutputLimit,
    },
    Pixels(Box<Interleaver<'a>>),
}

impl<'a> PlaneRenderer<'a> {
    /// A renderer for the pyramid levels of each component.
    pub(super) fn new(
        request: &'a PlaneRequest<'a>,
        samples: Samples,
        levels: &[PyramidLevels],
        post_processor: &'a PostProcessor<'a>,
        limit: OutputLimit,
        simd: Simd,
    ) -> Result<Self> {
        let PlaneRequest { job, path, target, is_streamed, .. } = request;
        let count = levels.len();
        let mut components: Vec<(u32, Resampler)> = Vec::with_capacity(count);
        let mut waiting = Vec::with_capacity(count);
        let mut last = None;
        for (component, levels) in levels.iter().enumerate() {
            let level = level_of(request, component, levels);
            let axes = axes(request, component, levels, level);
            // The two planes of chroma nearly always have the same size.
            let resampler = match components.last() {
                Some((_, resampler)) if last == Some(axes) => resampler.again(),
                _ => Resampler::new(axes.0, axes.1, simd),
            };
            components.push((level, resampler));
            waiting.push(waiting_rows(request, axes.1));
            last = Some(axes);
        }
        let sizes = (0..count).map(|component| target.plane_size(component));
        let planes = || sizes.clone().map(|(width, height)| Vec::with_capacity(width * height)).collect();
        let output = match (path, is_streamed) {
            (Path::Planes, true) => Output::Planes(open_encoder(job, count, post_processor.profile_kept(job), limit)?),
            (Path::Planes, false) => Output::Turned { planes: planes(), icc: post_processor.profile_kept(job), limit },
            (Path::Rgb | Path::Pixels, _) => {
                let rows = PixelRows::new(request, samples.layout(), post_processor, limit)?;
                let width = target.size.width as usize;
                Output::Pixels(Box::new(Interleaver::new(samples, width, &waiting, rows, simd)))
            }
        };
        Ok(Self { request, components, output })
    }

    /// An upper bound of the memory of a renderer, in bytes.
    pub(super) fn memory_bytes(request: &PlaneRequest<'_>, levels: &[PyramidLevels], layout: Layout) -> u64 {
        let PlaneRequest { job, path, target, .. } = request;
        let mut resamplers = 0;
        let mut planes = 0;
        for (component, levels) in levels.iter().enumerate() {
            let level = level_of(request, component, levels);
            let (across, down) = axes(request, component, levels, level);
            let (width, height) = target.plane_size(component);
            // The box-shrunk rows of the pyramid, and rows that wait for other components.
            let waiting = waiting_rows(request, down) * width;
            resamplers += Resampler::memory_bytes(across, down) + (3 * levels.size.0 + waiting) as u64;
            planes += (width * height) as u64;
        }
        let options = job.encoder_options();
        let encoder = encoder_bytes(plane_format(job, levels.len()), job.plan.size, job.format, options);
        let output = match path {
            Path::Planes if request.is_streamed => encoder,
            // Planes are turned one at a time, and then all are encoded.
            Path::Planes => planes + encoder.max((target.plane_size(0).0 * target.plane_size(0).1) as u64),
            Path::Rgb | Path::Pixels => PixelRows::memory_bytes(request, layout),
        };
        resamplers + output
    }

    pub(super) fn level(&self, component: usize) -> u32 {
        self.components.get(component).map_or(0, |(level, _)| *level)
    }

    /// The next row of a component at its level.
    pub(super) fn push(&mut self, component: usize, row: &[u8]) -> Result<()> {
        self.resample(component, row).map_err(|error| self.request.at_index(error))
    }

    fn resample(&mut self, component: usize, row: &[u8]) -> Result<()> {
        let Self { request, components, output } = self;
        let is_last = component + 1 == components.len();
        let Some((_, resampler)) = components.get_mut(component) else { return Ok(()) };
        match output {
            Output::Planes(encoder) => {
                let mut pushed = Ok(());
                resampler.push(row, |row| {
                    let mut rows = [&[][..]; 3];
                    rows.iter_mut().skip(component).take(1).for_each(|plane| *plane = row);
                    if pushed.is_ok() {
                        pushed = encoder.push(&rows);
                    }
                });
                return pushed.map_err(|failure| failed(request.job.format, failure));
            }
            Output::Turned { planes, .. } => resampler.push(row, |row| planes[component].extend_from_slice(row)),
            Output::Pixels(pixels) if request.path == Path::Pixels => {
                resampler.keep(row);
                return if is_last { interleave_ready(components, pixels) } else { Ok(()) };
            }
            Output::Pixels(pixels) => {
                resampler.push(row, |row| pixels.push(component, row));
                return pixels.mix();
            }
        }
        Ok(())
    }

    /// Errors: `image_corrupt` if rows are missing, and those of encoding.
    pub(super) fn finish(self) -> Result<PlaneOutput> {
        if !self.components.iter().all(|(_, resampler)| resampler.is_finished()) {
            return Err(unfinished());
        }
        let request = self.request;
        self.finish_output().map_err(|error| request.at_index(error))
    }

    fn finish_output(self) -> Result<PlaneOutput> {
        let Self { request: PlaneRequest { job, target, .. }, output, .. } = self;
        match output {
            Output::Planes(encoder) => encoded(encoder, job),
            Output::Turned { planes, icc, limit } => {
                let mut encoder = open_encoder(job, planes.len(), icc, limit)?;
                let planes = planes.into_iter().enumerate();
                let turned = planes.map(|(component, plane)| turned(plane, target.plane_size(component), job));
                let turned: Vec<Vec<u8>> = turned.collect();
                let rows: Vec<&[u8]> = turned.iter().map(Vec::as_slice).collect();
                encoder.push(&rows).map_err(|failure| failed(job.format, failure))?;
                encoded(encoder, job)
            }
            Output::Pixels(pixels) => pixels.finish(),
        }
    }
}

/// Interleaves all rows that are ready, one at a time: the channels of packed pixels advance together, so that nothing waits even
/// where one row of the source becomes thousands.
fn interleave_ready(components: &mut [(u32, Resampler)], pixels: &mut Interleaver<'_>) -> Result<()> {
    loop {
        for (component, (_, resampler)) in components.iter_mut().enumerate() {
            let Some(row) = resampler.next_row() else { return Ok(()) };
            pixels.push(component, row);
        }
        pixels.mix()?;
    }
}

/// How many rows of a component wait for the other components at most: those of an MCU row, and of half a filter, where
/// components come apart; and the rows that the last row of an enlarged source becomes. In an encoder they are moved while
/// their number grows, and counted three times.
fn waiting_rows(request: &PlaneRequest<'_>, down: Axis) -> usize {
    let enlarged = (8.0 / down.step.max(1e-6)).min(down.target as f64) as usize;
    match request.path {
        Path::Planes => 48 + 3 * enlarged,
        Path::Rgb => 48 + enlarged,
        Path::Pixels => 1,
    }
}

/// How often a component is box-shrunk before it is resampled: while the remaining factor is at least twice what shrink-on-load
/// must leave.
fn level_of(request: &PlaneRequest<'_>, component: usize, levels: &PyramidLevels) -> u32 {
    let (x, y) = request.target.pixels_per_sample(component);
    let shrinking = (x * levels.per_pixel.0).min(y * levels.per_pixel.1);
    let least = match (request.path, request.job.transform.scaling) {
        // `scaling` is about planes alone.
        (Path::Pixels, _) => 8.0,
        (_, Scaling::Fast) => 2.0,
        (_, Scaling::Best) => 4.0,
    };
    (1..16).take_while(|level| shrinking / f64::from(1 << level) >= least).count() as u32
}

/// How the samples of a result lie on those of the level. A component with fewer samples than the result, such as subsampled
/// chroma, is upsampled first, as in decoding at full size, and then scaled.
fn axes(request: &PlaneRequest<'_>, component: usize, levels: &PyramidLevels, level: u32) -> (Axis, Axis) {
    let target = &request.target;
    let (width, height) = levels.size(level);
    let (across, down) = levels.per_pixel(level);
    let (target_width, target_height) = target.plane_size(component);
    let (x, y) = target.pixels_per_sample(component);
    let axis = |source, target, (start, step): (f64, f64), per_pixel: f64| Axis {
        source,
        target,
        start: start * per_pixel,
        step: step * per_pixel,
        enlargement: Enlargement::None,
    };
    let across = axis(width, target_width, (target.crop.left, x), across);
    let down = axis(height, target_height, (target.crop.top, y), down);
    let ratio = (pixels_per_sample(levels.per_pixel.0), pixels_per_sample(levels.per_pixel.1));
    let is_smooth = is_smooth(width, ratio.0, ratio.1);
    let enlarged = |axis: Axis, ratio: usize, pixels: usize| {
        if level > 0 || ratio == 1 || axis.step >= 1.0 {
            return axis;
        }
        let enlargement = if is_smooth {
            Enlargement::Doubled { samples: axis.source }
        } else {
            Enlargement::Repeated { times: ratio }
        };
        let times = ratio as f64;
        Axis { source: pixels, start: axis.start * times, step: axis.step * times, enlargement, ..axis }
    };
    let picture = request.job.source.stored();
    (enlarged(across, ratio.0, picture.0 as usize), enlarged(down, ratio.1, picture.1 as usize))
}

/// Pixels of the picture for a sample of a component that is decoded at full size; 1 where that is no whole number, which it
/// is at other scales.
fn pixels_per_sample(per_pixel: f64) -> usize {
    [2, 3, 4].into_iter().find(|ratio| (per_pixel * *ratio as f64 - 1.0).abs() < 1e-9).unwrap_or(1)
}

fn plane_format(job: &RenderJob<'_>, count: usize) -> PlaneFormat {
    if count == 1 {
        PlaneFormat::Packed(Layout::Gray)
    } else {
        PlaneFormat::YCbCr(job.encoder_options().chroma_subsampling)
    }
}

fn open_encoder(
    job: &RenderJob<'_>,
    count: usize,
    icc: Option<&[u8]>,
    limit: OutputLimit,
) -> Result<Box<dyn PlaneEncoder>> {
    let opened = encoder(plane_format(job, count), job.plan.size, job.format, job.encoder_options(), icc, limit);
    opened.map_err(|failure| failed(job.format, failure))
}

fn encoded(encoder: Box<dyn PlaneEncoder>, job: &RenderJob<'_>) -> Result<PlaneOutput> {
    let bytes = encoder.finish().map_err(|failure| failed(job.format, failure))?;
    let (format, Size { width, height }) = (job.format, job.plan.size);
    Ok(PlaneOutput::Encoded(EncodedImage { bytes, format, width, height }))
}

fn turned(data: Vec<u8>, (width, height): (usize, usize), job: &RenderJob<'_>) -> Vec<u8> {
    let plane = Pixels { width: width as u32, height: height as u32, layout: Layout::Gray, data };
    orient(plane, job.source.orientation).data
}

/// The error of a renderer that lacks rows.
fn unfinished() -> crate::Error {
    corrupt("an image with fewer rows than its header says")
}
