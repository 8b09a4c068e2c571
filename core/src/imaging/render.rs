//! Renders a source to all results: the source is opened once, each job takes its own path, and jobs that need the same planes
//! share one decoding.

use super::codecs::catch_panic::catch_panic;
use super::codecs::encode::{EncodedImage, growing_bytes};
use super::codecs::failure::corrupt;
use super::codecs::header::Header;
use super::codecs::limits::check_picture;
use super::codecs::open_decoder;
use super::codecs::output_limit::OutputLimit;
use super::codecs::plane_decoder::PlaneDecoder;
use super::codecs::plane_encoder::PlaneFormat;
use super::cost::Cost;
use super::pixels::buffer::{Layout, Pixels};
use super::plan::job::RenderJob;
use super::plan::path::{Path, path_of};
use super::planes::{DecodeExtent, DecodingGroup, GroupRenderer, PlaneOutput, PlaneRequest, ResultKind};
use super::post_process::PostProcessor;
use crate::error::{Error, Result};
use crate::rules::ImageRules;

/// A job, and its index in the list of the caller, if there is a list.
pub(crate) struct IndexedJob<'a> {
    pub index: Option<usize>,
    pub job: RenderJob<'a>,
}

/// A source whose header and profile are read, which plans, counts and renders jobs.
pub(crate) struct OpenedSource<'b> {
    decoder: Box<dyn PlaneDecoder + 'b>,
    post_processor: PostProcessor<'b>,
    /// The file of the decoder, if the source is a file.
    file: Option<(&'b [u8], &'b Header)>,
    rules: &'b ImageRules,
}

/// The path and the cost of a job, before it is rendered.
pub(crate) struct JobCost {
    pub path: Path,
    /// The scale at which the first plane is decoded, over 8.
    pub scale_num: u8,
    /// The most memory that the job takes, in bytes.
    pub memory_bytes: u64,
}

impl<'b> OpenedSource<'b> {
    /// Errors: `image_corrupt`, `image_too_large`, `image_format_unsupported`, as far as header and profile tell.
    pub(crate) fn new(bytes: &'b [u8], header: &'b Header, rules: &'b ImageRules) -> Result<Self> {
        check_picture(header, rules)?;
        let decoder = open_decoder(bytes, header, rules)?;
        Ok(Self { file: Some((bytes, header)), ..Self::of_decoder(decoder, rules)? })
    }

    /// The same for a source that is not a file.
    pub(crate) fn of_decoder(mut decoder: Box<dyn PlaneDecoder + 'b>, rules: &'b ImageRules) -> Result<Self> {
        let icc = catch_panic(rules, || decoder.take_profile())?;
        let post_processor = PostProcessor::new(icc, decoder.format().layout(), rules)?;
        Ok(Self { decoder, post_processor, file: None, rules })
    }

    fn path(&self, job: &RenderJob<'_>) -> Path {
        let is_converted = self.post_processor.is_converted() && self.post_processor.profile_kept(job).is_none();
        path_of(job, self.decoder.format(), is_converted)
    }

    /// The path and the cost of a single job.
    pub(crate) fn cost(self, job: &RenderJob<'_>) -> Result<JobCost> {
        let path = self.path(job);
        let (mut groups, post_processor) = self.groups(&[(None, job)], ResultKind::File)?;
        let profile_bytes = post_processor.memory_bytes();
        let cost = Cost::of(&mut groups, DecodeExtent::Needed, ResultKind::File, profile_bytes, &mut |_, _| Ok(()))?;
        let scale_num = groups.first().map_or(8, DecodingGroup::scale_num);
        Ok(JobCost { path, scale_num, memory_bytes: cost.most_bytes })
    }

