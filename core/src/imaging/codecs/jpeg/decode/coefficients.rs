//! Coefficients of one MCU row, for files that code them in several scans. Of each block only the coefficients are kept that
//! the scaled DCT needs, and for all others a bit that says whether they are zero, on which the meaning of later scans depends.

use crate::imaging::codecs::jpeg::zigzag::NATURAL_ORDER;

use super::frame::{Component, Frame};
use super::planes::Plane;

/// The coefficients of one component in a row of MCUs.
pub(super) struct CoefficientBuffer {
    /// Blocks of a row, padding included.
    across: usize,
    /// Blocks of all the picture across and down in a scan of the component alone.
    pub own: (usize, usize),
    dct_size: ScaledDctSize,
    /// By zigzag order the places of coefficients among those kept; one that is out of range for those that are not.
    places: [u8; 64],
    values: Vec<i16>,
    /// For each block a bit for each coefficient in zigzag order, set where it is not zero. None where only the first
    /// coefficient is kept, since nothing that depends on the others is read then.
    nonzero: Vec<u64>,
    /// What stands for a block's bits where there are none.
    unused: u64,
}

/// The size of the scaled DCT: a block of `across` by `down` samples is made of as many coefficients, those of the lowest
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

    /// The place of a coefficient, by its zigzag order, among those kept.
    fn place(self, k: usize) -> Option<usize> {
        let natural = usize::from(NATURAL_ORDER[k & 63]);
        let (x, y) = (natural % 8, natural / 8);
        (x < self.across && y < self.down).then_some(y * self.across + x)
    }

    /// The last coefficient in zigzag order that is kept.
    pub(super) fn last(self) -> usize {
        (0..64).rev().find(|k| self.place(*k).is_some()).unwrap_or(0)
    }
}

/// Whether it is kept which coefficients are zero. Where only the first is wanted, no scan is decoded to whose bits that
/// matters, unless `is_whole`: all scans are.
fn tracks_nonzero(dct_size: ScaledDctSize, is_whole: bool) -> bool {
    dct_size.values() > 1 || is_whole
}

/// One block.
pub(super) struct BufferedBlock<'a> {
    pub places: &'a [u8; 64],
    pub values: &'a mut [i16],
    pub nonzero: &'a mut u64,
}

impl BufferedBlock<'_> {
    /// A coefficient by its zigzag order, if it is kept.
    #[inline(always)]
    pub(super) fn value(&mut self, k: usize) -> Option<&mut i16> {
        self.values.get_mut(usize::from(self.places[k & 63]))
    }
}

impl CoefficientBuffer {
    /// Bytes of the coefficients of a component.
    pub(super) fn memory_bytes(frame: &Frame, component: Component, dct_size: ScaledDctSize, is_whole: bool) -> u64 {
        let nonzero_bytes = if tracks_nonzero(dct_size, is_whole) { 8 } else { 0 };
        let blocks = u64::from(frame.padded_grid(component).0) * u64::from(component.vertical);
        blocks * (2 * dct_size.values() as u64 + nonzero_bytes)
    }

    pub(super) fn new(frame: &Frame, component: Component, dct_size: ScaledDctSize, is_whole: bool) -> Self {
        let (across, _) = frame.padded_grid(component);
        let own = frame.own_grid(component);
        let blocks = across as usize * usize::from(component.vertical);
        Self {
            across: across as usize,
            own: (own.0 as usize, own.1 as usize),
            dct_size,
            places: std::array::from_fn(|k| dct_size.place(k).map_or(u8::MAX, |place| place as u8)),
            values: vec![0; blocks * dct_size.values()],
            nonzero: vec![0; if tracks_nonzero(dct_size, is_whole) { blocks } else { 0 }],
            unused: 0,
        }
    }

    /// Makes all of them zero, for the next row of MCUs.
    pub(super) fn clear(&mut self) {
        self.values.fill(0);
        self.nonzero.fill(0);
    }

    /// A bit for each coefficient that is kept, in zigzag order.
    pub(super) fn wanted(&self) -> u64 {
        (0..64).filter(|k| self.dct_size.place(*k).is_some()).fold(0, |wanted, k| wanted | 1 << k)
    }

    /// A block by its column and its row within the row of MCUs.
    #[inline(always)]
    pub(super) fn block(&mut self, column: usize, row: usize) -> Option<BufferedBlock<'_>> {
        let number = row * self.across + column;
        let (start, count) = (number * self.dct_size.values(), self.dct_size.values());
        let values = self.values.get_mut(start..start + count)?;
        let nonzero = self.nonzero.get_mut(number).unwrap_or(&mut self.unused);
        Some(BufferedBlock { places: &self.places, values, nonzero })
    }

    /// Writes blocks that lie side by side, dequantised and in natural order, and their last coefficients in zigzag
    /// order. `quant_table` is in natural order too.
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
