//! The components of a baseline scan, and how blocks are stored that were decoded speculatively.

use fearless_simd::Simd as Vectors;

use crate::imaging::simd::Kernel;

use super::idct::Block;
use super::speculative::{Mcus, dequantise};
use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

/// MCUs that are decoded before they are transformed, so that their coefficients stay in the L1 cache.
pub(super) const MCUS_AT_ONCE: usize = 8;

/// A component of a baseline scan.
pub(super) struct BaselineComponent {
    pub index: usize,
    /// The quantisation table in zigzag order, and that of the square of coefficients that speculative decoding keeps, row by
    /// row.
    pub quant_table: [i16; 64],
    pub square_quant_table: [i16; 64],
    /// The zigzag index of the last coefficient that is needed.
    pub wanted: usize,
    /// Blocks of an MCU, across and down.
    pub horizontal: usize,
    pub vertical: usize,
    /// The index of its first block among the decoded blocks.
    pub start: usize,
    /// The side of the square of coefficients that speculative decoding keeps of a block.
    pub side: usize,
}

impl BaselineComponent {
    /// The index of a block of an MCU.
    #[inline(always)]
    pub(super) fn place(&self, mcu: usize, row: usize, column: usize) -> usize {
        self.start + (row * MCUS_AT_ONCE + mcu) * self.horizontal + column
    }
}

/// Stores the blocks of a component of speculatively decoded MCUs, from MCU `first` on. The scaled blocks of the component,
/// of `SIDE` x `SIDE` coefficients, start at `offset` in each MCU.
pub(super) struct StoreBlocks<'a, const SIDE: usize> {
    pub component: &'a BaselineComponent,
    pub mcus: &'a Mcus<'a>,
    pub offset: usize,
    pub first: usize,
    pub dc_predictor: &'a mut i32,
    pub blocks: &'a mut [Block],
    pub last_nonzero: &'a mut [u8],
}

impl<const SIDE: usize> Kernel for StoreBlocks<'_, SIDE> {
    #[inline(always)]
    fn run<S: Vectors>(self, vectors: S) {
        let Self { component, mcus, .. } = self;
        for (mcu, values) in (self.first..).zip(mcus.iter()) {
            let mut scaled_blocks = values.get(self.offset..).unwrap_or_default().chunks_exact(SIDE * SIDE);
            for row in 0..component.vertical {
                for column in 0..component.horizontal {
                    let place = component.place(mcu, row, column);
                    let (Some(block), Some(last)) = (self.blocks.get_mut(place), self.last_nonzero.get_mut(place))
                    else {
                        continue;
                    };
                    let Some(scaled_block) = scaled_blocks.next() else { continue };
                    *last = (SIDE > 1
                        && dequantise::<S, SIDE>(vectors, scaled_block, &component.square_quant_table, block))
                    .into();
                    *self.dc_predictor = self.dc_predictor.wrapping_add(scaled_block[0].into());
                    block[0] = (*self.dc_predictor as i16).wrapping_mul(component.quant_table[0]);
                }
            }
        }
    }
}

/// The quantisation table of the top left square of a block, row by row.
pub(super) fn in_square(quant_table: &[i16; 64], side: usize) -> [i16; 64] {
    let mut square = [0; 64];
    for (place, quant) in NATURAL_ORDER.iter().zip(quant_table) {
        let (x, y) = (usize::from(*place) % 8, usize::from(*place) / 8);
        if x < side && y < side {
            square[y * side + x] = *quant;
        }
    }
    square
}
