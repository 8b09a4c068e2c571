//! The inverse DCT at the full size and at scaled sizes (T.81, A.3.3).
//!
//! Blocks of 8 x 8 are bit-exact with libjpeg's accurate integer method, the reference of other decoders: 13 fractional bits,
//! columns first, rounded to 2 fractional bits in between. At a scaled size, n samples of a side are computed from the n lowest
//! coefficients by the transform of length n. That keeps the low frequencies and drops the others, without the aliasing that a
//! mean of neighbouring samples would add:
//!
//! ```text
//! first row of coefficients     80 -120 0 40 0 0 0 30, all others 0
//! 8 samples in each row         124 116 124 125 151 152 160 152
//! 4 samples, of 80 -120 0 40    121     123     153     155        means of two: 120.1 124.2 151.8 155.9
//! 2 samples, of 80 -120         123             153                means of four: 122.1 153.9
//! 1 sample, of 80               138                                80 / 8 + 128, exactly the mean
//! ```
//!
//! Products are computed in pairs, since one vector instruction multiplies two pairs of 16-bit numbers and adds the products.
//! Sums that exceed 32 bits wrap around, which happens only in damaged files.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i8x16, i8x32, i16x8, i16x16, i32x4, i32x8, u8x16, u8x32};

use super::cosines::{COSINES, WHOLE};

/// Coefficients in natural order, dequantised.
pub(super) type Block = [i16; 64];

/// The constants of a transform, arranged in pairs.
pub(super) struct Basis {
    /// Of columns: by pair of even coefficients (0 and 2, 4 and 6) and by sample of the first half.
    even: [[i32; 4]; 2],
    /// The same for odd coefficients (1 and 3, 5 and 7), whose contributions change sign in the second half.
    odd: [[i32; 4]; 2],
    /// Of rows: by pair of neighbouring coefficients, both for each sample.
    rows: [[i16; 16]; 4],
    /// Fractional bits that are dropped after the columns, and after the rows.
    between: u32,
    end: u32,
}

impl Basis {
    const fn new(cosines: &[[i16; 8]; 8], between: u32, end: u32) -> Self {
        let mut basis = Self { even: [[0; 4]; 2], odd: [[0; 4]; 2], rows: [[0; 16]; 4], between, end };
        let mut pair = 0;
        while pair < 4 {
            let mut x = 0;
            while x < 8 {
                basis.rows[pair][2 * x] = cosines[2 * pair][x];
                basis.rows[pair][2 * x + 1] = cosines[2 * pair + 1][x];
                if pair < 2 && x < 4 {
                    basis.even[pair][x] = both(cosines[4 * pair][x], cosines[4 * pair + 2][x]);
                    basis.odd[pair][x] = both(cosines[4 * pair + 1][x], cosines[4 * pair + 3][x]);
                }
                x += 1;
            }
            pair += 1;
        }
        basis
    }

    /// The transforms of columns and of rows for this many samples, with the same number of fractional bits.
    #[inline(always)]
    pub(super) fn of(across: usize, down: usize) -> (&'static Self, &'static Self) {
        let basis = |length: usize| &BASES[if (across, down) == (8, 8) { 8 } else { (length.max(1) - 1) & 7 }];
        (basis(down), basis(across))
    }
}

/// Packs two 16-bit numbers into one of 32 bits, the first in the lower half.
const fn both(first: i16, second: i16) -> i32 {
    (first as u16 as u32 | (second as u16 as u32) << 16) as i32
}

/// By length less 1; the last is the transform of full blocks.
static BASES: [Basis; 9] = [
    Basis::new(&COSINES[0], 11, 19),
    Basis::new(&COSINES[1], 11, 19),
    Basis::new(&COSINES[2], 11, 19),
    Basis::new(&COSINES[3], 11, 19),
    Basis::new(&COSINES[4], 11, 19),
    Basis::new(&COSINES[5], 11, 19),
    Basis::new(&COSINES[6], 11, 19),
    Basis::new(&COSINES[7], 11, 19),
    Basis::new(&WHOLE, 11, 18),
];

