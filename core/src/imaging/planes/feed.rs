//! `PlaneFeed`: feeds rows of planes to every renderer that reads them.

use super::box_shrink::BoxShrink;
use super::pyramid::PyramidLevels;
use super::renderer::PlaneRenderer;
use super::request::PlaneOutput;
use crate::error::Result;
use crate::imaging::simd::Simd;

/// The renderers that read the same planes, and the pyramid of box-shrunk levels of each component.
pub(super) struct PlaneFeed<'a> {
    renderers: Vec<PlaneRenderer<'a>>,
    pyramids: Vec<Vec<BoxShrink>>,
}

impl<'a> PlaneFeed<'a> {
    pub(super) fn new(renderers: Vec<PlaneRenderer<'a>>, levels: &[PyramidLevels], simd: Simd) -> Self {
        let pyramids = levels.iter().enumerate().map(|(component, levels)| {
            let highest = renderers.iter().map(|renderer| renderer.level(component)).max().unwrap_or(0);
            levels.box_shrinks(highest, simd)
        });
        Self { pyramids: pyramids.collect(), renderers }
    }

    /// Whether no renderer reads the rows.
    pub(super) fn is_empty(&self) -> bool {
        self.renderers.is_empty()
    }

    /// Takes the next row of a plane.
    pub(super) fn push(&mut self, component: usize, row: &[u8]) -> Result<()> {
        let Self { renderers, pyramids } = self;
        pyramids.get_mut(component).map_or(Ok(()), |pyramid| feed(pyramid, 0, row, component, renderers))
    }

    pub(super) fn finish(self) -> Result<Vec<PlaneOutput>> {
        self.renderers.into_iter().map(PlaneRenderer::finish).collect()
    }
}

/// Feeds a row of a component to every renderer that reads this level of the pyramid, then its box-shrunk half to the next
/// level.
fn feed(
    box_shrinks: &mut [BoxShrink],
    level: u32,
    row: &[u8],
    component: usize,
    renderers: &mut [PlaneRenderer<'_>],
) -> Result<()> {
    for renderer in renderers.iter_mut().filter(|renderer| renderer.level(component) == level) {
        renderer.push(component, row)?;
    }
    if let Some((box_shrink, further)) = box_shrinks.split_first_mut()
        && let Some(row) = box_shrink.push(row)
    {
        feed(further, level + 1, row, component, renderers)?;
    }
    Ok(())
}
