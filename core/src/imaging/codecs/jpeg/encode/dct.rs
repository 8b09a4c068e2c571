//! The forward DCT of 8 x 8 samples (T.81, A.3.3), bit-exact with libjpeg's accurate integer method: 13 fractional bits, rows
//! first, rounded to 2 fractional bits in between, and coefficients that are scaled by 8.
//!
//! Two adjacent blocks are transformed at once, so that a vector has 16 lanes. The samples are transposed before the pass over
//! rows, and back before the pass over columns, so that both passes add and multiply whole vectors.

/// A vector of both blocks.
type Vector<T> = [T; 16];

/// The coefficients of two blocks, in natural order, from eight rows of both.
#[inline(always)]
pub(super) fn coefficients(rows: [&[u8; 16]; 8]) -> [[i16; 64]; 2] {
    let mut columns = [[0_u8; 16]; 8];
    for half in [0, 8] {
        let rows = rows.map(|row| u64::from_le_bytes(std::array::from_fn(|x| row[half + x])));
        for (column, transposed) in columns.iter_mut().zip(transpose_bytes(rows)) {
            column[half..half + 8].copy_from_slice(&transposed.to_le_bytes());
        }
    }
    let across = pass::<u8, 11>(&columns, |sample| i16::from(sample) - 128);
    let mut rows = [[0; 16]; 8];
    for half in [0, 8] {
        let block = std::array::from_fn(|u| std::array::from_fn(|y| across[u][half + y]));
        for (row, transposed) in rows.iter_mut().zip(transpose(block)) {
            row[half..half + 8].copy_from_slice(&transposed);
        }
    }
    let down = pass::<i16, 15>(&rows, |value| value);
    let mut blocks = [[0; 64]; 2];
    for (block, half) in blocks.iter_mut().zip([0, 8]) {
        for (to, from) in block.as_chunks_mut::<8>().0.iter_mut().zip(&down) {
            to.copy_from_slice(&from[half..half + 8]);
        }
    }
    blocks
}

/// Cosines times the square root of 2, and sums of them, with 13 fractional bits.
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

/// One pass: eight sums per lane. It drops `SHIFT` bits: 11 of 13, which leaves 2, or 15, those two as well.
#[inline(always)]
fn pass<T: Copy, const SHIFT: i32>(from: &[Vector<T>; 8], value: impl Fn(T) -> i16) -> [Vector<i16>; 8] {
    let mut to = [[0; 16]; 8];
    let half = 1 << (SHIFT - 1);
    let narrow = |sum: i32| (sum >> SHIFT).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    let wide = |value: i16| i32::from(value);
    for lane in 0..16 {
        let at = |x: usize| value(from[x][lane]);
        let sum = |x: usize| at(x).wrapping_add(at(7 - x));
        let difference = |x: usize| at(x).wrapping_sub(at(7 - x));

        let (s0, s1, s2, s3) = (sum(0), sum(1), sum(2), sum(3));
        let (outer, inner) = (s0.wrapping_add(s3), s1.wrapping_add(s2));
        if SHIFT < 13 {
            to[0][lane] = outer.wrapping_add(inner) << (13 - SHIFT);
            to[4][lane] = outer.wrapping_sub(inner) << (13 - SHIFT);
        } else {
            let round = 1 << (SHIFT - 14);
            to[0][lane] = outer.wrapping_add(inner).wrapping_add(round) >> (SHIFT - 13);
            to[4][lane] = outer.wrapping_sub(inner).wrapping_add(round) >> (SHIFT - 13);
        }
        let (outer, inner) = (s0.wrapping_sub(s3), s1.wrapping_sub(s2));
        let both = wide(outer.wrapping_add(inner)) * C0_541 + half;
        to[2][lane] = narrow(both + wide(outer) * C0_765);
        to[6][lane] = narrow(both - wide(inner) * C1_847);

        let (d0, d1, d2, d3) = (difference(0), difference(1), difference(2), difference(3));
        let (upper, lower) = (d3.wrapping_add(d1), d2.wrapping_add(d0));
        let all = wide(upper.wrapping_add(lower)) * C1_175 + half;
        let outer = wide(d3.wrapping_add(d0)) * -C0_899;
        let inner = wide(d2.wrapping_add(d1)) * -C2_562;
        let (upper, lower) = (all - wide(upper) * C1_961, all - wide(lower) * C0_390);
        to[1][lane] = narrow(wide(d0) * C1_501 + outer + lower);
        to[3][lane] = narrow(wide(d1) * C3_072 + inner + upper);
        to[5][lane] = narrow(wide(d2) * C2_053 + inner + lower);
        to[7][lane] = narrow(wide(d3) * C0_298 + outer + upper);
    }
    to
}