/// The only sample of a block at 1/8: the mean of all 64.
#[inline(always)]
pub(super) fn mean(block: &Block) -> u8 {
    (((i32::from(block[0]) + 4) >> 3) + 128).clamp(0, 255) as u8
}

/// The value of all samples of a block whose AC coefficients are zero, equal to that of [`samples`].
#[inline(always)]
pub(super) fn flat<const ACROSS: usize, const DOWN: usize>(block: &Block) -> u8 {
    let (down, across) = Basis::of(ACROSS, DOWN);
    let line = (i32::from(block[0]) * i32::from(down.rows[0][0]) + (1 << (down.between - 1))) >> down.between;
    let line = line.clamp(i16::MIN.into(), i16::MAX.into());
    let sample = (line * i32::from(across.rows[0][0]) + (1 << (across.end - 1))) >> across.end;
    (sample.clamp(-128, 127) + 128) as u8
}

/// The samples of a block, `ACROSS` in each of `DOWN` rows. The elements after them are unspecified.
#[inline(always)]
pub(super) fn samples<S: Simd, const ACROSS: usize, const DOWN: usize>(simd: S, block: &Block) -> [[u8; 8]; 8] {
    let (down, across) = Basis::of(ACROSS, DOWN);
    let none = i16x16::splat(simd, 0);
    let even = [pair(simd, block, 0), if DOWN > 4 { pair(simd, block, 4) } else { none }];
    let odd = [pair(simd, block, 1), if DOWN > 5 { pair(simd, block, 5) } else { none }];
    let mut columns = [[0; 4]; 8];
    for y in 0..DOWN.div_ceil(2) {
        let mut sum = i32x8::splat(simd, 1 << (down.between - 1)) + product(simd, even[0], down.even[0][y & 3]);
        let mut change = product(simd, odd[0], down.odd[0][y & 3]);
        if DOWN > 4 {
            sum += product(simd, even[1], down.even[1][y & 3]);
        }
        if DOWN > 5 {
            change += product(simd, odd[1], down.odd[1][y & 3]);
        }
        let lines: i16x16<S> = ((sum + change) >> down.between).saturating_narrow((sum - change) >> down.between);
        let lines: i32x8<S> = lines.bitcast();
        let (upper, lower) = lines.split();
        upper.store_array(&mut columns[y & 7]);
        lower.store_array(&mut columns[(DOWN - 1 - y) & 7]);
    }
    let mut samples = [[0; 8]; 8];
    for (samples, [a, b, c, d]) in samples.as_chunks_mut::<4>().0.iter_mut().zip(columns.as_chunks::<4>().0) {
        let upper: i16x16<S> = row::<S, ACROSS>(simd, across, a).saturating_narrow(row::<S, ACROSS>(simd, across, b));
        let lower: i16x16<S> = row::<S, ACROSS>(simd, across, c).saturating_narrow(row::<S, ACROSS>(simd, across, d));
        let centred: i8x32<S> = upper.saturating_narrow(lower);
        let centred: u8x32<S> = centred.bitcast();
        (centred ^ u8x32::splat(simd, 0x80)).store_slice(samples.as_flattened_mut());
        if DOWN <= 4 {
            break;
        }
    }
    samples
}

/// Interleaves a row of coefficients with the next but one, so that those of a column are adjacent.
#[inline(always)]
fn pair<S: Simd>(simd: S, block: &Block, first: usize) -> i16x16<S> {
    let (low, high) = line(simd, block, first).interleave(line(simd, block, first + 2));
    low.combine(high)
}

#[inline(always)]
fn line<S: Simd>(simd: S, block: &Block, v: usize) -> i16x8<S> {
    i16x8::load_array_ref(simd, &block.as_chunks::<8>().0[v & 7])
}

