//! Quantisers: the steps of each kind of coefficient, what a bit is worth, and the index for a quality.

use super::super::quantiser::{Factors, QuantiserDeltas};
use super::logarithm::{FRACTION_BITS, ONE, exp2_negative, log2};

/// The step of DC or of AC coefficients, and what a division by it is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub size: i16,
    /// 65536 / `size`, rounded down.
    pub reciprocal: i16,
    /// What is added before the fraction is dropped, in 65536ths of a step.
    pub rounding: i32,
}

impl Step {
    fn new(size: i16, rounding_256ths: i32) -> Self {
        Self { size, reciprocal: (65_536 / i32::from(size)) as i16, rounding: rounding_256ths << 8 }
    }

    /// The level of a coefficient.
    #[inline(always)]
    pub(super) fn level(self, coefficient: i32) -> i16 {
        let level = (coefficient.abs() * i32::from(self.reciprocal) + self.rounding) >> 16;
        let level = level.min(MAX_LEVEL.into()) as i16;
        if coefficient < 0 { -level } else { level }
    }
}

/// The largest level that is written: tokens reach 2048 + 66, but no coefficient needs as much.
pub(super) const MAX_LEVEL: i16 = 2047;

/// The steps of a kind of block.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockQuantiser {
    pub dc: Step,
    pub ac: Step,
}

impl BlockQuantiser {
    #[inline(always)]
    pub(super) fn step(&self, position: usize) -> &Step {
        if position == 0 { &self.dc } else { &self.ac }
    }
}

/// The quantisers of a segment, and what a bit is worth in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentQuantiser {
    pub y1: BlockQuantiser,
    pub y2: BlockQuantiser,
    pub uv: BlockQuantiser,
    /// The squared error that a bit is worth, in 16ths: the error of coefficients, which is four times that of samples.
    pub lambda: i64,
    /// The same for the rounding of single coefficients, whose errors have weights.
    pub rounding_lambda: i64,
}

impl SegmentQuantiser {
    /// The quantisers for an index (RFC 6386, section 14.1).
    pub(super) fn new(index: i32, deltas: QuantiserDeltas) -> Self {
        let block = |[dc, ac]: [i16; 2], dc_rounding, ac_rounding| BlockQuantiser {
            dc: Step::new(dc, dc_rounding),
            ac: Step::new(ac, ac_rounding),
        };
        let factors = Factors::new(index, deltas);
        let step = i64::from(factors.y1[1]);
        Self {
            y1: block(factors.y1, 96, 110),
            y2: block(factors.y2, 96, 108),
            uv: block(factors.chroma, 110, 115),
            lambda: step * step * 147 / 100,
            rounding_lambda: 14 * step * step,
        }
    }
}

/// The compression of a quality from 1 to 100, as a logarithm: how many halvings of the whole it is. On libwebp's scale, so that a
/// quality means about the same as there: the cube root of a line with a bend at 75.
pub(super) fn compression(quality: u8) -> u64 {
    let quality = u64::from(quality.clamp(1, 100));
    // In 150ths: two thirds of the quality below 75, then twice as steep.
    let linear = if quality < 75 { quality } else { 3 * quality - 150 };
    u64::from(log2(150 << 16) - log2(linear << 16)) / 3
}

/// The index for a compression.
pub(super) fn index(compression: u64) -> i32 {
    let rest = (1 << 31) - exp2_negative(compression);
    ((127 * rest) >> 31) as i32
}

/// A compression that is stronger or weaker: its logarithm times `1 + strength`, which has [`FRACTION_BITS`].
pub(super) fn adjusted(compression: u64, strength: i64) -> u64 {
    let factor = (i64::from(ONE) + strength).max(0) as u64;
    (compression * factor) >> FRACTION_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the formula in floats.
    #[test]
    fn qualities_are_on_the_scale_of_libwebp() {
        for quality in 1..=100_u8 {
            let share = f64::from(quality) / 100.0;
            let linear = if share < 0.75 { share * (2.0 / 3.0) } else { 2.0 * share - 1.0 };
            let expected = 127.0 * (1.0 - linear.powf(1.0 / 3.0));
            assert!((f64::from(index(compression(quality))) - expected).abs() <= 1.0, "{quality}");
        }
        assert_eq!((index(compression(100)), index(compression(1))), (0, 103));
    }
}
