//! Results from rows of pixels, whose channels are scaled as planes.

use super::feed::Drawings;
use super::pixel_output::{Samples, split};
use super::pyramid::Levels;
use super::renderer::Drawing;
use super::request::{Drawn, Order};
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::plan::decode_scale::Path;
use crate::imaging::plan::job::Job;
use crate::imaging::simd::Simd;

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
        if self.drawings.is_empty() {
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
