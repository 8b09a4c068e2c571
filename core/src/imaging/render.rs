//! From a source to all results: each job takes its own path, and jobs on the same path share one decoding.

use super::codecs::catch_panic::catch_panic;
use super::codecs::encode::EncodedImage;
use super::codecs::failure::corrupt;
use super::codecs::header::Header;
use super::codecs::jpeg::{ColorSpace, Decoder};
use super::codecs::limits::{DecodingMemory, check_memory};
use super::codecs::{decode_rows, decoding_memory};
use super::pixels::buffer::{Layout, Pixels};
use super::pixels::icc::{Profile, icc_for};
use super::plan::decode_scale::pixel_scale;
use super::plan::job::RenderJob;
use super::plan::path::{Path, path_of};
use super::planes::{PlaneOutput, PlaneRequest, plane_memory_bytes, render_planes, set_scale};
use super::post_process::PostProcessor;
use super::row_renderer::{RowRenderer, limit};
use crate::error::{Error, Result};
use crate::format::ImageFormat;
use crate::rules::ImageRules;

/// How much of a source is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecodeExtent {
    /// What the results need. Damage in the rest is not noticed.
    Needed,
    /// Everything, as `check` does.
    Whole,
}

/// A job, and its index in the list of the caller, if there is a list.
pub(crate) struct IndexedJob<'a> {
    pub index: Option<usize>,
    pub job: RenderJob<'a>,
}

impl IndexedJob<'_> {
    pub(crate) fn at_index(&self, error: Error) -> Error {
        match self.index {
            Some(index) => error.at_index(index),
            None => error,
        }
    }
}

/// A source whose header and markers are read: plans, counts and renders its jobs.
pub(crate) struct OpenedSource<'b> {
    bytes: &'b [u8],
    header: &'b Header,
    rules: &'b ImageRules,
    jpeg: Option<(Decoder<'b>, PostProcessor<'b>)>,
}

impl<'b> OpenedSource<'b> {
    /// Errors: those of the header.
    pub(crate) fn new(bytes: &'b [u8], header: &'b Header, rules: &'b ImageRules) -> Result<Self> {
        let jpeg = match header.format {
            ImageFormat::Jpeg => Some(catch_panic(rules, || open_jpeg(bytes, rules))?),
            _ => None,
        };
        Ok(Self { bytes, header, rules, jpeg })
    }

    pub(crate) fn path(&self, job: &RenderJob<'_>) -> Path {
        self.jpeg.as_ref().map_or(Path::Pixels, |(decoder, post_processor)| {
            path_of(
                job,
                decoder.color_space(),
                post_processor.is_converted() && post_processor.profile_kept(job).is_none(),
            )
        })
    }

    /// The `scale_num` that a single job needs, and the most memory that it takes, in bytes.
    pub(crate) fn cost(&mut self, job: &RenderJob<'_>) -> (u8, u64) {
        let path = self.path(job);
        let scale_num = match &mut self.jpeg {
            Some((decoder, _)) if path != Path::Pixels => {
                set_scale(decoder, &[PlaneRequest::new(job, path)], false);
                decoder.scale_nums().first().copied().unwrap_or(8)
            }
            Some(_) => pixel_scale(job),
            None => 8,
        };
        (scale_num, self.needed_bytes(&[job], DecodeExtent::Needed))
    }

