//! `Resampler`: resamples one plane row by row. Its memory is a few rows, whatever the height is.
//!
//! A vertical convolution of the rows in the ring buffer makes an intermediate row, and a horizontal convolution a row of the
//! result. Both are sums of integer products, in loops that compilers vectorise. Shrinking rows by 2, with the coefficients of
//! `filter`:
//!
//! ```text
//! row of the result   rows of the source      in the ring, as pairs
//! 0                   0 to 6, edge included   01 23 45 67                 written when row 6 is pushed
//! 1                   0 to 8                  01 23 45 67 89              written when row 8 is pushed
//! 4                   3 to 14                 23 45 67 89 ab cd ef        rows 0 and 1 are no longer needed
//! ```

use std::sync::Arc;

use super::filter::{Axis, COEFFICIENT_BITS, FilterCoefficients};
use super::vertical::{CHUNK_COLUMNS, INTERMEDIATE_BITS, Pairs, VerticalConvolution, interleave_rows};
use crate::imaging::simd::Simd;

/// The number of coefficients of the horizontal convolution is a multiple of this.
const LANES: usize = 8;

/// Takes the rows of a source from top to bottom, and returns those of a result.
#[derive(Debug)]
pub(super) struct Resampler {
    simd: Simd,
    down: Arc<FilterCoefficients>,
    across: Arc<FilterCoefficients>,
    /// The columns of the source that the result needs.
    columns: std::ops::Range<usize>,
    /// Ring buffer of source rows the vertical filter still needs, as interleaved pairs: rows `2 * p` and `2 * p + 1` at index
    /// `p % pairs`.
    ring: Vec<Pairs>,
    pairs: usize,
    /// The last row that is the upper one of its pair, its number, and whether it is in the ring.
    upper: Vec<u8>,
    upper_row: usize,
    is_kept: bool,
    /// How many rows were pushed, and returned.
    received: usize,
    written: usize,
    /// The intermediate row: a row of the result before its second pass, padded with zeros.
    intermediate: Vec<i16>,
    sums: Vec<i32>,
    row: Vec<u8>,
}

impl Resampler {
    pub(super) fn new(across: Axis, down: Axis, simd: Simd) -> Self {
        Self::with(Arc::new(FilterCoefficients::new(across, LANES)), Arc::new(FilterCoefficients::new(down, 1)), simd)
    }

    /// A resampler with the same coefficients, for another plane.
    pub(super) fn again(&self) -> Self {
        Self::with(Arc::clone(&self.across), Arc::clone(&self.down), self.simd)
    }

    fn with(across: Arc<FilterCoefficients>, down: Arc<FilterCoefficients>, simd: Simd) -> Self {
        let columns_from = across.first.iter().copied().min().unwrap_or(0);
        let columns_to = (0..across.first.len()).map(|at| across.end(at)).max().unwrap_or(0);
        let width = columns_to - columns_from;
        // More rows than one sample needs, since the last row of a sample may precede that of the sample before it.
        let pairs = (down.count + 2).div_ceil(2) + 1;
        Self {
            simd,
            columns: columns_from..columns_to,
            ring: vec![[[0; 2]; CHUNK_COLUMNS]; pairs * width.div_ceil(CHUNK_COLUMNS)],
            pairs,
            upper: vec![0; width],
            upper_row: 0,
            is_kept: true,
            received: 0,
            written: 0,
            intermediate: vec![0; width.next_multiple_of(CHUNK_COLUMNS) + across.count],
            sums: vec![0; across.first.len()],
            row: vec![0; across.first.len()],
            down,
            across,
        }
    }

    /// The most memory of a resampler, in bytes.
    pub(super) fn memory_bytes(across: Axis, down: Axis) -> u64 {
        let width = across.source as u64 + 2 * CHUNK_COLUMNS as u64;
        let ring = (2 * FilterCoefficients::most(down.step) as u64 + 13) * width;
        let coefficients =
            |axis: Axis| axis.target as u64 * (2 * (FilterCoefficients::most(axis.step) + LANES) as u64 + 64);
        ring + 2 * width
            + 2 * FilterCoefficients::most(across.step) as u64
            + 5 * across.target as u64
            + coefficients(across)
            + coefficients(down)
    }

    /// The next row of the source; `give` gets the rows of the result that are ready with it.
    pub(super) fn push(&mut self, row: &[u8], mut give: impl FnMut(&[u8])) {
        self.keep(row);
        while let Some(row) = self.next_row() {
            give(row);
        }
    }

