//! The prediction of subblocks, as `predict::predict_subblock` has it, with vector instructions.
//!
//! All pixels of eight of the ten modes are means of two or of three neighbours along the edge. All of these means are computed,
//! and a mode is a choice of them, so that nothing waits for a branch that cannot be foreseen:
//!
//! ```text
//! edge      0-2 left, the lowest   3 4 5 left, upwards   6 corner   7-10 top   11-14 top right   15 the last of it
//! means     0-15 of a pixel and the next one, 16-31 of a pixel twice and both of its neighbours
//! VE_PRED   of three, with top in the middle: 16 + 7, 16 + 8, 16 + 9, 16 + 10 in each row
//! ```

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u8x16, u16x8, u64x2};

use super::super::predict::SubblockMode;
use super::residuals::clamped;

/// The pixels around a subblock, as shown above.
#[derive(Clone, Copy)]
pub(super) struct Edge<S: Simd>(u8x16<S>);

/// The pixels above a row of subblocks.
pub(super) struct RowEdge<S: Simd> {
    corner: u8x16<S>,
    above: u8x16<S>,
    above_right: u8x16<S>,
}

impl<S: Simd> RowEdge<S> {
    /// `corner` has the pixel above and to the left in its last place, `above_right` four pixels in its first places.
    #[inline(always)]
    pub(super) fn new(corner: u8x16<S>, above: u8x16<S>, above_right: u8x16<S>) -> Self {
        Self { corner, above, above_right }
    }

    /// The pixels above each subblock: from the corner in place 6 on.
    #[inline(always)]
    pub(super) fn subblocks(&self) -> [u8x16<S>; 4] {
        let Self { corner, above, above_right } = *self;
        [
            corner.slide::<9>(above),
            corner.slide::<13>(above),
            above.slide::<1>(above_right),
            above.slide::<5>(above_right),
        ]
    }
}

impl<S: Simd> Edge<S> {
    /// To the right of a subblock, below these pixels.
    #[inline(always)]
    pub(super) fn right_of(simd: S, subblock: u8x16<S>, above: u8x16<S>) -> Self {
        let left = subblock.swizzle_dyn_precise(u8x16::load_array(simd, RIGHT_COLUMN));
        Self(left | above.swizzle_dyn_precise(u8x16::load_array(simd, FROM_CORNER)))
    }

    /// To the right of row `ROW` of subblocks of another macroblock, whose last column these pixels are.
    #[inline(always)]
    pub(super) fn right_of_column<const ROW: u8>(simd: S, column: u8x16<S>, above: u8x16<S>) -> Self {
        let places = const {
            let last = 4 * ROW + 3;
            let mut places = [NONE; 16];
            (places[0], places[1], places[2]) = (last, last, last);
            (places[3], places[4], places[5]) = (last - 1, last - 2, last - 3);
            places
        };
        let left = column.swizzle_dyn_precise(u8x16::load_array(simd, places));
        Self(left | above.swizzle_dyn_precise(u8x16::load_array(simd, FROM_CORNER)))
    }

    /// Four rows of four pixels.
    #[inline(always)]
    pub(super) fn predict(self, simd: S, mode: SubblockMode) -> u8x16<S> {
        let Self(edge) = self;
        match mode {
            SubblockMode::Dc => {
                let pixels: u64x2<S> = edge.swizzle_dyn_precise(u8x16::load_array(simd, AROUND)).bitcast();
                let pixels = pixels[0];
                let pairs = (pixels & 0x00ff_00ff_00ff_00ff) + (pixels >> 8 & 0x00ff_00ff_00ff_00ff);
                let sum = pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48;
                u8x16::splat(simd, ((sum + 4) >> 3) as u8)
            }
            SubblockMode::TrueMotion => {
                let (top, left, corner) =
                    (chosen(simd, edge, TOP), chosen(simd, edge, LEFT), chosen(simd, edge, [6; 16]));
                clamped((top.0 + left.0 - corner.0).bitcast(), (top.1 + left.1 - corner.1).bitcast())
            }
            _ => {
                let (before, after) = (edge.slide::<15>(edge), edge.slide::<1>(edge));
                let two = mean_up(edge, after);
                // The mean of both neighbours rounded down, and of that and the pixel rounded up, is exact.
                let outer = (before & after) + ((before ^ after) >> 1);
                let three = mean_up(outer, edge);
                two.concat_swizzle_dyn_precise(three, u8x16::load_array(simd, MEANS[mode as usize & 15]))
            }
        }
    }
}

