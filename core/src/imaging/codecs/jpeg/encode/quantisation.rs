//! Quantisation (T.81, A.3.4): the tables of a quality, and exact division by multiplication.
//!
//! ```text
//! quality 80: scaled by 200 - 2 * 80 = 40 percent      16 11 10 16 -> 6 4 4 6
//! divisor 8 * 6 = 48, coefficient -200: (200 + 24) / 48 = 4, so -4
//! as multiplications: reciprocal ceil(2^21 / 48) = 43691, scale 2^11; (224 * 43691 >> 16) = 149; (149 * 2048 >> 16) = 4
//! ```

use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// Luma, in natural order (T.81, table K.1).
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// Chroma, in natural order (T.81, table K.2).
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
];

/// The quantisation table of a component, in natural order.
#[derive(Debug, Clone)]
pub(super) struct QuantTable {
    pub values: [u8; 64],
    /// Half of each divisor, which is added before the division to round.
    halves: [u16; 64],
    /// A division is a multiplication by both in turn, each of which drops the lowest 16 bits.
    reciprocals: [u16; 64],
    scales: [u16; 64],
}

impl QuantTable {
    pub(super) fn luma(quality: u8) -> Self {
        Self::scaled(&LUMA, quality)
    }

    pub(super) fn chroma(quality: u8) -> Self {
        Self::scaled(&CHROMA, quality)
    }

    /// Scales a table by quality as libjpeg does: 50 is the table itself, 100 divides by one.
    fn scaled(table: &[u8; 64], quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        Self::new(table.map(|quant| ((u32::from(quant) * percent + 50) / 100).clamp(1, 255) as u8))
    }

    /// Let d be a divisor and s its logarithm, rounded up. With m = 2^(15 + s) / d, rounded up, n m / 2^(15 + s) exceeds n / d by
    /// less than n / 2^15 / d, which is too little to change the integer part for any n below 2^15.
    fn new(values: [u8; 64]) -> Self {
        let divisors = values.map(|value| 8 * u32::from(value));
        let logarithm = |divisor: u32| divisor.next_power_of_two().ilog2();
        Self {
            values,
            halves: divisors.map(|divisor| (divisor / 2) as u16),
            reciprocals: divisors.map(|divisor| (1_u32 << (15 + logarithm(divisor))).div_ceil(divisor) as u16),
            scales: divisors.map(|divisor| 1 << (17 - logarithm(divisor))),
        }
    }

    /// The table in zigzag order, as in a DQT segment.
    pub(super) fn zigzag(&self) -> [u8; 64] {
        NATURAL_ORDER.map(|place| self.values[usize::from(place)])
    }

    /// Divides coefficients, which the DCT leaves scaled by 8, and rounds halves away from zero.
    #[inline(always)]
    pub(super) fn quantize(&self, block: &mut [i16; 64]) {
        let high = |a: u16, b: u16| ((u32::from(a) * u32::from(b)) >> 16) as u16;
        for (at, value) in block.iter_mut().enumerate() {
            let sum = value.unsigned_abs().wrapping_add(self.halves[at]);
            let quotient = high(high(sum, self.reciprocals[at]), self.scales[at]) as i16;
            let sign = *value >> 15;
            *value = (quotient ^ sign).wrapping_sub(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_are_those_of_libjpeg() {
        assert_eq!(QuantTable::luma(50).values, LUMA);
        assert_eq!(QuantTable::chroma(50).values, CHROMA);
        assert_eq!(QuantTable::luma(100).values, [1; 64]);
        assert_eq!(QuantTable::luma(80).values[..8], [6, 4, 4, 6, 10, 16, 20, 24]);
        assert_eq!(QuantTable::luma(1).values, [255; 64]);
        assert_eq!(QuantTable::luma(10).values[..3], [80, 55, 50]);
        assert_eq!(QuantTable::chroma(80).zigzag()[..4], [7, 7, 7, 10]);
    }

    #[test]
    fn every_quotient_is_rounded_exactly() {
        for quant in 1..=255_u8 {
            let quant_table = QuantTable::new([quant; 64]);
            let divisor = 8 * i32::from(quant);
            let all: Vec<i16> = (-16_384..16_384).collect();
            for values in all.as_chunks::<64>().0 {
                let mut quotients = *values;
                quant_table.quantize(&mut quotients);
                for (value, quotient) in values.iter().zip(quotients) {
                    let rounded = (i32::from(*value).abs() + divisor / 2) / divisor * i32::from(value.signum());
                    assert_eq!(i32::from(quotient), rounded, "{value} / {divisor}");
                }
            }
        }
    }
}
