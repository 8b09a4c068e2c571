//! Luma of a macroblock each of whose sixteen subblocks has a mode of its own, predicted from what is reconstructed of the
//! subblocks before it.

use fearless_simd::Simd;

use super::super::predict::Edges;
use super::macroblock::{Coder, Neighbours};
use super::mode_costs::{SUBBLOCKS_COST, subblock_mode_costs};
use super::predict::{SUBBLOCK_MODES, predict_all};
use super::rounding::Rounding;
use super::token_tree::BlockType;
use super::transform::{Block, Quantised, add_inverse, dequantise, forward, quantise, residuals_of};

/// A macroblock's luma, coded.
#[derive(Clone, Copy)]
pub(super) struct Subblocks {
    pub modes: [u8; 16],
    /// Levels in zigzag order.
    pub blocks: [[i16; 16]; 16],
    pub reconstruction: [[u8; 16]; 16],
}

/// Samples around and in a macroblock: a row above and a column to the left, then sixteen columns, and four above to the right.
const CANVAS_COLUMNS: usize = 1 + 16 + 4;

/// Estimated costs of a level that is not zero, and of its size, in 256ths of a bit.
const NONZERO_COST: i64 = 3 * 256;
const SIZE_COST: i64 = 300;

/// The number of modes that are transformed and quantised at once.
const LANES: usize = 8;

/// Codes luma by subblocks, unless that costs more than `most`.
#[inline(always)]
pub(super) fn best<S: Simd>(
    vectors: S,
    coder: &Coder<'_>,
    source: &[[u8; 16]; 16],
    edges: &Edges<16>,
    above_right: [u8; 4],
    neighbours: &Neighbours,
    most: i64,
) -> Option<Subblocks> {
    let quantiser = coder.quantiser;
    let mut coded = Subblocks { modes: [0; 16], blocks: [[0; 16]; 16], reconstruction: [[0; 16]; 16] };
    let mut canvas = [[0_u8; CANVAS_COLUMNS]; 17];
    canvas[0][0] = edges.top_left;
    canvas[0][1..17].copy_from_slice(&edges.top);
    canvas[0][17..].copy_from_slice(&above_right);
    canvas.iter_mut().skip(1).zip(edges.left).for_each(|(row, left)| row[0] = left);
    let (mut above, mut left) = (neighbours.above.luma, neighbours.left.luma);
    let (mut above_modes, mut left_modes) = (neighbours.above_modes, neighbours.left_modes);
    let mut total = quantiser.lambda * i64::from(SUBBLOCKS_COST);
    for number in 0..16 {
        let (row, column) = (number / 4, number % 4);
        let (y, x) = (4 * row, 4 * column);
        let mut edge = [0; 13];
        let [left_edge @ .., corner, _, _, _, _, _, _, _, _] = &mut edge;
        left_edge.iter_mut().rev().zip(&canvas[y + 1..]).for_each(|(to, row)| *to = row[x]);
        *corner = canvas[y][x];
        edge[5..9].copy_from_slice(&canvas[y][x + 1..x + 5]);
        // Those of the last column are above the macroblock, in every row.
        let beyond = if column == 3 { &canvas[0] } else { &canvas[y] };
        edge[9..].copy_from_slice(&beyond[x + 5..x + 9]);
        let mut samples = [[0; 4]; 4];
        samples.iter_mut().zip(&source[y..]).for_each(|(to, from)| to.copy_from_slice(&from[x..x + 4]));

        let predictions = predict_all(&edge);
        let [a, b, c, d, e, f, g, h, i, j] = predictions;
        let batches = [[a, b, c, d, e, f, g, h], [i, j, i, j, i, j, i, j]].map(|batch| {
            let coefficients = forward(vectors, &residuals_of(vectors, &samples, &batch));
            quantise(vectors, &coefficients, &quantiser.y1, 0)
        });
        let mode_costs = subblock_mode_costs(above_modes[column], left_modes[row]);
        let context = usize::from(above[column]) + usize::from(left[row]);
        let mut estimates = [0; SUBBLOCK_MODES];
        for (mode, estimate) in estimates.iter_mut().enumerate() {
            let (batch, lane) = (&batches[mode / LANES], mode % LANES);
            let bits = i64::from(mode_costs[mode])
                + NONZERO_COST * i64::from(batch.nonzero[lane])
                + SIZE_COST * i64::from(batch.sizes[lane]);
            *estimate = (i64::from(batch.errors[lane]) << 12) + quantiser.lambda * bits;
        }
        let mut best = (i64::MAX, 0, [0; 16]);
        for _ in 0..coder.candidates.max(1) {
            let mut mode = 0;
            for other in 1..SUBBLOCK_MODES {
                if estimates[other] < estimates[mode] {
                    mode = other;
                }
            }
            estimates[mode] = i64::MAX;
            let (batch, lane): (&Quantised, usize) = (&batches[mode / LANES], mode % LANES);
            let (mut rate, mut error) = (u32::from(mode_costs[mode]), batch.errors[lane]);
            if (i64::from(error) << 12) + quantiser.lambda * i64::from(rate) >= best.0 {
                continue; // Rounding adds errors, and there are more bits than those of the mode.
            }
            let mut block = Block::default();
            if batch.nonzero[lane] == 0 {
                rate += coder.costs.empty(BlockType::LumaWithDc, context);
            } else {
                block = batch.block(lane, 0);
                let (cost, added) = Rounding {
                    costs: coder.costs,
                    quantiser: &quantiser.y1,
                    block_type: BlockType::LumaWithDc,
                    context,
                    lambda: quantiser.rounding_lambda,
                    has_trellis: coder.has_trellis,
                }
                .round(&mut block);
                rate += cost;
                error += added;
            }
            let cost = (i64::from(error) << 12) + quantiser.lambda * i64::from(rate);
            if cost < best.0 {
                best = (cost, mode, block.levels);
            }
        }
        let (cost, mode, levels) = best;
        total += cost;
        if total >= most {
            return None;
        }
        let has_tokens = levels.iter().any(|level| *level != 0);
        let mut square = predictions[mode];
        if has_tokens {
            square = add_inverse(&dequantise(&levels, &quantiser.y1), &square);
        }
        for (offset, square) in square.iter().enumerate() {
            canvas[y + 1 + offset][x + 1..x + 5].copy_from_slice(square);
        }
        coded.modes[number] = mode as u8;
        coded.blocks[number] = levels;
        (above[column], left[row]) = (has_tokens, has_tokens);
        (above_modes[column], left_modes[row]) = (mode as u8, mode as u8);
    }
    coded.reconstruction.iter_mut().zip(&canvas[1..]).for_each(|(to, row)| to.copy_from_slice(&row[1..17]));
    Some(coded)
}
