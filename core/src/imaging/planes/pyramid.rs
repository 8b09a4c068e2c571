//! The pyramid of a decoded component: its full size, and its box-shrunk levels, each of half the size of the one before.

use super::box_shrink::BoxShrink;
use crate::imaging::codecs::plane_decoder::{PlaneSize, SampleFormat};
use crate::imaging::simd::Simd;

/// The levels of the pyramid of a component.
pub(super) struct PyramidLevels {
    /// Samples across and down.
    pub size: (usize, usize),
    /// Samples per pixel of the picture.
    pub per_pixel: (f64, f64),
}

impl PyramidLevels {
    /// Of each component: a plane, or a channel of packed pixels.
    pub(super) fn of(format: SampleFormat, planes: &[PlaneSize]) -> Vec<Self> {
        let level = |plane: &PlaneSize| {
            let scale = f64::from(plane.scale_num) / 8.0;
            let (across, down) = plane.samples_per_pixel;
            Self { size: plane.size, per_pixel: (across * scale, down * scale) }
        };
        if format.is_packed() {
            let plane =
                planes.iter().take(1).flat_map(|plane| (0..format.layout().channels()).map(move |_| level(plane)));
            return plane.collect();
        }
        planes.iter().map(level).collect()
    }

    pub(super) fn size(&self, level: u32) -> (usize, usize) {
        let halved = |side: usize| side.div_ceil(1 << level);
        (halved(self.size.0), halved(self.size.1))
    }

    pub(super) fn per_pixel(&self, level: u32) -> (f64, f64) {
        let part = 1.0 / f64::from(1 << level);
        (self.per_pixel.0 * part, self.per_pixel.1 * part)
    }

    pub(super) fn box_shrinks(&self, highest: u32, simd: Simd) -> Vec<BoxShrink> {
        let box_shrink = |level| {
            let (width, height) = self.size(level);
            BoxShrink::new(width, height, simd)
        };
        (0..highest).map(box_shrink).collect()
    }
}
