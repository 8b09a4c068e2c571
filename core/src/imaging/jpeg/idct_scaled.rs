//! From the coefficients in the corner of a block to fewer samples than 64: each side of 1 to 8 samples is made of as
//! many coefficients by the transform of that length. It has the low frequencies as they are, and nothing above them that
//! could fold back, as the mean of neighbouring samples would have.

use super::coefficients::Corner;

/// The samples of a block, row by row, and how many they are. `block` is in natural order and dequantised; nothing behind
/// `last` in zigzag order and nothing outside of the corner is looked at.
#[inline(always)]
pub(super) fn scaled_samples(block: &[i16; 64], last: usize, corner: Corner) -> ([u8; 64], usize) {
    if last == 0 || corner.values() == 1 {
        let sample = ((i32::from(block[0]) + 4) >> 3) + 128;
        return ([sample.clamp(0, 255) as u8; 64], corner.values());
    }
    let samples = match (corner.across, corner.down) {
        (2, 2) => transform::<2, 2>(block),
        (4, 4) => transform::<4, 4>(block),
        (8, 8) => transform::<8, 8>(block),
        (2, 1) => transform::<2, 1>(block),
        (4, 2) => transform::<4, 2>(block),
        (8, 4) => transform::<8, 4>(block),
        (1, 2) => transform::<1, 2>(block),
        (2, 4) => transform::<2, 4>(block),
        (4, 8) => transform::<4, 8>(block),
        (3, 3) => transform::<3, 3>(block),
        (5, 5) => transform::<5, 5>(block),
        (6, 6) => transform::<6, 6>(block),
        (7, 7) => transform::<7, 7>(block),
        (across, down) => any_transform(block, across, down),
    };
    (samples, corner.values())
}

#[inline(always)]
fn transform<const ACROSS: usize, const DOWN: usize>(block: &[i16; 64]) -> [u8; 64] {
    any_transform(block, ACROSS, DOWN)
}

/// Bits behind the point of the cosines, and of what is between columns and rows.
const COSINE_BITS: u32 = 15;
const BETWEEN_BITS: u32 = 4;
/// Half for rounding, and 128 for the shift of levels.
const BIAS: i32 = (1 << (COSINE_BITS + BETWEEN_BITS - 1)) + (128 << (COSINE_BITS + BETWEEN_BITS));

#[inline(always)]
fn any_transform(block: &[i16; 64], across: usize, down: usize) -> [u8; 64] {
    let (columns, rows) = (cosines(down), cosines(across));
    let mut between = [[0_i32; 8]; 8];
    for y in 0..down.min(8) {
        let mut sums = [0_i32; 8];
        for v in 0..down.min(8) {
            let cosine = i32::from(columns[v][y]);
            for u in 0..across.min(8) {
                sums[u] = sums[u].wrapping_add(i32::from(block[8 * v + u]) * cosine);
            }
        }
        between[y] = sums.map(|sum| {
            let rounded = sum.wrapping_add(1 << (COSINE_BITS - BETWEEN_BITS - 1)) >> (COSINE_BITS - BETWEEN_BITS);
            rounded.clamp(i16::MIN.into(), i16::MAX.into())
        });
    }
    let mut samples = [0; 64];
    let mut places = samples.iter_mut();
    for row in between.iter().take(down) {
        let mut sums = [BIAS; 8];
        for u in 0..across.min(8) {
            for x in 0..across.min(8) {
                sums[x] = sums[x].wrapping_add(row[u] * i32::from(rows[u][x]));
            }
        }
        for (place, sum) in places.by_ref().zip(sums).take(across) {
            *place = (sum >> (COSINE_BITS + BETWEEN_BITS)).clamp(0, 255) as u8;
        }
    }
    samples
}

#[inline(always)]
fn cosines(length: usize) -> &'static [[i16; 8]; 8] {
    &COSINES[(length.max(1) - 1) & 7]
}

