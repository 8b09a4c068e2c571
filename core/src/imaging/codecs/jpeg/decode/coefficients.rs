//! The coefficient buffer of one MCU row, for files that code their coefficients in several scans. Of each block only the
//! coefficients are kept that the scaled DCT needs, and of all others a bit that tells whether they are zero, on which the
//! meaning of later scans depends.

use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

use super::frame::{Component, Frame};
use super::planes::Plane;

/// The coefficients of one component in an MCU row.
pub(super) struct CoefficientBuffer {
    /// Blocks of a row in an interleaved scan.
    across: usize,
    /// Blocks of the whole picture across and down in a noninterleaved scan.
    pub noninterleaved: (usize, usize),
    dct_size: ScaledDctSize,
    /// The index of each coefficient, in zigzag order, among those that are kept; out of range for the others.
    indices: [u8; 64],
    values: Vec<i16>,
    /// Per block a bit for each coefficient in zigzag order, set if it is not zero. Empty if only DC is kept, since no scan is
    /// decoded then that depends on the others.
    nonzero: Vec<u64>,
    /// Takes the place of the bits of a block if there are none.
    unused: u64,
}

/// The size of the scaled DCT: a block of `across` by `down` samples is computed from as many coefficients, those of the lowest
/// frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScaledDctSize {
    pub across: usize,
    pub down: usize,
}

impl ScaledDctSize {
    pub(super) fn of(plane: &Plane) -> Self {
        Self { across: plane.across, down: plane.down }
    }

    pub(super) fn values(self) -> usize {
        self.across * self.down
    }

    /// The index of a coefficient, by its zigzag index, among those that are kept.
    fn index(self, k: usize) -> Option<usize> {
        let natural = usize::from(NATURAL_ORDER[k & 63]);
        let (x, y) = (natural % 8, natural / 8);
        (x < self.across && y < self.down).then_some(y * self.across + x)
    }

    /// The zigzag index of the last coefficient that is kept.
    pub(super) fn last(self) -> usize {
        (0..64).rev().find(|k| self.index(*k).is_some()).unwrap_or(0)
    }
}

/// Whether the buffer tracks which coefficients are nonzero. If only DC is kept, no scan is decoded that depends on it, unless
/// `is_whole`, for which all scans are decoded.
fn tracks_nonzero(dct_size: ScaledDctSize, is_whole: bool) -> bool {
    dct_size.values() > 1 || is_whole
}

/// One block.
pub(super) struct BufferedBlock<'a> {
    pub indices: &'a [u8; 64],
    pub values: &'a mut [i16],
    pub nonzero: &'a mut u64,
}

impl BufferedBlock<'_> {
    /// A coefficient by its zigzag index, if it is kept.
    #[inline(always)]
    pub(super) fn value(&mut self, k: usize) -> Option<&mut i16> {
        self.values.get_mut(usize::from(self.indices[k & 63]))
    }
}

impl CoefficientBuffer {
    /// The memory of the coefficients of a component, in bytes.
    pub(super) fn memory_bytes(frame: &Frame, component: Component, dct_size: ScaledDctSize, is_whole: bool) -> u64 {
        let nonzero_bytes = if tracks_nonzero(dct_size, is_whole) { 8 } else { 0 };
        let blocks = u64::from(frame.interleaved_grid(component).0) * u64::from(component.vertical);
        blocks * (2 * dct_size.values() as u64 + nonzero_bytes)
    }

    pub(super) fn new(frame: &Frame, component: Component, dct_size: ScaledDctSize, is_whole: bool) -> Self {
        let (across, _) = frame.interleaved_grid(component);
        let noninterleaved = frame.noninterleaved_grid(component);
        let blocks = across as usize * usize::from(component.vertical);
        Self {
            across: across as usize,
            noninterleaved: (noninterleaved.0 as usize, noninterleaved.1 as usize),
            dct_size,
            indices: std::array::from_fn(|k| dct_size.index(k).map_or(u8::MAX, |index| index as u8)),
            values: vec![0; blocks * dct_size.values()],
            nonzero: vec![0; if tracks_nonzero(dct_size, is_whole) { blocks } else { 0 }],
            unused: 0,
        }
    }

    /// Sets all coefficients to zero, for the next MCU row.
    pub(super) fn clear(&mut self) {
        self.values.fill(0);
        self.nonzero.fill(0);
    }

    /// A mask of the coefficients that are kept, in zigzag order.
    pub(super) fn wanted(&self) -> u64 {
        (0..64).filter(|k| self.dct_size.index(*k).is_some()).fold(0, |wanted, k| wanted | 1 << k)
    }

    /// A block by its column and its row within the MCU row.
    #[inline(always)]
    pub(super) fn block(&mut self, column: usize, row: usize) -> Option<BufferedBlock<'_>> {
        let number = row * self.across + column;
        let (start, count) = (number * self.dct_size.values(), self.dct_size.values());
        let values = self.values.get_mut(start..start + count)?;
        let nonzero = self.nonzero.get_mut(number).unwrap_or(&mut self.unused);
        Some(BufferedBlock { indices: &self.indices, values, nonzero })
    }

    /// Writes adjacent blocks, dequantised and in natural order, and the zigzag indices of their last nonzero coefficients.
    /// `quant_table` is in natural order too.
    #[inline(always)]
    pub(super) fn load(
        &self,
        column: usize,
        row: usize,
        quant_table: &[i16; 64],
        blocks: &mut [[i16; 64]],
        last_nonzero: &mut [u8],
    ) {
        let first = row * self.across + column;
        let values = self.values.get(first * self.dct_size.values()..).unwrap_or_default();
        let values = values.chunks_exact(self.dct_size.values());
        let nonzero = self.nonzero.get(first..).unwrap_or_default().iter().chain(std::iter::repeat(&0));
        for (((block, last), values), nonzero) in blocks.iter_mut().zip(last_nonzero).zip(values).zip(nonzero) {
            *last = 63 - (*nonzero | 1).leading_zeros() as u8;
            if let Some(values) = values.first_chunk::<64>() {
                for ((to, value), quant) in block.iter_mut().zip(values).zip(quant_table) {
                    *to = value.wrapping_mul(*quant);
                }
                continue;
            }
            let lines = values.chunks_exact(self.dct_size.across);
            for ((to, values), quant_table) in block.chunks_exact_mut(8).zip(lines).zip(quant_table.chunks_exact(8)) {
                for ((to, value), quant) in to.iter_mut().zip(values).zip(quant_table) {
                    *to = value.wrapping_mul(*quant);
                }
            }
        }
    }
}
