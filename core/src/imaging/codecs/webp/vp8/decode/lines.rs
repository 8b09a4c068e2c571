//! Rows of 16 pixels as vectors.
//!
//! Written as loops: closures of iterators and of arrays are compiled by themselves, without the instructions of the processor.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u8x16, u32x4, u64x2};

#[inline(always)]
pub(super) fn load<S: Simd, const ROWS: usize>(simd: S, rows: &[[u8; 16]; ROWS]) -> [u8x16<S>; ROWS] {
    let mut lines = [u8x16::splat(simd, 0); ROWS];
    for (line, row) in lines.iter_mut().zip(rows) {
        *line = u8x16::load_array(simd, *row);
    }
    lines
}

#[inline(always)]
pub(super) fn store<S: Simd, const ROWS: usize>(lines: &[u8x16<S>; ROWS], rows: &mut [[u8; 16]; ROWS]) {
    for (line, row) in lines.iter().zip(rows) {
        line.store_array(row);
    }
}

/// Four rows of 16 pixels, from four blocks of four rows of four pixels each.
#[inline(always)]
pub(super) fn joined<S: Simd>([a, b, c, d]: [u8x16<S>; 4]) -> [u8x16<S>; 4] {
    let (a, b): (u32x4<S>, u32x4<S>) = (a.bitcast(), b.bitcast());
    let (c, d): (u32x4<S>, u32x4<S>) = (c.bitcast(), d.bitcast());
    let (left_upper, left_lower): (u64x2<S>, u64x2<S>) = (a.zip_low(b).bitcast(), a.zip_high(b).bitcast());
    let (right_upper, right_lower): (u64x2<S>, u64x2<S>) = (c.zip_low(d).bitcast(), c.zip_high(d).bitcast());
    [
        left_upper.zip_low(right_upper).bitcast(),
        left_upper.zip_high(right_upper).bitcast(),
        left_lower.zip_low(right_lower).bitcast(),
        left_lower.zip_high(right_lower).bitcast(),
    ]
}
