//! The vertical convolution, the first pass of a resampling, with vector instructions.
//!
//! These multiply 16-bit numbers and add two adjacent products in one instruction, so two rows are interleaved in memory.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x16, i32x8};

use super::filter::COEFFICIENT_BITS;
use crate::imaging::simd::Kernel;

/// Fractional bits of a sample between the two passes.
pub(super) const INTERMEDIATE_BITS: u32 = 6;
/// Columns that are convolved at once: their sums stay in registers.
pub(super) const CHUNK_COLUMNS: usize = 32;

/// The interleaved samples of two rows, `CHUNK_COLUMNS` columns each.
pub(super) type Pairs = [[i16; 2]; CHUNK_COLUMNS];

/// Interleaves two rows.
#[inline(always)]
pub(super) fn interleave_rows(upper: &[u8], lower: &[u8], pairs: &mut [Pairs]) {
    for ((pair, upper), lower) in pairs.as_flattened_mut().iter_mut().zip(upper).zip(lower) {
        *pair = [(*upper).into(), (*lower).into()];
    }
}

/// Computes one intermediate row: a row of the result that has all columns of the source.
pub(super) struct VerticalConvolution<'a> {
    /// Pairs of source rows, interleaved, and both coefficients of each.
    pub rows: &'a [(&'a [Pairs], [i16; 2])],
    pub intermediate: &'a mut [i16],
}

impl Kernel for VerticalConvolution<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, vectors: S) {
        const SHIFT: u32 = COEFFICIENT_BITS - INTERMEDIATE_BITS;
        for (chunk, intermediate) in self.intermediate.as_chunks_mut::<CHUNK_COLUMNS>().0.iter_mut().enumerate() {
            let half = i32x8::splat(vectors, 1 << (SHIFT - 1));
            let (mut a, mut b, mut c, mut d) = (half, half, half, half);
            for (rows, [upper, lower]) in self.rows {
                let Some(pairs) = rows.get(chunk) else { break };
                let coefficients = i32::from(*upper as u16) | i32::from(*lower) << 16;
                let coefficients: i16x16<S> = i32x8::splat(vectors, coefficients).bitcast();
                let parts = pairs.as_flattened().as_chunks::<16>().0;
                a += vectors.pairwise_dot_product_i16x16(i16x16::load_array_ref(vectors, &parts[0]), coefficients);
                b += vectors.pairwise_dot_product_i16x16(i16x16::load_array_ref(vectors, &parts[1]), coefficients);
                c += vectors.pairwise_dot_product_i16x16(i16x16::load_array_ref(vectors, &parts[2]), coefficients);
                d += vectors.pairwise_dot_product_i16x16(i16x16::load_array_ref(vectors, &parts[3]), coefficients);
            }
            let left: i16x16<S> = (a >> SHIFT).saturating_narrow(b >> SHIFT);
            let right: i16x16<S> = (c >> SHIFT).saturating_narrow(d >> SHIFT);
            let to = intermediate.as_chunks_mut::<16>().0;
            left.store_array(&mut to[0]);
            right.store_array(&mut to[1]);
        }
    }
}
