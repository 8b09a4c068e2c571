//! Rows of planes, fed to every renderer that reads them.

use super::box_shrink::Halver;
use super::pyramid::Levels;
use super::renderer::Drawing;
use super::request::Drawn;
use crate::error::Result;
use crate::imaging::simd::Simd;

/// Drawings from the same planes, and what these are halved to for them.
pub(super) struct Drawings<'a> {
    drawings: Vec<Drawing<'a>>,
    pyramids: Vec<Vec<Halver>>,
}

impl<'a> Drawings<'a> {
    pub(super) fn new(drawings: Vec<Drawing<'a>>, levels: &[Levels], simd: Simd) -> Self {
        let pyramids = levels.iter().enumerate().map(|(component, levels)| {
            let highest = drawings.iter().map(|drawing| drawing.level(component)).max().unwrap_or(0);
            levels.halvers(highest, simd)
        });
        Self { pyramids: pyramids.collect(), drawings }
    }

    /// Whether nothing is made of the rows.
    pub(super) fn is_empty(&self) -> bool {
        self.drawings.is_empty()
    }

    /// Takes the next row of a plane.
    pub(super) fn push(&mut self, component: usize, row: &[u8]) -> Result<()> {
        let Self { drawings, pyramids } = self;
        pyramids.get_mut(component).map_or(Ok(()), |pyramid| feed(pyramid, 0, row, component, drawings))
    }

    pub(super) fn finish(self) -> Result<Vec<Drawn>> {
        self.drawings.into_iter().map(Drawing::finish).collect()
    }
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
