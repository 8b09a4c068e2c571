//! `Macroblock`: the pixels of a macroblock, predicted and completed by their residuals.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x8, u8x16, u16x8, u32x4, u64x2};

use super::super::predict::{Mode, SubblockMode, dc};
use super::lines::{joined, store};
use super::modes::{LumaMode, MacroblockModes};
use super::residuals::{add, by_block, clamped, residuals};
use super::subblocks::{Edge, RowEdge};
use super::tokens::Coefficients;

/// The pixels of a macroblock. A row of chroma is 8 pixels of U and 8 of V, so that a vector holds both.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Macroblock {
    pub luma: [[u8; 16]; 16],
    pub chroma: [[u8; 16]; 8],
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

/// The pixels to the left of a macroblock, before the loop filter, and those above them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    luma: [u8; 16],
    u: [u8; 8],
    v: [u8; 8],
    /// Of luma, U and V.
    corners: [u8; 3],
}

impl Left {
    /// Outside of the frame.
    pub(super) fn outside(is_first_row: bool) -> Self {
        let corner = if is_first_row { 127 } else { 129 };
        Self { luma: [129; 16], u: [129; 8], v: [129; 8], corners: [corner; 3] }
    }

    /// The right edge of a macroblock that has these pixels above it.
    #[inline(always)]
    pub(super) fn of(macroblock: &Macroblock, above: &Above) -> Self {
        let (mut luma, mut u, mut v) = ([0; 16], [0; 8], [0; 8]);
        for (left, row) in luma.iter_mut().zip(&macroblock.luma) {
            *left = row[15];
        }
        for ((u, v), row) in u.iter_mut().zip(&mut v).zip(&macroblock.chroma) {
            (*u, *v) = (row[7], row[15]);
        }
        Self { luma, u, v, corners: [above.luma[15], above.chroma[7], above.chroma[15]] }
    }
}

/// What a macroblock is predicted from.
pub(super) struct Neighbours<'n> {
    pub above: &'n Above,
    /// The luma above and to the right of it.
    pub above_right: [u8; 4],
    pub left: &'n Left,
    /// Whether these are pixels of the frame.
    pub has_above: bool,
    pub has_left: bool,
}

impl Macroblock {
    pub(super) const BLACK: Self = Self { luma: [[0; 16]; 16], chroma: [[128; 16]; 8] };

    /// Predicts all pixels and adds the residuals.
    #[inline(always)]
    pub(super) fn reconstruct<S: Simd>(
        &mut self,
        simd: S,
        modes: &MacroblockModes,
        neighbours: &Neighbours<'_>,
        coefficients: &Coefficients,
    ) {
        match &modes.luma {
            LumaMode::Whole(mode) => {
                let rows = predict_luma(simd, *mode, neighbours);
                put(
                    simd,
                    rows,
                    &mut self.luma,
                    coefficients,
                    #[inline(always)]
                    |row| [4 * row, 4 * row + 2],
                );
            }
            LumaMode::Subblocks(modes) => self.reconstruct_subblocks(simd, modes, neighbours, coefficients),
        }
        let rows = predict_chroma(simd, modes.chroma, neighbours);
        put(
            simd,
            rows,
            &mut self.chroma,
            coefficients,
            #[inline(always)]
            |row| [16 + 2 * row, 20 + 2 * row],
        );
    }

    #[inline(always)]
    fn reconstruct_subblocks<S: Simd>(
        &mut self,
        simd: S,
        modes: &[[SubblockMode; 4]; 4],
        neighbours: &Neighbours<'_>,
        coefficients: &Coefficients,
    ) {
        let left = u8x16::load_array(simd, neighbours.left.luma);
        let corner = u8x16::splat(simd, neighbours.left.corners[0]);
        let above = u8x16::load_array(simd, neighbours.above.luma);
        // Subblocks at the right edge all have the pixels above the macroblock to their right (RFC 6386, section 12.3).
        let above_right = u32x4::splat(simd, u32::from_le_bytes(neighbours.above_right)).bitcast();
        let [a, b, c, d] = modes;
        let rows = self.luma.as_chunks_mut::<4>().0;
        let above =
            subblocks::<S, 0>(simd, a, left, &RowEdge::new(corner, above, above_right), coefficients, &mut rows[0]);
        let edge = RowEdge::new(corner_of::<S, 1>(simd, left), above, above_right);
        let above = subblocks::<S, 1>(simd, b, left, &edge, coefficients, &mut rows[1]);
        let edge = RowEdge::new(corner_of::<S, 2>(simd, left), above, above_right);
        let above = subblocks::<S, 2>(simd, c, left, &edge, coefficients, &mut rows[2]);
        let edge = RowEdge::new(corner_of::<S, 3>(simd, left), above, above_right);
        subblocks::<S, 3>(simd, d, left, &edge, coefficients, &mut rows[3]);
    }
}

/// The pixel above and to the left of row `ROW` of subblocks, from the column to the left of the macroblock.
#[inline(always)]
fn corner_of<S: Simd, const ROW: u8>(simd: S, left: u8x16<S>) -> u8x16<S> {
    left.swizzle_dyn_precise(u8x16::splat(simd, 4 * ROW - 1))
}

