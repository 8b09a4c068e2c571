//! The forward transforms, for eight blocks at once, one per lane of a vector, and their quantisation.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x8, i32x4, u8x16};

use super::super::transform::{Block as Coefficients, ZIGZAG, inverse_dct};
use super::quantiser::{BlockQuantiser, MAX_LEVEL};

/// A value per sample or coefficient, in rows, of each of eight blocks.
pub(super) type Lanes<T = i16> = [[T; 8]; 16];

/// The forward transform of eight blocks of residuals. Coefficients are twice those of an orthonormal transform, as the inverse
/// one of the standard expects.
#[inline(always)]
pub(super) fn forward<S: Simd>(vectors: S, residuals: &[i16x8<S>; 16]) -> [i16x8<S>; 16] {
    // Butterflies with the cosine and the sine of an eighth, times the square root of two, in 4096ths.
    let pair = |a: i32, b: i32| -> i16x8<S> { i32x4::splat(vectors, (a & 0xffff) | b << 16).bitcast() };
    let (odd, even) = (pair(2217, 5352), pair(-5352, 2217));
    let rotate = |a: i16x8<S>, b: i16x8<S>, by: i16x8<S>, half: i32, shift: u32| -> i16x8<S> {
        let half = i32x4::splat(vectors, half);
        let low = vectors.pairwise_dot_product_i16x8(vectors.zip_low_i16x8(a, b), by) + half;
        let high = vectors.pairwise_dot_product_i16x8(vectors.zip_high_i16x8(a, b), by) + half;
        (low >> shift).saturating_narrow(high >> shift)
    };
    let mut rows = *residuals;
    for row in rows.as_chunks_mut::<4>().0 {
        let [a, b, c, d] = *row;
        let (outer, inner) = (a + d, b + c);
        let (slope, bend) = (a - d, b - c);
        row[0] = (outer + inner) << 3;
        row[2] = (outer - inner) << 3;
        row[1] = rotate(bend, slope, odd, 1812, 9);
        row[3] = rotate(bend, slope, even, 937, 9);
    }
    let seven = i16x8::splat(vectors, 7);
    for column in 0..4 {
        let [a, b, c, d] = [rows[column], rows[4 + column], rows[8 + column], rows[12 + column]];
        let (outer, inner) = (a + d, b + c);
        let (slope, bend) = (a - d, b - c);
        rows[column] = (outer + inner + seven) >> 4;
        rows[8 + column] = (outer - inner + seven) >> 4;
        rows[4 + column] = rotate(bend, slope, odd, 32_768, 16);
        rows[12 + column] = rotate(bend, slope, even, 32_768, 16);
    }
    rows
}

/// Eight blocks after quantisation.
pub(super) struct Quantised {
    pub coefficients: Lanes,
    pub levels: Lanes,
    /// The squared error of the coefficients of each block from `first` on.
    pub errors: [i32; 8],
    /// The sum of the magnitudes of the levels, each up to eight, and how many are not zero.
    pub sizes: [i16; 8],
    pub nonzero: [i16; 8],
}

impl Quantised {
    /// Gathers the levels and the coefficients of a block, in zigzag order.
    #[inline(always)]
    pub(super) fn block(&self, lane: usize, first: usize) -> Block {
        let mut block = Block::default();
        for position in first..16 {
            let at = usize::from(ZIGZAG[position]);
            block.levels[position] = self.levels[at][lane % 8];
            block.coefficients[position] = self.coefficients[at][lane % 8];
        }
        block
    }
}

/// A block of coefficients, and of the levels that they become, in zigzag order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Block {
    pub levels: [i16; 16],
    pub coefficients: [i16; 16],
}

/// The coefficients of levels in zigzag order, in rows.
#[inline(always)]
pub(super) fn dequantise(levels: &[i16; 16], quantiser: &BlockQuantiser) -> Coefficients {
    let mut coefficients = [0; 16];
    for (position, at) in ZIGZAG.into_iter().enumerate() {
        coefficients[usize::from(at)] = levels[position] * quantiser.step(position).size;
    }
    coefficients
}

