//! Cosines of fractions of a turn, from sums and products alone, so that every machine has the same bits: those of a system's
//! mathematics library differ in the last one.
//!
//! ```text
//! cos(pi * 5 / 3) = cos(pi / 3)      from the other side of the turn
//! cos(pi * 2 / 3) = -cos(pi / 3)     mirrored at a quarter
//! cos(pi * 1 / 3) = sin(pi / 6)      above an eighth, the sine of the rest, where its series is short
//! ```

use std::f64::consts::PI;

/// `cos(pi * numerator / denominator)`.
pub(super) fn cos_pi(numerator: u64, denominator: u64) -> f64 {
    let denominator = denominator.max(1);
    let turn = numerator % (2 * denominator);
    let half = turn.min(2 * denominator - turn);
    if 2 * half > denominator { -of_quarter(denominator - half, denominator) } else { of_quarter(half, denominator) }
}

/// For an angle of at most a quarter of a turn.
fn of_quarter(numerator: u64, denominator: u64) -> f64 {
    if 4 * numerator <= denominator {
        let x = PI * numerator as f64 / denominator as f64;
        return series(x * x, &[1.0, 2.0, 12.0, 30.0, 56.0, 90.0, 132.0, 182.0, 240.0]);
    }
    let x = PI * (denominator - 2 * numerator) as f64 / (2 * denominator) as f64;
    x * series(x * x, &[1.0, 6.0, 20.0, 42.0, 72.0, 110.0, 156.0, 210.0, 272.0])
}

/// The Taylor series of cosine and sine: each term is the one before it, times `-square`, divided by the next of the divisors.
fn series(square: f64, divisors: &[f64]) -> f64 {
    let Some((first, rest)) = divisors.split_first() else { return 0.0 };
    let inner = rest.iter().rev().fold(1.0, |sum, divisor| 1.0 - square / divisor * sum);
    inner / first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_are_those_of_the_system_to_the_last_bits() {
        for denominator in 1..=200 {
            for numerator in 0..=4 * denominator {
                let exact = (PI * numerator as f64 / denominator as f64).cos();
                assert!((cos_pi(numerator, denominator) - exact).abs() < 4e-15, "{numerator} / {denominator}");
            }
        }
        assert_eq!((cos_pi(0, 7), cos_pi(7, 7), cos_pi(1, 2)), (1.0, -1.0, 0.0));
    }
}