/// Reconstructs row `ROW` of subblocks and returns its lowest pixels.
#[inline(always)]
fn subblocks<S: Simd, const ROW: u8>(
    simd: S,
    modes: &[SubblockMode; 4],
    left: u8x16<S>,
    row: &RowEdge<S>,
    coefficients: &Coefficients,
    to: &mut [[u8; 16]; 4],
) -> u8x16<S> {
    let number = 4 * usize::from(ROW);
    let [a, b] = by_block(residuals(simd, coefficients, number));
    let [c, d] = by_block(residuals(simd, coefficients, number + 2));
    let above = row.subblocks();
    let a = add(Edge::right_of_column::<ROW>(simd, left, above[0]).predict(simd, modes[0]), a);
    let b = add(Edge::right_of(simd, a, above[1]).predict(simd, modes[1]), b);
    let c = add(Edge::right_of(simd, b, above[2]).predict(simd, modes[2]), c);
    let d = add(Edge::right_of(simd, c, above[3]).predict(simd, modes[3]), d);
    let rows = joined([a, b, c, d]);
    store(&rows, to);
    rows[3]
}

/// Adds residuals to predicted rows. `numbers` are those of two blocks of a row of blocks, each followed by its neighbour to the
/// right.
#[inline(always)]
fn put<S: Simd, const ROWS: usize>(
    simd: S,
    predicted: [u8x16<S>; ROWS],
    to: &mut [[u8; 16]; ROWS],
    coefficients: &Coefficients,
    numbers: impl Fn(usize) -> [usize; 2],
) {
    let rows = to.as_chunks_mut::<4>().0.iter_mut().zip(predicted.as_chunks::<4>().0);
    for (row, (to, predicted)) in rows.enumerate() {
        let [left, right] = numbers(row);
        if (coefficients.present >> left | coefficients.present >> right).trailing_zeros() >= 2 {
            store(predicted, to);
            continue;
        }
        let (left, right) = (residuals(simd, coefficients, left), residuals(simd, coefficients, right));
        for y in 0..4 {
            add(predicted[y], [left[y], right[y]]).store_array(&mut to[y]);
        }
    }
}

#[inline(always)]
fn predict_luma<S: Simd>(simd: S, mode: Mode, neighbours: &Neighbours<'_>) -> [u8x16<S>; 16] {
    let Neighbours { above, left, has_above, has_left, .. } = *neighbours;
    match mode {
        Mode::Dc => [u8x16::splat(simd, dc(&above.luma, &left.luma, has_above, has_left)); 16],
        Mode::Vertical => [u8x16::load_array(simd, above.luma); 16],
        Mode::Horizontal => {
            let mut rows = [u8x16::splat(simd, 0); 16];
            for (row, left) in rows.iter_mut().zip(left.luma) {
                *row = u8x16::splat(simd, left);
            }
            rows
        }
        Mode::TrueMotion => {
            let corner = i16x8::splat(simd, i16::from(left.corners[0]));
            let (low, high): (u16x8<S>, u16x8<S>) = u8x16::load_array(simd, above.luma).widen();
            let (low, high) = (low.bitcast::<i16x8<S>>() - corner, high.bitcast::<i16x8<S>>() - corner);
            let mut rows = [u8x16::splat(simd, 0); 16];
            for (row, left) in rows.iter_mut().zip(left.luma) {
                *row = clamped(low + i16::from(left), high + i16::from(left));
            }
            rows
        }
    }
}

/// Predicts both planes of chroma.
#[inline(always)]
fn predict_chroma<S: Simd>(simd: S, mode: Mode, neighbours: &Neighbours<'_>) -> [u8x16<S>; 8] {
    let Neighbours { above, left, has_above, has_left, .. } = *neighbours;
    let mut rows = [u8x16::load_array(simd, above.chroma); 8];
    match mode {
        Mode::Dc => {
            if let [above_u, above_v] = above.chroma.as_chunks::<8>().0 {
                let u = dc(above_u, &left.u, has_above, has_left);
                rows = [both(simd, u, dc(above_v, &left.v, has_above, has_left)); 8];
            }
        }
        Mode::Vertical => {}
        Mode::Horizontal => {
            for ((row, u), v) in rows.iter_mut().zip(left.u).zip(left.v) {
                *row = both(simd, u, v);
            }
        }
        Mode::TrueMotion => {
            let (low, high): (u16x8<S>, u16x8<S>) = rows[0].widen();
            let low = low.bitcast::<i16x8<S>>() - i16::from(left.corners[1]);
            let high = high.bitcast::<i16x8<S>>() - i16::from(left.corners[2]);
            for ((row, u), v) in rows.iter_mut().zip(left.u).zip(left.v) {
                *row = clamped(low + i16::from(u), high + i16::from(v));
            }
        }
    }
    rows
}

/// Eight pixels of U and eight of V.
#[inline(always)]
fn both<S: Simd>(simd: S, u: u8, v: u8) -> u8x16<S> {
    let [u, v] = [0x0101_0101_0101_0101 * u64::from(u), 0x0101_0101_0101_0101 * u64::from(v)];
    u64x2::load_array(simd, [u, v]).bitcast()
}