#[inline(always)]
fn product<S: Simd>(simd: S, pair: i16x16<S>, by: i32) -> i32x8<S> {
    simd.pairwise_dot_product_i16x16(pair, i32x8::splat(simd, by).bitcast())
}

/// The samples of a row, from its pairs of coefficients.
#[inline(always)]
fn row<S: Simd, const ACROSS: usize>(simd: S, basis: &Basis, pairs: &[i32; 4]) -> i32x8<S> {
    let mut sums = i32x8::splat(simd, 1 << (basis.end - 1));
    for (pair, by) in pairs.iter().zip(&basis.rows).take(ACROSS.div_ceil(2)) {
        sums += product(simd, i16x16::load_array_ref(simd, by), *pair);
    }
    sums >> basis.end
}

/// The same for at most 4 samples across and down.
#[inline(always)]
pub(super) fn few_samples<S: Simd, const ACROSS: usize, const DOWN: usize>(simd: S, block: &Block) -> [[u8; 4]; 4] {
    let (down, across) = Basis::of(ACROSS, DOWN);
    let even = simd.zip_low_i16x8(line(simd, block, 0), line(simd, block, 2));
    let odd = simd.zip_low_i16x8(line(simd, block, 1), line(simd, block, 3));
    let mut columns = [[0; 2]; 4];
    for y in 0..DOWN.div_ceil(2) {
        let sum = i32x4::splat(simd, 1 << (down.between - 1)) + few_products(simd, even, down.even[0][y & 3]);
        let change = few_products(simd, odd, down.odd[0][y & 3]);
        let lines: i16x8<S> = ((sum + change) >> down.between).saturating_narrow((sum - change) >> down.between);
        let lines: i32x4<S> = lines.bitcast();
        let [a, b, c, d] = lines.to_array();
        columns[y & 3] = [a, b];
        columns[(DOWN - 1 - y) & 3] = [c, d];
    }
    let [a, b, c, d] = &columns;
    let upper: i16x8<S> =
        few_row::<S, ACROSS>(simd, across, a).saturating_narrow(few_row::<S, ACROSS>(simd, across, b));
    let lower = if DOWN > 2 {
        few_row::<S, ACROSS>(simd, across, c).saturating_narrow(few_row::<S, ACROSS>(simd, across, d))
    } else {
        upper
    };
    let centred: i8x16<S> = upper.saturating_narrow(lower);
    let centred: u8x16<S> = centred.bitcast();
    let mut samples = [[0; 4]; 4];
    (centred ^ u8x16::splat(simd, 0x80)).store_slice(samples.as_flattened_mut());
    samples
}

#[inline(always)]
fn few_products<S: Simd>(simd: S, pair: i16x8<S>, by: i32) -> i32x4<S> {
    simd.pairwise_dot_product_i16x8(pair, i32x4::splat(simd, by).bitcast())
}