/// By length, frequency and place: the square root of (1 or 2) / 8, times cos((2 place + 1) frequency pi / (2 length)),
/// with 15 bits behind the point. Written down, since cosines are not the same on all machines.
#[rustfmt::skip]
static COSINES: [[[i16; 8]; 8]; 8] = [
    [
        [11585, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 0, 0, 0, 0, 0, 0],
        [11585, -11585, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 0, 0, 0, 0, 0],
        [14189, 0, -14189, 0, 0, 0, 0, 0],
        [8192, -16384, 8192, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 11585, 0, 0, 0, 0],
        [15137, 6270, -6270, -15137, 0, 0, 0, 0],
        [11585, -11585, -11585, 11585, 0, 0, 0, 0],
        [6270, -15137, 15137, -6270, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 11585, 11585, 0, 0, 0],
        [15582, 9630, 0, -9630, -15582, 0, 0, 0],
        [13255, -5063, -16384, -5063, 13255, 0, 0, 0],
        [9630, -15582, 0, 15582, -9630, 0, 0, 0],
        [5063, -13255, 16384, -13255, 5063, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 11585, 11585, 11585, 0, 0],
        [15826, 11585, 4240, -4240, -11585, -15826, 0, 0],
        [14189, 0, -14189, -14189, 0, 14189, 0, 0],
        [11585, -11585, -11585, 11585, 11585, -11585, 0, 0],
        [8192, -16384, 8192, 8192, -16384, 8192, 0, 0],
        [4240, -11585, 15826, -15826, 11585, -4240, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 11585, 11585, 11585, 11585, 0],
        [15973, 12810, 7109, 0, -7109, -12810, -15973, 0],
        [14761, 3646, -10215, -16384, -10215, 3646, 14761, 0],
        [12810, -7109, -15973, 0, 15973, 7109, -12810, 0],
        [10215, -14761, -3646, 16384, -3646, -14761, 10215, 0],
        [7109, -15973, 12810, 0, -12810, 15973, -7109, 0],
        [3646, -10215, 14761, -16384, 14761, -10215, 3646, 0],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
        [11585, 11585, 11585, 11585, 11585, 11585, 11585, 11585],
        [16069, 13623, 9102, 3196, -3196, -9102, -13623, -16069],
        [15137, 6270, -6270, -15137, -15137, -6270, 6270, 15137],
        [13623, -3196, -16069, -9102, 9102, 16069, 3196, -13623],
        [11585, -11585, -11585, 11585, 11585, -11585, -11585, 11585],
        [9102, -16069, 3196, 13623, -13623, -3196, 16069, -9102],
        [6270, -15137, 15137, -6270, -6270, 15137, -15137, 6270],
        [3196, -9102, 13623, -16069, 16069, -13623, 9102, -3196],
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the sums in floating point.
    #[test]
    fn samples_are_those_of_the_shorter_transform() {
        let mut state = 7_u32;
        for across in 1..=8 {
            for down in 1..=8 {
                let block: [i16; 64] = std::array::from_fn(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 16) as i32 % 100 - 50) as i16
                });
                let (samples, count) = scaled_samples(&block, 63, Corner { across, down });
                assert_eq!(count, across * down);
                for y in 0..down {
                    for x in 0..across {
                        let basis = |k: usize, at: usize, length: usize| {
                            let scale = if k == 0 { 0.125_f64 } else { 0.25 }.sqrt();
                            let angle = (2 * at + 1) as f64 * k as f64 * std::f64::consts::PI / (2 * length) as f64;
                            scale * angle.cos()
                        };
                        let terms = (0..down).flat_map(|v| (0..across).map(move |u| (u, v)));
                        let sum: f64 = terms
                            .map(|(u, v)| f64::from(block[8 * v + u]) * basis(u, x, across) * basis(v, y, down))
                            .sum();
                        let theirs = (sum + 128.0).clamp(0.0, 255.0);
                        let ours = f64::from(samples[y * across + x]);
                        assert!((ours - theirs).abs() < 0.6, "{across} x {down}: {ours} {theirs}");
                    }
                }
            }
        }
    }
}