    /// Groups the jobs: those that need packed pixels share one decoding, and those that need planes another.
    fn groups<'j>(
        self,
        jobs: &[(Option<usize>, &'j RenderJob<'j>)],
        kind: ResultKind,
    ) -> Result<(Vec<DecodingGroup<'j>>, PostProcessor<'b>)>
    where
        'b: 'j,
    {
        let layout = self.decoder.format().layout();
        let requests = jobs.iter().enumerate().map(|(at, (index, job))| PlaneRequest {
            index: *index,
            ..PlaneRequest::new(at, job, self.path(job), layout, kind)
        });
        let (packed, planar): (Vec<_>, Vec<_>) = requests.partition(|request| request.path == Path::Pixels);
        let Self { mut decoder, post_processor, file, rules } = self;
        let mut groups = Vec::new();
        if let (Some((bytes, header)), false, false) = (file, packed.is_empty(), planar.is_empty()) {
            let mut packing = open_decoder(bytes, header, rules)?;
            packing.set_packed();
            groups.push(DecodingGroup { decoder: packing, requests: packed });
            groups.push(DecodingGroup { decoder, requests: planar });
        } else if planar.is_empty() {
            decoder.set_packed();
            groups.push(DecodingGroup { decoder, requests: packed });
        } else {
            groups.push(DecodingGroup { decoder, requests: planar });
        }
        Ok((groups, post_processor))
    }

    /// Renders a single job to a file.
    pub(crate) fn render_one(self, job: RenderJob<'_>) -> Result<EncodedImage> {
        let images = self.render(&[IndexedJob { index: None, job }], DecodeExtent::Needed)?;
        images.into_iter().next().ok_or_else(nothing_made)
    }

    /// Renders all jobs to files, in their order.
    pub(crate) fn render(self, jobs: &[IndexedJob<'_>], extent: DecodeExtent) -> Result<Vec<EncodedImage>> {
        let rules = self.rules;
        let listed: Vec<_> = jobs.iter().map(|indexed| (indexed.index, &indexed.job)).collect();
        let (mut groups, post_processor) = self.groups(&listed, ResultKind::File)?;
        let profile_bytes = post_processor.memory_bytes();
        let cost = Cost::of(&mut groups, extent, ResultKind::File, profile_bytes, &mut |request, bytes| {
            rules.check_memory(bytes).map_err(|error| request.at_index(error))
        })?;
        let spare_bytes = rules.max_memory_bytes - cost.most_bytes;
        let mut images: Vec<(usize, EncodedImage)> = Vec::with_capacity(jobs.len());
        for (group, other_bytes) in groups.into_iter().zip(cost.without_decoders) {
            let layout = group.decoder.format().layout();
            // Decoder and encoders may both turn out to need more than is counted, at the same time.
            let is_shared = group.decoder.memory().grows && group.requests.iter().any(PlaneRequest::is_encoded);
            let kept_back = if is_shared { spare_bytes / 2 } else { 0 };
            let other_bytes = other_bytes.saturating_add(kept_back);
            let spare_bytes = (spare_bytes - kept_back) / jobs.len().max(1) as u64;
            let limit = |request: &PlaneRequest<'_>| limit(request.job, layout, spare_bytes, rules);
            let limits: Vec<OutputLimit> = group.requests.iter().map(limit).collect();
            let DecodingGroup { decoder, requests } = group;
            let outputs = decode(decoder, &requests, limits.clone(), other_bytes, &post_processor, rules)?;
            for ((request, limit), output) in requests.iter().zip(limits).zip(outputs) {
                let image = match output {
                    PlaneOutput::Encoded(image) => Ok(image),
                    PlaneOutput::Pixels(pixels) => post_processor.encode(pixels, request.job, limit),
                };
                images.push((request.at, image.map_err(|error| request.at_index(error))?));
            }
        }
        images.sort_by_key(|(at, _)| *at);
        Ok(images.into_iter().map(|(_, image)| image).collect())
    }

    /// Renders a job to pixels. Its format must not be JPEG.
    pub(crate) fn render_pixels(self, job: &RenderJob<'_>) -> Result<Pixels> {
        let (rules, extent) = (self.rules, DecodeExtent::Needed);
        let (mut groups, post_processor) = self.groups(&[(None, job)], ResultKind::Pixels)?;
        let profile_bytes = post_processor.memory_bytes();
        let cost = Cost::of(&mut groups, extent, ResultKind::Pixels, profile_bytes, &mut |_, bytes| {
            rules.check_memory(bytes)
        })?;
        let (group, other_bytes) = groups.into_iter().zip(cost.without_decoders).next().ok_or_else(nothing_made)?;
        let DecodingGroup { decoder, requests } = group;
        let limits = vec![OutputLimit::new(0, 0, 0)]; // nothing is encoded
        match decode(decoder, &requests, limits, other_bytes, &post_processor, rules)?.pop() {
            Some(PlaneOutput::Pixels(pixels)) => post_processor.apply(pixels, job, None),
            _ => Err(nothing_made()),
        }
    }
}

