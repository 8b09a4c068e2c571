//! The planes of a JPEG, scaled while they are decoded, a few rows at a time, for any number of results at once.

#![allow(clippy::inline_always, reason = "kernels are compiled for the processor only where they are inlined")]

mod drawing;
mod halver;
mod scaler;
mod sums;
mod taps;

use self::drawing::Drawing;
use self::halver::Halver;
use super::decode_plan::{Path, Target, scales};
use super::encode::EncodedImage;
use super::finish::Finish;
use super::header::corrupt;
use super::job::Job;
use super::jpeg::Decoder;
use super::pixels::Pixels;
use super::simd::Simd;
use crate::error::Result;

/// What is made of planes.
pub(crate) enum Drawn {
    /// The JPEG that the job is for.
    Encoded(EncodedImage),
    /// Pixels at the size that the plan says, as stored.
    Pixels(Pixels),
}

/// A job along one of the two paths for planes.
pub(crate) struct Order<'a> {
    pub job: &'a Job<'a>,
    pub path: Path,
    pub target: Target,
}

impl<'a> Order<'a> {
    pub(crate) fn new(job: &'a Job<'a>, path: Path) -> Self {
        Self { job, path, target: Target::new(job, path) }
    }
}

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

/// Decodes once, and draws for all orders. The results are in their order.
///
/// Errors: `image_corrupt`, `encoding_failed`, `cancelled`.
pub(crate) fn draw(decoder: Decoder<'_>, orders: &[Order<'_>], finish: &Finish<'_>) -> Result<Vec<Drawn>> {
    let simd = Simd::detect();
    let levels = levels(&decoder);
    let color = decoder.color();
    let mut drawings = Vec::with_capacity(orders.len());
    for order in orders {
        drawings.push(Drawing::new(order, color, &levels, finish, simd)?);
    }
    let mut pyramids: Vec<Vec<Halver>> = (0..levels.len())
        .map(|component| {
            let highest = drawings.iter().map(|drawing| drawing.level(component)).max().unwrap_or(0);
            levels[component].halvers(highest, simd)
        })
        .collect();
    let mut bands = decoder.bands()?;
    let mut done = vec![0; levels.len()];
    while bands.advance()? {
        for (component, (plane, done)) in bands.planes().iter().zip(&mut done).enumerate() {
            let ready = (bands.decoded() * plane.band()).min(plane.height);
            for y in *done..ready {
                feed(&mut pyramids[component], 0, plane.row(y as isize), component, &mut drawings);
            }
            *done = ready;
        }
    }
    drawings.into_iter().map(Drawing::finish).collect()
}

/// Gives a row of a component to those who draw from this level of the pyramid, and what it is halved to to the others.
fn feed(halvers: &mut [Halver], level: u32, row: &[u8], component: usize, drawings: &mut [Drawing<'_>]) {
    for drawing in drawings.iter_mut().filter(|drawing| drawing.level(component) == level) {
        drawing.push(component, row);
    }
    if let Some((halver, further)) = halvers.split_first_mut()
        && let Some(row) = halver.push(row)
    {
        feed(further, level + 1, row, component, drawings);
    }
}

/// A decoded component, at full size and halved again and again.
pub(super) struct Levels {
    /// Samples across and down.
    size: (usize, usize),
    /// Samples for a pixel of the picture.
    per_pixel: (f64, f64),
    /// The picture, in pixels at full size.
    picture: (usize, usize),
}

impl Levels {
    fn size(&self, level: u32) -> (usize, usize) {
        let halved = |side: usize| side.div_ceil(1 << level);
        (halved(self.size.0), halved(self.size.1))
    }

    fn per_pixel(&self, level: u32) -> (f64, f64) {
        let part = 1.0 / f64::from(1 << level);
        (self.per_pixel.0 * part, self.per_pixel.1 * part)
    }

    fn halvers(&self, highest: u32, simd: Simd) -> Vec<Halver> {
        let halver = |level| {
            let (width, height) = self.size(level);
            Halver::new(width, height, simd)
        };
        (0..highest).map(halver).collect()
    }
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

/// A drawing that has not got all rows that it is made of.
fn unfinished() -> crate::Error {
    corrupt("it has fewer rows than its header says")
}
