//! From 8 x 8 coefficients to samples (T.81, A.3.3), exact to the bit as libjpeg's accurate integer method, which others
//! measure themselves by: 13 bits behind the point, columns first, rounded to 2 bits behind the point in between.
//!
//! The loops are written so that compilers make vector code of them: over eight columns, then over the four pairs of
//! samples of a row. Sums of 16 bits wrap around as in libjpeg's vector code; only damaged files get there.

/// The samples of a block. `block` is in natural order and dequantised, and has nothing behind `last` in zigzag order.
#[inline(always)]
pub(super) fn samples(block: &[i16; 64], last: usize) -> [u8; 64] {
    match last {
        0 => [flat_sample(block[0]); 64],
        // The first ten coefficients lie in the corner of 4 x 4.
        1..=9 => corner(block),
        _ => full(block),
    }
}

/// The one sample of a block that has nothing but its mean.
#[inline(always)]
fn flat_sample(mean: i16) -> u8 {
    (((i32::from(mean) + 4) >> 3) + 128).clamp(0, 255) as u8
}

/// Cosines times the square root of 2, and sums of them, with 13 bits behind the point.
const C0_298: i32 = 2446;
const C0_390: i32 = 3196;
const C0_541: i32 = 4433;
const C0_765: i32 = 6270;
const C0_899: i32 = 7373;
const C1_175: i32 = 9633;
const C1_501: i32 = 12299;
const C1_847: i32 = 15137;
const C1_961: i32 = 16069;
const C2_053: i32 = 16819;
const C2_562: i32 = 20995;
const C3_072: i32 = 25172;

fn full(block: &[i16; 64]) -> [u8; 64] {
    let mut columns = [0_i16; 64];
    for x in 0..8 {
        let at = |y: usize| block[8 * y + x];
        let wide = |value: i16| i32::from(value);
        let z1 = wide(at(2).wrapping_add(at(6))) * C0_541;
        let low = wide(at(0).wrapping_add(at(4))) << 13;
        let high = wide(at(0).wrapping_sub(at(4))) << 13;
        let (t2, t3) = (z1 - wide(at(6)) * C1_847, z1 + wide(at(2)) * C0_765);
        let even = [low + t3, high + t2, high - t2, low - t3];

        let (i1, i3, i5, i7) = (at(1), at(3), at(5), at(7));
        let (z3, z4) = (i7.wrapping_add(i3), i5.wrapping_add(i1));
        let z5 = wide(z3.wrapping_add(z4)) * C1_175;
        let z1 = -wide(i7.wrapping_add(i1)) * C0_899;
        let z2 = -wide(i5.wrapping_add(i3)) * C2_562;
        let z3 = z5 - wide(z3) * C1_961;
        let z4 = z5 - wide(z4) * C0_390;
        let odd = [
            (wide(i1) * C1_501).wrapping_add(z1).wrapping_add(z4),
            (wide(i3) * C3_072).wrapping_add(z2).wrapping_add(z3),
            (wide(i5) * C2_053).wrapping_add(z2).wrapping_add(z4),
            (wide(i7) * C0_298).wrapping_add(z1).wrapping_add(z3),
        ];
        for y in 0..4 {
            columns[8 * y + x] = between(even[y].wrapping_add(odd[y]));
            columns[8 * (7 - y) + x] = between(even[y].wrapping_sub(odd[y]));
        }
    }
    rows::<8>(&columns)
}

fn corner(block: &[i16; 64]) -> [u8; 64] {
    let mut columns = [0_i16; 64];
    for x in 0..4 {
        let at = |y: usize| i32::from(block[8 * y + x]);
        let low = at(0) << 13;
        let (t2, t3) = (at(2) * C0_541, at(2) * (C0_541 + C0_765));
        let even = [low + t3, low + t2, low - t2, low - t3];
        for y in 0..4 {
            let odd = at(1) * ODD[0][y] + at(3) * ODD[1][y];
            columns[8 * y + x] = between(even[y].wrapping_add(odd));
            columns[8 * (7 - y) + x] = between(even[y].wrapping_sub(odd));
        }
    }
    rows::<4>(&columns)
}

