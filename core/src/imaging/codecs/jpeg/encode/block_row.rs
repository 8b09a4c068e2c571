//! A row of blocks of a component: eight rows of samples, padded to full pairs of blocks by repeating the samples at the edges.

use super::dct;
use super::quantisation::QuantTable;

/// The samples of one row of blocks.
pub(super) struct BlockRow {
    samples: Vec<u8>,
}

impl BlockRow {
    pub(super) fn new() -> Self {
        Self { samples: Vec::new() }
    }

    /// Loads one to eight rows of `width` samples.
    pub(super) fn fill(&mut self, rows: &[u8], width: usize) {
        let stride = width.next_multiple_of(16);
        self.samples.clear();
        for row in rows.chunks_exact(width).take(8) {
            let last = row.last().copied().unwrap_or_default();
            self.samples.extend_from_slice(row);
            self.samples.resize(self.samples.len().next_multiple_of(stride), last);
        }
        let present = self.samples.len();
        let Some(last) = present.checked_sub(stride) else { return };
        for _ in present / stride..8 {
            self.samples.extend_from_within(last..present);
        }
    }

    /// Appends `count` blocks of coefficients, quantised if there is a table.
    #[inline(always)]
    pub(super) fn transform(&self, quant_table: Option<&QuantTable>, count: usize, blocks: &mut Vec<[i16; 64]>) {
        let stride = self.samples.len() / 8;
        let end = blocks.len() + count;
        for column in 0..stride / 16 {
            let row = |y: usize| self.samples.get(y * stride + 16 * column..).and_then(<[u8]>::first_chunk);
            let mut pair = dct::coefficients(std::array::from_fn(|y| row(y).unwrap_or(&[0; 16])));
            if let Some(quant_table) = quant_table {
                for block in &mut pair {
                    quant_table.quantize(block);
                }
            }
            blocks.extend_from_slice(&pair);
        }
        blocks.truncate(end);
    }
}