/// Decodes once, for all requests.
fn decode(
    decoder: Box<dyn PlaneDecoder + '_>,
    requests: &[PlaneRequest<'_>],
    limits: Vec<OutputLimit>,
    other_bytes: u64,
    post_processor: &PostProcessor<'_>,
    rules: &ImageRules,
) -> Result<Vec<PlaneOutput>> {
    catch_panic(rules, || {
        let mut renderer = GroupRenderer::new(&*decoder, requests, limits, post_processor, rules);
        decoder.decode(other_bytes, &mut renderer)?;
        renderer.finish()
    })
}

/// The output limit of a job: what its file is expected to take while it grows, and the spare memory.
fn limit(job: &RenderJob<'_>, layout: Layout, spare_bytes: u64, rules: &ImageRules) -> OutputLimit {
    let planes = PlaneFormat::Packed(job.result_layout(layout));
    let expected = growing_bytes(planes, job.plan.result(), job.format, job.encoder_options());
    OutputLimit::new(expected, spare_bytes, rules.max_memory_bytes)
}

fn nothing_made() -> Error {
    corrupt("an image that gave no result")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::OpenedSource;
    use crate::error::Result;
    use crate::imaging::codecs::limits::DecodingMemory;
    use crate::imaging::codecs::plane_decoder::{Frames, PlaneDecoder, PlaneSink, PlaneSize, SampleFormat};
    use crate::imaging::pixels::buffer::Layout;
    use crate::imaging::pixels::canvas::Size;
    use crate::imaging::pixels::orient::Orientation;
    use crate::imaging::plan::job::{RenderJob, SourceInfo};
    use crate::imaging::{OutputFormat, PixelImage, Transform, encode, transform_many};
    use crate::rules::ImageRules;

    /// A decoder of noise that allocates everything it may.
    struct Greedy<'a> {
        rules: &'a ImageRules,
        other_bytes: &'a Cell<u64>,
    }

    const GREEDY_SIZE: Size = Size { width: 2600, height: 2000 };

    impl PlaneDecoder for Greedy<'_> {
        fn format(&self) -> SampleFormat {
            SampleFormat::Packed(Layout::Rgb)
        }

        fn planes(&self) -> Vec<PlaneSize> {
            vec![PlaneSize::full((GREEDY_SIZE.width, GREEDY_SIZE.height))]
        }

        fn take_profile(&mut self) -> Result<Option<Vec<u8>>> {
            Ok(None)
        }

        fn memory(&self) -> DecodingMemory {
            DecodingMemory { grows: true, ..DecodingMemory::of(0) }
        }

        fn decode(self: Box<Self>, other_bytes: u64, sink: &mut dyn PlaneSink) -> Result<()> {
            assert!(other_bytes <= self.rules.max_memory_bytes);
            self.other_bytes.set(other_bytes);
            let mut state = 7_u32;
            let mut row = vec![0; GREEDY_SIZE.width as usize * 3];
            (0..GREEDY_SIZE.height).try_for_each(|_| {
                row.fill_with(|| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                });
                sink.row(0, &row)
            })
        }

        fn check(self: Box<Self>, _frames: Frames) -> Result<bool> {
            Ok(true)
        }
    }

    /// A decoder whose data asks for much, and a result that is larger than expected, share what is to spare.
    #[test]
    fn a_decoder_that_grows_leaves_room_to_a_result_that_does() {
        let source = SourceInfo { size: GREEDY_SIZE, orientation: Orientation::Normal };
        let transform = Transform::default().format(OutputFormat::Png);
        let mut written = 0;
        for max in [14_000_000, 16_000_000, 20_000_000, 40_000_000, 60_000_000] {
            let rules = ImageRules::default().max_memory_bytes(max);
            let other_bytes = Cell::new(0);
            let decoder = Greedy { rules: &rules, other_bytes: &other_bytes };
            let job = RenderJob::new(&source, &transform, OutputFormat::Png).unwrap();
            let opened = OpenedSource::of_decoder(Box::new(decoder), &rules).unwrap();
            if let Ok(image) = opened.render_one(job) {
                let taken = max - other_bytes.get();
                assert!(taken + image.bytes.len() as u64 <= max, "{max}: {taken}, {}", image.bytes.len());
                written += 1;
            }
        }
        assert!(written > 0);
    }

    /// Noise takes more than a photograph of its size is expected to, which is found out while its file is written.
    #[test]
    fn a_result_beyond_the_memory_has_its_index() {
        let mut state = 7_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let bytes: Vec<u8> = (0..1300 * 1000 * 3).map(|_| noise()).collect();
        let png = Transform::default().format(OutputFormat::Png);
        let noise = PixelImage::new(1300, 1000, 3, bytes).unwrap();
        let file = encode(&noise, &png, &ImageRules::default()).unwrap().bytes;
        let counted = png.explain(&file, &ImageRules::default()).unwrap().memory_bytes;
        let transforms = [Transform::default().width(10).format(OutputFormat::Jpeg), png];
        let rules = |spare_bytes| ImageRules::default().max_memory_bytes(counted + spare_bytes);
        for spare_bytes in [0, 50_000, 150_000, 300_000] {
            let error = transform_many(&file, &transforms, &rules(spare_bytes)).unwrap_err();
            assert_eq!((error.code(), error.index()), ("image_too_large", Some(1)), "{spare_bytes}");
        }
        assert_eq!(transform_many(&file, &transforms, &rules(8_000_000)).unwrap().len(), 2);
    }
}
