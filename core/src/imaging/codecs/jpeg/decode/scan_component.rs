//! The components of a sequential scan, and how what lanes decode of them becomes blocks.

use fearless_simd::Simd as Vectors;

use crate::imaging::simd::Kernel;

use super::idct::Block;
use super::speculative::{Mcus, dequantise};
use crate::imaging::codecs::jpeg::zigzag::NATURAL;

/// How many units are decoded before samples are made of them: their coefficients stay in the nearest cache.
pub(super) const MCUS_AT_ONCE: usize = 8;

/// A component of the scan.
pub(super) struct Member {
    pub component: usize,
    /// Steps of quantisation in zigzag order, and of the square that lanes keep.
    pub quant_table: [i16; 64],
    pub square_quant_table: [i16; 64],
    /// The last coefficient in zigzag order that is needed.
    pub wanted: usize,
    /// Blocks of a unit.
    pub horizontal: usize,
    pub vertical: usize,
    /// The place of its first block among those decoded.
    pub start: usize,
    /// The side of the square that lanes keep of a block.
    pub side: usize,
}

impl Member {
    /// The place of a block of a unit.
    #[inline(always)]
    pub(super) fn place(&self, mcu: usize, row: usize, column: usize) -> usize {
        self.start + (row * MCUS_AT_ONCE + mcu) * self.horizontal + column
    }
}

/// Makes blocks of units that lanes have decoded, from `first` on. In each unit the squares of the member start at
/// `offset`, and `SIDE` is their side.
pub(super) struct Take<'a, const SIDE: usize> {
    pub member: &'a Member,
    pub mcus: &'a Mcus<'a>,
    pub offset: usize,
    pub first: usize,
    pub dc_predictor: &'a mut i32,
    pub blocks: &'a mut [Block],
    pub last_nonzero: &'a mut [u8],
}

impl<const SIDE: usize> Kernel for Take<'_, SIDE> {
    #[inline(always)]
    fn run<S: Vectors>(self, vectors: S) {
        let Self { member, mcus, .. } = self;
        for (mcu, values) in (self.first..).zip(mcus.iter()) {
            let mut squares = values.get(self.offset..).unwrap_or_default().chunks_exact(SIDE * SIDE);
            for row in 0..member.vertical {
                for column in 0..member.horizontal {
                    let place = member.place(mcu, row, column);
                    let (Some(block), Some(last)) = (self.blocks.get_mut(place), self.last_nonzero.get_mut(place))
                    else {
                        continue;
                    };
                    let Some(square) = squares.next() else { continue };
                    *last =
                        (SIDE > 1 && dequantise::<S, SIDE>(vectors, square, &member.square_quant_table, block)).into();
                    *self.dc_predictor = self.dc_predictor.wrapping_add(square[0].into());
                    block[0] = (*self.dc_predictor as i16).wrapping_mul(member.quant_table[0]);
                }
            }
        }
    }
}

/// The steps of the upper left square of a block, row by row.
pub(super) fn in_square(quant_table: &[i16; 64], side: usize) -> [i16; 64] {
    let mut square = [0; 64];
    for (place, quant) in NATURAL.iter().zip(quant_table) {
        let (x, y) = (usize::from(*place) % 8, usize::from(*place) / 8);
        if x < side && y < side {
            square[y * side + x] = *quant;
        }
    }
    square
}