    /// The next row of the result, if it is ready. All that are ready must be taken before the next row of the source is kept.
    pub(super) fn next_row(&mut self) -> Option<&[u8]> {
        if self.is_finished() || self.down.end(self.written) > self.received {
            return None;
        }
        self.write_row();
        Some(&self.row)
    }

    /// Whether all rows of the result are written.
    pub(super) fn is_finished(&self) -> bool {
        self.written == self.down.first.len()
    }

    /// Chunks of columns in a row.
    fn chunks(&self) -> usize {
        self.columns.len().div_ceil(CHUNK_COLUMNS)
    }

    /// Keeps the next row of the source.
    pub(super) fn keep(&mut self, row: &[u8]) {
        let row = row.get(self.columns.clone()).unwrap_or_default();
        if self.received.is_multiple_of(2) {
            if let Some(upper) = self.upper.get_mut(..row.len()) {
                upper.copy_from_slice(row);
            }
            (self.upper_row, self.is_kept) = (self.received, false);
        } else {
            self.put(Some(row));
        }
        self.received += 1;
    }

    /// Stores the last two rows as a pair.
    fn put(&mut self, lower: Option<&[u8]>) {
        let chunks = self.chunks();
        let start = self.upper_row / 2 % self.pairs * chunks;
        let Self { simd, ring, upper, .. } = self;
        let Some(pairs) = ring.get_mut(start..start + chunks) else { return };
        simd.run(
            #[inline(always)]
            || interleave_rows(upper, lower.unwrap_or(upper), pairs),
        );
        self.is_kept = true;
    }

    fn write_row(&mut self) {
        if !self.is_kept {
            // The coefficient of the lower row of the last pair is zero until that row is pushed.
            self.put(None);
        }
        let (first, coefficients) = self.down.of(self.written);
        self.written += 1;
        let chunks = self.chunks();
        let coefficient = |row: usize| row.checked_sub(first).and_then(|at| coefficients.get(at)).copied().unwrap_or(0);
        let pairs = (first / 2..(first + coefficients.len()).div_ceil(2)).filter_map(|pair| {
            let both = [coefficient(2 * pair), coefficient(2 * pair + 1)];
            let start = pair % self.pairs * chunks;
            (both != [0, 0]).then(|| (self.ring.get(start..start + chunks).unwrap_or_default(), both))
        });
        let pairs: Vec<(&[Pairs], [i16; 2])> = pairs.collect();
        self.simd.run_kernel(VerticalConvolution { rows: &pairs, intermediate: &mut self.intermediate });
        let Self { intermediate, sums, row, across, columns, .. } = self;
        self.simd.run(
            #[inline(always)]
            || {
                convolve_across(intermediate, across, columns.start, sums);
                row.iter_mut().zip(sums).for_each(|(sample, sum)| *sample = rounded(*sum));
            },
        );
    }
}

/// The second pass: the convolution along the intermediate row.
#[inline(always)]
fn convolve_across(intermediate: &[i16], across: &FilterCoefficients, start: usize, sums: &mut [i32]) {
    match across.count / LANES {
        1 => convolve_some::<LANES>(intermediate, across, start, sums),
        2 => convolve_some::<{ 2 * LANES }>(intermediate, across, start, sums),
        3 => convolve_some::<{ 3 * LANES }>(intermediate, across, start, sums),
        _ => {
            for (at, to) in sums.iter_mut().enumerate() {
                let (first, coefficients) = across.of(at);
                let neighbours = intermediate.get(first - start..).unwrap_or_default();
                let lanes = neighbours.as_chunks::<LANES>().0.iter().zip(coefficients.as_chunks::<LANES>().0);
                *to = lanes.map(|(neighbours, coefficients)| sum(neighbours, coefficients)).sum();
            }
        }
    }
}

#[inline(always)]
fn convolve_some<const COUNT: usize>(
    intermediate: &[i16],
    across: &FilterCoefficients,
    start: usize,
    sums: &mut [i32],
) {
    let coefficients = across.coefficients.as_chunks::<COUNT>().0;
    for ((to, first), coefficients) in sums.iter_mut().zip(&across.first).zip(coefficients) {
        let neighbours = intermediate.get(first - start..).and_then(|intermediate| intermediate.first_chunk::<COUNT>());
        *to = neighbours.map_or(0, |neighbours| sum(neighbours, coefficients));
    }
}

