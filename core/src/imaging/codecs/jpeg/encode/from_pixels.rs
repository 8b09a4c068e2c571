//! Pixels to planes: ITU-R BT.601 over the full range, as JFIF asks for, in libjpeg's fixed point; colours averaged where
//! they are subsampled.

use super::Encoder;

/// The planes of a band.
#[derive(Default)]
pub(super) struct PlaneBand {
    width: usize,
    /// The width of the planes of colours.
    chroma: usize,
    /// Rows of luma for one of colours.
    down: usize,
    luma: Vec<u8>,
    colors: [Vec<u8>; 2],
    /// Rows of colours that become one row.
    full: [Vec<u8>; 2],
}

impl PlaneBand {
    /// For the components of an encoder of colours.
    pub(super) fn new(encoder: &Encoder) -> Self {
        let (width, chroma) = (encoder.plane_size(0).0, encoder.plane_size(1).0);
        let down = encoder.band_rows(0) / encoder.band_rows(1).max(1);
        Self { width, chroma, down, ..Self::default() }
    }

    /// Luma and the two planes of chroma.
    pub(super) fn rows(&self) -> [&[u8]; 3] {
        [&self.luma, &self.colors[0], &self.colors[1]]
    }

    /// Converts a band of RGB.
    #[inline(always)]
    pub(super) fn fill(&mut self, band: &[u8]) {
        let width = self.width;
        let pixels = band.len() / 3;
        self.luma.resize(pixels, 0);
        for color in &mut self.colors {
            color.resize((pixels / width).div_ceil(self.down) * self.chroma, 0);
        }
        for (row, pixels) in band.chunks(3 * width * self.down).enumerate() {
            let count = pixels.len() / 3;
            let start = row * self.down * width;
            let luma = self.luma.get_mut(start..start + count).unwrap_or_default();
            let [full_blue, full_red] = &mut self.full;
            full_blue.resize(count, 0);
            full_red.resize(count, 0);
            convert(pixels, luma, full_blue, full_red);
            for (full, to) in self.full.iter().zip(&mut self.colors) {
                let to = to.get_mut(row * self.chroma..(row + 1) * self.chroma).unwrap_or_default();
                match (self.chroma == width, self.down) {
                    (true, 1) => to.copy_from_slice(full),
                    (_, 1) => average_pairs(full, to),
                    // A picture of one column: its pairs are one below the other.
                    _ => {
                        let (above, below) = full.split_at(width);
                        average_squares(above, if below.is_empty() { above } else { below }, to);
                    }
                }
            }
        }
    }
}

/// 16 fractional bits.
#[inline(always)]
fn convert(pixels: &[u8], luma: &mut [u8], blue: &mut [u8], red: &mut [u8]) {
    const HALF: i32 = 1 << 15;
    // Of colours, a half less one: half of all levels is rounded to the middle, and the largest value stays below 256.
    const MIDDLE: i32 = (128 << 16) + HALF - 1;
    let samples = luma.iter_mut().zip(blue).zip(red);
    for ([r, g, b], ((luma, blue), red)) in pixels.as_chunks::<3>().0.iter().zip(samples) {
        let (r, g, b) = (i32::from(*r), i32::from(*g), i32::from(*b));
        *luma = ((19_595 * r + 38_470 * g + 7_471 * b + HALF) >> 16) as u8;
        *blue = ((-11_059 * r - 21_709 * g + 32_768 * b + MIDDLE) >> 16) as u8;
        *red = ((32_768 * r - 27_439 * g - 5_329 * b + MIDDLE) >> 16) as u8;
    }
}

/// The means of two samples side by side. Halves are rounded down and up in turn, as libjpeg does.
#[inline(always)]
fn average_pairs(from: &[u8], to: &mut [u8]) {
    let (pairs, last) = from.as_chunks::<2>();
    for ((at, [a, b]), to) in pairs.iter().enumerate().zip(to.iter_mut()) {
        *to = ((u16::from(*a) + u16::from(*b) + (at as u16 & 1)) >> 1) as u8;
    }
    if let ([last], Some(to)) = (last, to.last_mut()) {
        *to = *last;
    }
}

/// The means of four samples that form a square. Halves are rounded down and up in turn.
#[inline(always)]
fn average_squares(above: &[u8], below: &[u8], to: &mut [u8]) {
    let (tops, last) = above.as_chunks::<2>();
    let (bottoms, last_below) = below.as_chunks::<2>();
    for (((at, [a, b]), [c, d]), to) in tops.iter().enumerate().zip(bottoms).zip(to.iter_mut()) {
        let sum = u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d);
        *to = ((sum + 1 + (at as u16 & 1)) >> 2) as u8;
    }
    if let ([last], [below], Some(to)) = (last, last_below, to.last_mut()) {
        let bias = 1 + (tops.len() as u16 & 1);
        *to = ((2 * (u16::from(*last) + u16::from(*below)) + bias) >> 2) as u8;
    }
}