    /// The `scale_num` shared by the jobs that are rendered from rows of pixels.
    fn scale_of_pixels(&self, jobs: &[&RenderJob<'_>], extent: DecodeExtent) -> u8 {
        if self.jpeg.is_none() || extent == DecodeExtent::Whole {
            return 8;
        }
        let from_pixels = jobs.iter().filter(|job| self.path(job) == Path::Pixels);
        from_pixels.map(|job| pixel_scale(job)).max().unwrap_or(8)
    }

    /// The most memory that jobs take together, in bytes.
    fn needed_bytes(&mut self, jobs: &[&RenderJob<'_>], extent: DecodeExtent) -> u64 {
        let mut most = 0;
        let counted = self.count(jobs, extent, &mut |_, needed| {
            most = needed.max(most);
            Ok(())
        });
        counted.map_or(u64::MAX, |()| most)
    }

    /// Counts the memory of jobs, in bytes, in the order in which [`Self::render`] works: `see` gets the index of a job and the
    /// most that is in use while it is rendered or encoded. Jobs on a path are rendered from one decoding, then encoded one
    /// after the other.
    fn count(
        &mut self,
        jobs: &[&RenderJob<'_>],
        extent: DecodeExtent,
        see: &mut dyn FnMut(usize, u64) -> Result<()>,
    ) -> Result<()> {
        let paths: Vec<Path> = jobs.iter().map(|job| self.path(job)).collect();
        let of_path = |wanted: Path| {
            let places = jobs.iter().enumerate().zip(&paths).filter(move |(_, path)| **path == wanted);
            places.map(|((at, job), _)| (at, *job))
        };
        let scale_num = self.scale_of_pixels(jobs, extent);
        let mut held = 0_u64;
        let decoding = self.decoding(scale_num);
        let (mut rendering, hands_over) = (decoding.rows_bytes, decoding.keeps_pixels);
        for (at, job) in of_path(Path::Pixels) {
            let is_handed_over = hands_over && job.is_whole() && at == only_whole(of_path(Path::Pixels));
            let rows = if is_handed_over {
                RowRenderer::handed_over_bytes(job)
            } else {
                RowRenderer::memory_bytes(job, job.source.stored(), scale_num)
            };
            rendering = rendering.saturating_add(rows);
            see(at, rendering.max(decoding.start_bytes))?;
        }
        self.count_encoding(of_path(Path::Pixels), &mut held, see)?;
        let Some((decoder, post_processor)) = &mut self.jpeg else { return Ok(()) };
        let mut requests = Vec::new();
        for (at, job, path) in jobs.iter().enumerate().zip(&paths).map(|((at, job), path)| (at, *job, *path)) {
            if path == Path::Pixels {
                continue;
            }
            requests.push(PlaneRequest::new(job, path));
            set_scale(decoder, &requests, extent == DecodeExtent::Whole);
            let rendering = plane_memory_bytes(&requests, decoder).saturating_add(post_processor.memory_bytes());
            see(at, rendering.saturating_add(held))?;
        }
        held = of_path(Path::Planes).fold(held, |held, (_, job)| held.saturating_add(job.result_bytes()));
        self.count_encoding(of_path(Path::Rgb), &mut held, see)
    }

    /// Pixels are held until they are encoded, and results until all are.
    fn count_encoding<'j>(
        &self,
        jobs: impl Iterator<Item = (usize, &'j RenderJob<'j>)> + Clone,
        held: &mut u64,
        see: &mut dyn FnMut(usize, u64) -> Result<()>,
    ) -> Result<()> {
        let profile_bytes = self.jpeg.as_ref().map_or(0, |(_, post_processor)| post_processor.memory_bytes());
        let mut waiting = jobs.clone().fold(0, |sum: u64, (_, job)| sum.saturating_add(job.pixels_bytes()));
        for (at, job) in jobs {
            let parts = [waiting, job.post_processing_bytes(), profile_bytes, *held];
            see(at, parts.iter().fold(0, |sum, part| sum.saturating_add(*part)))?;
            waiting = waiting.saturating_sub(job.pixels_bytes());
            *held = held.saturating_add(job.result_bytes());
        }
        Ok(())
    }

    /// The memory of decoding to rows of pixels.
    fn decoding(&self, scale_num: u8) -> DecodingMemory {
        match &self.jpeg {
            Some((decoder, post_processor)) => {
                // CMYK is converted by its profile while it is decoded.
                let is_cmyk = decoder.color_space().channels() == 4;
                let profile = decoder.profile().ok().flatten().filter(|_| is_cmyk);
                let profile_bytes =
                    profile.as_deref().map_or(0, |profile| profile.len() as u64 + Profile::cmyk_memory_bytes(profile));
                let rows = decoder.pixels_memory_bytes(scale_num);
                DecodingMemory::of(rows.saturating_add(post_processor.memory_bytes().max(profile_bytes)))
            }
            None => decoding_memory(self.bytes, self.header),
        }
    }

    /// Checks the memory of each job, with the results of those before it, and returns how much is left for each.
    fn check_memory(&mut self, jobs: &[IndexedJob<'_>], extent: DecodeExtent) -> Result<u64> {
        let (rules, mut most) = (self.rules, 0);
        let listed: Vec<&RenderJob<'_>> = jobs.iter().map(|numbered| &numbered.job).collect();
        self.count(&listed, extent, &mut |at, needed| {
            most = needed.max(most);
            check_memory(rules, &[needed]).map_err(|error| jobs[at].at_index(error))
        })?;
        Ok((rules.max_memory_bytes - most) / jobs.len().max(1) as u64)
    }

    /// Pixels -> bytes, for a job alone.
    pub(crate) fn render_one(self, job: RenderJob<'_>) -> Result<EncodedImage> {
        let images = self.render(&[IndexedJob { index: None, job }], DecodeExtent::Needed)?;
        images.into_iter().next().ok_or_else(|| corrupt("an image that gave no result"))
    }

    /// Pixels -> bytes, for all jobs in their order.
    pub(crate) fn render(mut self, jobs: &[IndexedJob<'_>], extent: DecodeExtent) -> Result<Vec<EncodedImage>> {
        let spare_bytes = self.check_memory(jobs, extent)?;
        let listed: Vec<&RenderJob<'_>> = jobs.iter().map(|numbered| &numbered.job).collect();
        let scale_num = self.scale_of_pixels(&listed, extent);
        let counted_bytes = self.decoding(scale_num).rows_bytes;
        let paths: Vec<Path> = jobs.iter().map(|numbered| self.path(&numbered.job)).collect();
        let mut images: Vec<(usize, EncodedImage)> = Vec::with_capacity(jobs.len());
        let Self { bytes, header, rules, jpeg } = self;
        let of_path = |is_wanted: fn(Path) -> bool| {
            (0..jobs.len()).filter(|at| paths.get(*at).copied().is_some_and(is_wanted)).collect::<Vec<_>>()
        };
        let from_pixels = of_path(|path| path == Path::Pixels);
        if !from_pixels.is_empty() {
            let wanted = from_pixels.iter().map(|at| &jobs[*at].job).collect();
            let mut rows = RowRenderer::new(wanted, (header.width, header.height), scale_num, counted_bytes, rules);
            decode_rows(bytes, header, scale_num, rules, &mut rows)?;
            for (at, image) in from_pixels.into_iter().zip(rows.encode(spare_bytes)?) {
                images.push((at, image.map_err(|error| jobs[at].at_index(error))?));
            }
        }
        let from_planes = of_path(|path| path != Path::Pixels);
        if let (Some((mut decoder, post_processor)), false) = (jpeg, from_planes.is_empty()) {
            let requests: Vec<PlaneRequest<'_>> =
                from_planes.iter().map(|at| PlaneRequest::new(&jobs[*at].job, paths[*at])).collect();
            set_scale(&mut decoder, &requests, extent == DecodeExtent::Whole);
            let limit = |job: &RenderJob<'_>| limit(job, spare_bytes, rules);
            let rendered = catch_panic(rules, || render_planes(decoder, &requests, &post_processor, limit))?;
            for (at, rendered) in from_planes.into_iter().zip(rendered) {
                let image = match rendered {
                    PlaneOutput::Encoded(image) => Ok(image),
                    PlaneOutput::Pixels(pixels) => post_processor.encode(pixels, &jobs[at].job, limit(&jobs[at].job)),
                };
                images.push((at, image.map_err(|error| jobs[at].at_index(error))?));
            }
        }
        images.sort_by_key(|(at, _)| *at);
        Ok(images.into_iter().map(|(_, image)| image).collect())
    }

    /// The pixels of a job. Its format must not be JPEG.
    pub(crate) fn render_pixels(mut self, job: &RenderJob<'_>) -> Result<Pixels> {
        let path = self.path(job);
        let scale_num = if self.jpeg.is_some() { pixel_scale(job) } else { 8 };
        self.check_rendering(job, scale_num)?;
        let counted_bytes = self.decoding(scale_num).rows_bytes;
        let Self { bytes, header, rules, jpeg } = self;
        let nothing = || corrupt("an image that gave no result");
        if let (Some((mut decoder, post_processor)), Path::Planes | Path::Rgb) = (jpeg, path) {
            let requests = [PlaneRequest::new(job, path)];
            set_scale(&mut decoder, &requests, false);
            let mut rendered =
                catch_panic(rules, || render_planes(decoder, &requests, &post_processor, |job| limit(job, 0, rules)))?;
            return match rendered.pop() {
                Some(PlaneOutput::Pixels(pixels)) => post_processor.apply(pixels, job, None),
                _ => Err(nothing()),
            };
        }
        let mut rows = RowRenderer::new(vec![job], (header.width, header.height), scale_num, counted_bytes, rules);
        decode_rows(bytes, header, scale_num, rules, &mut rows)?;
        let (post_processor, mut pixels) = rows.finish()?;
        post_processor.apply(pixels.pop().ok_or_else(nothing)?, job, None)
    }

    /// Checks the memory of a job that is not encoded.
    fn check_rendering(&mut self, job: &RenderJob<'_>, scale_num: u8) -> Result<()> {
        let path = self.path(job);
        let decoding = self.decoding(scale_num);
        let rendering = match &mut self.jpeg {
            Some((decoder, post_processor)) if path != Path::Pixels => {
                let requests = [PlaneRequest::new(job, path)];
                set_scale(decoder, &requests, false);
                plane_memory_bytes(&requests, decoder).saturating_add(post_processor.memory_bytes())
            }
            _ if decoding.keeps_pixels && job.is_whole() => {
                decoding.rows_bytes.saturating_add(RowRenderer::handed_over_bytes(job))
            }
            _ => {
                let rows = RowRenderer::memory_bytes(job, job.source.stored(), scale_num);
                decoding.start_bytes.max(decoding.rows_bytes.saturating_add(rows))
            }
        };
        self.rules.check_memory(rendering.max(job.pixels_bytes().saturating_add(job.repainting_bytes())))
    }
}

/// The only job that copies the whole picture, which takes over the pixels of a decoder that keeps them.
fn only_whole<'j>(jobs: impl Iterator<Item = (usize, &'j RenderJob<'j>)>) -> usize {
    let mut whole = jobs.filter(|(_, job)| job.is_whole());
    match (whole.next(), whole.next()) {
        (Some((at, _)), None) => at,
        _ => usize::MAX,
    }
}

fn open_jpeg<'b>(bytes: &'b [u8], rules: &'b ImageRules) -> Result<(Decoder<'b>, PostProcessor<'b>)> {
    let decoder = Decoder::new(bytes, rules)?;
    let (space, layout) = match decoder.color_space() {
        ColorSpace::Gray => (*b"GRAY", Layout::Gray),
        _ => (*b"RGB ", Layout::Rgb),
    };
    let icc = icc_for(space, decoder.profile()?);
    let post_processor = PostProcessor::new(icc, layout, 0, rules)?;
    Ok((decoder, post_processor))
}