#[inline(always)]
fn sum<const COUNT: usize>(neighbours: &[i16; COUNT], coefficients: &[i16; COUNT]) -> i32 {
    neighbours
        .iter()
        .zip(coefficients)
        .map(|(neighbour, coefficient)| i32::from(*neighbour) * i32::from(*coefficient))
        .sum()
}

#[inline(always)]
fn rounded(sum: i32) -> u8 {
    const SHIFT: u32 = COEFFICIENT_BITS + INTERMEDIATE_BITS;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::super::filter::Enlargement;
    use super::*;

    fn axis(source: usize, target: usize) -> Axis {
        Axis { source, target, start: 0.0, step: source as f64 / target as f64, enlargement: Enlargement::None }
    }

    fn scaled(plane: &[u8], across: Axis, down: Axis, simd: Simd) -> Vec<u8> {
        let mut resampler = Resampler::new(across, down, simd);
        let mut result = Vec::new();
        plane.chunks_exact(across.source).for_each(|row| resampler.push(row, |row| result.extend_from_slice(row)));
        assert!(resampler.is_finished());
        result
    }

    fn noise(count: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    /// The convolution by its definition, in floating point.
    fn exact(plane: &[u8], across: Axis, down: Axis) -> Vec<f64> {
        let (across_taps, down_taps) = (FilterCoefficients::new(across, 1), FilterCoefficients::new(down, 1));
        let unit = f64::from(1 << COEFFICIENT_BITS);
        let mut result = Vec::new();
        for y in 0..down.target {
            for x in 0..across.target {
                let ((left, columns), (top, rows)) = (across_taps.of(x), down_taps.of(y));
                let mut sum = 0.0;
                for (y, down) in rows.iter().enumerate().filter(|(_, coefficient)| **coefficient != 0) {
                    for (x, coefficient) in columns.iter().enumerate().filter(|(_, coefficient)| **coefficient != 0) {
                        let sample = plane[(top + y) * across.source + left + x];
                        sum += f64::from(sample) * f64::from(*down) / unit * f64::from(*coefficient) / unit;
                    }
                }
                result.push(sum.clamp(0.0, 255.0));
            }
        }
        result
    }

    #[test]
    fn sums_are_right_and_the_same_in_every_copy() {
        for (source, target) in [
            ((50, 40), (20, 13)),
            ((41, 7), (41, 7)),
            ((5, 6), (31, 40)),
            ((200, 100), (9, 3)),
            ((1, 1), (3, 3)),
            ((64, 90), (31, 2)),
        ] {
            let plane = noise(source.0 * source.1);
            let (across, down) = (axis(source.0, target.0), axis(source.1, target.1));
            let result = scaled(&plane, across, down, Simd::detect());
            assert_eq!(result, scaled(&plane, across, down, Simd::TARGET));
            for (ours, exact) in result.iter().zip(exact(&plane, across, down)) {
                assert!((f64::from(*ours) - exact).abs() < 0.53, "{source:?} to {target:?}: {ours} {exact}");
            }
        }
    }

    #[test]
    fn a_part_and_a_copy() {
        let plane = noise(40 * 30);
        let part = Axis { source: 40, target: 10, start: 7.0, step: 1.0, enlargement: Enlargement::None };
        let rows = Axis { source: 30, target: 6, start: 3.0, step: 1.0, enlargement: Enlargement::None };
        let expected: Vec<u8> = (3..9).flat_map(|y| plane[y * 40 + 7..y * 40 + 17].to_vec()).collect();
        assert_eq!(scaled(&plane, part, rows, Simd::detect()), expected);
        let part = Axis { source: 40, target: 5, start: 7.5, step: 3.1, enlargement: Enlargement::None };
        let rows = Axis { source: 30, target: 4, start: 20.25, step: 2.4, enlargement: Enlargement::None };
        let result = scaled(&plane, part, rows, Simd::detect());
        for (ours, exact) in result.iter().zip(exact(&plane, part, rows)) {
            assert!((f64::from(*ours) - exact).abs() < 0.53, "{ours} {exact}");
        }
    }

    #[test]
    fn an_even_area_stays_even() {
        for value in [0, 1, 127, 255] {
            let result = scaled(&vec![value; 33 * 21], axis(33, 14), axis(21, 9), Simd::detect());
            assert_eq!(result, vec![value; 14 * 9]);
        }
    }
}
