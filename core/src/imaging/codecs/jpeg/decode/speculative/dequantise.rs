//! Dequantises the square of coefficients that speculative decoding keeps of each block.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x8, mask16x8};

use super::super::idct::Block;

/// A mask of all coefficients but DC.
const OTHERS: [i16; 8] = [0, -1, -1, -1, -1, -1, -1, -1];

/// Multiplies a square of coefficients by its quantisation table, both row by row, and writes the products into the top left
/// corner of a block. Returns whether any AC coefficient is nonzero.
#[inline(always)]
pub(in super::super) fn dequantise<S: Simd, const SIDE: usize>(
    vectors: S,
    square: &[i16],
    quant_table: &[i16; 64],
    block: &mut Block,
) -> bool {
    if let (2, [a, b, c, d, ..]) = (SIDE, square) {
        block[1] = b.wrapping_mul(quant_table[1]);
        block[8] = c.wrapping_mul(quant_table[2]);
        block[9] = d.wrapping_mul(quant_table[3]);
        block[0] = a.wrapping_mul(quant_table[0]);
        return b | c | d != 0;
    }
    let nothing = i16x8::splat(vectors, 0);
    let mut others = i16x8::load_array_ref(vectors, &OTHERS);
    let mut any = nothing;
    let (lines, quant_table) = (square.as_chunks::<8>().0, quant_table.as_chunks::<8>().0);
    for (y, (line, quant_table)) in lines.iter().zip(quant_table).take(SIDE * SIDE / 8).enumerate() {
        let line = i16x8::load_array_ref(vectors, line);
        let products = line * i16x8::load_array_ref(vectors, quant_table);
        any |= line & others;
        others = !nothing;
        let to = block.as_chunks_mut::<8>().0;
        if SIDE == 8 {
            products.store_array(&mut to[y & 7]);
        } else {
            let mut two = [0; 8];
            products.store_array(&mut two);
            to[(2 * y) & 7][..4].copy_from_slice(&two[..4]);
            to[(2 * y + 1) & 7][..4].copy_from_slice(&two[4..]);
        }
    }
    let is_zero: mask16x8<S> = any.simd_eq(nothing);
    !is_zero.all_true()
}