/// Quantises eight blocks, without their first coefficient if `first` is 1.
#[inline(always)]
pub(super) fn quantise<S: Simd>(
    vectors: S,
    coefficients: &[i16x8<S>; 16],
    quantiser: &BlockQuantiser,
    first: usize,
) -> Quantised {
    let zero = i16x8::splat(vectors, 0);
    let mut quantised =
        Quantised { coefficients: [[0; 8]; 16], levels: [[0; 8]; 16], errors: [0; 8], sizes: [0; 8], nonzero: [0; 8] };
    let (mut low_error, mut high_error) = (i32x4::splat(vectors, 0), i32x4::splat(vectors, 0));
    let (mut sizes, mut nonzero) = (zero, zero);
    let most = i16x8::splat(vectors, MAX_LEVEL);
    let eight = i16x8::splat(vectors, 8);
    let one = i16x8::splat(vectors, 1);
    for pair in 0..8 {
        let mut errors = [zero; 2];
        for half in 0..2 {
            let position = 2 * pair + half;
            let coefficient = coefficients[position];
            coefficient.store_array(&mut quantised.coefficients[position]);
            if position < first {
                continue;
            }
            let step = quantiser.step(position);
            let sign = coefficient >> 15;
            let size = (coefficient ^ sign) - sign;
            let (low, high) = vectors.widening_mul_i16x8(size, i16x8::splat(vectors, step.reciprocal));
            let rounding = i32x4::splat(vectors, step.rounding);
            let level: i16x8<S> = ((low + rounding) >> 16).saturating_narrow((high + rounding) >> 16);
            let level = vectors.min_i16x8(level, most);
            sizes += vectors.min_i16x8(level, eight);
            nonzero += vectors.min_i16x8(level, one);
            errors[half] = size - level * i16x8::splat(vectors, step.size);
            ((level ^ sign) - sign).store_array(&mut quantised.levels[position]);
        }
        let [a, b] = errors;
        let (low, high) = (vectors.zip_low_i16x8(a, b), vectors.zip_high_i16x8(a, b));
        low_error += vectors.pairwise_dot_product_i16x8(low, low);
        high_error += vectors.pairwise_dot_product_i16x8(high, high);
    }
    let [low, high] = quantised.errors.as_chunks_mut::<4>().0 else { return quantised };
    low_error.store_array(low);
    high_error.store_array(high);
    sizes.store_array(&mut quantised.sizes);
    nonzero.store_array(&mut quantised.nonzero);
    quantised
}

/// Adds the residuals of dequantised coefficients to a prediction.
#[inline(always)]
pub(super) fn add_inverse(coefficients: &Coefficients, prediction: &[[u8; 4]; 4]) -> [[u8; 4]; 4] {
    let residuals = inverse_dct(coefficients);
    let mut samples = *prediction;
    for (sample, residual) in samples.as_flattened_mut().iter_mut().zip(residuals) {
        *sample = (i16::from(*sample) + residual).clamp(0, 255) as u8;
    }
    samples
}

/// The forward Walsh-Hadamard transform of the DC coefficients of the sixteen blocks of a macroblock.
#[inline(always)]
pub(super) fn forward_walsh(input: &[i32; 16]) -> [i32; 16] {
    let mut rows = *input;
    for row in rows.as_chunks_mut::<4>().0 {
        let [a, b, c, d] = *row;
        *row = [a + c + b + d, a - c + b - d, a - c - (b - d), a + c - (b + d)];
    }
    for column in 0..4 {
        let [a, b, c, d] = [rows[column], rows[4 + column], rows[8 + column], rows[12 + column]];
        rows[column] = (a + c + b + d) >> 1;
        rows[4 + column] = (a - c + b - d) >> 1;
        rows[8 + column] = (a - c - (b - d)) >> 1;
        rows[12 + column] = (a + c - (b + d)) >> 1;
    }
    rows
}

/// Loads a row of samples of eight blocks, 32 values of which the first four belong to the first block, four times.
#[inline(always)]
pub(super) fn load_rows<S: Simd>(vectors: S, row: impl Fn(usize) -> [i16; 32]) -> [i16x8<S>; 16] {
    let mut lanes = [i16x8::splat(vectors, 0); 16];
    for (number, lanes) in lanes.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        *lanes = vectors.load_four_interleaved_i16x8(&row(number));
    }
    lanes
}

/// The differences of the samples of a block from eight predictions, each in rows.
#[inline(always)]
pub(super) fn residuals_of<S: Simd>(
    vectors: S,
    source: &[[u8; 4]; 4],
    predictions: &[[[u8; 4]; 4]; 8],
) -> [i16x8<S>; 16] {
    let rows = predictions.each_ref().map(|rows| {
        let mut samples = [0; 16];
        samples.copy_from_slice(rows.as_flattened());
        u8x16::load_array(vectors, samples)
    });
    // A transposition of eight by sixteen bytes.
    let pair = |a: usize| (vectors.zip_low_u8x16(rows[a], rows[a + 4]), vectors.zip_high_u8x16(rows[a], rows[a + 4]));
    let [a, b, c, d] = [pair(0), pair(1), pair(2), pair(3)];
    let mut lanes = [i16x8::splat(vectors, 0); 16];
    for (half, (a, b, c, d)) in [(a.0, b.0, c.0, d.0), (a.1, b.1, c.1, d.1)].into_iter().enumerate() {
        let evens = [vectors.zip_low_u8x16(a, c), vectors.zip_high_u8x16(a, c)];
        let odds = [vectors.zip_low_u8x16(b, d), vectors.zip_high_u8x16(b, d)];
        for quarter in 0..2 {
            let (even, odd) = (evens[quarter], odds[quarter]);
            for (eighth, bytes) in
                [vectors.zip_low_u8x16(even, odd), vectors.zip_high_u8x16(even, odd)].into_iter().enumerate()
            {
                let (low, high) = vectors.widen_u8x16(bytes);
                let (low, high): (i16x8<S>, i16x8<S>) = (low.bitcast(), high.bitcast());
                let position = 8 * half + 4 * quarter + 2 * eighth;
                let sample = |position: usize| i16x8::splat(vectors, source[position / 4][position % 4].into());
                lanes[position] = sample(position) - low;
                lanes[position + 1] = sample(position + 1) - high;
            }
        }
    }
    lanes
}