/// Transposes eight rows of eight bytes by swapping squares of 4, 2 and 1.
#[inline(always)]
fn transpose_bytes(mut rows: [u64; 8]) -> [u64; 8] {
    for (distance, mask) in [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff)] {
        for y in (0..8).filter(|y| y & distance == 0) {
            let (a, b) = (rows[y], rows[y + distance]);
            rows[y] = (a & mask) | ((b & mask) << (8 * distance));
            rows[y + distance] = (a >> (8 * distance) & mask) | (b & !mask);
        }
    }
    rows
}

/// The same for 16-bit numbers.
#[inline(always)]
fn transpose(block: [[i16; 8]; 8]) -> [[i16; 8]; 8] {
    let mut rows: [[u64; 2]; 8] = block.map(|row| {
        let four = |at: usize| (0..4).fold(0, |word, x| word | u64::from(row[at + x] as u16) << (16 * x));
        [four(0), four(4)]
    });
    for (distance, mask) in [(1, 0x0000_ffff_0000_ffff), (2, 0x0000_0000_ffff_ffff)] {
        for y in (0..8).filter(|y| y & distance == 0) {
            let (above, below) = (rows[y], rows[y + distance]);
            rows[y] = [0, 1].map(|half| (above[half] & mask) | ((below[half] & mask) << (16 * distance)));
            rows[y + distance] = [0, 1].map(|half| (above[half] >> (16 * distance) & mask) | (below[half] & !mask));
        }
    }
    for y in 0..4 {
        let (a, b) = (rows[y], rows[y + 4]);
        rows[y] = [a[0], b[0]];
        rows[y + 4] = [a[1], b[1]];
    }
    rows.map(|row| std::array::from_fn(|x| (row[x / 4] >> (16 * (x % 4))) as i16))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of all kinds, from a generator of random numbers that is always the same, and the extremes.
    fn rows_of_samples() -> impl Iterator<Item = [[u8; 16]; 8]> {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..300).map(move |kind| {
            let mut sample = |x: usize, y: usize| match kind % 5 {
                0 => random() as u8,
                1 => (random() % 2 * 255) as u8,
                2 => (128 + random() % 3) as u8,
                3 => ((x * 16 + y * kind) % 256) as u8,
                _ => [0, 255][(x * (kind / 5 % 8 + 1) / 8 + y * (kind / 40 + 1) / 8) % 2],
            };
            std::array::from_fn(|y| std::array::from_fn(|x| sample(x, y)))
        })
    }

    /// Compared with the sums of the standard in floating point; rounding may differ by one eighth.
    #[test]
    fn coefficients_are_those_of_the_standard() {
        let mut largest = 0.0_f64;
        for rows in rows_of_samples() {
            let blocks = coefficients(std::array::from_fn(|y| &rows[y]));
            for (half, block) in blocks.iter().enumerate() {
                for (place, ours) in block.iter().enumerate() {
                    let basis = |k: usize, at: usize| {
                        let scale = if k == 0 { 0.125_f64 } else { 0.25 }.sqrt();
                        scale * ((2 * at + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos()
                    };
                    let mut theirs = 0.0;
                    for (y, row) in rows.iter().enumerate() {
                        for x in 0..8 {
                            let sample = f64::from(row[8 * half + x]) - 128.0;
                            theirs += sample * basis(place % 8, x) * basis(place / 8, y);
                        }
                    }
                    largest = largest.max((f64::from(*ours) / 8.0 - theirs).abs());
                }
            }
        }
        assert!(largest < 0.25, "{largest}");
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let block: [[i16; 8]; 8] = std::array::from_fn(|y| std::array::from_fn(|x| (y * 1000 + x) as i16 - 3000));
        assert_eq!(transpose(block)[5][2], block[2][5]);
        assert_eq!(transpose(transpose(block)), block);
        let rows: [u64; 8] = std::array::from_fn(|y| 0x0102_0304_0506_0708 << (y % 3));
        assert_eq!(transpose_bytes(transpose_bytes(rows)), rows);
        assert_eq!(transpose_bytes(rows)[3].to_le_bytes()[1], rows[1].to_le_bytes()[3]);
    }
}
