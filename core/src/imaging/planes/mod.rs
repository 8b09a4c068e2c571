//! Planes, scaled while they are decoded, a few rows at a time, for any number of results at once: those of a JPEG as they
//! are, and the channels of pixels.

#![allow(clippy::inline_always, reason = "kernels are compiled for the processor only where they are inlined")]

mod box_shrink;
mod coefficients;
mod pixel_output;
mod renderer;
mod resampler;
mod vertical;

use self::box_shrink::Halver;
use self::pixel_output::{Samples, split};
use self::renderer::Drawing;
use super::codecs::encode::EncodedImage;
use super::codecs::header::corrupt;
use super::codecs::jpeg::{Color, Decoder};
use super::codecs::output_limit::OutputLimit;
use super::pixels::buffer::{Layout, Pixels};
use super::plan::decode_scale::{Path, Target, scales};
use super::plan::job::Job;
use super::post_process::Finish;
use super::simd::Simd;
use crate::error::Result;

/// What is made of planes.
pub(crate) enum Drawn {
    /// The JPEG that the job is for.
    Encoded(EncodedImage),
    /// Pixels at the size that the plan says, upright.
    Pixels(Pixels),
}

/// A job whose result is scaled.
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

/// Drawings from the same planes, and what these are halved to for them.
struct Drawings<'a> {
    drawings: Vec<Drawing<'a>>,
    pyramids: Vec<Vec<Halver>>,
}

impl<'a> Drawings<'a> {
    fn new(drawings: Vec<Drawing<'a>>, levels: &[Levels], simd: Simd) -> Self {
        let pyramids = levels.iter().enumerate().map(|(component, levels)| {
            let highest = drawings.iter().map(|drawing| drawing.level(component)).max().unwrap_or(0);
            levels.halvers(highest, simd)
        });
        Self { pyramids: pyramids.collect(), drawings }
    }

    /// Takes the next row of a plane.
    fn push(&mut self, component: usize, row: &[u8]) -> Result<()> {
        let Self { drawings, pyramids } = self;
        pyramids.get_mut(component).map_or(Ok(()), |pyramid| feed(pyramid, 0, row, component, drawings))
    }

    fn finish(self) -> Result<Vec<Drawn>> {
        self.drawings.into_iter().map(Drawing::finish).collect()
    }
}

/// Draws scaled results from rows of pixels.
pub(crate) struct RowDrawings<'a> {
    drawings: Drawings<'a>,
    layout: Layout,
    /// The channels of a row.
    planes: Vec<Vec<u8>>,
}

impl<'a> RowDrawings<'a> {
    /// For pixels of this layout that are decoded to `eighths` of their size, which is `size` then.
    pub(crate) fn new(
        jobs: impl Iterator<Item = &'a Job<'a>>,
        layout: Layout,
        size: (u32, u32),
        eighths: u8,
    ) -> Result<Self> {
        let simd = Simd::detect();
        let levels = pixel_levels(layout, size, eighths);
        let samples = Samples::Channels(layout);
        let limit = OutputLimit::new(0, 0, 0); // nothing is encoded here
        let drawings = jobs.map(|job| {
            let order = Order::new(job, Path::Pixels);
            Drawing::new(&order, samples, &levels, None, limit, simd)
        });
        let drawings = Drawings::new(drawings.collect::<Result<_>>()?, &levels, simd);
        Ok(Self { drawings, layout, planes: vec![Vec::new(); layout.channels()] })
    }

    /// The most memory that a job takes until it is drawn, in bytes, with its pixels.
    pub(crate) fn memory_bytes(job: &Job<'_>, layout: Layout, size: (u32, u32), eighths: u8) -> u64 {
        let levels = pixel_levels(layout, size, eighths);
        let rows = u64::from(size.0) * layout.channels() as u64;
        Drawing::memory_bytes(&Order::new(job, Path::Pixels), &levels) + rows
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: &[u8]) -> Result<()> {
        if self.drawings.drawings.is_empty() {
            return Ok(());
        }
        split(row, self.layout, &mut self.planes);
        for (component, plane) in self.planes.iter().enumerate() {
            self.drawings.push(component, plane)?;
        }
        Ok(())
    }

    /// The results in the order of their jobs.
    pub(crate) fn finish(self) -> Result<Vec<Pixels>> {
        let drawn = self.drawings.finish()?;
        Ok(drawn
            .into_iter()
            .filter_map(|drawn| if let Drawn::Pixels(pixels) = drawn { Some(pixels) } else { None })
            .collect())
    }
}

fn pixel_levels(layout: Layout, (width, height): (u32, u32), eighths: u8) -> Vec<Levels> {
    let scale = f64::from(eighths) / 8.0;
    let size = (width as usize, height as usize);
    (0..layout.channels()).map(|_| Levels { size, per_pixel: (scale, scale), picture: size }).collect()
}

/// Gives a row of a component to those who draw from this level of the pyramid, and what it is halved to to the others.
fn feed(halvers: &mut [Halver], level: u32, row: &[u8], component: usize, drawings: &mut [Drawing<'_>]) -> Result<()> {
    for drawing in drawings.iter_mut().filter(|drawing| drawing.level(component) == level) {
        drawing.push(component, row)?;
    }
    if let Some((halver, further)) = halvers.split_first_mut()
        && let Some(row) = halver.push(row)
    {
        feed(further, level + 1, row, component, drawings)?;
    }
    Ok(())
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
