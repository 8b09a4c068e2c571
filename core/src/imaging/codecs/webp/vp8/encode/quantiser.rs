//! Quantisers: the steps of each kind of coefficient for an index, and the index for a quality.

use super::logarithm::{FRACTION_BITS, ONE, exp2_negative, log2};

/// The number of quantiser indices.
const INDICES: usize = 128;

/// `dc_qlookup` (RFC 6386, section 14.1).
const DC_STEPS: [u8; INDICES] = [
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 25, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53,
    54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81,
    82, 83, 84, 85, 86, 87, 88, 89, 91, 93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118, 122,
    124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
];

/// `ac_qlookup` (RFC 6386, section 14.1).
const AC_STEPS: [u16; INDICES] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
    34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66,
    68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 119,
    122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193,
    197, 201, 205, 209, 213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
];

fn dc_step(index: i32) -> u16 {
    DC_STEPS[index.clamp(0, 127) as usize].into()
}

pub(super) fn ac_step(index: i32) -> u16 {
    AC_STEPS[index.clamp(0, 127) as usize]
}

/// The differences of the indices of a kind of coefficient from that of luma AC (RFC 6386, section 9.6), each -15 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deltas {
    pub y1_dc: i32,
    pub y2_dc: i32,
    pub y2_ac: i32,
    pub uv_dc: i32,
    pub uv_ac: i32,
}

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
    fn new(size: u16, rounding_256ths: i32) -> Self {
        Self { size: size as i16, reciprocal: (65_536 / i32::from(size)) as i16, rounding: rounding_256ths << 8 }
    }

    /// The level of a coefficient.
    #[inline(always)]
    pub(super) fn level(&self, coefficient: i32) -> i16 {
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
    pub(super) fn new(index: i32, deltas: &Deltas) -> Self {
        let block = |dc, ac, dc_rounding, ac_rounding| BlockQuantiser {
            dc: Step::new(dc, dc_rounding),
            ac: Step::new(ac, ac_rounding),
        };
        let step = i64::from(ac_step(index));
        Self {
            y1: block(dc_step(index + deltas.y1_dc), ac_step(index), 96, 110),
            y2: block(
                2 * dc_step(index + deltas.y2_dc),
                (u32::from(ac_step(index + deltas.y2_ac)) * 155 / 100).max(8) as u16,
                96,
                108,
            ),
            uv: block(dc_step(index + deltas.uv_dc).min(132), ac_step(index + deltas.uv_ac), 110, 115),
            lambda: (step * step * tune("LAMBDA", 147)) / 100,
            rounding_lambda: (step * step * tune("RLAMBDA", 1400)) / 100,
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

use super::tune;

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
