//! Base-2 logarithms and powers in fixed point, the same on every machine.

/// Fractional bits of logarithms.
pub(super) const FRACTION_BITS: u32 = 16;
/// One, as a logarithm.
pub(super) const ONE: u32 = 1 << FRACTION_BITS;

/// The logarithm of a positive number, rounded down: each squaring of a mantissa yields one more bit.
pub(super) const fn log2(value: u64) -> u32 {
    if value == 0 {
        return 0;
    }
    let exponent = value.ilog2();
    // From 1 up to 2, with 31 fractional bits.
    let mut mantissa = if exponent > 31 { value >> (exponent - 31) } else { value << (31 - exponent) };
    let mut fraction = 0;
    let mut bit = FRACTION_BITS;
    while bit > 0 {
        bit -= 1;
        mantissa = (mantissa * mantissa) >> 31;
        if mantissa >> 32 != 0 {
            mantissa >>= 1;
            fraction |= 1 << bit;
        }
    }
    (exponent << FRACTION_BITS) | fraction
}

/// 2 to the power of `-exponent`, with 31 fractional bits: a product of roots, one per bit of the fraction.
pub(super) const fn exp2_negative(exponent: u64) -> u64 {
    if exponent >> FRACTION_BITS >= 31 {
        return 0;
    }
    let mut power = 1_u64 << 31;
    // The square root of one half, then the square root of that, and so on.
    let mut root = 1_518_500_250_u64;
    let mut bit = FRACTION_BITS;
    while bit > 0 {
        bit -= 1;
        if exponent >> bit & 1 == 1 {
            power = (power * root) >> 31;
        }
        root = (root << 31).isqrt();
    }
    power >> (exponent >> FRACTION_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_are_those_of_floats() {
        for value in (1..3000_u64).chain([1 << 20, (1 << 31) + 7, 1 << 40]) {
            let expected = (value as f64).log2();
            assert!((f64::from(log2(value)) / f64::from(ONE) - expected).abs() < 1e-4, "{value}");
        }
        for exponent in (0..(10 * u64::from(ONE))).step_by(977) {
            let expected = (-(exponent as f64) / f64::from(ONE)).exp2();
            assert!((exp2_negative(exponent) as f64 / 2_f64.powi(31) - expected).abs() < 1e-6, "{exponent}");
        }
    }
}
