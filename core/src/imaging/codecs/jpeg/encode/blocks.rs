//! Blocks of coefficients: which are nonzero, and the symbols of their values.

use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// By group of four coefficients in natural order, and by mask of the nonzero ones: their mask in zigzag order.
const SPREAD: [[u64; 16]; 16] = {
    let mut spread = [[0; 16]; 16];
    let mut k = 0;
    while k < 64 {
        let natural = NATURAL_ORDER[k] as usize;
        let mut mask = 0;
        while mask < 16 {
            if mask >> (natural % 4) & 1 == 1 {
                spread[natural / 4][mask] |= 1 << k;
            }
            mask += 1;
        }
        k += 1;
    }
    spread
};

/// A mask, in zigzag order, of the coefficients that are nonzero without their `low` lowest bits.
#[inline(always)]
pub(super) fn nonzero(block: &[i16; 64], low: u32) -> u64 {
    let mut bytes = [0_u8; 64];
    for (byte, value) in bytes.iter_mut().zip(block) {
        *byte = u8::from(value.unsigned_abs() >> low != 0);
    }
    let mut zigzag = 0;
    for (row, bytes) in bytes.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bits of all eight bytes in the highest byte of the product.
        let mask = (u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as usize;
        zigzag |= SPREAD[2 * row][mask & 15] | SPREAD[2 * row + 1][mask >> 4 & 15];
    }
    zigzag
}

/// The coefficient with a zigzag index.
#[inline(always)]
pub(super) fn value(block: &[i16; 64], k: u32) -> i16 {
    block[usize::from(NATURAL_ORDER[k as usize & 63]) & 63]
}

/// The size of a value, which is part of its symbol, and the bits that follow the code (T.81, F.1.2.1): 5 has size 3 and the bits
/// 101, -5 the bits 010.
#[inline(always)]
pub(super) fn size_and_bits(value: i16) -> (u32, u32) {
    let size = 16 - value.unsigned_abs().leading_zeros();
    // The bits of a negative value are the low bits of the value less 1.
    let bits = value.wrapping_add(value >> 15) as u16;
    (size, u32::from(bits) & ((1 << size) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coefficient_has_its_bit() {
        for k in 0..64 {
            let mut block = [0; 64];
            block[usize::from(NATURAL_ORDER[k])] = -4;
            assert_eq!(nonzero(&block, 0), 1 << k);
            assert_eq!(nonzero(&block, 2), 1 << k);
            assert_eq!(nonzero(&block, 3), 0);
            assert_eq!(value(&block, k as u32), -4);
        }
        assert_eq!(nonzero(&[1; 64], 0), u64::MAX);
        assert_eq!(nonzero(&[i16::MIN; 64], 0), u64::MAX);
    }

    #[test]
    fn values_have_the_bits_of_the_standard() {
        assert_eq!(size_and_bits(0), (0, 0));
        assert_eq!(size_and_bits(1), (1, 1));
        assert_eq!(size_and_bits(-1), (1, 0));
        assert_eq!(size_and_bits(5), (3, 5));
        assert_eq!(size_and_bits(-5), (3, 2));
        assert_eq!(size_and_bits(-1023), (10, 0));
        assert_eq!(size_and_bits(2040), (11, 2040));
    }
}
