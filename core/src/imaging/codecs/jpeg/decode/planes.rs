//! Planes: the samples of each component, of which a band and a few rows before it are in memory.

use super::frame::{Component, Frame};

/// A component at the scale at which it is decoded.
pub(super) struct Plane {
    /// Samples of a block, across and down; 8 at full scale.
    pub across: usize,
    pub down: usize,
    /// Blocks of an MCU, across and down.
    pub horizontal: usize,
    pub vertical: usize,
    /// Samples of the picture, across and down. The rows in memory are longer, since the last blocks may extend beyond the edge.
    pub width: usize,
    pub height: usize,
    /// Samples from one row to the next in memory.
    pub stride: usize,
    /// Rows that are kept of the band before: upsampling at the boundary of two bands needs its last rows and one more.
    kept: usize,
    /// The number of the first row in memory; negative before the picture.
    first: isize,
    samples: Vec<u8>,
}

impl Plane {
    /// A plane without rows, for pixels at `scale` over 8.
    fn for_pixels(frame: &Frame, component: Component, scale: usize) -> Self {
        let (widest, tallest) = frame.largest_factors();
        let across = block_side(scale, usize::from(widest / component.horizontal));
        let down = block_side(scale, usize::from(tallest / component.vertical));
        Self::new(frame, component, (across, down), scale)
    }

    /// A plane whose blocks have `across` by `down` samples.
    fn new(frame: &Frame, component: Component, (across, down): (usize, usize), scale: usize) -> Self {
        let (widest, tallest) = frame.largest_factors();
        let (horizontal, vertical) = (usize::from(component.horizontal), usize::from(component.vertical));
        let (widest, tallest) = (usize::from(widest), usize::from(tallest));
        let size = |pixels: u32, factor: usize, side: usize, largest: usize| {
            (pixels as usize * factor * side).div_ceil(8 * largest)
        };
        let stride = frame.mcus().0 as usize * horizontal * across;
        let kept = vertical * down.div_ceil(scale) + 1;
        Self {
            across,
            down,
            horizontal,
            vertical,
            width: size(frame.width, horizontal, across, widest),
            height: size(frame.height, vertical, down, tallest),
            stride,
            kept,
            first: -((kept + vertical * down) as isize),
            samples: Vec::new(),
        }
    }

    /// Rows of a band, which is one MCU row.
    pub(super) fn band(&self) -> usize {
        self.vertical * self.down
    }

    fn rows(&self) -> usize {
        self.kept + self.band()
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        (self.rows() * self.stride) as u64
    }

    /// Drops the oldest rows, to make room for the next band.
    pub(super) fn advance(&mut self) {
        let (rows, band) = (self.rows(), self.band());
        self.samples.resize(rows * self.stride, 0);
        self.samples.copy_within(band * self.stride.., 0);
        self.first += band as isize;
    }

    /// The samples of `count` adjacent blocks in the newest band, row by row. `DOWN` is `self.down`.
    #[inline(always)]
    pub(super) fn strip<const DOWN: usize>(&mut self, row: usize, column: usize, count: usize) -> [&mut [u8]; DOWN] {
        let start = (self.kept + row * DOWN) * self.stride;
        let columns = column * self.across..(column + count) * self.across;
        let mut lines = self.samples.get_mut(start..).unwrap_or_default().chunks_mut(self.stride);
        let mut strip: [&mut [u8]; DOWN] = std::array::from_fn(|_| Default::default());
        for (row, line) in strip.iter_mut().zip(&mut lines) {
            *row = line.get_mut(columns.clone()).unwrap_or_default();
        }
        strip
    }

    /// A row of the picture. Rows beyond the edges repeat the row at the edge.
    pub(super) fn row(&self, y: isize) -> &[u8] {
        let y = y.clamp(0, self.height as isize - 1) - self.first;
        let start = y.max(0) as usize * self.stride;
        self.samples.get(start..start + self.width).unwrap_or_default()
    }
}

/// The planes of all components, for pixels.
pub(super) fn planes(frame: &Frame, scale: usize) -> Vec<Plane> {
    frame.components.iter().map(|component| Plane::for_pixels(frame, *component, scale)).collect()
}

/// The planes of all components, each at its own scale.
pub(super) fn planes_at(frame: &Frame, scales: &[u8]) -> Vec<Plane> {
    let components = frame.components.iter().zip(scales);
    let plane = |(component, scale): (&Component, &u8)| {
        let scale = usize::from(*scale);
        Plane::new(frame, *component, (scale, scale), scale)
    };
    components.map(plane).collect()
}

/// The side of a block, in samples, where the largest component has `scale`: a subsampled component is scaled down less, so that
/// it is upsampled less.
fn block_side(scale: usize, ratio: usize) -> usize {
    let mut side = scale;
    while side * 2 <= 8 && ratio.is_multiple_of(side / scale * 2) {
        side *= 2;
    }
    side
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chroma_is_scaled_down_less_than_luma() {
        let sides = |ratio| [1, 2, 3, 4, 5, 6, 7, 8].map(|scale| block_side(scale, ratio));
        assert_eq!(sides(1), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(sides(2), [2, 4, 6, 8, 5, 6, 7, 8]);
        assert_eq!(sides(3), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(sides(4), [4, 8, 6, 8, 5, 6, 7, 8]);
    }

    #[test]
    fn rows_stay_until_they_are_needed_no_more() {
        let frame = Frame::parse(0xc0, &[8, 0, 40, 0, 20, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).unwrap();
        let mut planes = planes(&frame, 8);
        assert_eq!((planes[0].width, planes[0].height, planes[0].stride), (20, 40, 32));
        assert_eq!((planes[1].width, planes[1].height, planes[1].stride), (10, 20, 16));
        for band in 0..3_u8 {
            for plane in &mut planes {
                plane.advance();
                for row in 0..plane.vertical {
                    let blocks = plane.stride / 8;
                    for (y, line) in plane.strip::<8>(row, 0, blocks).into_iter().enumerate() {
                        line.fill(band * 50 + row as u8 * 8 + y as u8);
                    }
                }
            }
            let band = isize::from(band);
            let value = |y: isize, rows: isize| (y / rows * 50 + y % rows) as u8;
            for (plane, rows) in planes.iter().zip([16_isize, 8, 8]) {
                let end = ((band + 1) * rows).min(plane.height as isize);
                for y in (band * rows - rows / 8 - 1).max(0)..end {
                    assert_eq!(plane.row(y), vec![value(y, rows); plane.width], "{band} {y}");
                }
            }
        }
        assert_eq!(planes[1].row(20), planes[1].row(19), "the edge goes on");
    }
}
