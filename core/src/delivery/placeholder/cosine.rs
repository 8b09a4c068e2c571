//! The cosine, from sums and products alone, so that every machine has the same bits: those of the systems' mathematics
//! libraries differ in the last one.
//!
//! ```text
//! cos(4.2)     4.2 = 3 quarter turns - 0.512     quarter 3: the sine of -0.512, whose series is short
//! cos(pi / 2)  6.1e-17, not 0: pi / 2 has no exact double, and this one is short of it by so much
//! ```

use std::f64::consts::FRAC_2_PI;

/// A quarter turn in two pieces: the first has zeros at its end, so that a few times it is exact.
const QUARTER: f64 = f64::from_bits(0x3ff9_21fb_5440_0000);
const QUARTER_REST: f64 = f64::from_bits(0x3dd0_b461_1a62_6331);

/// The cosine of an angle from 0 to some turns.
pub(super) fn cos(angle: f64) -> f64 {
    let quarters = (angle * FRAC_2_PI).round();
    let rest = angle - quarters * QUARTER - quarters * QUARTER_REST;
    match quarters as u64 % 4 {
        0 => even_series(rest),
        1 => -odd_series(rest),
        2 => -even_series(rest),
        _ => odd_series(rest),
    }
}

/// The cosine for at most an eighth of a turn.
fn even_series(x: f64) -> f64 {
    series(x * x, &[2.0, 12.0, 30.0, 56.0, 90.0, 132.0, 182.0, 240.0])
}

/// The sine for at most an eighth of a turn.
fn odd_series(x: f64) -> f64 {
    x * series(x * x, &[6.0, 20.0, 42.0, 72.0, 110.0, 156.0, 210.0, 272.0])
}

/// A Taylor series: each term is the one before it, times `-square`, divided by the next of the divisors.
fn series(square: f64, divisors: &[f64]) -> f64 {
    divisors.iter().rev().fold(1.0, |sum, divisor| 1.0 - square / divisor * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    #[test]
    fn cosines_are_those_of_the_system_but_for_the_last_bit() {
        for at in 0..20_000 {
            let angle = f64::from(at) * 0.001_3;
            assert!((cos(angle) - angle.cos()).abs() < 3e-16, "{angle}");
        }
        assert_eq!((cos(0.0), cos(PI)), (1.0, -1.0));
        assert!((cos(FRAC_PI_2) / FRAC_PI_2.cos() - 1.0).abs() < 1e-9);
    }
}