/// What coefficients 1, 3, 5, 7 add to the samples 0 to 3 and take from 7 to 4.
const ODD: [[i32; 4]; 4] = {
    let (a, b) = (C1_501 - C0_899 - C0_390 + C1_175, C1_175 - C0_390);
    let (c, d) = (C1_175 - C0_899, C3_072 - C2_562 - C1_961 + C1_175);
    let (e, f) = (C1_175 - C2_562, C1_175 - C1_961);
    let (g, h) = (C2_053 - C2_562 - C0_390 + C1_175, C0_298 - C0_899 - C1_961 + C1_175);
    [[a, C1_175, b, c], [C1_175, d, e, f], [b, e, g, C1_175], [c, f, C1_175, h]]
};

/// What coefficients 2 and 6 add to the samples 0 to 3 and to 7 to 4.
const EVEN: [[i32; 4]; 2] = {
    let (a, b, c) = (C0_541 + C0_765, C0_541, C0_541 - C1_847);
    [[a, b, -b, -a], [b, c, -c, -b]]
};

/// After the columns: 2 bits behind the point stay.
#[inline(always)]
fn between(value: i32) -> i16 {
    (value.wrapping_add(1 << 10) >> 11).clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// Half for rounding, and 128 for the shift of levels.
const BIAS: i32 = (1 << 17) + (128 << 18);

/// The rows, of which only the first `COUNT` values may differ from zero.
#[inline(always)]
fn rows<const COUNT: usize>(columns: &[i16; 64]) -> [u8; 64] {
    let mut samples = [0; 64];
    for (row, samples) in columns.as_chunks::<8>().0.iter().zip(samples.as_chunks_mut::<8>().0) {
        let at = |u: usize| i32::from(row[u]);
        let mut sums = [0; 8];
        for x in 0..4 {
            let mut even = (at(0) << 13) + BIAS + at(2) * EVEN[0][x];
            let mut odd = at(1) * ODD[0][x] + at(3) * ODD[1][x];
            if COUNT > 4 {
                even += at(4) * [1 << 13, -(1 << 13), -(1 << 13), 1 << 13][x] + at(6) * EVEN[1][x];
                odd += at(5) * ODD[2][x] + at(7) * ODD[3][x];
            }
            sums[x] = even.wrapping_add(odd) >> 18;
            sums[7 - x] = even.wrapping_sub(odd) >> 18;
        }
        for (sample, sum) in samples.iter_mut().zip(sums) {
            *sample = sum.clamp(0, 255) as u8;
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::jpeg::coefficients::NATURAL;

    /// Blocks of all kinds, from a generator of random numbers that is always the same.
    fn blocks(last: usize) -> impl Iterator<Item = [i16; 64]> {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i32
        };
        (0..500).map(move |_| {
            let mut block = [0; 64];
            for place in &NATURAL[..=last] {
                block[usize::from(*place)] = (random() % 400 - 200) as i16;
            }
            block
        })
    }

    #[test]
    fn short_cuts_change_nothing() {
        for last in 0..=9 {
            for block in blocks(last) {
                assert_eq!(samples(&block, last), full(&block), "{last}");
            }
        }
    }

    /// Against the sums of the standard in floating point, which rounding may differ from by one.
    #[test]
    fn samples_are_those_of_the_standard() {
        for block in blocks(63) {
            let small = block.map(|value| value / 4);
            let ours = samples(&small, 63);
            for (place, ours) in ours.iter().enumerate() {
                let (x, y) = ((place % 8) as f64, (place / 8) as f64);
                let basis = |k: usize, at: f64| {
                    let scale = if k == 0 { 0.125_f64 } else { 0.25 }.sqrt();
                    scale * ((2.0 * at + 1.0) * k as f64 * std::f64::consts::PI / 16.0).cos()
                };
                let terms = small.iter().enumerate();
                let sum: f64 = terms.map(|(k, value)| f64::from(*value) * basis(k % 8, x) * basis(k / 8, y)).sum();
                let theirs = (sum + 128.0).clamp(0.0, 255.0);
                assert!((f64::from(*ours) - theirs).abs() < 1.0, "{ours} {theirs}");
            }
        }
    }
}
