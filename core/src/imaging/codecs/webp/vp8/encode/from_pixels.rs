//! Pixels to planes of limited range (ITU-R BT.601), with chroma as the mean of squares of four pixels, which count by their
//! alpha.

use crate::imaging::pixels::buffer::Layout;

use super::range::limited_luma;

/// Luma of a pixel: 0.299, 0.587 and 0.114 of its colours, times 219 / 255, in 65536ths.
#[inline(always)]
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 16_829 * u32::from(red) + 33_039 * u32::from(green) + 6_417 * u32::from(blue);
    ((sum + (16 << 16) + (1 << 15)) >> 16) as u8
}

/// Appends the luma of a row of pixels.
#[inline(always)]
pub(super) fn luma_row(row: &[u8], layout: Layout, to: &mut Vec<u8>) {
    match layout {
        Layout::Gray => to.extend(row.iter().map(|gray| limited_luma(*gray))),
        Layout::GrayAlpha => to.extend(row.as_chunks::<2>().0.iter().map(|[gray, _]| limited_luma(*gray))),
        Layout::Rgb => to.extend(row.as_chunks::<3>().0.iter().map(|[r, g, b]| luma(*r, *g, *b))),
        Layout::Rgba => to.extend(row.as_chunks::<4>().0.iter().map(|[r, g, b, _]| luma(*r, *g, *b))),
    }
}

/// Sums of the colours of a row of squares.
#[derive(Default)]
pub(super) struct ChromaSums {
    /// Red, green and blue, each times its weight, and the weights. Empty between two rows of squares.
    squares: Vec<[u32; 4]>,
}

impl ChromaSums {
    pub(super) fn memory_bytes(width: u32) -> u64 {
        16 * u64::from(width.div_ceil(2))
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.squares.is_empty()
    }

    /// Adds a row of pixels. Gray ones have no chroma.
    #[inline(always)]
    pub(super) fn add(&mut self, row: &[u8], layout: Layout) {
        let channels = layout.channels();
        if channels < 3 {
            return;
        }
        self.squares.resize(row.len().div_ceil(2 * channels), [0; 4]);
        match layout {
            Layout::Rgb => {
                for (square, pixels) in self.squares.iter_mut().zip(row.chunks(6)) {
                    for pixel in pixels.as_chunks::<3>().0 {
                        for (sum, color) in square.iter_mut().zip(pixel) {
                            *sum += u32::from(*color);
                        }
                        square[3] += 1;
                    }
                }
            }
            _ => {
                for (square, pixels) in self.squares.iter_mut().zip(row.chunks(8)) {
                    for [red, green, blue, alpha] in pixels.as_chunks::<4>().0 {
                        let weight = u32::from(*alpha);
                        for (sum, color) in square.iter_mut().zip([red, green, blue]) {
                            *sum += weight * u32::from(*color);
                        }
                        square[3] += weight;
                    }
                }
            }
        }
    }

    /// Appends a row of U and V, and starts over.
    #[inline(always)]
    pub(super) fn finish_row(&mut self, planes: &mut [Vec<u8>; 2]) {
        let [u, v] = planes;
        for [red, green, blue, weight] in &self.squares {
            let (red, green, blue, weight) = (i64::from(*red), i64::from(*green), i64::from(*blue), i64::from(*weight));
            // Half of each colour's share in 0.564 (B - Y) and 0.713 (R - Y), times 224 / 255, in 65536ths.
            let level = |sum: i64| match weight {
                0 => 128,
                4 => ((sum + (128 << 18) + (1 << 17)) >> 18) as u8,
                _ => ((2 * sum + weight * ((256 << 16) + (1 << 16))) / (weight << 17)) as u8,
            };
            u.push(level(-9_714 * red - 19_070 * green + 28_784 * blue));
            v.push(level(28_784 * red - 24_103 * green - 4_681 * blue));
        }
        self.squares.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compared with the formula in floats, for every eighth level of each colour.
    #[test]
    fn colours_are_those_of_the_formula() {
        for at in 0..32_u32.pow(3) {
            let [red, green, blue] = [at / 1024, at / 32 % 32, at % 32].map(|level| (8 * level + level / 4) as u8);
            let (r, g, b) = (f64::from(red), f64::from(green), f64::from(blue));
            let y = 0.299 * r + 0.587 * g + 0.114 * b;
            let near = |seen: u8, expected: f64| (f64::from(seen) - expected).abs() < 0.51;
            let mut row = Vec::new();
            luma_row(&[red, green, blue], Layout::Rgb, &mut row);
            assert!(near(row[0], 16.0 + y * 219.0 / 255.0), "{red} {green} {blue}");
            for (layout, pixels) in [
                (Layout::Rgb, vec![red, green, blue]),
                (Layout::Rgb, [red, green, blue].repeat(2)),
                (Layout::Rgba, [[red, green, blue, 7], [9, 99, 255, 0]].concat()),
            ] {
                let (mut sums, mut planes) = (ChromaSums::default(), [Vec::new(), Vec::new()]);
                sums.add(&pixels, layout);
                sums.add(&pixels, layout);
                sums.finish_row(&mut planes);
                assert!(near(planes[0][0], 128.0 + (b - y) / 1.772 * 224.0 / 255.0), "{red} {green} {blue}");
                assert!(near(planes[1][0], 128.0 + (r - y) / 1.402 * 224.0 / 255.0), "{red} {green} {blue}");
            }
        }
    }
}