#[inline(always)]
fn few_row<S: Simd, const ACROSS: usize>(simd: S, basis: &Basis, pairs: &[i32; 2]) -> i32x4<S> {
    let mut sums = i32x4::splat(simd, 1 << (basis.end - 1));
    for (pair, by) in pairs.iter().zip(&basis.rows).take(ACROSS.div_ceil(2)) {
        sums += few_products(simd, i16x8::from_slice(simd, &by[..8]), *pair);
    }
    sums >> basis.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;
    use crate::imaging::simd::Kernel;

    /// The samples of a block, row by row.
    struct Samples<'a, const ACROSS: usize, const DOWN: usize>(&'a Block, &'a mut Vec<u8>);

    impl<const ACROSS: usize, const DOWN: usize> Kernel for Samples<'_, ACROSS, DOWN> {
        fn run<S: Simd>(self, vectors: S) {
            let wide = samples::<S, ACROSS, DOWN>(vectors, self.0);
            self.1.extend(wide[..DOWN].iter().flat_map(|row| &row[..ACROSS]));
            if ACROSS <= 4 && DOWN <= 4 {
                let few = few_samples::<S, ACROSS, DOWN>(vectors, self.0);
                let few: Vec<u8> = few[..DOWN].iter().flat_map(|row| row[..ACROSS].to_vec()).collect();
                assert_eq!(&few, self.1, "{ACROSS} x {DOWN}");
            }
        }
    }

    fn samples_of<const ACROSS: usize, const DOWN: usize>(block: &Block) -> Vec<u8> {
        use crate::imaging::simd::Simd;
        let [mut ours, mut plain] = [Vec::new(), Vec::new()];
        Simd::detect().run_kernel(Samples::<ACROSS, DOWN>(block, &mut ours));
        Simd::TARGET.run_kernel(Samples::<ACROSS, DOWN>(block, &mut plain));
        assert_eq!(ours, plain, "{ACROSS} x {DOWN}");
        ours
    }

    /// Blocks of all kinds, from a generator of random numbers that is always the same.
    fn blocks(last: usize, most: i32) -> impl Iterator<Item = Block> {
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i32
        };
        (0..300).map(move |_| {
            let mut block = [0; 64];
            for place in &NATURAL_ORDER[..=last] {
                block[usize::from(*place)] = (random() % (2 * most) - most) as i16;
            }
            block
        })
    }

    /// Compared with the sums of the standard in floating point, over as many coefficients as there are samples.
    fn are_those_of_the_transform<const ACROSS: usize, const DOWN: usize>() {
        let basis = |k: usize, at: usize, length: usize| {
            let scale = if k == 0 { 0.125_f64 } else { 0.25 }.sqrt();
            scale * ((2 * at + 1) as f64 * k as f64 * std::f64::consts::PI / (2 * length) as f64).cos()
        };
        for block in blocks(63, 50) {
            for (place, ours) in samples_of::<ACROSS, DOWN>(&block).into_iter().enumerate() {
                let (x, y) = (place % ACROSS, place / ACROSS);
                let terms = (0..DOWN).flat_map(|v| (0..ACROSS).map(move |u| (u, v)));
                let sum: f64 =
                    terms.map(|(u, v)| f64::from(block[8 * v + u]) * basis(u, x, ACROSS) * basis(v, y, DOWN)).sum();
                let theirs = (sum + 128.0).clamp(0.0, 255.0);
                assert!((f64::from(ours) - theirs).abs() < 0.7, "{ACROSS} x {DOWN}: {ours} {theirs}");
            }
        }
        // Coefficients that only damaged files have: the copies for all processors agree on them too.
        for block in blocks(63, 32_767) {
            samples_of::<ACROSS, DOWN>(&block);
        }
        for block in blocks(0, 2_000) {
            let flat = flat::<ACROSS, DOWN>(&block);
            assert_eq!(samples_of::<ACROSS, DOWN>(&block), [flat].repeat(ACROSS * DOWN));
        }
    }

    #[test]
    fn samples_are_those_of_the_transform_of_their_length() {
        are_those_of_the_transform::<8, 8>();
        are_those_of_the_transform::<7, 7>();
        are_those_of_the_transform::<6, 6>();
        are_those_of_the_transform::<5, 5>();
        are_those_of_the_transform::<4, 4>();
        are_those_of_the_transform::<3, 3>();
        are_those_of_the_transform::<2, 2>();
        are_those_of_the_transform::<1, 1>();
        are_those_of_the_transform::<8, 4>();
        are_those_of_the_transform::<3, 6>();
        are_those_of_the_transform::<2, 1>();
        are_those_of_the_transform::<1, 8>();
    }

    #[test]
    fn a_flat_block_is_its_mean() {
        for block in blocks(0, 1_200) {
            assert_eq!((flat::<8, 8>(&block), samples_of::<8, 8>(&block)), (mean(&block), vec![mean(&block); 64]));
        }
    }
}