/// A place of no vector.
const NONE: u8 = 255;
const RIGHT_COLUMN: [u8; 16] = [15, 15, 15, 11, 7, 3, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE];
const FROM_CORNER: [u8; 16] = [NONE, NONE, NONE, NONE, NONE, NONE, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14];
/// What the mode DC is the mean of.
const AROUND: [u8; 16] = [2, 3, 4, 5, 7, 8, 9, 10, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE];
const TOP: [u8; 16] = [7, 8, 9, 10, 7, 8, 9, 10, 7, 8, 9, 10, 7, 8, 9, 10];
const LEFT: [u8; 16] = [5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2];

/// By mode the means that are its pixels. Those of two modes are not means.
static MEANS: [[u8; 16]; 16] = {
    let mut means = [[0; 16]; 16];
    let mut at = 0;
    while at < 16 {
        let (x, y) = (at as u8 % 4, at as u8 / 4);
        means[SubblockMode::Vertical as usize][at] = three(7 + x);
        means[SubblockMode::Horizontal as usize][at] = three(5 - y);
        means[SubblockMode::LeftDown as usize][at] = three(8 + x + y);
        means[SubblockMode::RightDown as usize][at] = three(6 + x - y);
        means[SubblockMode::VerticalRight as usize][at] = match (x, y) {
            (0, 2) => three(5),
            (0, 3) => three(4),
            _ if y % 2 == 0 => two(6 + x - y / 2),
            _ => three(6 + x - y / 2),
        };
        means[SubblockMode::VerticalLeft as usize][at] = match (x, y) {
            (3, 2) => three(12),
            (3, 3) => three(13),
            _ if y % 2 == 0 => two(7 + x + y / 2),
            _ => three(8 + x + y / 2),
        };
        // Along the edge from the lowest on the left: two, three, two, three, ... and after the corner three alone.
        let step = 6 + x - 2 * y;
        means[SubblockMode::HorizontalDown as usize][at] = match step {
            8.. => three(step - 1),
            _ if step % 2 == 0 => two(2 + step / 2),
            _ => three(3 + step / 2),
        };
        // The same backwards, and then the lowest.
        let step = x + 2 * y;
        means[SubblockMode::HorizontalUp as usize][at] = match step {
            6.. => three(1),
            _ if step % 2 == 0 => two(4 - step / 2),
            _ => three(4 - step / 2),
        };
        at += 1;
    }
    means
};

/// The mean of a pixel of the edge and the next one, as its place in [`MEANS`].
const fn two(place: u8) -> u8 {
    place
}

/// The mean of a pixel of the edge, twice, and both of its neighbours.
const fn three(place: u8) -> u8 {
    16 + place
}

#[inline(always)]
fn chosen<S: Simd>(simd: S, edge: u8x16<S>, places: [u8; 16]) -> (u16x8<S>, u16x8<S>) {
    edge.swizzle_dyn_precise(u8x16::load_array(simd, places)).widen()
}

#[inline(always)]
fn mean_up<S: Simd>(a: u8x16<S>, b: u8x16<S>) -> u8x16<S> {
    (a | b) - ((a ^ b) >> 1)
}

#[cfg(test)]
mod tests {
    use super::super::super::predict::{SubblockEdge, predict_subblock};
    use super::*;
    use crate::imaging::simd::Kernel;

    struct Predict<'p> {
        edge: SubblockEdge,
        mode: SubblockMode,
        pixels: &'p mut [u8; 16],
    }

    impl Kernel for Predict<'_> {
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) {
            let mut places = [0; 16];
            places[2..15].copy_from_slice(&self.edge);
            (places[0], places[1], places[15]) = (self.edge[0], self.edge[0], self.edge[12]);
            Edge(u8x16::load_array(simd, places)).predict(simd, self.mode).store_array(self.pixels);
        }
    }

    #[test]
    fn predictions_are_those_of_the_plain_functions() {
        let mut state = 5_u32;
        for mode in SubblockMode::ALL.repeat(200) {
            let edge: SubblockEdge = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            });
            for simd in [crate::imaging::simd::Simd::detect(), crate::imaging::simd::Simd::TARGET] {
                let mut pixels = [0; 16];
                simd.run_kernel(Predict { edge, mode, pixels: &mut pixels });
                assert_eq!(pixels.as_chunks::<4>().0, predict_subblock(mode, &edge), "{mode:?} {edge:?}");
            }
        }
    }
}
