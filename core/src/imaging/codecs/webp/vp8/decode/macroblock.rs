//! `Macroblock`: the pixels of a macroblock, predicted and completed by their residuals.

use super::super::predict::{Edges, Mode, SubblockEdge, predict, predict_subblock};
use super::super::transform::{Block, inverse_dc, inverse_dct};
use super::modes::{LumaMode, MacroblockModes};
use super::tokens::Coefficients;

/// The pixels of a macroblock. A row of chroma is 8 pixels of U and 8 of V, so that a vector holds both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Macroblock {
    pub luma: [[u8; 16]; 16],
    pub chroma: [[u8; 16]; 8],
}

impl Macroblock {
    pub(super) const BLACK: Self = Self { luma: [[0; 16]; 16], chroma: [[128; 16]; 8] };
}

/// The pixels above a macroblock, before the loop filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Above {
    pub luma: [u8; 16],
    pub chroma: [u8; 16],
}

impl Above {
    /// Above the frame.
    pub(super) const OUTSIDE: Self = Self { luma: [127; 16], chroma: [127; 16] };

    /// The lowest pixels of a macroblock.
    #[inline(always)]
    pub(super) fn below(macroblock: &Macroblock) -> Self {
        Self { luma: macroblock.luma[15], chroma: macroblock.chroma[7] }
    }
}

/// What a macroblock is predicted from.
pub(super) struct Neighbours {
    pub above: Above,
    /// The luma above and to the right of it.
    pub above_right: [u8; 4],
    /// Luma to the left, and chroma of both planes.
    pub left_luma: [u8; 16],
    pub left_chroma: [[u8; 8]; 2],
    /// The corner above and to the left: of luma, U and V.
    pub corner: [u8; 3],
    pub has_above: bool,
    pub has_left: bool,
}

impl Macroblock {
    /// The pixels at its right edge: luma, U and V.
    #[inline(always)]
    pub(super) fn right_edge(&self) -> ([u8; 16], [[u8; 8]; 2]) {
        (self.luma.map(|row| row[15]), [self.chroma.map(|row| row[7]), self.chroma.map(|row| row[15])])
    }

    /// Predicts all pixels and adds the residuals.
    #[inline(always)]
    pub(super) fn reconstruct(&mut self, modes: &MacroblockModes, neighbours: &Neighbours, residuals: &Coefficients) {
        match &modes.luma {
            LumaMode::Whole(mode) => {
                let Neighbours { has_above: has_top, has_left, .. } = *neighbours;
                let (top, left, top_left) = (neighbours.above.luma, neighbours.left_luma, neighbours.corner[0]);
                self.luma = predict(*mode, &Edges { top, left, top_left, has_top, has_left });
                for number in 0..16 {
                    if residuals.present >> number & 1 == 1 {
                        add(&mut self.luma, (number % 4 * 4, number / 4 * 4), residuals, number);
                    }
                }
            }
            LumaMode::Subblocks(modes) => {
                for (row, modes) in modes.iter().enumerate() {
                    for (column, mode) in modes.iter().enumerate() {
                        let edge = self.edge(neighbours, row, column);
                        let pixels = predict_subblock(*mode, &edge);
                        for (to, from) in self.luma.iter_mut().skip(4 * row).zip(pixels) {
                            to[4 * column..4 * column + 4].copy_from_slice(&from);
                        }
                        let number = 4 * row + column;
                        if residuals.present >> number & 1 == 1 {
                            add(&mut self.luma, (4 * column, 4 * row), residuals, number);
                        }
                    }
                }
            }
        }
        self.predict_chroma(modes.chroma, neighbours);
        for number in 16..24 {
            if residuals.present >> number & 1 == 1 {
                let (plane, block) = ((number - 16) / 4, number % 4);
                add(&mut self.chroma, (8 * plane + block % 2 * 4, block / 2 * 4), residuals, number);
            }
        }
    }

    #[inline(always)]
    fn predict_chroma(&mut self, mode: Mode, neighbours: &Neighbours) {
        let Neighbours { has_above: has_top, has_left, .. } = *neighbours;
        let tops = neighbours.above.chroma.as_chunks::<8>().0;
        for (plane, (top, left)) in tops.iter().zip(neighbours.left_chroma).enumerate() {
            let top_left = neighbours.corner[1 + plane];
            let pixels = predict(mode, &Edges { top: *top, left, top_left, has_top, has_left });
            for (to, from) in self.chroma.iter_mut().zip(pixels) {
                to.as_chunks_mut::<8>().0[plane] = from;
            }
        }
    }

    /// The pixels around a subblock. Those above and to the right of the subblocks at the right edge are above the macroblock for
    /// all of them (RFC 6386, section 12.3).
    #[inline(always)]
    fn edge(&self, neighbours: &Neighbours, row: usize, column: usize) -> SubblockEdge {
        let mut edge = [0; 13];
        let (x, y) = (4 * column, 4 * row);
        let above = if row == 0 { &neighbours.above.luma } else { &self.luma[y - 1] };
        for (at, to) in edge.iter_mut().take(4).enumerate() {
            let y = y + 3 - at;
            *to = if column == 0 { neighbours.left_luma[y] } else { self.luma[y][x - 1] };
        }
        edge[4] = match (row, column) {
            (0, 0) => neighbours.corner[0],
            (_, 0) => neighbours.left_luma[y - 1],
            _ => above[x - 1],
        };
        edge[5..9].copy_from_slice(&above[x..x + 4]);
        if column == 3 {
            edge[9..].copy_from_slice(&neighbours.above_right);
        } else {
            edge[9..].copy_from_slice(&above[x + 4..x + 8]);
        }
        edge
    }
}

/// Adds the residuals of a block to the pixels at `x`, `y`.
#[inline(always)]
fn add<const ROWS: usize>(pixels: &mut [[u8; 16]; ROWS], (x, y): (usize, usize), from: &Coefficients, number: usize) {
    let block: &Block = &from.blocks[number];
    let residuals = if from.with_ac >> number & 1 == 1 { inverse_dct(block) } else { [inverse_dc(block[0]); 16] };
    for (row, residuals) in pixels.iter_mut().skip(y).zip(residuals.as_chunks::<4>().0) {
        for (pixel, residual) in row.iter_mut().skip(x).zip(residuals) {
            *pixel = (i16::from(*pixel).saturating_add(*residual)).clamp(0, 255) as u8;
        }
    }
}
