//! Results from rows of interleaved pixels, whose channels are resampled as planes.

use super::feed::PlaneFeed;
use super::pixel_output::{Samples, split};
use super::pyramid::Levels;
use super::renderer::PlaneRenderer;
use super::request::{PlaneOutput, PlaneRequest};
use crate::error::Result;
use crate::imaging::codecs::output_limit::OutputLimit;
use crate::imaging::pixels::buffer::{Layout, Pixels};
use crate::imaging::plan::job::RenderJob;
use crate::imaging::plan::path::Path;
use crate::imaging::simd::Simd;

/// Splits rows of interleaved pixels into planes, alpha premultiplied, and feeds them to the renderers.
pub(crate) struct PixelFeed<'a> {
    feed: PlaneFeed<'a>,
    layout: Layout,
    /// The channels of a row.
    planes: Vec<Vec<u8>>,
}

impl<'a> PixelFeed<'a> {
    /// For pixels of this layout, decoded at `scale_num` over 8 to `size`.
    pub(crate) fn new(
        jobs: impl Iterator<Item = &'a RenderJob<'a>>,
        layout: Layout,
        size: (u32, u32),
        scale_num: u8,
    ) -> Result<Self> {
        let simd = Simd::detect();
        let levels = pixel_levels(layout, size, scale_num);
        let samples = Samples::Channels(layout);
        let limit = OutputLimit::new(0, 0, 0); // nothing is encoded here
        let renderers = jobs.map(|job| {
            let request = PlaneRequest::new(job, Path::Pixels);
            PlaneRenderer::new(&request, samples, &levels, None, limit, simd)
        });
        let feed = PlaneFeed::new(renderers.collect::<Result<_>>()?, &levels, simd);
        Ok(Self { feed, layout, planes: vec![Vec::new(); layout.channels()] })
    }

    /// The most memory of a job until it is rendered, in bytes, including its pixels.
    pub(crate) fn memory_bytes(job: &RenderJob<'_>, layout: Layout, size: (u32, u32), scale_num: u8) -> u64 {
        let levels = pixel_levels(layout, size, scale_num);
        let rows = u64::from(size.0) * layout.channels() as u64;
        PlaneRenderer::memory_bytes(&PlaneRequest::new(job, Path::Pixels), &levels) + rows
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: &[u8]) -> Result<()> {
        if self.feed.is_empty() {
            return Ok(());
        }
        split(row, self.layout, &mut self.planes);
        for (component, plane) in self.planes.iter().enumerate() {
            self.feed.push(component, plane)?;
        }
        Ok(())
    }

    /// The results in the order of their jobs.
    pub(crate) fn finish(self) -> Result<Vec<Pixels>> {
        let rendered = self.feed.finish()?;
        Ok(rendered
            .into_iter()
            .filter_map(|rendered| if let PlaneOutput::Pixels(pixels) = rendered { Some(pixels) } else { None })
            .collect())
    }
}

fn pixel_levels(layout: Layout, (width, height): (u32, u32), scale_num: u8) -> Vec<Levels> {
    let scale = f64::from(scale_num) / 8.0;
    let size = (width as usize, height as usize);
    (0..layout.channels()).map(|_| Levels { size, per_pixel: (scale, scale), picture: size }).collect()
}
