//! `Macroblock`: the pixels of a macroblock, predicted and completed by their residuals.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i16x8, u8x16, u16x8, u32x4, u64x2};

use super::super::predict::{Mode, SubblockMode, dc};
use super::modes::{LumaMode, MacroblockModes};
use super::residuals::{add, by_block, clamped, residuals};
use super::subblocks::{Edge, RowEdge};
use super::tokens::Coefficients;

/// The pixels of a macroblock. A row of chroma is 8 pixels of U and 8 of V, so that a vector holds both.
#[derive(Debug, Clone, Copy)]
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
        Self {
            luma: macroblock.luma.map(|row| row[15]),
            u: macroblock.chroma.map(|row| row[7]),
            v: macroblock.chroma.map(|row| row[15]),
            corners: [above.luma[15], above.chroma[7], above.chroma[15]],
        }
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
                put(simd, rows, &mut self.luma, coefficients, |row| [4 * row, 4 * row + 2]);
            }
            LumaMode::Subblocks(modes) => self.reconstruct_subblocks(simd, modes, neighbours, coefficients),
        }
        let rows = predict_chroma(simd, modes.chroma, neighbours);
        put(simd, rows, &mut self.chroma, coefficients, |row| [16 + 2 * row, 20 + 2 * row]);
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
        let edge = |row: u8, above| {
            RowEdge::new(left.swizzle_dyn_precise(u8x16::splat(simd, 4 * row - 1)), above, above_right)
        };
        let above = subblocks::<S, 1>(simd, b, left, &edge(1, above), coefficients, &mut rows[1]);
        let above = subblocks::<S, 2>(simd, c, left, &edge(2, above), coefficients, &mut rows[2]);
        subblocks::<S, 3>(simd, d, left, &edge(3, above), coefficients, &mut rows[3]);
    }
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
    let [a, b, c, d] = [a, b, c, d].map(Bytes::bitcast::<u32x4<S>>);
    let [left_upper, right_upper] = [a.zip_low(b), c.zip_low(d)].map(Bytes::bitcast::<u64x2<S>>);
    let [left_lower, right_lower] = [a.zip_high(b), c.zip_high(d)].map(Bytes::bitcast::<u64x2<S>>);
    let rows = [
        left_upper.zip_low(right_upper),
        left_upper.zip_high(right_upper),
        left_lower.zip_low(right_lower),
        left_lower.zip_high(right_lower),
    ]
    .map(Bytes::bitcast::<u8x16<S>>);
    to.iter_mut().zip(rows).for_each(|(to, row)| row.store_array(to));
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
        if coefficients.present >> left & 3 == 0 && coefficients.present >> right & 3 == 0 {
            to.iter_mut().zip(predicted).for_each(|(to, pixels)| pixels.store_array(to));
            continue;
        }
        let (left, right) = (residuals(simd, coefficients, left), residuals(simd, coefficients, right));
        for ((to, pixels), residuals) in to.iter_mut().zip(predicted).zip(left.into_iter().zip(right)) {
            add(*pixels, [residuals.0, residuals.1]).store_array(to);
        }
    }
}

#[inline(always)]
fn predict_luma<S: Simd>(simd: S, mode: Mode, neighbours: &Neighbours<'_>) -> [u8x16<S>; 16] {
    let Neighbours { above, left, has_above, has_left, .. } = *neighbours;
    match mode {
        Mode::Dc => [u8x16::splat(simd, dc(&above.luma, &left.luma, has_above, has_left)); 16],
        Mode::Vertical => [u8x16::load_array(simd, above.luma); 16],
        Mode::Horizontal => left.luma.map(|left| u8x16::splat(simd, left)),
        Mode::TrueMotion => {
            let corner = i16x8::splat(simd, i16::from(left.corners[0]));
            let (low, high): (u16x8<S>, u16x8<S>) = u8x16::load_array(simd, above.luma).widen();
            let (low, high) = (low.bitcast::<i16x8<S>>() - corner, high.bitcast::<i16x8<S>>() - corner);
            left.luma.map(|left| clamped(low + i16::from(left), high + i16::from(left)))
        }
    }
}

/// Predicts both planes of chroma.
#[inline(always)]
fn predict_chroma<S: Simd>(simd: S, mode: Mode, neighbours: &Neighbours<'_>) -> [u8x16<S>; 8] {
    let Neighbours { above, left, has_above, has_left, .. } = *neighbours;
    let both = |u: u8, v: u8| -> u8x16<S> {
        let eight = |pixel: u8| 0x0101_0101_0101_0101 * u64::from(pixel);
        u64x2::load_array(simd, [eight(u), eight(v)]).bitcast()
    };
    let rows: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
    match (mode, above.chroma.as_chunks::<8>().0) {
        (Mode::Dc, [above_u, above_v]) => {
            let of = |above, left| dc(above, left, has_above, has_left);
            [both(of(above_u, &left.u), of(above_v, &left.v)); 8]
        }
        (Mode::Dc | Mode::Vertical, _) => [u8x16::load_array(simd, above.chroma); 8],
        (Mode::Horizontal, _) => rows.map(|y| both(left.u[y], left.v[y])),
        (Mode::TrueMotion, _) => {
            let (low, high): (u16x8<S>, u16x8<S>) = u8x16::load_array(simd, above.chroma).widen();
            let low = low.bitcast::<i16x8<S>>() - i16::from(left.corners[1]);
            let high = high.bitcast::<i16x8<S>>() - i16::from(left.corners[2]);
            rows.map(|y| clamped(low + i16::from(left.u[y]), high + i16::from(left.v[y])))
        }
    }
}
