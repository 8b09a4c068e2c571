//! Results from the planes of a JPEG, which are scaled while they are decoded.

use super::feed::Drawings;
use super::pixel_output::Samples;
use super::pyramid::Levels;
use super::renderer::Drawing;
use super::request::{Drawn, Order};
use crate::error::Result;
use crate::imaging::codecs::jpeg::{Color, Decoder};
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::Layout;
use crate::imaging::plan::decode_scale::scales;
use crate::imaging::plan::job::Job;
use crate::imaging::post_process::Finish;
use crate::imaging::simd::Simd;

/// Sets the decoder to what the orders need at least, or to all of the picture.
pub(crate) fn set_scale(decoder: &mut Decoder<'_>, orders: &[Order<'_>], is_whole: bool) {
    let per_pixel = decoder.samples_per_pixel();
    let targets: Vec<_> = orders.iter().map(|order| (order.target, order.job.transform.scaling)).collect();
    let scales = if is_whole { vec![8; per_pixel.len()] } else { scales(&per_pixel, &targets) };
    decoder.scale_each(&scales);
}

/// The most memory that [`draw`] takes for orders, in bytes, at the scale that the decoder is set to.
pub(crate) fn orders_bytes(orders: &[Order<'_>], decoder: &Decoder<'_>) -> u64 {
    let levels = levels(decoder);
    let drawings = orders.iter().map(|order| Drawing::memory_bytes(order, &levels));
    drawings.fold(decoder.memory_bytes(), u64::saturating_add)
}

/// Decodes once, and draws for all orders. The results are in their order. `limit` is for each of them that is encoded.
///
/// Errors: `image_corrupt`, `image_too_large`, `encoding_failed`, `cancelled`.
pub(crate) fn draw(
    decoder: Decoder<'_>,
    orders: &[Order<'_>],
    finish: &Finish<'_>,
    limit: impl Fn(&Job<'_>) -> OutputLimit,
) -> Result<Vec<Drawn>> {
    let simd = Simd::detect();
    let levels = levels(&decoder);
    let samples = match decoder.color() {
        Color::YCbCr => Samples::YCbCr,
        Color::Gray => Samples::Channels(Layout::Gray),
        _ => Samples::Channels(Layout::Rgb),
    };
    let drawings = orders
        .iter()
        .map(|order| Drawing::new(order, samples, &levels, finish.profile_kept(order.job), limit(order.job), simd));
    let mut drawings = Drawings::new(drawings.collect::<Result<_>>()?, &levels, simd);
    let mut bands = decoder.bands()?;
    let mut done = vec![0; levels.len()];
    while bands.advance()? {
        for (component, (plane, done)) in bands.planes().iter().zip(&mut done).enumerate() {
            let ready = (bands.decoded() * plane.band()).min(plane.height);
            for y in *done..ready {
                drawings.push(component, plane.row(y as isize))?;
            }
            *done = ready;
        }
    }
    drawings.finish()
}

fn levels(decoder: &Decoder<'_>) -> Vec<Levels> {
    let at_full_size = decoder.samples_per_pixel().into_iter().zip(decoder.eighths_each());
    let sizes = at_full_size.zip(decoder.plane_sizes());
    let (width, height) = decoder.size();
    let picture = (width as usize, height as usize);
    let level = |(((across, down), eighths), size): (((f64, f64), u8), (usize, usize))| {
        let scale = f64::from(eighths) / 8.0;
        Levels { size, per_pixel: (across * scale, down * scale), picture }
    };
    sizes.map(level).collect()
}
