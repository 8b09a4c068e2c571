//! Results from the planes of a JPEG, which are resampled while they are decoded.

use super::feed::PlaneFeed;
use super::pixel_output::Samples;
use super::pyramid::Levels;
use super::renderer::PlaneRenderer;
use super::request::{PlaneOutput, PlaneRequest};
use crate::error::Result;
use crate::imaging::codecs::jpeg::{ColorSpace, Decoder};
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::plan::decode_scale::scales;
use crate::imaging::plan::job::RenderJob;
use crate::imaging::post_process::PostProcessor;
use crate::imaging::simd::Simd;

/// Sets the decoder to the smallest scale that the requests allow, or to the full size.
pub(crate) fn set_scale(decoder: &mut Decoder<'_>, requests: &[PlaneRequest<'_>], is_whole: bool) {
    let per_pixel = decoder.samples_per_pixel();
    let targets: Vec<_> = requests.iter().map(|request| (request.target, request.job.transform.scaling)).collect();
    let scales = if is_whole { vec![8; per_pixel.len()] } else { scales(&per_pixel, &targets) };
    decoder.scale_each(&scales);
}

/// The most memory of [`render_planes`] for requests, in bytes, at the scale that the decoder is set to.
pub(crate) fn plane_memory_bytes(requests: &[PlaneRequest<'_>], decoder: &Decoder<'_>) -> u64 {
    let levels = levels(decoder);
    let renderers = requests.iter().map(|request| PlaneRenderer::memory_bytes(request, &levels));
    renderers.fold(decoder.memory_bytes(), u64::saturating_add)
}

/// Decodes once, and renders all requests; the results are in their order. `limit` is the output limit of those that are
/// encoded.
///
/// Errors: `image_corrupt`, `image_too_large`, `encoding_failed`, `cancelled`.
pub(crate) fn render_planes(
    decoder: Decoder<'_>,
    requests: &[PlaneRequest<'_>],
    post_processor: &PostProcessor<'_>,
    limit: impl Fn(&RenderJob<'_>) -> OutputLimit,
) -> Result<Vec<PlaneOutput>> {
    let simd = Simd::detect();
    let levels = levels(&decoder);
    let samples = match decoder.color_space() {
        ColorSpace::YCbCr => Samples::YCbCr,
        ColorSpace::Gray => Samples::Channels(Layout::Gray),
        _ => Samples::Channels(Layout::Rgb),
    };
    let renderers = requests.iter().map(|request| {
        PlaneRenderer::new(
            request,
            samples,
            &levels,
            post_processor.profile_kept(request.job),
            limit(request.job),
            simd,
        )
    });
    let mut renderers = PlaneFeed::new(renderers.collect::<Result<_>>()?, &levels, simd);
    let mut bands = decoder.bands()?;
    let mut done = vec![0; levels.len()];
    while bands.advance()? {
        for (component, (plane, done)) in bands.planes().iter().zip(&mut done).enumerate() {
            let ready = (bands.decoded() * plane.band()).min(plane.height);
            for y in *done..ready {
                renderers.push(component, plane.row(y as isize))?;
            }
            *done = ready;
        }
    }
    renderers.finish()
}

fn levels(decoder: &Decoder<'_>) -> Vec<Levels> {
    let at_full_size = decoder.samples_per_pixel().into_iter().zip(decoder.scale_nums());
    let sizes = at_full_size.zip(decoder.plane_sizes());
    let (width, height) = decoder.size();
    let picture = (width as usize, height as usize);
    let level = |(((across, down), scale_num), size): (((f64, f64), u8), (usize, usize))| {
        let scale = f64::from(scale_num) / 8.0;
        Levels { size, per_pixel: (across * scale, down * scale), picture }
    };
    sizes.map(level).collect()
}
